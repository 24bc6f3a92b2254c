import type { Labels, RouterObjects, Worker, WorkerSelector } from "@routewright/jobrouter";
import type { Classification } from "../../src/classify/result.ts";
import { createEngine, type Engine } from "../../src/index.ts";

/**
 * The router once more, so simple that its rules can be read off it: lists instead of indexes,
 * every worker ranked for every job at every chance, by the engine's plain ranking. Written from
 * the documentation and the table of assumptions, not from the router; no delays, and without
 * exceptions, schedules and changes of policies.
 */
export class SimpleRouter {
  readonly jobs = new Map<string, SimpleJob>();
  readonly workers = new Map<string, SimpleWorker>();
  readonly #engine: Engine;
  readonly #objects: RouterObjects;
  readonly #lastOfferedTo = new Map<string, string>();
  #nowMs = 0;
  /** Grows with each registration and each capacity given back (R10). */
  #frees = 0;
  #arrivals = 0;

  constructor(objects: RouterObjects) {
    this.#objects = objects;
    this.#engine = createEngine(objects);
  }

  addWorker(id: string, worker: Omit<Worker, "id">, atMs: number): void {
    this.advance(atMs);
    const added: SimpleWorker = {
      id,
      body: worker,
      available: false,
      registration: 0,
      availableSince: 0,
    };
    this.workers.set(id, added);
    if (worker.availableForOffers === true) this.#register(added);
    this.#match();
  }

  switchWorker(id: string, available: boolean, atMs: number): void {
    this.advance(atMs);
    const worker = this.#worker(id);
    if (available && !worker.available) this.#register(worker);
    if (!available && worker.available) this.#deregister(worker);
    this.#match();
  }

  addJob(id: string, body: SimpleJobBody, atMs: number): void {
    this.advance(atMs);
    const given: SimpleSelector[] = (body.requestedWorkerSelectors ?? []).map((selector) => ({
      selector,
      sinceMs: atMs,
    }));
    const job: SimpleJob = {
      id,
      body,
      status: "queued",
      queueId: body.queueId ?? "",
      priority: body.priority ?? 1,
      requested: given,
      attached: [],
      enqueuedAtMs: atMs,
      arrival: ++this.#arrivals,
      offers: [],
      declinedBy: [],
      unassigned: 0,
    };
    this.jobs.set(id, job);
    if (body.classificationPolicyId !== undefined) {
      const result = this.#engine.classify({ ...body, id });
      if (result.outcome === "failed") {
        job.status = "classificationFailed";
        return;
      }
      job.queueId = result.queueId ?? "";
      job.priority = result.priority;
      job.attached = result.attachedWorkerSelectors.map((selector) => ({
        selector,
        sinceMs: atMs,
      }));
    }
    this.#match();
  }

  accept(jobId: string, workerId: string, atMs: number): void {
    this.advance(atMs);
    const job = this.#job(jobId);
    const others = job.offers.filter((offer) => offer.workerId !== workerId);
    job.status = "assigned";
    job.workerId = workerId;
    job.offers = [];
    for (const other of others) this.#giveBack(this.#worker(other.workerId));
    this.#match();
  }

  decline(jobId: string, workerId: string, retryAtMs: number | undefined, atMs: number): void {
    this.advance(atMs);
    const job = this.#job(jobId);
    const worker = this.#worker(workerId);
    job.offers = job.offers.filter((offer) => offer.workerId !== workerId);
    job.declinedBy.push({
      workerId,
      registration: worker.registration,
      ...(retryAtMs === undefined || retryAtMs <= atMs ? {} : { untilMs: retryAtMs }),
    });
    this.#giveBack(worker);
    this.#match();
  }

  complete(jobId: string, atMs: number): void {
    this.advance(atMs);
    this.#job(jobId).status = "completed";
  }

  close(jobId: string, atMs: number): void {
    this.advance(atMs);
    const job = this.#job(jobId);
    job.status = "closed";
    this.#free(job);
    this.#match();
  }

  unassign(jobId: string, atMs: number): void {
    this.advance(atMs);
    const job = this.#job(jobId);
    job.unassigned++;
    job.status = "queued";
    this.#free(job);
    this.#match();
  }

  cancel(jobId: string, atMs: number): void {
    this.advance(atMs);
    const job = this.#job(jobId);
    const { offers } = job;
    job.status = "cancelled";
    job.offers = [];
    for (const offer of offers) this.#giveBack(this.#worker(offer.workerId));
    this.#match();
  }

