import { FxMoment, type FxValue, fxError } from "../values/value.ts";

/** Dates and times: milliseconds since 1899-12-30T00:00, in one zone (UTC). */

export const dayMs = 86_400_000;

/** 1970-01-01 counted from 1899-12-30, in days. */
export const unixEpochDays = 25_569;

const firstMs = msOfDate(1, 1, 1);
const lastMs = msOfDate(9999, 12, 31) + dayMs - 1;

const outOfRange = fxError("InvalidArgument", "the date is out of range");
const notADate = fxError("InvalidArgument", "the text is not a date or time");

export function msOfDate(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() + unixEpochDays * dayMs;
}

/**
 * A moment of the given type, or an error out of range (years 1 to 9999; some 29,000 years for a
 * time). Arithmetic keeps what the type does not show: a date its fraction of a day, a time its
 * whole days.
 */
export function makeMoment(type: FxMoment["type"], ms: number): FxValue {
  if (!Number.isFinite(ms)) return outOfRange;
  const rounded = Math.round(ms);
  if (type === "time") {
    return Math.abs(rounded) > longestTimeMs ? outOfRange : new FxMoment("time", rounded);
  }
  if (rounded < firstMs || rounded > lastMs) return outOfRange;
  return new FxMoment(type, rounded);
}

/** .NET's TimeSpan. */
const longestTimeMs = 922_337_203_685_477;

export function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

/** Milliseconds since midnight. */
export function timeOfDay(ms: number): number {
  return ms - startOfDay(ms);
}

export interface MomentParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

export function partsOf(ms: number): MomentParts {
  const date = new Date(ms - unixEpochDays * dayMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
  };
}

/** en-US: `1/31/2024`, `1:05 PM`, or both. */
export function momentText(value: FxMoment): string {
  const parts = partsOf(value.ms);
  const date = `${parts.month}/${parts.day}/${parts.year}`;
  const hour = parts.hour % 12 === 0 ? 12 : parts.hour % 12;
  const time = `${hour}:${String(parts.minute).padStart(2, "0")} ${parts.hour < 12 ? "AM" : "PM"}`;
  return value.type === "date" ? date : value.type === "time" ? time : `${date} ${time}`;
}

const monthNames = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

const timePattern = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?)?\s*(am|pm|a|p)?$/i;

/** Reads en-US dates and times, and ISO 8601. */
export function parseMoment(
  text: string,
): { readonly ms: number; readonly hasDate: boolean } | undefined {
  const trimmed = text.trim().replace(/[\u202f\u00a0]/g, " ");
  const iso =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(am|pm)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?)?$/i.exec(
      trimmed,
    );
  if (iso !== null) {
    const [, y, mo, d, h, mi, s, f, half, zone] = iso;
    const date = validDate(Number(y), Number(mo), Number(d));
    if (date === undefined) return undefined;
    const time = h === undefined ? 0 : validTime(h, mi, s, f, half);
    if (time === undefined) return undefined;
    return { ms: date + time - zoneOffset(zone), hasDate: true };
  }
  const time = parseTime(trimmed);
  if (time !== undefined) return { ms: time, hasDate: false };
  const patterns: readonly (readonly [
    RegExp,
    (m: RegExpExecArray) => readonly (string | undefined)[],
  ])[] = [
    [
      /^(?:\p{L}{3,9},?\s+)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{1,4})(?:[,\s]+(.*))?$/u,
      (m) => [m[3], m[1], m[2]],
    ],
    [/^(\d{4})\/(\d{1,2})\/(\d{1,2})(?:[,\sT]+(.*))?$/, (m) => [m[1], m[2], m[3]]],
    [
      /^(?:\p{L}{3,9},?\s+)?(\p{L}{3,9})\.?\s+(\d{1,2})(?:,\s*|\s+)(\d{1,4})(?:[,\s]+(.*))?$/u,
      (m) => [m[3], m[1], m[2]],
    ],
    [
      /^(?:\p{L}{3,9},?\s+)?(\d{1,2})[\s-]+(\p{L}{3,9})\.?,?[\s-]+(\d{1,4})(?:[,\s]+(.*))?$/u,
      (m) => [m[3], m[2], m[1]],
    ],
  ];
  for (const [pattern, order] of patterns) {
    const match = pattern.exec(trimmed);
    if (match === null) continue;
    const [yearText = "", monthText = "", dayText = ""] = order(match);
    const month = /^\d+$/.test(monthText) ? Number(monthText) : monthNumber(monthText);
    if (month === undefined) continue;
    const date = validDate(fullYear(yearText), month, Number(dayText));
    if (date === undefined) return undefined;
    const rest = match[4]?.trim() ?? "";
    if (rest === "") return { ms: date, hasDate: true };
    const zoned = /^(.*?)\s*(Z|[+-]\d{1,2}:?\d{2})$/i.exec(rest);
    const clock = parseTime(zoned?.[1] ?? rest);
    if (clock === undefined) return undefined;
    return { ms: date + clock - zoneOffset(zoned?.[2]), hasDate: true };
  }
  return undefined;
}

