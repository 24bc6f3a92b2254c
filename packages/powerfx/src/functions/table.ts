import { aggregateFunctions } from "./aggregate.ts";
import { conversionFunctions } from "./convert.ts";
import type { FxFunction } from "./define.ts";
import { jsonFunctions } from "./json.ts";
import { logicFunctions } from "./logic.ts";
import { matchFunctions } from "./match.ts";
import { momentFunctions } from "./moment.ts";
import { numberFunctions } from "./number.ts";
import { tableFunctions } from "./tables.ts";
import { textFunctions } from "./text.ts";

/** Every function, in the order the docs show them. */
export const fxFunctions: readonly FxFunction[] = [
  ...logicFunctions,
  ...numberFunctions,
  ...aggregateFunctions,
  ...textFunctions,
  ...conversionFunctions,
  ...tableFunctions,
  ...momentFunctions,
  ...jsonFunctions,
  ...matchFunctions,
];

let byName: ReadonlyMap<string, FxFunction> | undefined;

/** Names are case-sensitive. */
export function findFunction(name: string): FxFunction | undefined {
  byName ??= new Map(fxFunctions.map((definition) => [definition.name, definition]));
  return byName.get(name);
}
