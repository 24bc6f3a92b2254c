import { hasErrors, type Staged, sourceText } from "@routewright/diagnostics";
import {
  type Bundle,
  decodeJobs,
  decodeWorkers,
  type Job,
  type Worker,
} from "@routewright/jobrouter";
import {
  createEngine,
  type Engine,
  type ExplainedClassification,
  findAssumption,
  placesIn,
  type Ranking,
  type RuleAnswers,
  type RuleStub,
  renderRanking,
  renderTrace,
} from "@routewright/runtime";
import type { DecisionStepsParams, EvaluateParams, EvaluateResult, Refused } from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type Compiled, compileDocument, refuse, toProblem, type Wire } from "./compiled.ts";
import { decisionOf, rankingView, traceSteps } from "./trace-view.ts";

/** What one job gets, and why. */
export function evaluate(snapshot: Snapshot, params: EvaluateParams, wire: Wire): EvaluateResult {
  const decided = decideJob(snapshot, params, wire);
  if (!decided.ok) return decided;
  const { compiled, job, explained, ranking, policyId } = decided;
  const { bundle, entry, diagnostics } = compiled;
  const view = { bundle, places: placesIn(bundle), wire };
  const assumptions = [...explained.trace.assumptions, ...(ranking?.assumptions ?? [])];
  return {
    ok: true,
    entry: wire.uri(entry),
    hash: bundle.hash,
    ...(policyId === undefined ? {} : { policyId }),
    decision: decisionOf(job, explained.classification, queueNames(snapshot, entry)),
    trace: traceSteps(explained.trace.entries, view),
    ...(ranking === undefined ? {} : { ranking: rankingView(ranking) }),
    assumptions: [...new Set(assumptions)].map((id) => {
      const found = findAssumption(id);
      return { id, text: `${found?.question ?? ""}: ${found?.assumption ?? ""}` };
    }),
    lines: [
      ...renderTrace(bundle, explained),
      ...(ranking === undefined ? [] : renderRanking(bundle, ranking)),
    ],
    problems: diagnostics.map((each) => toProblem(each, wire)),
  };
}

export interface Decided {
  readonly ok: true;
  readonly compiled: Compiled;
  readonly job: Job;
  readonly workers: readonly Worker[] | undefined;
  readonly engine: Engine;
  readonly explained: ExplainedClassification;
  readonly ranking: Ranking | undefined;
  readonly policyId: string | undefined;
}

/** Decodes what was given and decides. */
export function decideJob(
  snapshot: Snapshot,
  params: EvaluateParams | (DecisionStepsParams & { readonly job: unknown }),
  wire: Wire,
): Decided | Refused {
  const compiled = compileDocument(snapshot, params, wire);
  if (!compiled.ok) return compiled;
  const jobs = decoded(params.job, "job", decodeJobs, wire);
  if (!jobs.ok) return jobs;
  const workers =
    params.workers === undefined
      ? undefined
      : decoded(params.workers, "workers", decodeWorkers, wire);
  if (workers !== undefined && !workers.ok) return workers;
  const [job] = jobs.value;
  if (job === undefined)
    return refuse("there is no job", 'a job is an object: { "labels": { … } }');
  const { bundle } = compiled;
  const policyId = policyFor(job, bundle, params.policyId);
  if (typeof policyId === "object") return policyId;
  const choice = params.choice ?? 0;
  if (!(choice >= 0 && choice < 1)) return refuse("a choice is at least 0 and less than 1");
  const engine = createEngine(bundle.objects, {
    choice: () => choice,
    assumptions: { Q6: "presume" },
    ...(params.answers === undefined ? {} : { ruleAnswers: answersOf(params.answers) }),
    // The host of an editor's page may forbid making code.
    codegen: "never",
  });
  const explained = engine.explain(job, policyId);
  const ranking =
    workers === undefined ? undefined : engine.rank(job, workers.value, explained.classification);
  return {
    ok: true,
    compiled,
    job,
    workers: workers?.value,
    engine,
    explained,
    ranking,
    policyId: policyId ?? job.classificationPolicyId,
  };
}

/** A value that came over the wire, read as a JSON text is. */
function decoded<T>(
  value: unknown,
  name: string,
  decode: (source: ReturnType<typeof sourceText>) => Staged<readonly T[]>,
  wire: Wire,
): { readonly ok: true; readonly value: readonly T[] } | Refused {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const read = decode(sourceText(text, name));
  return hasErrors(read.diagnostics)
    ? { ok: false, problems: read.diagnostics.map((each) => toProblem(each, wire)) }
    : { ok: true, value: read.value };
}

/** A job that names neither policy nor queue gets the only policy there is. */
function policyFor(
  job: Job,
  bundle: Bundle,
  wanted: string | undefined,
): string | undefined | Refused {
  const ids = bundle.objects.classificationPolicies.map((policy) => policy.id);
  if (wanted !== undefined) {
    return ids.includes(wanted) ? wanted : refuse(`there is no classification \`${wanted}\``);
  }
  if (job.classificationPolicyId !== undefined || job.queueId !== undefined) return undefined;
  if (ids.length <= 1) return ids[0];
  return refuse(
    "the job names no classification and no queue",
    `choose one: ${ids.map((id) => `\`${id}\``).join(", ")}`,
  );
}

function answersOf(answers: NonNullable<EvaluateParams["answers"]>): RuleAnswers {
  return new Map(
    Object.entries(answers).map(([uri, answer]): [string, RuleStub] => [
      uri,
      isFailing(answer) ? { fail: true } : { value: answer as never },
    ]),
  );
}

function isFailing(answer: unknown): boolean {
  return (
    typeof answer === "object" &&
    answer !== null &&
    Object.keys(answer).length === 1 &&
    (answer as { fail?: unknown }).fail === true
  );
}

/** Declared names by id. */
export function queueNames(snapshot: Snapshot, entry: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const symbol of snapshot.analysis(entry).checked.symbols) {
    if (symbol.kind === "queue") names.set(symbol.id ?? symbol.name.text, symbol.name.text);
  }
  return names;
}
