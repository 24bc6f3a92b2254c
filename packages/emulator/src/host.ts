import {
  createRouter,
  loadRouter,
  type Router,
  type RouterCommand,
  type RouterEvent,
  type RouterOptions,
  type RuleCall,
  type StepResult,
  type Transition,
} from "@routewright/runtime";
import type { Clock, ClockState } from "./clock.ts";
import type { Feed } from "./events/feed.ts";
import type { Faults } from "./faults.ts";
import type { Journal } from "./journal/journal.ts";
import type { JournalRecord, RouterSettings, Snapshot } from "./journal/record.ts";
import { loadStubs, type Stubs, savedStubs } from "./rules/stubs.ts";

/** What a command gave, and when. */
export interface Carried {
  readonly response: NonNullable<StepResult["response"]>;
  readonly atMs: number;
}

/**
 * The router with its surroundings: time, journal, events and calls. Everything that changes
 * state goes through here, so that the journal misses nothing.
 */
export interface Host {
  /** The state now; all that is due has happened. */
  router(): Router;
  execute(command: RouterCommand): Carried;
  /** Resolves when everything that was told so far is durable. */
  settled(): Promise<void>;
  readonly isSettled: boolean;
  readonly settings: RouterSettings;
  changeClock(change: (clock: Clock) => void): void;
  clockState(): ClockState;
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): void;
  /** Starts over, empty, with this seed. */
  reset(seed: number): void;
  record(record: JournalRecord): void;
  /** What happened to a job and why, oldest first; the latest hundred. */
  transitionsOf(jobId: string): readonly Transition[];
  /** Records in the journal, those of earlier runs too. */
  readonly journaled: number;
  stop(): Promise<void>;
}

export interface HostOptions {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly feed: Feed;
  readonly faults: Faults;
  readonly stubs: Stubs;
  /** Events begin anew behind this one: another world. */
  readonly onRewind: (sequence: number) => void;
  readonly journal?: Journal;
  readonly asksShell: boolean;
  /** Makes the call outside; what it answers comes back through `execute`. */
  readonly call: (call: RuleCall) => void;
}

const keptTransitions = 100;
/** The longest wait that a timer of Node.js can hold. */
const longestTimeoutMs = 2_147_483_647;

/**
 * @param records what a journal holds, to be done again first: same commands, same state.
 */
