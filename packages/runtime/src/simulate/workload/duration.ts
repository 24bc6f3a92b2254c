const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Ten years: longer times are mistakes. */
export const maxDurationMs = 315_360_000_000;

/**
 * Milliseconds of a number of seconds or of a text such as `90s`, `4m`, `1h 30m`; `undefined`
 * for anything else, and for what is negative or longer than ten years.
 */
export function durationMs(value: number | string): number | undefined {
  const ms = typeof value === "number" ? value * 1000 : ofText(value);
  return ms !== undefined && ms >= 0 && ms <= maxDurationMs ? ms : undefined;
}

function ofText(text: string): number | undefined {
  if (text.length > 100 || !/^\s*(?:\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)\s*)+$/u.test(text)) {
    return undefined;
  }
  let sum = 0;
  for (const [, digits = "", unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)/gu)) {
    sum += Number(digits) * (units[unit] ?? Number.NaN);
  }
  return sum;
}

/** `90 s` as people write it: `1m 30s`; `0.25s` below a second. */
export function showDuration(ms: number): string {
  if (ms < 0) return `-${showDuration(-ms)}`;
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(ms < 1000 ? 3 : ms < 9950 ? 2 : 1))}s`;
  const seconds = Math.round(ms / 1000);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

/** Milliseconds after midnight of `08:30`, `08:30:15` or `24:00`; `undefined` for another text. */
export function timeOfDayMs(text: string): number | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d))?$/u.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds = "0"] = match;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
}

export interface Instant {
  readonly ms: number;
  readonly offsetMs: number;
}

/** An ISO 8601 date-time with seconds or without, with an offset or `Z` (the same as none). */
export function instantOf(text: string): Instant | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?\s?(Z|[+-]\d\d:\d\d)?$/iu.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const [, date = "", time = "00:00", seconds = ":00", zone = "Z"] = match;
  const ms = Date.parse(`${date}T${time}${seconds.slice(0, 7)}${zone.toUpperCase()}`);
  if (Number.isNaN(ms)) return undefined;
  const [, sign = "+", hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/u.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { ms, offsetMs: sign === "-" ? -offset : offset };
}
