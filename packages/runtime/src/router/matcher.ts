import { type Wish, workersFor } from "../match/pick.ts";
import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { isBarred, type JobGroup } from "./job-groups.ts";
import type { ChannelSeat, Lane } from "./lane.ts";
import { issueOffer } from "./offers.ts";
import type { Distribution, QueueRecord } from "./queues.ts";
import { matchedReason } from "./reasons.ts";
import { type JobRecord, none, type WorkerRecord } from "./records.ts";
import { askForScores, scoreFromShell, scoringUri, selectorsOf } from "./score-calls.ts";

/**
 * Matching in rounds. Everything that may make an offer possible asks for a round, which comes
 * `matchingDelayMs` later. A round takes the waiting jobs of all queues in order (expedited,
 * priority, age: Q36) and gives each the best of the workers that may take it, up to the offers
 * it may have. Between rounds no offer is possible but through what asked for the next one: so
 * a round looks only at jobs that are new to it and at jobs that newly freed workers may take,
 * and comes to the same.
 */
export function requestRound(core: Core): void {
  const atMs = core.nowMs + core.matchingDelayMs;
  if (core.roundAtMs === atMs) return;
  core.roundAtMs = atMs;
  if (core.matchingDelayMs === 0) core.timers.addSoon("match", undefined);
  else core.timers.add(atMs, "match", undefined);
}

/** The job may get an offer that it could not get before. */
export function freshen(core: Core, job: JobRecord): void {
  if (job.group === undefined) return;
  if (!job.isFresh) {
    job.isFresh = true;
    // Mostly there is one a round: a list of one takes no room for more.
    if (core.fresh.length === 0) core.fresh = [job];
    else core.fresh.push(job);
  }
  requestRound(core);
}

/** The worker may get an offer that it could not get before. */
export function free(core: Core, worker: WorkerRecord): void {
  if (!worker.isFreed) {
    worker.isFreed = true;
    if (core.freed.length === 0) core.freed = [worker];
    else core.freed.push(worker);
  }
  requestRound(core);
}

/** Job and worker structures follow a change of the worker's load, state or times. */
export function refreshSeats(worker: WorkerRecord): void {
  for (const seat of worker.seats) seat.refresh();
}

/** Never added to: a list of one replaces it. */
const nobody: never[] = [];

export function runRound(core: Core): void {
  // A later round may be due already, for what happened since this one was asked for.
  if (core.roundAtMs === core.nowMs) core.roundAtMs = Number.NEGATIVE_INFINITY;
  const { fresh, freed } = core;
  if (fresh.length === 0 && freed.length === 0) return;
  core.fresh = nobody;
  core.freed = nobody;
  for (const job of fresh) job.isFresh = false;
  for (const worker of freed) worker.isFreed = false;
  const jobs = fresh.length < 2 ? fresh : fresh.sort((a, b) => a.orderKey - b.orderKey);
  if (freed.length === 0) {
    for (const job of jobs) offerTo(core, job);
    return;
  }
  for (const job of jobs) openInGroup(core, job);
  matchInOrder(core, jobs, freed);
}

function matchInOrder(core: Core, jobs: readonly JobRecord[], freed: WorkerRecord[]): void {
  /** Jobs that nobody could be scored for (Q23): out of the way until the round is over. */
  const stuck: JobRecord[] = [];
  let next = 0;
  for (;;) {
    const own = jobs[next];
    let first = own;
    for (let index = 0; index < freed.length; index++) {
      const worker = freed[index];
      if (worker === undefined) continue;
      const job = firstJobFor(worker, first?.orderKey ?? Number.POSITIVE_INFINITY);
      if (job !== undefined) first = job;
      else if (first === own && own === undefined) {
        // Nothing for it, and no offer of this round can change that.
        const last = freed.pop();
        if (last !== undefined && last !== worker) freed[index] = last;
        index--;
      }
    }
    if (first === undefined) break;
    const offers = first.offers.length;
    offerTo(core, first);
    if (first === own) next++;
    else if (first.offers.length === offers && first.heapPlace !== none) {
      first.group?.lane.hold(first, first.group);
      stuck.push(first);
    }
  }
  for (const job of stuck) openInGroup(core, job);
}

