import {
  encodeFile,
  hashOfPlan,
  type LiveObjects,
  liveAsObjects,
  type Plan,
  planFor,
  renderPlan,
  renderPlanMarkdown,
  sealWanted,
  withValues,
} from "@routewright/azure/node";
import {
  hasErrors,
  mergeFindings,
  printable,
  type SourceText,
  type Staged,
} from "@routewright/diagnostics";
import { decodeJobs, decodeWorkers, type RouterObjects } from "@routewright/jobrouter";
import {
  type BehaviourChange,
  type BehaviourGroup,
  type BehaviourReport,
  compareObjects,
} from "@routewright/runtime";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings } from "../findings.ts";
import { dataLimitBytes, readText } from "../io/read.ts";
import { err, out, outJson, planWidth, styleOf } from "../io/terminal.ts";
import { keepInputs, writeFileAtomic } from "../io/write.ts";
import { sourceOf } from "../json-sources.ts";
import type { PlanOptions } from "./options.ts";
import { withSession } from "./session.ts";
import { readWanted } from "./wanted.ts";

/** Shows what would change and why; changes nothing but the file of `--out`. */
export async function plan(file: string | undefined, options: PlanOptions): Promise<ExitCode> {
  if (options.failOn !== undefined && options.jobs === undefined) {
    throw new Failure("--fail-on behaviour needs sample jobs", "give them with --jobs FILE");
  }
  if (options.workers !== undefined && options.jobs === undefined) {
    throw new Failure("--workers belongs to sample jobs", "give them with --jobs FILE");
  }
  if (options.json === true && options.markdown === true) {
    throw new Failure("a plan is printed in one form", "give one of --json and --markdown");
  }
  if (options.out !== undefined) {
    keepInputs(options.out, [file, options.params, options.jobs, options.workers], "--out");
  }
  const wanted = await readWanted(file, options);
  if (wanted === undefined) return exitCodes.findings;
  const made = await withSession(options, false, async (plain) => {
    const session = withValues(plain, wanted.values);
    const objects = sealWanted(wanted.objects, session.lookup, session.print);
    return planFor(session, { objects, hash: wanted.hash }, options.adopt === true);
  });
  const behaviour =
    options.jobs === undefined
      ? undefined
      : await behaviourOf(options.jobs, options.workers, made.live, wanted.objects);
  if (options.jobs !== undefined && behaviour === undefined) return exitCodes.findings;

  if (options.out !== undefined) {
    writeFileAtomic(options.out, encodeFile(made.plan));
    err(`wrote ${printable(options.out)}\n`);
  }
  if (options.json === true) {
    outJson({
      ...made.plan,
      hash: hashOfPlan(made.plan),
      ...(behaviour === undefined ? {} : { behaviour }),
    });
  } else if (options.markdown === true) {
    out(renderPlanMarkdown(made.plan));
    if (behaviour !== undefined) out(`\n${behaviourMarkdown(behaviour)}`);
  } else {
    out(renderPlan(made.plan, styleOf("stdout"), planWidth()));
    if (behaviour !== undefined) out(`\n${behaviourText(behaviour)}`);
  }
  if (made.plan.conflicts.length > 0) return exitCodes.refused;
  if (options.failOn === "behaviour" && (behaviour?.changed ?? 0) > 0) return exitCodes.findings;
  return options.detailedExitcode === true && isChange(made.plan)
    ? exitCodes.findings
    : exitCodes.fine;
}

function isChange({ changes }: Plan): boolean {
  return changes.some(({ action }) => action !== "own" && action !== "forget");
}

/** Samples against the objects that are live and those that will be. */
async function behaviourOf(
  jobsPath: string,
  workersPath: string | undefined,
  live: LiveObjects,
  wanted: RouterObjects,
): Promise<BehaviourReport | undefined> {
  const jobs = await decodeSamples(jobsPath, decodeJobs);
  const workers =
    workersPath === undefined ? undefined : await decodeSamples(workersPath, decodeWorkers);
  if (jobs === undefined || (workersPath !== undefined && workers === undefined)) return undefined;
  return compareObjects(liveAsObjects(live), wanted, jobs, workers);
}

async function decodeSamples<T>(
  path: string,
  decode: (source: SourceText) => Staged<T>,
): Promise<T | undefined> {
  const { value, diagnostics } = decode(sourceOf(path, await readText(path, dataLimitBytes)));
  await showFindings(mergeFindings(diagnostics), "pretty", "stderr");
  return hasErrors(diagnostics) ? undefined : value;
}

const shownGroups = 10;

function behaviourText({ jobs, changed, groups }: BehaviourReport): string {
  if (changed === 0) return `of ${jobs} sample jobs none changes\n`;
  const lines = [`of ${jobs} sample jobs ${changed} ${changed === 1 ? "changes" : "change"}:`];
  for (const group of groups.slice(0, shownGroups)) lines.push(...groupLines(group, planWidth()));
  if (groups.length > shownGroups)
    lines.push(`  and ${groups.length - shownGroups} more kinds of change`);
  return `${lines.join("\n")}\n`;
}

/** Nothing in it is taken for markup. */
function behaviourMarkdown(behaviour: BehaviourReport): string {
  return `\`\`\`text\n${behaviourText(behaviour).replaceAll("```", "'''")}\`\`\`\n`;
}

/** In one line where that holds them, else a line for each thing that changes. */
function groupLines({ count, example, changes }: BehaviourGroup, width: number): readonly string[] {
  const name = printable(example);
  const what = changes.map(({ what: aspect, before, after }) => `${aspect} ${before} → ${after}`);
  const line = `  ${count} × ${printable(what.join("; "))}  (e.g. ${name})`;
  if (line.length <= width) return [line];
  const column = Math.max(...changes.map(({ what: aspect }) => aspect.length));
  return [
    `  ${count} ×  (e.g. ${name})`,
    ...changes.flatMap((change) => {
      const start = `      ${change.what.padEnd(column)}  `;
      const parts = partsOf(change).map((part) => printable(part));
      return parts.map((part, index) => `${index === 0 ? start : " ".repeat(start.length)}${part}`);
    }),
  ];
}

/** Of requirements what goes and what comes. */
function partsOf({ what, before, after }: BehaviourChange): readonly string[] {
  if (what !== "requirements") return [`${before} → ${after}`];
  const listed = (text: string): readonly string[] => (text === "none" ? [] : text.split(", "));
  const [old, now] = [listed(before), listed(after)];
  return [
    ...old.filter((each) => !now.includes(each)).map((each) => `- ${each}`),
    ...now.filter((each) => !old.includes(each)).map((each) => `+ ${each}`),
  ];
}
