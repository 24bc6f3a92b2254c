import type { Crew, Pool } from "./crew.ts";
import type { PreparedDistribution } from "./distribution.ts";
import { type FloorWorker, isSet, noSlot } from "./floor.ts";
import type { ScoreClasses, ScoreTable } from "./score-classes.ts";
import type { ScoredJob, Scores } from "./scores.ts";

/** What a job asks of the workers of a crew. */
export interface Wish<W extends FloorWorker> {
  /** Of those that meet its selectors. */
  readonly pool: Pool;
  readonly distribution: PreparedDistribution;
  /** Round robin: the worker that received a job last; the circle goes on after it. */
  readonly lastOfferedTo: string | undefined;
  /** Only looked at where workers are scored. */
  readonly job: ScoredJob;
  /** Whether this worker must not get the job now: it declined it, or has an offer of it. */
  isBarred(worker: W): boolean;
  /** Scores that came from outside, where they do; NaN: left out (Q23). */
  readonly scoreOf?: ((worker: W) => number) | undefined;
}

export interface Picked {
  readonly slot: number;
  /** Best-worker mode only. */
  readonly score?: number;
}

/**
 * Looks for workers for one job. Each call of what comes back finds the best worker that has room
 * now, by the distribution's mode; `undefined`: there is none. Who was found must be out of the
 * way before the next call: without room, or barred. Scores are those of the beginning, so that
 * a function is asked once, about everybody at a time, however many workers the job gets.
 */
export function workersFor<W extends FloorWorker>(
  crew: Crew<W>,
  scores: Scores<W>,
  wish: Wish<W>,
): () => Picked | undefined {
  const pool = crew.fill(wish.pool);
  switch (wish.distribution.mode) {
    case "longestIdle":
      return () => {
        const count = crew.countFree(pool);
        return count === 0 ? undefined : pickOf(longestIdle(crew, wish, count));
      };
    case "roundRobin":
      return () => pickOf(nextInTurn(crew, wish));
    case "bestWorker":
      return bestWorkers(crew, scores, wish);
  }
}

function bestWorkers<W extends FloorWorker>(
  crew: Crew<W>,
  scores: Scores<W>,
  wish: Wish<W>,
): () => Picked | undefined {
  if (crew.countFree(wish.pool) === 0) return () => undefined;
  if (wish.scoreOf !== undefined) return bestAsked(crew, wish, wish.scoreOf);
  const known = scores.of(wish.distribution, wish.job);
  if (known === undefined) return bestAsked(crew, wish, askAll(crew, scores, wish));
  const { classes, table } = known;
  return () => bestScored(crew, wish, crew.countFree(wish.pool), classes, table);
}

function pickOf(slot: number): Picked | undefined {
  return slot === noSlot ? undefined : { slot };
}

/** So few candidates are looked through one by one. */
const few = 16;

function longestIdle<W extends FloorWorker>(
  { floor }: Crew<W>,
  wish: Wish<W>,
  count: number,
): number {
  const { bits, words } = wish.pool;
  // The heap is all of the floor's: looking for few in it takes longer than looking at them.
  if (count > few && count * count > 4 * floor.roomCount) {
    return floor.search((slot) => isSet(bits, slot) && !wish.isBarred(floor.worker(slot)));
  }
  const { room } = floor;
  let best = noSlot;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as number;
    let free = (room[word] as number) & (bits[word] as number);
    while (free !== 0) {
      const slot = word * 32 + 31 - Math.clz32(free & -free);
      free &= free - 1;
      if (best !== noSlot && !floor.isBetter(slot, best)) continue;
      if (!wish.isBarred(floor.worker(slot))) best = slot;
    }
  }
  return best;
}

/** The first in the circle of ids after the worker that was offered something last (Q35). */
function nextInTurn<W extends FloorWorker>({ floor }: Crew<W>, wish: Wish<W>): number {
  const { bits, words } = wish.pool;
  const { room } = floor;
  const start = wish.lastOfferedTo === undefined ? 0 : floor.firstAfter(wish.lastOfferedTo);
  const startWord = start >> 5;
  let first = 0;
  while (first < words.length && (words[first] as number) < startWord) first++;
  if (first === words.length) first = 0;
  // The word that the circle starts in is seen twice: from the start on, and up to it.
  for (let step = 0; step <= words.length; step++) {
    const place = first + step;
    const word = words[place < words.length ? place : place - words.length] as number;
    let free = (room[word] as number) & (bits[word] as number);
    if (word === startWord) {
      if (step === 0) free &= -1 << (start & 31);
      else if (step === words.length) free &= ~(-1 << (start & 31));
    } else if (step === words.length) continue;
    while (free !== 0) {
      const slot = word * 32 + 31 - Math.clz32(free & -free);
      free &= free - 1;
      if (!wish.isBarred(floor.worker(slot))) return slot;
    }
  }
  return noSlot;
}

