import type { Fix } from "@routewright/diagnostics";
import type { ConstantValue, Symbol as DeclaredSymbol, LabelType, Type } from "./checked.ts";
import { reportOutside } from "./compare.ts";
import { type CheckContext, errorTyped, report, type Scope } from "./context.ts";
import { readType } from "./declare.ts";
import { parameterInvalid, parameterMissing, unknownParameter } from "./diagnostics/constants.ts";
import { declaredType, typeMismatch } from "./diagnostics/types.ts";
import { expectConstant, plainScope } from "./expect.ts";
import { constantTyped } from "./infer.ts";
import { suggestion } from "./suggest.ts";
import { describeType, scalarType, writeValue } from "./types.ts";

type ParamSymbol = Extract<DeclaredSymbol, { kind: "param" }>;

/** Gives every `param` its value: the one from the command line, or else its default. */
export function bindParameters(ctx: CheckContext, given: Readonly<Record<string, string>>): void {
  for (const symbol of ctx.symbols) {
    if (symbol.kind !== "param") continue;
    const scope = plainScope(symbol.source);
    const { declaration, name } = symbol;
    const type = paramType(ctx, symbol, scope);
    const fallback =
      declaration.defaultValue === undefined
        ? undefined
        : checkedDefault(ctx, declaration.defaultValue, type, name.text, scope);
    const text = Object.hasOwn(given, name.text) ? given[name.text] : undefined;
    let value = fallback;
    if (text !== undefined) {
      value = decode(text, type);
      if (value === undefined) {
        const wanted = describeWanted(type);
        report(
          ctx,
          parameterInvalid,
          { name: name.text, given: text, wanted },
          scope.source,
          name.span,
        );
      }
    } else if (declaration.defaultValue === undefined) {
      report(ctx, parameterMissing, { name: name.text }, scope.source, name.span, {
        help: `give one on the command line (\`--param ${name.text}=…\`) or a default (\`= …\`)`,
      });
    }
    // The params of one name: the first counts, the second is reported as a duplicate.
    if (ctx.byName.get(name.text) !== symbol) continue;
    if (value === undefined) {
      const own: Type = type.kind === "scalar" ? scalarType(type.type) : type;
      ctx.typed.set(symbol, type.kind === "error" ? errorTyped : { type: own, dynamic: false });
      continue;
    }
    ctx.parameters.set(name.text, value);
    // The declared type counts, not the value of today: a comparison with it may well turn out otherwise.
    const own: Type = type.kind === "scalar" ? scalarType(type.type) : constantTyped(value).type;
    ctx.typed.set(symbol, { type: own, constant: value, dynamic: false });
  }
  reportUnknown(ctx, given);
}

type ParamType =
  | { readonly kind: "scalar"; readonly type: LabelType }
  | { readonly kind: "duration" }
  | { readonly kind: "error" };

function paramType(ctx: CheckContext, symbol: ParamSymbol, scope: Scope): ParamType {
  const node = symbol.declaration.type;
  if (node === undefined) return { kind: "error" };
  if (node.kind === "named" && node.name === "duration") return { kind: "duration" };
  if (node.kind === "named" && node.name === "any") {
    report(ctx, declaredType, { what: "a param", type: "any" }, scope.source, node.span, {
      help: "a value from the command line needs to know its type",
    });
    return { kind: "error" };
  }
  return { kind: "scalar", type: readType(ctx, node, scope) };
}

function checkedDefault(
  ctx: CheckContext,
  expr: NonNullable<ParamSymbol["declaration"]["defaultValue"]>,
  type: ParamType,
  name: string,
  scope: Scope,
): ConstantValue | undefined {
  const value = expectConstant(ctx, expr, scope, "the default of a param");
  if (value === undefined || type.kind === "error") return undefined;
  const wantedKind = type.kind === "duration" ? "duration" : type.type.scalar;
  if (wantedKind !== "any" && value.kind !== wantedKind) {
    const found = describeType(constantTyped(value).type);
    const wanted = describeWanted(type);
    report(ctx, typeMismatch, { wanted, found }, scope.source, expr.span);
    return undefined;
  }
  if (type.kind === "scalar" && value.kind !== "duration" && value.kind !== "percent") {
    if (reportOutside(ctx, value.value, expr, type.type, name, undefined, scope)) return undefined;
  }
  return value;
}

/** What the text of a command line means for a type; `undefined` when nothing. */
function decode(text: string, type: ParamType): ConstantValue | undefined {
  if (type.kind === "error") return undefined;
  if (type.kind === "duration") {
    const seconds = decodeDuration(text);
    return seconds === undefined ? undefined : { kind: "duration", seconds };
  }
  const { scalar, values, range } = type.type;
  if (scalar === "number") {
    if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) return undefined;
    if (values !== undefined && !values.includes(value)) return undefined;
    if (range !== undefined && (value < range.min || value > range.max)) return undefined;
    return { kind: "number", value };
  }
  if (scalar === "boolean") {
    if (text !== "true" && text !== "false") return undefined;
    const value = text === "true";
    return values !== undefined && !values.includes(value) ? undefined : { kind: "boolean", value };
  }
  return values !== undefined && !values.includes(text) ? undefined : { kind: "text", value: text };
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** `30s`, `1h30m`: as the language writes durations. */
function decodeDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    seconds += Number(amount) * (unitSeconds[unit ?? "s"] ?? 1);
  }
  return Number.isFinite(seconds) ? Number(seconds.toFixed(6)) : undefined;
}

function describeWanted(type: ParamType): string {
  if (type.kind !== "scalar") return "a duration";
  const { values, range } = type.type;
  if (values !== undefined) return `one of ${values.slice(0, 8).map(writeValue).join(", ")}`;
  if (range !== undefined) return `a number from ${range.min} to ${range.max}`;
  return describeType(scalarType(type.type));
}

function reportUnknown(ctx: CheckContext, given: Readonly<Record<string, string>>): void {
  const params = ctx.symbols.filter((s) => s.kind === "param").map((s) => s.name.text);
  const known = new Set(params);
  const { source } = ctx.modules[0].program;
  const span = { start: 0, end: 0 };
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    const { help }: { readonly help?: string; readonly fixes?: readonly Fix[] } = suggestion(
      name,
      params,
      span,
    );
    report(ctx, unknownParameter, { name }, source, span, help === undefined ? {} : { help });
  }
}
