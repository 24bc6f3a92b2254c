import type { SyntaxToken } from "@routewright/dsl";
import type { Want } from "./want.ts";

const durations: Want = {
  kind: "literals",
  values: ["0s", "30s", "60s", "5m", "15m", "1h"],
  detail: "time",
};
const locals = (of: string): Want => ({ kind: "locals", of });
const words = (...all: readonly string[]): Want => ({ kind: "words", words: all });

const deeds = ["accepts", "declines", "completes", "closes", "goes off", "comes back"];
const states = [
  "queued",
  "assigned to",
  "completed",
  "closed",
  "cancelled",
  "reclassified",
  "moved",
  "suspended",
  "scheduled",
  "unassigned",
  "active",
  "inactive",
  "draining",
  "requires",
  "no longer requires",
  "not",
];
const stepWords = [
  "expect",
  "job",
  "worker",
  "set",
  "change",
  "move",
  "reclassify",
  "cancel",
  "unassign",
  "release",
  "refused",
];

/** How many tokens the time of a moment takes: `at 5m`, `from 1m until 5m`; none where it is none. */
export function timeLength(item: readonly SyntaxToken[]): number {
  switch (item[0]?.image) {
    case "at":
    case "within":
    case "until":
      return 2;
    case "from":
      return 4;
    default:
      return 0;
  }
}

/** What may come next in a scenario; `undefined`: the same as in a test. */
export function scenarioWants(
  item: readonly SyntaxToken[],
  isMoment: boolean,
  requirement: (rest: readonly SyntaxToken[], last: SyntaxToken) => readonly Want[],
): readonly Want[] | undefined {
  const last = item.at(-1);
  if (last === undefined) return undefined;
  const time = timeLength(item);
  if (time > 0 && item.length < time) {
    return item[0]?.image === "from" && item.length === 2 ? [words("until")] : [durations];
  }
  if (time > 0 && item.length === time) {
    return [words(...stepWords, "{"), locals("any")];
  }
  const step = time > 0 ? item.slice(time) : item;
  if (time === 0 && !isMoment) return headWants(item, last);
  return stepWants(step[0]?.image === "refused" ? step.slice(1) : step, last, requirement);
}

function headWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] | undefined {
  switch (item[0]?.image) {
    case "classifying":
    case "queueing":
    case "offering":
      return last.image === "takes" ? [durations] : [words("takes")];
    case "starts":
    case "worker":
      return [];
    default:
      return undefined;
  }
}

function stepWants(
  step: readonly SyntaxToken[],
  last: SyntaxToken,
  requirement: (rest: readonly SyntaxToken[], last: SyntaxToken) => readonly Want[],
): readonly Want[] | undefined {
  const isFirst = step.length === 1;
  switch (step[0]?.image) {
    case undefined:
      return [words(...stepWords), locals("any")];
    case "job":
      switch (last.image) {
        case "job":
          return [];
        case "scheduled":
          return [words("at")];
        case "at":
          return [durations];
        default:
          return undefined;
      }
    case "worker":
      return [];
    case "expect":
      return expectationWants(step.slice(1), last, requirement);
    case "set":
    case "change":
      return isFirst ? [locals("any")] : [];
    case "move":
      if (isFirst) return [locals("job")];
      return last.image === "to" ? [{ kind: "symbols", of: ["queue"] }] : [words("to", "priority")];
    case "reclassify":
      if (isFirst) return [locals("job")];
      return last.image === "via" ? [{ kind: "symbols", of: ["classification"] }] : [words("via")];
    case "cancel":
      return isFirst ? [locals("job")] : [words("note")];
    case "unassign":
      return isFirst ? [locals("job")] : [words("suspended")];
    case "release":
      return [locals("job")];
    default:
      return deedWants(step, last);
  }
}

function deedWants(step: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  if (step.length === 1) return [words(...deeds)];
  switch (last.image) {
    case "accepts":
    case "declines":
    case "completes":
    case "closes":
      return [locals("job")];
    case "goes":
      return [words("off")];
    case "comes":
      return [words("back")];
    case "for":
    case "after":
      return [durations];
    default:
      return step[1]?.image === "declines" ? [words("for")] : [words("note", "after")];
  }
}

function expectationWants(
  rest: readonly SyntaxToken[],
  last: SyntaxToken,
  requirement: (rest: readonly SyntaxToken[], last: SyntaxToken) => readonly Want[],
): readonly Want[] {
  const requires = rest.findIndex(({ image }) => image === "requires");
  if (requires >= 0) return requirement(rest.slice(requires + 1), last);
  switch (last.image) {
    case "expect":
      return [
        words("offer of", "no offer", "queue of", "no queue of", "priority of", "labels of"),
        locals("any"),
        words("load of", "disposition of", "note of", "event", "events of"),
      ];
    case "no":
      return [words("offer", "queue of", "longer requires")];
    case "offer":
      return [words("of", "to")];
    case "of":
      return [locals("any")];
    case "to":
      return [locals("worker")];
    case "not":
      return [words(...states)];
    case "==":
    case "!=":
      return rest[0]?.image === "queue" ? [{ kind: "symbols", of: ["queue"] }] : [];
    default:
      break;
  }
  if (rest[0]?.image === "offer" || rest[1]?.image === "offer") {
    return [words("to", "issued", "accepted", "declined", "expired", "revoked")];
  }
  if (rest.some(({ image }) => image === "of")) return [words("==", "!=", "<", "<=", ">", ">=")];
  return rest.length === 1 ? [words(...states)] : [words("to")];
}
