import { type ScoringContext, type TierTable, tierTable } from "./best-worker.ts";
import { setupOf } from "./config-setup.ts";
import type { Core } from "./core.ts";
import { isBarred, type JobGroup } from "./job-groups.ts";
import { isSet, type Lane } from "./lane.ts";
import { issueOffer } from "./offers.ts";
import type { Distribution, QueueRecord } from "./queues.ts";
import { matchedReason } from "./reasons.ts";
import { type JobRecord, none, type WorkerRecord } from "./records.ts";
import { askForScores, scoringUri } from "./score-calls.ts";
import type { Reason } from "./transition.ts";

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
    core.fresh.push(job);
  }
  requestRound(core);
}

/** The worker may get an offer that it could not get before. */
export function free(core: Core, worker: WorkerRecord): void {
  if (!worker.isFreed) {
    worker.isFreed = true;
    core.freed.push(worker);
  }
  requestRound(core);
}

/** Job and worker structures follow a change of the worker's load, state or times. */
export function refreshSeats(worker: WorkerRecord): void {
  for (const seat of worker.seats) seat.lane.refresh(seat);
}

export function runRound(core: Core): void {
  // A later round may be due already, for what happened since this one was asked for.
  if (core.roundAtMs === core.nowMs) core.roundAtMs = Number.NEGATIVE_INFINITY;
  const { fresh, freed } = core;
  if (fresh.length === 0 && freed.length === 0) return;
  core.fresh = [];
  core.freed = [];
  for (const job of fresh) job.isFresh = false;
  for (const worker of freed) worker.isFreed = false;
  const jobs = fresh.length === 1 ? fresh : fresh.sort((a, b) => a.orderKey - b.orderKey);
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
        freed.splice(index--, 1);
      }
    }
    if (first === undefined) break;
    const offers = first.offers.length;
    offerTo(core, first);
    if (first === own) next++;
    else if (first.offers.length === offers && first.heapPlace !== none) {
      holdInGroup(core, first);
      stuck.push(first);
    }
  }
  for (const job of stuck) openInGroup(core, job);
}

function firstJobFor(worker: WorkerRecord, beforeKey: number): JobRecord | undefined {
  let best: JobRecord | undefined;
  for (const seat of worker.seats) {
    best = seat.lane.firstJobFor(seat, best?.orderKey ?? beforeKey) ?? best;
  }
  return best;
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
  const lane = core.lane(queue, job.channelId);
  if (mayOffer(core, job, setupOf(core, queue).distribution)) lane.open(job, group);
  else lane.hold(job, group);
}

function holdInGroup(core: Core, job: JobRecord): void {
  if (job.group !== undefined && job.queue !== undefined) {
    core.lane(job.queue, job.channelId).hold(job, job.group);
  }
}

/** Offers a job to the best workers until it has enough offers or nobody is left. */
function offerTo(core: Core, job: JobRecord): void {
  const { group, queue } = job;
  if (group === undefined || queue === undefined) return;
  const lane = core.lane(queue, job.channelId);
  const { distribution } = setupOf(core, queue);
  if (mayOffer(core, job, distribution)) askForScores(core, lane, group, job, distribution);
  while (mayOffer(core, job, distribution)) {
    const slot = pick(core, lane, group, job, queue, distribution);
    if (slot === none) {
      lane.open(job, group);
      return;
    }
    core.beforeOffer?.(job.id);
    const worker = lane.worker(slot);
    if (distribution.mode === "roundRobin") queue.lastOfferedTo = worker.id;
    const reason = reasonOf(core, lane, job, slot, distribution);
    issueOffer(core, job, worker, distribution, lane.ready()[slot]?.cost ?? 0, reason);
  }
  lane.hold(job, group);
}

function reasonOf(
  core: Core,
  lane: Lane,
  job: JobRecord,
  slot: number,
  distribution: Distribution,
): Reason {
  if (core.observe === undefined || distribution.mode !== "bestWorker") {
    return matchedReason(distribution.mode, undefined);
  }
  const table = tierTable(lane, job, distribution, scoring(core, distribution));
  return matchedReason(distribution.mode, table.scores[slot]);
}

