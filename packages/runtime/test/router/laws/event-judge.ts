import type {
  JobStatus,
  JsonObject,
  Router,
  RouterEvent,
  RouterEventName,
} from "../../../src/index.ts";
import type { Picture } from "./invariants.ts";

/** Where a job stands as far as its events tell. */
type Stand =
  | "received"
  | "classified"
  | "failed"
  | "waiting"
  | "scheduleFailed"
  | "queued"
  | "assigned"
  | "unassigned"
  | "completed"
  | "closed"
  | "cancelled";

/** Nobody has it and it is not over. */
const free: readonly Stand[] = [
  "received",
  "classified",
  "failed",
  "waiting",
  "scheduleFailed",
  "queued",
  "unassigned",
];

interface Move {
  readonly from: readonly Stand[];
  /** Absent: it stands where it stood. */
  readonly to?: Stand;
}

/** The events of a job after its first one, and where they may come. */
const jobMoves: Partial<Record<RouterEventName, Move>> = {
  RouterJobClassified: { from: free, to: "classified" },
  RouterJobClassificationFailed: { from: free, to: "failed" },
  RouterJobQueued: { from: free, to: "queued" },
  RouterJobWaitingForActivation: { from: free, to: "waiting" },
  RouterJobSchedulingFailed: { from: free, to: "scheduleFailed" },
  RouterJobWorkerSelectorsExpired: { from: free },
  RouterJobExceptionTriggered: { from: free },
  RouterJobCancelled: { from: free, to: "cancelled" },
  RouterJobCompleted: { from: ["assigned"], to: "completed" },
  RouterJobClosed: { from: ["completed"], to: "closed" },
  RouterJobUnassigned: { from: ["assigned"], to: "unassigned" },
};

/** The stand that a status wants; absent: it says no more than that nobody has the job. */
const wanted: Partial<Record<JobStatus, Stand>> = {
  queued: "queued",
  assigned: "assigned",
  completed: "completed",
  closed: "closed",
  cancelled: "cancelled",
  classificationFailed: "failed",
  scheduleFailed: "scheduleFailed",
};

interface KnownJob {
  stand: Stand;
  assignmentId?: string;
  workerId?: string;
}

/** Hears the events alone, as a subscriber does, and tells what cannot be. */
export class EventJudge {
  readonly #jobs = new Map<string, KnownJob>();
  readonly #registered = new Set<string>();
  /** Open offers: job and worker. */
  readonly #offers = new Map<string, { readonly jobId: string; readonly workerId: string }>();
  readonly #ended = new Set<string>();
  #sequence = 0;
  #atMs = 0;

