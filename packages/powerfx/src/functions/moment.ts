import type { Binder } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import { constant, type Ir } from "../bind/ir.ts";
import { dayMs, makeMoment, msOfDate, partsOf, startOfDay } from "../run/moments.ts";
import { asFloat } from "../run/operations.ts";
import { errorSpan, type FxCallNode } from "../tree.ts";
import { type FxType, typeName, types } from "../values/types.ts";
import { FxMoment, type FxValue, fxError } from "../values/value.ts";
import { asCount, bindScalarCall, defineFunction, type FxFunction } from "./define.ts";
import { invalid } from "./rows.ts";

const badDate = fxError("InvalidArgument", "the date is out of range");
const badUnit = fxError("InvalidArgument", "the unit is not known");
const badStart = fxError("InvalidArgument", "the first day of the week is not known");
const number = { type: "float" } as const;

export const momentFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "Date",
    signatures: ["Date(year: Number, month: Number, day: Number): Date"],
    doc: "A date. Months and days beyond their range run over.",
    examples: [["Text(Date(2024, 13, 1))", '"1/1/2025"']],
    arity: { min: 3, max: 3 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [number, number, number], types.date, (y, m, d) =>
        dateOf("date", y, m, d, 0),
      ),
  }),
  defineFunction({
    name: "Time",
    signatures: ["Time(hour: Number, minute: Number, second: Number, [millisecond: Number]): Time"],
    doc: "A time of day.",
    examples: [["Text(Time(13, 5, 0))", '"1:05 PM"']],
    arity: { min: 3, max: 4 },
    bind: (call, binder) =>
      bindScalarCall(call, binder, [number, number, number, number], types.time, (h, m, s, ms) =>
        makeMoment("time", timeMs(h, m, s, ms ?? 0)),
      ),
  }),
  defineFunction({
    name: "DateTime",
    signatures: [
      "DateTime(year: Number, month: Number, day: Number, hour: Number, minute: Number, second: Number, [millisecond: Number]): DateTime",
    ],
    doc: "A date with a time.",
    examples: [["Text(DateTime(2024, 1, 31, 13, 5, 0))", '"1/31/2024 1:05 PM"']],
    arity: { min: 6, max: 7 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [number, number, number, number, number, number, number],
        types.datetime,
        (y, mo, d, h, m, s, ms) => dateOf("datetime", y, mo, d, timeMs(h, m, s, ms ?? 0)),
      ),
  }),
  part("Year", "The year of a date.", (ms) => partsOf(ms).year, "2024", 1900),
  part("Month", "The month of a date.", (ms) => partsOf(ms).month, "1", 1),
  part("Day", "The day of the month.", (ms) => partsOf(ms).day, "31"),
  part("Hour", "The hour.", (ms) => partsOf(ms).hour, "13"),
  part("Minute", "The minute.", (ms) => partsOf(ms).minute, "5"),
  part("Second", "The second.", (ms) => partsOf(ms).second, "9"),
  defineFunction({
    name: "Weekday",
    signatures: ["Weekday(date: DateTime, [start: StartOfWeek]): Number"],
    doc: "The day of the week, from 1; Sunday is the first unless said otherwise.",
    examples: [["Weekday(Date(2024, 1, 31))", "4"]],
    arity: { min: 1, max: 2 },
    bind: (call, binder) =>
      bindWeek(
        call,
        binder,
        (ms, start) => {
          if (start === 3) return (partsOf(ms).weekday + 6) % 7;
          const first = firstWeekday(start);
          return first === undefined ? badStart : ((partsOf(ms).weekday - first + 7) % 7) + 1;
        },
        0,
      ),
  }),
  defineFunction({
    name: "WeekNum",
    signatures: ["WeekNum(date: DateTime, [start: StartOfWeek]): Number"],
    doc: "The week of the year; the week of January 1 is the first.",
    examples: [["WeekNum(Date(2024, 1, 31))", "5"]],
    arity: { min: 1, max: 2 },
    bind: (call, binder) =>
      bindWeek(
        call,
        binder,
        (ms, start) => {
          const first = firstWeekday(start);
          if (first === undefined) return badStart;
          const january = msOfDate(partsOf(ms).year, 1, 1);
          const dayOfYear = Math.floor((startOfDay(ms) - january) / dayMs);
          const offset = (partsOf(january).weekday - first + 7) % 7;
          return Math.floor((dayOfYear + offset) / 7) + 1;
        },
        1,
      ),
  }),
  defineFunction({
    name: "DateAdd",
    signatures: ["DateAdd(date: DateTime, count: Number, [unit: TimeUnit]): DateTime"],
    doc: "A date so many units later; days unless said otherwise. Months, quarters and years are whole and keep within the month.",
    examples: [["Text(DateAdd(Date(2024, 1, 31), 1, TimeUnit.Months))", '"2/29/2024"']],
    arity: { min: 2, max: 3 },
    bind: bindDateAdd,
  }),
  defineFunction({
    name: "DateDiff",
    signatures: ["DateDiff(start: DateTime, end: DateTime, [unit: TimeUnit]): Number"],
    doc: "How many boundaries of a unit lie between two dates; days unless said otherwise.",
    examples: [["DateDiff(Date(2024, 1, 31), Date(2024, 3, 1), TimeUnit.Months)", "2"]],
    arity: { min: 2, max: 3 },
    bind: bindDateDiff,
  }),
  monthFunction(
    "EDate",
    "The date so many months later, kept within the month.",
    (year, month, day) => msOfDate(year, month, Math.min(day, daysIn(year, month))),
    '"2/29/2024"',
  ),
  monthFunction(
    "EOMonth",
    "The last day of the month so many months later.",
    (year, month) => msOfDate(year, month, daysIn(year, month)),
    '"2/29/2024"',
  ),
  reading("DateValue", "date", "Reads a date.", '"1/31/2024"'),
  reading("TimeValue", "time", "Reads a time of day.", '"1:05 PM"'),
  reading("DateTimeValue", "datetime", "Reads a date with a time.", '"1/31/2024 1:05 PM"'),
];

