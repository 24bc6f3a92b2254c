import type { FxFunction } from "./define.ts";
import { logicFunctions } from "./logic.ts";
import { numberFunctions } from "./number.ts";
import { textFunctions } from "./text.ts";

/** Every function, in the order the docs show them. */
export const fxFunctions: readonly FxFunction[] = [
  ...logicFunctions,
  ...numberFunctions,
  ...textFunctions,
];

let byName: ReadonlyMap<string, FxFunction> | undefined;

/** Names are case-sensitive. */
export function findFunction(name: string): FxFunction | undefined {
  byName ??= new Map(fxFunctions.map((definition) => [definition.name, definition]));
  return byName.get(name);
}
