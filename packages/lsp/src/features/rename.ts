import type { Span } from "@routewright/diagnostics";
import { type CheckedProgram, tokenTable } from "@routewright/dsl";
import { quoteName } from "@routewright/powerfx";
import type { Entity, Occurrence } from "../tree/occurrences.ts";
import { specifierTo } from "../workspace/paths.ts";
import { resolveImport, type Snapshot } from "../workspace/snapshot.ts";
import { occurrencesOf, wordAt } from "./navigate.ts";
import { writeName } from "./text.ts";

export interface FileEdit {
  readonly path: string;
  readonly span: Span;
  readonly text: string;
}

export type Renaming =
  | { readonly ok: true; readonly edits: readonly FileEdit[] }
  | { readonly ok: false; readonly message: string };

/** The word that would be renamed, and how it is written now. */
export function prepareRename(
  snapshot: Snapshot,
  path: string,
  offset: number,
): { readonly span: Span; readonly name: string } | undefined {
  const word = wordAt(snapshot, path, offset);
  if (word === undefined || refusal(word.occurrence.entity) !== undefined) return undefined;
  return { span: word.occurrence.span, name: nameOf(word.occurrence.entity) };
}

/** Changes a name everywhere, formulas and ids that follow from the name included. */
export function rename(
  snapshot: Snapshot,
  path: string,
  offset: number,
  newName: string,
): Renaming {
  const word = wordAt(snapshot, path, offset);
  if (word === undefined) return { ok: false, message: "there is no name here" };
  const { entity } = word.occurrence;
  const refused = refusal(entity) ?? clash(word.checked, entity, unquote(newName));
  if (refused !== undefined) return { ok: false, message: refused };
  const name = unquote(newName);
  const edits = occurrencesOf(snapshot, entity, path).flatMap((occurrence): FileEdit[] => {
    const text = written(occurrence, name);
    return text === undefined
      ? []
      : [{ path: occurrence.source.path, span: occurrence.span, text }];
  });
  return { ok: true, edits };
}

function refusal(entity: Entity): string | undefined {
  switch (entity.kind) {
    case "function":
      return "functions of the language have their names from it";
    case "file":
      return "rename the file itself; its imports follow";
    case "label":
      if (entity.info === undefined) return "this label is not declared";
      return entity.info.declaration === undefined
        ? "the service gives this label its name"
        : undefined;
    default:
      return undefined;
  }
}

function clash(checked: CheckedProgram, entity: Entity, name: string): string | undefined {
  if (name === "" || /[\r\n]/u.test(name)) return "a name is one line, and not empty";
  if (entity.kind === "label" && checked.labels[entity.side].has(name)) {
    return `there is a label \`${entity.side}.${writeName(name)}\` already`;
  }
  if (entity.kind !== "symbol" || name === entity.symbol.name.text) return undefined;
  const isTest = entity.symbol.kind === "test";
  const other = checked.symbols.find(
    (each) => each.name.text === name && (each.kind === "test") === isTest,
  );
  return other === undefined
    ? undefined
    : `\`${name}\` is a ${other.kind} already; a name means one thing in the whole program`;
}

function nameOf(entity: Entity): string {
  switch (entity.kind) {
    case "symbol":
      return entity.symbol.name.text;
    case "label":
      return entity.key;
    case "local":
      return entity.name.text;
    case "function":
      return entity.definition.name;
    case "file":
      return entity.path;
  }
}

function written(occurrence: Occurrence, name: string): string | undefined {
  switch (occurrence.written) {
    case "formula":
      return quoteName(name);
    case "text":
      return JSON.stringify(name).slice(1, -1);
    case "id": {
      // A text is an id of its own; it follows only where the id is the name.
      const { entity } = occurrence;
      const follows = entity.kind === "symbol" && entity.symbol.id === entity.symbol.name.text;
      return follows ? JSON.stringify(name).slice(1, -1) : undefined;
    }
    case "name":
      return occurrence.entity.kind === "label" ? writeName(name) : writeOwnName(name);
  }
}

const reserved: ReadonlySet<string> = new Set(
  tokenTable.filter(({ kind }) => kind === "keyword" || kind === "word").map((e) => e.image),
);

/** A name that is a word of the grammar stands in quotes: then it can mean nothing else. */
export function writeOwnName(name: string): string {
  return reserved.has(name) ? `'${name}'` : writeName(name);
}

function unquote(name: string): string {
  const trimmed = name.trim();
  return /^'.*'$/su.test(trimmed) && trimmed.length > 1
    ? trimmed.slice(1, -1).replaceAll("''", "'")
    : trimmed;
}

/** Imports that must follow when files or folders get other paths. */
export function renameFiles(
  snapshot: Snapshot,
  moves: readonly { readonly from: string; readonly to: string }[],
): readonly FileEdit[] {
  const moved = (path: string): string => {
    for (const { from, to } of moves) {
      if (path === from) return to;
      if (path.startsWith(`${from}/`)) return `${to}${path.slice(from.length)}`;
    }
    return path;
  };
  const edits: FileEdit[] = [];
  for (const path of snapshot.files.keys()) {
    for (const declaration of snapshot.syntax(path)?.program.declarations ?? []) {
      if (declaration.kind !== "import" || declaration.path === undefined) continue;
      const target = resolveImport(path, declaration.path.value);
      if (target === undefined || (moved(path) === path && moved(target) === target)) continue;
      const text = JSON.stringify(specifierTo(moved(path), moved(target)));
      if (text !== JSON.stringify(declaration.path.value)) {
        edits.push({ path, span: declaration.path.span, text });
      }
    }
  }
  return edits;
}
