// biome-ignore-all lint/suspicious/noTemplateCurlyInString: snippets have places written so
import type { Span } from "@routewright/diagnostics";
import { languageFunctions, tokenTable } from "@routewright/dsl";
import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import { specifierTo } from "../../workspace/paths.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { writeLabel, writeType } from "../describe.ts";
import { type Scope, scopeOf } from "../scope.ts";
import { writeName, writeValue } from "../text.ts";
import { type Place, placeAt } from "./place.ts";
import { itemSnippets } from "./snippets.ts";
import type { Want } from "./want.ts";
import { wantsAt } from "./wants.ts";

export type CompletionKind =
  | "keyword"
  | "snippet"
  | "queue"
  | "classification"
  | "distribution"
  | "exceptions"
  | "channel"
  | "let"
  | "param"
  | "secret"
  | "label"
  | "value"
  | "function"
  | "type"
  | "file"
  | "local";

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly insert: string;
  /** `insert` has places to fill in. */
  readonly isSnippet: boolean;
  readonly replace: Span;
  /** Orders the list: smaller first. */
  readonly sort: string;
  readonly detail?: string;
  /** What typed text is compared with. */
  readonly filter?: string;
  /** What `resolveCompletion` documents it by. */
  readonly data?: CompletionData;
  /** Ask for the next list at once: the item ends in a dot. */
  readonly retrigger?: boolean;
}

export type CompletionData =
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "label"; readonly side: LabelSide; readonly key: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "item"; readonly frame: string; readonly word: string };

/** What may stand at an offset, the likeliest first. */
export function complete(snapshot: Snapshot, path: string, offset: number): readonly Completion[] {
  const source = snapshot.source(path);
  const syntax = snapshot.syntax(path);
  if (source === undefined || syntax === undefined) return [];
  const place = placeAt(source.text, syntax, offset);
  if (place === undefined) return [];
  const list = new List(place, scopeOf(snapshot, path));
  for (const [rank, want] of wantsAt(place).entries()) list.add(want, rank, snapshot, path);
  return list.items;
}

class List {
  readonly items: Completion[] = [];
  readonly #place: Place;
  readonly #scope: Scope;
  readonly #seen = new Set<string>();

  constructor(place: Place, scope: Scope) {
    this.#place = place;
    this.#scope = scope;
  }

  add(want: Want, rank: number, snapshot: Snapshot, path: string): void {
    const { inText } = this.#place;
    switch (want.kind) {
      case "words":
        if (!inText) this.#words(want.words, rank);
        return;
      case "items":
        if (!inText) this.#items(want.frame, want.seen, rank);
        return;
      case "symbols":
        this.#symbols(want.of, rank);
        return;
      case "labelKeys":
        if (!inText) this.#labelKeys(want.side, want.rest, want.seen, rank);
        return;
      case "labelPaths":
        if (!inText) this.#labelPaths(want.side, rank);
        return;
      case "labelValues":
        this.#labelValues(want.side, want.key, rank);
        return;
      case "valuesOf":
        this.#valuesOf(want.name, rank);
        return;
      case "functions":
        if (!inText) this.#functions(rank);
        return;
      case "types":
        if (!inText) this.#types(want.of, rank);
        return;
      case "paths":
        this.#paths(snapshot, path, rank);
        return;
      case "literals":
        this.#literals(want.values, want.detail, rank);
        return;
      case "locals":
        this.#locals(want.of, rank);
        return;
    }
  }

