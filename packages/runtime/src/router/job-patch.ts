import { defaultPriority } from "../rules/priority.ts";
import { startClassification } from "./classification.ts";
import type { PatchCommand } from "./command.ts";
import { preconditionFailure } from "./conditions.ts";
import type { Core } from "./core.ts";
import { conflict, invalid, type Problem, pascal, type Refusal } from "./errors.ts";
import { jobQueued, jobReceived, jobWaitingForActivation } from "./events.ts";
import { queueMayBeUsed } from "./exceptions.ts";
import { regroup } from "./indexing.ts";
import { freshLabels, type JobPatch, patchLabels, readJobPatch } from "./job-body.ts";
import { revokeOffers } from "./offers.ts";
import { enterQueue, leaveQueue, proceed } from "./queueing.ts";
import { commandReason, jobChangedReason } from "./reasons.ts";
import { JobRecord, type NoteRecord, type SelectorState } from "./records.ts";
import type { CommandResponse } from "./router.ts";
import { endCalls } from "./rule-calls.ts";
import { armSelectorClock, putOn } from "./selector-clock.ts";
import type { JobStatus } from "./transition.ts";
import { jobTag, jobView } from "./views.ts";

/** The service's documented life of a job that is not finished; see R12. */
const jobLifeMs = 90 * 24 * 60 * 60 * 1000;

export function patchJob(core: Core, command: PatchCommand): CommandResponse {
  const { id, body } = command;
  const job = core.jobs.get(id);
  const failure = preconditionFailure(command, job, jobTag);
  if (failure !== undefined) return failure;
  const problems: Problem[] = [];
  const patch = readJobPatch(body, core.nowMs, problems);
  if (problems.length > 0) return invalid(problems);
  return job === undefined ? createJob(core, id, patch, problems) : updateJob(core, job, patch);
}

function respond(core: Core, status: 200 | 201, job: JobRecord): CommandResponse {
  return core.makesEvents
    ? { ok: true, status, result: jobView(job) }
    : status === 200
      ? updated
      : created;
}

const created: CommandResponse = { ok: true, status: 201 };
const updated: CommandResponse = { ok: true, status: 200 };

// ── Creation ──────────────────────────────────────────────────────────────────────────────────

/** @param problems none so far. */
function createJob(core: Core, id: string, patch: JobPatch, problems: Problem[]): CommandResponse {
  const channelId = patch.channelId ?? undefined;
  if (channelId === undefined) missing("channelId", problems);
  const policyId = patch.classificationPolicyId ?? undefined;
  const queueId = patch.queueId ?? undefined;
  checkTargets(core, policyId, queueId, problems);
  if (problems.length > 0 || channelId === undefined) return invalid(problems);

  const job = new JobRecord(id, channelId, initialStatus(policyId, patch.matchingMode?.kind));
  job.classificationPolicyId = policyId;
  job.queueId = queueId;
  job.channelReference = patch.channelReference ?? undefined;
  job.dispositionCode = patch.dispositionCode ?? undefined;
  job.priority = patch.priority ?? defaultPriority;
  job.labels = freshLabels(patch.labels);
  if (patch.tags !== undefined) job.tags = freshLabels(patch.tags);
  if (patch.notes !== undefined) job.notes = patch.notes;
  if (patch.matchingMode !== undefined) setMode(job, patch.matchingMode);
  if (patch.requestedWorkerSelectors !== undefined) {
    job.requested = putOn(core, patch.requestedWorkerSelectors);
    armSelectorClock(core, job);
  }
  job.lastModifiedMs = core.nowMs;
  core.jobs.set(id, job);
  if (core.assumptions.R12 === "cancel") {
    job.lifeTimer = core.timers.add(core.nowMs + jobLifeMs, "jobLife", job);
  }
  if (core.makesEvents) jobReceived(core, job);
  if (core.tellsStatus(job.status)) {
    const { status: to, priority } = job;
    core.tell(
      queueId === undefined
        ? { kind: "jobStatus", jobId: id, to, priority }
        : { kind: "jobStatus", jobId: id, to, queueId, priority },
      commandReason("patch"),
    );
  }
  const response = respond(core, 201, job);
  start(core, job);
  return response;
}

function initialStatus(policyId: string | undefined, mode: string | undefined): JobStatus {
  if (policyId !== undefined) return "pendingClassification";
  if (mode === "suspend") return "waitingForActivation";
  return mode === "scheduleAndSuspend" ? "pendingSchedule" : "created";
}

/** The first step of a new job; it already has its first status. */
function start(core: Core, job: JobRecord): void {
  switch (job.status) {
    case "pendingClassification":
      core.scheduleStep(job, "classify", core.classificationDelayMs);
      return;
    case "waitingForActivation":
      if (core.makesEvents) jobWaitingForActivation(core, job);
      return;
    case "pendingSchedule":
      core.scheduleStep(job, "schedule", core.queueingDelayMs);
      return;
    default:
      proceed(core, job, commandReason("patch"));
  }
}

