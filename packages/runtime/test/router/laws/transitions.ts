import type { Happening, JobStatus, Transition, WorkerState } from "../../../src/index.ts";

/** The documented state machine of a job, as it may be seen to move; `new`: it is created. */
export const legalJobMoves: Readonly<Record<JobStatus | "new", readonly JobStatus[]>> = {
  new: ["created", "pendingClassification", "waitingForActivation", "pendingSchedule"],
  created: [
    "queued",
    "waitingForActivation",
    "pendingSchedule",
    "pendingClassification",
    "cancelled",
  ],
  pendingClassification: [
    "pendingClassification",
    "waitingForActivation",
    "pendingSchedule",
    "classificationFailed",
    "created",
    "cancelled",
  ],
  classificationFailed: ["pendingClassification", "created", "cancelled"],
  pendingSchedule: [
    "scheduled",
    "scheduleFailed",
    "waitingForActivation",
    "pendingSchedule",
    "queued",
    "pendingClassification",
    "cancelled",
  ],
  scheduled: [
    "waitingForActivation",
    "pendingSchedule",
    "queued",
    "pendingClassification",
    "cancelled",
  ],
  scheduleFailed: [
    "pendingSchedule",
    "queued",
    "waitingForActivation",
    "pendingClassification",
    "cancelled",
  ],
  waitingForActivation: [
    "queued",
    "waitingForActivation",
    "pendingSchedule",
    "pendingClassification",
    "cancelled",
  ],
  queued: [
    "queued",
    "assigned",
    "pendingClassification",
    "waitingForActivation",
    "pendingSchedule",
    "cancelled",
  ],
  assigned: ["completed", "queued", "waitingForActivation", "pendingClassification", "cancelled"],
  completed: ["closed"],
  closed: [],
  cancelled: [],
};

export const legalWorkerMoves: Readonly<Record<WorkerState | "new", readonly WorkerState[]>> = {
  new: ["active", "inactive"],
  inactive: ["active"],
  active: ["draining", "inactive"],
  draining: ["active", "inactive"],
};

/** Plays transitions and tells the first illegal one. */
export class LegalityJudge {
  readonly #jobs = new Map<string, JobStatus>();
  readonly #workers = new Map<string, WorkerState>();
  readonly #offers = new Set<string>();
  readonly #ended = new Set<string>();
  /** Until when a decliner may not be asked again, by job and then worker. */
  readonly #declined = new Map<string, Map<string, number>>();
  readonly seen = new Set<string>();

  judge(transition: Transition): string | undefined {
    const { happening } = transition;
    switch (happening.kind) {
      case "jobStatus": {
        const known = this.#jobs.get(happening.jobId);
        if (known !== happening.from)
          return `${happening.jobId}: was ${known}, not ${happening.from}`;
        if (!legalJobMoves[known ?? "new"].includes(happening.to)) {
          return `${happening.jobId}: ${known ?? "new"} → ${happening.to}`;
        }
        this.seen.add(`${known ?? "new"} → ${happening.to}`);
        this.#jobs.set(happening.jobId, happening.to);
        return undefined;
      }
      case "workerState": {
        const known = this.#workers.get(happening.workerId);
        if (known !== happening.from) return `${happening.workerId}: was ${known}`;
        if (!legalWorkerMoves[known ?? "new"].includes(happening.to)) {
          return `${happening.workerId}: ${known ?? "new"} → ${happening.to}`;
        }
        this.#workers.set(happening.workerId, happening.to);
        for (const decliners of this.#declined.values()) decliners.delete(happening.workerId);
        return undefined;
      }
      case "jobDeleted":
        this.#jobs.delete(happening.jobId);
        this.#declined.delete(happening.jobId);
        return undefined;
      case "workerDeleted":
        this.#workers.delete(happening.workerId);
        return undefined;
      default:
        return this.#offer(happening, transition.atMs);
    }
  }

  #offer(happening: Happening, atMs: number): string | undefined {
    if (!("offerId" in happening)) return undefined;
    const { offerId, kind } = happening;
    if (kind === "offerIssued") {
      if (this.#offers.has(offerId) || this.#ended.has(offerId)) return `${offerId} issued twice`;
      if (this.#jobs.get(happening.jobId) !== "queued") return `${offerId}: its job is not queued`;
      if (this.#workers.get(happening.workerId) !== "active")
        return `${offerId}: worker not active`;
      const until = this.#declined.get(happening.jobId)?.get(happening.workerId);
      if (until !== undefined && atMs < until) return `${offerId}: its worker declined the job`;
      this.#offers.add(offerId);
      return undefined;
    }
    if (!this.#offers.delete(offerId)) return `${offerId}: ${kind} without being open`;
    this.#ended.add(offerId);
    if (kind === "offerDeclined") {
      const decliners = this.#declined.get(happening.jobId) ?? new Map<string, number>();
      decliners.set(happening.workerId, happening.retryOfferAtMs ?? Number.POSITIVE_INFINITY);
      this.#declined.set(happening.jobId, decliners);
    }
    return undefined;
  }
}
