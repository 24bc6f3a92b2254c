import { closest, type SourceText, type Span, type Staged } from "@routewright/diagnostics";
import { canonicalObjects } from "../canonical.ts";
import {
  bundleFormat,
  jsonDuplicateId,
  jsonId,
  jsonMorePages,
  jsonType,
  jsonUnknownMember,
  jsonUnknownObject,
} from "../catalogue.ts";
import { readJson } from "../json/read.ts";
import {
  describeNode,
  type JsonMember,
  type JsonNode,
  type JsonObject,
  memberOf,
} from "../json/tree.ts";
import {
  type ClassificationPolicy,
  type DistributionPolicy,
  type ExceptionPolicy,
  type ObjectKind,
  objectKinds,
  type Queue,
  type RouterObjects,
} from "../model.ts";
import { type Reading, report } from "./members.ts";
import { objectNames, objectReaders } from "./policies.ts";

/**
 * Reads Job Router objects from JSON, whatever shape they come in: one object, a list, a list
 * page (`{"value": […]}`), lists keyed by kind (`{"queues": […]}`), a bundle, an example of the
 * API description (`{"parameters": {"resource": …}}`), an answer of the service.
 *
 * What kind an object is follows from its properties, or else from the key it stands under or
 * the source's path (`queues/main.json`). Its id is its `id`, or else the file's name. What the
 * service sets is dropped. The value is canonical and holds all that could be read; it is
 * complete when there is no error.
 */
export function decodeObjects(sources: readonly SourceText[]): Staged<RouterObjects> {
  const found = emptyCollection();
  for (const source of sources) {
    const read = readJson(source);
    for (const diagnostic of read.diagnostics) found.diagnostics.push(diagnostic);
    if (read.value === undefined) continue;
    const reading: Reading = { source, diagnostics: found.diagnostics };
    collect(
      read.value,
      { ...hintOfPath(source.path), pathId: fileId(source.path) },
      found,
      reading,
    );
  }
  return { value: canonicalObjects(found), diagnostics: found.diagnostics };
}

/** The objects of a bundle, keyed by kind; every kind may be absent. */
export function collectKeyed(node: JsonNode, reading: Reading): RouterObjects {
  const found = { ...emptyCollection(), diagnostics: reading.diagnostics };
  if (node.kind === "object") keyed(node, {}, found, reading);
  else {
    const parameters = { name: "objects", wanted: "an object", found: describeNode(node) };
    report(reading, jsonType, parameters, node.span);
  }
  return canonicalObjects(found);
}

interface Collection {
  readonly distributionPolicies: DistributionPolicy[];
  readonly exceptionPolicies: ExceptionPolicy[];
  readonly queues: Queue[];
  readonly classificationPolicies: ClassificationPolicy[];
  readonly diagnostics: Reading["diagnostics"];
  readonly places: Map<string, { readonly source: SourceText; readonly span: Span }>;
}

function emptyCollection(): Collection {
  return {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [],
    classificationPolicies: [],
    diagnostics: [],
    places: new Map(),
  };
}

/** What is known of a node from outside. */
interface Hint {
  /** The kind, said by a key or the description's example: beyond doubt. */
  readonly kind?: ObjectKind;
  /** The kind that the path speaks of: used when the properties do not tell. */
  readonly pathKind?: ObjectKind;
  readonly id?: string | undefined;
  /** The file's name: the id of an object that stands alone in it. */
  readonly pathId?: string | undefined;
  /** How many wrappers were opened on the way. */
  readonly depth?: number;
}

/** A page in a kind in a description's example is 3; more is a mistake, or hostile. */
const maxDepth = 6;

function deeper(hint: Hint): Hint {
  return { ...hint, depth: (hint.depth ?? 0) + 1 };
}

function collect(node: JsonNode, hint: Hint, found: Collection, reading: Reading): void {
  if (node.kind === "array") {
    for (const item of node.items) {
      if (item.kind === "array") unknown(item, "a list in a list holds no objects", reading);
      else collect(item, hintForItem(hint), found, reading);
    }
    return;
  }
  if (node.kind !== "object") {
    unknown(node, `${describeNode(node)} is no Job Router object`, reading);
    return;
  }
  if ((hint.depth ?? 0) > maxDepth) {
    unknown(node, "the objects are wrapped too deeply", reading);
    return;
  }
  const page = memberOf(node, "value");
  if (hint.kind !== undefined && page?.kind !== "array") {
    add(node, hint.kind, hint, found, reading);
    return;
  }
  if (page?.kind === "array") {
    if (memberOf(node, "nextLink")?.kind === "text") {
      report(reading, jsonMorePages, {}, memberOf(node, "nextLink")?.span ?? node.span, {
        help: "fetch the address in `nextLink` too, until a page has none",
      });
    }
    collect(page, deeper(hint), found, reading);
    return;
  }
  if (memberOf(node, "parameters")?.kind === "object") {
    example(node, hint, found, reading);
    return;
  }
  const format = memberOf(node, "format");
  const objects = memberOf(node, "objects");
  if (format?.kind === "text" && objects !== undefined) {
    if (!format.value.startsWith("routewright-bundle/")) {
      report(
        reading,
        bundleFormat,
        { problem: `\`${format.value.slice(0, 60)}\` is not the format of a bundle` },
        format.span,
      );
    }
    if (objects.kind === "object") keyed(objects, {}, found, reading);
    else unknown(objects, "the bundle's `objects` is no object", reading);
    return;
  }
  const kindMember = node.members.find((member) => kindOfKey(member.key) !== undefined);
  if (kindMember !== undefined && node.members.every((member) => isListing(member))) {
    keyed(node, hint, found, reading);
    return;
  }
  const kind = kindOfObject(node, hint, reading);
  if (kind !== undefined) add(node, kind, hint, found, reading);
}

