import type {
  Bundle,
  BundleScenario,
  ScenarioCommand,
  ScenarioCommandStep,
  ScenarioExpectStep,
  ScenarioHabits,
  SourceLocation,
} from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { mostExceptions } from "../exception-limit.ts";
import { type Places, placesIn } from "../explain/places.ts";
import type { JsonObject, RouterCommand } from "../router/command.ts";
import { createRouter } from "../router/create-router.ts";
import type { RouterEvent } from "../router/event.ts";
import { describeReason } from "../router/reasons.ts";
import type { Router, StepResult } from "../router/router.ts";
import type { Happening, Transition } from "../router/transition.ts";
import type { CoverageCounter } from "../tests/coverage.ts";
import { answersOf } from "../tests/stub-answers.ts";
import { judgeFact, type Scene } from "./facts.ts";
import type { ScenarioCheck, ScenarioResult, TimelineEntry } from "./report.ts";
import { StateChanges } from "./state-changes.ts";
import { OfferMemory, type Why } from "./why.ts";
import { describeHappening, showTime } from "./words.ts";

/** The start of a scenario that names none. */
export const defaultStartMs = Date.UTC(2026, 0, 1);
/** So much may be done in one instant; a scenario that never comes to rest is given up. */
const defaultBusyLimit = 100_000;

export interface ScenarioOptions {
  readonly assumptions?: Partial<Assumptions>;
  readonly coverage?: CoverageCounter;
  /** How much people and the router may do in one instant by themselves; 100,000 when absent. */
  readonly busyLimit?: number;
  /** How often exceptions may fire for one job before the scenario is given up; 10,000 when absent. */
  readonly exceptionLimit?: number;
}

/** Plays a scenario on a router of its own. */
export function runScenario(
  bundle: Bundle,
  scenario: BundleScenario,
  options: ScenarioOptions = {},
): ScenarioResult {
  const play = new Play(bundle, scenario, options, false);
  const result = play.run();
  if (result.passed || play.isRestless()) return result;
  // What is asked for is known only now: played again, the same with explanations.
  const { coverage: _counted, ...others } = options;
  return new Play(bundle, scenario, others, true).run();
}

interface Habitual {
  readonly atMs: number;
  readonly order: number;
  readonly command: RouterCommand;
  readonly still: () => boolean;
}

class Play {
  private readonly bundle: Bundle;
  private readonly scenario: BundleScenario;
  private readonly options: ScenarioOptions;
  private readonly router: Router;
  private readonly startMs: number;
  private readonly places: Places;
  private readonly timeline: TimelineEntry[] = [];
  private readonly checks = new Map<ScenarioExpectStep | ScenarioCommandStep, ScenarioCheck>();
  private readonly habits = new Map<string, ScenarioHabits>();
  private readonly lastOffers = new Map<string, string>();
  private readonly lastAssignments = new Map<string, string>();
  private readonly known = new Set<string>();
  private readonly reclassified = new Set<string>();
  private pending: Habitual[] = [];
  private happenings: Happening[] = [];
  private unseen: Transition[] = [];
  private events: RouterEvent[] = [];
  private eventsFrom = 0;
  private order = 0;
  private readonly busyLimit: number;
  private readonly states: StateChanges;
  private readonly memory: OfferMemory | undefined;
  private readonly concerned = new Map<
    string,
    { readonly side: "job" | "worker"; readonly id: string; readonly line: number }
  >();
  private readonly exceptionCounts = new Map<string, number>();
  /** What goes on for ever. */
  private circle: string | undefined = undefined;
  private busyAtMs = Number.NEGATIVE_INFINITY;
  private busy = 0;

  constructor(
    bundle: Bundle,
    scenario: BundleScenario,
    options: ScenarioOptions,
    explains: boolean,
  ) {
    this.bundle = bundle;
    this.scenario = scenario;
    this.options = options;
    this.busyLimit = options.busyLimit ?? defaultBusyLimit;
    this.startMs = scenario.startsAtMs ?? defaultStartMs;
    this.places = placesIn(bundle);
    const choice = scenario.choice ?? 0;
    this.router = createRouter({
      objects: bundle.objects,
      assumptions: { Q6: "presume", ...options.assumptions },
      classificationDelayMs: scenario.classifyingMs ?? 0,
      queueingDelayMs: scenario.queueingMs ?? 0,
      matchingDelayMs: scenario.offeringMs ?? 0,
      ruleAnswers: answersOf(scenario.stubs),
      choice: () => choice,
      observe: (transition) => this.unseen.push(transition),
      ...(options.coverage === undefined && !explains
        ? {}
        : { beforeOffer: (jobId) => this.beforeOffer(jobId) }),
    });
    this.memory = explains ? new OfferMemory(this.router, this.startMs) : undefined;
    this.states = new StateChanges(this.router);
  }

