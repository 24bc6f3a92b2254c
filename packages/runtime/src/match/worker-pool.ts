import type { ChannelConfiguration, Labels, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { cleanLabels, withAutomaticId } from "../labels.ts";
import type { RuleAnswers } from "../rules/stubs.ts";
import { Crew, Pool } from "./crew.ts";
import type { PreparedDistribution } from "./distribution.ts";
import { Floor, type FloorWorker, Seat } from "./floor.ts";
import { type Wish, workersFor } from "./pick.ts";
import { Scores } from "./scores.ts";
import { entry, type Signature, SignatureTable } from "./signatures.ts";

/**
 * Workers kept ready for matching, for whoever asks over and over (a router, a simulation):
 *
 *     const pool = createWorkerPool({ assumptions, answers: noAnswers });
 *     const distribution = prepareDistribution(policy);      // once a policy
 *     pool.put(worker);                                       // registered or patched
 *     pool.setLoad(worker.id, { available: true, usedCapacity: 0, availableSince: nowMs });
 *     const [first] = pool.best({ queueId, channelId, labels, selectors, distribution, limit: 1 });
 *     pool.setLoad(first.workerId, { available: true, usedCapacity: 1, availableSince });
 *
 * The answer is what `engine.rank` gives, its first `limit` workers, without the words: mode,
 * selectors, score, capacity, limits per channel. Ties are broken by who has been available
 * longest, then by id (`rank` takes the order of its input instead).
 *
 * It is made of what the router matches with: `floor.ts` (who has room), `crew.ts` (who meets the
 * selectors, as bits), `scores.ts` (workers that agree on the labels a score reads are scored
 * once), `pick.ts` (who is best). A change of load costs by the channels of a worker, not by its
 * queues.
 */
export interface WorkerPool {
  /** Adds a worker, or replaces what it is. Its load stays; a new one is unavailable. */
  put(worker: PooledWorker): void;
  /** What a worker is doing now. Unknown ids are ignored. */
  setLoad(workerId: string, load: WorkerLoad): void;
  remove(workerId: string): void;
  /** The best workers that may be offered the job now, best first, at most `limit`. */
  best(request: MatchRequest): readonly Match[];
}

export interface PooledWorker {
  readonly id: string;
  readonly labels?: Labels;
  readonly queues?: readonly string[];
  readonly channels?: readonly ChannelConfiguration[];
  /** 0 when absent. */
  readonly capacity?: number;
}

export interface WorkerLoad {
  /** `availableForOffers`. */
  readonly available: boolean;
  /** In the units of `capacity`: what offers and assignments take. */
  readonly usedCapacity: number;
  /** In any unit that grows, milliseconds say. */
  readonly availableSince: number;
  /** By channel, jobs that count against `maxNumberOfJobs`; absent: none. */
  readonly jobsByChannel?: ReadonlyMap<string, number>;
}

export interface MatchRequest {
  readonly queueId: string;
  /** Absent: any channel, whatever the capacity (R6). */
  readonly channelId?: string | undefined;
  readonly labels?: Labels | undefined;
  /** Those in force: requested, then attached; without the expired ones. */
  readonly selectors: readonly WorkerSelector[];
  readonly distribution: PreparedDistribution;
  /** How many workers at most. */
  readonly limit: number;
  /** Workers that must not get this job now: they declined it, or have an offer of it already. */
  readonly excludes?: (workerId: string) => boolean;
  /** Round robin: the worker that received a job last; the circle goes on after it. */
  readonly lastOfferedTo?: string | undefined;
}

export interface Match {
  readonly workerId: string;
  /** Best-worker mode only. */
  readonly score?: number;
}

export interface WorkerPoolOptions {
  readonly assumptions: Assumptions;
  /** Of function and webhook scoring rules; those are asked for every eligible worker. */
  readonly answers: RuleAnswers;
}

export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  return new Members(options);
}

interface Member extends FloorWorker {
  labels: Labels;
  readonly queues: readonly string[];
  readonly channels: readonly ChannelConfiguration[];
  readonly capacity: number;
  load: WorkerLoad;
  /** One a channel, and one for jobs without a channel, which take no capacity (R6). */
  readonly seats: readonly PoolSeat[];
}

class PoolSeat extends Seat<Member> {
  readonly floor: Floor<Member>;
  readonly crews: readonly Crew<Member>[];
  /** Absent: whoever is available has room. */
  readonly channel: ChannelConfiguration | undefined;

  constructor(
    worker: Member,
    floor: Floor<Member>,
    crews: readonly Crew<Member>[],
    channel: ChannelConfiguration | undefined,
  ) {
    super(worker);
    this.floor = floor;
    this.crews = crews;
    this.channel = channel;
  }

  refresh(): void {
    const { load, capacity } = this.worker;
    const { available, usedCapacity, availableSince } = load;
    const ratio = capacity > 0 && usedCapacity > 0 ? usedCapacity / capacity : 0;
    this.floor.place(this, available && hasRoom(this.worker, this.channel), ratio, availableSince);
  }
}

const noLoad: WorkerLoad = { available: false, usedCapacity: 0, availableSince: 0 };

/** What is kept of one queue and channel. */
interface PoolLane {
  readonly crew: Crew<Member>;
  readonly scores: Scores<Member>;
  readonly pools: Map<Signature, Pool>;
}

