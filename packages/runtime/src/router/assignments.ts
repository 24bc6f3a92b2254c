import { addNote, finish } from "./cancelling.ts";
import type { RouterCommand } from "./command.ts";
import type { Core } from "./core.ts";
import { conflict, notFound, type Refusal, wrongStatus } from "./errors.ts";
import { jobAssignmentEvent, jobWaitingForActivation } from "./events.ts";
import { giveBack } from "./offers.ts";
import { enterQueue } from "./queueing.ts";
import { closeLaterReason, commandReason } from "./reasons.ts";
import { type AssignmentRecord, type JobRecord, none, without } from "./records.ts";
import type { CommandResponse } from "./router.ts";
import { expireSelectors } from "./selector-clock.ts";
import type { Reason } from "./transition.ts";
import { endDraining, noteActivity } from "./worker-state.ts";

type Command<K extends RouterCommand["kind"]> = Extract<RouterCommand, { readonly kind: K }>;

const done: CommandResponse = { ok: true, status: 200, result: {} };

/** The service's limit. */
const mostUnassignments = 3;

export function completeJob(core: Core, command: Command<"complete">): CommandResponse {
  const job = core.jobs.get(command.jobId);
  const assignment = job?.assignment;
  if (job === undefined || assignment?.assignmentId !== command.assignmentId) {
    return noAssignment(job, command);
  }
  if (job.status !== "assigned") return wrongStatus("complete", "Assigned", job.status);
  assignment.completedAtMs = core.nowMs;
  addNote(core, job, command.note);
  noteHandling(core, job, assignment);
  const worker = core.workers.get(assignment.workerId);
  if (worker !== undefined) noteActivity(core, worker);
  core.setStatus(job, "completed", commandReason("complete"));
  if (core.makesEvents) jobAssignmentEvent(core, "RouterJobCompleted", job, assignment);
  return done;
}

/** What estimates of waiting times are made of (Q31). */
function noteHandling(core: Core, job: JobRecord, assignment: AssignmentRecord): void {
  if (job.queueId === undefined) return;
  const queue = core.queue(job.queueId);
  queue.completed++;
  queue.handledMs += core.nowMs - assignment.assignedAtMs;
}

export function closeJob(core: Core, command: Command<"close">): CommandResponse {
  const job = core.jobs.get(command.jobId);
  if (job === undefined || job.assignment?.assignmentId !== command.assignmentId) {
    return noAssignment(job, command);
  }
  if (job.status !== "completed") return wrongStatus("close", "Completed", job.status);
  const { note, dispositionCode, closeAtMs } = command;
  if (job.closeTimer !== none) core.timers.cancel(job.closeTimer);
  job.closeTimer = none;
  if (closeAtMs !== undefined && closeAtMs > core.nowMs) {
    job.pendingClose = { note, dispositionCode, closeAtMs };
    job.closeTimer = core.timers.add(closeAtMs, "close", job);
    core.touch(job);
  } else closeNow(core, job, note, dispositionCode, commandReason("close"));
  return done;
}

/** The time of a later close has come. */
export function closeLater(core: Core, job: JobRecord): void {
  job.closeTimer = none;
  const { note, dispositionCode } = job.pendingClose ?? {};
  closeNow(core, job, note, dispositionCode, closeLaterReason);
}

function closeNow(
  core: Core,
  job: JobRecord,
  note: string | undefined,
  dispositionCode: string | undefined,
  reason: Reason,
): void {
  const { assignment } = job;
  if (assignment === undefined) return;
  assignment.closedAtMs = core.nowMs;
  job.dispositionCode = dispositionCode ?? job.dispositionCode ?? "Closed";
  addNote(core, job, note);
  core.setStatus(job, "closed", reason);
  finish(core, job);
  if (core.makesEvents) jobAssignmentEvent(core, "RouterJobClosed", job, assignment);
  if (core.tells("assignmentClosed")) {
    const { workerId, assignmentId } = assignment;
    core.tell({ kind: "assignmentClosed", jobId: job.id, workerId, assignmentId }, reason);
  }
  release(core, job, assignment);
}

/** Takes the job from its worker, whose capacity is free again. */
function release(core: Core, job: JobRecord, assignment: AssignmentRecord): void {
  const worker = core.workers.get(assignment.workerId);
  if (worker === undefined) return;
  noteActivity(core, worker);
  worker.assigned = without(worker.assigned, job);
  core.touch(worker);
  giveBack(core, worker, assignment.cost);
  endDraining(core, worker);
}

export function unassignJob(core: Core, command: Command<"unassign">): CommandResponse {
  const job = core.jobs.get(command.jobId);
  const assignment = job?.assignment;
  if (job === undefined || assignment?.assignmentId !== command.assignmentId) {
    return noAssignment(job, command);
  }
  if (job.status !== "assigned") return wrongStatus("unassign", "Assigned", job.status);
  if (job.unassignmentCount >= mostUnassignments) {
    return conflict(
      `Cannot unassign job: it has been unassigned ${mostUnassignments} times already, which is the most a job may be`,
    );
  }
  const reason = commandReason("unassign");
  job.unassignmentCount++;
  job.assignment = undefined;
  if (core.makesEvents) jobAssignmentEvent(core, "RouterJobUnassigned", job, assignment);
  if (core.tells("unassigned")) {
    const { workerId, assignmentId } = assignment;
    core.tell({ kind: "unassigned", jobId: job.id, workerId, assignmentId }, reason);
  }
  // What ran out meanwhile restricts nobody any more, from the first match on (R23).
  expireSelectors(core, job);
  if (command.suspendMatching === true) {
    job.matchingMode = "suspend";
    job.scheduleAtMs = undefined;
    core.setStatus(job, "waitingForActivation", reason);
    if (core.makesEvents) jobWaitingForActivation(core, job);
  } else enterQueue(core, job, reason);
  release(core, job, assignment);
  return {
    ok: true,
    status: 200,
    result: { jobId: job.id, unassignmentCount: job.unassignmentCount },
  };
}

function noAssignment(
  job: JobRecord | undefined,
  { jobId, assignmentId }: Command<"complete" | "close" | "unassign">,
): Refusal {
  return job === undefined ? notFound("Job", jobId) : notFound("Assignment", assignmentId);
}

/**
 * Minutes by jobs ahead: × mean handling time / workers that may take them (Q31). `undefined`:
 * nothing is known yet.
 */
export function minutesByJobsAhead(
  core: Core,
  queueId: string,
): ((jobsAhead: number) => number) | undefined {
  const queue = core.queues.get(queueId);
  if (queue === undefined || queue.completed === 0) return undefined;
  let workers = 0;
  for (const worker of core.workers.values()) {
    if (worker.state === "active" && worker.queues.includes(queueId)) workers++;
  }
  if (workers === 0) return undefined;
  const meanMs = queue.handledMs / queue.completed;
  return (jobsAhead) => Math.ceil((jobsAhead * meanMs) / workers / 60_000);
}
