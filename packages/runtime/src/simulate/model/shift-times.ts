import type { ShiftSpan, Shifts, Workload } from "../workload/workload.ts";
import { weekOffset } from "./arrivals.ts";

const dayMs = 86_400_000;

/**
 * When somebody is there between the start and the horizon, in order, without overlaps: shifts
 * that meet are one.
 */
export function shiftSpans(
  shifts: Shifts | undefined,
  clock: Pick<Workload, "startMs" | "offsetMs">,
  untilMs: number,
): readonly ShiftSpan[] {
  if (shifts === undefined) return [{ fromMs: 0, toMs: untilMs }];
  const spans =
    shifts.kind === "listed" ? shifts.spans : weeklySpans(shifts.shifts, clock, untilMs);
  const merged: ShiftSpan[] = [];
  for (const { fromMs, toMs } of [...spans].sort(
    (a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs,
  )) {
    const span = { fromMs: Math.max(0, fromMs), toMs: Math.min(untilMs, toMs) };
    if (span.toMs <= span.fromMs) continue;
    const last = merged.at(-1);
    if (last === undefined || last.toMs < span.fromMs) merged.push(span);
    else merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return merged;
}

function weeklySpans(
  shifts: Extract<Shifts, { kind: "weekly" }>["shifts"],
  clock: Pick<Workload, "startMs" | "offsetMs">,
  untilMs: number,
): readonly ShiftSpan[] {
  const spans: ShiftSpan[] = [];
  // A shift of the day before may reach into the first one.
  for (let day = -7; day * dayMs < untilMs + 7 * dayMs; day++) {
    const midnight = day * dayMs - weekOffset(clock);
    const weekday = ((day % 7) + 7) % 7;
    for (const { days, fromMs, toMs } of shifts) {
      if (days.includes(weekday)) spans.push({ fromMs: midnight + fromMs, toMs: midnight + toMs });
    }
  }
  return spans;
}
