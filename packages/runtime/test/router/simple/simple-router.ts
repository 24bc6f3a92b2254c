import type { LabelValue, RouterObjects, WorkerSelector } from "@routewright/jobrouter";
import { SimpleJobs } from "./jobs.ts";
import type {
  SimpleJob,
  SimpleJobBody,
  SimpleMode,
  SimpleWorker,
  SimpleWorkerBody,
} from "./records.ts";
import { isOver, isTaken } from "./state.ts";

type ConfigKind = keyof RouterObjects;
type ConfigObject = RouterObjects[ConfigKind][number];

/**
 * The router once more, so simple that its rules can be read off it: lists instead of indexes,
 * every worker ranked for every job at every chance. Written from the documentation and the table
 * of assumptions (cited as Q and R); it shares no code with the router, decisions and formulas
 * included. Rules outside are answered at once.
 *
 * Commands answer whether they are carried out; the layers below carry them out.
 */
export class SimpleRouter extends SimpleJobs {
  /** Changed policies hold for waiting jobs at once; open offers stay (R18). */
  put(kind: ConfigKind, object: ConfigObject, atMs: number): boolean {
    return this.at(atMs, () => {
      const old = this.objects[kind].find(({ id }) => id === object.id);
      // Actions that come without an id get new ones: they are others each time.
      const hasActions =
        "exceptionRules" in object && object.exceptionRules?.some(({ actions }) => actions.length);
      if (hasActions === true || !isSame(old, object)) this.replace(kind, object.id, [object]);
      return true;
    });
  }

  remove(kind: ConfigKind, id: string, atMs: number): boolean {
    return this.at(atMs, () => {
      if (this.objects[kind].every((other) => other.id !== id)) return false;
      if (this.isUsed(kind, id)) return false;
      this.replace(kind, id, []);
      return true;
    });
  }

  protected isUsed(kind: ConfigKind, id: string): boolean {
    const unfinished = [...this.jobs.values()].filter((job) => !isOver(job));
    const { queues, classificationPolicies } = this.objects;
    switch (kind) {
      case "distributionPolicies":
        return queues.some((queue) => queue.distributionPolicyId === id);
      case "exceptionPolicies":
        return queues.some((queue) => queue.exceptionPolicyId === id);
      case "classificationPolicies":
        return unfinished.some((job) => job.policyId === id);
      case "queues":
        return (
          unfinished.some((job) => job.queueId === id) ||
          classificationPolicies.some((policy) => policy.fallbackQueueId === id) ||
          [...this.workers.values()].some((worker) => worker.body.queues.includes(id))
        );
    }
  }

  protected replace(kind: ConfigKind, id: string, by: readonly ConfigObject[]): void {
    const others = this.objects[kind].filter((other) => other.id !== id);
    const list = [...others, ...by].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.objects = { ...this.objects, [kind]: list };
    const queueIds = this.queuesOf(kind, id);
    const concerned = this.waiting().filter((job) => queueIds.includes(job.queueId ?? ""));
    if (kind !== "distributionPolicies") for (const job of concerned) this.startWaitClock(job);
    if (concerned.length > 0) this.askMatch();
  }

  /** Those in which a changed object decides who is offered what, or how long a job waits. */
  protected queuesOf(kind: ConfigKind, id: string): readonly string[] {
    switch (kind) {
      case "queues":
        return [id];
      case "classificationPolicies":
        return [];
      case "distributionPolicies":
      case "exceptionPolicies":
        return this.objects.queues
          .filter(({ distributionPolicyId, exceptionPolicyId }) =>
            [distributionPolicyId, exceptionPolicyId].includes(id),
          )
          .map((queue) => queue.id);
    }
  }

  putWorker(id: string, body: SimpleWorkerBody, atMs: number): boolean {
    return this.at(atMs, () => {
      const worker = this.workers.get(id);
      if (worker !== undefined) this.changeWorker(worker, body);
      else {
        const made = { id, body, available: false, registration: 0, availableSince: 0 };
        this.workers.set(id, made);
        if (body.availableForOffers) this.register(made);
      }
      return true;
    });
  }

