import type { RouterObjects } from "@routewright/jobrouter";
import type { Assumptions } from "../../assumptions.ts";
import { mostExceptions } from "../../exception-limit.ts";
import type { PatchCommand, RouterCommand } from "../../router/command.ts";
import { createRouter } from "../../router/create-router.ts";
import type { Router } from "../../router/router.ts";
import { jobStatuses, type Transition } from "../../router/transition.ts";
import { noAnswers, type RuleAnswers } from "../../rules/stubs.ts";
import { TimerQueue } from "../../timer-queue.ts";
import { type Sampler, samplerOf } from "../random/distribution.ts";
import { createStreams, type Streams, streamLimit } from "../random/streams.ts";
import type { JobClass, PastJob, WorkerGroup, Workload } from "../workload/workload.ts";
import { type ArrivalProcess, arrivalProcess } from "./arrivals.ts";
import { type BodyMaker, bodyMaker, workerBody } from "./bodies.ts";
import type { ReplicationResult } from "./result.ts";
import { servability } from "./servable.ts";
import { type Answer, SimJob } from "./sim-job.ts";
import { StaffMember } from "./staff.ts";
import { JobTally, type Outcome, QueueTally, SeriesTally, windowOf } from "./tally.ts";

export interface SimulationInput {
  readonly objects: RouterObjects;
  readonly workload: Workload;
  readonly seed: number;
  /** From 0. */
  readonly replication: number;
  readonly assumptions?: Partial<Assumptions>;
  readonly ruleAnswers?: RuleAnswers;
  /** How often exceptions may fire for one job before the run is given up; 10,000 when absent. */
  readonly exceptionLimit?: number;
}

/** One run of the workload, made step by step so that a shell can show progress and stop it. */
export interface Replication {
  /** Goes on for so many events; false when the run has ended. */
  run(events: number): boolean;
  /** How much of the run's time has passed, from 0 to 1. */
  readonly progress: number;
  /** How many jobs have come and gone. */
  readonly finished: number;
  /**
   * How much has fallen due: events of the workload, and of the router (a job that joins its queue,
   * a round of matching, an expiry). What speed is measured by.
   */
  readonly dueCount: number;
  /** What has been measured until now. */
  result(): ReplicationResult;
}

/** What happens by itself; beside it stands what the event is about. */
type SimEvent =
  | "arrival"
  | "answer"
  | "complete"
  | "close"
  | "leave"
  | "forget"
  | "turn"
  | "return";

/** A class of jobs during a run. */
interface RunClass extends JobClass {
  readonly index: number;
  readonly process: ArrivalProcess;
  readonly body: BodyMaker;
  readonly draw: Readonly<Record<"handling" | "wrapUp" | "patience", Sampler | undefined>>;
  /** Jobs made. */
  made: number;
  /** What is known beforehand of the job that comes next. */
  next: PastJob | undefined;
}

/**
 * What is counted. Statuses in which a job has left its queue, or may have another priority, are
 * all there; of the others nothing is learnt that is not known.
 */
const observed = new Set([
  "workerState",
  "offerIssued",
  "offerAccepted",
  "offerDeclined",
  "offerExpired",
  "offerRevoked",
  "exceptionTriggered",
  "selectorsExpired",
  "assignmentClosed",
  "unassigned",
  ...jobStatuses.filter((to) => to !== "created" && to !== "completed" && to !== "closed"),
] as const);

export function startReplication(input: SimulationInput): Replication {
  return new Run(input);
}

