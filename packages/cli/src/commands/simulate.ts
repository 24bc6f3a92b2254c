import { availableParallelism } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import {
  type Diagnostic,
  hasErrors,
  mergeFindings,
  printable,
  sourceText,
} from "@routewright/diagnostics";
import {
  type DecodedWorkload,
  decodeWorkload,
  describeCircle,
  identifyRun,
  maxReplications,
  parseExpectation,
  type Replications,
  resolveWorkload,
  summarize,
  type TaskPolicy,
  unansweredRules,
} from "@routewright/runtime/simulate";
import { readAnswers } from "../answers.ts";
import type { ParameterOptions } from "../choices.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings } from "../findings.ts";
import { dataLimitBytes, kindOf, readFileText, readText, stdinArgument } from "../io/read.ts";
import { err, out, styleOf } from "../io/terminal.ts";
import { keepInputs, writeFileAtomic } from "../io/write.ts";
import { sourceOf } from "../json-sources.ts";
import { readObjects } from "../objects.ts";
import { readParameters } from "../parameters.ts";
import { finish, type ReportOptions } from "../simulation/finish.ts";
import { partOf, replicationsOf } from "../simulation/part.ts";
import { startProgress } from "../simulation/progress.ts";
import { runAll } from "../simulation/run-all.ts";

export interface SimulateOptions extends ParameterOptions, ReportOptions {
  readonly workload: string;
  readonly compare?: string;
  readonly replications?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly expect: readonly string[];
  readonly shard?: { readonly index: number; readonly of: number };
  readonly out?: string;
  readonly answers?: string;
}

