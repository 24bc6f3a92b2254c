import type { SimpleJob, SimpleOffer, SimpleSelector, SimpleWorker } from "./records.ts";
import { SimpleState } from "./state.ts";

/** Who is offered what, and how offers end. */
export class SimpleOffers extends SimpleState {
  protected readonly lastOfferedTo = new Map<string, string>();
  protected matchIsPlanned = false;
  /** Grows with each registration and each capacity given back (R10). */
  protected frees = 0;
  protected registrations = 0;
  protected offerCount = 0;

  protected askMatch(): void {
    if (this.matchIsPlanned) return;
    this.matchIsPlanned = true;
    this.agenda.plan(this.agenda.nowMs, () => {
      this.matchIsPlanned = false;
      // The first job in order that can get an offer gets one, until none can.
      while (this.waiting().some((job) => this.offerTo(job)));
    });
  }

  protected offerTo(job: SimpleJob): boolean {
    const queue = this.queue(job.queueId);
    if (queue === undefined || job.restsUntilMs > this.agenda.nowMs) return false;
    const policy = this.objects.distributionPolicies.find(
      ({ id }) => id === queue.distributionPolicyId,
    );
    if (job.offers.length >= (policy?.mode?.maxConcurrentOffers ?? 1)) return false;
    const lastOfferedTo = this.lastOfferedTo.get(queue.id);
    const active = (list: readonly SimpleSelector[]) =>
      list.filter(({ expired }) => !expired).map(({ selector }) => selector);
    const workers = [...this.workers.values()];
    const { workers: ranked } = this.engine.rank(
      {
        id: job.id,
        channelId: job.channelId,
        queueId: queue.id,
        priority: job.priority,
        labels: job.labels,
        requestedWorkerSelectors: active(job.requested),
      },
      workers.map((worker) => ({
        ...worker.body,
        id: worker.id,
        availableForOffers: worker.available,
        loadRatio: this.usedBy(worker) / worker.body.capacity,
      })),
      {
        outcome: "classified",
        policyId: undefined,
        queueId: queue.id,
        queueFrom: "job",
        priority: job.priority,
        attachedWorkerSelectors: active(job.attached),
        warnings: [],
      },
      {
        availableSince: new Map(workers.map(({ id, availableSince }) => [id, availableSince])),
        ...(lastOfferedTo === undefined ? {} : { lastOfferedTo }),
        assignedJobs: new Map(
          workers.map((worker) => [worker.id, this.countOn(worker, job.channelId)]),
        ),
      },
    );
    const best = ranked.find(({ workerId }) => !this.isBarred(job, this.worker(workerId)));
    if (best === undefined) return false;
    this.issue(job, this.worker(best.workerId), queue.id, policy?.offerExpiresAfterSeconds);
    if (policy?.mode?.kind === "roundRobin") this.lastOfferedTo.set(queue.id, best.workerId);
    return true;
  }

  protected issue(
    job: SimpleJob,
    worker: SimpleWorker,
    queueId: string,
    expiresAfterSeconds: number | undefined,
  ): void {
    const channel = worker.body.channels.find((other) => other.channelId === job.channelId);
    const offer: SimpleOffer = {
      number: ++this.offerCount,
      workerId: worker.id,
      queueId,
      cost: channel?.capacityCostPerJob ?? 0,
    };
    if (expiresAfterSeconds !== undefined) {
      const atMs = this.agenda.nowMs + Math.round(expiresAfterSeconds * 1000);
      offer.expiry = this.agenda.plan(atMs, () => this.expire(job, offer));
    }
    job.offers.push(offer);
    this.tell("WorkerOfferIssued", worker.id, job.id);
  }

  protected takeAway(job: SimpleJob, offer: SimpleOffer): void {
    this.agenda.drop(offer.expiry);
    job.offers = job.offers.filter((other) => other !== offer);
  }

  protected revoke(job: SimpleJob, offer: SimpleOffer): void {
    this.takeAway(job, offer);
    this.tell("WorkerOfferRevoked", offer.workerId, job.id);
    this.giveBack(this.worker(offer.workerId));
    this.askMatch();
  }

  protected expire(job: SimpleJob, offer: SimpleOffer): void {
    this.takeAway(job, offer);
    const worker = this.worker(offer.workerId);
    this.tell("WorkerOfferExpired", worker.id, job.id);
    this.giveBack(worker);
    this.askMatch();
    this.deregister(worker);
  }

  protected giveBack(worker: SimpleWorker): void {
    if (this.assumed.R10 === "lastFreed") worker.availableSince = ++this.frees;
    if (worker.available) this.askMatch();
  }

  protected register(worker: SimpleWorker): void {
    worker.available = true;
    worker.registration = ++this.registrations;
    worker.availableSince = ++this.frees;
    this.tell("WorkerRegistered", worker.id);
    this.askMatch();
  }

  protected deregister(worker: SimpleWorker): void {
    if (!worker.available) return;
    worker.available = false;
    for (const { job, offer } of this.offersOf(worker)) this.revoke(job, offer);
    this.tell("WorkerDeregistered", worker.id);
  }

  protected release(job: SimpleJob): void {
    const worker = this.worker(job.holder?.workerId ?? "");
    delete job.holder;
    this.giveBack(worker);
  }
}
