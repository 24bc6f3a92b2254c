import type { Labels, LabelValue } from "@routewright/jobrouter";
import { readLabel } from "../labels.ts";
import { compareText } from "../text.ts";
import type { PreparedDistribution } from "./distribution.ts";
import { type MatchShape, signatureOf } from "./match-shape.ts";
import type { PoolMember } from "./worker-pool.ts";

/** Workers that are alike in all that a shape reads, in the order in which they get jobs. */
export interface PoolGroup {
  /** By place among the shape's keys. */
  readonly values: readonly (LabelValue | undefined)[];
  /** The same as labels, without those that are missing. */
  readonly labels: Labels;
  /** Those that may be offered a job now. */
  readonly members: PoolMember[];
  /** Scores by number of the job's signature; NaN: scoring fails. */
  scores: number[];
  /** Workers of the group, busy ones too; without any it is dropped. */
  size: number;
  readonly signature: unknown;
  readonly bucket: PoolBucket;
}

/** Groups that agree on the labels which must be equal. */
export interface PoolBucket {
  readonly signature: unknown;
  readonly groups: PoolGroup[];
}

export type CompareMembers = (a: PoolMember, b: PoolMember) => number;

/** Of equals in score, who has been available longest. */
export const compareLongest: CompareMembers = (a, b) =>
  a.availableSince - b.availableSince || compareText(a.id, b.id);

const comparisons: Readonly<Record<PreparedDistribution["mode"], CompareMembers>> = {
  longestIdle: (a, b) => a.loadRatio - b.loadRatio || compareLongest(a, b),
  roundRobin: (a, b) => compareText(a.id, b.id),
  bestWorker: compareLongest,
};

/** Job signatures whose scores are remembered at once. */
const maxSignatures = 256;

/** The workers of a lane, grouped for one shape and ordered for one mode. */
export class PoolView {
  readonly compare: CompareMembers;
  readonly #shape: MatchShape;
  readonly #buckets = new Map<unknown, PoolBucket>();
  readonly #bySignature = new Map<unknown, PoolGroup>();
  readonly #groups = new Map<PoolMember, PoolGroup>();
  #scoredFor: PreparedDistribution | undefined;
  readonly #signatures = new Map<unknown, number>();

  constructor(shape: MatchShape, mode: PreparedDistribution["mode"]) {
    this.#shape = shape;
    this.compare = comparisons[mode];
  }

  bucket(signature: unknown): PoolBucket | undefined {
    return this.#buckets.get(signature);
  }

  /** A small number for what a score reads of a job; scores are kept under it. */
  signatureNumber(signature: unknown, distribution: PreparedDistribution): number {
    if (distribution !== this.#scoredFor || this.#signatures.size > maxSignatures) {
      this.#scoredFor = distribution;
      this.#signatures.clear();
      for (const { groups } of this.#buckets.values())
        for (const group of groups) group.scores = [];
    }
    let number = this.#signatures.get(signature);
    if (number === undefined) {
      number = this.#signatures.size;
      this.#signatures.set(signature, number);
    }
    return number;
  }

  add(member: PoolMember): void {
    let group = this.#groups.get(member);
    if (group === undefined) {
      group = this.#groupOf(member.labels);
      group.size++;
      this.#groups.set(member, group);
    }
    group.members.splice(this.#placeOf(group, member), 0, member);
  }

  delete(member: PoolMember): void {
    const group = this.#groups.get(member);
    if (group === undefined) return;
    const place = this.#placeOf(group, member);
    if (group.members[place] === member) group.members.splice(place, 1);
  }

  /** The worker's labels change, or it goes. */
  forget(member: PoolMember): void {
    const group = this.#groups.get(member);
    if (group === undefined) return;
    this.#groups.delete(member);
    if (--group.size > 0) return;
    const { groups, signature } = group.bucket;
    groups.splice(groups.indexOf(group), 1);
    this.#bySignature.delete(group.signature);
    if (groups.length === 0) this.#buckets.delete(signature);
  }

  /** Where a member stands, or would. */
  #placeOf({ members }: PoolGroup, member: PoolMember): number {
    let low = 0;
    let high = members.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = members[middle];
      if (other !== undefined && this.compare(other, member) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #groupOf(labels: Labels): PoolGroup {
    const { keys, equalKeys } = this.#shape;
    const values = keys.map((key) => readLabel(labels, key));
    const signature = signatureOf(values);
    const known = this.#bySignature.get(signature);
    if (known !== undefined) return known;
    const common = signatureOf(values.slice(0, equalKeys.length));
    let bucket = this.#buckets.get(common);
    if (bucket === undefined) {
      bucket = { signature: common, groups: [] };
      this.#buckets.set(common, bucket);
    }
    const own = Object.create(null) as Record<string, LabelValue>;
    for (const [index, key] of keys.entries()) {
      const value = values[index];
      if (value !== undefined) own[key] = value;
    }
    const group: PoolGroup = {
      values,
      labels: own,
      members: [],
      scores: [],
      size: 0,
      signature,
      bucket,
    };
    bucket.groups.push(group);
    this.#bySignature.set(signature, group);
    return group;
  }
}

/** Views kept at once; the one that was made first goes. */
const maxViews = 16;

/** Everyone who may be offered a job of one queue and channel now. */
export class PoolLane {
  readonly #members = new Set<PoolMember>();
  readonly #views = new Map<MatchShape, Map<PreparedDistribution["mode"], PoolView>>();
  #viewCount = 0;

  add(member: PoolMember): void {
    this.#members.add(member);
    for (const views of this.#views.values()) for (const view of views.values()) view.add(member);
  }

  delete(member: PoolMember): void {
    this.#members.delete(member);
    for (const views of this.#views.values())
      for (const view of views.values()) view.delete(member);
  }

  forget(member: PoolMember): void {
    for (const views of this.#views.values())
      for (const view of views.values()) view.forget(member);
  }

  view(shape: MatchShape, mode: PreparedDistribution["mode"]): PoolView {
    let views = this.#views.get(shape);
    const known = views?.get(mode);
    if (known !== undefined) return known;
    if (this.#viewCount >= maxViews) {
      this.#views.clear();
      this.#viewCount = 0;
      views = undefined;
    }
    if (views === undefined) {
      views = new Map();
      this.#views.set(shape, views);
    }
    const view = new PoolView(shape, mode);
    for (const member of this.#members) view.add(member);
    views.set(mode, view);
    this.#viewCount++;
    return view;
  }
}
