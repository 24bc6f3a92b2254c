import type { Timed } from "../timer-queue.ts";

/** What falls due by itself. */
export const timerKinds = [
  "classify",
  "queue",
  "schedule",
  "activate",
  "match",
  "offerExpiry",
  "selectorExpiry",
  "waitTime",
  "close",
  "retryOffer",
  "idleWorker",
  "jobLife",
] as const;
export type TimerKind = (typeof timerKinds)[number];

export type SavedTimer = Timed<TimerKind>;
