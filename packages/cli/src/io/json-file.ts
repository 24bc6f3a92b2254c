import { positionAt, printable, sourceText } from "@routewright/diagnostics";
import { Failure } from "../failure.ts";
import { readText, shownName } from "./read.ts";

/** A JSON file of our own shapes (parameters, answers), with the place of what is not JSON. */
export async function readJsonFile(path: string, limitBytes: number): Promise<unknown> {
  const text = await readText(path, limitBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw await notJson(path, text);
  }
}

/** The members of a JSON object whose values all pass; a list, a text or null is no such object. */
export function membersOf<T>(
  value: unknown,
  path: string,
  wanted: string,
  accepts: (value: unknown) => value is T,
): readonly (readonly [name: string, value: T])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Failure(`\`${printable(shownName(path))}\` is not a JSON object`, `write ${wanted}`);
  }
  return Object.entries(value).map(([name, member]: [string, unknown]) => {
    if (accepts(member)) return [name, member];
    throw new Failure(
      `\`${printable(shownName(path))}\`: \`${printable(name)}\` has a value that does not fit here`,
      `write ${wanted}`,
    );
  });
}

async function notJson(path: string, text: string): Promise<Failure> {
  const name = shownName(path);
  if (text.trim() === "") return new Failure(`\`${printable(name)}\` is empty`, "write JSON in it");
  const { readJson } = await import("@routewright/jobrouter");
  const source = sourceText(text, name);
  const [first] = readJson(source).diagnostics;
  if (first === undefined) return new Failure(`\`${printable(name)}\` is not JSON`);
  const { line, column } = positionAt(source, first.span.start);
  return new Failure(`${printable(name)}:${line}:${column}: ${first.message}`, first.help);
}
