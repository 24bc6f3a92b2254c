import {
  compileFormula,
  errorKindName,
  type FxError,
  FxGuid,
  FxMoment,
  FxRecord,
  FxTable,
  type FxType,
  FxUntyped,
  type FxValue,
  isFxError,
} from "../../src/index.ts";
import { decimalToText, FxDecimal, parseDecimal } from "../../src/values/decimal.ts";

/** One vector; the encoding is described in the README beside the vectors. */
export interface ConformanceCase {
  readonly file: string;
  readonly line: number;
  readonly expr: string;
  readonly expected: unknown;
  readonly setup?: string;
  readonly needs?: readonly string[];
}

/** Runs a vector through both paths; what is wrong, or nothing. */
export function runCase(vector: ConformanceCase): string | undefined {
  for (const codegen of ["never", "eager"] as const) {
    const problem = runPath(vector, codegen);
    if (problem !== undefined)
      return `${codegen === "never" ? "closures" : "generated"}: ${problem}`;
  }
  return undefined;
}

function runPath(vector: ConformanceCase, codegen: "never" | "eager"): string | undefined {
  try {
    const program = compileFormula(vector.expr, {
      maxLength: 100_000,
      codegen,
      features: { json: true, regularExpressions: vector.setup?.includes("RegEx") === true },
    });
    const value = program.run();
    const { expected } = vector;
    if (isObject(expected) && Array.isArray(expected.compileError)) {
      return compareCompileErrors(value, expected.compileError);
    }
    const type = program.specialise(program.signatureOf({})).type;
    return matches(value, expected, type, true)
      ? undefined
      : `expected ${JSON.stringify(expected)}, got ${show(value)}`;
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

function compareCompileErrors(value: FxValue, expected: readonly unknown[]): string | undefined {
  const found = isFxError(value) ? value.diagnostics : [];
  const missing = expected.filter(
    (wanted) =>
      isObject(wanted) &&
      wanted.severity !== "warning" &&
      !found.some(
        (finding) =>
          finding.key === wanted.key &&
          Array.isArray(wanted.span) &&
          finding.span.start === wanted.span[0] &&
          finding.span.end === wanted.span[1],
      ),
  );
  if (missing.length === 0 && isFxError(value) && value.kind === "compile") return undefined;
  const keys = (list: readonly unknown[]) =>
    list
      .map((item) => (isObject(item) ? `${item.key}${JSON.stringify(item.span)}` : ""))
      .join(", ");
  return `expected ${keys(missing)}, got ${
    isFxError(value) && value.kind === "compile"
      ? found.map((f) => `${f.key}[${f.span.start},${f.span.end}]`).join(", ")
      : show(value)
  }`;
}

function matches(
  value: FxValue,
  expected: unknown,
  type: FxType | undefined,
  isTop: boolean,
): boolean {
  if (expected === null || expected === undefined) return value === null;
  if (typeof expected === "boolean" || typeof expected === "string") return value === expected;
  if (typeof expected === "number") return matchesNumber(value, String(expected), type, isTop);
  if (!isObject(expected)) return false;
  if (typeof expected.n === "string") return matchesNumber(value, expected.n, type, isTop);
  if (Array.isArray(expected.error)) {
    return isFxError(value) && value.kind === "error" && sameKinds(value, expected.error);
  }
  if (Array.isArray(expected.date)) return matchesMoment(value, "date", expected.date);
  if (Array.isArray(expected.time)) return matchesMoment(value, "time", expected.time);
  if (Array.isArray(expected.datetime)) return matchesMoment(value, "datetime", expected.datetime);
  if (typeof expected.guid === "string")
    return value instanceof FxGuid && value.text === expected.guid;
  if (isObject(expected.record)) {
    return value instanceof FxRecord && matchesRecord(value, expected.record, fieldsOf(type));
  }
  if (Array.isArray(expected.table)) {
    if (!(value instanceof FxTable) || value.rows.length !== expected.table.length) return false;
    return value.rows.every((row, index) => {
      const wanted: unknown = (expected.table as readonly unknown[])[index];
      if (wanted === null) return row === null;
      if (!isObject(wanted)) return false;
      if (Array.isArray(wanted.$error)) return isFxError(row) && sameKinds(row, wanted.$error);
      return row instanceof FxRecord && matchesRecord(row, wanted, fieldsOf(type));
    });
  }
  return false;
}

function fieldsOf(type: FxType | undefined): ReadonlyMap<string, FxType> | undefined {
  return type?.kind === "record" || type?.kind === "table" ? type.fields : undefined;
}

function matchesRecord(
  value: FxRecord,
  expected: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, FxType> | undefined,
): boolean {
  const names = new Set([...value.fields.keys(), ...Object.keys(expected)]);
  for (const name of names) {
    const wanted = Object.hasOwn(expected, name) ? expected[name] : null;
    if (!matches(value.get(name), wanted, types?.get(name), false)) return false;
  }
  return true;
}

function matchesNumber(
  value: FxValue,
  expected: string,
  type: FxType | undefined,
  isTop: boolean,
): boolean {
  if (typeof value !== "number" && !(value instanceof FxDecimal)) return false;
  if (type?.kind === "float" && isTop && typeof value === "number") {
    const wanted = Number(expected);
    if (/\.\d{18,}/.test(expected)) return false;
    return Math.abs(value - wanted) < 1e-5 || Math.abs(value - wanted) < 1e-14 * Math.abs(wanted);
  }
  if (type?.kind === "float") return Number(expected) === value;
  const exact = parseDecimal(expected);
  if (exact === undefined) return typeof value === "number" && value === Number(expected);
  return decimalToText(exact) === decimalToText(value);
}

function matchesMoment(
  value: FxValue,
  type: "date" | "time" | "datetime",
  parts: readonly unknown[],
): boolean {
  if (!(value instanceof FxMoment) || value.type !== type) return false;
  const numbers = parts.map(Number);
  if (type === "time") {
    const [h = 0, m = 0, s = 0, ms = 0] = numbers;
    // Whole days of a time are not shown.
    const wanted = ((h * 60 + m) * 60 + s) * 1000 + ms;
    return (value.ms - wanted) % 86_400_000 === 0;
  }
  const [y = 0, mo = 1, d = 1, h = 0, m = 0, s = 0, ms = 0] = numbers;
  const at = new Date(0);
  at.setUTCFullYear(y, mo - 1, d);
  at.setUTCHours(h, m, s, ms);
  const wanted = at.getTime() + 25_569 * 86_400_000;
  // Nor is a date's fraction of a day.
  return type === "date" ? Math.floor((value.ms - wanted) / 86_400_000) === 0 : value.ms === wanted;
}

function sameKinds(error: FxError, expected: readonly unknown[]): boolean {
  const kinds = error.errors.map((detail) => errorKindName(detail.code));
  return kinds.length === expected.length && kinds.every((kind, index) => kind === expected[index]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A value for people. */
export function show(value: FxValue): string {
  if (isFxError(value)) {
    return value.kind === "compile"
      ? `compile error ${value.diagnostics.map((d) => `${d.key}[${d.span.start},${d.span.end}]`).join(", ")}`
      : `error ${value.errors.map((detail) => errorKindName(detail.code)).join(",")} (${value.message})`;
  }
  if (value instanceof FxDecimal) return value.toString();
  if (value instanceof FxMoment)
    return `${value.type} ${new Date(value.ms - 25_569 * 86_400_000).toISOString()}`;
  if (value instanceof FxGuid) return value.text;
  if (value instanceof FxUntyped) return `untyped ${JSON.stringify(value.json)}`;
  if (value instanceof FxRecord) {
    return `{${[...value.fields].map(([name, field]) => `${name}: ${show(field)}`).join(", ")}}`;
  }
  if (value instanceof FxTable) return `[${value.rows.map(show).join(", ")}]`;
  return JSON.stringify(value);
}