  protected changeWorker(worker: SimpleWorker, body: SimpleWorkerBody): void {
    const old = { ...worker.body, availableForOffers: worker.available };
    const changed = Object.entries(eventNames).flatMap(([name, word]) =>
      isSame(old[name as keyof SimpleWorkerBody], body[name as keyof SimpleWorkerBody])
        ? []
        : [word],
    );
    if (changed.length === 0) return;
    worker.body = body;
    const goesOff = worker.available && !body.availableForOffers;
    // Documented for capacity and channels; which offers is R17.
    const shrinks = body.capacity < old.capacity;
    const isChanged = shrinks || !isSame(old.channels, body.channels);
    for (const { job, offer } of goesOff ? [] : this.offersOf(worker)) {
      const isUnfit =
        !body.queues.includes(offer.queueId) ||
        body.channels.every(({ channelId }) => channelId !== job.channelId) ||
        (shrinks && this.usedBy(worker) > body.capacity);
      if (isUnfit || (isChanged && this.assumed.R17 === "all")) this.revoke(job, offer);
    }
    this.tell("WorkerUpdated", worker.id, changed.join());
    if (goesOff) this.deregister(worker);
    else if (body.availableForOffers && !worker.available) this.register(worker);
    else if (worker.available) this.askMatch();
  }

