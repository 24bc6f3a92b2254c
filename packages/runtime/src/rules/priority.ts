import type { Assumptions } from "../assumptions.ts";
import type { Issue } from "../issue.ts";
import { showValue } from "../text.ts";
import type { RuleValue } from "./value.ts";

export const lowestPriority = -100;
export const highestPriority = 100;
/** What the service gives a job that says nothing (recorded, 2023-11-01). */
export const defaultPriority = 1;

export type PriorityResult =
  | {
      readonly ok: true;
      readonly priority: number;
      readonly warning?: Issue;
    }
  | { readonly ok: false; readonly issue: Issue };

/** A job's priority from what its rule yielded (Q33; Q11 for what is no number). */
export function priorityOf(
  value: RuleValue,
  pointer: string,
  assumptions: Pick<Assumptions, "Q33">,
): PriorityResult {
  const number = numberOf(value);
  if (number === undefined) {
    return {
      ok: false,
      issue: {
        code: "PriorityNotANumber",
        message: `the priority rule yields ${showValue(value)}, which is not a number`,
        pointer,
        assumption: "Q11",
      },
    };
  }
  const rounded = roundHalfAwayFromZero(number);
  const priority = Math.min(highestPriority, Math.max(lowestPriority, rounded));
  if (typeof value === "number" && priority === number) return { ok: true, priority };
  if (assumptions.Q33 === "strict" || priority !== rounded) {
    const issue: Issue = {
      code: "PriorityOutOfRange",
      message: `the priority rule yields ${showValue(value)}, which is not a whole number from ${lowestPriority} to ${highestPriority}`,
      pointer,
      assumption: "Q33",
    };
    return assumptions.Q33 === "strict"
      ? { ok: false, issue }
      : { ok: true, priority, warning: issue };
  }
  return { ok: true, priority };
}

/** A number, or a text that is one; anything else is not (a boolean is no number). */
function numberOf(value: RuleValue): number | undefined {
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  if (typeof value !== "string" || !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/.test(value))
    return undefined;
  return Number(value);
}

/** `Math.round` rounds -2.5 to -2; this gives -3. Never -0. */
function roundHalfAwayFromZero(value: number): number {
  const rounded = value < 0 ? -Math.round(-value) : Math.round(value);
  return rounded === 0 ? 0 : rounded;
}
