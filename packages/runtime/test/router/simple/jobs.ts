import type { ExceptionAction, ExceptionRule, WorkerSelector } from "@routewright/jobrouter";
import { classify } from "./deciding.ts";
import { SimpleOffers } from "./offers.ts";
import type { SimpleJob, SimpleSelector } from "./records.ts";

type ManualReclassify = Extract<ExceptionAction, { readonly kind: "manualReclassify" }>;

/** The way of a job: classified, scheduled, queued, sent on by exceptions. */
export class SimpleJobs extends SimpleOffers {
  protected arrivals = 0;

  /** Classifying, queueing and scheduling follow by themselves: the service does not wait. */
  protected next(job: SimpleJob, atMs: number, run: () => void): void {
    this.agenda.drop(job.next);
    job.next = this.agenda.plan(atMs, run);
  }

  protected classifyNext(job: SimpleJob): void {
    this.leaveQueue(job);
    job.status = "pendingClassification";
    this.next(job, this.agenda.nowMs + this.delays.classifyingMs, () => this.classify(job));
  }

  protected classify(job: SimpleJob): void {
    const { id, policyId, queueId, priority, labels } = job;
    const { queues, classificationPolicies } = this.objects;
    const policy = classificationPolicies.find((other) => other.id === policyId);
    const { assumed, choose } = this;
    // Q29, Q6: without a policy, or with one that is not there, it cannot be classified.
    const result =
      policy === undefined
        ? undefined
        : classify(policy, { queueId, priority, labels, queues, assumed, choose });
    if (result === undefined) {
      job.status = "classificationFailed";
      this.tell("JobClassificationFailed", id);
      return;
    }
    if (result.queueId !== undefined) job.queueId = result.queueId;
    job.priority = result.priority;
    // Computed anew, the requested ones stay (Q34).
    job.attached = this.putOn(result.attached);
    this.startSelectorClock(job);
    this.tell("JobClassified", id, job.queueId, job.priority);
    this.proceed(job);
  }

  /** From where it was created or classified, by its matching mode. */
  protected proceed(job: SimpleJob): void {
    const { mode } = job;
    const soonMs = this.agenda.nowMs + this.delays.queueingMs;
    this.agenda.drop(job.next);
    if (mode.kind === "queueAndMatch") {
      if (job.status !== "created") job.status = "waitingForActivation";
      this.next(job, soonMs, () => this.enterQueue(job));
    } else if (mode.kind === "suspend" || job.activated) this.suspend(job);
    else {
      job.status = "pendingSchedule";
      this.next(job, soonMs, () => this.schedule(job, mode.scheduleAtMs));
    }
  }

  protected suspend(job: SimpleJob): void {
    job.status = "waitingForActivation";
    this.tell("JobWaitingForActivation", job.id);
  }

  protected schedule(job: SimpleJob, atMs: number): void {
    if (atMs <= this.agenda.nowMs && this.assumed.R13 === "fail") {
      job.status = "scheduleFailed";
      this.tell("JobSchedulingFailed", job.id);
      return;
    }
    job.status = "scheduled";
    this.next(job, atMs, () => {
      job.activated = true;
      this.suspend(job);
    });
  }

  protected enterQueue(job: SimpleJob): void {
    const { queueId } = job;
    // With the other answer to Q12: classified, and without a queue.
    if (queueId === undefined) return;
    if (job.stay?.queueId !== queueId) {
      // Another queue, another wait (Q19), and its rules anew (Q30).
      job.stay = { queueId, fired: [] };
      delete job.enqueuedAtMs;
    }
    const { length } = this.waiting(queueId);
    const more = this.assumed.Q28 === "above" ? 1 : 0;
    for (const rule of this.rulesOf(job)) {
      if (rule.trigger.kind !== "queueLength" || length < rule.trigger.threshold + more) continue;
      if (!this.hasFired(job, rule) && this.fire(job, rule)) return;
    }
    if (job.enqueuedAtMs === undefined) {
      job.enqueuedAtMs = this.agenda.nowMs;
      job.arrival = ++this.arrivals;
    }
    job.status = "queued";
    this.tellQueued(job);
    this.startWaitClock(job);
    this.askMatch();
  }

  protected tellQueued(job: SimpleJob): void {
    this.tell("JobQueued", job.id, job.queueId, job.priority);
  }

  /** Without its offers; where it goes is for the caller to say. */
  protected leaveQueue(job: SimpleJob): void {
    for (const offer of job.offers) this.revoke(job, offer);
    this.agenda.drop(job.waitClock);
    if (job.status === "queued") job.status = "waitingForActivation";
  }

  /** R19: a failed job that is repaired, and has no policy to be classified by. */
  protected queueAsItIs(job: SimpleJob): void {
    job.status = "created";
    this.proceed(job);
  }

  /** What a waiting job asks of workers has changed: its offers are void, it is queued again. */
  protected requeueOrRepair(job: SimpleJob): void {
    if (job.status === "queued") {
      for (const offer of job.offers) this.revoke(job, offer);
      this.tellQueued(job);
      this.askMatch();
    } else if (job.status === "classificationFailed") this.queueAsItIs(job);
  }

  protected end(job: SimpleJob, disposition: string): void {
    this.leaveQueue(job);
    this.agenda.drop(job.next);
    this.agenda.drop(job.selectorClock);
    job.status = "cancelled";
    this.tell("JobCancelled", job.id, disposition);
  }

