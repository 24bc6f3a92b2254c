import type { ExceptionRule, Queue, RouterObjects } from "@routewright/jobrouter";
import { type Assumptions, defaultAssumptions } from "../../../src/index.ts";
import { Agenda } from "./agenda.ts";
import type { SimpleJob, SimpleOffer, SimpleWorker } from "./records.ts";

/** What the service takes for a job's way, and from a chance of a match to its round. */
export interface SimpleDelays {
  readonly classifyingMs: number;
  readonly queueingMs: number;
  readonly matchingMs: number;
}

/**
 * What the simple router knows: lists that are looked through, nothing that is worked out
 * beforehand.
 */
export class SimpleState {
  readonly jobs = new Map<string, SimpleJob>();
  readonly workers = new Map<string, SimpleWorker>();
  /** What subscribers hear, in words. */
  readonly events: string[] = [];
  objects: RouterObjects;
  readonly assumed: Assumptions;
  protected readonly agenda = new Agenda();

  protected readonly delays: SimpleDelays;
  /** 0 ≤ x < 1: where weighted choices fall. */
  protected readonly choose: () => number;

  constructor(
    objects: RouterObjects,
    assumptions: Partial<Assumptions>,
    delays: SimpleDelays,
    choose: () => number,
  ) {
    this.objects = objects;
    this.assumed = { ...defaultAssumptions, ...assumptions };
    this.delays = delays;
    this.choose = choose;
  }

  advance(toMs: number): void {
    this.agenda.advance(toMs);
  }

  /** A command at its time: what is due comes before it, what follows from it at once after. */
  protected at(atMs: number, carryOut: () => boolean): boolean {
    this.advance(atMs);
    const isDone = carryOut();
    this.advance(atMs);
    return isDone;
  }

  protected tell(...words: readonly (string | number | undefined)[]): void {
    this.events.push(words.join(" "));
  }

  protected queue(id: string | undefined): Queue | undefined {
    return this.objects.queues.find((queue) => queue.id === id);
  }

  /** A job has a queue or a policy (R22), and what it has is there (Q6). */
  protected canGo(policyId: string | undefined, queueId: string | undefined): boolean {
    const policies = this.objects.classificationPolicies;
    return (
      (policyId !== undefined || queueId !== undefined) &&
      (policyId === undefined || policies.some(({ id }) => id === policyId)) &&
      (queueId === undefined || this.queue(queueId) !== undefined)
    );
  }

  protected rulesOf(job: SimpleJob): readonly ExceptionRule[] {
    const id = this.queue(job.queueId)?.exceptionPolicyId;
    const policy = this.objects.exceptionPolicies.find((other) => other.id === id);
    return policy?.exceptionRules ?? [];
  }

  /** Jobs that wait, of one queue or of all, in the order in which they are served (Q36). */
  waiting(queueId?: string): readonly SimpleJob[] {
    return [...this.jobs.values()]
      .filter((job) => job.status === "queued")
      .filter((job) => queueId === undefined || job.queueId === queueId)
      .sort(
        (a, b) =>
          Number(isExpedited(b)) - Number(isExpedited(a)) ||
          b.priority - a.priority ||
          a.arrival - b.arrival,
      );
  }

  stateOf(worker: SimpleWorker): "active" | "draining" | "inactive" {
    if (worker.available) return "active";
    return this.heldBy(worker).length > 0 ? "draining" : "inactive";
  }

  /** Capacity that open offers and jobs up to their closing take. */
  usedBy(worker: SimpleWorker): number {
    const offered = this.offersOf(worker).map(({ offer }) => offer.cost);
    const held = this.heldBy(worker).map(({ holder }) => holder?.cost ?? 0);
    return [...offered, ...held].reduce((sum, cost) => sum + cost, 0);
  }

  protected heldBy(worker: SimpleWorker): readonly SimpleJob[] {
    return [...this.jobs.values()].filter((job) => job.holder?.workerId === worker.id);
  }

  /** Oldest first. */
  protected offersOf(worker: SimpleWorker): readonly { job: SimpleJob; offer: SimpleOffer }[] {
    return [...this.jobs.values()]
      .flatMap((job) => job.offers.map((offer) => ({ job, offer })))
      .filter(({ offer }) => offer.workerId === worker.id)
      .sort((a, b) => a.offer.number - b.offer.number);
  }

  protected countOn(worker: SimpleWorker, channelId: string): number {
    const offered = this.offersOf(worker).filter(({ job }) => job.channelId === channelId);
    return offered.length + this.heldBy(worker).filter((job) => job.channelId === channelId).length;
  }

  protected isBarred(job: SimpleJob, worker: SimpleWorker): boolean {
    return (
      job.offers.some(({ workerId }) => workerId === worker.id) ||
      job.declinedBy.some(
        ({ workerId, registration }) =>
          workerId === worker.id && registration === worker.registration,
      )
    );
  }

  protected job(id: string): SimpleJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  }

  protected worker(id: string): SimpleWorker {
    const worker = this.workers.get(id);
    if (worker === undefined) throw new Error(`no worker ${id}`);
    return worker;
  }
}

export function isOver({ status }: SimpleJob): boolean {
  return status === "closed" || status === "cancelled";
}

/** Somebody has it, or nobody will any more. */
export function isTaken(job: SimpleJob): boolean {
  return isOver(job) || job.holder !== undefined;
}

/** Expedited while a selector that asks for it is active. */
function isExpedited({ requested, attached }: SimpleJob): boolean {
  return [...requested, ...attached].some(
    ({ selector, expired }) => selector.expedite === true && !expired,
  );
}
