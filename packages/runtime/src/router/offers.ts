import type { Core } from "./core.ts";
import { conflict, refuse } from "./errors.ts";
import { offerAccepted, offerEnded, offerIssued } from "./events.ts";
import { free, freshen, refreshSeats } from "./matcher.ts";
import { leaveQueue } from "./queueing.ts";
import type { Distribution } from "./queues.ts";
import { commandReason, offerTimedOutReason, otherAcceptedReason } from "./reasons.ts";
import {
  AssignmentRecord,
  appended,
  type JobRecord,
  none,
  OfferRecord,
  type RetryOffer,
  type WorkerRecord,
  without,
} from "./records.ts";
import type { CommandResponse } from "./router.ts";
import { disarmSelectorClock } from "./selector-clock.ts";
import type { Happening, Reason } from "./transition.ts";
import { deregister, noteActivity } from "./worker-state.ts";

export function issueOffer(
  core: Core,
  job: JobRecord,
  worker: WorkerRecord,
  distribution: Distribution,
  cost: number,
  reason: Reason,
): void {
  const expiresAfter = distribution.offerExpiresAfterMs;
  const expiresAtMs = expiresAfter === undefined ? undefined : core.nowMs + expiresAfter;
  const offer = new OfferRecord(
    core.ids.next(),
    job,
    worker,
    job.queueId ?? "",
    cost,
    core.nowMs,
    expiresAtMs,
  );
  if (expiresAtMs !== undefined) offer.timer = core.timers.add(expiresAtMs, "offerExpiry", offer);
  job.offers = appended(job.offers, offer);
  worker.offers = appended(worker.offers, offer);
  worker.used += cost;
  core.touch(worker, 2);
  refreshSeats(worker);
  if (core.makesEvents) offerIssued(core, offer);
  if (core.tells("offerIssued")) {
    const { offerId, queueId } = offer;
    const kind = "offerIssued";
    const jobId = job.id;
    const workerId = worker.id;
    core.tell(
      expiresAtMs === undefined
        ? { kind, jobId, workerId, offerId, queueId }
        : { kind, jobId, workerId, offerId, queueId, expiresAtMs },
      reason,
    );
  }
}

function offerHappening({ job, worker, offerId, queueId }: OfferRecord) {
  return { jobId: job.id, workerId: worker.id, offerId, queueId };
}

/** Takes an offer from job and worker; the capacity stays taken when it becomes an assignment. */
function detach(core: Core, offer: OfferRecord): void {
  if (offer.timer !== none) core.timers.cancel(offer.timer);
  offer.timer = none;
  const { job, worker } = offer;
  job.offers = without(job.offers, offer);
  worker.offers = without(worker.offers, offer);
  core.touch(worker);
}

/** The worker has room again. */
export function giveBack(core: Core, worker: WorkerRecord, cost: number): void {
  worker.used -= cost;
  if (core.assumptions.R10 === "lastFreed") worker.availableSince = ++core.frees;
  refreshSeats(worker);
  if (worker.state === "active") free(core, worker);
}

/** Ends an offer that did not become an assignment. */
function endOffer(
  core: Core,
  offer: OfferRecord,
  happening: "offerDeclined" | "offerRevoked" | "offerExpired",
  reason: Reason,
  retryOfferAtMs?: number,
): void {
  detach(core, offer);
  giveBack(core, offer.worker, offer.cost);
  if (core.makesEvents) offerEnded(core, endEvents[happening], offer);
  if (core.tells(happening)) {
    const told: Happening =
      happening === "offerDeclined" && retryOfferAtMs !== undefined
        ? { kind: happening, ...offerHappening(offer), retryOfferAtMs }
        : { kind: happening, ...offerHappening(offer) };
    core.tell(told, reason);
  }
}

const endEvents = {
  offerDeclined: "RouterWorkerOfferDeclined",
  offerRevoked: "RouterWorkerOfferRevoked",
  offerExpired: "RouterWorkerOfferExpired",
} as const;

/** Revokes all open offers of a job. */
export function revokeOffers(core: Core, job: JobRecord, reason: Reason): void {
  for (const offer of job.offers) endOffer(core, offer, "offerRevoked", reason);
}

/** Revokes one offer for the worker's sake; the job goes on to others. */
export function revokeOffer(core: Core, offer: OfferRecord, reason: Reason): void {
  endOffer(core, offer, "offerRevoked", reason);
  freshen(core, offer.job);
}