/** Hours past 24 count only for what is left of whole days. */
function parseLongTime(
  text: string,
): { readonly ms: number; readonly hasDate: boolean } | undefined {
  const match = /^\s*(\d{1,3}):(\d{2}):(\d{2})\s*$/.exec(text);
  if (match === null) return undefined;
  const [, h, m, s] = match;
  if (Number(m) > 59 || Number(s) > 59) return undefined;
  return { ms: ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000, hasDate: false };
}

function parseTime(text: string): number | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, h, m, s, f, half] = match;
  if (m === undefined && half === undefined) return undefined;
  return validTime(h, m, s, f, half);
}

function validTime(
  h: string | undefined,
  m: string | undefined,
  s: string | undefined,
  fraction: string | undefined,
  half: string | undefined,
): number | undefined {
  let hour = Number(h);
  const minute = Number(m ?? 0);
  const second = Number(s ?? 0);
  if (half !== undefined) {
    if (hour > 12) return undefined;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-9);
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

function validDate(year: number, month: number, day: number): number | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  const ms = msOfDate(year, month, day);
  return partsOf(ms).month === month ? ms : undefined;
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}

function monthNumber(text: string): number | undefined {
  const lower = text.toLowerCase();
  const index = monthNames.findIndex((name) => name === lower || name.slice(0, 3) === lower);
  return index < 0 ? undefined : index + 1;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || /^z$/i.test(zone)) return 0;
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === "-" ? -1 : 1) * minutes * 60_000;
}

export function textToMoment(type: FxMoment["type"]): (value: FxValue) => FxValue {
  return (value) => {
    if (typeof value !== "string" || value === "") return null;
    const parsed = parseMoment(value) ?? (type === "time" ? parseLongTime(value) : undefined);
    if (parsed === undefined) return notADate;
    if (type === "time") return new FxMoment("time", timeOfDay(parsed.ms));
    if (!parsed.hasDate && type === "date") return makeMoment("date", 0);
    return makeMoment(type, type === "date" ? startOfDay(parsed.ms) : parsed.ms);
  };
}

export function numberToMoment(type: FxMoment["type"]): (value: FxValue) => FxValue {
  return (value) => {
    if (typeof value !== "number") return null;
    return makeMoment(type, value * dayMs);
  };
}

export function momentToMoment(type: FxMoment["type"]): (value: FxValue) => FxValue {
  return (value) => {
    if (!(value instanceof FxMoment)) return null;
    return makeMoment(type, type === "date" ? startOfDay(value.ms) : value.ms);
  };
}

export function momentValueToText(value: FxValue): FxValue {
  return value instanceof FxMoment ? momentText(value) : null;
}
