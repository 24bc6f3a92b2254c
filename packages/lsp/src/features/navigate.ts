import type { Span } from "@routewright/diagnostics";
import type { CheckedProgram, Declaration, Program } from "@routewright/dsl";
import {
  anchorOf,
  type Entity,
  type Occurrence,
  occurrenceAt,
  occurrencesIn,
} from "../tree/occurrences.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** A place in a file: all of it, and the word that names it. */
export interface Target {
  readonly path: string;
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface Word {
  readonly occurrence: Occurrence;
  readonly checked: CheckedProgram;
  readonly program: Program;
}

/** The word at an offset that means something. */
export function wordAt(snapshot: Snapshot, path: string, offset: number): Word | undefined {
  const { checked } = snapshot.analysisOf(path);
  const program = checked.programs.find((each) => each.source.path === path);
  if (program === undefined) return undefined;
  const occurrence = occurrenceAt(occurrencesIn(checked, program), offset);
  return occurrence && { occurrence, checked, program };
}

export function targetOf(entity: Entity): Target | undefined {
  switch (entity.kind) {
    case "symbol": {
      const { source, declaration, name } = entity.symbol;
      return { path: source.path, span: declaration.span, nameSpan: name.span };
    }
    case "label": {
      const { info } = entity;
      if (info?.declaration === undefined || info.source === undefined) return undefined;
      const { span, key } = info.declaration;
      return { path: info.source.path, span, nameSpan: key.span };
    }
    case "local":
      return { path: entity.source.path, span: entity.node.span, nameSpan: entity.name.span };
    case "file": {
      const start = { start: 0, end: 0 };
      return { path: entity.path, span: start, nameSpan: start };
    }
    case "function":
      return undefined;
  }
}

/** Where a thing is declared. */
export function definition(snapshot: Snapshot, path: string, offset: number): readonly Target[] {
  const word = wordAt(snapshot, path, offset);
  const target = word && targetOf(word.occurrence.entity);
  if (target === undefined || snapshot.source(target.path) === undefined) return [];
  return [target];
}

/** The declared type of a label or parameter; what a `let` is made of; the labels of queues. */
export function typeDefinition(
  snapshot: Snapshot,
  path: string,
  offset: number,
): readonly Target[] {
  const word = wordAt(snapshot, path, offset);
  if (word === undefined) return [];
  const { entity } = word.occurrence;
  const at = (file: string, span: Span): readonly Target[] => [
    { path: file, span, nameSpan: span },
  ];
  if (entity.kind === "label") {
    const { info } = entity;
    const type = info?.declaration?.type;
    return type === undefined || info?.source === undefined ? [] : at(info.source.path, type.span);
  }
  if (entity.kind !== "symbol") return [];
  const { symbol } = entity;
  if (symbol.kind === "param" && symbol.declaration.type !== undefined) {
    return at(symbol.source.path, symbol.declaration.type.span);
  }
  if (symbol.kind === "let" && symbol.declaration.value !== undefined) {
    return at(symbol.source.path, symbol.declaration.value.span);
  }
  if (symbol.kind !== "queue") return [];
  return word.checked.programs.flatMap(({ source, declarations }) =>
    declarations.flatMap((each) =>
      each.kind === "labels" && each.side === "queue"
        ? [{ path: source.path, span: each.span, nameSpan: each.span }]
        : [],
    ),
  );
}

/** Everything that is said about one thing, in every program that sees it; each place once. */
export function occurrencesOf(
  snapshot: Snapshot,
  entity: Entity,
  from: string,
): readonly Occurrence[] {
  const anchor = anchorOf(entity);
  const home = targetOf(entity)?.path ?? from;
  const roots = new Set([...snapshot.rootsOf(home), ...snapshot.rootsOf(from)]);
  const found: Occurrence[] = [];
  const seen = new Set<string>();
  for (const root of roots) {
    const { checked } = snapshot.analysis(root);
    for (const program of checked.programs) {
      for (const occurrence of occurrencesIn(checked, program)) {
        if (anchorOf(occurrence.entity) !== anchor) continue;
        const key = `${occurrence.source.path} ${occurrence.span.start} ${occurrence.span.end}`;
        if (seen.has(key)) continue;
        seen.add(key);
        found.push(occurrence);
      }
    }
  }
  return found;
}

export function references(
  snapshot: Snapshot,
  path: string,
  offset: number,
  withDeclaration: boolean,
): readonly Occurrence[] {
  const word = wordAt(snapshot, path, offset);
  if (word === undefined) return [];
  const all = occurrencesOf(snapshot, word.occurrence.entity, path);
  return withDeclaration ? all : all.filter(({ role }) => role !== "declaration");
}

/** The same thing within the file. */
export function highlights(
  snapshot: Snapshot,
  path: string,
  offset: number,
): readonly Occurrence[] {
  const word = wordAt(snapshot, path, offset);
  if (word === undefined) return [];
  const anchor = anchorOf(word.occurrence.entity);
  return occurrencesIn(word.checked, word.program).filter(
    (each) => anchorOf(each.entity) === anchor,
  );
}

/** Where a queue or policy is put to work: tests only judge it. */
export function implementations(
  snapshot: Snapshot,
  path: string,
  offset: number,
): readonly Occurrence[] {
  return references(snapshot, path, offset, false).filter((occurrence) => {
    const declaration = declarationAround(snapshot, occurrence);
    return declaration !== undefined && !isJudging(declaration);
  });
}

export function isJudging(declaration: Declaration): boolean {
  return declaration.kind === "test" || declaration.kind === "scenario";
}

/** The declaration that an occurrence stands in. */
export function declarationAround(
  snapshot: Snapshot,
  { source, span }: Pick<Occurrence, "source" | "span">,
): Declaration | undefined {
  const declarations = snapshot.syntax(source.path)?.program.declarations ?? [];
  return declarations.find((each) => each.span.start <= span.start && span.end <= each.span.end);
}