  run(): ScenarioResult {
    const script = this.scenario.steps
      .filter((step) => "does" in step || step.when === "at")
      .map((step, index) => ({ step, index }))
      .sort((a, b) => a.step.atMs - b.step.atMs || a.index - b.index)
      .map(({ step }) => step);
    const watched = this.scenario.steps.filter(
      (step): step is ScenarioExpectStep => "expects" in step && step.when !== "at",
    );
    const moments = new Set(this.scenario.steps.map(({ atMs }) => atMs));
    for (const { fromMs } of watched) moments.add(fromMs ?? 0);
    const times = [...moments].sort((a, b) => a - b);
    const end = times.at(-1) ?? 0;
    let next = 0;
    for (;;) {
      const due = this.router.nextDueMs();
      const habit = this.pending[0]?.atMs;
      const atMs = Math.min(
        times[0] ?? Number.POSITIVE_INFINITY,
        due === undefined ? Number.POSITIVE_INFINITY : due - this.startMs,
        habit ?? Number.POSITIVE_INFINITY,
      );
      if (atMs > end || this.isRestless()) break;
      if (times[0] === atMs) times.shift();
      this.beginInstant(atMs);
      this.settle(atMs);
      for (
        let step = script[next];
        step?.atMs === atMs && !this.isRestless();
        step = script[++next]
      ) {
        if ("does" in step) this.carryOut(step, atMs);
        else this.judge(step, atMs);
        this.settle(atMs);
      }
      if (this.isRestless()) break;
      for (const step of watched) this.watch(step, atMs);
    }
    if (this.isRestless()) this.giveUp();
    for (const step of watched) this.finish(step);
    const checks = this.scenario.steps.flatMap((step) => this.checks.get(step) ?? []);
    return {
      scenario: this.scenario,
      passed: checks.every((check) => check.passed),
      checks,
      // What held until its end is told there, among what else was going on.
      timeline: [...this.timeline].sort((a, b) => a.atMs - b.atMs),
    };
  }

  private beginInstant(atMs: number): void {
    if (atMs > this.busyAtMs) this.busy = 0;
    this.busyAtMs = atMs;
    this.busy++;
    this.happenings = [];
    this.reclassified.clear();
    this.eventsFrom = this.events.length;
    this.take(this.router.advance(this.startMs + atMs), atMs);
  }

  /** Takes in what the router did. */
  private take(result: StepResult, atMs: number): void {
    for (const event of result.events) this.events.push(event);
    const seen = this.unseen;
    this.unseen = [];
    for (const { happening, reason } of seen) {
      this.memory?.keepState(happening, reason);
      for (const [side, id] of subjectsOf(happening)) this.note(side, id);
      this.happenings.push(happening);
      const location = this.placeOf(happening);
      this.timeline.push({
        atMs,
        kind: "happens",
        text: describeHappening(happening),
        reason: describeReason(reason),
        ...(location === undefined ? {} : { location }),
      });
      this.follow(happening, atMs);
      this.count(happening);
      this.countExceptions(happening);
    }
    this.tellChanges();
  }

  /** The line being written, or the next one, is about this job or worker. */
  private note(side: "job" | "worker", id: string): void {
    this.concerned.set(JSON.stringify([side, id]), { side, id, line: this.timeline.length });
  }

  /** What the router did in one go is told as a whole, each change at the last line about it. */
  private tellChanges(): void {
    for (const { side, id, line } of this.concerned.values()) {
      const change = this.states.of(side, id);
      const at = Math.min(line, this.timeline.length - 1);
      const entry = this.timeline[at];
      if (change === undefined || entry === undefined) continue;
      this.timeline[at] = { ...entry, changes: [...(entry.changes ?? []), change] };
    }
    this.concerned.clear();
  }

