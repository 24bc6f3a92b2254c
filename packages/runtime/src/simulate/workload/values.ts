import type { SourceText, Span } from "@routewright/diagnostics";
import type { LabelValue } from "@routewright/jobrouter";
import type { Distribution } from "../random/distribution.ts";
import { workloadHistory, workloadValue } from "./catalogue.ts";
import { durationMs, instantOf } from "./duration.ts";
import { type Path, type Reading, report, reportAt } from "./reading.ts";
import { type Cell, type Row, readColumn } from "./table.ts";
import { nameOf, shorten } from "./validate.ts";

/** What the schema has let through, for a distribution. */
export type WrittenDistribution = number | string | WrittenKind;
type Time = number | string;
interface WrittenBounds {
  readonly atLeast?: Time;
  readonly atMost?: Time;
}
type WrittenKind = WrittenBounds &
  (
    | { readonly kind: "constant"; readonly value: Time }
    | { readonly kind: "exponential"; readonly mean: Time }
    | { readonly kind: "erlang"; readonly mean: Time; readonly stages: number }
    | { readonly kind: "gamma" | "lognormal"; readonly mean: Time; readonly deviation: Time }
    | { readonly kind: "weibull"; readonly mean: Time; readonly shape: number }
    | { readonly kind: "uniform"; readonly min: Time; readonly max: Time }
    | { readonly kind: "triangular"; readonly min: Time; readonly mode: Time; readonly max: Time }
    | {
        readonly kind: "empirical";
        readonly values?: readonly Time[];
        readonly file?: string;
        readonly column?: string;
      }
    | {
        readonly kind: "mixture";
        readonly parts: readonly { readonly weight: number; readonly of: WrittenDistribution }[];
      }
  );

/** What a number of the file means: milliseconds of a time, or itself in a label. */
export type Unit = "time" | "number";

/** A distribution of milliseconds (of `unit` "number": of plain numbers); 0 after a report. */
export function readDistribution(
  written: WrittenDistribution,
  path: Path,
  reading: Reading,
  unit: Unit = "time",
): Distribution {
  if (typeof written !== "object") {
    return { kind: "constant", value: readTime(written, path, reading, unit) };
  }
  const time = (value: Time, ...steps: Path): number =>
    readTime(value, [...path, ...steps], reading, unit);
  const inner = kindOf(written, time, path, reading, unit);
  const { atLeast, atMost } = written;
  if (atLeast === undefined && atMost === undefined) return inner;
  const low = atLeast === undefined ? 0 : time(atLeast, "atLeast");
  const high = atMost === undefined ? Number.MAX_SAFE_INTEGER : time(atMost, "atMost");
  ordered(low, high, "atLeast", "atMost", path, reading);
  return { kind: "bounded", of: inner, atLeast: low, atMost: high };
}

function kindOf(
  written: WrittenKind,
  time: (value: Time, ...steps: Path) => number,
  path: Path,
  reading: Reading,
  unit: Unit,
): Distribution {
  switch (written.kind) {
    case "constant":
      return { kind: "constant", value: time(written.value, "value") };
    case "exponential":
      return { kind: "exponential", mean: time(written.mean, "mean") };
    case "erlang":
      return { kind: "erlang", mean: time(written.mean, "mean"), stages: written.stages };
    case "gamma":
    case "lognormal": {
      const mean = time(written.mean, "mean");
      const deviation = time(written.deviation, "deviation");
      if (mean === 0 && deviation > 0) {
        const problem = "a mean of 0 leaves no room for a deviation";
        report(reading, workloadValue, { problem }, [...path, "deviation"]);
      }
      return { kind: written.kind, mean, deviation };
    }
    case "weibull":
      return { kind: "weibull", mean: time(written.mean, "mean"), shape: written.shape };
    case "uniform": {
      const min = time(written.min, "min");
      const max = time(written.max, "max");
      ordered(min, max, "min", "max", path, reading);
      return { kind: "uniform", min, max };
    }
    case "triangular": {
      const min = time(written.min, "min");
      const mode = time(written.mode, "mode");
      const max = time(written.max, "max");
      ordered(min, mode, "min", "mode", path, reading);
      ordered(mode, max, "mode", "max", path, reading);
      return { kind: "triangular", min, mode, max };
    }
    case "empirical":
      return { kind: "empirical", values: observed(written, time, path, reading, unit) };
    case "mixture": {
      if (!written.parts.some(({ weight }) => weight > 0)) {
        const problem = "all weights are 0; nothing could be drawn";
        report(reading, workloadValue, { problem }, [...path, "parts"]);
      }
      const parts = written.parts.map(({ weight, of }, index) => ({
        weight,
        of: readDistribution(of, [...path, "parts", index, "of"], reading, unit),
      }));
      return { kind: "mixture", parts };
    }
  }
}