export function createHost(options: HostOptions, records: readonly JournalRecord[]): Host {
  const { clock, feed, faults, stubs, journal } = options;
  let settings = options.settings;
  let transitions = new Map<string, Transition[]>();
  let calls = new Map<string, RuleCall>();
  let router = createRouter(routerOptions());
  let timer: NodeJS.Timeout | undefined;
  let isReplaying = true;
  let journaled = records.length;

  let dropped = droppedFrom(records, 0);
  for (const [index, record] of records.entries()) {
    if (record.kind === "start" || record.kind === "snapshot") {
      dropped = droppedFrom(records, index + 1);
    }
    replay(record);
  }
  isReplaying = false;
  for (const call of calls.values()) options.call(call);
  take(router.advance(clock.nowMs()));
  schedule();

  function append(record: JournalRecord): void {
    journaled += 1;
    journal?.append(record);
  }

  function routerOptions(): RouterOptions {
    return { ...settings, asksShell: options.asksShell, observe };
  }

  function observe(transition: Transition): void {
    const { happening } = transition;
    if (!("jobId" in happening)) return;
    const { jobId } = happening;
    if (happening.kind === "jobDeleted") {
      transitions.delete(jobId);
      return;
    }
    const kept = transitions.get(jobId);
    if (kept === undefined) transitions.set(jobId, [transition]);
    else {
      kept.push(transition);
      if (kept.length > keptTransitions) kept.shift();
    }
  }

  function replay(record: JournalRecord): void {
    switch (record.kind) {
      case "start":
        settings = record.settings;
        startOver();
        break;
      case "command":
        take(router.step(record.command, record.atMs));
        forgetAnswered(record.command);
        take(router.advance(record.atMs));
        clockAtLeast(record.atMs);
        break;
      case "clock":
        clock.load(record.state);
        break;
      case "snapshot":
        load(record.snapshot);
        break;
      case "faults":
        faults.load(record.state);
        break;
      case "stubs":
        loadStubs(stubs, record.stubs);
        break;
      // Told by other records, or of no concern here.
      case "dropped":
      case "subscribe":
      case "validated":
      case "unsubscribe":
      case "delivered":
        break;
      default:
        record satisfies never;
    }
  }

  function clockAtLeast(atMs: number): void {
    if (clock.nowMs() < atMs) clock.set(atMs);
  }

  function startOver(): void {
    transitions = new Map();
    calls = new Map();
    feed.load([]);
    router = createRouter(routerOptions());
  }

  function load(snapshot: Snapshot): void {
    settings = snapshot.settings;
    startOver();
    router = loadRouter(snapshot.router, routerOptions());
    feed.load(snapshot.events ?? []);
    if (snapshot.faults !== undefined) faults.load(snapshot.faults);
    if (snapshot.stubs !== undefined) loadStubs(stubs, snapshot.stubs);
    for (const call of snapshot.openCalls) calls.set(call.callId, call);
    clockAtLeast(snapshot.atMs);
  }

  function take(result: StepResult): void {
    if (result.events.length > 0) {
      feed.publish(result.events.filter((event) => !isDropped(event)));
    }
    for (const call of result.calls) {
      calls.set(call.callId, call);
      if (!isReplaying) options.call(call);
    }
  }

  /** Asked once for each event; after a restart, what was dropped stays dropped. */
  function isDropped({ name, sequence }: RouterEvent): boolean {
    if (isReplaying) return dropped.has(sequence);
    if (!faults.dropsEvent(name)) return false;
    append({ kind: "dropped", sequence });
    return true;
  }

  function forgetAnswered(command: RouterCommand): void {
    if (command.kind === "answerRule") calls.delete(command.callId);
  }

  function advance(): void {
    take(router.advance(clock.nowMs()));
  }

  function schedule(): void {
    clearTimeout(timer);
    timer = undefined;
    const dueMs = router.nextDueMs();
    const delayMs = dueMs === undefined ? undefined : clock.delayUntil(dueMs);
    if (delayMs === undefined) return;
    timer = setTimeout(
      () => {
        advance();
        schedule();
      },
      Math.min(delayMs, longestTimeoutMs),
    );
    timer.unref();
  }

  return {
    router() {
      advance();
      return router;
    },
    execute(command) {
      const atMs = clock.nowMs();
      const result = router.step(command, atMs);
      append({ kind: "command", atMs, command });
      take(result);
      forgetAnswered(command);
      take(router.advance(atMs));
      schedule();
      if (result.response === undefined) throw new Error("the router answered nothing");
      return { response: result.response, atMs };
    },
    settled: () => journal?.settled() ?? Promise.resolve(),
    get isSettled() {
      return journal?.isSettled ?? true;
    },
    get settings() {
      return settings;
    },
    clockState: () => clock.state(),
    changeClock(change) {
      change(clock);
      append({ kind: "clock", state: clock.state() });
      advance();
      schedule();
    },
    snapshot() {
      advance();
      return {
        format: "routewright-emulator/1",
        settings,
        atMs: clock.nowMs(),
        router: router.save(),
        openCalls: [...calls.values()],
        events: feed.after(0),
        faults: faults.save(),
        stubs: savedStubs(stubs),
      };
    },
    restore(snapshot) {
      load(snapshot);
      append({ kind: "snapshot", snapshot: { ...snapshot, events: feed.after(0) } });
      options.onRewind(feed.latest);
      for (const call of calls.values()) options.call(call);
      advance();
      schedule();
    },
    reset(seed) {
      settings = { ...settings, seed };
      startOver();
      append({ kind: "start", format: "routewright-journal/1", settings });
      options.onRewind(0);
      schedule();
    },
    record: append,
    transitionsOf: (jobId) => transitions.get(jobId) ?? [],
    get journaled() {
      return journaled;
    },
    async stop() {
      clearTimeout(timer);
      await journal?.close();
    },
  };
}

/** Sequences of the events that were dropped from here on, until the next beginning. */
function droppedFrom(records: readonly JournalRecord[], from: number): ReadonlySet<number> {
  const dropped = new Set<number>();
  for (let index = from; index < records.length; index++) {
    const record = records[index];
    if (record?.kind === "start" || record?.kind === "snapshot") break;
    if (record?.kind === "dropped") dropped.add(record.sequence);
  }
  return dropped;
}
