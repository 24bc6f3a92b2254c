import type { LabelValue } from "@routewright/jobrouter";
import { workloadHistory } from "./catalogue.ts";
import { type Path, type Reading, reportAt } from "./reading.ts";
import { type Cell, type Row, readTable, type Table } from "./table.ts";
import { badCell, cellDuration, cellInstant, cellLabel, cellNumber } from "./values.ts";
import type { PastJob, ShiftSpan } from "./workload.ts";

const jobColumns = [
  "at",
  "handling",
  "wrapUp",
  "patience",
  "channelId",
  "classificationPolicyId",
  "queueId",
  "priority",
  "label.",
];

/** Jobs that came once, by the time at which they came; rows of one time stay in their order. */
export function readPastJobs(
  file: string,
  path: Path,
  columns: Readonly<Record<string, string>>,
  startMs: number,
  reading: Reading,
): readonly PastJob[] {
  const table = readTable(file, path, columns, jobColumns, reading);
  if (table === undefined) return [];
  const jobs: PastJob[] = [];
  for (const row of table.rows) {
    const atMs = instantAt(row, "at", startMs, table, reading);
    if (atMs === undefined) continue;
    const duration = (column: string): number | undefined =>
      optional(row, column, (cell) => cellDuration(cell, column, table.source, row, reading));
    const text = (column: string): string | undefined => optional(row, column, String);
    jobs.push(
      withoutAbsent({
        atMs: Math.round(atMs),
        handlingMs: duration("handling"),
        wrapUpMs: duration("wrapUp"),
        patienceMs: duration("patience"),
        channelId: text("channelId"),
        classificationPolicyId: text("classificationPolicyId"),
        queueId: text("queueId"),
        priority: optional(row, "priority", (cell) => priorityOf(cell, table, row, reading)),
        labels: labelsOf(row),
      }),
    );
  }
  return jobs.sort((a, b) => a.atMs - b.atMs);
}

/** When each worker was there, in order of time. */
export function readShiftList(
  file: string,
  path: Path,
  columns: Readonly<Record<string, string>>,
  startMs: number,
  reading: Reading,
): ReadonlyMap<string, readonly ShiftSpan[]> {
  const spans = new Map<string, ShiftSpan[]>();
  const table = readTable(file, path, columns, ["worker", "from", "to"], reading);
  for (const row of table === undefined ? [] : table.rows) {
    if (table === undefined) break;
    const worker = row.cells.get("worker");
    const fromMs = instantAt(row, "from", startMs, table, reading);
    const toMs = instantAt(row, "to", startMs, table, reading);
    if (worker === undefined) missing("worker", table, row, reading);
    if (worker === undefined || fromMs === undefined || toMs === undefined) continue;
    if (toMs <= fromMs) {
      const problem = "the shift ends before it has begun";
      reportAt(reading, workloadHistory, { problem }, table.source, row.span);
      continue;
    }
    const own = spans.get(String(worker)) ?? [];
    own.push({ fromMs: Math.round(fromMs), toMs: Math.round(toMs) });
    spans.set(String(worker), own);
  }
  for (const own of spans.values()) own.sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
  return spans;
}

function instantAt(
  row: Row,
  column: string,
  startMs: number,
  table: Table,
  reading: Reading,
): number | undefined {
  const cell = row.cells.get(column);
  if (cell !== undefined) return cellInstant(cell, column, startMs, table.source, row, reading);
  missing(column, table, row, reading);
  return undefined;
}

function missing(column: string, table: Table, row: Row, reading: Reading): void {
  const problem = `the row lacks \`${column}\``;
  reportAt(reading, workloadHistory, { problem }, table.source, row.span, {
    help: "where a column has another name, say so in `columns`",
  });
}

function priorityOf(cell: Cell, table: Table, row: Row, reading: Reading): number | undefined {
  const value = cellNumber(cell, "priority", table.source, row, reading);
  if (value === undefined || (Number.isInteger(value) && Math.abs(value) <= 100)) return value;
  badCell(cell, "priority", "a whole number from -100 to 100", table.source, row.span, reading);
  return undefined;
}

function labelsOf(row: Row): readonly (readonly [string, LabelValue])[] | undefined {
  const labels = [...row.cells].flatMap(
    ([name, cell]): readonly (readonly [string, LabelValue])[] =>
      name.startsWith("label.") ? [[name.slice("label.".length), cellLabel(cell)]] : [],
  );
  return labels.length === 0 ? undefined : labels;
}

function optional<T>(row: Row, column: string, read: (cell: Cell) => T): T | undefined {
  const cell = row.cells.get(column);
  return cell === undefined ? undefined : read(cell);
}

type Absent<T> = { readonly [K in keyof T]: T[K] | undefined };

function withoutAbsent(job: Absent<Required<PastJob>> & { readonly atMs: number }): PastJob {
  // Members that are undefined are left out; the rest is as the type says.
  return Object.fromEntries(
    Object.entries(job).filter(([, value]) => value !== undefined),
  ) as unknown as PastJob;
}
