import { closest, lineText, type SourceText, type Span } from "@routewright/diagnostics";
import { readJson } from "@routewright/jobrouter";
import { CsvError, parse } from "csv-parse/sync";
import { workloadFile, workloadHistory, workloadUnusedColumn } from "./catalogue.ts";
import { type Path, type Reading, report, reportAt } from "./reading.ts";
import { shorten } from "./validate.ts";

/** A history: rows of texts and numbers under column names, from CSV or JSON. */
export interface Table {
  readonly source: SourceText;
  readonly rows: readonly Row[];
}

export type Cell = string | number | boolean;

export interface Row {
  /** Absent and empty cells are not there. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly span: Span;
}

export const maxRows = 5_000_000;

/**
 * Reads the file that stands at `path` in the workload. CSV has a line of column names first;
 * JSON is a list of objects, whose `labels` read as columns `label.KEY`.
 *
 * @param columns our names of columns, by theirs where those are others.
 * @param known all columns that anything is read from; `label.` stands for all that start so.
 */
export function readTable(
  file: string,
  path: Path,
  columns: Readonly<Record<string, string>>,
  known: readonly string[],
  reading: Reading,
): Table | undefined {
  const source = reading.readFile(file);
  if (typeof source === "string") {
    report(reading, workloadFile, { path: shorten(file), problem: source }, path);
    return undefined;
  }
  const ours = new Map(Object.entries(columns).map(([own, theirs]) => [theirs, own]));
  for (const own of ours.values()) {
    if (isKnown(own, known)) continue;
    const near = closest(own, known);
    const help =
      near === undefined ? `there are: ${known.join(", ")}` : `did you mean \`${near}\`?`;
    report(
      reading,
      workloadHistory,
      { problem: `no column is called \`${shorten(own)}\` here` },
      path,
      {
        help,
      },
    );
    return undefined;
  }
  const nameOf = (theirs: string): string => ours.get(theirs) ?? theirs;
  const unused = new Set<string>();
  const wanted = (theirs: string): string | undefined => {
    const own = nameOf(theirs);
    if (isKnown(own, known)) return own;
    unused.add(theirs);
    return undefined;
  };
  const rows = /^\s*\[/u.test(source.text)
    ? jsonRows(source, wanted, reading)
    : csvRows(source, wanted, reading);
  if (rows === undefined) return undefined;
  // With a mapping the author has said what is wanted of a file that may hold much else.
  if (unused.size > 0 && ours.size === 0) reportUnused(unused, known, source, reading);
  return { source, rows };
}

/** A column of numbers, for an empirical distribution. */
export function readColumn(
  file: string,
  column: string,
  path: Path,
  reading: Reading,
): readonly (readonly [Cell, Row])[] | undefined {
  const table = readTable(file, path, { value: column }, ["value"], reading);
  if (table === undefined) return undefined;
  const cells = table.rows.flatMap((row): readonly (readonly [Cell, Row])[] => {
    const cell = row.cells.get("value");
    return cell === undefined ? [] : [[cell, row]];
  });
  if (cells.length === 0) {
    const problem = `no row has a value in a column \`${shorten(column)}\``;
    reportAt(reading, workloadHistory, { problem }, table.source, { start: 0, end: 0 });
    return undefined;
  }
  return cells;
}

function isKnown(name: string, known: readonly string[]): boolean {
  return (
    (known.includes(name) && !name.endsWith(".")) ||
    known.some((each) => each.endsWith(".") && name.length > each.length && name.startsWith(each))
  );
}

function reportUnused(
  unused: ReadonlySet<string>,
  known: readonly string[],
  source: SourceText,
  reading: Reading,
): void {
  const names = [...unused];
  const shown = names.slice(0, 5).map((name) => `\`${shorten(name)}\``);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  const [first = ""] = names;
  const near = closest(first, known);
  const help =
    near === undefined
      ? `columns are: ${known.map((each) => (each.endsWith(".") ? `${each}KEY` : each)).join(", ")}; \`columns\` names others`
      : `did you mean \`${near}\`?`;
  const span = { start: 0, end: lineText(source, 1).length };
  const columns = names.length === 1 ? "column" : "columns";
  reportAt(
    reading,
    workloadUnusedColumn,
    { names: `the ${columns} ${shown.join(", ")}${more}` },
    source,
    span,
    { help },
  );
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function csvRows(
  source: SourceText,
  wanted: (name: string) => string | undefined,
  reading: Reading,
): readonly Row[] | undefined {
  let records: readonly CsvRecord[];
  try {
    records = parse<CsvRecord>(source.text, {
      bom: true,
      info: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      delimiter: delimiterOf(lineText(source, 1)),
      max_record_size: 1_000_000,
      to: maxRows + 2,
      // The library's types know no `info` with a type of record.
    } as Parameters<typeof parse<CsvRecord>>[1]);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const problem = `this is no CSV: ${csvProblem(error)}`;
    reportAt(reading, workloadHistory, { problem }, source, lineSpan(source, lineOf(error)));
    return undefined;
  }
  const [header, ...body] = records;
  if (header === undefined || body.length === 0) {
    const problem = header === undefined ? "the file is empty" : "there is no row below the names";
    reportAt(reading, workloadHistory, { problem }, source, { start: 0, end: 0 });
    return undefined;
  }
  if (tooMany(body.length, source, reading)) return undefined;
  const names = header.record.map((name) => wanted(name));
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) < index);
  if (twice !== undefined) {
    const problem = `there are two columns \`${shorten(twice)}\``;
    reportAt(reading, workloadHistory, { problem }, source, lineSpan(source, 1));
    return undefined;
  }
  const rows: Row[] = [];
  for (const { record, info } of body) {
    const span = lineSpan(source, info.lines);
    if (record.length > names.length) {
      const columns = names.length === 1 ? "is 1 column" : `are ${names.length} columns`;
      const problem = `the row has ${record.length} cells, and there ${columns}`;
      const help = "a text with the separator in it stands in double quotes";
      reportAt(reading, workloadHistory, { problem }, source, span, { help });
      continue;
    }
    const cells = new Map<string, Cell>();
    for (const [index, name] of names.entries()) {
      const cell = record[index];
      if (name !== undefined && cell !== undefined && cell !== "") cells.set(name, cell);
    }
    rows.push({ cells, span });
  }
  return rows;
}

function jsonRows(
  source: SourceText,
  wanted: (name: string) => string | undefined,
  reading: Reading,
): readonly Row[] | undefined {
  const { value: root, diagnostics } = readJson(source);
  reading.diagnostics.push(...diagnostics);
  if (root === undefined || root.kind !== "array") return undefined;
  if (tooMany(root.items.length, source, reading)) return undefined;
  if (root.items.length === 0) {
    reportAt(reading, workloadHistory, { problem: "the list is empty" }, source, root.span);
    return undefined;
  }
  const rows: Row[] = [];
  for (const item of root.items) {
    if (item.kind !== "object") {
      const problem = "each row is an object of columns";
      reportAt(reading, workloadHistory, { problem }, source, item.span);
      continue;
    }
    const cells = new Map<string, Cell>();
    for (const { key, value, keySpan } of item.members) {
      const inner =
        key === "labels" && value.kind === "object"
          ? value.members.map((label) => ({ name: `label.${label.key}`, value: label.value }))
          : [{ name: key, value }];
      for (const cell of inner) {
        const name = wanted(cell.name);
        if (name === undefined || cell.value.kind === "null") continue;
        if (cell.value.kind === "object" || cell.value.kind === "array") {
          const problem = `\`${shorten(cell.name)}\` takes text, a number, true or false`;
          reportAt(reading, workloadHistory, { problem }, source, keySpan);
        } else cells.set(name, cell.value.value);
      }
    }
    rows.push({ cells, span: { start: item.span.start, end: item.span.start + 1 } });
  }
  return rows;
}

function tooMany(count: number, source: SourceText, reading: Reading): boolean {
  if (count <= maxRows) return false;
  const problem = `the file has more than the ${maxRows.toLocaleString("en")} rows that are read`;
  reportAt(reading, workloadHistory, { problem }, source, { start: 0, end: 0 });
  return true;
}

/** Spreadsheets write semicolons where a comma is the decimal sign; databases like tabs. */
function delimiterOf(header: string): string {
  const count = (sign: string): number => header.split(sign).length;
  const signs = [",", ";", "\t"];
  return signs.reduce((best, sign) => (count(sign) > count(best) ? sign : best), ",");
}

function csvProblem(error: CsvError): string {
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a double quote is not closed";
    case "CSV_INVALID_CLOSING_QUOTE":
      return "after a closing double quote comes neither a separator nor the end of the line";
    case "INVALID_OPENING_QUOTE":
      return "a double quote stands inside a cell that does not start with one";
    case "CSV_MAX_RECORD_SIZE":
      return "a row is longer than a million characters";
    default:
      return error.message.replace(/^[^:]*: /u, "");
  }
}

function lineOf(error: CsvError): number {
  return "lines" in error && typeof error.lines === "number" ? error.lines : 1;
}

function lineSpan(source: SourceText, line: number): Span {
  const start = source.lineStarts[line - 1] ?? source.text.length;
  return { start, end: start + lineText(source, line).length };
}
