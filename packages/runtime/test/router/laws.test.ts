import { expect, test } from "vitest";
import {
  createRouter,
  defaultAssumptions,
  loadRouter,
  type Router,
  type RouterCommand,
  type RouterOptions,
  type SavedRouter,
  selectorHolds,
  type Transition,
} from "../../src/index.ts";
import { startMs } from "./driver.ts";
import { LegalityJudge } from "./transitions.ts";
import { Dice, firstCommands, randomCommand, randomOptions } from "./world.ts";

/**
 * Laws over random command sequences. The whole number is run by
 * `ROUTER_RUNS=10000 ROUTER_COMMANDS=200 npx vitest run packages/runtime/test/router/laws.test.ts`;
 * `ROUTER_SEED=17 ROUTER_RUNS=1` repeats one.
 */
const runs = Number(process.env.ROUTER_RUNS ?? 100);
const commandsPerRun = Number(process.env.ROUTER_COMMANDS ?? 100);
const firstSeed = Number(process.env.ROUTER_SEED ?? 1);

test(
  `laws hold in ${runs} random sequences of ${commandsPerRun} commands`,
  () => {
    const seen = new Set<string>();
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      try {
        play(seed, seen);
      } catch (error) {
        throw new Error(`ROUTER_SEED=${seed} ROUTER_RUNS=1: ${String(error)}`, { cause: error });
      }
    }
    // The sequences reach the states they are about.
    expect(seen.size).toBeGreaterThan(runs >= 100 ? 30 : 0);
  },
  Math.max(30_000, runs * 2_000),
);

interface Entry {
  readonly command: RouterCommand;
  readonly atMs: number;
}

function play(seed: number, seen: Set<string>): void {
  const dice = new Dice(seed);
  const options = randomOptions(dice);
  const judge = new LegalityJudge();
  const illegal: string[] = [];
  const observe = (transition: Transition): void => {
    const problem = judge.judge(transition);
    if (problem !== undefined) illegal.push(problem);
  };
  const router = createRouter({ ...options, observe });
  const log: Entry[] = [];
  const events: string[] = [];
  const first = [...firstCommands(dice)];
  let atMs = startMs;
  const saveAt = dice.below(commandsPerRun);
  let saved: SavedRouter | undefined;
  let savedAfter = 0;
  for (let index = 0; index < commandsPerRun; index++) {
    if (dice.chance(0.6)) atMs += dice.pick([1, 100, 1000, 1000, 5000, 5000, 20_000, 61_000]);
    const command = first.shift() ?? randomCommand(dice, router);
    // Replays do without: calling late gives the same as calling often.
    const openAtFirst = openOffers(router);
    const due = router.advance(atMs).events;
    for (const event of due) events.push(JSON.stringify(event));
    if (due.length > 0) checkState(router, options, openAtFirst, false);
    const openBefore = openOffers(router);
    const { response, events: made } = router.step(command, atMs);
    log.push({ command, atMs });
    for (const event of made) events.push(JSON.stringify(event));
    expect(response, JSON.stringify(command)).toBeDefined();
    expect(illegal, `after ${JSON.stringify(command)}`).toEqual([]);
    checkState(router, options, openBefore, index % 4 === 0);
    if (index === saveAt) {
      saved = JSON.parse(JSON.stringify(router.save()));
      savedAfter = log.length;
      expect(JSON.stringify(loadRouter(saved as SavedRouter, options).save())).toBe(
        JSON.stringify(saved),
      );
    }
  }
  const endMs = atMs + 600_000;
  for (const event of router.advance(endMs).events) events.push(JSON.stringify(event));
  expect(illegal).toEqual([]);
  checkEnd(router);
  const end = JSON.stringify(router.save());
  for (const name of judge.seen) seen.add(name);

  // The log replays to the same bytes, from the start and from what was saved on the way.
  const replayed = replay(createRouter(options), log, endMs);
  expect(replayed.events).toEqual(events);
  expect(replayed.end).toBe(end);
  if (saved !== undefined) {
    const rest = replay(loadRouter(saved, options), log.slice(savedAfter), endMs);
    expect(rest.events).toEqual(events.slice(events.length - rest.events.length));
    expect(rest.end).toBe(end);
  }
  // Without events the state comes to the same.
  const silent = replay(createRouter({ ...options, makesEvents: false }), log, endMs);
  expect(silent.events).toEqual([]);
  expect(silent.end.replace(/"eventSequence":\d+/u, "")).toBe(
    end.replace(/"eventSequence":\d+/u, ""),
  );
}

function replay(router: Router, log: readonly Entry[], endMs: number) {
  const events: string[] = [];
  for (const { command, atMs } of log) {
    for (const event of router.step(command, atMs).events) events.push(JSON.stringify(event));
  }
  for (const event of router.advance(endMs).events) events.push(JSON.stringify(event));
  return { events, end: JSON.stringify(router.save()) };
}

const queueIds = ["q1", "q2", "q3"];

function openOffers(router: Router): ReadonlySet<string> {
  return new Set(
    router
      .list("workers")
      .flatMap(({ body }) =>
        (router.worker(String(body.id))?.offers ?? []).map(({ offerId }) => offerId),
      ),
  );
}