/** `{"queues": […], …}`; a value may also be a page or one object. */
function keyed(node: JsonObject, hint: Hint, found: Collection, reading: Reading): void {
  for (const member of node.members) {
    const kind = kindOfKey(member.key);
    if (member.value.kind === "null") continue;
    if (kind !== undefined) {
      collect(member.value, { ...deeper(hintForItem(hint)), kind }, found, reading);
      continue;
    }
    const meant = closest(member.key, objectKinds);
    report(
      reading,
      jsonUnknownMember,
      { owner: "a set of objects", name: member.key },
      member.keySpan,
      {
        ...(meant === undefined ? {} : { help: `did you mean \`${meant}\`?` }),
      },
    );
  }
}

/** The example files of the API description: the body sent, or else the body answered. */
function example(node: JsonObject, hint: Hint, found: Collection, reading: Reading): void {
  const parameters = memberOf(node, "parameters");
  if (parameters?.kind !== "object") return;
  const resource = memberOf(parameters, "resource");
  if (resource !== undefined) {
    for (const [kind, parameter] of idParameters) {
      const id = memberOf(parameters, parameter);
      if (id?.kind === "text") {
        collect(resource, { ...deeper(hint), kind, id: id.value }, found, reading);
        return;
      }
    }
    collect(resource, deeper(hint), found, reading);
    return;
  }
  const responses = memberOf(node, "responses");
  const body = responses && memberOf(memberOf(responses, "200") ?? responses, "body");
  if (body !== undefined) collect(body, deeper(hint), found, reading);
  else unknown(node, "this example neither sends nor answers an object", reading);
}

const idParameters: readonly (readonly [ObjectKind, string])[] = [
  ["classificationPolicies", "classificationPolicyId"],
  ["distributionPolicies", "distributionPolicyId"],
  ["exceptionPolicies", "exceptionPolicyId"],
  ["queues", "queueId"],
];

// ── Kinds ───────────────────────────────────────────────────────────────────────────────────

/** Properties that only one kind has, previews' names included so that those get their answer. */
const kindProperties: ReadonlyMap<string, ObjectKind> = new Map(
  (
    [
      ["distributionPolicies", ["mode", "offerExpiresAfterSeconds", "offerTtlSeconds"]],
      ["exceptionPolicies", ["exceptionRules"]],
      ["queues", ["distributionPolicyId", "exceptionPolicyId"]],
      [
        "classificationPolicies",
        [
          "fallbackQueueId",
          "queueSelectorAttachments",
          "prioritizationRule",
          "workerSelectorAttachments",
          "queueSelectors",
          "workerSelectors",
        ],
      ],
    ] as const
  ).flatMap(([kind, names]) => names.map((name) => [name.toLowerCase(), kind] as const)),
);

const otherProperties: ReadonlyMap<string, "a job" | "a worker"> = new Map([
  ["channelid", "a job"],
  ["channelreference", "a job"],
  ["classificationpolicyid", "a job"],
  ["queueid", "a job"],
  ["priority", "a job"],
  ["requestedworkerselectors", "a job"],
  ["matchingmode", "a job"],
  ["jobid", "a job"],
  ["capacity", "a worker"],
  ["availableforoffers", "a worker"],
  ["channels", "a worker"],
  ["queues", "a worker"],
  ["loadratio", "a worker"],
]);

