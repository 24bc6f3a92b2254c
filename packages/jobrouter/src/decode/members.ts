import {
  closest,
  createDiagnostic,
  type Diagnostic,
  type DiagnosticDefinition,
  type DiagnosticExtras,
  type SourceText,
  type Span,
} from "@routewright/diagnostics";
import {
  jsonMemberCase,
  jsonMissingMember,
  jsonPreviewName,
  jsonRange,
  jsonType,
  jsonUnknownMember,
  jsonUnknownValue,
} from "../catalogue.ts";
import { describeNode, type JsonMember, type JsonNode, type JsonObject } from "../json/tree.ts";
import { previewKinds, previewMembers } from "./preview.ts";

/** So many unknown properties of one object are reported; more would help nobody. */
const maxUnknown = 20;

/** One source being decoded, and what was found wrong in it so far. */
export interface Reading {
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[];
}

/** Makes a value of a node, or reports why not. `name` is the property's, for messages. */
export type Reader<T> = (node: JsonNode, name: string, reading: Reading) => T | undefined;

export function report<P>(
  reading: Reading,
  definition: DiagnosticDefinition<P>,
  parameters: P,
  span: Span,
  extras: DiagnosticExtras = {},
): void {
  reading.diagnostics.push(createDiagnostic(definition, parameters, reading.source, span, extras));
}

/** An object whose properties are taken out one by one; what is left over is reported at the end. */
export interface Members {
  readonly node: JsonNode;
  readonly owner: string;
  optional<T>(name: string, read: Reader<T>): T | undefined;
  required<T>(name: string, read: Reader<T>): T | undefined;
  /** Properties that the service sets or that no decision needs. */
  ignore(...names: readonly string[]): void;
  /** Reports the properties that nobody asked for. */
  close(): void;
}

/**
 * Opens `node` as an object; anything else is reported. Names are matched as the service does,
 * without regard to case (with a warning); `null` stands for an absent property.
 *
 * @param owner what the object is, for messages: "a queue".
 */
export function openMembers(
  node: JsonNode,
  name: string,
  owner: string,
  reading: Reading,
): Members | undefined {
  if (node.kind !== "object") {
    reportType(node, name, "an object", reading);
    return undefined;
  }
  const { members } = node;
  const known: string[] = [];
  const taken = new Set<JsonMember>();

  function take(wanted: string): JsonMember | undefined {
    known.push(wanted);
    const member =
      members.find(({ key }) => key === wanted) ??
      members.find(({ key }) => isSameWord(key, wanted));
    if (member === undefined || taken.has(member)) return undefined;
    taken.add(member);
    if (member.key !== wanted) {
      report(reading, jsonMemberCase, { name: member.key, proper: wanted }, member.keySpan, {
        fixes: [
          {
            title: `write \`${wanted}\``,
            safe: true,
            edits: [{ span: member.keySpan, text: JSON.stringify(wanted) }],
          },
        ],
      });
    }
    return member.value.kind === "null" ? undefined : member;
  }

  return {
    node,
    owner,
    optional(wanted, read) {
      const member = take(wanted);
      return member === undefined ? undefined : read(member.value, wanted, reading);
    },
    required(wanted, read) {
      const member = take(wanted);
      if (member !== undefined) return read(member.value, wanted, reading);
      const renamed = members.some((other) => previewMembers.get(other.key)?.now === wanted);
      // A preview name in its place is reported by itself, in `close`.
      if (!renamed) {
        report(
          reading,
          jsonMissingMember,
          { owner, name: wanted },
          {
            start: node.span.start,
            end: node.span.start + 1,
          },
        );
      }
      return undefined;
    },
    ignore(...names) {
      for (const wanted of names) take(wanted);
    },
    close() {
      const unknown = members.filter(
        (member) => !taken.has(member) && member.value.kind !== "null",
      );
      for (const member of unknown.slice(0, maxUnknown)) {
        reportUnknown(member, known, owner, reading);
      }
    },
  };
}

function isSameWord(key: string, wanted: string): boolean {
  return key.length === wanted.length && key.toLowerCase() === wanted.toLowerCase();
}

function reportUnknown(
  member: JsonMember,
  known: readonly string[],
  owner: string,
  reading: Reading,
): void {
  const preview = previewMembers.get(member.key);
  if (preview !== undefined && known.includes(preview.now)) {
    report(reading, jsonPreviewName, { name: member.key }, member.keySpan, {
      help: preview.help ?? `it is called \`${preview.now}\` now`,
    });
    return;
  }
  const meant = closest(member.key, known);
  report(reading, jsonUnknownMember, { owner, name: member.key }, member.keySpan, {
    ...(meant === undefined ? {} : { help: `did you mean \`${meant}\`?` }),
  });
}

// ── Values with a kind ──────────────────────────────────────────────────────────────────────

