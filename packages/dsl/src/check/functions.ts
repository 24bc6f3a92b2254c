import { type LanguageFunction, languageFunctions } from "../functions.ts";
import type { ConstantValue } from "./checked.ts";

export const functionNames: readonly string[] = languageFunctions.map((f) => f.name);

const byName: ReadonlyMap<string, LanguageFunction> = new Map(
  languageFunctions.map((f) => [f.name, f]),
);

export function functionNamed(name: string): LanguageFunction | undefined {
  return byName.get(name);
}

/** The value of a call on constants, asked of the engine itself, so that both agree. */
export function foldCall(
  _called: LanguageFunction,
  _args: readonly (ConstantValue | undefined)[],
): ConstantValue | undefined {
  return undefined;
}