function firstJobFor(worker: WorkerRecord, beforeKey: number): JobRecord | undefined {
  let best: JobRecord | undefined;
  for (const seat of worker.seats) {
    if (!seat.hasRoom) continue;
    for (const lane of lanesToSearch(seat)) {
      best = lane.firstJobFor(seat, best?.orderKey ?? beforeKey) ?? best;
    }
  }
  return best;
}

/** The worker's queues, or those with jobs to offer: who does not work there meets no pool of them. */
function lanesToSearch({ lanes, floor: { openLanes } }: ChannelSeat): readonly Lane[] {
  return openLanes.length < lanes.length ? openLanes : lanes;
}

/** Whether the job may have one more offer, by its own state. */
function mayOffer(core: Core, job: JobRecord, distribution: Distribution): boolean {
  return (
    job.queue !== undefined &&
    job.openCalls === 0 &&
    job.offers.length < distribution.maxConcurrentOffers &&
    job.restUntilMs <= core.nowMs
  );
}

/** Lets a job be found by workers that are freed, if it may have an offer. */
export function openInGroup(core: Core, job: JobRecord): void {
  const { group, queue } = job;
  if (group === undefined || queue === undefined) return;
  if (mayOffer(core, job, setupOf(core, queue).distribution)) group.lane.open(job, group);
  else group.lane.hold(job, group);
}

/** Offers a job to the best workers until it has enough offers or nobody is left. */
function offerTo(core: Core, job: JobRecord): void {
  const { group, queue } = job;
  if (group === undefined || queue === undefined) return;
  const { lane } = group;
  const { distribution } = setupOf(core, queue);
  if (mayOffer(core, job, distribution)) askForScores(core, group, job, distribution);
  if (!mayOffer(core, job, distribution)) {
    lane.hold(job, group);
    return;
  }
  const next = workersFor(
    lane.crew,
    lane.scores,
    new JobWish(core, group, job, queue, distribution),
  );
  do {
    const picked = next();
    if (picked === undefined) {
      lane.open(job, group);
      return;
    }
    core.beforeOffer?.(job.id);
    const seat = lane.floor.seat(picked.slot);
    if (distribution.mode === "roundRobin") queue.lastOfferedTo = seat.worker.id;
    const reason = matchedReason(distribution.mode, picked.score);
    issueOffer(core, job, seat.worker, distribution, seat.cost, reason);
  } while (mayOffer(core, job, distribution));
  lane.hold(job, group);
}

/** What a job asks of the workers of its lane. */
class JobWish implements Wish<WorkerRecord> {
  readonly pool: Wish<WorkerRecord>["pool"];
  readonly distribution: Distribution;
  readonly lastOfferedTo: string | undefined;
  readonly job: Wish<WorkerRecord>["job"];
  readonly scoreOf: Wish<WorkerRecord>["scoreOf"];
  readonly #job: JobRecord;

  constructor(
    core: Core,
    { pool }: JobGroup,
    job: JobRecord,
    { lastOfferedTo }: QueueRecord,
    distribution: Distribution,
  ) {
    const isScored = distribution.mode === "bestWorker";
    this.pool = pool;
    this.distribution = distribution;
    this.lastOfferedTo = lastOfferedTo;
    this.job = isScored ? { labels: job.labels, selectors: selectorsOf(job) } : notScored;
    const fromShell = isScored && scoringUri(core, distribution) !== undefined;
    this.scoreOf = fromShell ? scoreOfShell(core, job) : undefined;
    this.#job = job;
  }

  isBarred(worker: WorkerRecord): boolean {
    return isBarred(this.#job, worker);
  }
}

const notScored: Wish<WorkerRecord>["job"] = { labels: {}, selectors: [] };

function scoreOfShell({ assumptions }: Core, job: JobRecord): (worker: WorkerRecord) => number {
  const whenMissing = assumptions.Q23 === "scoreZero" ? 0 : Number.NaN;
  return (worker) => scoreFromShell(job, worker) ?? whenMissing;
}