function timeMs(
  h: FxValue | undefined,
  m: FxValue | undefined,
  s: FxValue | undefined,
  ms: FxValue | undefined,
): number {
  return ((asCount(h) * 60 + asCount(m)) * 60 + asCount(s)) * 1000 + asCount(ms);
}

function dateOf(
  type: "date" | "datetime",
  y: FxValue | undefined,
  m: FxValue | undefined,
  d: FxValue | undefined,
  time: number,
): FxValue {
  const year = asCount(y);
  const month = asCount(m);
  const day = asCount(d);
  if (year < 1 || year > 9999 || Math.abs(month) > 1e6 || Math.abs(day) > 1e8) return badDate;
  return makeMoment(type, msOfDate(year, month, 1) + (day - 1) * dayMs + time);
}

function daysIn(year: number, month: number): number {
  return partsOf(msOfDate(year, month + 1, 0)).day;
}

function msOf(value: FxValue | undefined): number {
  return value instanceof FxMoment ? value.ms : 0;
}

/** An argument as a moment: its own type if it has one, else a date with a time. */
function momentArgument(call: FxCallNode, index: number, binder: Binder): Ir | undefined {
  const node = call.args[index];
  if (node === undefined) return undefined;
  const arg = binder.bind(node);
  const { kind } = arg.type;
  if (kind === "date" || kind === "time" || kind === "datetime") return arg;
  const moment = kind === "error" || kind === "boolean" ? undefined : convert(arg, "datetime");
  if (moment === undefined) {
    binder.report(
      "ErrBadType_ExpectedType_ProvidedType",
      errorSpan(node),
      ["DateTime", typeName(arg.type)],
      arg,
    );
  }
  return moment;
}