  #push(
    item: Omit<Completion, "replace" | "sort" | "isSnippet"> & { readonly isSnippet?: boolean },
    rank: number,
    index: number,
  ): void {
    const key = `${item.label} ${item.insert}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.items.push({
      isSnippet: false,
      ...item,
      replace: this.#place.replace,
      sort: `${String(rank).padStart(2, "0")}${String(index).padStart(4, "0")}`,
    });
  }

  #words(words: readonly string[], rank: number): void {
    for (const [index, word] of words.entries()) this.#word(word, rank, index);
  }

  #literals(values: readonly string[], detail: string, rank: number): void {
    for (const [index, value] of values.entries()) {
      this.#push({ label: value, kind: "value", insert: value, detail }, rank, index);
    }
  }

  #word(word: string, rank: number, index: number): void {
    const isSide = word === "job" || word === "worker";
    const entry = tokenTable.find(({ image }) => image === word.split(" ")[0]);
    const rest = wordInserts[word];
    this.#push(
      {
        label: word,
        kind: "keyword",
        insert: rest ?? word,
        isSnippet: rest !== undefined,
        ...(entry === undefined
          ? {}
          : { detail: entry.doc, data: { kind: "word", word: entry.image } }),
        ...(isSide ? { retrigger: true } : {}),
      },
      rank,
      index,
    );
  }

  #items(frame: string, seen: readonly string[], rank: number): void {
    const known = new Set(seen);
    const all = itemSnippets[frame] ?? [];
    // A policy begins with the labels that it speaks of.
    const isFirst = frame === "program" && this.#scope.symbols.length === 0 && !this.#hasLabels();
    const [labels, others] = [
      all.filter(({ word }) => word === "labels"),
      all.filter(({ word }) => word !== "labels"),
    ];
    const snippets = isFirst ? [...labels, ...others] : all;
    for (const [index, { word, label, insert, doc, once }] of snippets.entries()) {
      if (once === true && known.has(word)) continue;
      this.#push(
        {
          label: label ?? word,
          kind: "snippet",
          insert,
          isSnippet: true,
          detail: doc,
          filter: word,
          data: { kind: "item", frame, word },
        },
        rank,
        index,
      );
    }
  }

  #hasLabels(): boolean {
    const { job, worker } = this.#scope.labels;
    return [...job.values(), ...worker.values()].some(
      ({ declaration }) => declaration !== undefined,
    );
  }

  #symbols(kinds: readonly string[], rank: number): void {
    const { inText, item } = this.#place;
    if (inText) {
      this.#ids(kinds, rank);
      return;
    }
    const self = item[0]?.image === "let" ? item[1]?.image : undefined;
    let index = 0;
    for (const { kind, name, doc, declaration } of this.#scope.symbols) {
      if (kind === "test" || kind === "scenario" || !kinds.includes(kind) || name === self)
        continue;
      const detail = doc?.split("\n")[0] ?? detailOf(kind, declaration);
      this.#push(
        {
          label: name,
          kind,
          insert: writeName(name),
          detail,
          data: { kind: "symbol", name },
        },
        rank,
        index++,
      );
    }
  }

  /** Inside quotes stands the id of an object, declared here or elsewhere. */
  #ids(kinds: readonly string[], rank: number): void {
    let index = 0;
    for (const { kind, id } of this.#scope.checked.symbols) {
      if (id === undefined || !kinds.includes(kind)) continue;
      const text = JSON.stringify(id);
      this.#push({ label: text, kind: "value", insert: text, detail: `${kind} id` }, rank, index++);
    }
  }

  #labelKeys(side: LabelSide, rest: string, seen: readonly string[], rank: number): void {
    const known = new Set(seen);
    let index = 0;
    const next = this.#place.next?.image;
    for (const [key, info] of this.#scope.labels[side]) {
      const insert = writeName(key);
      if (known.has(insert)) continue;
      this.#push(
        {
          label: key,
          kind: "label",
          insert: `${insert}${rest !== "" && next !== ":" ? rest : ""}`,
          detail: writeLabel(side, key, info),
          filter: insert,
          data: { kind: "label", side, key },
        },
        rank,
        // The automatic `Id` is seldom meant.
        info.declaration === undefined ? 900 : index++ + (info.optional && rest !== "" ? 100 : 0),
      );
    }
  }

  #labelPaths(side: LabelSide, rank: number): void {
    let index = 0;
    for (const [key, info] of this.#scope.labels[side]) {
      if (info.declaration === undefined) continue;
      const path = `${side}.${writeName(key)}`;
      this.#push(
        {
          label: path,
          kind: "label",
          insert: path,
          detail: writeType(info.type),
          data: { kind: "label", side, key },
        },
        rank,
        index++,
      );
    }
  }

  #labelValues(side: LabelSide, key: string, rank: number): void {
    const info = this.#scope.labels[side].get(key);
    if (info === undefined) return;
    const values =
      info.type.values ??
      (info.type.scalar === "boolean"
        ? [true, false]
        : info.type.range !== undefined
          ? [info.type.range.min, info.type.range.max]
          : []);
    this.#values(values, `${side}.${key}`, rank);
  }

  #valuesOf(name: string, rank: number): void {
    const symbol = this.#scope.checked.symbols.find((each) => each.name.text === name);
    if (symbol?.kind === "param") {
      const type = symbol.declaration.type;
      if (type?.kind !== "set") return;
      const values = type.values.flatMap((expr): LabelValue[] =>
        expr.kind === "text" || expr.kind === "number" ? [expr.value] : [],
      );
      this.#values(values, name, rank);
    } else if (symbol?.kind === "let" && symbol.declaration.value !== undefined) {
      const type = this.#scope.checked.types.get(symbol.declaration.value);
      if (type?.kind !== "scalar") return;
      this.#values(type.values ?? (type.scalar === "boolean" ? [true, false] : []), name, rank);
    }
  }

  #values(values: readonly LabelValue[], detail: string, rank: number): void {
    for (const [index, value] of values.entries()) {
      if (this.#place.inText && typeof value !== "string") continue;
      this.#push(
        { label: writeValue(value), kind: "value", insert: writeValue(value), detail },
        rank,
        index,
      );
    }
  }

  #functions(rank: number): void {
    for (const [index, { name, parameters, result }] of languageFunctions.entries()) {
      const names = parameters.map((each) => `${each.name}${each.optional === true ? "?" : ""}`);
      const required = parameters.filter((each) => each.optional !== true);
      const places = required.map((each, at) => `\${${at + 1}:${each.name}}`).join(", ");
      this.#push(
        {
          label: name,
          kind: "function",
          insert: `${name}(${places})`,
          isSnippet: true,
          detail: `(${names.join(", ")}) -> ${result}`,
          data: { kind: "function", name },
        },
        rank,
        index,
      );
    }
  }

  #types(of: "label" | "param", rank: number): void {
    const names = ["text", "number", "boolean", "any", ...(of === "param" ? ["duration"] : [])];
    for (const [index, name] of names.entries()) {
      const doc = tokenTable.find(({ image }) => image === name)?.doc;
      this.#push(
        {
          label: name,
          kind: "type",
          insert: name,
          ...(doc === undefined ? {} : { detail: doc }),
          data: { kind: "word", word: name },
        },
        rank,
        index,
      );
    }
    this.#push(
      {
        label: "0..10",
        kind: "type",
        insert: "${1:0}..${2:10}",
        isSnippet: true,
        detail: "A range, both ends included",
      },
      rank,
      50,
    );
    this.#push(
      {
        label: '"a" | "b"',
        kind: "type",
        insert: '"${1:a}" | "${2:b}"',
        isSnippet: true,
        detail: "One of these values",
      },
      rank,
      51,
    );
  }

  #paths(snapshot: Snapshot, path: string, rank: number): void {
    const imported = new Set(snapshot.importsOf(path));
    const others = [...snapshot.files.keys()].filter(
      (file) => file !== path && file.endsWith(".route"),
    );
    // Near files first; what is imported already is last.
    const sorted = others
      .map((file) => ({ file, specifier: specifierTo(path, file) }))
      .sort(
        (a, b) =>
          Number(imported.has(a.file)) - Number(imported.has(b.file)) ||
          a.specifier.split("/").length - b.specifier.split("/").length ||
          (a.specifier < b.specifier ? -1 : 1),
      );
    for (const [index, { specifier }] of sorted.entries()) {
      const text = JSON.stringify(specifier);
      this.#push({ label: text, kind: "file", insert: text, detail: "policy" }, rank, index);
    }
  }

  #locals(of: string, rank: number): void {
    const names = new Set<string>();
    const { tokens } = this.#place;
    for (const [index, { image }] of tokens.entries()) {
      const isHead = of === "any" ? image === "worker" || image === "job" : image === of;
      const name = tokens[index + 1];
      const after = tokens[index + 2]?.image;
      if (
        isHead &&
        name !== undefined &&
        ["{", "on", "via", "in", "priority", "scheduled", "suspended"].includes(after ?? "")
      ) {
        names.add(name.image);
      }
    }
    for (const [index, name] of [...names].entries()) {
      this.#push(
        { label: name, kind: "local", insert: name, detail: "of this test or scenario" },
        rank,
        index,
      );
    }
  }
}

/** Words that bring their brackets along. */
const wordInserts: Readonly<Record<string, string>> = {
  match: "match {\n\twhen ${1:condition} -> ${2}\n\totherwise -> ${0}\n}",
  if: "if ${1:condition} then ${2} else ${0}",
  split: "split {\n\t${1:50%} -> ${2}\n\t${3:50%} -> ${0}\n}",
  "[": "[${1}]",
  powerfx: 'powerfx"${1}"',
  set: "set { ${1} }",
  workers: "workers [${1}]",
};

function detailOf(kind: string, declaration: { readonly kind: string }): string {
  if (declaration.kind !== "queue" && declaration.kind !== "classification") return kind;
  const { items } = declaration as unknown as {
    readonly items: readonly { readonly kind: string; readonly value?: unknown }[];
  };
  const name = items.find((item) => item.kind === "name")?.value as
    | { readonly kind: string; readonly value: string }
    | undefined;
  return name?.kind === "text" ? `${kind} "${name.value}"` : kind;
}