function observed(
  written: WrittenKind & { readonly kind: "empirical" },
  time: (value: Time, ...steps: Path) => number,
  path: Path,
  reading: Reading,
  unit: Unit,
): readonly number[] {
  const { values, file, column } = written;
  if ((values === undefined) === (file === undefined)) {
    const problem = "an empirical distribution takes either `values` or `file` with `column`";
    report(reading, workloadValue, { problem }, path);
    return [0];
  }
  if (values !== undefined) return values.map((value, index) => time(value, "values", index));
  if (file === undefined || column === undefined) {
    const problem = "`file` needs a `column`";
    report(reading, workloadValue, { problem }, [...path, "file"]);
    return [0];
  }
  const cells = readColumn(file, column, [...path, "file"], reading);
  const source = reading.readFile(file);
  if (cells === undefined || typeof source === "string") return [0];
  return cells.map(([cell, row]) => {
    if (unit === "time") return cellDuration(cell, column, source, row, reading) ?? 0;
    return cellNumber(cell, column, source, row, reading) ?? 0;
  });
}

function ordered(
  low: number,
  high: number,
  lowName: string,
  highName: string,
  path: Path,
  reading: Reading,
): void {
  if (low <= high) return;
  const problem = `\`${lowName}\` is above \`${highName}\``;
  report(reading, workloadValue, { problem }, [...path, lowName]);
}

export function readTime(value: Time, path: Path, reading: Reading, unit: Unit = "time"): number {
  if (unit === "number" && typeof value === "number") return value;
  const ms = durationMs(value);
  if (ms !== undefined && unit === "time") return ms;
  const problem =
    unit === "number"
      ? `${nameOf(path)} is a number here, not a time`
      : `${nameOf(path)} is longer than ten years`;
  report(reading, workloadValue, { problem }, path);
  return 0;
}

// ── Cells of histories ──────────────────────────────────────────────────────────────────────

export function cellDuration(
  cell: Cell,
  column: string,
  source: SourceText,
  row: Row,
  reading: Reading,
): number | undefined {
  const value = typeof cell === "string" && isPlainNumber(cell) ? Number(cell) : cell;
  const ms = typeof value === "boolean" ? undefined : durationMs(value);
  if (ms === undefined) {
    const help = "write seconds, or a text such as 90s, 4m, 1h 30m; at most ten years";
    badCell(cell, column, "a duration", source, row.span, reading, help);
  }
  return ms;
}

export function cellNumber(
  cell: Cell,
  column: string,
  source: SourceText,
  row: Row,
  reading: Reading,
): number | undefined {
  const value = typeof cell === "string" && isPlainNumber(cell) ? Number(cell) : cell;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  badCell(cell, column, "a number", source, row.span, reading);
  return undefined;
}

/** Milliseconds after the start: a date-time, or a duration from the start. */
export function cellInstant(
  cell: Cell,
  column: string,
  startMs: number,
  source: SourceText,
  row: Row,
  reading: Reading,
): number | undefined {
  if (typeof cell === "string") {
    const instant = instantOf(cell);
    if (instant !== undefined) return instant.ms - startMs;
  }
  const value = typeof cell === "string" && isPlainNumber(cell) ? Number(cell) : cell;
  const ms = typeof value === "boolean" ? undefined : durationMs(value);
  if (ms === undefined) {
    const help = "write 2026-03-02T08:30:00Z, or seconds after the start";
    badCell(cell, column, "a time", source, row.span, reading, help);
  }
  return ms;
}

/** Text of a CSV cell as a label: numbers and booleans are told by their looks. */
export function cellLabel(cell: Cell): LabelValue {
  if (typeof cell !== "string") return cell;
  if (cell === "true" || cell === "false") return cell === "true";
  // `007` is a text: somebody's number, not an amount.
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/u.test(cell) ? Number(cell) : cell;
}

export function badCell(
  cell: Cell,
  column: string,
  wanted: string,
  source: SourceText,
  span: Span,
  reading: Reading,
  help?: string,
): void {
  const problem = `\`${shorten(column)}\` takes ${wanted}, not \`${shorten(String(cell))}\``;
  reportAt(reading, workloadHistory, { problem }, source, span, help === undefined ? {} : { help });
}

function isPlainNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text);
}