function kindOfObject(node: JsonObject, hint: Hint, reading: Reading): ObjectKind | undefined {
  const kinds = new Map<ObjectKind, string>();
  const others = new Map<string, string>();
  for (const { key } of node.members) {
    const kind = kindProperties.get(key.toLowerCase());
    const other = otherProperties.get(key.toLowerCase());
    if (kind !== undefined && !kinds.has(kind)) kinds.set(kind, key);
    if (other !== undefined && !others.has(other)) others.set(other, key);
  }
  const [first, second] = [...kinds];
  if (first !== undefined && second === undefined) return first[0];
  if (first !== undefined && second !== undefined) {
    if (hint.pathKind !== undefined && kinds.has(hint.pathKind)) return hint.pathKind;
    unknown(
      node,
      `\`${first[1]}\` belongs to ${objectNames[first[0]]}, but \`${second[1]}\` to ${objectNames[second[0]]}`,
      reading,
    );
    return undefined;
  }
  if (hint.pathKind !== undefined) return hint.pathKind;
  const [other] = others;
  if (other !== undefined) {
    unknown(
      node,
      `\`${other[1]}\` belongs to ${other[0]}, not to a policy or a queue`,
      reading,
      "only policies and queues can be read here",
    );
    return undefined;
  }
  if (node.members.some((member) => member.key.toLowerCase() === "labels")) return "queues";
  unknown(node, "the properties do not tell what kind of object this is", reading);
  return undefined;
}

function kindOfKey(key: string): ObjectKind | undefined {
  const lower = key.toLowerCase();
  return objectKinds.find((kind) => kind.toLowerCase() === lower);
}

/** A worker has `queues` too, a list of texts. */
function isListing(member: JsonMember): boolean {
  if (kindOfKey(member.key) === undefined)
    return member.value.kind === "null" || member.key === "format";
  return member.value.kind !== "array" || member.value.items.every((item) => item.kind !== "text");
}

/** `queues/main.json`, `classification-policies.json`: a part of the path that names a kind. */
function hintOfPath(path: string): Hint {
  const parts = path.split(/[\\/]/u);
  for (let index = parts.length - 1; index >= 0; index--) {
    const letters = (parts[index] ?? "").replace(/\.json$/iu, "").replace(/[^A-Za-z]/gu, "");
    const pathKind = kindOfKey(letters);
    if (pathKind !== undefined) return { pathKind };
  }
  return {};
}

/** The file's name without `.json`; nothing for names that are no files' (`<stdin>`). */
function fileId(path: string): string | undefined {
  const name = path.split(/[\\/]/u).at(-1) ?? "";
  const id = name.replace(/\.json$/iu, "");
  return id === "" || id.startsWith("<") || kindOfKey(id.replace(/[^A-Za-z]/gu, "")) !== undefined
    ? undefined
    : id;
}

/** Objects in a list are not named by the file. */
function hintForItem(hint: Hint): Hint {
  return { ...hint, pathId: undefined, id: undefined };
}

// ── Objects ─────────────────────────────────────────────────────────────────────────────────

function add(
  node: JsonObject,
  kind: ObjectKind,
  hint: Hint,
  found: Collection,
  reading: Reading,
): void {
  const value = objectReaders[kind](node, reading, hint.id ?? hint.pathId);
  if (value === undefined) return;
  const idNode = memberOf(node, "id");
  const span = idNode?.span ?? { start: node.span.start, end: node.span.start + 1 };
  const problem = problemOfId(value.id);
  if (problem !== undefined) {
    report(reading, jsonId, { id: value.id.slice(0, 60), problem }, span);
  }
  const place = `${kind} ${value.id}`;
  const earlier = found.places.get(place);
  if (earlier !== undefined) {
    report(reading, jsonDuplicateId, { owner: objectNames[kind], id: value.id }, span, {
      related: [{ ...earlier, message: "the first one" }],
    });
    return;
  }
  found.places.set(place, { source: reading.source, span });
  // The reader of a kind makes objects of that kind; the compiler cannot tie the two.
  (found[kind] as { readonly id: string }[]).push(value);
}

/** Q5: what the tools take for an id. The service's own rule is not written down anywhere. */
export function problemOfId(id: string): string | undefined {
  if (id === "") return "is empty";
  if (isPathStep(id)) return "is a step in an address, so nothing can be reached under it";
  if (id.length > 50) return `has ${id.length} characters; 50 are allowed`;
  const odd = /[^A-Za-z0-9_.-]/u.exec(id)?.[0];
  if (odd === undefined) return undefined;
  return `holds ${JSON.stringify(odd)}; letters, digits, \`_\`, \`.\` and \`-\` are safe`;
}

/** URLs lose such a part, also when it is written with escapes. */
export function isPathStep(id: string): boolean {
  return id === "." || id === "..";
}

function unknown(
  node: JsonNode,
  problem: string,
  reading: Reading,
  help = 'wrap it, e.g. `{"queues": [ … ]}`, or put it under a path that names its kind, e.g. `queues/main.json`',
): void {
  const end = node.kind === "object" || node.kind === "array" ? node.span.start + 1 : node.span.end;
  report(reading, jsonUnknownObject, { problem }, { start: node.span.start, end }, { help });
}
