import type { Span } from "@routewright/diagnostics";
import type { Job } from "@routewright/jobrouter";
import { createEngine } from "@routewright/runtime";
import { testId } from "../policy/tests.ts";
import { clientCommands, type Settings } from "../protocol.ts";
import type { Entity, Occurrence } from "../tree/occurrences.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { occurrencesOf, wordAt } from "./navigate.ts";

/** A lens without its title; `resolveLens` gives that, and what a click does. */
export interface Lens {
  readonly span: Span;
  readonly data: LensData;
}

export type LensData =
  | { readonly kind: "run" | "debug"; readonly testId: string }
  | { readonly kind: "references"; readonly offset: number }
  | { readonly kind: "samples"; readonly policyId: string };

export function codeLenses(
  snapshot: Snapshot,
  path: string,
  settings: NonNullable<Settings["codeLens"]>,
  hasSamples: boolean,
): readonly Lens[] {
  const syntax = snapshot.syntax(path);
  if (syntax === undefined) return [];
  const lenses: Lens[] = [];
  for (const declaration of syntax.program.declarations) {
    if (declaration.kind === "import" || declaration.kind === "labels") continue;
    const { name, kind } = declaration;
    if (name === undefined) continue;
    const span = { start: declaration.span.start, end: name.span.end };
    if (kind === "test" || kind === "scenario") {
      if (settings.tests === false || "text" in name) continue;
      const id = testId(path, kind, name.value);
      lenses.push({ span, data: { kind: "run", testId: id } });
      lenses.push({ span, data: { kind: "debug", testId: id } });
      continue;
    }
    if (settings.references !== false && kind !== "param" && kind !== "secret") {
      lenses.push({ span, data: { kind: "references", offset: name.span.start } });
    }
    if (kind === "classification" && hasSamples && settings.samples !== false && "text" in name) {
      const { checked } = snapshot.recentAnalysisOf(path);
      const symbol = checked.symbols.find((each) => each.name.text === name.text);
      lenses.push({ span, data: { kind: "samples", policyId: symbol?.id ?? name.text } });
    }
  }
  return lenses;
}

export interface ResolvedLens {
  readonly title: string;
  readonly command: string;
  /** Of a references lens: shown by the client. */
  readonly occurrences?: readonly Occurrence[];
}

export function resolveLens(
  snapshot: Snapshot,
  path: string,
  data: LensData,
  samples: readonly Job[],
): ResolvedLens {
  switch (data.kind) {
    case "run":
      return { title: "$(play) run test", command: clientCommands.runTest };
    case "debug":
      return { title: "debug test", command: clientCommands.debugTest };
    case "references": {
      const word = wordAt(snapshot, path, data.offset);
      const all = word === undefined ? [] : occurrencesOf(snapshot, word.occurrence.entity, path);
      const occurrences = all.filter(({ role }) => role !== "declaration");
      const count = occurrences.length;
      const title =
        count === 0
          ? unused(word?.occurrence.entity)
          : count === 1
            ? "1 reference"
            : `${count} references`;
      return { title, command: clientCommands.showReferences, occurrences };
    }
    case "samples":
      return {
        title: sampleTitle(snapshot, path, data.policyId, samples),
        command: clientCommands.evaluate,
      };
  }
}

/** Jobs name their policy: that no word here does is no fault. */
function unused(entity: Entity | undefined): string {
  const kind = entity?.kind === "symbol" ? entity.symbol.kind : undefined;
  return kind === "classification" ? "named by jobs only" : "not used";
}

/** How many of the sample jobs are this policy's, by their own word or for want of another. */
function sampleTitle(
  snapshot: Snapshot,
  path: string,
  policyId: string,
  samples: readonly Job[],
): string {
  const bundle = snapshot.bundle(snapshot.rootsOf(path)[0] ?? path);
  if (bundle === undefined || samples.length === 0) return "no sample jobs";
  const ids = bundle.objects.classificationPolicies.map(({ id }) => id);
  const own = samples.filter(
    (job) => (job.classificationPolicyId ?? (ids.length === 1 ? ids[0] : undefined)) === policyId,
  );
  const engine = createEngine(bundle.objects, { assumptions: { Q6: "presume" }, codegen: "never" });
  const decided = own.filter((job) => engine.classify(job, policyId).outcome === "classified");
  const share = Math.round((100 * decided.length) / samples.length);
  return `decides ${share} % of ${samples.length} sample jobs`;
}