/** Kinds of job of one lane whose workers are kept; only free-form selectors get here. */
const mostPools = 512;

class Members implements WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Map<string, Member>();
  /** By channel; without one, everybody. */
  readonly #floors = new Map<string | undefined, Floor<Member>>();
  /** By channel, then queue. */
  readonly #lanes = new Map<string | undefined, Map<string, PoolLane>>();
  readonly #signatures = new SignatureTable();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  put(worker: PooledWorker): void {
    const known = this.#members.get(worker.id);
    const labels = withAutomaticId(worker.labels, worker.id);
    if (known !== undefined && isSameBut(known, worker)) {
      known.labels = labels;
      for (const seat of known.seats) seat.floor.noteLabels(seat);
      return;
    }
    this.remove(worker.id);
    const seats: PoolSeat[] = [];
    const member: Member = {
      id: worker.id,
      labels,
      queues: [...new Set(worker.queues ?? [])],
      channels: firstOfEach(worker.channels ?? []),
      capacity: worker.capacity ?? 0,
      load: known?.load ?? noLoad,
      seats,
    };
    this.#members.set(worker.id, member);
    for (const channel of [undefined, ...member.channels]) {
      const floor = entry(this.#floors, channel?.channelId, () => new Floor<Member>());
      const crews = member.queues.map((queueId) => this.#lane(queueId, channel?.channelId).crew);
      seats.push(new PoolSeat(member, floor, crews, channel));
    }
    for (const seat of seats) {
      seat.refresh();
      seat.floor.add(seat);
      seat.floor.noteLabels(seat);
      for (const crew of seat.crews) crew.add(seat);
    }
  }

  setLoad(workerId: string, load: WorkerLoad): void {
    const member = this.#members.get(workerId);
    if (member === undefined) return;
    member.load = load;
    for (const seat of member.seats) seat.refresh();
  }

  remove(workerId: string): void {
    const member = this.#members.get(workerId);
    if (member === undefined) return;
    this.#members.delete(workerId);
    for (const seat of member.seats) {
      seat.floor.delete(seat);
      for (const crew of seat.crews) crew.delete(seat);
    }
  }

  best(request: MatchRequest): readonly Match[] {
    const { queueId, channelId, distribution, selectors, limit, excludes, lastOfferedTo } = request;
    const lane = this.#lanes.get(channelId)?.get(queueId);
    if (lane === undefined) return [];
    const { crew, scores, pools } = lane;
    const signature = distribution.bypassSelectors
      ? this.#signatures.empty
      : this.#signatures.of(
          selectors.map((selector) => ({ selector, expired: false })),
          [],
        );
    if (pools.size > mostPools) pools.clear();
    const found: Match[] = [];
    const taken = new Set<string>();
    const wish: Wish<Member> = {
      pool: entry(pools, signature, () => new Pool(signature)),
      distribution,
      lastOfferedTo,
      job: { labels: cleanLabels(request.labels), selectors },
      isBarred: ({ id }) => taken.has(id) || excludes?.(id) === true,
    };
    if (limit < 1) return found;
    const next = workersFor(crew, scores, wish);
    while (found.length < limit) {
      const picked = next();
      if (picked === undefined) break;
      const workerId = crew.floor.worker(picked.slot).id;
      taken.add(workerId);
      found.push(picked.score === undefined ? { workerId } : { workerId, score: picked.score });
    }
    return found;
  }

  #lane(queueId: string, channelId: string | undefined): PoolLane {
    const lanes = entry(this.#lanes, channelId, () => new Map<string, PoolLane>());
    return entry(lanes, queueId, () => {
      const floor = entry(this.#floors, channelId, () => new Floor<Member>());
      const crew = new Crew(floor, this.#options.assumptions);
      return { crew, scores: new Scores(crew, this.#options), pools: new Map() };
    });
  }
}

/** Whether a worker is what it was, labels apart. */
function isSameBut(known: Member, worker: PooledWorker): boolean {
  const { queues = [], channels = [], capacity = 0 } = worker;
  return (
    capacity === known.capacity &&
    queues.length === known.queues.length &&
    queues.every((queueId, index) => queueId === known.queues[index]) &&
    channels.length === known.channels.length &&
    channels.every(({ channelId, capacityCostPerJob, maxNumberOfJobs }, index) => {
      const other = known.channels[index];
      return (
        channelId === other?.channelId &&
        capacityCostPerJob === other.capacityCostPerJob &&
        maxNumberOfJobs === other.maxNumberOfJobs
      );
    })
  );
}

/** The same arithmetic as `exclusionsOf`: units of capacity are whole, their sums may not be. */
function hasRoom(member: Member, channel: ChannelConfiguration | undefined): boolean {
  if (channel === undefined) return true;
  const { channelId, capacityCostPerJob, maxNumberOfJobs } = channel;
  if (member.capacity - member.load.usedCapacity < capacityCostPerJob - 1e-6) return false;
  const jobs = member.load.jobsByChannel?.get(channelId) ?? 0;
  return maxNumberOfJobs === undefined || jobs < maxNumberOfJobs;
}

/** A channel that is listed twice counts as it is listed first. */
function firstOfEach(channels: readonly ChannelConfiguration[]): readonly ChannelConfiguration[] {
  return channels.filter(
    ({ channelId }, index) =>
      channels.findIndex((channel) => channel.channelId === channelId) === index,
  );
}
