import type { QueueSelector } from "@routewright/jobrouter";
import { failingSelector, type KnownQueue, namesQueue, presumedQueue } from "../../match/queues.ts";
import { compareText } from "../../text.ts";
import type { DecisionContext } from "../decide.ts";
import type { CompiledPolicy } from "../policy.ts";

/** The queues that a list of selectors leaves; `undefined` bits: there are no selectors. */
export interface QueueSet {
  readonly bits: Int32Array | undefined;
  /** Whether a selector names a queue by its id: only then may a presumed queue match (Q6). */
  readonly named: boolean;
}

export interface QueueUniverse {
  /** Every queue a selector could leave, in ordinal order. */
  readonly queues: readonly KnownQueue[];
  readonly words: number;
  /** Those that exist, as opposed to those that are presumed. */
  readonly declared: Int32Array;
  setOf(selectors: readonly QueueSelector[]): QueueSet;
}

const maxRemembered = 4_096;

export function queueUniverse(policy: CompiledPolicy, context: DecisionContext): QueueUniverse {
  const { assumptions } = context;
  const presumed = new Map<string, KnownQueue>();
  if (assumptions.Q6 === "presume") {
    for (const { value } of staticSelectors(policy).filter(namesQueue)) {
      if (context.queues.find(value) === undefined) presumed.set(value, presumedQueue(value));
    }
  }
  const queues = [...context.queues.all, ...presumed.values()].sort((a, b) =>
    compareText(a.id, b.id),
  );
  const words = Math.max(1, Math.ceil(queues.length / 32));
  const sets = new Map<string, QueueSet>();
  const bitsOf = (holds: (queue: KnownQueue) => boolean): Int32Array => {
    const bits = new Int32Array(words);
    for (const [index, queue] of queues.entries()) if (holds(queue)) setBit(bits, index);
    return bits;
  };
  return {
    queues,
    words,
    declared: bitsOf(({ queue }) => queue !== undefined),
    setOf(selectors) {
      if (selectors.length === 0) return { bits: undefined, named: false };
      // Thousands of rules lead to a few queues.
      const name = JSON.stringify(selectors);
      const known = sets.get(name);
      if (known !== undefined) return known;
      const set: QueueSet = {
        bits: bitsOf(({ labels }) => failingSelector(selectors, labels, assumptions) === undefined),
        named: selectors.some(namesQueue),
      };
      if (sets.size < maxRemembered) sets.set(name, set);
      return set;
    },
  };
}

/** The only set bit; -1: none, -2: several. */
export function onlyBit(words: Int32Array): number {
  let found = -1;
  for (let word = 0; word < words.length; word++) {
    const bits = words[word] ?? 0;
    if (bits === 0) continue;
    if (found !== -1 || (bits & (bits - 1)) !== 0) return -2;
    found = word * 32 + 31 - Math.clz32(bits);
  }
  return found;
}

function staticSelectors(policy: CompiledPolicy): readonly QueueSelector[] {
  const lists = policy.queueAttachments.flatMap((attachment) => {
    if (attachment.kind === "weightedAllocation") {
      return attachment.allocations.map(({ selectors }) => selectors);
    }
    return "selectors" in attachment ? [attachment.selectors] : [];
  });
  return lists.flat().map(({ selector }) => selector);
}

function setBit(words: Int32Array, index: number): void {
  const word = index >> 5;
  words[word] = (words[word] ?? 0) | (1 << (index & 31));
}