function missing(name: string, problems: Problem[]): void {
  problems.push({ code: "MissingProperty", message: `\`${name}\` is required` });
}

function checkTargets(
  core: Core,
  policyId: string | undefined,
  queueId: string | undefined,
  problems: Problem[],
): void {
  if (policyId === undefined && queueId === undefined) {
    const message = "a job needs a `queueId` or a `classificationPolicyId`";
    problems.push({ code: "MissingProperty", message });
  }
  if (queueId !== undefined && !queueMayBeUsed(core, queueId)) {
    problems.push({ code: "QueueNotFound", message: `there is no queue \`${queueId}\`` });
  }
  if (
    policyId !== undefined &&
    core.assumptions.Q6 === "refuse" &&
    core.config.get("classificationPolicies", policyId) === undefined
  ) {
    const message = `there is no classification policy \`${policyId}\``;
    problems.push({ code: "ClassificationPolicyNotFound", message });
  }
}

function setMode(job: JobRecord, mode: NonNullable<JobPatch["matchingMode"]>): void {
  job.matchingMode = mode.kind;
  job.scheduleAtMs = mode.scheduleAtMs;
}

// ── Update ────────────────────────────────────────────────────────────────────────────────────

/** What a patch changes of a job; an entry is there only where the value is another one. */
interface Changes {
  channelId?: string;
  classificationPolicyId?: string | undefined;
  queueId?: string | undefined;
  requested?: JobPatch["requestedWorkerSelectors"];
  matchingMode?: NonNullable<JobPatch["matchingMode"]>;
  labels?: JobRecord["labels"];
  priority?: number;
  /** Whether something changes that only is kept: tags, notes, references. */
  other: boolean;
}

function updateJob(core: Core, job: JobRecord, patch: JobPatch): CommandResponse {
  const changes = changesOf(job, patch);
  const refusal = refusalOf(core, job, patch, changes);
  if (refusal !== undefined) return refusal;
  if (Object.keys(changes).length === 1 && !changes.other) return respond(core, 200, job);
  apply(core, job, patch, changes);
  core.touch(job, 2);
  route(core, job, changes);
  return respond(core, 200, job);
}

function changesOf(job: JobRecord, patch: JobPatch): Changes {
  const changes: Changes = { other: false };
  if (patch.channelId !== undefined && patch.channelId !== job.channelId) {
    changes.channelId = patch.channelId ?? "";
  }
  const policyId = optional(patch.classificationPolicyId, job.classificationPolicyId);
  if (policyId !== job.classificationPolicyId) changes.classificationPolicyId = policyId;
  const queueId = optional(patch.queueId, job.queueId);
  if (queueId !== job.queueId) changes.queueId = queueId;
  const selectors = patch.requestedWorkerSelectors;
  if (selectors !== undefined && !isSameSelectors(selectors, job.requested)) {
    changes.requested = selectors;
  }
  const mode = patch.matchingMode;
  if (
    mode !== undefined &&
    (mode.kind !== job.matchingMode || mode.scheduleAtMs !== job.scheduleAtMs)
  ) {
    changes.matchingMode = mode;
  }
  const labels = patchLabels(job.labels, patch.labels);
  if (labels !== job.labels) changes.labels = labels;
  const priority = patch.priority === null ? defaultPriority : (patch.priority ?? job.priority);
  if (priority !== job.priority) changes.priority = priority;
  changes.other =
    optional(patch.channelReference, job.channelReference) !== job.channelReference ||
    optional(patch.dispositionCode, job.dispositionCode) !== job.dispositionCode ||
    patchLabels(job.tags, patch.tags) !== job.tags ||
    (patch.notes !== undefined && !isSameNotes(patch.notes, job.notes));
  return changes;
}

function optional<T>(sent: T | null | undefined, stored: T | undefined): T | undefined {
  return sent === undefined ? stored : (sent ?? undefined);
}

function isSameSelectors(
  sent: NonNullable<JobPatch["requestedWorkerSelectors"]>,
  stored: readonly SelectorState[],
): boolean {
  return (
    sent.length === stored.length &&
    sent.every((selector, index) => {
      const other = stored[index]?.selector;
      return (
        selector.key === other?.key &&
        selector.labelOperator === other.labelOperator &&
        selector.value === other.value &&
        selector.expiresAfterSeconds === other.expiresAfterSeconds &&
        (selector.expedite === true) === (other.expedite === true)
      );
    })
  );
}

function isSameNotes(sent: readonly NoteRecord[], stored: readonly NoteRecord[]): boolean {
  return (
    sent.length === stored.length &&
    sent.every(
      ({ message, addedAtMs }, index) =>
        message === stored[index]?.message && addedAtMs === stored[index]?.addedAtMs,
    )
  );
}

