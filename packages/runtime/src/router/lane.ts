import type { LabelValue } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { readLabel } from "../labels.ts";
import { Crew } from "../match/crew.ts";
import { Floor, isSet, Seat } from "../match/floor.ts";
import { Scores, type ScoringContext } from "../match/scores.ts";
import { entry, type Signature } from "../match/signatures.ts";
import { JobGroup } from "./job-groups.ts";
import { type JobRecord, jobsOnChannel, loadRatio, none, type WorkerRecord } from "./records.ts";

/** All workers of one channel, and the queues of it that have jobs to offer. */
export class ChannelFloor extends Floor<WorkerRecord, ChannelSeat> {
  readonly channelId: string;
  readonly openLanes: Lane[] = [];

  constructor(channelId: string) {
    super();
    this.channelId = channelId;
  }
}

/** A worker's place on the floor of a channel, in all of its queues. */
export class ChannelSeat extends Seat<WorkerRecord> {
  readonly floor: ChannelFloor;
  readonly lanes: readonly Lane[];
  readonly cost: number;
  readonly maxNumberOfJobs: number | undefined;

  constructor(
    worker: WorkerRecord,
    floor: ChannelFloor,
    lanes: readonly Lane[],
    cost: number,
    maxNumberOfJobs: number | undefined,
  ) {
    super(worker);
    this.floor = floor;
    this.lanes = lanes;
    this.cost = cost;
    this.maxNumberOfJobs = maxNumberOfJobs;
  }

  take(): void {
    this.refresh();
    this.floor.add(this);
    this.floor.noteLabels(this);
    for (const { crew } of this.lanes) crew.add(this);
  }

  leave(): void {
    this.floor.delete(this);
    for (const { crew } of this.lanes) crew.delete(this);
  }

  /** To be called whenever load, state or times of the worker have changed. */
  refresh(): void {
    const { worker, floor } = this;
    const has = hasRoom(worker, floor.channelId, this.cost, this.maxNumberOfJobs);
    floor.place(this, has, loadRatio(worker), worker.availableSince);
  }
}

const fewGroups = 8;

/** Groups without jobs that are kept for the next job of their kind. */
const mostIdleGroups = 512;

/** One channel of one queue: the workers that serve it, and its waiting jobs. */
export class Lane {
  readonly floor: ChannelFloor;
  readonly crew: Crew<WorkerRecord>;
  readonly scores: Scores<WorkerRecord>;
  readonly #assumptions: Assumptions;

  readonly #groups = new Map<Signature, JobGroup>();
  #idleGroups = 0;
  /** Groups with jobs to offer: by the label value they ask for, or else together. */
  readonly #open: JobGroup[] = [];
  readonly #buckets = new Map<string, Map<LabelValue, JobGroup[]>>();
  /** All of them. */
  readonly #allOpen: JobGroup[] = [];
  /** Place among the lanes of the floor that have jobs to offer. */
  #openPlace = none;

  constructor(floor: ChannelFloor, context: ScoringContext) {
    this.floor = floor;
    this.crew = new Crew(floor, context.assumptions);
    this.scores = new Scores(this.crew, context);
    this.#assumptions = context.assumptions;
  }

