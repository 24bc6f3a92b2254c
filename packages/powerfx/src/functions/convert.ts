import type { Binder } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import type { Ir } from "../bind/ir.ts";
import { textToGuid } from "../run/coerce.ts";
import { dateTimeFormats } from "../run/date-formats.ts";
import { formatMoment, formatNumber, parseFormat } from "../run/format.ts";
import { errorSpan, type FxCallNode } from "../tree.ts";
import { decimalFromFloat, FxDecimal } from "../values/decimal.ts";
import { isAggregate, isMoment, isNumeric, types } from "../values/types.ts";
import { FxMoment, type FxValue, fxError } from "../values/value.ts";
import { bindScalarCall, defineFunction, type FxFunction } from "./define.ts";

const notAGuid = fxError("InvalidArgument", "the text is not a GUID");
const badFormat = fxError("InvalidArgument", "the format is not valid");
const badLanguage = fxError("BadLanguageCode", "the language is not known");
const outOfRange = fxError("InvalidArgument", "the number is out of range");

export const conversionFunctions: readonly FxFunction[] = [
  toNumber(
    "Value",
    "decimal",
    "Reads a number: text as a person would write it in en-US, booleans as 1 and 0, dates as days. Blank and the empty text give Blank.",
    [
      ['Value("$1,234.5")', "1234.5"],
      ['Value("12%")', "0.12"],
      ['Value("x")', "#InvalidArgument"],
    ],
  ),
  toNumber("Decimal", "decimal", "As Value.", [['Decimal("1.50")', "1.5"]]),
  toNumber("Float", "float", "As Value, as an IEEE double.", [['Float("0.5")', "0.5"]]),
  defineFunction({
    name: "Boolean",
    signatures: ["Boolean(value: Any): Boolean"],
    doc: "`true` and `false` in any case, numbers other than 0 as true. Blank stays Blank.",
    examples: [
      ['Boolean("True")', "true"],
      ["Boolean(0)", "false"],
      ['Boolean("yes")', "#InvalidArgument"],
    ],
    arity: { min: 1, max: 1 },
    bind: (call, binder) =>
      bindScalarCall(
        call,
        binder,
        [{ type: "boolean", keepBlank: true }],
        types.boolean,
        (value) => value,
        { tabular: true, mayBlank: true },
      ),
  }),
  defineFunction({
    name: "Text",
    signatures: [
      "Text(value: Any): Text",
      "Text(value: Number, format: Text, [language: Text]): Text",
    ],
    doc: "A value as text; numbers and dates by a format such as `#,##0.00` or `yyyy-mm-dd`.",
    examples: [
      ["Text(1234.50)", '"1234.5"'],
      ['Text(1234.5, "#,##0.00")', '"1,234.50"'],
    ],
    arity: { min: 1, max: 3 },
    bind: bindText,
  }),
  defineFunction({
    name: "GUID",
    signatures: ["GUID(text: Text): GUID"],
    doc: "Reads a GUID. Making new ones is not possible here: a rule must be repeatable.",
    examples: [
      [
        'Text(GUID("5CC45615-F759-4A53-B225-D3A2497F60AD"))',
        '"5cc45615-f759-4a53-b225-d3a2497f60ad"',
      ],
    ],
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const [node] = call.args;
      if (node === undefined) return binder.failed(call);
      const arg = binder.bind(node);
      const guid = arg.type.kind === "error" ? undefined : convert(arg, "guid");
      if (guid !== undefined) {
        if (arg.type.kind !== "text") return { ...guid, node: call };
        // The empty text is Blank where it is converted, but not where a GUID is asked for.
        return strict(call, types.guid, (text) => (text === "" ? notAGuid : textToGuid(text)), [
          arg,
        ]);
      }
      if (arg.type.kind !== "error") {
        binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(node), [
          "Text",
          arg.type.kind,
        ]);
        binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
      }
      return binder.failed(call);
    },
  }),
];