function refusalOf(
  core: Core,
  job: JobRecord,
  patch: JobPatch,
  changes: Changes,
): Refusal | undefined {
  const problems: Problem[] = [];
  if (patch.channelId === null) missing("channelId", problems);
  if ("queueId" in changes || "classificationPolicyId" in changes) {
    const policyId = optional(patch.classificationPolicyId, job.classificationPolicyId);
    checkTargets(core, policyId, optional(patch.queueId, job.queueId), problems);
  }
  if (problems.length > 0) return invalid(problems);
  const { channelId, requested, matchingMode } = changes;
  const requeues =
    channelId !== undefined ||
    requested !== undefined ||
    matchingMode !== undefined ||
    "queueId" in changes ||
    "classificationPolicyId" in changes;
  // Nothing may send a job that somebody has, or had, back to a queue (Q39).
  if (requeues && isTaken(job.status)) {
    return conflict(
      `Cannot update job due to mismatch in job status. Actual: '${pascal(job.status)}'`,
    );
  }
  return undefined;
}

function isTaken(status: JobStatus): boolean {
  return (
    status === "assigned" || status === "completed" || status === "closed" || status === "cancelled"
  );
}

function apply(core: Core, job: JobRecord, patch: JobPatch, changes: Changes): void {
  // Before anything moves: what follows finds the job by its old channel and selectors.
  const reason = jobChangedReason(changedWords(changes));
  const isQueued = job.queue !== undefined;
  const isMoved =
    changes.channelId !== undefined ||
    changes.requested !== undefined ||
    changes.labels !== undefined ||
    "queueId" in changes;
  if (isQueued && isMoved) revokeOffers(core, job, reason);
  if (isQueued && (changes.channelId !== undefined || "queueId" in changes)) leaveQueue(core, job);

  if (changes.channelId !== undefined) job.channelId = changes.channelId;
  if ("classificationPolicyId" in changes) {
    job.classificationPolicyId = changes.classificationPolicyId;
  }
  if ("queueId" in changes) job.queueId = changes.queueId;
  if (changes.requested !== undefined) {
    job.requested = putOn(core, changes.requested);
    armSelectorClock(core, job);
  }
  if (changes.labels !== undefined) job.labels = changes.labels;
  if (changes.priority !== undefined) job.priority = changes.priority;
  if (changes.matchingMode !== undefined) setMode(job, changes.matchingMode);
  job.channelReference = optional(patch.channelReference, job.channelReference);
  job.dispositionCode = optional(patch.dispositionCode, job.dispositionCode);
  job.tags = patchLabels(job.tags, patch.tags);
  if (patch.notes !== undefined) job.notes = patch.notes;
}

function changedWords(changes: Changes): string {
  const words = Object.keys(changes).filter((name) => name !== "other");
  return words.map((name) => (name === "requested" ? "requestedWorkerSelectors" : name)).join(", ");
}

/** Where the job goes with what has changed. */
function route(core: Core, job: JobRecord, changes: Changes): void {
  if (isTaken(job.status)) return;
  const reason = jobChangedReason(changedWords(changes));
  const { status } = job;
  const hasNewLabels = changes.labels !== undefined;
  const hasNewPolicy = "classificationPolicyId" in changes;
  const isFailed = status === "classificationFailed";
  if (
    job.classificationPolicyId !== undefined &&
    (hasNewLabels ||
      hasNewPolicy ||
      // A job that is left without a queue needs another one.
      ("queueId" in changes && (isFailed || job.queueId === undefined)))
  ) {
    startClassification(core, job, reason);
    return;
  }
  const isRepaired = isFailed && (hasNewPolicy || hasNewLabels || "queueId" in changes);
  if (isRepaired || (hasNewPolicy && status === "pendingClassification")) {
    // Without a policy the job is queued as it is (R19), and waits for no answer.
    endCalls(core, job);
    core.setStatus(job, "created", reason);
    proceed(core, job, reason);
    return;
  }
  if (changes.matchingMode !== undefined && status !== "pendingClassification" && !isFailed) {
    changeMode(core, job);
    return;
  }
  if (status !== "queued") return;
  if (job.queue === undefined) enterQueue(core, job, reason);
  else if (hasNewLabels || changes.requested !== undefined) {
    core.touch(job);
    regroup(core, job);
    if (core.makesEvents) jobQueued(core, job);
  } else if (changes.priority !== undefined) regroup(core, job);
}

/** Releases a job to its queue at once, or takes it out of it. */
function changeMode(core: Core, job: JobRecord): void {
  const reason = commandReason("patch");
  revokeOffers(core, job, reason);
  leaveQueue(core, job);
  core.cancelStep(job);
  if (job.matchingMode === "queueAndMatch") enterQueue(core, job, reason);
  else {
    // Another time is another schedule, though the job may have been activated once.
    if (job.matchingMode === "scheduleAndSuspend") job.scheduledAtMs = undefined;
    proceed(core, job, reason);
  }
}