  /** Makes the job a member of the group of its signature; it is not offered yet. */
  enter(job: JobRecord, signature: Signature): JobGroup {
    let group = this.#groups.get(signature);
    if (group === undefined) {
      if (this.#idleGroups > mostIdleGroups) this.#dropIdleGroups();
      group = new JobGroup(signature, this);
      this.#groups.set(signature, group);
    } else if (group.members === 0) this.#idleGroups--;
    group.members++;
    job.group = group;
    return group;
  }

  leave(job: JobRecord, group: JobGroup): void {
    this.hold(job, group);
    job.group = undefined;
    if (--group.members === 0) this.#idleGroups++;
  }

  /** The job may get an offer. */
  open(job: JobRecord, group: JobGroup): void {
    if (job.heapPlace !== none) return;
    group.add(job);
    if (group.size === 1) this.#list(group);
  }

  /** The job may get no offer for now. */
  hold(job: JobRecord, group: JobGroup): void {
    if (job.heapPlace === none) return;
    group.remove(job);
    if (group.size === 0) this.#unlist(group);
  }

  /** The first waiting job that may be offered to this seat's worker, before `beforeKey`. */
  firstJobFor(seat: ChannelSeat, beforeKey: number): JobRecord | undefined {
    const open = this.#allOpen;
    if (open.length === 0) return undefined;
    this.floor.ready();
    const { slot, worker } = seat;
    // To look at few takes less time than to find the right ones.
    if (open.length <= fewGroups) return this.#firstIn(open, slot, worker, beforeKey);
    let best = this.#firstIn(this.#open, slot, worker, beforeKey);
    for (const [key, byValue] of this.#buckets) {
      const value = readLabel(worker.labels, key);
      const groups = value === undefined ? undefined : byValue.get(value);
      if (groups === undefined) continue;
      best = this.#firstIn(groups, slot, worker, best?.orderKey ?? beforeKey) ?? best;
    }
    return best;
  }

  #firstIn(
    groups: readonly JobGroup[],
    slot: number,
    worker: WorkerRecord,
    beforeKey: number,
  ): JobRecord | undefined {
    let best: JobRecord | undefined;
    let bestKey = beforeKey;
    for (const group of groups) {
      if (group.firstKey >= bestKey || !isSet(this.crew.fill(group.pool).bits, slot)) continue;
      const job = group.firstFor(worker, bestKey);
      if (job === undefined) continue;
      best = job;
      bestKey = job.orderKey;
    }
    return best;
  }

  #list(group: JobGroup): void {
    if (this.#allOpen.length === 0) {
      this.#openPlace = this.floor.openLanes.length;
      this.floor.openLanes.push(this);
    }
    group.openPlace = this.#allOpen.length;
    this.#allOpen.push(group);
    const list = this.#listOf(group);
    group.listPlace = list.length;
    list.push(group);
  }

  #unlist(group: JobGroup): void {
    const lastOpen = this.#allOpen.pop();
    if (lastOpen !== undefined && lastOpen !== group) {
      this.#allOpen[group.openPlace] = lastOpen;
      lastOpen.openPlace = group.openPlace;
    }
    group.openPlace = none;
    if (this.#allOpen.length === 0) this.#shut();
    const list = this.#listOf(group);
    const last = list.pop();
    if (last !== undefined && last !== group) {
      list[group.listPlace] = last;
      last.listPlace = group.listPlace;
    }
    group.listPlace = none;
    const { equal } = group.signature;
    if (list.length > 0 || list === this.#open || equal === undefined) return;
    const byValue = this.#buckets.get(equal.key);
    byValue?.delete(equal.value);
    if (byValue?.size === 0) this.#buckets.delete(equal.key);
  }

  #shut(): void {
    const { openLanes } = this.floor;
    const last = openLanes.pop();
    if (last !== undefined && last !== this) {
      openLanes[this.#openPlace] = last;
      last.#openPlace = this.#openPlace;
    }
    this.#openPlace = none;
  }

  #listOf(group: JobGroup): JobGroup[] {
    const { equal } = group.signature;
    // Without regard to case a value is no key.
    if (equal === undefined || this.#assumptions.Q17 !== "exact") return this.#open;
    const byValue = entry(this.#buckets, equal.key, () => new Map<LabelValue, JobGroup[]>());
    return entry(byValue, equal.value, () => []);
  }

  #dropIdleGroups(): void {
    for (const [signature, group] of this.#groups) {
      if (group.members === 0) this.#groups.delete(signature);
    }
    this.#idleGroups = 0;
  }
}

/** Whether a worker may be offered one more job of a channel. */
export function hasRoom(
  worker: WorkerRecord,
  channelId: string,
  cost: number,
  maxNumberOfJobs: number | undefined,
): boolean {
  return (
    worker.state === "active" &&
    worker.capacity - worker.used >= cost &&
    (maxNumberOfJobs === undefined || jobsOnChannel(worker, channelId) < maxNumberOfJobs) &&
    (worker.maxConcurrentOffers === undefined || worker.offers.length < worker.maxConcurrentOffers)
  );
}