  /** Runs what is due, one instant after the other; matching follows all that happens in one. */
  advance(toMs: number): void {
    for (;;) {
      const due = this.#nextDue();
      if (due === undefined || due.atMs > toMs) break;
      this.#nowMs = due.atMs;
      due.run();
      if (this.#nextDue()?.atMs !== this.#nowMs) this.#match();
    }
    this.#nowMs = toMs;
  }

  stateOf(worker: SimpleWorker): "active" | "draining" | "inactive" {
    if (worker.available) return "active";
    return this.#heldBy(worker).some((job) => job.workerId === worker.id) ? "draining" : "inactive";
  }

  /** Capacity that open offers and jobs up to their closing take. */
  usedBy(worker: SimpleWorker): number {
    return this.#heldBy(worker).reduce((sum, job) => sum + costOf(worker, job), 0);
  }

  #nextDue():
    | { readonly atMs: number; readonly order: number; readonly run: () => void }
    | undefined {
    const due: { atMs: number; order: number; run: () => void }[] = [];
    for (const job of this.jobs.values()) {
      for (const offer of job.offers) {
        if (offer.expiresAtMs === undefined) continue;
        due.push({
          atMs: offer.expiresAtMs,
          order: offer.order,
          run: () => this.#expire(job, offer),
        });
      }
      if (job.status !== "queued") continue;
      // Nothing happens then but that matching may come to something else.
      const times = [
        ...[...job.requested, ...job.attached].flatMap(({ selector, sinceMs }) =>
          selector.expiresAfterSeconds === undefined
            ? []
            : [sinceMs + selector.expiresAfterSeconds * 1000],
        ),
        ...job.declinedBy.flatMap(({ untilMs }) => untilMs ?? []),
      ];
      for (const atMs of times) {
        if (atMs > this.#nowMs) due.push({ atMs, order: 0, run: () => undefined });
      }
    }
    return due.sort((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }

  #expire(job: SimpleJob, offer: SimpleOffer): void {
    job.offers = job.offers.filter((other) => other !== offer);
    const worker = this.#worker(offer.workerId);
    this.#giveBack(worker);
    this.#deregister(worker);
  }

  #register(worker: SimpleWorker): void {
    worker.available = true;
    worker.registration++;
    worker.availableSince = ++this.#frees;
  }

  #deregister(worker: SimpleWorker): void {
    worker.available = false;
    for (const job of this.jobs.values()) {
      if (!job.offers.some((offer) => offer.workerId === worker.id)) continue;
      job.offers = job.offers.filter((offer) => offer.workerId !== worker.id);
      this.#giveBack(worker);
    }
  }

  #free(job: SimpleJob): void {
    const worker = job.workerId === undefined ? undefined : this.workers.get(job.workerId);
    delete job.workerId;
    if (worker !== undefined) this.#giveBack(worker);
  }