/** Opens an object and dispatches on its `kind`; the chosen reader takes the other properties. */
export function byKind<T>(
  owner: string,
  readers: Readonly<Record<string, (members: Members) => T | undefined>>,
): Reader<T> {
  const kinds = Object.keys(readers);
  return (node, name, reading) => {
    const members = openMembers(node, name, owner, reading);
    if (members === undefined) return undefined;
    const kind = members.required("kind", text);
    if (kind === undefined) return undefined;
    const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
    if (read === undefined) {
      const kindNode = members.node.kind === "object" ? kindOf(members.node) : undefined;
      reportWord(kindNode ?? node, "kind", kind, kinds, reading);
      return undefined;
    }
    const value = read(members);
    members.close();
    return value;
  };
}

function kindOf(node: JsonObject): JsonNode | undefined {
  return node.members.find((member) => member.key.toLowerCase() === "kind")?.value;
}

// ── Readers of simple values ────────────────────────────────────────────────────────────────

export function reportType(node: JsonNode, name: string, wanted: string, reading: Reading): void {
  const help =
    node.kind === "object" && wanted.startsWith("a list")
      ? "the previews used an object keyed by id here; 2023-11-01 wants a list"
      : node.kind === "text" && (wanted.includes("number") || wanted.includes("boolean"))
        ? "write it without quotes"
        : undefined;
  report(reading, jsonType, { name, wanted, found: describeNode(node) }, node.span, {
    ...(help === undefined ? {} : { help }),
  });
}

export const text: Reader<string> = (node, name, reading) => {
  if (node.kind === "text") return node.value;
  reportType(node, name, "text", reading);
  return undefined;
};

export const number: Reader<number> = (node, name, reading) => {
  if (node.kind === "number") return node.value;
  reportType(node, name, "a number", reading);
  return undefined;
};

export const boolean: Reader<boolean> = (node, name, reading) => {
  if (node.kind === "boolean") return node.value;
  reportType(node, name, "a boolean", reading);
  return undefined;
};

/** A whole number that the API's 32 bits hold. */
export const integer: Reader<number> = (node, name, reading) => {
  const value = number(node, name, reading);
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Math.abs(value) <= 0x7fff_ffff) return value;
  report(
    reading,
    jsonRange,
    { name, wanted: "a whole number is wanted", found: String(value) },
    node.span,
  );
  return undefined;
};

/** Wraps a number reader: outside of `min`…`max` is reported with these words, as an error or a warning. */
export function within(
  read: Reader<number>,
  min: number,
  max: number,
  wanted: string,
  severity: "error" | "warning",
): Reader<number> {
  return (node, name, reading) => {
    const value = read(node, name, reading);
    if (value === undefined || (value >= min && value <= max)) return value;
    report(reading, jsonRange, { name, wanted, found: String(value) }, node.span, { severity });
    return severity === "error" ? undefined : value;
  };
}

/** Seconds, not negative. */
export const seconds: Reader<number> = within(
  number,
  0,
  Number.MAX_VALUE,
  "seconds from 0 on are wanted",
  "warning",
);

/** One of a closed set of words. */
export function word<const T extends string>(words: readonly T[]): Reader<T> {
  return (node, name, reading) => {
    const value = text(node, name, reading);
    if (value === undefined) return undefined;
    const found = words.find((candidate) => candidate === value);
    if (found === undefined) reportWord(node, name, value, words, reading);
    return found;
  };
}

export function reportWord(
  node: JsonNode,
  name: string,
  value: string,
  words: readonly string[],
  reading: Reading,
): void {
  const now = previewKinds.get(value);
  if (now !== undefined && words.includes(now)) {
    report(reading, jsonPreviewName, { name: value }, node.span, {
      help: `it is called \`${now}\` now`,
      fixes: [replaceWith(node, now)],
    });
    return;
  }
  const shown = value.length > 60 ? `${value.slice(0, 59)}…` : value;
  const meant = closest(value, words);
  report(reading, jsonUnknownValue, { name, value: shown }, node.span, {
    help:
      meant === undefined
        ? `it is one of ${words.map((each) => `\`${each}\``).join(", ")}`
        : `did you mean \`${meant}\`?`,
    ...(meant === undefined ? {} : { fixes: [replaceWith(node, meant)] }),
  });
}

function replaceWith(node: JsonNode, value: string) {
  return {
    title: `write \`${value}\``,
    safe: false,
    edits: [{ span: node.span, text: JSON.stringify(value) }],
  };
}

/** A list of what `read` reads; items that cannot be read are left out (and reported). */
export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (node, name, reading) => {
    if (node.kind !== "array") {
      reportType(node, name, "a list", reading);
      return undefined;
    }
    const values: T[] = [];
    for (const item of node.items) {
      const value = read(item, name, reading);
      if (value !== undefined) values.push(value);
    }
    return values;
  };
}