export function expireOffer(core: Core, offer: OfferRecord): void {
  offer.timer = none;
  endOffer(core, offer, "offerExpired", offerTimedOutReason);
  freshen(core, offer.job);
  deregister(core, offer.worker, offerTimedOutReason);
}

const mostLost = 16;

export function acceptOffer(core: Core, workerId: string, offerId: string): CommandResponse {
  const worker = core.workers.get(workerId);
  const offer = worker === undefined ? undefined : openOffer(worker, offerId);
  if (worker?.lost.includes(offerId) === true) {
    return conflict(`Offer has been accepted by another worker. OfferId: ${offerId}`);
  }
  if (worker === undefined || offer === undefined) {
    return offerNotFound("AcceptOfferCommandHandler", workerId, offerId);
  }
  const { job } = offer;
  const reason = commandReason("accept");
  noteActivity(core, worker);
  leaveQueue(core, job);
  disarmSelectorClock(core, job);
  detach(core, offer);
  const assignment = new AssignmentRecord(core.ids.next(), worker.id, offer.cost, core.nowMs);
  job.assignment = assignment;
  worker.assigned = appended(worker.assigned, job);
  core.touch(worker);
  if (worker.maxConcurrentOffers !== undefined) {
    refreshSeats(worker);
    free(core, worker);
  }
  const { assignmentId } = assignment;
  if (core.makesEvents) offerAccepted(core, offer, assignmentId);
  if (core.tells("offerAccepted")) {
    const { queueId } = offer;
    core.tell(
      {
        kind: "offerAccepted",
        jobId: job.id,
        workerId: worker.id,
        offerId,
        queueId,
        assignmentId,
      },
      reason,
    );
  }
  core.setStatus(job, "assigned", reason);
  if (job.offers.length > 0) {
    const lostReason = otherAcceptedReason(worker.id);
    for (const other of job.offers) {
      other.worker.lost = [...other.worker.lost.slice(1 - mostLost), other.offerId];
      endOffer(core, other, "offerRevoked", lostReason);
    }
  }
  return {
    ok: true,
    status: 200,
    result: { assignmentId, jobId: job.id, workerId: worker.id },
  };
}

function openOffer({ offers }: WorkerRecord, offerId: string): OfferRecord | undefined {
  for (const offer of offers) if (offer.offerId === offerId) return offer;
  return undefined;
}

export function declineOffer(
  core: Core,
  workerId: string,
  offerId: string,
  retryOfferAtMs: number | undefined,
): CommandResponse {
  const worker = core.workers.get(workerId);
  const offer = worker === undefined ? undefined : openOffer(worker, offerId);
  if (worker === undefined || offer === undefined) {
    return offerNotFound("DeclineOfferCommandHandler", workerId, offerId);
  }
  const { job } = offer;
  noteActivity(core, worker);
  // Not later than now is as if not given (Q24).
  const retryAtMs =
    retryOfferAtMs !== undefined && retryOfferAtMs > core.nowMs ? retryOfferAtMs : undefined;
  const { registration } = worker;
  job.declinedBy = [...(job.declinedBy ?? []), registration];
  if (retryAtMs !== undefined) {
    if (core.assumptions.R14 === "jobWaits") {
      job.restUntilMs = Math.max(job.restUntilMs, retryAtMs);
    }
    const retry: RetryOffer = { job, registration, atMs: retryAtMs, timer: none };
    retry.timer = core.timers.add(retryAtMs, "retryOffer", retry);
    job.retries = [...job.retries, retry];
  }
  const reason = commandReason("decline", ...(retryAtMs === undefined ? [] : (["R14"] as const)));
  endOffer(core, offer, "offerDeclined", reason, retryAtMs);
  freshen(core, job);
  return { ok: true, status: 200, result: {} };
}

/** The decliner may be offered the job again. */
export function retryOffer(core: Core, retry: RetryOffer): void {
  const { job, registration } = retry;
  job.retries = job.retries.filter((other) => other !== retry);
  const left = job.declinedBy?.filter((other) => other !== registration);
  job.declinedBy = left === undefined || left.length === 0 ? undefined : left;
  freshen(core, job);
}

/** The recorded words of a decline; those of an accept are not recorded. */
function offerNotFound(handler: string, workerId: string, offerId: string): CommandResponse {
  const message = `${handler}: Offer not found. OfferId: ${offerId}, WorkerId: ${workerId}`;
  return refuse(404, "NotFound", message);
}
