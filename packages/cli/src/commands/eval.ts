import {
  closest,
  type Diagnostic,
  hasErrors,
  mergeFindings,
  printable,
  type SourceText,
  type Staged,
} from "@routewright/diagnostics";
import {
  type Bundle,
  decodeJobs,
  decodeWorkers,
  type Job,
  type Worker,
} from "@routewright/jobrouter";
import {
  type Classification,
  createEngine,
  describeExclusion,
  describeSelector,
  type ExplainedClassification,
  type Ranking,
  type RenderOptions,
  renderRanking,
  renderTrace,
  type TraceRole,
} from "@routewright/runtime";
import { readAnswers } from "../answers.ts";
import type { ParameterOptions } from "../choices.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings } from "../findings.ts";
import { dataLimitBytes, readText, stdinArgument } from "../io/read.ts";
import { outJson, outLines, styleOf } from "../io/terminal.ts";
import { sourceOf } from "../json-sources.ts";
import { readObjects } from "../objects.ts";
import { readParameters } from "../parameters.ts";

export interface EvalOptions extends ParameterOptions {
  readonly job: string;
  readonly workers?: string;
  readonly policy?: string;
  readonly choice: number;
  readonly answers?: string;
  readonly explain?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

interface Decision {
  readonly job: Job;
  readonly explained: ExplainedClassification;
  readonly ranking: Ranking | undefined;
}

/** What each job would get. A classification that fails, fails the command. */
export async function evaluate(file: string | undefined, options: EvalOptions): Promise<ExitCode> {
  const fromStdin = [file, options.job, options.workers, options.answers, options.params];
  if (fromStdin.filter((path) => path === stdinArgument).length > 1) {
    throw new Failure("only one of the inputs can come from standard input");
  }
  const { bundle, diagnostics, fromPolicy } = await readObjects(
    file,
    await readParameters(options),
  );
  const findings: Diagnostic[] = diagnostics.filter(isError);
  const jobs = await decodeFile(options.job, decodeJobs, findings);
  const workers =
    options.workers === undefined
      ? undefined
      : await decodeFile(options.workers, decodeWorkers, findings);
  await showFindings(mergeFindings(findings), "pretty", "stderr");
  if (bundle === undefined || hasErrors(findings)) return exitCodes.findings;
  if (jobs.length === 0) throw new Failure(`there is no job in \`${printable(options.job)}\``);

  const engine = createEngine(bundle.objects, {
    choice: () => options.choice,
    assumptions: { Q6: fromPolicy ? "presume" : "refuse" },
    ...(options.answers === undefined ? {} : { ruleAnswers: await readAnswers(options.answers) }),
  });
  const decisions = jobs.map((job, index): Decision => {
    const explained = engine.explain(job, policyFor(job, index, bundle, options.policy));
    const ranking =
      workers === undefined ? undefined : engine.rank(job, workers, explained.classification);
    return { job, explained, ranking };
  });

  if (options.json === true) outJson(report(bundle, decisions, options));
  else show(bundle, decisions, options);
  const failed = decisions.some(({ explained }) => explained.classification.outcome === "failed");
  return failed ? exitCodes.findings : exitCodes.fine;
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

async function decodeFile<T extends readonly (Job | Worker)[]>(
  path: string,
  decode: (source: SourceText) => Staged<T>,
  findings: Diagnostic[],
): Promise<T> {
  const { value, diagnostics } = decode(sourceOf(path, await readText(path, dataLimitBytes)));
  findings.push(...diagnostics);
  return value;
}

/** A job that names neither policy nor queue gets the only policy there is. */
function policyFor(
  job: Job,
  index: number,
  bundle: Bundle,
  wanted: string | undefined,
): string | undefined {
  const ids = bundle.objects.classificationPolicies.map((policy) => policy.id);
  if (wanted !== undefined) {
    if (ids.includes(wanted)) return wanted;
    const near = closest(wanted, ids);
    throw new Failure(
      `there is no classification policy \`${printable(wanted)}\``,
      near === undefined ? listOf(ids) : `did you mean \`${near}\`?`,
    );
  }
  if (job.classificationPolicyId !== undefined || job.queueId !== undefined) return undefined;
  if (ids.length <= 1) return ids[0];
  throw new Failure(
    `${nameOf(job, index)} names no classification policy and no queue`,
    `choose one with --policy; ${listOf(ids)}`,
  );
}

function listOf(ids: readonly string[]): string {
  return ids.length === 0
    ? "there is none at all"
    : `there are: ${ids.map((id) => printable(id)).join(", ")}`;
}

function nameOf(job: Job, index: number): string {
  return job.id === undefined ? `job ${index + 1}` : `job ${printable(job.id)}`;
}

function report(bundle: Bundle, decisions: readonly Decision[], options: EvalOptions): unknown {
  return {
    format: "routewright-eval/1",
    bundle: bundle.hash,
    decisions: decisions.map(({ job, explained, ranking }) => ({
      ...(job.id === undefined ? {} : { jobId: job.id }),
      classification: explained.classification,
      ...(options.explain === true ? { trace: explained.trace } : {}),
      ...(ranking === undefined ? {} : { ranking }),
    })),
  };
}

function show(bundle: Bundle, decisions: readonly Decision[], options: EvalOptions): void {
  const style = styleOf("stdout");
  const paint = {
    heading: style.strong,
    good: style.good,
    bad: style.error,
    place: style.hint,
    detail: style.faint,
  };
  const rendering = { style: (text: string, role: TraceRole) => paint[role](text) };
  outLines([style.faint(`bundle ${bundle.hash}`)]);
  for (const [index, { job, explained, ranking }] of decisions.entries()) {
    outLines(["", style.strong(nameOf(job, index))]);
    const lines =
      options.explain === true
        ? [
            ...explanation(explained, bundle, rendering, options.all === true),
            ...(ranking === undefined ? [] : renderRanking(bundle, ranking, rendering)),
          ]
        : [
            ...decisionLines(job, explained.classification),
            ...(ranking === undefined ? [] : rankingLines(ranking)),
          ];
    outLines(lines.map((line) => `  ${line}`));
  }
}

/** More rules than this that did not apply would bury those that did. */
const readableRules = 10;

function explanation(
  explained: ExplainedClassification,
  bundle: Bundle,
  rendering: RenderOptions,
  all: boolean,
): readonly string[] {
  const passedOver = explained.trace.entries.filter(
    (entry) => entry.kind === "attachment" && !entry.applied && entry.issue === undefined,
  ).length;
  const appliedOnly = !all && passedOver > readableRules;
  const lines = renderTrace(bundle, explained, { ...rendering, appliedOnly });
  const note = `${passedOver} rules that did not apply are left out; --all shows them`;
  return appliedOnly ? [...lines, styleOf("stdout").faint(note)] : lines;
}

function decisionLines(job: Job, classification: Classification): readonly string[] {
  const style = styleOf("stdout");
  const field = (name: string, value: string): string => `${name.padEnd(9)} ${value}`;
  if (classification.outcome === "failed") {
    return [
      style.error("classification fails"),
      ...classification.errors.map(({ code, message }) => `${code}: ${message}`),
    ];
  }
  const { policyId, queueId, queueFrom, priority, attachedWorkerSelectors, warnings } =
    classification;
  const origins = {
    selectors: "",
    job: " (the job's own)",
    fallback: " (the fallback)",
    nowhere: "",
  };
  const selectors = [...(job.requestedWorkerSelectors ?? []), ...attachedWorkerSelectors];
  return [
    ...(policyId === undefined ? [] : [field("policy", policyId)]),
    field("queue", `${style.good(queueId ?? "none")}${origins[queueFrom]}`),
    field("priority", String(priority)),
    ...(selectors.length === 0 ? [field("requires", "nothing of workers")] : []),
    ...selectors.map((selector, index) =>
      field(index === 0 ? "requires" : "", describeSelector(selector)),
    ),
    ...warnings.map(({ code, message }) => `${style.warning(code)}: ${message}`),
  ];
}

function rankingLines(ranking: Ranking): readonly string[] {
  const style = styleOf("stdout");
  const best = ranking.workers.map(({ workerId, score }, index) => {
    const points = score === undefined ? "" : `  score ${Number(score.value.toFixed(4))}`;
    return `${style.good(`${index + 1}. ${workerId}`)}${points}`;
  });
  const others = ranking.excluded.map(
    ({ workerId, reasons }) =>
      `${style.faint("-")}  ${workerId}  ${style.faint(reasons.map(describeExclusion).join("; "))}`,
  );
  const lines = best.length === 0 ? ["nobody may get the job", ...others] : [...best, ...others];
  return lines.map((line, index) => `${(index === 0 ? "workers" : "").padEnd(9)} ${line}`);
}