/** Runs a workload against one policy or two. An expectation that fails, fails the command. */
export async function simulate(
  file: string | undefined,
  options: SimulateOptions,
): Promise<ExitCode> {
  const inputs = [file, options.workload, options.compare, options.answers, options.params];
  if (inputs.filter((path) => path === stdinArgument).length > 1) {
    throw new Failure("only one of the inputs can come from standard input");
  }
  if (options.out !== undefined && options.shard === undefined) {
    throw new Failure(
      "`--out` is for the part of a `--shard`",
      "the report's page is written with --html",
    );
  }
  if (options.out !== undefined) keepInputs(options.out, inputs, "--out");
  if (options.html !== undefined) keepInputs(options.html, inputs, "--html");
  const expected = options.expect
    .map((text) => parseExpectation(text))
    .find((each) => typeof each === "string");
  if (typeof expected === "string") throw new Failure(expected);
  const findings: Diagnostic[] = [];
  const decoded = await readWorkload(options.workload, findings);
  const answers = options.answers === undefined ? new Map() : await readAnswers(options.answers);
  const parameters = await readParameters(options);
  const policies: (TaskPolicy & { readonly name: string; readonly hash: string })[] = [];
  for (const path of options.compare === undefined ? [file] : [file, options.compare]) {
    const { bundle, diagnostics, fromPolicy } = await readObjects(path, parameters);
    findings.push(...diagnostics.filter(({ severity }) => severity === "error"));
    if (bundle === undefined || decoded === undefined) continue;
    const resolved = resolveWorkload(decoded, bundle.objects);
    findings.push(...resolved.diagnostics);
    policies.push({
      objects: bundle.objects,
      workload: resolved.value,
      presumes: fromPolicy,
      ruleAnswers: answers,
      name: path ?? "the policy",
      hash: bundle.hash,
    });
  }
  await showFindings(mergeFindings(findings), "pretty", "stderr");
  const [own, compared] = policies;
  if (own === undefined || decoded === undefined || hasErrors(findings)) return exitCodes.findings;

  const { workload } = decoded;
  const run = identifyRun(workload, own, compared, options);
  if (run.replications > maxReplications) {
    throw new Failure(
      `more than ${maxReplications.toLocaleString("en")} replications are not run`,
      "a few hundred are plenty",
    );
  }
  warnOfUnanswered(policies);
  const shard = options.shard ?? { index: 1, of: 1 };
  const replications = replicationsOf(run.replications, shard);
  if (replications.length === 0) {
    throw new Failure(
      `shard ${shard.index}/${shard.of} of ${run.replications} replications is empty`,
      "choose at most as many shards as replications",
    );
  }
  const progress = startProgress(replications.length);
  let finished: Awaited<ReturnType<typeof runAll>>;
  try {
    const task = {
      policies: policies.map(({ objects, workload: each, presumes, ruleAnswers }) => ({
        objects,
        workload: each,
        presumes,
        ruleAnswers,
      })),
      seed: run.seed,
    };
    finished = await runAll(task, replications, {
      threads: options.threads ?? availableParallelism(),
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
  }
  const { results, stopped, circle } = finished;
  if (stopped) err(`${styleOf("stderr").warning("stopped")} this is what there is\n`);
  if (results.length === 0) return exitCodes.findings;
  if (circle !== undefined) tellOfCircle(circle);
  if (options.shard !== undefined) {
    if (stopped || circle !== undefined)
      throw new Failure(
        "the part is not complete, so it is not written",
        undefined,
        exitCodes.findings,
      );
    const text = `${JSON.stringify(partOf(run, shard, results))}\n`;
    if (options.out === undefined || options.out === stdinArgument) out(text);
    else writeFileAtomic(options.out, text);
    return exitCodes.fine;
  }
  const code = finish(summarize(run, results), options);
  return stopped || circle !== undefined ? exitCodes.findings : code;
}

function tellOfCircle(circle: NonNullable<Replications["circle"]>): void {
  const style = styleOf("stderr");
  err(
    `${style.warning("given up")} ${printable(describeCircle(circle))}\n` +
      `${style.hint("help")} \`routewright check\` finds circles (\`routewright explain exception-circle\`); what was measured until then is shown\n`,
  );
}

/** Nothing is called from here: what a function says has to be given. */
function warnOfUnanswered(policies: readonly TaskPolicy[]): void {
  const missing = [
    ...new Set(
      policies.flatMap(({ objects, ruleAnswers }) =>
        unansweredRules(objects, ruleAnswers ?? new Map()),
      ),
    ),
  ];
  const [first] = missing;
  if (first === undefined) return;
  const style = styleOf("stderr");
  const rules = missing.map((uri) => `\`${printable(uri)}\``).join(", ");
  err(
    `${style.warning("warning")} no answer is given for ${rules}: ${missing.length === 1 ? "this rule fails" : "these rules fail"} for every job\n` +
      `${style.hint("help")} write --answers FILE, where FILE is \`${printable(JSON.stringify({ [first]: 10 }))}\` or says \`{ "fail": true }\` where that is meant\n`,
  );
}

async function readWorkload(
  path: string,
  findings: Diagnostic[],
): Promise<DecodedWorkload | undefined> {
  const source = sourceOf(path, await readText(path, dataLimitBytes));
  const folder = path === stdinArgument ? "." : dirname(path);
  const texts = new Map<string, ReturnType<typeof sourceText> | string>();
  const { value, diagnostics } = decodeWorkload(source, (name) => {
    let text = texts.get(name);
    text ??= readNamed(folder, name);
    texts.set(name, text);
    return text;
  });
  findings.push(...diagnostics);
  return value;
}

/**
 * Data beside the workload. Other endings are refused, so that a workload from elsewhere cannot
 * show the lines of any file in its findings.
 */
function readNamed(folder: string, name: string): ReturnType<typeof sourceText> | string {
  if (!/\.(?:csv|tsv|json)$/iu.test(name)) return "only .csv, .tsv and .json files are read";
  if (isAbsolute(name) || name.includes("\0")) return "a path from the workload's folder is wanted";
  const path = join(folder, name);
  try {
    if (kindOf(path) !== "file") return "there is no such file";
    return sourceText(readFileText(path, dataLimitBytes), path.replaceAll("\\", "/"));
  } catch (error) {
    if (error instanceof Failure) return error.message.replace(`\`${printable(path)}\` `, "it ");
    throw error;
  }
}
