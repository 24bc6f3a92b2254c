import { closest, type Staged } from "@routewright/diagnostics";
import type { RouterObjects } from "@routewright/jobrouter";
import { expectedArrivals } from "../model/arrivals.ts";
import { samplerOf } from "../random/distribution.ts";
import { createStreams } from "../random/streams.ts";
import { workloadName, workloadOutsideTime, workloadTooLarge, workloadValue } from "./catalogue.ts";
import type { DecodedWorkload } from "./decode.ts";
import { type Path, type Reading, report } from "./reading.ts";
import { shorten } from "./validate.ts";
import type { Arrivals, JobClass, PastJob, Workload } from "./workload.ts";

/** Jobs of one replication; more are a mistake more often than a wish. */
export const maxJobs = 20_000_000;

/**
 * Holds a workload to the objects it will run on: names exist, and jobs without a policy or a
 * queue get the only classification policy there is.
 */
export function resolveWorkload(
  { workload, source, root }: DecodedWorkload,
  objects: RouterObjects,
): Staged<Workload> {
  const reading: Reading = { source, root, diagnostics: [], readFile: () => "" };
  const queues = objects.queues.map(({ id }) => id);
  const policies = objects.classificationPolicies.map(({ id }) => id);
  const known = (name: string | undefined, names: readonly string[], what: string, path: Path) => {
    if (name === undefined || names.includes(name)) return;
    const near = closest(name, names);
    const list = names.slice(0, 12).join(", ");
    const help =
      near === undefined
        ? names.length === 0
          ? "there is none at all"
          : `there are: ${list}${names.length > 12 ? ", …" : ""}`
        : `did you mean \`${near}\`?`;
    report(reading, workloadName, { what, name: shorten(name) }, path, { help });
  };
  const jobs = workload.jobs.map((each, index): JobClass => {
    const path: Path = ["jobs", index];
    known(each.queueId, queues, "queue", [...path, "queueId"]);
    known(each.classificationPolicyId, policies, "classification policy", [
      ...path,
      "classificationPolicyId",
    ]);
    if (each.arrivals.kind === "history") {
      const at: Path = [...path, "arrivals", "file"];
      checkTimes(each.arrivals.jobs, workload, at, reading);
      for (const name of new Set(each.arrivals.jobs.map((job) => job.queueId))) {
        known(name, queues, "queue", at);
      }
      for (const name of new Set(each.arrivals.jobs.map((job) => job.classificationPolicyId))) {
        known(name, policies, "classification policy", at);
      }
    }
    if (each.queueId !== undefined || each.classificationPolicyId !== undefined) return each;
    const [only, ...others] = policies;
    if (only === undefined || others.length > 0) {
      const problem = `the class \`${shorten(each.name)}\` names no classification policy and no queue`;
      report(reading, workloadValue, { problem }, [...path, "name"]);
      return each;
    }
    return { ...each, classificationPolicyId: only };
  });
  for (const [index, { members }] of workload.workers.entries()) {
    for (const name of new Set(members.flatMap((member) => member.queues))) {
      known(name, queues, "queue", ["workers", index, "queues"]);
    }
  }
  checkSize(workload, reading);
  return { value: { ...workload, jobs }, diagnostics: reading.diagnostics };
}

/** A history of another day than the one that is simulated would leave nobody to be seen. */
function checkTimes(
  jobs: readonly PastJob[],
  { warmUpMs, durationMs }: Workload,
  at: Path,
  reading: Reading,
): void {
  const early = jobs.filter(({ atMs }) => atMs < 0).length;
  const late = jobs.filter(({ atMs }) => atMs >= warmUpMs + durationMs).length;
  const count = (rows: number): string =>
    rows === jobs.length
      ? "all rows"
      : `${rows.toLocaleString("en")} of ${jobs.length.toLocaleString("en")} rows`;
  const when = [
    ...(early > 0 ? ["before the clock starts (`start`)"] : []),
    ...(late > 0 ? ["after the time that is simulated (`warmUp` and `duration`)"] : []),
  ];
  if (when.length === 0) return;
  report(reading, workloadOutsideTime, { some: count(early + late), when: when.join(" or ") }, at, {
    help: "set `start` and `duration` so that they span the history",
  });
}

function checkSize(workload: Workload, reading: Reading): void {
  const untilMs = workload.warmUpMs + workload.durationMs;
  let total = 0;
  for (const [index, { arrivals }] of workload.jobs.entries()) {
    total += expectedArrivals(arrivals, workload, untilMs, (each) => meanInterval(each, index));
  }
  if (total <= maxJobs) return;
  const shown =
    total > 1e15 ? "far too many jobs" : `${Math.round(total).toLocaleString("en")} jobs`;
  const what = `about ${shown} would come in one replication`;
  report(reading, workloadTooLarge, { what, limit: maxJobs.toLocaleString("en") }, ["jobs"], {
    help: "shorten `duration`, or lower the rates; replications cost no memory",
  });
}

/** By trying: not every distribution has a mean in closed form. */
function meanInterval(arrivals: Extract<Arrivals, { kind: "intervals" }>, group: number): number {
  const sample = samplerOf(arrivals.of);
  const streams = createStreams(0, 0);
  let sum = 0;
  for (let number = 0; number < 1000; number++)
    sum += sample(streams.open("arrival", group, number));
  return sum / 1000;
}
