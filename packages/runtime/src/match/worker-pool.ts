import type { ChannelConfiguration, Labels, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { withAutomaticId } from "../labels.ts";
import type { RuleAnswers } from "../rules/stubs.ts";
import type { PreparedDistribution } from "./distribution.ts";
import { MatchShapes } from "./match-shape.ts";
import { bestOf } from "./pool-query.ts";
import { PoolLane } from "./pool-view.ts";

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
 * Workers that answer every question of a policy alike (same values of the labels that selectors
 * and score read) form a group; selectors are tried and scores computed once a group, and a
 * group's members stay in order. So a match costs by the groups that there are, not by the
 * workers; a change of load costs by the queues and channels of the worker.
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
  return new Pool(options);
}

/** A worker inside the pool. Only the pool changes it, and only while it stands in no lane. */
export interface PoolMember {
  readonly id: string;
  /** With the automatic `Id`. */
  labels: Labels;
  queues: readonly string[];
  channels: readonly ChannelConfiguration[];
  capacity: number;
  load: WorkerLoad;
  loadRatio: number;
  availableSince: number;
  /** Where it may be offered jobs now. */
  lanes: PoolLane[];
}

const noLoad: WorkerLoad = { available: false, usedCapacity: 0, availableSince: 0 };

class Pool implements WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #members = new Map<string, PoolMember>();
  /** By queue, then channel; a lane without a channel holds whoever is available. */
  readonly #lanes = new Map<string, Map<string | undefined, PoolLane>>();
  readonly #shapes = new MatchShapes();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  put(worker: PooledWorker): void {
    const load = this.#members.get(worker.id)?.load ?? noLoad;
    this.remove(worker.id);
    const labels = withAutomaticId(worker.labels, worker.id);
    this.#shapes.addWorkerKeys(labels);
    const member: PoolMember = {
      id: worker.id,
      labels,
      queues: [...new Set(worker.queues ?? [])],
      channels: firstOfEach(worker.channels ?? []),
      capacity: worker.capacity ?? 0,
      load,
      loadRatio: 0,
      availableSince: 0,
      lanes: [],
    };
    this.#members.set(worker.id, member);
    this.#enter(member);
  }

  setLoad(workerId: string, load: WorkerLoad): void {
    const member = this.#members.get(workerId);
    if (member === undefined) return;
    leave(member);
    member.load = load;
    this.#enter(member);
  }

  remove(workerId: string): void {
    const member = this.#members.get(workerId);
    if (member === undefined) return;
    leave(member);
    this.#members.delete(workerId);
    for (const queueId of member.queues) {
      for (const lane of this.#lanes.get(queueId)?.values() ?? []) lane.forget(member);
    }
  }

  best(request: MatchRequest): readonly Match[] {
    const lane = this.#lane(request.queueId, request.channelId);
    return bestOf(lane, request, this.#shapes, this.#options);
  }

  #enter(member: PoolMember): void {
    const { load, capacity } = member;
    member.loadRatio = capacity > 0 && load.usedCapacity > 0 ? load.usedCapacity / capacity : 0;
    member.availableSince = load.availableSince;
    if (!load.available) return;
    for (const queueId of member.queues) {
      const lanes = this.#lanes.get(queueId);
      if (lanes === undefined) continue;
      for (const [channelId, lane] of lanes) {
        if (!hasRoom(member, channelId)) continue;
        lane.add(member);
        member.lanes.push(lane);
      }
    }
  }

  /** Lanes are made when they are first asked for. */
  #lane(queueId: string, channelId: string | undefined): PoolLane {
    let lanes = this.#lanes.get(queueId);
    if (lanes === undefined) {
      lanes = new Map();
      this.#lanes.set(queueId, lanes);
    }
    const known = lanes.get(channelId);
    if (known !== undefined) return known;
    const lane = new PoolLane();
    lanes.set(channelId, lane);
    for (const member of this.#members.values()) {
      if (!member.load.available || !member.queues.includes(queueId)) continue;
      if (!hasRoom(member, channelId)) continue;
      lane.add(member);
      member.lanes.push(lane);
    }
    return lane;
  }
}

function leave(member: PoolMember): void {
  for (const lane of member.lanes) lane.delete(member);
  member.lanes.length = 0;
}

/** The same arithmetic as `exclusionsOf`: units of capacity are whole, their sums may not be. */
function hasRoom(member: PoolMember, channelId: string | undefined): boolean {
  if (channelId === undefined) return true;
  for (const channel of member.channels) {
    if (channel.channelId !== channelId) continue;
    const { capacityCostPerJob, maxNumberOfJobs } = channel;
    if (member.capacity - member.load.usedCapacity < capacityCostPerJob - 1e-6) return false;
    const jobs = member.load.jobsByChannel?.get(channelId) ?? 0;
    return maxNumberOfJobs === undefined || jobs < maxNumberOfJobs;
  }
  return false;
}

/** A channel that is listed twice counts as it is listed first. */
function firstOfEach(channels: readonly ChannelConfiguration[]): readonly ChannelConfiguration[] {
  return channels.filter(
    ({ channelId }, index) =>
      channels.findIndex((channel) => channel.channelId === channelId) === index,
  );
}
