import type { Diagnostic, SourceText, Staged } from "@routewright/diagnostics";
import type { Module } from "../source/import-graph.ts";
import type { CheckedProgram } from "./checked.ts";
import { checkClassification } from "./classification.ts";
import type { CheckContext } from "./context.ts";
import { automaticLabels, checkSecret, declareLabels, declareNames } from "./declare.ts";
import { checkCircles } from "./exception-circle.ts";
import { plainScope } from "./expect.ts";
import { inferLets } from "./lets.ts";
import {
  bindIds,
  checkDistribution,
  checkExceptions,
  checkMoves,
  checkQueue,
  checkRepeated,
  type Moves,
} from "./objects.ts";
import { bindParameters } from "./parameters.ts";
import { checkScenario } from "./scenarios.ts";
import { checkTest, summariseTests } from "./tests.ts";
import { reportUnused } from "./unused.ts";

/**
 * Finds out what a program means, and what is wrong with it, a declaration at a time. `modules` as
 * `loadModules` orders them.
 */
export function* check(
  modules: readonly [Module, ...Module[]],
  parameters: Readonly<Record<string, string>>,
): Generator<undefined, Staged<CheckedProgram>> {
  const diagnostics: Diagnostic[] = [];
  const ctx: CheckContext = {
    modules,
    diagnostics,
    symbols: [],
    byName: new Map(),
    testNames: new Map(),
    byId: new Map(),
    labels: automaticLabels(),
    references: new Map(),
    types: new Map(),
    constants: new Map(),
    parameters: new Map(),
    typed: new Map(),
    queueSelectors: new Map(),
    used: new Set(),
    usedLabels: new Set(),
    visible: visibility(modules),
    suggestionsLeft: 200,
  };

  for (const module of modules) {
    yield;
    declareNames(ctx, module);
  }
  bindParameters(ctx, parameters);
  for (const module of modules) {
    for (const declaration of module.program.declarations) {
      if (declaration.kind === "labels") declareLabels(ctx, declaration, module);
    }
  }
  yield* inferLets(ctx);
  bindIds(ctx);
  yield* checkObjects(ctx);
  reportUnused(ctx);
  yield;

  const value: CheckedProgram = {
    programs: modules.map((module) => module.program),
    entry: modules[0].program,
    symbols: ctx.symbols,
    labels: ctx.labels,
    references: ctx.references,
    types: ctx.types,
    constants: ctx.constants,
    parameters: ctx.parameters,
  };
  return { value, diagnostics };
}

function* checkObjects(ctx: CheckContext): Generator<undefined, void> {
  const moves: Moves = new Map();
  // Queues first: what `queue where` finds is looked up in their labels.
  yield* forEachDeclaration(ctx, (declaration, source) => {
    if (declaration.kind === "queue") checkQueue(ctx, declaration, source);
  });
  yield* forEachDeclaration(ctx, (declaration, source) => {
    switch (declaration.kind) {
      case "secret":
        return checkSecret(ctx, declaration, plainScope(source));
      case "channel":
        return checkRepeated(ctx, declaration.items, (item) => item.kind, source);
      case "distribution":
        return checkDistribution(ctx, declaration, source);
      case "exceptions":
        return checkExceptions(ctx, declaration, source, moves);
      case "classification":
        return checkClassification(ctx, declaration, source);
      default:
        return;
    }
  });
  checkMoves(ctx, moves);
  checkCircles(ctx);
  const summary = summariseTests(ctx);
  yield* forEachDeclaration(ctx, (declaration, source) => {
    if (declaration.kind === "test") checkTest(ctx, declaration, source, summary);
    else if (declaration.kind === "scenario") checkScenario(ctx, declaration, source, summary);
  });
}

function* forEachDeclaration(
  ctx: CheckContext,
  visit: (declaration: Module["program"]["declarations"][number], source: SourceText) => void,
): Generator<undefined, void> {
  for (const { program } of ctx.modules) {
    for (const declaration of program.declarations) {
      yield;
      visit(declaration, program.source);
    }
  }
}

/** What each file sees, worked out when it is first asked for. */
function visibility(modules: readonly Module[]): CheckContext["visible"] {
  const bySource = new Map(modules.map((module) => [module.program.source, module]));
  const known = new Map<SourceText, ReadonlySet<SourceText>>();
  return (from) => {
    const cached = known.get(from);
    if (cached !== undefined) return cached;
    const seen = new Set<SourceText>([from]);
    const pending = [bySource.get(from)];
    for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
      for (const imported of module.imports) {
        if (seen.has(imported.program.source)) continue;
        seen.add(imported.program.source);
        pending.push(imported);
      }
    }
    known.set(from, seen);
    return seen;
  };
}
