import { type JobRecord, loadRatio, type SelectorState, type WorkerRecord } from "./records.ts";
import type { JobSnapshot, SelectorSnapshot, WorkerSnapshotView } from "./router.ts";

/** Single facts, without the text that a view is made of. */
export function jobSnapshot(job: JobRecord): JobSnapshot {
  const { assignment, queueId, enqueuedAtMs, dispositionCode } = job;
  return {
    id: job.id,
    status: job.status,
    ...(queueId === undefined ? {} : { queueId }),
    priority: job.priority,
    labels: job.labels,
    ...(enqueuedAtMs === undefined ? {} : { enqueuedAtMs }),
    requestedWorkerSelectors: job.requested.map(selectorSnapshot),
    attachedWorkerSelectors: job.attached.map(selectorSnapshot),
    offers: job.offers.map(({ offerId, worker }) => ({ offerId, workerId: worker.id })),
    assignments:
      assignment === undefined
        ? []
        : [{ assignmentId: assignment.assignmentId, workerId: assignment.workerId }],
    ...(dispositionCode === undefined ? {} : { dispositionCode }),
  };
}

function selectorSnapshot({ selector, expired, expiresAtMs }: SelectorState): SelectorSnapshot {
  return {
    ...selector,
    status: expired ? "expired" : "active",
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

export function workerSnapshot(worker: WorkerRecord): WorkerSnapshotView {
  return {
    id: worker.id,
    state: worker.state,
    availableForOffers: worker.availableForOffers,
    loadRatio: loadRatio(worker),
    labels: worker.labels,
    offers: worker.offers.map(({ offerId, job }) => ({ offerId, jobId: job.id })),
    assignedJobs: worker.assigned.flatMap(({ id, assignment }) =>
      assignment === undefined ? [] : [{ assignmentId: assignment.assignmentId, jobId: id }],
    ),
  };
}
