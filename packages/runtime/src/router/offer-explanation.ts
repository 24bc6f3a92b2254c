import {
  type JobObstacle,
  type OfferExplanation,
  type OfferVerdict,
  standingIn,
} from "../explain/offers.ts";
import type { Ranking } from "../rank/ranking.ts";
import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { explainJob, rankingOf } from "./explanation.ts";
import type { JobRecord, SelectorState, WorkerRecord } from "./records.ts";

/**
 * Why the job is offered to whom it is, and not to the others.
 *
 * @param decidedBy the ranking before its last offer, from whoever kept it. Without it the offers
 *   that are out are judged by how the workers stand now, had nobody an offer of this job.
 */
export function explainOffers(core: Core, job: JobRecord, decidedBy?: Ranking): OfferExplanation {
  const { id: jobId, queueId } = job;
  const obstacle = obstacleOf(core, job);
  return {
    jobId,
    ...(queueId === undefined ? {} : { queueId }),
    ...(obstacle === undefined ? {} : { job: obstacle }),
    expired: [...expiredOf(job.requested), ...expiredOf(job.attached)],
    workers: obstacle?.kind === "status" ? [] : verdictsOf(core, job, obstacle, decidedBy),
  };
}

function expiredOf(states: readonly SelectorState[]): OfferExplanation["expired"] {
  return states.flatMap(({ expired, selector }) => (expired ? [selector] : []));
}

function obstacleOf(core: Core, job: JobRecord): JobObstacle | undefined {
  const { queue, assignment, offers } = job;
  if (queue === undefined) {
    if (assignment !== undefined && assignment.closedAtMs === undefined) {
      return { kind: "assigned", workerId: assignment.workerId };
    }
    return { kind: "status", status: job.status, ...failureOf(core, job) };
  }
  const max = setupOf(core, queue).distribution.maxConcurrentOffers;
  if (offers.length >= max) {
    return { kind: "offers", max, workerIds: offers.map(({ worker }) => worker.id) };
  }
  if (job.openCalls > 0) return { kind: "asking" };
  if (job.restUntilMs > core.nowMs) return { kind: "resting", untilMs: job.restUntilMs };
  if (core.roundAtMs > core.nowMs && (job.isFresh || core.freed.length > 0)) {
    return { kind: "round", atMs: core.roundAtMs };
  }
  return undefined;
}

function failureOf(core: Core, job: JobRecord): { readonly errors?: readonly string[] } {
  if (job.status !== "classificationFailed") return {};
  const classification = explainJob(core, job).classification?.classification;
  if (classification?.outcome !== "failed") return {};
  return { errors: classification.errors.map(({ message }) => message) };
}

function verdictsOf(
  core: Core,
  job: JobRecord,
  obstacle: JobObstacle | undefined,
  decidedBy: Ranking | undefined,
): readonly OfferVerdict[] {
  const isTaken = obstacle?.kind === "offers" || obstacle?.kind === "assigned";
  const ranking = isTaken ? (decidedBy ?? rankingOf(core, job, true)) : rankingOf(core, job);
  const places = new Map(ranking.workers.map(({ workerId }, index) => [workerId, index]));
  const excluded = new Map(ranking.excluded.map((worker) => [worker.workerId, worker.reasons]));
  const workers = [...core.workers.values()];
  const takers = workers.filter((worker) => holds(job, worker));
  const takenPlaces = takers.flatMap(({ id }) => places.get(id) ?? []);
  return workers.map((worker): OfferVerdict => {
    const workerId = worker.id;
    const place = places.get(workerId);
    const standing = place === undefined ? undefined : standingIn(ranking, place);
    if (takers.includes(worker)) {
      const outcome = obstacle?.kind === "assigned" ? "assigned" : "offered";
      return { outcome, workerId, ...(standing === undefined ? {} : { standing }) };
    }
    const reasons = excluded.get(workerId);
    if (reasons !== undefined) return { outcome: "excluded", workerId, reasons };
    // Who was added since had no part in the decision.
    if (place === undefined || standing === undefined) return { outcome: "eligible", workerId };
    // The last of those that got it and come before this one is who it lost to.
    const ahead = Math.max(-1, ...takenPlaces.filter((other) => other < place));
    const by = ranking.workers[ahead]?.workerId;
    const other = standingIn(ranking, ahead);
    return by === undefined || other === undefined
      ? { outcome: "eligible", workerId, standing }
      : { outcome: "behind", workerId, by, mode: ranking.mode, own: standing, other };
  });
}

function holds(job: JobRecord, worker: WorkerRecord): boolean {
  return job.offers.some((offer) => offer.worker === worker) || worker.assigned.includes(job);
}
