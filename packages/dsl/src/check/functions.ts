import { compileFormula, fxToNumber, isFxError, quoteText } from "@routewright/powerfx";
import { type LanguageFunction, languageFunctions } from "../functions.ts";
import type { ConstantValue } from "./checked.ts";
import { plainNumber } from "./constants.ts";

export const functionNames: readonly string[] = languageFunctions.map((f) => f.name);

const byName: ReadonlyMap<string, LanguageFunction> = new Map(
  languageFunctions.map((f) => [f.name, f]),
);

export function functionNamed(name: string): LanguageFunction | undefined {
  return byName.get(name);
}

/** Texts beyond this are constants of nobody's; the engine would refuse the formula. */
const longestFolded = 900;

/** The value of a call on constants, asked of the engine itself, so that both agree. */
export function foldCall(
  called: LanguageFunction,
  args: readonly (ConstantValue | undefined)[],
): ConstantValue | undefined {
  const written: string[] = [];
  for (const arg of args) {
    if (arg?.kind === "text") written.push(quoteText(arg.value));
    else if (arg?.kind === "number") written.push(`(${plainNumber(arg.value)})`);
    else return undefined;
  }
  const { name, operator } = called.powerFx;
  const formula =
    operator === true ? `${written[1]} ${name} ${written[0]}` : `${name}(${written.join(", ")})`;
  if (formula.length > longestFolded) return undefined;
  const result = compileFormula(formula).evaluate({});
  if (isFxError(result)) return undefined;
  if (typeof result === "string") return { kind: "text", value: result };
  if (typeof result === "boolean") return { kind: "boolean", value: result };
  const number = fxToNumber(result);
  return number === undefined || result === null ? undefined : { kind: "number", value: number };
}