  private follow(happening: Happening, atMs: number): void {
    switch (happening.kind) {
      case "jobStatus":
        if (happening.to === "queued") this.known.add(happening.jobId);
        if (happening.to === "completed") this.planClosing(happening.jobId, atMs);
        return;
      case "jobClassified":
        if (this.known.has(happening.jobId)) this.reclassified.add(happening.jobId);
        this.known.add(happening.jobId);
        return;
      case "offerIssued": {
        const { jobId, workerId, offerId } = happening;
        this.lastOffers.set(pair(workerId, jobId), offerId);
        const habits = this.habits.get(workerId);
        const still = () =>
          this.router.job(jobId)?.offers.some((offer) => offer.offerId === offerId) === true;
        const { acceptsAfterMs, declinesAfterMs } = habits ?? {};
        if (acceptsAfterMs !== undefined)
          this.plan(atMs + acceptsAfterMs, { kind: "accept", workerId, offerId }, still);
        if (declinesAfterMs !== undefined)
          this.plan(atMs + declinesAfterMs, { kind: "decline", workerId, offerId }, still);
        return;
      }
      case "offerAccepted": {
        const { jobId, workerId, assignmentId } = happening;
        this.lastAssignments.set(pair(workerId, jobId), assignmentId);
        const after = this.habits.get(workerId)?.completesAfterMs;
        const still = () => this.isAssigned(jobId, assignmentId, "assigned");
        if (after !== undefined)
          this.plan(atMs + after, { kind: "complete", jobId, assignmentId }, still);
        return;
      }
      default:
        return;
    }
  }

  private planClosing(jobId: string, atMs: number): void {
    for (const { workerId, assignmentId } of this.router.job(jobId)?.assignments ?? []) {
      const after = this.habits.get(workerId)?.closesAfterMs;
      const still = () => this.isAssigned(jobId, assignmentId, "completed");
      if (after !== undefined)
        this.plan(atMs + after, { kind: "close", jobId, assignmentId }, still);
    }
  }

  private isAssigned(jobId: string, assignmentId: string, status: string): boolean {
    const job = this.router.job(jobId);
    return (
      job?.status === status && job.assignments.some((each) => each.assignmentId === assignmentId)
    );
  }

  private plan(atMs: number, command: RouterCommand, still: () => boolean): void {
    this.pending.push({ atMs, order: this.order++, command, still });
    this.pending.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  }

  /** Lets people do what they do by themselves until the instant is quiet. */
  private settle(atMs: number): void {
    for (
      let next = this.pending[0];
      next !== undefined && next.atMs <= atMs && !this.isRestless();
      next = this.pending[0]
    ) {
      this.pending.shift();
      if (!next.still()) continue;
      this.busy++;
      this.take(this.router.step(next.command, this.startMs + atMs), atMs);
    }
  }

  /** Goes on for ever, at one instant or by exceptions that send a job in a circle. */
  isRestless(): boolean {
    return this.busy > this.busyLimit || this.circle !== undefined;
  }

  private countExceptions(happening: Happening): void {
    if (happening.kind !== "exceptionTriggered") return;
    const { jobId, queueId, ruleId } = happening;
    const count = (this.exceptionCounts.get(jobId) ?? 0) + 1;
    this.exceptionCounts.set(jobId, count);
    const limit = this.options.exceptionLimit ?? mostExceptions;
    if (count <= limit) return;
    this.circle = `exceptions have fired more than ${limit} times for ${jobId}, the last one ${ruleId} in ${queueId}: they send it in a circle`;
  }

  /** Fails what was not decided yet; the last step when everything was. */
  private giveUp(): void {
    const { steps } = this.scenario;
    const open = steps.filter((step) => "expects" in step && !this.checks.has(step));
    const atMs = this.busyAtMs;
    const why =
      this.circle === undefined
        ? `more than ${this.busyLimit} things were done at ${showTime(atMs)}, and it does not come to rest`
        : `by ${showTime(atMs)} ${this.circle}`;
    const actual = `given up: ${why}`;
    for (const step of open.length > 0 ? open : steps.slice(-1)) {
      const expected = "expects" in step ? this.wordsOf(step) : this.places.text(step.location);
      this.record(step, { step, passed: false, atMs, expected, actual });
    }
  }

  private count(happening: Happening): void {
    const { coverage } = this.options;
    if (coverage === undefined) return;
    if (
      happening.kind === "jobClassified" ||
      (happening.kind === "jobStatus" && happening.to === "classificationFailed")
    ) {
      const trace = this.router.explainJob(happening.jobId)?.classification?.trace;
      if (trace !== undefined) coverage.addClassification(trace);
    } else if (happening.kind === "exceptionTriggered") {
      coverage.addException(happening.exceptionPolicyId, happening.ruleId);
    }
  }

