import { bestOf } from "./ranking.ts";
import type { SimpleJob, SimpleOffer, SimpleWorker } from "./records.ts";
import { SimpleState } from "./state.ts";

/** Who is offered what, and how offers end. */
export class SimpleOffers extends SimpleState {
  protected readonly lastOfferedTo = new Map<string, string>();
  /** When rounds of matching are due. */
  protected readonly rounds = new Set<number>();
  /** Grows with each registration and each capacity given back (R10). */
  protected frees = 0;
  protected registrations = 0;
  protected offerCount = 0;

  /** A round comes some time after whatever asks for one, and serves all that wait by then. */
  protected askMatch(): void {
    const atMs = this.agenda.nowMs + this.delays.matchingMs;
    if (this.rounds.has(atMs)) return;
    this.rounds.add(atMs);
    this.agenda.plan(atMs, () => {
      this.rounds.delete(atMs);
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
    const selectors = [...job.requested, ...job.attached]
      .filter(({ expired }) => !expired)
      .map(({ selector }) => selector);
    const candidates = [...this.workers.values()].filter((worker) =>
      this.couldHave(worker, job, queue.id),
    );
    const best = bestOf(
      candidates.map((worker) => ({
        id: worker.id,
        labels: worker.body.labels,
        loadRatio: this.usedBy(worker) / worker.body.capacity,
        availableSince: worker.availableSince,
      })),
      { labels: job.labels, selectors },
      policy,
      this.lastOfferedTo.get(queue.id),
      this.assumed,
    );
    if (best === undefined) return false;
    this.issue(job, this.worker(best), queue.id, policy?.offerExpiresAfterSeconds);
    if (policy?.mode?.kind === "roundRobin") this.lastOfferedTo.set(queue.id, best);
    return true;
  }

  /** 8.2, selectors aside. */
  protected couldHave(worker: SimpleWorker, job: SimpleJob, queueId: string): boolean {
    const { queues, capacity, channels } = worker.body;
    const channel = channels.find(({ channelId }) => channelId === job.channelId);
    if (channel === undefined) return false;
    const { capacityCostPerJob, maxNumberOfJobs = Number.POSITIVE_INFINITY } = channel;
    return (
      worker.available &&
      queues.includes(queueId) &&
      capacity - this.usedBy(worker) >= capacityCostPerJob &&
      this.countOn(worker, job.channelId) < maxNumberOfJobs &&
      !this.isBarred(job, worker)
    );
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
