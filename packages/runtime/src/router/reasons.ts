import type { AssumptionId } from "../assumptions.ts";
import type { FailedClassification } from "../classify/result.ts";
import { showSeconds, showValue } from "../text.ts";
import type { RouterCommand } from "./command.ts";
import type { Reason } from "./transition.ts";

type CommandName = RouterCommand["kind"];

function reason(cause: Reason["cause"], ...assumptions: readonly AssumptionId[]): Reason {
  return { cause, assumptions };
}

/** Reasons that say the same are the same: they are given with every transition. */
const commands = new Map<CommandName, Reason>();
export function commandReason(
  command: CommandName,
  ...assumptions: readonly AssumptionId[]
): Reason {
  if (assumptions.length > 0) return reason({ kind: "command", command }, ...assumptions);
  let known = commands.get(command);
  if (known === undefined) {
    known = reason({ kind: "command", command });
    commands.set(command, known);
  }
  return known;
}

export const classifiedReason = reason({ kind: "classification" });
/** It has been given to the scheduler; the time itself comes later. */
export const schedulingReason = reason({ kind: "timer", what: "scheduling" });
export const scheduleReason = reason({ kind: "schedule" });
export const missedScheduleReason = reason({ kind: "schedule" }, "R13");
export const offerTimedOutReason = reason({ kind: "offerTimedOut" });
export const lastJobClosedReason = reason({ kind: "lastJobClosed" });
export const queueingReason = reason({ kind: "timer", what: "queueing" });
export const closeLaterReason = reason({ kind: "timer", what: "closeAt" });
export const selectorExpiryReason = reason({ kind: "timer", what: "selectorExpiry" }, "Q18");
export const idleReason = reason({ kind: "timer", what: "idleWorker" }, "R11");
export const jobLifeReason = reason({ kind: "timer", what: "jobLife" }, "R12");

const modes = {
  longestIdle: reason({ kind: "matched", mode: "longestIdle" }),
  roundRobin: reason({ kind: "matched", mode: "roundRobin" }, "Q35"),
  bestWorker: reason({ kind: "matched", mode: "bestWorker" }),
} as const;

export function matchedReason(mode: keyof typeof modes, score: number | undefined): Reason {
  return score === undefined ? modes[mode] : reason({ kind: "matched", mode, score });
}

export function failedReason(failure: FailedClassification): Reason {
  const cited = failure.errors.flatMap(({ assumption }) => assumption ?? []);
  return reason({ kind: "classificationFailed", failure }, ...new Set(cited));
}

export function otherAcceptedReason(workerId: string): Reason {
  return reason({ kind: "otherWorkerAccepted", workerId });
}

export function jobChangedReason(what: string, ...assumptions: readonly AssumptionId[]): Reason {
  return reason({ kind: "jobChanged", what }, ...assumptions);
}

export function workerChangedReason(what: string, ...assumptions: readonly AssumptionId[]): Reason {
  return reason({ kind: "workerChanged", what }, ...assumptions);
}

export function waitTimeReason(ruleId: string, thresholdSeconds: number): Reason {
  return reason({ kind: "waitTime", ruleId, thresholdSeconds }, "Q30");
}

export function queueLengthReason(ruleId: string, threshold: number): Reason {
  return reason({ kind: "queueLength", ruleId, threshold }, "Q28", "Q30");
}

/** A reason as people read it, without a full stop. */
export function describeReason({ cause }: Reason): string {
  switch (cause.kind) {
    case "command":
      return `asked for by ${cause.command}`;
    case "classification":
      return "classification came to this";
    case "classificationFailed": {
      const [first] = cause.failure.errors;
      return `classification failed: ${first?.message ?? "no reason is known"}`;
    }
    case "matched":
      return cause.score === undefined
        ? `the first worker by ${modeWords[cause.mode] ?? cause.mode}`
        : `the best score, ${showValue(cause.score)}`;
    case "schedule":
      return "its scheduled time has come";
    case "waitTime":
      return `rule \`${cause.ruleId}\`: it has waited ${showSeconds(cause.thresholdSeconds)}`;
    case "queueLength":
      return `rule \`${cause.ruleId}\`: ${cause.threshold} or more jobs are queued already`;
    case "offerTimedOut":
      return "nobody answered in time";
    case "otherWorkerAccepted":
      return `\`${cause.workerId}\` accepted it`;
    case "jobChanged":
      return `the job changed: ${cause.what}`;
    case "workerChanged":
      return `the worker changed: ${cause.what}`;
    case "lastJobClosed":
      return "its last job is closed";
    case "timer":
      return timerWords[cause.what] ?? cause.what;
  }
}

const modeWords: Readonly<Record<string, string>> = {
  longestIdle: "load and time available",
  roundRobin: "turn",
  bestWorker: "score",
};

const timerWords: Readonly<Record<string, string>> = {
  queueing: "it is ready and was queued",
  scheduling: "its time is noted",
  closeAt: "the time to close has come",
  selectorExpiry: "a selector ran out",
  idleWorker: "the worker did nothing for seven days",
  jobLife: "the job was not finished within 90 days",
};
