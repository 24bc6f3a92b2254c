import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Diagnostic } from "@routewright/diagnostics";
import { actionsAt } from "../../src/features/actions/actions.ts";
import { codeLenses } from "../../src/features/code-lenses.ts";
import { complete } from "../../src/features/completion/completion.ts";
import { formatting, onTypeFormatting, rangeFormatting } from "../../src/features/formatting.ts";
import { hover } from "../../src/features/hover.ts";
import { inlayHints } from "../../src/features/inlay-hints.ts";
import { inlineValues } from "../../src/features/inline-values.ts";
import * as navigate from "../../src/features/navigate.ts";
import { formulaAt, hoverFormula } from "../../src/features/power-fx.ts";
import { prepareRename, rename } from "../../src/features/rename.ts";
import { semanticTokens } from "../../src/features/semantic-tokens.ts";
import { signatureHelp } from "../../src/features/signature-help.ts";
import * as structure from "../../src/features/structure.ts";
import { documentSymbols, workspaceSymbols } from "../../src/features/symbols.ts";
import type { Snapshot } from "../../src/workspace/snapshot.ts";
import { Workspace } from "../../src/workspace/workspace.ts";

const examples = fileURLToPath(new URL("../../../../examples/", import.meta.url));

export interface SessionReport {
  readonly edits: number;
  readonly asked: number;
  readonly compared: number;
}

/**
 * A seeded session: texts of the examples are edited at random, features are asked at random
 * places, and from time to time the findings are compared with those of a fresh start.
 */
export function playSession(seed: number, edits: number, compareEvery = 250): SessionReport {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const files = exampleFiles();
  const workspace = new Workspace();
  for (const [path, text] of files) workspace.setFile(path, text, true);
  const paths = [...files.keys()];
  let asked = 0;
  let compared = 0;
  for (let edit = 0; edit < edits; edit++) {
    const path =
      edit % 40 === 0 || random() < 0.02 ? (pick(paths) ?? "") : current(workspace, paths);
    const before = workspace.document(path)?.source.text ?? files.get(path) ?? "";
    if (workspace.document(path) === undefined) workspace.open(path, path, edit, before);
    // A text that was taken apart for long says little: it starts again.
    const text = random() < 0.01 ? (files.get(path) ?? "") : change(before, random, pick);
    workspace.change(path, edit, text);
    const snapshot = workspace.snapshot();
    if (edit % 5 === 0)
      asked += ask(snapshot, path, Math.floor(random() * (text.length + 1)), edit);
    else snapshot.syntax(path);
    if (edit % 60 === 59) workspace.close(path);
    if (edit % compareEvery === compareEvery - 1 || edit === edits - 1) {
      compare(workspace.snapshot(), `seed ${seed}, edit ${edit}`);
      compared++;
    }
  }
  return { edits, asked, compared };
}

function current(workspace: Workspace, paths: readonly string[]): string {
  const [document] = workspace.documents;
  return document?.path ?? paths[0] ?? "";
}

const pieces = [
  "{",
  "}",
  "(",
  ")",
  '"',
  "'",
  "\n",
  " ",
  ".",
  "->",
  "==",
  "job.",
  "worker.",
  "queue ",
  "when ",
  "match {",
  "otherwise -> ",
  "and ",
  "not ",
  "table (",
  'powerfx"If(job.a, 1',
  'import "./',
  "// allow unused-label: x\n",
  "/*",
  "__proto__",
  'test "',
  "labels job {",
  "5m",
  "70%",
  "0..10",
  "\u{1F600}",
  "\r\n",
];

function change(
  text: string,
  random: () => number,
  pick: <T>(list: readonly T[]) => T | undefined,
): string {
  const at = Math.floor(random() * (text.length + 1));
  const kind = random();
  if (kind < 0.35) return text.slice(0, at) + (pick(pieces) ?? "") + text.slice(at);
  if (kind < 0.7) return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 12));
  const from = Math.floor(random() * text.length);
  const piece = text.slice(from, from + Math.floor(random() * 60));
  if (kind < 0.9) return text.slice(0, at) + piece + text.slice(at);
  // A line moved up or down.
  const lines = text.split("\n");
  const [line = ""] = lines.splice(Math.floor(random() * lines.length), 1);
  lines.splice(Math.floor(random() * (lines.length + 1)), 0, line);
  return lines.join("\n");
}

/** Every feature takes its turn. */
function ask(snapshot: Snapshot, path: string, offset: number, turn: number): number {
  const whole = { start: 0, end: snapshot.source(path)?.text.length ?? 0 };
  const features: readonly (() => unknown)[] = [
    () => complete(snapshot, path, offset),
    () => hover(snapshot, path, offset),
    () => signatureHelp(snapshot, path, offset),
    () => navigate.definition(snapshot, path, offset),
    () => navigate.typeDefinition(snapshot, path, offset),
    () => navigate.implementations(snapshot, path, offset),
    () => navigate.references(snapshot, path, offset, true),
    () => navigate.highlights(snapshot, path, offset),
    () => prepareRename(snapshot, path, offset),
    () => rename(snapshot, path, offset, "renamed_by_test"),
    () => documentSymbols(snapshot, path),
    () => workspaceSymbols(snapshot, "qu"),
    () => semanticTokens(snapshot, path),
    () => formatting(snapshot, path),
    () => rangeFormatting(snapshot, path, { start: offset, end: offset + 200 }),
    () => onTypeFormatting(snapshot, path, offset, "}", "  "),
    () => onTypeFormatting(snapshot, path, offset, "\n", "  "),
    () => structure.folds(snapshot, path),
    () => structure.selectionRanges(snapshot, path, offset),
    () => structure.linkedEditing(snapshot, path, offset),
    () => structure.documentLinks(snapshot, path),
    () => {
      const item = structure.callItem(snapshot, path, offset);
      return (
        item && [structure.incomingCalls(snapshot, item), structure.outgoingCalls(snapshot, item)]
      );
    },
    () => inlayHints(snapshot, path, whole, {}),
    () => inlineValues(snapshot, path, whole, offset),
    () => codeLenses(snapshot, path, {}, false),
    () =>
      actionsAt(snapshot, path, { start: offset, end: offset + 20 }).map((each) => each.edits()),
    () => {
      const formula = formulaAt(snapshot, path, offset);
      return formula && hoverFormula(formula);
    },
    () => snapshot.findingsIn(path),
  ];
  const feature = features[Math.floor(turn / 5) % features.length];
  feature?.();
  return 1;
}

/** What was kept from earlier moments must say the same as nothing kept. */
function compare(snapshot: Snapshot, when: string): void {
  const fresh = new Workspace();
  for (const path of snapshot.files.keys()) {
    fresh.setFile(path, snapshot.source(path)?.text, true);
  }
  const other = fresh.snapshot();
  for (const path of snapshot.files.keys()) {
    const kept = snapshot.findingsIn(path).map(brief).join("\n");
    const anew = other.findingsIn(path).map(brief).join("\n");
    if (kept !== anew) throw new Error(`${when}, ${path}: kept\n${kept}\nfresh\n${anew}`);
  }
}

function brief({ code, span, message }: Diagnostic): string {
  return `${code} ${span.start}-${span.end} ${message}`;
}

function exampleFiles(): ReadonlyMap<string, string> {
  const names = readdirSync(examples, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".route") && !name.includes("node_modules"))
    .sort();
  return new Map(
    names.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(examples, name), "utf8")]),
  );
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
