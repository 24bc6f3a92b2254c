import type { ParameterOptions } from "./choices.ts";
import { membersOf, readJsonFile } from "./io/json-file.ts";
import { policyLimitBytes } from "./io/read.ts";

/** Values of `param`s by name: those of the file, and those of the command line over them. */
export async function readParameters(options: ParameterOptions): Promise<Record<string, string>> {
  return Object.fromEntries([
    ...(options.params === undefined ? [] : await readFile(options.params)),
    ...options.param,
  ]);
}

async function readFile(path: string): Promise<readonly (readonly [string, string])[]> {
  const value = await readJsonFile(path, policyLimitBytes);
  const wanted = 'an object of texts, numbers and booleans, such as { "env": "prod" }';
  return membersOf(value, path, wanted, isScalar).map(([name, member]) => [name, String(member)]);
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