function bestScored<W extends FloorWorker>(
  { floor, seats }: Crew<W>,
  wish: Wish<W>,
  count: number,
  classes: ScoreClasses<W>,
  { scores, order }: ScoreTable,
): Picked | undefined {
  const { bits, words } = wish.pool;
  const { room } = floor;
  const { descending } = wish.distribution;
  let best = noSlot;
  let bestScore = Number.NaN;
  if (count <= few || count * count <= seats.size) {
    for (let index = 0; index < words.length; index++) {
      const word = words[index] as number;
      let free = (room[word] as number) & (bits[word] as number);
      while (free !== 0) {
        const slot = word * 32 + 31 - Math.clz32(free & -free);
        free &= free - 1;
        const score = scores[classes.classOf(slot)] as number;
        if (Number.isNaN(score)) continue;
        if (best !== noSlot && !isBehind(bestScore, score, descending)) {
          if (score !== bestScore || !floor.isLongerAvailable(slot, best)) continue;
        }
        if (wish.isBarred(floor.worker(slot))) continue;
        best = slot;
        bestScore = score;
      }
    }
  } else {
    for (const number of order) {
      const score = scores[number] as number;
      if (best !== noSlot && score !== bestScore) break;
      for (const slot of classes.slotsOf(number)) {
        if (!isSet(room, slot) || !isSet(bits, slot)) continue;
        if (best !== noSlot && !floor.isLongerAvailable(slot, best)) continue;
        if (wish.isBarred(floor.worker(slot))) continue;
        best = slot;
        bestScore = score;
      }
    }
  }
  return best === noSlot ? undefined : { slot: best, score: bestScore };
}

function isBehind(score: number, other: number, descending: boolean): boolean {
  return descending ? score < other : score > other;
}

/** Scores by asking for all who may have the job, in order of ids: batches are the same each time. */
function askAll<W extends FloorWorker>(
  crew: Crew<W>,
  scores: Scores<W>,
  wish: Wish<W>,
): (worker: W) => number {
  const workers: W[] = [];
  eachCandidate(crew, wish, (slot) => workers.push(crew.floor.worker(slot)));
  const asked = scores.ask(wish.distribution, wish.job, workers);
  const byWorker = new Map(workers.map((worker, index) => [worker, asked[index]]));
  return (worker) => byWorker.get(worker) ?? Number.NaN;
}

function bestAsked<W extends FloorWorker>(
  crew: Crew<W>,
  wish: Wish<W>,
  scoreOf: (worker: W) => number,
): () => Picked | undefined {
  const { floor } = crew;
  const { descending } = wish.distribution;
  return () => {
    let best = noSlot;
    let bestScore = Number.NaN;
    eachCandidate(crew, wish, (slot) => {
      const score = scoreOf(floor.worker(slot));
      if (Number.isNaN(score)) return;
      if (best !== noSlot && !isBehind(bestScore, score, descending)) {
        if (score !== bestScore || !floor.isLongerAvailable(slot, best)) return;
      }
      best = slot;
      bestScore = score;
    });
    return best === noSlot ? undefined : { slot: best, score: bestScore };
  };
}

/** Who may be offered the job now, in order of ids. */
export function eachCandidate<W extends FloorWorker>(
  { floor }: Crew<W>,
  wish: Pick<Wish<W>, "pool" | "isBarred">,
  visit: (slot: number) => void,
): void {
  const { room } = floor;
  const { bits, words } = wish.pool;
  for (const word of words) {
    let free = (room[word] as number) & (bits[word] as number);
    while (free !== 0) {
      const slot = word * 32 + 31 - Math.clz32(free & -free);
      free &= free - 1;
      if (!wish.isBarred(floor.worker(slot))) visit(slot);
    }
  }
}