function part(
  name: string,
  doc: string,
  read: (ms: number) => number,
  example: string,
  // Blank is the day before 1900, as in a spreadsheet.
  ofBlank = 0,
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(date: DateTime): Number`],
    doc,
    examples: [[`${name}(DateTime(2024, 1, 31, 13, 5, 9))`, example]],
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const moment = momentArgument(call, 0, binder);
      if (moment === undefined) return invalid(call, binder);
      return strict(
        call,
        types.decimal,
        (value) => (value === null ? ofBlank : read(msOf(value))),
        [moment],
        {
          mayBlank: false,
          mayError: moment.mayError,
        },
      );
    },
  });
}

/** A member of an enumeration, by name or by a value of its type; numbers and text are refused. */
function enumArgument(
  call: FxCallNode,
  index: number,
  enumeration: string,
  fallback: FxValue,
  binder: Binder,
): Ir | undefined {
  const node = call.args[index];
  if (node === undefined) return constant(call, types.blank, fallback);
  const arg = binder.bind(node);
  if (arg.type.kind === "enum" && arg.type.name === enumeration) return arg;
  if (arg.type.kind === "blank") return arg;
  binder.report(
    "ErrBadType_ExpectedType_ProvidedType",
    errorSpan(node),
    [enumeration, typeName(arg.type)],
    arg,
  );
  return undefined;
}

/** Indexed by the numbers of `StartOfWeek`; Sunday is 0. */
function firstWeekday(start: number): number | undefined {
  if (start === 1) return 0;
  if (start === 2 || start === 11) return 1;
  if (start === 17) return 0;
  return start >= 12 && start <= 16 ? start - 10 : undefined;
}

function bindWeek(
  call: FxCallNode,
  binder: Binder,
  run: (ms: number, start: number) => FxValue,
  blankStart: number,
): Ir {
  const moment = momentArgument(call, 0, binder);
  const start = enumArgument(call, 1, "StartOfWeek", 1, binder);
  if (moment === undefined || start === undefined) return invalid(call, binder);
  return strict(
    call,
    types.decimal,
    (value, first) => run(msOf(value), typeof first === "number" ? first : blankStart),
    [moment, start],
    { mayBlank: false },
  );
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ["milliseconds", 1],
  ["seconds", 1_000],
  ["minutes", 60_000],
  ["hours", 3_600_000],
  ["days", dayMs],
]);

const unitMonths: ReadonlyMap<string, number> = new Map([
  ["months", 1],
  ["quarters", 3],
  ["years", 12],
]);

function unitOf(value: FxValue | undefined): string {
  return typeof value === "string" ? value.toLowerCase() : "days";
}

function bindDateAdd(call: FxCallNode, binder: Binder): Ir {
  const moment = momentArgument(call, 0, binder);
  const countNode = call.args[1];
  const unit = enumArgument(call, 2, "TimeUnit", "days", binder);
  const bound = countNode === undefined ? undefined : binder.bind(countNode);
  const count =
    bound === undefined || bound.type.kind === "error" ? undefined : convert(bound, "float");
  if (count === undefined && bound !== undefined) {
    binder.report("ErrNumberExpected", errorSpan(bound.node), [], bound);
  }
  if (moment === undefined || count === undefined || unit === undefined)
    return invalid(call, binder);
  const type = momentKind(moment.type);
  return strict(
    call,
    types[type],
    (at, by, name) => addUnits(type, msOf(at), asFloat(by), unitOf(name)),
    [moment, count, unit],
    { mayBlank: false },
  );
}

function momentKind(type: FxType): "date" | "time" | "datetime" {
  return type.kind === "date" || type.kind === "time" ? type.kind : "datetime";
}

function addUnits(
  type: "date" | "time" | "datetime",
  ms: number,
  count: number,
  unit: string,
): FxValue {
  const step = unitMs.get(unit);
  if (step !== undefined) return makeMoment(type, ms + count * step);
  const months = unitMonths.get(unit);
  if (months === undefined) return badUnit;
  const date = shiftMonths(ms, Math.trunc(count) * months, (year, month, day) =>
    msOfDate(year, month, Math.min(day, daysIn(year, month))),
  );
  return date === undefined ? badDate : makeMoment(type, date + ms - startOfDay(ms));
}

/** The day that `pick` makes of the month so many months away; `undefined` out of range. */
function shiftMonths(
  ms: number,
  months: number,
  pick: (year: number, month: number, day: number) => number,
): number | undefined {
  const { year, month, day } = partsOf(ms);
  const total = year * 12 + month - 1 + months;
  if (!(total >= 12 && total < 10_000 * 12)) return undefined;
  return pick(Math.floor(total / 12), (total % 12) + 1, day);
}

function bindDateDiff(call: FxCallNode, binder: Binder): Ir {
  const start = momentArgument(call, 0, binder);
  const end = momentArgument(call, 1, binder);
  const unit = enumArgument(call, 2, "TimeUnit", "days", binder);
  if (start === undefined || end === undefined || unit === undefined) return invalid(call, binder);
  return strict(
    call,
    types.decimal,
    (from, to, name) => difference(msOf(from), msOf(to), unitOf(name)),
    [start, end, unit],
    { mayBlank: false },
  );
}

function difference(from: number, to: number, unit: string): FxValue {
  const step = unitMs.get(unit);
  if (step !== undefined) return Math.floor(to / step) - Math.floor(from / step);
  const a = partsOf(from);
  const b = partsOf(to);
  const years = b.year - a.year;
  switch (unit) {
    case "years":
      return years;
    case "quarters":
      return years * 4 + Math.floor((b.month - 1) / 3) - Math.floor((a.month - 1) / 3);
    case "months":
      return years * 12 + b.month - a.month;
    default:
      return badUnit;
  }
}

function monthFunction(
  name: string,
  doc: string,
  pick: (year: number, month: number, day: number) => number,
  example: string,
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(date: DateTime, months: Number): Date`],
    doc,
    examples: [[`Text(${name}(Date(2024, 1, 31), 1))`, example]],
    arity: { min: 2, max: 2 },
    bind(call, binder) {
      const moment = momentArgument(call, 0, binder);
      const node = call.args[1];
      const bound = node === undefined ? undefined : binder.bind(node);
      const count =
        bound === undefined || bound.type.kind === "error" ? undefined : convert(bound, "float");
      if (count === undefined && bound !== undefined) {
        binder.report("ErrNumberExpected", errorSpan(bound.node), [], bound);
      }
      if (moment === undefined || count === undefined) return invalid(call, binder);
      return strict(
        call,
        types.date,
        (at, months) => {
          const ms = shiftMonths(msOf(at), Math.trunc(asFloat(months)), pick);
          return ms === undefined ? badDate : makeMoment("date", ms);
        },
        [moment, count],
        { mayBlank: false },
      );
    },
  });
}

