import { samplerOf } from "../random/distribution.ts";
import type { Streams } from "../random/streams.ts";
import type { Arrivals, PastJob, RateStep, Workload } from "../workload/workload.ts";

/** When the jobs of one class come, one after the other. */
export interface ArrivalProcess {
  /** The next one, in milliseconds after the start; `undefined`: none before the horizon. */
  next(): { readonly atMs: number; readonly past?: PastJob } | undefined;
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const hourMs = 3_600_000;

/** @param untilMs after the start; nobody comes at this time or later. */
export function arrivalProcess(
  arrivals: Arrivals,
  group: number,
  clock: Pick<Workload, "startMs" | "offsetMs">,
  untilMs: number,
  streams: Streams,
): ArrivalProcess {
  switch (arrivals.kind) {
    case "poisson":
      return poissonProcess(arrivals.week, group, clock, untilMs, streams);
    case "intervals": {
      const sample = samplerOf(arrivals.of);
      let number = 0;
      let at = 0;
      return {
        next() {
          at += Math.max(0, sample(streams.open("arrival", group, number++)));
          return at < untilMs ? { atMs: Math.floor(at) } : undefined;
        },
      };
    }
    case "history": {
      // What came before the clock starts is over.
      let index = arrivals.jobs.findIndex(({ atMs }) => atMs >= 0);
      if (index < 0) index = arrivals.jobs.length;
      return {
        next() {
          const past = arrivals.jobs[index++];
          return past !== undefined && past.atMs < untilMs ? { atMs: past.atMs, past } : undefined;
        },
      };
    }
  }
}

/**
 * Exact for rates in steps: the time in which one job is expected, drawn exponentially, is spent
 * along the rates. One number a job, so two runs stay together whatever the rates.
 */
function poissonProcess(
  week: readonly (readonly RateStep[])[],
  group: number,
  clock: Pick<Workload, "startMs" | "offsetMs">,
  untilMs: number,
  streams: Streams,
): ArrivalProcess {
  const steps = weekSteps(week);
  const offset = weekOffset(clock);
  let number = 0;
  let at = 0;
  let step: WeekStep = { fromMs: 0, endMs: 0, perMs: 0 };
  return {
    next() {
      let expected = -Math.log1p(-streams.open("arrival", group, number++)());
      for (;;) {
        if (at >= untilMs) return undefined;
        const now = at + offset;
        if (now < step.fromMs || now >= step.endMs) step = stepAt(steps, now);
        const { perMs, endMs } = step;
        const room = endMs - now;
        if (perMs * room >= expected && perMs > 0) {
          at += expected / perMs;
          return at < untilMs ? { atMs: Math.floor(at) } : undefined;
        }
        expected -= perMs * room;
        at = endMs - offset;
      }
    },
  };
}

/** How many jobs a class is expected to bring; exact but for intervals of unknown mean. */
export function expectedArrivals(
  arrivals: Arrivals,
  clock: Pick<Workload, "startMs" | "offsetMs">,
  untilMs: number,
  meanIntervalMs: (arrivals: Extract<Arrivals, { kind: "intervals" }>) => number,
): number {
  switch (arrivals.kind) {
    case "history":
      return arrivals.jobs.filter(({ atMs }) => atMs >= 0 && atMs < untilMs).length;
    case "intervals":
      return untilMs / Math.max(1e-6, meanIntervalMs(arrivals));
    case "poisson": {
      const steps = weekSteps(arrivals.week);
      const perWeek = steps.reduce(
        (sum, { perMs, fromMs, endMs }) => sum + perMs * (endMs - fromMs),
        0,
      );
      const weeks = Math.floor(untilMs / weekMs);
      let expected = weeks * perWeek;
      const offset = weekOffset(clock);
      for (let at = weeks * weekMs; at < untilMs; ) {
        const { perMs, endMs } = stepAt(steps, at + offset);
        const until = Math.min(untilMs, endMs - offset);
        expected += perMs * (until - at);
        at = until;
      }
      return expected;
    }
  }
}

/** Milliseconds from Monday, midnight, to the start, on its own clock. */
export function weekOffset(clock: Pick<Workload, "startMs" | "offsetMs">): number {
  // 1970 began on a Thursday.
  const local = clock.startMs + clock.offsetMs + 3 * dayMs;
  return ((local % weekMs) + weekMs) % weekMs;
}

interface WeekStep {
  readonly fromMs: number;
  readonly endMs: number;
  readonly perMs: number;
}

/** Covers the week without a gap. */
function weekSteps(week: readonly (readonly RateStep[])[]): readonly WeekStep[] {
  return week.flatMap((day, index) => {
    const from = index * dayMs;
    const [first] = day;
    const padded =
      first === undefined || first.fromMs > 0 ? [{ fromMs: 0, perHour: 0 }, ...day] : day;
    return padded.map(({ fromMs, perHour }, position) => ({
      fromMs: from + fromMs,
      endMs: from + (padded[position + 1]?.fromMs ?? dayMs),
      perMs: perHour / hourMs,
    }));
  });
}

/** The step at a time after some Monday; its end is on the same count. */
function stepAt(steps: readonly WeekStep[], atMs: number): WeekStep {
  const weeks = Math.floor(atMs / weekMs) * weekMs;
  const within = atMs - weeks;
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((steps[middle]?.fromMs ?? 0) <= within) low = middle;
    else high = middle - 1;
  }
  const step = steps[low];
  if (step === undefined) return { fromMs: atMs, endMs: Number.POSITIVE_INFINITY, perMs: 0 };
  return { fromMs: weeks + step.fromMs, endMs: weeks + step.endMs, perMs: step.perMs };
}
