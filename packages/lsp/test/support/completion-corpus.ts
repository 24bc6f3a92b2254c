import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { sourceText } from "@routewright/diagnostics";
import { type Declaration, readSyntax, type SyntaxToken } from "@routewright/dsl";
import { complete } from "../../src/features/completion/completion.ts";
import { Workspace } from "../../src/workspace/workspace.ts";

const examples = fileURLToPath(new URL("../../../../examples/", import.meta.url));

/** How much of the text behind the cursor is there. */
export const variants = ["whole text", "line cut off", "text cut off"] as const;
export type Variant = (typeof variants)[number];

export interface CorpusPosition {
  readonly path: string;
  readonly token: SyntaxToken;
  readonly previous: SyntaxToken | undefined;
  readonly isDeclaredBehind: boolean;
  readonly variant: Variant;
}

export interface CorpusAnswer extends CorpusPosition {
  /** From 1; 0: not among the items. */
  readonly rank: number;
  readonly first: readonly string[];
  readonly line: string;
}

/**
 * Words that completion could offer in the examples, a fixed choice of them spread evenly.
 *
 * @param within only in declarations of this kind.
 */
export function corpusPositions(
  count: number,
  within?: Declaration["kind"],
): readonly CorpusPosition[] {
  const all: Omit<CorpusPosition, "variant">[] = [];
  for (const path of policies()) {
    const { tokens, program } = readSyntax(sourceText(read(path), path));
    const places = program.declarations.filter(({ kind }) => kind === within);
    for (const [index, token] of tokens.entries()) {
      const isIn = places.some(({ span }) => span.start <= token.start && token.end <= span.end);
      if (within !== undefined && !isIn) continue;
      const previous = tokens[index - 1];
      if (!isOffered(token, previous, tokens, index)) continue;
      const isDeclaredBehind = declarationOffset(tokens, token) > token.start;
      all.push({ path, token, previous, isDeclaredBehind });
    }
  }
  const step = all.length / count;
  return Array.from({ length: count }, (_, index) => all[Math.floor(index * step)])
    .filter((each) => each !== undefined)
    .map((each, index) => ({
      ...each,
      variant: variants[index % variants.length] ?? "whole text",
    }));
}

/** Types the first letters of each word and looks where it is in the list. */
export function playCorpus(positions: readonly CorpusPosition[]): readonly CorpusAnswer[] {
  const workspace = new Workspace();
  for (const path of policies()) workspace.setFile(path, read(path), true);
  return positions.map((position) => {
    const { path, token, variant } = position;
    const text = read(path);
    const typed = token.image.slice(0, token.image.length > 3 ? 2 : 1);
    const lineEnd = text.indexOf("\n", token.end);
    const rest =
      variant === "whole text"
        ? text.slice(token.end)
        : variant === "line cut off"
          ? text.slice(lineEnd < 0 ? text.length : lineEnd)
          : "";
    const offset = token.start + typed.length;
    workspace.open(path, path, 1, text.slice(0, token.start) + typed + rest);
    const items = complete(workspace.snapshot(), path, offset);
    workspace.close(path);
    const shown = items
      .filter(({ filter, label }) =>
        (filter ?? label).toLowerCase().startsWith(typed.toLowerCase()),
      )
      .sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0));
    const rank = shown.findIndex((item) => means(item, token)) + 1;
    return {
      ...position,
      rank,
      first: shown.slice(0, 5).map(({ label }) => label),
      line: text.slice(text.lastIndexOf("\n", token.start) + 1, lineEnd < 0 ? undefined : lineEnd),
    };
  });
}

function means(
  item: { readonly label: string; readonly insert: string },
  { image }: SyntaxToken,
): boolean {
  if (item.label === image || item.insert === image) return true;
  const next = item.insert.slice(image.length, image.length + 1);
  return item.insert.startsWith(image) && !/\w/u.test(next);
}

function policies(): readonly string[] {
  paths ??= readdirSync(examples, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".route") && !name.includes("node_modules"))
    .map((name) => relative(examples, join(examples, name)).replaceAll("\\", "/"))
    .sort();
  return paths;
}
let paths: readonly string[] | undefined;

const texts = new Map<string, string>();
function read(path: string): string {
  const known = texts.get(path) ?? readFileSync(join(examples, path), "utf8");
  texts.set(path, known);
  return known;
}

/** Words of the grammar, names that are used, and values of labels; not names and texts made up. */
function isOffered(
  token: SyntaxToken,
  previous: SyntaxToken | undefined,
  tokens: readonly SyntaxToken[],
  index: number,
): boolean {
  if (token.kind === "text") {
    return ["==", "!=", "[", ","].includes(previous?.image ?? "") && isLabelValue(tokens, index);
  }
  if (!["name", "word", "keyword"].includes(token.kind) || token.image === "_") return false;
  const isDeclared = declaring.has(previous?.image ?? "") && isHead(tokens, index);
  const isDeclaredLabel = tokens[index + 1]?.image === ":" && isInLabels(tokens, index);
  return !isDeclared && !isDeclaredLabel && tokens[index + 1]?.image !== "?";
}

const declaring: ReadonlySet<string> = new Set([
  "param",
  "secret",
  "channel",
  "let",
  "distribution",
  "exceptions",
  "queue",
  "classification",
  "worker",
  // In a scenario, `job j1 on …`.
  "job",
]);

const afterJobName: ReadonlySet<string> = new Set([
  "on",
  "via",
  "in",
  "priority",
  "suspended",
  "scheduled",
]);

/** Whether a name is given here: what follows is the body of a declaration, or nothing. */
function isHead(tokens: readonly SyntaxToken[], index: number): boolean {
  const previous = tokens[index - 1]?.image;
  const next = tokens[index + 1]?.image;
  if (previous === "let") return next === "=";
  if (previous === "param") return next === ":";
  if (previous === "secret") return next === "from";
  if (previous === "job") return afterJobName.has(next ?? "");
  if (previous === "channel") return !isInWorker(tokens, index);
  return next === "{";
}

/** Where the file gives the name or key for the first time; -1 where it does not. */
function declarationOffset(tokens: readonly SyntaxToken[], { image }: SyntaxToken): number {
  const at = tokens.findIndex(
    (token, index) =>
      token.image === image &&
      ((declaring.has(tokens[index - 1]?.image ?? "") && isHead(tokens, index)) ||
        ([":", "?"].includes(tokens[index + 1]?.image ?? "") && isInLabels(tokens, index))),
  );
  return tokens[at]?.start ?? -1;
}

function isInWorker(tokens: readonly SyntaxToken[], index: number): boolean {
  return enclosing(tokens, index)[0] === "worker";
}

function isInLabels(tokens: readonly SyntaxToken[], index: number): boolean {
  const [first, second] = enclosing(tokens, index);
  return first === "labels" && ["job", "worker", "queue"].includes(second ?? "");
}

function isLabelValue(tokens: readonly SyntaxToken[], index: number): boolean {
  return tokens
    .slice(Math.max(0, index - 12), index)
    .some(({ image }) => image === "job" || image === "worker");
}

/** The first two words of the item whose block is around a token. */
function enclosing(tokens: readonly SyntaxToken[], index: number): readonly string[] {
  let depth = 0;
  for (let at = index - 1; at >= 0; at--) {
    const image = tokens[at]?.image;
    if (image === "}") depth++;
    if (image === "{" && depth-- === 0) {
      return [tokens[at - 2]?.image ?? "", tokens[at - 1]?.image ?? ""];
    }
  }
  return [];
}