function toNumber(
  name: string,
  kind: "decimal" | "float",
  doc: string,
  examples: FxFunction["examples"],
): FxFunction {
  return defineFunction({
    name,
    signatures: [`${name}(value: Any, [language: Text]): Number`],
    doc,
    examples,
    arity: { min: 1, max: 2 },
    bind(call, binder) {
      const [arg, language] = call.args.map((node) => binder.bind(node));
      if (arg === undefined) return binder.failed(call);
      const number = arg.type.kind === "error" ? undefined : convert(arg, kind);
      const tag = language === undefined ? undefined : convert(language, "text");
      if (number === undefined || (language !== undefined && tag === undefined)) {
        const guilty = number === undefined ? arg : (language ?? arg);
        binder.report("ErrNumberOrStringExpected", errorSpan(guilty.node), [], guilty);
        binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
        return binder.failed(call);
      }
      const args = tag === undefined ? [number] : [number, tag];
      const float = arg.type.kind === "float" && kind === "decimal";
      if (float) {
        return strict(
          call,
          types.decimal,
          (value) => (typeof value === "number" ? (decimalFromFloat(value) ?? outOfRange) : null),
          [arg],
        );
      }
      return strict(
        call,
        types[kind],
        (value, tagValue) =>
          typeof tagValue === "string" && !isKnownLanguage(tagValue) ? badLanguage : value,
        args,
      );
    },
  });
}

/** Languages whose numbers and dates read as they do in en-US are all that is carried here. */
function isKnownLanguage(tag: string): boolean {
  return /^(?:|[a-z]{2,3}(?:-[a-z0-9]{2,8})*)$/i.test(tag);
}

function bindText(call: FxCallNode, binder: Binder): Ir {
  const [arg, format, language] = call.args.map((node) => binder.bind(node));
  if (arg === undefined) return binder.failed(call);
  const invalid = (): Ir => {
    binder.report("ErrInvalidArgs_Func", call.calleeSpan, [call.callee]);
    return binder.failed(call);
  };
  if (arg.type.kind === "error" || format?.type.kind === "error") return invalid();
  if (isAggregate(arg.type)) {
    binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(arg.node), [
      "Number",
      arg.type.kind,
    ]);
    return invalid();
  }
  if (format === undefined) {
    const text = convert(arg, "text");
    return text === undefined ? invalid() : { ...text, node: call };
  }
  const { type } = arg;
  if (!isNumeric(type) && !isMoment(type) && type.kind !== "blank" && type.kind !== "untyped") {
    binder.report("ErrNotSupportedFormat_Func", errorSpan(format.node), [call.callee]);
    return invalid();
  }
  const pattern = convert(format, "text");
  if (pattern === undefined) {
    binder.report("ErrBadType_ExpectedType_ProvidedType", errorSpan(format.node), [
      "Text",
      format.type.kind,
    ]);
    return invalid();
  }
  if (
    format.op === "const" &&
    typeof format.value === "string" &&
    format.type.kind === "text" &&
    parseFormat(format.value) === undefined
  ) {
    binder.report("ErrIncorrectFormat_Func", errorSpan(format.node), [call.callee]);
    return invalid();
  }
  const value = type.kind === "untyped" ? (convert(arg, "decimal") ?? arg) : arg;
  const tag = language === undefined ? undefined : convert(language, "text");
  const isEnum = format.type.kind === "enum";
  return strict(
    call,
    types.text,
    (given, text, tagValue) => {
      if (typeof tagValue === "string" && !isKnownLanguage(tagValue)) return badLanguage;
      return formatValue(given, text, type.kind === "float", isEnum);
    },
    tag === undefined ? [value, pattern] : [value, pattern, tag],
  );
}

function formatValue(value: FxValue, format: FxValue, float: boolean, isEnum: boolean): FxValue {
  if (typeof format !== "string" || format === "") return "";
  const parsed = isEnum ? dateTimeFormats.get(format) : parseFormat(format);
  if (parsed === undefined) return badFormat;
  const number = value ?? 0;
  if (number instanceof FxMoment) return formatMoment(number, parsed) ?? badFormat;
  if (typeof number !== "number" && !(number instanceof FxDecimal)) return "";
  return formatNumber(number, float, parsed) ?? badFormat;
}
