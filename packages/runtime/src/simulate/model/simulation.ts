import type { RouterObjects } from "@routewright/jobrouter";
import TinyQueue from "tinyqueue";
import type { Assumptions } from "../../assumptions.ts";
import type { PatchCommand, RouterCommand } from "../../router/command.ts";
import { createRouter } from "../../router/create-router.ts";
import type { Router } from "../../router/router.ts";
import type { Transition } from "../../router/transition.ts";
import { noAnswers, type RuleAnswers } from "../../rules/stubs.ts";
import { type Sampler, samplerOf } from "../random/distribution.ts";
import { createStreams, type Streams, streamLimit } from "../random/streams.ts";
import type { JobClass, PastJob, WorkerGroup, Workload } from "../workload/workload.ts";
import { type ArrivalProcess, arrivalProcess } from "./arrivals.ts";
import { jobBody, workerBody } from "./bodies.ts";
import type { ReplicationResult } from "./result.ts";
import { servability } from "./servable.ts";
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
}

/** One run of the workload, made step by step so that a shell can show progress and stop it. */
export interface Replication {
  /** Goes on for so many events; false when the run has ended. */
  run(events: number): boolean;
  /** How much of the run's time has passed, from 0 to 1. */
  readonly progress: number;
  /** What has been measured until now. */
  result(): ReplicationResult;
}

interface SimJob {
  readonly id: string;
  readonly number: number;
  readonly classIndex: number;
  readonly channelId: string;
  readonly arrivedMs: number;
  readonly counted: boolean;
  readonly past: PastJob | undefined;
  queueId: string | undefined;
  priority: number;
  queuedMs: number | undefined;
  /** When it came to the queue where it waits; absent while it does not wait. */
  stayMs: number | undefined;
  waitMs: number | undefined;
  /** How it ended, when it has without an answer. */
  lost: "cancelled" | "failed" | "abandoned" | undefined;
  workerId: string | undefined;
  assignmentId: string | undefined;
  completed: boolean;
  offers: number;
  declined: number;
  expired: number;
  revoked: number;
  exceptions: number;
  selectorsExpired: boolean;
  /** Told while it still waits, where it leaves by itself. */
  unserved: boolean | undefined;
}

type SimEvent = { readonly atMs: number; readonly sequence: number } & (
  | { readonly kind: "arrival"; readonly classIndex: number; readonly past: PastJob | undefined }
  | {
      readonly kind: "answer";
      readonly job: SimJob;
      readonly offerId: string;
      readonly workerId: string;
      readonly accepts: boolean;
      readonly retryMs: number | undefined;
    }
  | { readonly kind: "complete" | "close" | "leave" | "forget"; readonly job: SimJob }
  | { readonly kind: "turn" | "return"; readonly staff: StaffMember }
);
type Scheduled<E = SimEvent> = E extends SimEvent ? Omit<E, "sequence"> : never;

/** Orders events by time, then by insertion: same seed and input, same trace. */
export function compareEvents(
  a: { readonly atMs: number; readonly sequence: number },
  b: { readonly atMs: number; readonly sequence: number },
): number {
  return a.atMs - b.atMs || a.sequence - b.sequence;
}

export function startReplication(input: SimulationInput): Replication {
  return new Run(input);
}