  /** Once somebody has the offer, they have no room and no score. */
  private beforeOffer(jobId: string): void {
    const ranking = this.router.explainJob(jobId)?.ranking;
    if (ranking === undefined) return;
    this.options.coverage?.addRanking(ranking);
    this.memory?.keepRanking(jobId, ranking);
  }

  private placeOf(happening: Happening): SourceLocation | undefined {
    if (happening.kind !== "exceptionTriggered") return undefined;
    const policies = this.bundle.objects.exceptionPolicies;
    const policy = policies.findIndex(({ id }) => id === happening.exceptionPolicyId);
    const rule = policies[policy]?.exceptionRules?.findIndex(({ id }) => id === happening.ruleId);
    return this.places.find(`/objects/exceptionPolicies/${policy}/exceptionRules/${rule}`);
  }

  // ── Steps ─────────────────────────────────────────────────────────────────────────────────

  private carryOut(step: ScenarioCommandStep, atMs: number): void {
    const { location } = step;
    const text = this.places.text(location);
    for (const [side, id] of subjectsOf(step.does)) this.note(side, id);
    this.timeline.push({ atMs, kind: "does", text, location });
    if (step.does.kind === "worker") this.habits.set(step.does.worker.id, step.does.habits);
    const command = this.commandOf(step.does, atMs);
    let refusal: string | undefined;
    if (typeof command === "string") refusal = command;
    else {
      const result = this.router.step(command, this.startMs + atMs);
      const { response } = result;
      if (response?.ok === false) {
        const details = (response.error.details ?? []).map(({ message }) => `; ${message}`);
        refusal = `${response.error.code}: ${response.error.message}${details.join("")}`;
      }
      this.take(result, atMs);
    }
    if (refusal === undefined && step.refused !== true) return;
    const passed = (refusal !== undefined) === (step.refused === true);
    const expected = step.refused === true ? `${text}` : `${text} to be carried out`;
    const actual = refusal === undefined ? "it was carried out" : `it was refused: ${refusal}`;
    const why = refusal === undefined ? undefined : this.memory?.whyRefused(step.does);
    this.record(step, { step, passed, atMs, expected, actual, ...why });
  }

  /** A text says why there is nothing to ask the router. */
  private commandOf(does: ScenarioCommand, atMs: number): RouterCommand | string {
    const nowMs = this.startMs + atMs;
    switch (does.kind) {
      case "job": {
        const { jobId, job, suspended, scheduledAtMs } = does;
        const scheduleAt =
          scheduledAtMs === undefined
            ? undefined
            : new Date(this.startMs + scheduledAtMs).toISOString();
        const matchingMode =
          suspended === true
            ? { kind: "suspend" }
            : scheduleAt === undefined
              ? undefined
              : { kind: "scheduleAndSuspend", scheduleAt };
        return patch("jobs", jobId, { ...job, matchingMode });
      }
      case "worker": {
        const { name: _name, id, loadRatio: _load, ...body } = does.worker;
        return patch("workers", id, body);
      }
      case "accept":
      case "decline": {
        const { workerId } = does;
        const offerId = this.lastOffers.get(pair(workerId, does.jobId));
        if (offerId === undefined) return `${does.jobId} was never offered to ${workerId}`;
        if (does.kind === "accept") return { kind: "accept", workerId, offerId };
        const { retryAfterMs } = does;
        return {
          kind: "decline",
          workerId,
          offerId,
          ...(retryAfterMs === undefined ? {} : { retryOfferAtMs: nowMs + retryAfterMs }),
        };
      }
      case "complete":
      case "close": {
        const { jobId, workerId, note } = does;
        const assignmentId = this.lastAssignments.get(pair(workerId, jobId));
        if (assignmentId === undefined) return `${workerId} never had ${jobId}`;
        const common = { jobId, assignmentId, ...(note === undefined ? {} : { note }) };
        if (does.kind === "complete") return { kind: "complete", ...common };
        const { dispositionCode, afterMs } = does;
        return {
          kind: "close",
          ...common,
          ...(dispositionCode === undefined ? {} : { dispositionCode }),
          ...(afterMs === undefined ? {} : { closeAtMs: nowMs + afterMs }),
        };
      }
      case "goOff":
      case "comeBack":
        return patch("workers", does.workerId, { availableForOffers: does.kind === "comeBack" });
      case "setLabels":
        return patch(does.of === "job" ? "jobs" : "workers", does.id, { labels: does.labels });
      case "changeWorker": {
        const { queues, capacity, channels } = does;
        return patch("workers", does.workerId, { queues, capacity, channels });
      }
      case "move":
        return patch("jobs", does.jobId, { queueId: does.queueId, priority: does.priority });
      case "reclassify": {
        const { jobId, classificationPolicyId } = does;
        if (classificationPolicyId === undefined) return { kind: "reclassify", jobId };
        return patch("jobs", jobId, { classificationPolicyId });
      }
      case "cancel": {
        const { kind, jobId, note, dispositionCode } = does;
        return {
          kind,
          jobId,
          ...(note === undefined ? {} : { note }),
          ...(dispositionCode === undefined ? {} : { dispositionCode }),
        };
      }
      case "unassign": {
        const assignmentId = this.router.job(does.jobId)?.assignments[0]?.assignmentId;
        if (assignmentId === undefined) return `nobody has ${does.jobId}`;
        const suspendMatching = does.suspended === true;
        return { kind: "unassign", jobId: does.jobId, assignmentId, suspendMatching };
      }
      case "release":
        return patch("jobs", does.jobId, { matchingMode: { kind: "queueAndMatch" } });
    }
  }

