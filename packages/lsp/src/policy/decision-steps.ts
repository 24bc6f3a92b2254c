import type { Bundle, BundleScenario, BundleTest, Job, Labels } from "@routewright/jobrouter";
import {
  createEngine,
  type ExplainedClassification,
  placesIn,
  type Ranking,
  type RuleStub,
} from "@routewright/runtime";
import type {
  DecisionStep,
  DecisionStepsParams,
  DecisionStepsResult,
  TraceStep,
  Variable,
  VariableScope,
  WireLocation,
} from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { compileDocument, locationIn, refuse, type Wire } from "./compiled.ts";
import { decideJob } from "./evaluate.ts";
import { clock, idOf, playScenario, scenarioIdOf } from "./run-tests.ts";
import { rankingView, show, traceSteps } from "./trace-view.ts";

/** One decision as a list of places to stand at, each with what is known there. */
export function decisionSteps(
  snapshot: Snapshot,
  params: DecisionStepsParams,
  wire: Wire,
): DecisionStepsResult {
  if (params.testId !== undefined) return testSteps(snapshot, params, params.testId, wire);
  const decided = decideJob(snapshot, { ...params, job: params.job }, wire);
  if (!decided.ok) return decided;
  const { compiled, job, explained, ranking } = decided;
  return stepsOf({
    title: job.id ?? "job",
    bundle: compiled.bundle,
    job,
    explained,
    ranking,
    wire,
  });
}