function checkState(
  router: Router,
  options: RouterOptions,
  openBefore: ReadonlySet<string>,
  /** Whether to look for offers that were missed too, which takes longest. */
  thorough: boolean,
): void {
  const placed = new Map<string, string>();
  for (const queueId of queueIds) {
    for (const jobId of router.waiting(queueId)) {
      expect(placed.has(jobId), `${jobId} waits twice`).toBe(false);
      placed.set(jobId, queueId);
    }
  }
  const offered = new Map<string, string[]>();
  for (const { body } of router.list("workers")) {
    const id = String(body.id);
    const worker = router.worker(id);
    if (worker === undefined) throw new Error(`${id} is listed and not there`);
    checkCapacity(body, openBefore);
    if (worker.state !== "active") expect(worker.offers, id).toEqual([]);
    if (worker.state === "inactive") expect(worker.assignedJobs, id).toEqual([]);
    for (const { offerId, jobId } of worker.offers) {
      offered.set(jobId, [...(offered.get(jobId) ?? []), offerId]);
      const job = router.job(jobId);
      expect(job?.status, `${offerId} of ${jobId}`).toBe("queued");
      if (job === undefined || openBefore.has(offerId)) continue;
      checkEligible(router, body, job);
    }
    for (const { jobId } of worker.assignedJobs) {
      expect(["assigned", "completed"], jobId).toContain(router.job(jobId)?.status);
      expect(placed.has(jobId), `${jobId} is assigned and waits`).toBe(false);
      expect(router.job(jobId)?.assignments.map(({ workerId }) => workerId)).toEqual([id]);
    }
  }
  for (const { body } of router.list("jobs")) {
    const job = router.job(String(body.id));
    if (job === undefined) throw new Error("a listed job is not there");
    expect(placed.get(job.id), `${job.id} is ${job.status}`).toBe(
      job.status === "queued" ? job.queueId : undefined,
    );
    expect(job.offers.map(({ offerId }) => offerId).sort(), job.id).toEqual(
      (offered.get(job.id) ?? []).sort(),
    );
    checkOffers(router, options, job, thorough);
  }
}

type Job = NonNullable<ReturnType<Router["job"]>>;
type Body = ReturnType<Router["list"]>[number]["body"];

/** Only for workers with offers of this step: a capacity may shrink under what is there. */
function checkCapacity(body: Body, openBefore: ReadonlySet<string>): void {
  const offers = body.offers as unknown as readonly { offerId: string; capacityCost: number }[];
  if (offers.every(({ offerId }) => openBefore.has(offerId))) return;
  const assigned = body.assignedJobs as unknown as readonly { capacityCost: number }[];
  const used = [...offers, ...assigned].reduce((sum, { capacityCost }) => sum + capacityCost, 0);
  expect(used, String(body.id)).toBeLessThanOrEqual(Number(body.capacity));
}

function checkEligible(router: Router, body: Body, job: Job): void {
  const worker = router.worker(String(body.id));
  expect(body.queues, job.id).toContain(job.queueId);
  const channelId = router.view("jobs", job.id)?.body.channelId;
  const channels = body.channels as unknown as readonly {
    readonly channelId: string;
    readonly maxNumberOfJobs?: number;
  }[];
  const channel = channels.find((candidate) => candidate.channelId === channelId);
  expect(channel, job.id).toBeDefined();
  const onChannel = [...(worker?.offers ?? []), ...(worker?.assignedJobs ?? [])].filter(
    ({ jobId }) => router.view("jobs", jobId)?.body.channelId === channelId,
  );
  expect(onChannel.length).toBeLessThanOrEqual(channel?.maxNumberOfJobs ?? 100);
  if (modeOf(router, job)?.bypassSelectors === true) return;
  for (const selector of [...job.requestedWorkerSelectors, ...job.attachedWorkerSelectors]) {
    if (selector.status === "expired") continue;
    const label = worker?.labels[selector.key];
    expect(selectorHolds(selector, label, defaultAssumptions), `${job.id} ${selector.key}`).toBe(
      true,
    );
  }
}

function modeOf(router: Router, job: Job) {
  const queue = router.view("queues", job.queueId ?? "")?.body;
  const policy = router.view("distributionPolicies", String(queue?.distributionPolicyId))?.body;
  return policy?.mode as
    | { readonly maxConcurrentOffers: number; readonly bypassSelectors: boolean }
    | undefined;
}

/** Nobody who could have the job is left without an offer; independent of the router's indexes. */
function checkOffers(router: Router, options: RouterOptions, job: Job, thorough: boolean): void {
  if (!thorough || job.status !== "queued" || options.matchingDelayMs !== 0) return;
  if (options.assumptions?.R14 === "jobWaits") return;
  const max = modeOf(router, job)?.maxConcurrentOffers ?? 1;
  if (job.offers.length >= max) return;
  const ranking = router.explainJob(job.id)?.ranking;
  expect(ranking?.workers, `${job.id} could have gone to`).toEqual([]);
}

/** What nobody needs to act upon has gone on by itself. */
function checkEnd(router: Router): void {
  const timers = router.save().state.timers as readonly (readonly [
    number,
    number,
    string,
    unknown,
  ])[];
  for (const [, , kind, subject] of timers) {
    const status = typeof subject === "string" ? router.job(subject)?.status : undefined;
    expect(["closed", "cancelled"], `timer ${kind} of ${subject}`).not.toContain(status);
  }
  for (const { body } of router.list("jobs")) {
    expect(
      ["created", "pendingClassification", "pendingSchedule", "scheduled"],
      String(body.id),
    ).not.toContain(body.status);
  }
}
