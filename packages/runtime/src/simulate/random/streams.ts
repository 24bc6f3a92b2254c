import { philox4x32 } from "./philox.ts";

/** Numbers of at least 0 and less than 1. */
export type Random = () => number;

/** What a random number is for. The position in this list is part of every stream: append only. */
export const purposes = [
  "arrival",
  "label",
  "priority",
  "handling",
  "wrapUp",
  "patience",
  "answer",
  "answerDelay",
  "retry",
  "absence",
] as const;
export type Purpose = (typeof purposes)[number];

/** Groups (classes of jobs, groups of workers) and sub-streams (labels) that a stream can name. */
export const streamLimit = 4096;

/**
 * The random streams of one replication: one for each purpose, group, entity and sub-stream, all
 * independent of each other. A stream starts at its beginning whenever it is opened, so what a
 * job draws depends on nothing that happened to others: two policies that meet the same job see
 * the same patience.
 */
export interface Streams {
  /**
   * Opens a stream; the one opened before is left. The same function comes back each time.
   *
   * @param group below `streamLimit`: the class of jobs or the group of workers.
   * @param entity the job's or the worker's number.
   * @param sub below `streamLimit`, where one purpose needs several.
   */
  open(purpose: Purpose, group: number, entity: number, sub?: number): Random;
}

/** @param seed a whole number from 0 to 2^53 - 1. */
export function createStreams(seed: number, replication: number): Streams {
  const key0 = seed >>> 0;
  const key1 = Math.floor(seed / 2 ** 32) >>> 0;
  const words = new Uint32Array(4);
  let block = 0;
  let entityWord = 0;
  let streamWord = 0;
  let used = 4;

  const next: Random = () => {
    if (used === 4) {
      words[0] = block++;
      words[1] = entityWord;
      words[2] = streamWord;
      words[3] = replication;
      philox4x32(words, key0, key1);
      used = 0;
    }
    const high = words[used] ?? 0;
    const low = words[used + 1] ?? 0;
    used += 2;
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  };

  return {
    open(purpose, group, entity, sub = 0) {
      streamWord = ((purposeNumbers[purpose] << 24) | (group << 12) | sub) >>> 0;
      entityWord = entity;
      block = 0;
      used = 4;
      return next;
    },
  };
}

const purposeNumbers = Object.fromEntries(
  purposes.map((purpose, index) => [purpose, index + 1]),
) as Readonly<Record<Purpose, number>>;
