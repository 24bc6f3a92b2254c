import { wrongType } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import { writeJson } from "../run/json-text.ts";
import { asText } from "../run/operations.ts";
import { parseJson, untyped, untypedField } from "../run/untyped.ts";
import { limitText } from "../run/work.ts";
import { errorSpan } from "../tree.ts";
import { typeName, types, valueTable } from "../values/types.ts";
import { FxRecord, FxTable, FxUntyped, fxError } from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { invalid } from "./rows.ts";

const malformed = fxError("InvalidJSON", "the text is not JSON");
const notAnObject = fxError("InvalidArgument", "the value is not an object");

export const jsonFunctions: readonly FxFunction[] = [
  defineFunction({
    name: "ParseJSON",
    signatures: ["ParseJSON(text: Text): Dynamic"],
    doc: "Reads JSON. Only where the host switched it on.",
    examples: [['Value(ParseJSON("[1]"))', "#InvalidArgument"]],
    arity: { min: 1, max: 1 },
    feature: "json",
    bind(call, binder) {
      const [node] = call.args;
      if (node === undefined) return binder.failed(call);
      const arg = binder.bind(node);
      const text = arg.type.kind === "error" ? undefined : convert(arg, "text");
      if (text === undefined) {
        if (arg.type.kind !== "error") wrongType(binder, node, "text", arg.type);
        return invalid(call, binder);
      }
      return strict(
        call,
        types.untyped,
        (value) => {
          if (value === null) return null;
          const json = parseJson(asText(value));
          return json === undefined ? malformed : untyped(json);
        },
        [text],
      );
    },
  }),
  defineFunction({
    name: "JSON",
    signatures: ["JSON(value: Any, [format: JSONFormat]): Text"],
    doc: "A value as JSON text. Only where the host switched it on.",
    examples: [['JSON({a: 1, b: "x"})', '"{""a"":1,""b"":""x""}"']],
    arity: { min: 1, max: 2 },
    feature: "json",
    bind(call, binder) {
      const [arg, format] = call.args.map((node) => binder.bind(node));
      if (arg === undefined) return binder.failed(call);
      const isFormat = format?.type.kind === "enum" && format.type.name === "JSONFormat";
      const options = format === undefined || !isFormat ? undefined : convert(format, "text");
      if (format !== undefined && !isFormat) {
        binder.report(
          "ErrBadType_ExpectedType_ProvidedType",
          errorSpan(format.node),
          ["JSONFormat", typeName(format.type)],
          format,
        );
      }
      if (arg.type.kind === "error" || (format !== undefined && options === undefined)) {
        return invalid(call, binder);
      }
      const { type } = arg;
      return strict(
        call,
        types.text,
        (value, flags) => {
          const written = writeJson(value, type, asText(flags));
          return typeof written === "string" ? limitText(written) : written;
        },
        options === undefined ? [arg] : [arg, options],
      );
    },
  }),
  defineFunction({
    name: "Column",
    signatures: ["Column(value: Dynamic, name: Text): Dynamic"],
    doc: "A property of a JSON object, by a computed name.",
    examples: [['Value(Column(ParseJSON("{""a"": 1}"), "a"))', "1"]],
    arity: { min: 2, max: 2 },
    bind(call, binder) {
      const [value, name] = call.args.map((node) => binder.bind(node));
      if (value === undefined || name === undefined) return binder.failed(call);
      const text = name.type.kind === "error" ? undefined : convert(name, "text");
      if ((value.type.kind !== "untyped" && value.type.kind !== "blank") || text === undefined) {
        const guilty = text === undefined ? name : value;
        binder.report(
          "ErrBadType_ExpectedType_ProvidedType",
          errorSpan(guilty.node),
          ["Dynamic", typeName(guilty.type)],
          guilty,
        );
        return invalid(call, binder);
      }
      return strict(call, types.untyped, (object, key) => untypedField(object, asText(key)), [
        value,
        text,
      ]);
    },
  }),
  defineFunction({
    name: "ColumnNames",
    signatures: ["ColumnNames(value: Dynamic): Table"],
    doc: "The names of a JSON object's properties, in a column Value.",
    examples: [['CountRows(ColumnNames(ParseJSON("{""a"": 1}")))', "1"]],
    arity: { min: 1, max: 1 },
    bind(call, binder) {
      const [node] = call.args;
      if (node === undefined) return binder.failed(call);
      const arg = binder.bind(node);
      if (arg.type.kind !== "untyped" && arg.type.kind !== "blank") {
        binder.report(
          "ErrBadType_ExpectedType_ProvidedType",
          errorSpan(node),
          ["Dynamic", typeName(arg.type)],
          arg,
        );
        return invalid(call, binder);
      }
      return strict(
        call,
        valueTable(types.text),
        (value) => {
          if (!(value instanceof FxUntyped)) return null;
          const { json } = value;
          if (typeof json !== "object" || json.kind !== "object") return notAnObject;
          return new FxTable(
            [...json.members.keys()].map((name) => new FxRecord(new Map([["Value", name]]))),
          );
        },
        [arg],
      );
    },
  }),
];
