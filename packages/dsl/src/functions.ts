/**
 * The functions of the language: those with an exact Power Fx counterpart. One table, read by
 * checker, core form, printers, completion, hover and docs.
 */
export interface LanguageFunction {
  readonly name: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: "text" | "number";
    readonly optional?: boolean;
  }[];
  readonly result: "text" | "number" | "boolean";
  /** Whether the last parameter may be repeated. */
  readonly variadic?: boolean;
  /** The Power Fx function; `operator` for one written between its arguments (`needle in text`). */
  readonly powerFx: { readonly name: string; readonly operator?: boolean };
  readonly doc: string;
  /** An expression of the language and its value, run as a test. */
  readonly examples: readonly (readonly [expression: string, value: string])[];
}

const text = (name: string) => ({ name, type: "text" }) as const;
const number = (name: string) => ({ name, type: "number" }) as const;

function define(definition: LanguageFunction): LanguageFunction {
  return definition;
}

export const languageFunctions: readonly LanguageFunction[] = [
  define({
    name: "startsWith",
    parameters: [text("value"), text("start")],
    result: "boolean",
    powerFx: { name: "StartsWith" },
    doc: "Whether `value` begins with `start`, ignoring case.",
    examples: [['startsWith("Xbox One", "xbox")', "true"]],
  }),
  define({
    name: "endsWith",
    parameters: [text("value"), text("end")],
    result: "boolean",
    powerFx: { name: "EndsWith" },
    doc: "Whether `value` ends with `end`, ignoring case.",
    examples: [['endsWith("Xbox One", "ONE")', "true"]],
  }),
  define({
    name: "contains",
    parameters: [text("value"), text("part")],
    result: "boolean",
    powerFx: { name: "in", operator: true },
    doc: "Whether `part` occurs in `value`, ignoring case. An empty part occurs in everything.",
    examples: [['contains("Xbox One", "BOX")', "true"]],
  }),
  define({
    name: "len",
    parameters: [text("value")],
    result: "number",
    powerFx: { name: "Len" },
    doc: "Length in UTF-16 code units; 0 for a missing label.",
    examples: [['len("queue")', "5"]],
  }),
  define({
    name: "lower",
    parameters: [text("value")],
    result: "text",
    powerFx: { name: "Lower" },
    doc: "The text in lower case.",
    examples: [['lower("EN")', '"en"']],
  }),
  define({
    name: "upper",
    parameters: [text("value")],
    result: "text",
    powerFx: { name: "Upper" },
    doc: "The text in upper case.",
    examples: [['upper("en")', '"EN"']],
  }),
  define({
    name: "trim",
    parameters: [text("value")],
    result: "text",
    powerFx: { name: "Trim" },
    doc: "Without spaces at the ends, and with runs of spaces inside made one.",
    examples: [['trim("  a  b ")', '"a b"']],
  }),
  define({
    name: "left",
    parameters: [text("value"), number("count")],
    result: "text",
    powerFx: { name: "Left" },
    doc: "The first `count` characters.",
    examples: [['left("XB-100", 2)', '"XB"']],
  }),
  define({
    name: "right",
    parameters: [text("value"), number("count")],
    result: "text",
    powerFx: { name: "Right" },
    doc: "The last `count` characters.",
    examples: [['right("XB-100", 3)', '"100"']],
  }),
  define({
    name: "mid",
    parameters: [text("value"), number("start"), { name: "count", type: "number", optional: true }],
    result: "text",
    powerFx: { name: "Mid" },
    doc: "`count` characters from the `start`th on (the first is 1); all of the rest without `count`.",
    examples: [['mid("XB-100", 4, 3)', '"100"']],
  }),
  define({
    name: "substitute",
    parameters: [text("value"), text("old"), text("new")],
    result: "text",
    powerFx: { name: "Substitute" },
    doc: "Every `old` in `value` replaced by `new`; case matters.",
    examples: [['substitute("a-b-c", "-", "")', '"abc"']],
  }),
  define({
    name: "abs",
    parameters: [number("value")],
    result: "number",
    powerFx: { name: "Abs" },
    doc: "The value without its sign.",
    examples: [["abs(-5)", "5"]],
  }),
  define({
    name: "int",
    parameters: [number("value")],
    result: "number",
    powerFx: { name: "Int" },
    doc: "The greatest whole number that is not greater than `value`.",
    examples: [["int(-1.5)", "-2"]],
  }),
  define({
    name: "round",
    parameters: [number("value"), number("digits")],
    result: "number",
    powerFx: { name: "Round" },
    doc: "Rounded to `digits` decimal places, half away from zero.",
    examples: [["round(2.5, 0)", "3"]],
  }),
  define({
    name: "roundUp",
    parameters: [number("value"), number("digits")],
    result: "number",
    powerFx: { name: "RoundUp" },
    doc: "Rounded away from zero.",
    examples: [["roundUp(2.1, 0)", "3"]],
  }),
  define({
    name: "roundDown",
    parameters: [number("value"), number("digits")],
    result: "number",
    powerFx: { name: "RoundDown" },
    doc: "Rounded towards zero.",
    examples: [["roundDown(-2.9, 0)", "-2"]],
  }),
  define({
    name: "mod",
    parameters: [number("value"), number("divisor")],
    result: "number",
    powerFx: { name: "Mod" },
    doc: "The remainder, with the sign of the divisor. A divisor of 0 makes the rule fail.",
    examples: [["mod(-3, 2)", "1"]],
  }),
  define({
    name: "min",
    parameters: [number("value"), number("other")],
    variadic: true,
    result: "number",
    powerFx: { name: "Min" },
    doc: "The least of the values; missing labels are skipped.",
    examples: [["min(3, 1, 2)", "1"]],
  }),
  define({
    name: "max",
    parameters: [number("value"), number("other")],
    variadic: true,
    result: "number",
    powerFx: { name: "Max" },
    doc: "The greatest of the values; missing labels are skipped.",
    examples: [["max(3, 1, 2)", "3"]],
  }),
];