  removeWorker(id: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const worker = this.workers.get(id);
      // Q27.
      if (worker === undefined || this.heldBy(worker).length > 0) return false;
      this.deregister(worker);
      this.workers.delete(id);
      this.tell("WorkerDeleted", id);
      return true;
    });
  }

  addJob(id: string, body: SimpleJobBody, atMs: number): boolean {
    return this.at(atMs, () => {
      const { queueId, classificationPolicyId: policyId } = body;
      if (!this.canGo(policyId, queueId)) return false;
      const job: SimpleJob = {
        id,
        channelId: body.channelId,
        status: "created",
        ...(queueId === undefined ? {} : { queueId }),
        ...(policyId === undefined ? {} : { policyId }),
        priority: body.priority ?? 1,
        labels: body.labels ?? {},
        mode: body.mode ?? { kind: "queueAndMatch" },
        activated: false,
        requested: [],
        attached: [],
        arrival: 0,
        firedAt: { atMs: 0, rules: [] },
        offers: [],
        declinedBy: [],
        restsUntilMs: 0,
        unassigned: 0,
      };
      this.jobs.set(id, job);
      job.requested = this.putOn(body.requestedWorkerSelectors ?? []);
      this.startSelectorClock(job);
      this.tell("JobReceived", id);
      if (policyId === undefined) this.proceed(job);
      else this.classifyNext(job);
      return true;
    });
  }

  reclassify(jobId: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      const { status } = job;
      const isPending = status === "pendingClassification";
      if (status !== "queued" && status !== "classificationFailed" && !isPending) return false;
      this.classifyNext(job);
      return true;
    });
  }

  cancel(jobId: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      // Q25.
      if (isOver(job) || job.holder !== undefined) return false;
      this.end(job, "Cancelled");
      return true;
    });
  }

  removeJob(jobId: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      // Q27.
      if (!isOver(job) && job.status !== "classificationFailed") return false;
      this.agenda.drop(job.selectorClock);
      this.jobs.delete(jobId);
      this.tell("JobDeleted", jobId);
      return true;
    });
  }

  changeLabels(
    jobId: string,
    changes: Readonly<Record<string, LabelValue>>,
    atMs: number,
  ): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      const labels = { ...job.labels, ...changes };
      if (isSame(labels, job.labels)) return true;
      job.labels = labels;
      // Q39.
      if (isTaken(job)) return true;
      if (job.policyId !== undefined) this.classifyNext(job);
      else this.requeueOrRepair(job);
      return true;
    });
  }

  changeSelectors(jobId: string, selectors: readonly WorkerSelector[], atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      const old = job.requested.map(({ selector }) => selector);
      if (isSame(old, selectors)) return true;
      if (isTaken(job)) return false;
      job.requested = this.putOn(selectors);
      this.startSelectorClock(job);
      if (job.status === "queued") this.requeueOrRepair(job);
      return true;
    });
  }

  changePriority(jobId: string, priority: number, atMs: number): boolean {
    return this.at(atMs, () => {
      // Its place changes, nothing else does (R21).
      const job = this.job(jobId);
      if (priority !== job.priority && job.status === "queued") this.askMatch();
      job.priority = priority;
      return true;
    });
  }

  changeQueue(jobId: string, queueId: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      if (queueId === job.queueId) return true;
      if (!this.canGo(job.policyId, queueId) || isTaken(job)) return false;
      const { status } = job;
      this.leaveQueue(job);
      job.queueId = queueId;
      if (status === "queued") this.enterQueue(job);
      else if (status === "classificationFailed") {
        if (job.policyId === undefined) this.queueAsItIs(job);
        else this.classifyNext(job);
      }
      return true;
    });
  }

  changePolicy(jobId: string, policyId: string | undefined, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      if (policyId === job.policyId) return true;
      if (!this.canGo(policyId, job.queueId) || isTaken(job)) return false;
      if (policyId === undefined) {
        delete job.policyId;
        const isPending = job.status === "pendingClassification";
        if (isPending || job.status === "classificationFailed") this.queueAsItIs(job);
      } else {
        job.policyId = policyId;
        this.classifyNext(job);
      }
      return true;
    });
  }

  changeMode(jobId: string, mode: SimpleMode, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      if (isSame(mode, job.mode)) return true;
      if (isTaken(job)) return false;
      job.mode = mode;
      // It will count once the job is classified.
      if (job.status === "classificationFailed" || job.status === "pendingClassification") {
        return true;
      }
      this.leaveQueue(job);
      this.agenda.drop(job.next);
      // Released at once: the answer shows it queued.
      if (mode.kind === "queueAndMatch") this.enterQueue(job);
      else {
        if (mode.kind === "scheduleAndSuspend") job.activated = false;
        this.proceed(job);
      }
      return true;
    });
  }

  accept(jobId: string, workerId: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      const offer = job.offers.find((other) => other.workerId === workerId);
      if (offer === undefined) return false;
      this.agenda.drop(job.waitClock);
      this.agenda.drop(job.selectorClock);
      this.takeAway(job, offer);
      job.status = "assigned";
      job.holder = { workerId, cost: offer.cost };
      this.tell("WorkerOfferAccepted", workerId, jobId);
      for (const other of job.offers) this.revoke(job, other);
      return true;
    });
  }

  decline(jobId: string, workerId: string, retryAtMs: number | undefined, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      const offer = job.offers.find((other) => other.workerId === workerId);
      if (offer === undefined) return false;
      const worker = this.worker(workerId);
      this.takeAway(job, offer);
      const barred = { workerId, registration: worker.registration };
      job.declinedBy.push(barred);
      // Q24.
      if (retryAtMs !== undefined && retryAtMs > atMs) {
        if (this.assumed.R14 === "jobWaits") {
          job.restsUntilMs = Math.max(job.restsUntilMs, retryAtMs);
        }
        this.agenda.plan(retryAtMs, () => {
          job.declinedBy.splice(job.declinedBy.indexOf(barred), 1);
          if (job.status === "queued") this.askMatch();
        });
      }
      this.tell("WorkerOfferDeclined", workerId, jobId);
      this.giveBack(worker);
      this.askMatch();
      return true;
    });
  }

  complete(jobId: string, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      if (job.status !== "assigned") return false;
      job.status = "completed";
      this.tell("JobCompleted", jobId, job.holder?.workerId);
      return true;
    });
  }

  close(jobId: string, closeAtMs: number | undefined, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      if (job.status !== "completed") return false;
      const close = (): void => {
        job.status = "closed";
        this.tell("JobClosed", jobId, job.holder?.workerId);
        this.release(job);
      };
      this.agenda.drop(job.next);
      if (closeAtMs === undefined || closeAtMs <= atMs) close();
      else this.next(job, closeAtMs, close);
      return true;
    });
  }

  unassign(jobId: string, suspends: boolean, atMs: number): boolean {
    return this.at(atMs, () => {
      const job = this.job(jobId);
      // Q26.
      if (job.status !== "assigned" || job.unassigned === 3) return false;
      job.unassigned++;
      this.tell("JobUnassigned", jobId, job.holder?.workerId);
      // R23: what ran out meanwhile counts at once.
      this.expireSelectors(job);
      if (suspends) {
        job.mode = { kind: "suspend" };
        this.suspend(job);
      } else this.enterQueue(job);
      this.release(job);
      return true;
    });
  }
}

/** Properties that `RouterWorkerUpdated` names. */
const eventNames = {
  availableForOffers: "AvailableForOffers",
  capacity: "TotalCapacity",
  queues: "QueueAssignments",
  labels: "Labels",
  tags: "Tags",
  channels: "ChannelConfigurations",
} as const;

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