function scoring(core: Core, distribution: Distribution): ScoringContext {
  return {
    assumptions: core.assumptions,
    answers: core.ruleAnswers,
    fromShell: scoringUri(core, distribution) !== undefined,
  };
}

/** The slot of the best worker for the job by the queue's mode; `none`: there is none. */
function pick(
  core: Core,
  lane: Lane,
  group: JobGroup,
  job: JobRecord,
  queue: QueueRecord,
  distribution: Distribution,
): number {
  const count = lane.countFree(group);
  if (count === 0) return none;
  switch (distribution.mode) {
    case "longestIdle":
      return pickLongestIdle(lane, group, job, count);
    case "roundRobin":
      return pickNext(lane, group, job, queue.lastOfferedTo);
    case "bestWorker": {
      const table = tierTable(lane, job, distribution, scoring(core, distribution));
      return pickBest(lane, group, job, count, table);
    }
  }
}

/** So few candidates are looked through one by one. */
const few = 16;

function pickLongestIdle(lane: Lane, group: JobGroup, job: JobRecord, count: number): number {
  const pool = lane.poolOf(group);
  if (count > few) {
    return lane.searchHeap(pool, (slot) => !isBarred(job, lane.worker(slot)));
  }
  const { room } = lane;
  let best = none;
  for (let word = 0; word < room.length; word++) {
    let bits = (room[word] as number) & (pool[word] as number);
    while (bits !== 0) {
      const slot = word * 32 + 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      if (best !== none && !lane.isBetter(slot, best)) continue;
      if (!isBarred(job, lane.worker(slot))) best = slot;
    }
  }
  return best;
}

/** The first in the circle of ids after the worker that was offered something last (Q35). */
function pickNext(
  lane: Lane,
  group: JobGroup,
  job: JobRecord,
  lastOfferedTo: string | undefined,
): number {
  const pool = lane.poolOf(group);
  const start = lastOfferedTo === undefined ? 0 : firstAfter(lane, lastOfferedTo);
  const { room } = lane;
  const words = room.length;
  const startWord = start >> 5;
  // The word that the circle starts in is seen twice: from the start on, and up to it.
  for (let step = 0; step <= words; step++) {
    const word = (startWord + step) % words;
    let bits = (room[word] as number) & (pool[word] as number);
    if (step === 0) bits &= -1 << (start & 31);
    if (step === words) bits &= ~(-1 << (start & 31));
    while (bits !== 0) {
      const slot = word * 32 + 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      if (!isBarred(job, lane.worker(slot))) return slot;
    }
  }
  return none;
}

/** The first slot whose worker's id is behind `id`; 0 when there is none. */
function firstAfter(lane: Lane, id: string): number {
  const seats = lane.ready();
  let low = 0;
  let high = seats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane.worker(middle).id <= id) low = middle + 1;
    else high = middle;
  }
  return low === seats.length ? 0 : low;
}

function pickBest(
  lane: Lane,
  group: JobGroup,
  job: JobRecord,
  count: number,
  table: TierTable,
): number {
  const pool = lane.poolOf(group);
  const { room } = lane;
  const { tiers, order } = table;
  let best = none;
  let bestTier = 0;
  if (count <= few) {
    for (let word = 0; word < room.length; word++) {
      let bits = (room[word] as number) & (pool[word] as number);
      while (bits !== 0) {
        const slot = word * 32 + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const tier = tiers[slot] as number;
        if (tier === none || (best !== none && tier > bestTier)) continue;
        if (best !== none && tier === bestTier && !lane.isLongerAvailable(slot, best)) continue;
        if (isBarred(job, lane.worker(slot))) continue;
        best = slot;
        bestTier = tier;
      }
    }
    return best;
  }
  for (const slot of order) {
    const tier = tiers[slot] as number;
    if (best !== none && tier > bestTier) break;
    if (!isSet(room, slot) || !isSet(pool, slot)) continue;
    if (best !== none && !lane.isLongerAvailable(slot, best)) continue;
    if (isBarred(job, lane.worker(slot))) continue;
    best = slot;
    bestTier = tier;
  }
  return best;
}
