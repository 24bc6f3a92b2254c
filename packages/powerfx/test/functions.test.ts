import { describe, expect, test } from "vitest";
import { compileFormula, errorKindName, fxFunctions, isFxError } from "../src/index.ts";
import { show } from "./support/conformance.ts";

const features = { json: true, regularExpressions: true };

function shown(formula: string): string {
  if (formula.startsWith("#")) return formula;
  const value = compileFormula(formula, { features }).run();
  if (!isFxError(value) || value.kind === "compile") return show(value);
  return `#${value.errors.map((detail) => errorKindName(detail.code)).join(",")}`;
}

describe.each(fxFunctions)("$name", (definition) => {
  test("has a signature, words and examples that hold", () => {
    expect(definition.signatures.every((text) => text.startsWith(`${definition.name}(`))).toBe(
      true,
    );
    expect(definition.doc.length).toBeGreaterThan(2);
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const [formula, result] of definition.examples) {
      expect(`${formula} → ${shown(formula)}`).toBe(`${formula} → ${shown(result)}`);
    }
  });

  test("a wrong number of arguments is reported, not thrown", () => {
    for (let count = 0; count < 8; count++) {
      const args = Array.from({ length: count }, () => "x").join(", ");
      const value = compileFormula(`${definition.name}(${args})`, { features }).run();
      if (count < definition.arity.min || count > definition.arity.max) {
        expect(isFxError(value) && value.kind).toBe("compile");
      }
    }
  });
});
