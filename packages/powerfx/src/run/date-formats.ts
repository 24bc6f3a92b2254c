import { parseFormat, type TextFormat } from "./format.ts";

/** The members of `DateTimeFormat`, by the values they have as text. en-US. */
const layouts: readonly (readonly [value: string, layout: string])[] = [
  ["'longdate'", "dddd, mmmm d, yyyy"],
  ["'shortdate'", "m/d/yyyy"],
  ["'longtime'", "h:mm:ss AM/PM"],
  ["'shorttime'", "h:mm AM/PM"],
  ["'longtime24'", "h:mm:ss"],
  ["'shorttime24'", "h:mm"],
  ["'longdatetime'", "dddd, mmmm d, yyyy h:mm:ss AM/PM"],
  ["'shortdatetime'", "m/d/yyyy h:mm AM/PM"],
  ["'longdatetime24'", "dddd, mmmm d, yyyy h:mm:ss"],
  ["'shortdatetime24'", "m/d/yyyy h:mm"],
  ["utc", 'yyyy-mm-dd"T"hh:mm:ss.000"Z"'],
];

export const dateTimeFormats: ReadonlyMap<string, TextFormat> = new Map(
  layouts.flatMap(([value, layout]) => {
    const format = parseFormat(layout);
    return format === undefined ? [] : [[value, format] as const];
  }),
);