  judge(event: RouterEvent): string | undefined {
    const { sequence, atMs, data, name } = event;
    if (sequence !== this.#sequence + 1) return `${sequence} comes after ${this.#sequence}`;
    if (atMs < this.#atMs) return `${sequence} goes back in time`;
    this.#sequence = sequence;
    this.#atMs = atMs;
    const subject = subjectOf(name, data);
    if (!event.subject.startsWith(subject)) return `${name} is about ${event.subject}`;
    if (name.startsWith("RouterWorkerOffer")) return this.#offer(name, data);
    return name.startsWith("RouterWorker") ? this.#worker(name, data) : this.#job(name, data);
  }

  /** Whether a subscriber has come to what the router says. */
  compare(router: Router, { jobs, workers }: Picture): string | undefined {
    if (jobs.size !== this.#jobs.size) return `${this.#jobs.size} jobs, not ${jobs.size}`;
    let offers = 0;
    for (const { id, status, offers: open } of jobs.values()) {
      const stand = this.#jobs.get(id)?.stand;
      offers += open.length;
      const expected = isSuspended(router, id, status) ? "waiting" : wanted[status];
      const fits =
        expected === undefined ? stand !== undefined && free.includes(stand) : stand === expected;
      if (!fits) return `${id} is ${status}, by its events ${stand}`;
      for (const { offerId, workerId } of open) {
        if (this.#offers.get(offerId)?.workerId !== workerId) return `${offerId} is open, untold`;
      }
    }
    if (offers !== this.#offers.size) return `${this.#offers.size} offers, not ${offers}`;
    for (const { id, availableForOffers } of workers.values()) {
      if (this.#registered.has(id) !== availableForOffers) return `${id} is or is not registered`;
    }
    return undefined;
  }

  #job(name: RouterEventName, data: JsonObject): string | undefined {
    const jobId = String(data.jobId);
    const known = this.#jobs.get(jobId);
    if (name === "RouterJobReceived") {
      if (known !== undefined) return `${jobId} received twice`;
      this.#jobs.set(jobId, { stand: "received" });
      return undefined;
    }
    if (known === undefined) return `${name} of ${jobId}, which nobody has received`;
    if (name === "RouterJobDeleted") {
      const { stand } = known;
      this.#jobs.delete(jobId);
      // One that failed may be on its way to be classified again, of which no event tells.
      return ["closed", "cancelled", "failed"].includes(stand)
        ? undefined
        : `${jobId} deleted, ${stand}`;
    }
    const move = jobMoves[name];
    if (move === undefined || !move.from.includes(known.stand)) {
      return `${name} of ${jobId}, which is ${known.stand}`;
    }
    if (known.stand === "assigned" || known.stand === "completed") {
      if (data.assignmentId !== known.assignmentId || data.workerId !== known.workerId) {
        return `${name} of ${jobId}: not the assignment that was accepted`;
      }
    }
    known.stand = move.to ?? known.stand;
    if (free.includes(known.stand)) return undefined;
    return this.#openOf(jobId, "jobId") ? `${name} of ${jobId} with open offers` : undefined;
  }

  #offer(name: RouterEventName, data: JsonObject): string | undefined {
    const offerId = String(data.offerId);
    const jobId = String(data.jobId);
    const workerId = String(data.workerId);
    const known = this.#jobs.get(jobId);
    const what = `${name} of ${jobId} to ${workerId}`;
    if (known === undefined) return `${what}: no such job`;
    if (name === "RouterWorkerOfferIssued") {
      if (this.#offers.has(offerId) || this.#ended.has(offerId)) return `${what}: twice`;
      if (known.stand !== "queued") return `${what}: it is ${known.stand}`;
      if (!this.#registered.has(workerId)) return `${what}: the worker is not registered`;
      for (const open of this.#offers.values()) {
        if (open.jobId === jobId && open.workerId === workerId) return `${what}: has one already`;
      }
      this.#offers.set(offerId, { jobId, workerId });
      return undefined;
    }
    const offer = this.#offers.get(offerId);
    if (offer?.jobId !== jobId || offer.workerId !== workerId) return `${what}: not open`;
    this.#offers.delete(offerId);
    this.#ended.add(offerId);
    if (name !== "RouterWorkerOfferAccepted") return undefined;
    known.stand = "assigned";
    known.assignmentId = String(data.assignmentId);
    known.workerId = workerId;
    return undefined;
  }

  #worker(name: RouterEventName, data: JsonObject): string | undefined {
    const id = String(data.workerId);
    const isRegistered = this.#registered.has(id);
    switch (name) {
      case "RouterWorkerRegistered":
        this.#registered.add(id);
        return isRegistered ? `${id} registered twice` : undefined;
      case "RouterWorkerDeregistered":
        this.#registered.delete(id);
        if (this.#openOf(id, "workerId")) return `${id} deregistered with open offers`;
        return isRegistered ? undefined : `${id} deregistered twice`;
      case "RouterWorkerDeleted":
        return isRegistered ? `${id} deleted while registered` : undefined;
      default:
        return undefined;
    }
  }

  #openOf(id: string, of: "jobId" | "workerId"): boolean {
    for (const offer of this.#offers.values()) if (offer[of] === id) return true;
    return false;
  }
}

/** Not only on its way to its queue: it stays until somebody releases it. */
function isSuspended(router: Router, jobId: string, status: JobStatus): boolean {
  if (status !== "waitingForActivation") return false;
  const mode = router.view("jobs", jobId)?.body.matchingMode as unknown as {
    readonly kind: string;
  };
  return mode.kind !== "queueAndMatch";
}

function subjectOf(name: RouterEventName, data: JsonObject): string {
  if (name.startsWith("RouterWorkerOffer")) return `worker/${data.workerId}/job/${data.jobId}`;
  if (name.startsWith("RouterWorker")) return `worker/${data.workerId}`;
  return `job/${data.jobId}/channel/${data.channelId}`;
}