  // ── Expectations ──────────────────────────────────────────────────────────────────────────

  private scene(passing: boolean): Scene {
    const { router, happenings, reclassified, events, eventsFrom } = this;
    return { router, happenings, reclassified, events, eventsFrom, passing };
  }

  private judge(step: ScenarioExpectStep, atMs: number): void {
    const { holds, actual } = judgeFact(step.expects, this.scene(false));
    const why = holds ? undefined : this.memory?.whyNot(step.expects);
    this.record(step, { step, passed: holds, atMs, expected: this.wordsOf(step), actual, ...why });
  }

  private watch(step: ScenarioExpectStep, atMs: number): void {
    if (this.checks.has(step) || atMs < (step.fromMs ?? 0)) return;
    const isUntil = step.when === "until";
    if (isUntil ? atMs >= step.atMs : atMs > step.atMs) return;
    const { holds, actual } = judgeFact(step.expects, this.scene(true));
    const expected = this.wordsOf(step);
    if (holds === isUntil) {
      const isLast = !isUntil && atMs === step.atMs;
      const why = isLast ? this.memory?.whyNot(step.expects) : undefined;
      this.last.set(step, { actual, ...why });
      return;
    }
    const why = isUntil ? this.memory?.whyNot(step.expects) : undefined;
    this.record(step, { step, passed: !isUntil, atMs, expected, actual, ...why });
  }

  private readonly last = new Map<ScenarioExpectStep, Why & { readonly actual: string }>();

  private finish(step: ScenarioExpectStep): void {
    if (this.checks.has(step)) return;
    const passed = step.when === "until";
    const last = this.last.get(step) ?? { actual: "nothing came to pass" };
    this.record(step, { step, passed, atMs: step.atMs, expected: this.wordsOf(step), ...last });
  }

  private wordsOf({ location, expects }: ScenarioExpectStep): string {
    const text = this.places.text(location).replace(/^expect /, "");
    return text === "" ? expects.kind : text;
  }

  private record(step: ScenarioCheck["step"], check: ScenarioCheck): void {
    this.checks.set(step, check);
    const text = "expects" in step ? `expect ${check.expected}` : `expected ${check.expected}`;
    this.timeline.push({
      atMs: check.atMs,
      kind: "expects",
      text,
      passed: check.passed,
      ...(check.passed ? {} : { reason: check.actual }),
      ...(check.why === undefined ? {} : { why: check.why }),
      location: step.location,
    });
  }
}

/** The jobs and workers that something is about. */
function subjectsOf(about: Happening | ScenarioCommand): (readonly ["job" | "worker", string])[] {
  const subjects: (readonly ["job" | "worker", string])[] = [];
  if ("jobId" in about) subjects.push(["job", about.jobId]);
  if ("workerId" in about) subjects.push(["worker", about.workerId]);
  if (about.kind === "worker") subjects.push(["worker", about.worker.id]);
  if (about.kind === "setLabels") subjects.push([about.of, about.id]);
  return subjects;
}

function pair(workerId: string, jobId: string): string {
  return JSON.stringify([workerId, jobId]);
}

/** A merge patch; what is `undefined` is not in it. */
function patch(collection: "jobs" | "workers", id: string, body: object): RouterCommand {
  const sent = JSON.parse(JSON.stringify(body)) as JsonObject;
  return { kind: "patch", collection, id, body: sent };
}
