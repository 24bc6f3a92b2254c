import { describeSelector } from "../explain/describe.ts";
import type { JobSnapshot, Router } from "../router/router.ts";
import { showValue } from "../text.ts";

/** Says what is different about a job or worker since it was asked last; keeps what it has told. */
export class StateChanges {
  readonly #router: Router;
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  constructor(router: Router) {
    this.#router = router;
  }

  /** `j1: queue q → r, priority 1 → 9`; `undefined` when nothing has changed. */
  of(side: "job" | "worker", id: string): string | undefined {
    const key = `${side} ${id}`;
    const before = this.#known.get(key);
    const now = side === "job" ? this.#job(id) : this.#worker(id);
    this.#known.set(key, now);
    // Labels that a job came with stand in the step that made it.
    const isTold = ([what]: readonly [string, string]) => before !== undefined || !isLabel(what);
    const changes = [
      ...[...now].filter(isTold).map(([what, value]) => describe(what, before?.get(what), value)),
      ...[...(before ?? [])]
        .filter(([what]) => !now.has(what))
        .map(([what, value]) => describe(what, value, undefined)),
    ].filter((change) => change !== undefined);
    return changes.length === 0 ? undefined : `${id}: ${changes.join(", ")}`;
  }

  #job(id: string): ReadonlyMap<string, string> {
    const job = this.#router.job(id);
    if (job === undefined) return new Map();
    const { queueId, priority, assignments } = job;
    return new Map([
      ["status", job.status],
      ...(queueId === undefined ? [] : [["queue", queueId] as const]),
      ["priority", String(priority)],
      ...assignments.map(({ workerId }) => [`${has}assigned to ${workerId}`, ""] as const),
      ...requirements(job),
      ...Object.entries(job.labels).map(labelEntry),
    ]);
  }

  #worker(id: string): ReadonlyMap<string, string> {
    const worker = this.#router.worker(id);
    if (worker === undefined) return new Map();
    const load = Math.round(worker.loadRatio * 100);
    return new Map([
      ["state", worker.state],
      ["load", `${load} %`],
      ...worker.assignedJobs.map(({ jobId }) => [`${has}working on ${jobId}`, ""] as const),
    ]);
  }
}

/** Begins what is there or is not, and has no value. */
const has = "+";

function requirements(job: JobSnapshot): readonly (readonly [string, string])[] {
  return [...job.requestedWorkerSelectors, ...job.attachedWorkerSelectors]
    .filter(({ status }) => status === "active")
    .map((selector) => [`${has}requires ${describeSelector(selector)}`, ""]);
}

function labelEntry([key, value]: readonly [string, unknown]): readonly [string, string] {
  return [`label ${key}`, showValue(value)];
}

function isLabel(what: string): boolean {
  return what.startsWith("label ");
}

function describe(
  what: string,
  from: string | undefined,
  to: string | undefined,
): string | undefined {
  if (from === to) return undefined;
  if (what.startsWith(has)) {
    return to === undefined ? `no longer ${what.slice(1)}` : what.slice(1);
  }
  if (from === undefined) return isLabel(what) ? `${what} missing → ${to}` : `${what} ${to}`;
  return `${what} ${from} → ${to ?? (isLabel(what) ? "missing" : "none")}`;
}