function reading(
  name: string,
  kind: "date" | "time" | "datetime",
  doc: string,
  example: string,
): FxFunction {
  return defineFunction({
    name,
    signatures: [
      `${name}(text: Text, [language: Text]): ${kind === "date" ? "Date" : kind === "time" ? "Time" : "DateTime"}`,
    ],
    doc: `${doc} en-US forms and ISO 8601.`,
    examples: [[`Text(${name}("2024-01-31T13:05:09"))`, example]],
    arity: { min: 1, max: 2 },
    bind(call, binder) {
      const [arg, language] = call.args.map((node) => binder.bind(node));
      if (arg === undefined) return binder.failed(call);
      const tag = language === undefined ? undefined : convert(language, "text");
      const accepted =
        arg.type.kind === "text" ||
        arg.type.kind === "untyped" ||
        arg.type.kind === "blank" ||
        arg.type.kind === "date" ||
        arg.type.kind === "time" ||
        arg.type.kind === "datetime";
      const moment = accepted ? convert(arg, kind) : undefined;
      if (moment === undefined || (language !== undefined && tag === undefined)) {
        binder.report("ErrStringExpected", errorSpan(arg.node), [], arg);
        return invalid(call, binder);
      }
      return strict(
        call,
        types[kind],
        (value) => value,
        tag === undefined ? [moment] : [moment, tag],
      );
    },
  });
}
