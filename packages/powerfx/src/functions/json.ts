import { wrongType } from "../bind/binder.ts";
import { convert, strict } from "../bind/convert.ts";
import { asText } from "../run/operations.ts";
import { parseJson, untyped } from "../run/untyped.ts";
import { types } from "../values/types.ts";
import { fxError } from "../values/value.ts";
import { defineFunction, type FxFunction } from "./define.ts";
import { invalid } from "./rows.ts";

const malformed = fxError("InvalidJSON", "the text is not JSON");

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
];