  /** Their clocks start when they are put on (Q18). */
  protected putOn(selectors: readonly WorkerSelector[]): readonly SimpleSelector[] {
    return selectors.map((selector) => ({
      selector,
      expired: false,
      ...(selector.expiresAfterSeconds === undefined
        ? {}
        : { untilMs: this.agenda.nowMs + Math.round(selector.expiresAfterSeconds * 1000) }),
    }));
  }

  protected startSelectorClock(job: SimpleJob): void {
    this.agenda.drop(job.selectorClock);
    const times = [...job.requested, ...job.attached].flatMap(({ expired, untilMs }) =>
      expired || untilMs === undefined ? [] : [untilMs],
    );
    if (times.length === 0) return;
    job.selectorClock = this.agenda.plan(Math.min(...times), () => this.expireSelectors(job));
  }

  protected expireSelectors(job: SimpleJob): void {
    const isDue = ({ expired, untilMs }: SimpleSelector): boolean =>
      !expired && untilMs !== undefined && untilMs <= this.agenda.nowMs;
    const requested = job.requested.filter(isDue);
    const attached = job.attached.filter(isDue);
    for (const each of [...requested, ...attached]) each.expired = true;
    if (requested.length + attached.length > 0) {
      const keys = (list: readonly SimpleSelector[]) => list.map(({ selector }) => selector.key);
      this.tell("JobWorkerSelectorsExpired", job.id, keys(requested).join(), keys(attached).join());
      if (job.status === "queued") this.askMatch();
    }
    this.startSelectorClock(job);
  }

  /** Once in a stay (Q30), and once at an instant however often it comes back (R15). */
  protected hasFired(job: SimpleJob, rule: ExceptionRule): boolean {
    const { atMs, rules } = job.firedAt;
    return (
      job.stay?.fired.includes(rule.id) === true ||
      (atMs === this.agenda.nowMs && rules.includes(`${job.queueId} ${rule.id}`))
    );
  }

  protected startWaitClock(job: SimpleJob): void {
    this.agenda.drop(job.waitClock);
    const times = this.rulesOf(job).flatMap((rule) => {
      const dueMs = this.waitEndsMs(job, rule);
      if (dueMs === undefined || job.stay?.fired.includes(rule.id) === true) return [];
      // At one instant not again (R15); later in this stay it may.
      return dueMs <= this.agenda.nowMs && this.hasFired(job, rule) ? [] : [dueMs];
    });
    if (times.length === 0) return;
    job.waitClock = this.agenda.plan(Math.min(...times), () => this.endWait(job));
  }

  /** When a rule on the waiting time is due for a job; of other rules: never. */
  protected waitEndsMs(job: SimpleJob, { trigger }: ExceptionRule): number | undefined {
    if (trigger.kind !== "waitTime" || job.enqueuedAtMs === undefined) return undefined;
    return job.enqueuedAtMs + Math.round(trigger.thresholdSeconds * 1000);
  }

  protected endWait(job: SimpleJob): void {
    for (const rule of this.rulesOf(job)) {
      const dueMs = this.waitEndsMs(job, rule);
      if (dueMs === undefined || dueMs > this.agenda.nowMs) continue;
      if (!this.hasFired(job, rule) && this.fire(job, rule)) return;
    }
    this.startWaitClock(job);
  }

  /** The actions in order, up to one that takes the job out of the queue (Q30): then true. */
  protected fire(job: SimpleJob, rule: ExceptionRule): boolean {
    const { nowMs } = this.agenda;
    job.stay?.fired.push(rule.id);
    if (job.firedAt.atMs !== nowMs) job.firedAt = { atMs: nowMs, rules: [] };
    job.firedAt.rules.push(`${job.queueId} ${rule.id}`);
    this.tell("JobExceptionTriggered", job.id, rule.id);
    return rule.actions.some((action) => this.act(job, action));
  }

  protected act(job: SimpleJob, action: ExceptionAction): boolean {
    switch (action.kind) {
      case "cancel":
        this.end(job, action.dispositionCode ?? "None");
        return true;
      case "reclassify":
        job.labels = { ...job.labels, ...action.labelsToUpsert };
        // R20.
        if (action.classificationPolicyId !== undefined) {
          job.policyId = action.classificationPolicyId;
        }
        this.classifyNext(job);
        return true;
      case "manualReclassify":
        return this.reclassifyByHand(job, action);
    }
  }

  protected reclassifyByHand(job: SimpleJob, action: ManualReclassify): boolean {
    const { queueId = job.queueId, priority, workerSelectors = [] } = action;
    const isMoved = queueId !== job.queueId;
    // R16.
    if (isMoved && this.queue(queueId) === undefined) return false;
    if (priority !== undefined) job.priority = priority;
    if (workerSelectors.length > 0) {
      const added = this.putOn(workerSelectors);
      job.requested = this.assumed.Q38 === "add" ? [...job.requested, ...added] : added;
      this.startSelectorClock(job);
    }
    if (isMoved) {
      this.leaveQueue(job);
      if (queueId !== undefined) job.queueId = queueId;
      this.enterQueue(job);
      return true;
    }
    // One that is just being added will be queued in a moment.
    if (job.status !== "queued") return false;
    if (workerSelectors.length > 0) for (const offer of job.offers) this.revoke(job, offer);
    this.tellQueued(job);
    this.askMatch();
    return false;
  }
}
