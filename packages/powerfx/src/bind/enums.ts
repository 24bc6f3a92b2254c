import { errorKinds, type FxValue } from "../values/value.ts";

/** The engine's built-in enumerations that matter without a screen. */
export interface FxEnum {
  readonly base: "text" | "decimal";
  readonly values: ReadonlyMap<string, FxValue>;
}

function textEnum(values: Readonly<Record<string, string>>): FxEnum {
  return { base: "text", values: new Map(Object.entries(values)) };
}

function numberEnum(values: Readonly<Record<string, number>>): FxEnum {
  return { base: "decimal", values: new Map(Object.entries(values)) };
}

/** One character of a label of a domain's name: a sub-pattern of `Match.Email`. */
const emailLabel = "(?:[^\\s\\p{P}<=>+\\|]|[\\-_\\xb7\\u05f3\\u05f4\\u0f0b\\u30fb])";

export const fxEnums: ReadonlyMap<string, FxEnum> = new Map([
  ["ErrorKind", numberEnum(errorKinds)],
  ["SortOrder", textEnum({ Ascending: "ascending", Descending: "descending" })],
  [
    "TimeUnit",
    textEnum({
      Milliseconds: "milliseconds",
      Seconds: "seconds",
      Minutes: "minutes",
      Hours: "hours",
      Days: "days",
      Months: "months",
      Quarters: "quarters",
      Years: "years",
    }),
  ],
  [
    "StartOfWeek",
    numberEnum({
      Sunday: 1,
      Monday: 2,
      Tuesday: 12,
      Wednesday: 13,
      Thursday: 14,
      Friday: 15,
      Saturday: 16,
      MondayZero: 3,
    }),
  ],
  [
    "DateTimeFormat",
    textEnum({
      LongDate: "'longdate'",
      ShortDate: "'shortdate'",
      LongTime: "'longtime'",
      ShortTime: "'shorttime'",
      LongTime24: "'longtime24'",
      ShortTime24: "'shorttime24'",
      LongDateTime: "'longdatetime'",
      ShortDateTime: "'shortdatetime'",
      LongDateTime24: "'longdatetime24'",
      ShortDateTime24: "'shortdatetime24'",
      UTC: "utc",
    }),
  ],
  [
    "JSONFormat",
    textEnum({
      Compact: "",
      IndentFour: "4",
      IgnoreBinaryData: "G",
      IncludeBinaryData: "B",
      IgnoreUnsupportedTypes: "I",
      FlattenValueTables: "_",
    }),
  ],
  [
    "MatchOptions",
    textEnum({
      BeginsWith: "^c",
      Complete: "^c$",
      Contains: "c",
      DotAll: "s",
      EndsWith: "c$",
      FreeSpacing: "x",
      IgnoreCase: "i",
      Multiline: "m",
      NumberedSubMatches: "N",
    }),
  ],
  [
    "Match",
    textEnum({
      Any: ".",
      Comma: ",",
      Digit: "\\d",
      // Before the @, anything but spaces, the delimiters of RFC 822 and brackets or quotes of any
      // script (braces are in order after all); after it, at least two labels of what is neither
      // space, punctuation nor one of a few signs, with the points that IDNA 2008 allows. It says
      // what is left out, so signs beyond 16 bits are in.
      Email: `(?:(?:[^\\s<>@,;:\\\\"\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}]|[\\{\\}])+@(?:${emailLabel}+\\.)+${emailLabel}+)`,
      Hyphen: "-",
      LeftParen: "\\(",
      Letter: "\\p{L}",
      MultipleDigits: "\\d+",
      MultipleLetters: "\\p{L}+",
      MultipleNonSpaces: "\\S+",
      MultipleSpaces: "\\s+",
      NonSpace: "\\S",
      OptionalDigits: "\\d*",
      OptionalLetters: "\\p{L}*",
      OptionalNonSpaces: "\\S*",
      OptionalSpaces: "\\s*",
      Period: "\\.",
      RightParen: "\\)",
      Space: "\\s",
      Tab: "\\t",
    }),
  ],
]);