class Run implements Replication {
  readonly #input: SimulationInput;
  readonly #workload: Workload;
  readonly #streams: Streams;
  readonly #router: Router;
  readonly #queue = new TinyQueue<SimEvent>([], compareEvents);
  readonly #classes: readonly (JobClass & {
    readonly process: ArrivalProcess;
    readonly draw: Readonly<Record<"handling" | "wrapUp" | "patience", Sampler | undefined>>;
  })[];
  readonly #groups: readonly (WorkerGroup & {
    readonly drawDelay: Sampler;
    readonly drawAbsence: Sampler;
  })[];
  readonly #staff = new Map<string, StaffMember>();
  readonly #jobs = new Map<string, SimJob>();
  readonly #numbers: number[];
  readonly #window;
  readonly #horizonMs: number;
  readonly #tally: JobTally;
  readonly #lengths: QueueTally;
  readonly #series: SeriesTally;
  readonly #servable;
  #sequence = 0;
  #made = 0;
  #events = 0;
  #nowMs = 0;
  #openCounted = 0;
  #ended = false;

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
    this.#numbers = workload.jobs.map(() => 0);
    this.#router = createRouter({
      objects,
      seed: (seed + replication * 7919) % 2 ** 32,
      makesEvents: false,
      classificationDelayMs: workload.delays.classificationMs,
      queueingDelayMs: workload.delays.queueingMs,
      matchingDelayMs: workload.delays.matchingMs,
      observe: (transition) => this.#observe(transition),
      ...(input.assumptions === undefined ? {} : { assumptions: input.assumptions }),
      ...(input.ruleAnswers === undefined ? {} : { ruleAnswers: input.ruleAnswers }),
    });
    this.#classes = workload.jobs.map((each, index) => ({
      ...each,
      process: arrivalProcess(each.arrivals, index, workload, this.#window.untilMs, this.#streams),
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

  run(events: number): boolean {
    const until = this.#events + events;
    while (!this.#ended && this.#events < until) this.#next();
    return !this.#ended;
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
    for (let index = 0; index < this.#classes.length; index++) this.#scheduleArrival(index);
  }

  #next(): void {
    const event = this.#queue.peek();
    const dueMs = this.#router.nextDueMs();
    const dueAt = dueMs === undefined ? undefined : dueMs - this.#workload.startMs;
    const at = Math.min(event?.atMs ?? Number.POSITIVE_INFINITY, dueAt ?? Number.POSITIVE_INFINITY);
    if (at > this.#horizonMs || (at >= this.#window.untilMs && this.#openCounted === 0)) {
      this.#ended = true;
      return;
    }
    this.#events++;
    this.#nowMs = at;
    if (event === undefined || (dueAt !== undefined && dueAt < event.atMs)) {
      this.#router.advance(this.#workload.startMs + at);
      return;
    }
    this.#queue.pop();
    this.#handle(event);
  }

  #handle(event: SimEvent): void {
    switch (event.kind) {
      case "arrival":
        this.#arrive(event.classIndex, event.past);
        this.#scheduleArrival(event.classIndex);
        return;
      case "answer":
        this.#answer(event);
        return;
      case "complete":
        this.#complete(event.job);
        return;
      case "close":
        this.#close(event.job);
        return;
      case "leave":
        this.#leave(event.job);
        return;
      case "forget":
        this.#forget(event.job);
        return;
      case "turn": {
        event.staff.turn(this.#nowMs);
        this.#available(event.staff, event.staff.onShift);
        this.#scheduleTurn(event.staff);
        return;
      }
      case "return":
        // Who went home meanwhile, and perhaps came again, has nothing to come back from.
        if (!event.staff.onShift) return;
        event.staff.comeBack(this.#nowMs);
        this.#available(event.staff, true);
    }
  }

  #arrive(classIndex: number, past: PastJob | undefined): void {
    const each = this.#classes[classIndex];
    if (each === undefined) return;
    const number = this.#numbers[classIndex] ?? 0;
    this.#numbers[classIndex] = number + 1;
    const at = this.#nowMs;
    const counted = at >= this.#window.fromMs && at < this.#window.untilMs;
    const channelId = past?.channelId ?? each.channelId;
    const job: SimJob = {
      id: `j${++this.#made}`,
      number,
      classIndex,
      channelId,
      arrivedMs: at,
      counted,
      past,
      queueId: undefined,
      priority: past?.priority ?? each.priority ?? 1,
      queuedMs: undefined,
      stayMs: undefined,
      waitMs: undefined,
      lost: undefined,
      workerId: undefined,
      assignmentId: undefined,
      completed: false,
      offers: 0,
      declined: 0,
      expired: 0,
      revoked: 0,
      exceptions: 0,
      selectorsExpired: false,
      unserved: undefined,
    };
    this.#jobs.set(job.id, job);
    if (counted) this.#openCounted++;
    const patience = past?.patienceMs ?? this.#draw(job, "patience");
    if (patience !== undefined)
      this.#schedule({ kind: "leave", atMs: at + Math.round(patience), job });
    const body = jobBody(each, classIndex, number, past, this.#streams);
    this.#must({ kind: "patch", collection: "jobs", id: job.id, body });
  }

  #answer(event: SimEvent & { readonly kind: "answer" }): void {
    const { job, offerId, workerId, accepts, retryMs } = event;
    // An offer that is gone by now is refused, as it would be in life.
    if (job.workerId !== undefined || job.lost !== undefined) return;
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
    job.completed = true;
    if (wrapUp < 0.5) this.#close(job);
    else this.#schedule({ kind: "close", atMs: this.#nowMs + Math.round(wrapUp), job });
  }

  #close(job: SimJob): void {
    const { assignmentId } = job;
    if (assignmentId === undefined) return;
    this.#step({ kind: "close", jobId: job.id, assignmentId });
    this.#forget(job);
  }

  #leave(job: SimJob): void {
    if (job.workerId !== undefined || job.lost !== undefined || !this.#jobs.has(job.id)) return;
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
      this.#schedule({ kind: "return", atMs: at + Math.max(1, Math.round(away)), staff });
      return;
    }
    if (!("jobId" in happening)) return;
    const job = this.#jobs.get(happening.jobId);
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
        job.workerId = happening.workerId;
        job.assignmentId = happening.assignmentId;
        job.waitMs ??= at - (job.queuedMs ?? job.arrivedMs);
        const staff = this.#staff.get(happening.workerId);
        staff?.take(job.channelId, at);
        const handling = job.past?.handlingMs ?? this.#draw(job, "handling") ?? 0;
        const atEnd = at + Math.round(handling / this.#speedOf(job));
        this.#schedule({ kind: "complete", atMs: atEnd, job });
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
        return;
      case "selectorsExpired":
        job.selectorsExpired = true;
        return;
      case "assignmentClosed":
      case "unassigned":
        this.#staff.get(happening.workerId)?.release(job.channelId, at);
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
        this.#schedule({ kind: "forget", atMs: at, job });
        return;
      case "classificationFailed":
      case "scheduleFailed":
        job.lost = "failed";
        this.#schedule({ kind: "forget", atMs: at, job });
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
    const atMs = at + Math.round(delay);
    this.#schedule({ kind: "answer", atMs, job, offerId, workerId, accepts, retryMs });
  }

  #draw(job: SimJob, purpose: "handling" | "wrapUp" | "patience"): number | undefined {
    const sampler = this.#classes[job.classIndex]?.draw[purpose];
    return sampler?.(this.#streams.open(purpose, job.classIndex, job.number));
  }

  #speedOf(job: SimJob): number {
    const staff = job.workerId === undefined ? undefined : this.#staff.get(job.workerId);
    return staff === undefined ? 1 : (this.#groups[staff.groupIndex]?.speed ?? 1);
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
    if (atMs !== undefined && atMs < this.#horizonMs) this.#schedule({ kind: "turn", atMs, staff });
  }

  #scheduleArrival(classIndex: number): void {
    const next = this.#classes[classIndex]?.process.next();
    if (next === undefined) return;
    this.#schedule({ kind: "arrival", atMs: Math.max(0, next.atMs), classIndex, past: next.past });
  }

  #schedule(event: Scheduled): void {
    this.#queue.push({ ...event, sequence: this.#sequence++ });
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
