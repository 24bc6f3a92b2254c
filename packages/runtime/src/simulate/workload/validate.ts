import { closest } from "@routewright/diagnostics";
import type { JsonNode } from "@routewright/jobrouter";
import { Ajv, type ErrorObject } from "ajv";
import { workloadShape } from "./catalogue.ts";
import { type Path, type Reading, report } from "./reading.ts";
import { workloadSchema } from "./schema.ts";

const maxDepth = 64;

/** The document as plain values, checked against the schema; `undefined` after a report. */
export function validate(reading: Reading): unknown {
  const deep = { found: false };
  const value = plainValue(reading.root, 0, deep);
  if (deep.found) {
    const problem = `the file is nested more than ${maxDepth} deep`;
    report(reading, workloadShape, { problem }, []);
    return undefined;
  }
  const check = compiled();
  if (check(value)) return value;
  const seen = new Set<string>();
  for (const error of check.errors ?? []) {
    // `if` only says that one of its branches failed, which the branch says better.
    if (error.keyword === "if") continue;
    const params: Readonly<Record<string, unknown>> = error.params;
    const member = params.missingProperty ?? params.additionalProperty ?? "";
    const key = JSON.stringify([error.instancePath, member]);
    if (seen.has(key)) continue;
    seen.add(key);
    explain(error, params, reading);
  }
  return undefined;
}

function plainValue(node: JsonNode, depth: number, deep: { found: boolean }): unknown {
  if (depth > maxDepth) {
    deep.found = true;
    return null;
  }
  switch (node.kind) {
    case "object":
      // `fromEntries` makes own members, `__proto__` too.
      return Object.fromEntries(
        node.members.map(({ key, value }) => [key, plainValue(value, depth + 1, deep)]),
      );
    case "array":
      return node.items.map((item) => plainValue(item, depth + 1, deep));
    case "null":
      return null;
    default:
      return node.value;
  }
}

let validator: ReturnType<Ajv["compile"]> | undefined;

function compiled(): ReturnType<Ajv["compile"]> {
  validator ??= new Ajv({
    allErrors: true,
    discriminator: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
  }).compile(workloadSchema);
  return validator;
}

function explain(
  error: ErrorObject,
  params: Readonly<Record<string, unknown>>,
  reading: Reading,
): void {
  const path = pathOf(error.instancePath, reading.root);
  const name = nameOf(path);
  const say = (problem: string, help?: string, at: Path = path, atKey = false): void =>
    report(reading, workloadShape, { problem }, at, {
      ...(help === undefined ? {} : { help }),
      atKey,
    });
  switch (error.keyword) {
    case "required":
      say(`${name} lacks \`${String(params.missingProperty)}\``);
      return;
    case "additionalProperties": {
      const stranger = String(params.additionalProperty);
      const known = knownMembers(error.parentSchema);
      const near = closest(stranger, known);
      say(
        `${name} has no property \`${shorten(stranger)}\``,
        near !== undefined ? `did you mean \`${near}\`?` : `there are: ${known.join(", ")}`,
        [...path, stranger],
        true,
      );
      return;
    }
    case "type":
      say(`${name} takes ${typeWords(params.type)}, not ${describe(error.data)}`);
      return;
    case "enum":
      say(`${name} cannot be ${describe(error.data)}`, oneOf(params.allowedValues));
      return;
    case "const":
      say(`${name} must be \`${String(params.allowedValue)}\``);
      return;
    case "discriminator": {
      if (params.error === "tag") {
        say(`${name} lacks \`kind\``);
        return;
      }
      const kinds = kindsOf(error.parentSchema);
      const near = closest(String(params.tagValue), kinds);
      const help =
        near === undefined ? `there are: ${kinds.join(", ")}` : `did you mean \`${near}\`?`;
      say(`there is no kind \`${shorten(String(params.tagValue))}\``, help, [...path, "kind"]);
      return;
    }
    case "pattern":
      say(
        `${name} cannot be ${describe(error.data)}`,
        /\(ms\|s\|m\|h\|d\)/u.test(String(params.pattern))
          ? "write seconds as a number, or a text such as `90s`, `4m`, `1h 30m`"
          : "write a time of day such as `08:30`",
      );
      return;
    case "minimum":
    case "exclusiveMinimum":
    case "maximum":
    case "exclusiveMaximum":
      say(
        `${name} is ${describe(error.data)}, but must be ${error.params.comparison} ${error.params.limit}`,
      );
      return;
    case "minItems":
    case "minLength":
      say(`${name} is empty`);
      return;
    case "maxItems":
    case "maxProperties":
    case "maxLength":
      say(
        `${name} has more than ${String(params.limit)} ${error.keyword === "maxLength" ? "characters" : "entries"}`,
      );
      return;
    case "uniqueItems":
      say(`${name} has an entry twice`);
      return;
    default:
      say(`${name} ${error.message ?? "does not fit"}`);
      return;
  }
}

/** JSON pointer to path; a step is a position where the document has a list. */
function pathOf(pointer: string, root: JsonNode): Path {
  const path: (string | number)[] = [];
  let node: JsonNode | undefined = root;
  for (const part of pointer.split("/").slice(1)) {
    const step = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node?.kind === "array") {
      path.push(Number(step));
      node = node.items[Number(step)];
    } else {
      path.push(step);
      node =
        node?.kind === "object" ? node.members.find(({ key }) => key === step)?.value : undefined;
    }
  }
  return path;
}

export function nameOf(path: Path): string {
  if (path.length === 0) return "the workload";
  const from = Math.max(
    0,
    path.findLastIndex((step) => typeof step === "string"),
  );
  const [first = "", ...rest] = path.slice(from);
  return `\`${shorten(String(first))}${rest.map((step) => `[${step}]`).join("")}\``;
}

function knownMembers(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return [];
  const { properties } = schema;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

function kindsOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null || !("oneOf" in schema)) return [];
  if (!Array.isArray(schema.oneOf)) return [];
  return schema.oneOf.flatMap((each: { properties?: { kind?: { const?: string } } }) =>
    each.properties?.kind?.const === undefined ? [] : [each.properties.kind.const],
  );
}

function typeWords(types: unknown): string {
  const words = (Array.isArray(types) ? types : [types]).map(
    (type) => typeNames[String(type)] ?? String(type),
  );
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
};

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return `\`${shorten(String(value))}\``;
}

function oneOf(values: unknown): string {
  return Array.isArray(values) ? `there are: ${values.map(String).join(", ")}` : "";
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
