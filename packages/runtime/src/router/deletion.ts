import { finish } from "./cancelling.ts";
import type { Collection } from "./command.ts";
import { takeEffect } from "./config-patch.ts";
import type { Core } from "./core.ts";
import { conflict, invalid, notFound, pascal, type Refusal } from "./errors.ts";
import { jobDeleted, workerGone } from "./events.ts";
import { revokeOffer } from "./offers.ts";
import { commandReason } from "./reasons.ts";
import { isFinished, type JobRecord, none } from "./records.ts";
import type { CommandResponse } from "./router.ts";
import { leaveSeats } from "./worker-patch.ts";
import { deregister } from "./worker-state.ts";

const gone: CommandResponse = { ok: true, status: 204 };

export function deleteObject(core: Core, collection: Collection, id: string): CommandResponse {
  switch (collection) {
    case "jobs":
      return deleteJob(core, id);
    case "workers":
      return deleteWorker(core, id);
    case "classificationPolicies":
    case "distributionPolicies":
    case "exceptionPolicies":
    case "queues": {
      if (core.config.get(collection, id) === undefined) return notFound(names[collection], id);
      const refusal = refusals[collection](core, id);
      if (refusal !== undefined) return refusal;
      core.config.delete(collection, id);
      takeEffect(core, collection, id);
      return gone;
    }
  }
}

const names = {
  classificationPolicies: "Classification policy",
  distributionPolicies: "Distribution policy",
  exceptionPolicies: "Exception policy",
  queues: "Queue",
} as const;

/** Why an object may not be deleted, in the service's words (recorded). */
const refusals: Readonly<
  Record<keyof typeof names, (core: Core, id: string) => Refusal | undefined>
> = {
  classificationPolicies: (core, id) =>
    hasActiveJob(core, (job) => job.classificationPolicyId === id)
      ? invalid([
          {
            code: "ActiveJobWithClassificationPolicyExist",
            message: "There is active job with this classification policy",
          },
        ])
      : undefined,
  distributionPolicies: (core, id) =>
    hasQueue(core, "distributionPolicyId", id)
      ? invalid([
          {
            code: "QueueExistsWithDistributionPolicy",
            message: "There is a queue with this distribution policy",
          },
        ])
      : undefined,
  exceptionPolicies: (core, id) =>
    hasQueue(core, "exceptionPolicyId", id)
      ? invalid([
          {
            code: "QueueExistsWithExceptionPolicy",
            message: "There is a queue with this exception policy",
          },
        ])
      : undefined,
  queues: (core, id) => {
    const reasons = [
      hasActiveJob(core, (job) => job.queueId === id) && "There is active job with this queue",
      [...core.config.all("classificationPolicies")].some(
        ({ body }) => body.fallbackQueueId === id,
      ) && "There is classification policy with this queue as fallback queue",
      [...core.workers.values()].some(({ queues }) => queues.includes(id)) &&
        "There is an assigned worker to this queue",
    ].filter((text) => text !== false);
    if (reasons.length === 0) return undefined;
    return conflict(`Validation failed: ${reasons.map((text) => `\r\n -- : ${text}`).join("")}`);
  },
};

function hasQueue(
  core: Core,
  property: "distributionPolicyId" | "exceptionPolicyId",
  id: string,
): boolean {
  for (const { body } of core.config.all("queues")) if (body[property] === id) return true;
  return false;
}

function hasActiveJob(core: Core, uses: (job: JobRecord) => boolean): boolean {
  for (const job of core.jobs.values()) if (!isFinished(job) && uses(job)) return true;
  return false;
}

/** Q27: a job that is still on its way somewhere stays. */
function deleteJob(core: Core, id: string): CommandResponse {
  const job = core.jobs.get(id);
  if (job === undefined) return notFound("Job", id);
  if (!isFinished(job) && job.status !== "classificationFailed") {
    return conflict(
      `Cannot delete job due to mismatch in job status. Expected: 'Cancelled', 'Closed' or 'ClassificationFailed', Actual: '${pascal(job.status)}'`,
    );
  }
  finish(core, job);
  core.jobs.delete(id);
  if (core.makesEvents) jobDeleted(core, job);
  if (core.tells("jobDeleted")) {
    core.tell({ kind: "jobDeleted", jobId: id }, commandReason("delete"));
  }
  return gone;
}

function deleteWorker(core: Core, id: string): CommandResponse {
  const worker = core.workers.get(id);
  if (worker === undefined) return notFound("Worker", id);
  if (worker.assigned.length > 0) {
    return conflict("Cannot delete worker: there are jobs assigned to it");
  }
  const reason = commandReason("delete", "Q27");
  deregister(core, worker, reason);
  for (const offer of worker.offers) revokeOffer(core, offer, reason);
  if (worker.idleTimer !== none) core.timers.cancel(worker.idleTimer);
  leaveSeats(worker);
  core.workers.delete(id);
  if (core.makesEvents) workerGone(core, "RouterWorkerDeleted", worker);
  if (core.tells("workerDeleted")) core.tell({ kind: "workerDeleted", workerId: id }, reason);
  return gone;
}