function testSteps(
  snapshot: Snapshot,
  params: DecisionStepsParams,
  testId: string,
  wire: Wire,
): DecisionStepsResult {
  const compiled = compileDocument(snapshot, params, wire);
  if (!compiled.ok) return compiled;
  const { bundle } = compiled;
  const test =
    bundle.tests.find((each) => idOf(bundle, each) === testId) ??
    bundle.tests.find((each) => idOf(bundle, each).replace(/#\d+$/u, "") === testId);
  const scenario = (bundle.scenarios ?? []).find((each) => scenarioIdOf(bundle, each) === testId);
  if (scenario !== undefined) return scenarioSteps(bundle, scenario, wire);
  if (test === undefined) return refuse("there is no such test");
  const engine = createEngine(bundle.objects, {
    choice: () => test.choice ?? 0,
    assumptions: { Q6: "presume" },
    ruleAnswers: answersOf(test),
    codegen: "never",
  });
  const explained = engine.explain(test.job, test.classificationPolicyId);
  const ranking =
    test.workers.length === 0
      ? undefined
      : engine.rank(test.job, test.workers, explained.classification);
  const title = test.row === undefined ? test.name : `${test.name}, row ${test.row}`;
  return stepsOf({ title, bundle, job: test.job, explained, ranking, wire });
}

/** What went on in a scenario, one place to stand at for each event. */
function scenarioSteps(bundle: Bundle, scenario: BundleScenario, wire: Wire): DecisionStepsResult {
  const earlier: Variable[] = [];
  const steps = playScenario(bundle, scenario).flatMap(({ timeline }) =>
    timeline.map((entry): DecisionStep => {
      const location = locationIn(bundle, entry.location ?? scenario.location, wire);
      const time = clock(entry.atMs);
      const now: Variable[] = [
        { name: "time", value: time },
        { name: "what", value: entry.text },
        ...(entry.reason === undefined ? [] : [{ name: "why", value: entry.reason }]),
        ...(entry.why ?? []).map((value) => ({ name: "because", value })),
        ...(entry.changes ?? []).map((value) => ({ name: "changed", value })),
      ];
      const before = [...earlier];
      earlier.push({ name: time, value: entry.text });
      return {
        name: scenarioWords[entry.kind],
        text: entry.text,
        state: entry.passed === false ? "failed" : "result",
        time,
        ...(location === undefined ? {} : { location }),
        scopes: [
          { name: "Now", variables: now },
          { name: "Before", variables: before },
        ],
      };
    }),
  );
  return { ok: true, kind: "scenario", title: scenario.name, steps };
}

const scenarioWords = { does: "action", happens: "router", expects: "expectation" } as const;

function answersOf(test: BundleTest): ReadonlyMap<string, RuleStub> {
  return new Map(
    test.stubs.map(({ uri, answer }): [string, RuleStub] => [
      uri,
      "value" in answer ? { value: answer.value } : { fail: true },
    ]),
  );
}

interface Decided {
  readonly title: string;
  readonly bundle: Bundle;
  readonly job: Job;
  readonly explained: ExplainedClassification;
  readonly ranking: Ranking | undefined;
  readonly wire: Wire;
}

function stepsOf(decided: Decided): DecisionStepsResult {
  const { title, bundle, job, explained, ranking, wire } = decided;
  const view = { bundle, places: placesIn(bundle), wire };
  const soFar: Variable[] = [];
  const labels = labelVariables("job", job.labels ?? {});
  const steps: DecisionStep[] = [];
  for (const step of traceSteps(explained.trace.entries, view)) {
    // Where a rule is not in the source, the decision goes on without a place to stand at.
    for (const atom of step.atoms) {
      const { location } = atom;
      if (location === undefined || step.atoms.length < 2) continue;
      steps.push({
        name: "condition",
        text: `${atom.text} is ${atom.value}`,
        state: step.state === "failed" ? "failed" : "result",
        location,
        scopes: scopesOf(labels, soFar, [atom]),
      });
    }
    remember(step, soFar);
    const { name, location } = { name: names[step.kind], location: step.location };
    steps.push({
      name,
      text: step.text,
      state: step.state,
      ...(location === undefined ? {} : { location }),
      scopes: scopesOf(labels, soFar, step.atoms),
    });
  }
  if (ranking !== undefined) steps.push(rankingStep(decided, ranking, labels, soFar));
  return { ok: true, kind: "decision", title, steps };
}

const names: Readonly<Record<TraceStep["kind"], string>> = {
  queueRule: "queue rule",
  workerRule: "requirement",
  match: "matching queues",
  queue: "queue",
  priority: "priority",
};

function remember(step: TraceStep, soFar: Variable[]): void {
  if (step.kind === "queue" || step.kind === "priority") {
    soFar.push({ name: step.kind, value: step.text });
  } else if (step.state === "applied" && step.kind === "workerRule") {
    soFar.push({ name: "requires", value: step.text });
  }
}

function scopesOf(
  labels: readonly Variable[],
  soFar: readonly Variable[],
  atoms: TraceStep["atoms"],
): readonly VariableScope[] {
  const conditions = atoms.map(({ text, value, location, operands }): Variable => {
    const children = operands.map((operand) => ({ name: operand.text, value: operand.value }));
    return {
      name: text,
      value,
      ...(location === undefined ? {} : { location }),
      ...(children.length === 0 ? {} : { children }),
    };
  });
  return [
    ...(conditions.length === 0 ? [] : [{ name: "Conditions", variables: conditions }]),
    { name: "Job labels", variables: labels },
    ...(soFar.length === 0 ? [] : [{ name: "Decision so far", variables: [...soFar] }]),
  ];
}

function labelVariables(side: string, labels: Labels): readonly Variable[] {
  return Object.entries(labels).map(([key, value]) => ({
    name: `${side}.${key}`,
    value: show(value),
    type: typeof value === "string" ? "text" : typeof value,
  }));
}

function rankingStep(
  { bundle, wire }: Decided,
  ranking: Ranking,
  labels: readonly Variable[],
  soFar: readonly Variable[],
): DecisionStep {
  const view = rankingView(ranking);
  const index = bundle.objects.distributionPolicies.findIndex(
    ({ id }) => id === ranking.distributionPolicyId,
  );
  const place = placesIn(bundle).find(`/objects/distributionPolicies/${index}`);
  const location: WireLocation | undefined =
    index < 0 || place === undefined ? undefined : wireLocation(bundle, place, wire);
  const workers: Variable[] = [
    ...view.workers.map(({ id, score }, at) => ({
      name: `${at + 1}. ${id}`,
      value: score === undefined ? "may get the job" : `score ${score}`,
    })),
    ...view.excluded.map(({ id, reasons }) => ({ name: id, value: reasons.join("; ") })),
  ];
  const best = view.workers[0]?.id;
  return {
    name: "workers",
    text: best === undefined ? "nobody may get the job" : `${best} is asked first`,
    state: best === undefined ? "failed" : "result",
    ...(location === undefined ? {} : { location }),
    scopes: [{ name: "Workers", variables: workers }, ...scopesOf(labels, soFar, [])],
  };
}

function wireLocation(
  bundle: Bundle,
  place: { readonly source: number; readonly start: number; readonly end: number },
  wire: Wire,
): WireLocation | undefined {
  const path = bundle.sources[place.source]?.path;
  return path === undefined ? undefined : wire.location(path, place);
}
