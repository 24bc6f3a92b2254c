import { dayMs, makeMoment, msOfDate } from "../run/moments.ts";
import { types } from "../values/types.ts";
import { FxMoment, type FxValue, fxError } from "../values/value.ts";
import { asCount, bindScalarCall, defineFunction, type FxFunction } from "./define.ts";

const badDate = fxError("InvalidArgument", "the date is out of range");
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
      bindScalarCall(
        call,
        binder,
        [number, number, number, number],
        types.time,
        (h, m, s, ms) => new FxMoment("time", timeMs(h, m, s, ms ?? 0)),
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