class Run implements Replication {
  readonly #input: SimulationInput;
  readonly #workload: Workload;
  readonly #streams: Streams;
  readonly #router: Router;
  readonly #queue = new TimerQueue<SimEvent>("arrival");
  readonly #classes: readonly RunClass[];
  readonly #groups: readonly (WorkerGroup & {
    readonly drawDelay: Sampler;
    readonly drawAbsence: Sampler;
  })[];
  readonly #staff = new Map<string, StaffMember>();
  readonly #jobs = new Map<string, SimJob>();
  /** The job that was looked up last: what happens, happens to one job several times in a row. */
  #lastJob: SimJob | undefined;
  readonly #window;
  readonly #horizonMs: number;
  readonly #tally: JobTally;
  readonly #lengths: QueueTally;
  readonly #series: SeriesTally;
  readonly #servable;
  #made = 0;
  #events = 0;
  #nowMs = 0;
  #openCounted = 0;
  #ended = false;
  #circle: ReplicationResult["circle"];

  constructor(input: SimulationInput) {
    const { workload, objects, seed, replication } = input;
    this.#input = input;
    this.#workload = workload;
    this.#streams = createStreams(seed, replication);
    this.#window = windowOf(workload);
    this.#horizonMs = this.#window.untilMs + workload.drainMs;
    const queueIds = objects.queues.map(({ id }) => id);
    this.#tally = new JobTally(workload, queueIds);
    this.#lengths = new QueueTally(this.#window, queueIds);
    this.#series = new SeriesTally(this.#window);
    this.#servable = servability(
      workload,
      objects,
      input.ruleAnswers ?? noAnswers,
      input.assumptions,
    );
    this.#router = createRouter({
      objects,
      seed: (seed + replication * 7919) % 2 ** 32,
      makesEvents: false,
      classificationDelayMs: workload.delays.classificationMs,
      queueingDelayMs: workload.delays.queueingMs,
      matchingDelayMs: workload.delays.matchingMs,
      observe: (transition) => this.#observe(transition),
      observes: observed,
      ...(input.assumptions === undefined ? {} : { assumptions: input.assumptions }),
      ...(input.ruleAnswers === undefined ? {} : { ruleAnswers: input.ruleAnswers }),
    });
    this.#classes = workload.jobs.map((each, index) => ({
      ...each,
      index,
      process: arrivalProcess(each.arrivals, index, workload, this.#window.untilMs, this.#streams),
      body: bodyMaker(each, index, this.#streams),
      made: 0,
      next: undefined,
      draw: {
        handling: samplerOf(each.handling),
        wrapUp: samplerOf(each.wrapUp),
        patience: each.patience === undefined ? undefined : samplerOf(each.patience),
      },
    }));
    this.#groups = workload.workers.map((group) => ({
      ...group,
      drawDelay: samplerOf(group.answers.delay),
      drawAbsence: samplerOf(group.absence),
    }));
    this.#openDoors();
  }

  get progress(): number {
    return this.#ended ? 1 : Math.min(1, this.#nowMs / this.#window.untilMs);
  }

  get finished(): number {
    return this.#made - this.#jobs.size;
  }

  get dueCount(): number {
    return this.#queue.takenCount + this.#router.dueCount;
  }

  run(events: number): boolean {
    const until = this.#events + events;
    while (!this.#isOver && this.#events < until) this.#next();
    return !this.#isOver;
  }

  get #isOver(): boolean {
    return this.#ended || this.#circle !== undefined;
  }

  result(): ReplicationResult {
    const at = this.#ended ? this.#window.untilMs : Math.min(this.#nowMs, this.#window.untilMs);
    for (const job of this.#jobs.values()) this.#settle(job, undefined);
    this.#jobs.clear();
    return {
      replication: this.#input.replication,
      complete: this.#ended,
      fromMs: this.#window.fromMs,
      untilMs: at,
      binMs: this.#window.binMs,
      ...(this.#circle === undefined ? {} : { circle: this.#circle }),
      events: this.#events,
      ...this.#tally.result(),
      queueLengths: this.#lengths.result(at),
      workers: [...this.#staff.values()].map((staff) => staff.result(at)),
      series: this.#series.result(at),
    };
  }

  #openDoors(): void {
    for (const [index, group] of this.#workload.workers.entries()) {
      for (const [number, member] of group.members.entries()) {
        const place = { name: group.name, index, number };
        const staff = new StaffMember(
          member,
          place,
          this.#workload,
          this.#horizonMs,
          this.#window,
          this.#series,
        );
        this.#staff.set(member.id, staff);
        const starts = staff.nextTurnMs() === 0;
        if (starts) staff.turn(0);
        this.#scheduleTurn(staff);
        this.#must({
          kind: "patch",
          collection: "workers",
          id: member.id,
          body: workerBody(member, starts),
        });
      }
    }
    for (const each of this.#classes) this.#scheduleArrival(each);
  }

  #next(): void {
    const queue = this.#queue;
    const { startMs } = this.#workload;
    const ownMs = queue.nextAtMs() ?? Number.POSITIVE_INFINITY;
    const dueMs = (this.#router.nextDueMs() ?? Number.POSITIVE_INFINITY) - startMs;
    const at = Math.min(ownMs, dueMs);
    if (at > this.#horizonMs || (at >= this.#window.untilMs && this.#openCounted === 0)) {
      this.#ended = true;
      return;
    }
    this.#events++;
    this.#nowMs = at;
    if (dueMs < ownMs) {
      this.#router.advance(startMs + at);
      return;
    }
    queue.take(at, at);
    this.#handle(queue.takenKind, queue.takenSubject);
  }

  /** A subject is what `add` was given with its kind. */
  #handle(kind: SimEvent, subject: unknown): void {
    switch (kind) {
      case "arrival": {
        const each = subject as RunClass;
        this.#arrive(each);
        this.#scheduleArrival(each);
        return;
      }
      case "answer":
        this.#answer(subject as Answer);
        return;
      case "complete":
        this.#complete(subject as SimJob);
        return;
      case "close":
        this.#close(subject as SimJob);
        return;
      case "leave":
        this.#leave(subject as SimJob);
        return;
      case "forget":
        this.#forget(subject as SimJob);
        return;
      case "turn": {
        const staff = subject as StaffMember;
        staff.turn(this.#nowMs);
        this.#available(staff, staff.onShift);
        this.#scheduleTurn(staff);
        return;
      }
      case "return": {
        const staff = subject as StaffMember;
        // Who went home meanwhile, and perhaps came again, has nothing to come back from.
        if (!staff.onShift) return;
        staff.comeBack(this.#nowMs);
        this.#available(staff, true);
      }
    }
  }

  #arrive(each: RunClass): void {
    const past = each.next;
    const at = this.#nowMs;
    const job = new SimJob(
      `j${++this.#made}`,
      each.made++,
      each.index,
      past?.channelId ?? each.channelId,
      at,
      at >= this.#window.fromMs && at < this.#window.untilMs,
      past?.priority ?? each.priority ?? 1,
      past,
    );
    this.#jobs.set(job.id, job);
    this.#lastJob = job;
    if (job.counted) this.#openCounted++;
    const patience = past?.patienceMs ?? this.#draw(job, "patience");
    if (patience !== undefined) this.#queue.add(at + Math.round(patience), "leave", job);
    const body = each.body(job.number, past);
    this.#must({ kind: "patch", collection: "jobs", id: job.id, body });
  }

  #answer({ job, offerId, workerId, accepts, retryMs }: Answer): void {
    // An offer that is gone by now is refused, as it would be in life.
    if (job.staff !== undefined || job.lost !== undefined) return;
    if (accepts) this.#step({ kind: "accept", workerId, offerId });
    else {
      const retry =
        retryMs === undefined ? {} : { retryOfferAtMs: this.#clock(this.#nowMs + retryMs) };
      this.#step({ kind: "decline", workerId, offerId, ...retry });
    }
  }

  #complete(job: SimJob): void {
    const { assignmentId } = job;
    if (assignmentId === undefined) return;
    const done = this.#step({ kind: "complete", jobId: job.id, assignmentId });
    if (!done) return;
    const wrapUp = (job.past?.wrapUpMs ?? this.#draw(job, "wrapUp") ?? 0) / this.#speedOf(job);
    if (wrapUp < 0.5) this.#close(job);
    else this.#queue.add(this.#nowMs + Math.round(wrapUp), "close", job);
  }

  #close(job: SimJob): void {
    const { assignmentId } = job;
    if (assignmentId === undefined) return;
    this.#step({ kind: "close", jobId: job.id, assignmentId });
    this.#forget(job);
  }

  #leave(job: SimJob): void {
    if (job.staff !== undefined || job.lost !== undefined || !this.#jobs.has(job.id)) return;
    // Said beforehand, so that what is observed is not taken for a rule's doing.
    job.lost = "abandoned";
    if (job.counted) job.unserved = this.#isUnserved(job);
    if (this.#step({ kind: "cancel", jobId: job.id })) this.#forget(job);
    else job.lost = undefined;
  }

  /** A job that has ended leaves the router, so that memory does not grow with them. */
  #forget(job: SimJob): void {
    if (!this.#jobs.delete(job.id)) return;
    this.#settle(job, this.#nowMs);
    this.#step({ kind: "delete", collection: "jobs", id: job.id });
  }

  #settle(job: SimJob, endMs: number | undefined): void {
    if (!job.counted) return;
    this.#openCounted--;
    const outcome: Outcome =
      job.waitMs !== undefined && job.lost === undefined ? "answered" : (job.lost ?? "open");
    const unserved =
      job.unserved ?? (outcome !== "answered" && outcome !== "failed" && this.#isUnserved(job));
    const settled = {
      className: this.#classes[job.classIndex]?.name ?? "",
      queueId: job.queueId,
      priority: job.priority,
      arrivedMs: job.arrivedMs,
      outcome,
      waitMs: job.waitMs ?? (endMs ?? this.#nowMs) - (job.queuedMs ?? job.arrivedMs),
      timeMs: endMs === undefined || outcome !== "answered" ? undefined : endMs - job.arrivedMs,
      unserved,
      offers: job.offers,
      declined: job.declined,
      expired: job.expired,
      revoked: job.revoked,
      exceptions: job.exceptions,
      selectorsExpired: job.selectorsExpired,
    };
    this.#tally.add(settled);
    this.#series.add(settled, this.#workload.serviceLevels[0]);
  }

  #isUnserved(job: SimJob): boolean {
    const snapshot = this.#router.job(job.id);
    return snapshot !== undefined && !this.#servable(snapshot, job.channelId);
  }

  /** Called by the router in the midst of a step: may schedule, must not command. */
  #observe({ happening, atMs, reason }: Transition): void {
    const at = atMs - this.#workload.startMs;
    if (happening.kind === "workerState") {
      const staff = this.#staff.get(happening.workerId);
      if (staff === undefined || reason.cause.kind !== "offerTimedOut" || !staff.onShift) return;
      if (happening.to === "active") return;
      staff.leaveDesk(at);
      const group = this.#groups[staff.groupIndex];
      const stream = this.#streams.open(
        "absence",
        staff.groupIndex,
        staff.number,
        staff.absences++ % streamLimit,
      );
      const away = group?.drawAbsence(stream) ?? 0;
      this.#queue.add(at + Math.max(1, Math.round(away)), "return", staff);
      return;
    }
    if (!("jobId" in happening)) return;
    const job = this.#jobOf(happening.jobId);
    if (job === undefined) return;
    switch (happening.kind) {
      case "jobStatus":
        this.#moved(job, happening, at);
        return;
      case "offerIssued":
        job.offers++;
        this.#ring(job, happening.workerId, happening.offerId, at);
        return;
      case "offerAccepted": {
        job.staff = this.#staff.get(happening.workerId);
        job.assignmentId = happening.assignmentId;
        job.waitMs ??= at - (job.queuedMs ?? job.arrivedMs);
        job.staff?.take(job.channelId, at);
        const handling = job.past?.handlingMs ?? this.#draw(job, "handling") ?? 0;
        this.#queue.add(at + Math.round(handling / this.#speedOf(job)), "complete", job);
        return;
      }
      case "offerDeclined":
        job.declined++;
        return;
      case "offerExpired":
        job.expired++;
        return;
      case "offerRevoked":
        job.revoked++;
        return;
      case "exceptionTriggered":
        job.exceptions++;
        if (job.exceptions > (this.#input.exceptionLimit ?? mostExceptions)) {
          const { jobId, exceptionPolicyId, ruleId, queueId } = happening;
          const { exceptions } = job;
          this.#circle ??= { jobId, exceptions, atMs: at, exceptionPolicyId, ruleId, queueId };
        }
        return;
      case "selectorsExpired":
        job.selectorsExpired = true;
        return;
      case "assignmentClosed":
      case "unassigned":
        job.staff?.release(job.channelId, at);
        return;
      default:
        return;
    }
  }

  #moved(
    job: SimJob,
    happening: Transition["happening"] & { readonly kind: "jobStatus" },
    at: number,
  ): void {
    if (job.stayMs !== undefined && job.queueId !== undefined) {
      this.#lengths.leave(job.queueId, job.stayMs, at);
      this.#series.waiting.change(-1, at);
      job.stayMs = undefined;
    }
    if (happening.priority !== undefined) job.priority = happening.priority;
    switch (happening.to) {
      case "queued":
        if (happening.queueId === undefined) return;
        job.queueId = happening.queueId;
        job.queuedMs ??= at;
        job.stayMs = at;
        this.#lengths.enter(happening.queueId, at);
        this.#series.waiting.change(1, at);
        return;
      case "cancelled":
        if (job.lost !== undefined) return;
        job.lost = "cancelled";
        this.#queue.add(at, "forget", job);
        return;
      case "classificationFailed":
      case "scheduleFailed":
        job.lost = "failed";
        this.#queue.add(at, "forget", job);
        return;
      default:
        return;
    }
  }

  /** What the worker will do with an offer. One that rings out is left to the router. */
  #ring(job: SimJob, workerId: string, offerId: string, at: number): void {
    const staff = this.#staff.get(workerId);
    const group = staff === undefined ? undefined : this.#groups[staff.groupIndex];
    if (group === undefined) return;
    const sub = Math.min(job.offers - 1, streamLimit - 1);
    const { accept, decline, retryMs } = group.answers;
    const luck = accept >= 1 ? 0 : this.#streams.open("answer", job.classIndex, job.number, sub)();
    if (luck >= accept + decline) return;
    const delay = group.drawDelay(
      this.#streams.open("answerDelay", job.classIndex, job.number, sub),
    );
    const accepts = luck < accept;
    const answer: Answer = { job, offerId, workerId, accepts, retryMs };
    this.#queue.add(at + Math.round(delay), "answer", answer);
  }

  #draw(job: SimJob, purpose: "handling" | "wrapUp" | "patience"): number | undefined {
    const sampler = this.#classes[job.classIndex]?.draw[purpose];
    return sampler?.(this.#streams.open(purpose, job.classIndex, job.number));
  }

  #speedOf(job: SimJob): number {
    return job.staff === undefined ? 1 : (this.#groups[job.staff.groupIndex]?.speed ?? 1);
  }

  #available(staff: StaffMember, availableForOffers: boolean): void {
    this.#must({
      kind: "patch",
      collection: "workers",
      id: staff.member.id,
      body: { availableForOffers },
    });
  }

  #scheduleTurn(staff: StaffMember): void {
    const atMs = staff.nextTurnMs();
    if (atMs !== undefined && atMs < this.#horizonMs) this.#queue.add(atMs, "turn", staff);
  }

  #scheduleArrival(each: RunClass): void {
    const next = each.process.next();
    if (next === undefined) return;
    each.next = next.past;
    this.#queue.add(Math.max(0, next.atMs), "arrival", each);
  }

  #jobOf(id: string): SimJob | undefined {
    if (this.#lastJob?.id !== id) this.#lastJob = this.#jobs.get(id);
    return this.#lastJob;
  }

  #clock(atMs: number): number {
    return this.#workload.startMs + atMs;
  }

  #step(command: RouterCommand): boolean {
    return this.#router.step(command, this.#clock(this.#nowMs)).response?.ok === true;
  }

  /** What the workload was checked for cannot be refused. */
  #must(command: PatchCommand): void {
    const { response } = this.#router.step(command, this.#clock(this.#nowMs));
    if (response === undefined || response.ok) return;
    const details = response.error.details?.map(({ message }) => message).join("; ");
    throw new Error(`the router refused \`${command.id}\`: ${details ?? response.error.message}`);
  }
}