  #giveBack(worker: SimpleWorker): void {
    worker.availableSince = ++this.#frees;
  }

  /** The first job in order that can get an offer gets one, until none can. */
  #match(): void {
    for (;;) {
      const waiting = [...this.jobs.values()]
        .filter(({ status }) => status === "queued")
        .sort((a, b) => this.#compareJobs(a, b));
      if (!waiting.some((job) => this.#offer(job))) return;
    }
  }

  #offer(job: SimpleJob): boolean {
    const queue = this.#objects.queues.find(({ id }) => id === job.queueId);
    const policy = this.#objects.distributionPolicies.find(
      ({ id }) => id === queue?.distributionPolicyId,
    );
    if (queue === undefined || policy === undefined) return false;
    if (job.offers.length >= (policy.mode?.maxConcurrentOffers ?? 1)) return false;
    const lastOfferedTo = this.#lastOfferedTo.get(queue.id);
    const active = (list: readonly SimpleSelector[]) =>
      list.filter((each) => this.#isActive(each)).map(({ selector }) => selector);
    const target: Classification = {
      outcome: "classified",
      policyId: undefined,
      queueId: queue.id,
      queueFrom: "job",
      priority: job.priority,
      attachedWorkerSelectors: active(job.attached),
      warnings: [],
    };
    const workers = [...this.workers.values()];
    const { workers: ranked } = this.#engine.rank(
      { ...job.body, id: job.id, requestedWorkerSelectors: active(job.requested) },
      workers.map((worker) => ({
        ...worker.body,
        id: worker.id,
        availableForOffers: worker.available,
        loadRatio: this.usedBy(worker) / (worker.body.capacity ?? 1),
      })),
      target,
      {
        availableSince: new Map(workers.map(({ id, availableSince }) => [id, availableSince])),
        ...(lastOfferedTo === undefined ? {} : { lastOfferedTo }),
        assignedJobs: new Map(
          workers.map((worker) => [
            worker.id,
            this.#heldBy(worker).filter((other) => other.body.channelId === job.body.channelId)
              .length,
          ]),
        ),
      },
    );
    const best = ranked.find(({ workerId }) => !this.#isBarred(job, this.#worker(workerId)));
    if (best === undefined) return false;
    const expires = policy.offerExpiresAfterSeconds;
    job.offers.push({
      workerId: best.workerId,
      order: ++this.#arrivals,
      ...(expires === undefined ? {} : { expiresAtMs: this.#nowMs + expires * 1000 }),
    });
    if (policy.mode?.kind === "roundRobin") this.#lastOfferedTo.set(queue.id, best.workerId);
    return true;
  }

  #isBarred(job: SimpleJob, worker: SimpleWorker): boolean {
    return (
      job.offers.some(({ workerId }) => workerId === worker.id) ||
      job.declinedBy.some(
        ({ workerId, registration, untilMs }) =>
          workerId === worker.id &&
          registration === worker.registration &&
          (untilMs === undefined || untilMs > this.#nowMs),
      )
    );
  }

  #isActive({ selector, sinceMs }: SimpleSelector): boolean {
    return (
      selector.expiresAfterSeconds === undefined ||
      sinceMs + selector.expiresAfterSeconds * 1000 > this.#nowMs
    );
  }

  #compareJobs(a: SimpleJob, b: SimpleJob): number {
    const expedited = (job: SimpleJob): number =>
      [...job.requested, ...job.attached].some(
        (each) => each.selector.expedite === true && this.#isActive(each),
      )
        ? 0
        : 1;
    return (
      expedited(a) - expedited(b) ||
      b.priority - a.priority ||
      a.enqueuedAtMs - b.enqueuedAtMs ||
      a.arrival - b.arrival
    );
  }

  #heldBy(worker: SimpleWorker): readonly SimpleJob[] {
    return [...this.jobs.values()].filter(
      (job) =>
        job.workerId === worker.id || job.offers.some(({ workerId }) => workerId === worker.id),
    );
  }

  #job(id: string): SimpleJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id}`);
    return job;
  }

  #worker(id: string): SimpleWorker {
    const worker = this.workers.get(id);
    if (worker === undefined) throw new Error(`no worker ${id}`);
    return worker;
  }
}

function costOf(worker: SimpleWorker, job: SimpleJob): number {
  const channel = worker.body.channels?.find(({ channelId }) => channelId === job.body.channelId);
  return channel?.capacityCostPerJob ?? 0;
}

export interface SimpleJobBody {
  readonly channelId: string;
  readonly queueId?: string;
  readonly classificationPolicyId?: string;
  readonly priority?: number;
  readonly labels?: Labels;
  readonly requestedWorkerSelectors?: readonly WorkerSelector[];
}

export interface SimpleJob {
  readonly id: string;
  readonly body: SimpleJobBody;
  status: "queued" | "assigned" | "completed" | "closed" | "cancelled" | "classificationFailed";
  queueId: string;
  priority: number;
  readonly requested: readonly SimpleSelector[];
  attached: readonly SimpleSelector[];
  readonly enqueuedAtMs: number;
  readonly arrival: number;
  offers: SimpleOffer[];
  readonly declinedBy: { workerId: string; registration: number; untilMs?: number }[];
  unassigned: number;
  /** Who has it, until it is closed. */
  workerId?: string;
}

interface SimpleSelector {
  readonly selector: WorkerSelector;
  readonly sinceMs: number;
}

interface SimpleOffer {
  readonly workerId: string;
  readonly order: number;
  readonly expiresAtMs?: number;
}

export interface SimpleWorker {
  readonly id: string;
  readonly body: Omit<Worker, "id">;
  available: boolean;
  registration: number;
  availableSince: number;
}
