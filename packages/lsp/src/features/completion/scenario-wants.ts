import type { SyntaxToken } from "@routewright/dsl";
import { routerEventNames } from "@routewright/jobrouter";
import type { Want } from "./want.ts";

const durations: readonly Want[] = [
  { kind: "literals", values: ["0s", "30s", "60s", "5m", "15m", "1h"], detail: "time" },
  { kind: "symbols", of: ["let", "param"] },
];
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

/**
 * How many tokens the time of a moment takes: `at 5m`, `at patience + 2s`, `from 1m until 5m`; none
 * where it is none, more than there are where it is not whole.
 */
export function timeLength(item: readonly SyntaxToken[]): number {
  switch (item[0]?.image) {
    case "at":
    case "within":
    case "until":
      return valueEnd(item, 1);
    case "from": {
      const first = valueEnd(item, 1);
      return first > item.length ? first : valueEnd(item, first + 1);
    }
    default:
      return 0;
  }
}

/** Where a value that begins at an index is over: a name or duration, sums of them included. */
function valueEnd(item: readonly SyntaxToken[], start: number): number {
  let end = start + 1;
  while (["+", "-", "*", "/"].includes(item[end]?.image ?? "")) end += 2;
  return end;
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
    const isBetween = item[0]?.image === "from" && item.length === valueEnd(item, 1);
    return isBetween ? [words("until")] : durations;
  }
  if (time > 0 && item.length === time) {
    return [words(...stepWords, "{"), locals("any")];
  }
  const step = time > 0 ? item.slice(time) : item;
  if (time === 0 && !isMoment) return headWants(item, last);
  return stepWants(step[0]?.image === "refused" ? step.slice(1) : step, last, requirement);
}

/** What may stand in the brackets of an expectation: `waiting in desk [`, `events of j1 [`. */
export function expectedListWants(head: readonly SyntaxToken[]): readonly Want[] | undefined {
  const what = `${head.at(-3)?.image} ${head.at(-2)?.image}`;
  switch (what) {
    case "waiting in":
      return [locals("job")];
    case "workers for":
      return [locals("worker")];
    case "events of":
      return [words(...routerEventNames)];
    default:
      return undefined;
  }
}

/** `accepts after 5s`: what a worker does by itself. */
export function habitWants(last: SyntaxToken): readonly Want[] {
  return last.image === "after" ? durations : [words("after")];
}

function headWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] | undefined {
  switch (item[0]?.image) {
    case "classifying":
    case "queueing":
    case "offering":
      return last.image === "takes" ? durations : [words("takes")];
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
          return durations;
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
      return durations;
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
        words("offer of", "no offer", "queue of", "waiting in", "priority of", "labels of"),
        locals("any"),
        words("no queue of", "no event", "workers for", "load of", "disposition of", "note of"),
        words("event", "events of"),
      ];
    case "no":
      return [words(...(rest.length === 1 ? ["offer", "event", "queue of"] : ["longer requires"]))];
    case "longer":
      return [words("requires")];
    case "event":
      return [words(...routerEventNames)];
    case "queue":
    case "priority":
    case "labels":
    case "load":
    case "disposition":
    case "note":
    case "events":
      return [words("of")];
    case "waiting":
      return [words("in")];
    case "in":
      return [{ kind: "symbols", of: ["queue"] }];
    case "workers":
      return [words("for")];
    case "for":
      return [locals("job")];
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
  const about = rest[0]?.image === "no" ? rest[1]?.image : rest[0]?.image;
  if (about === "event") return [words("of")];
  if (rest[0]?.image === "offer" || rest[1]?.image === "offer") {
    return [words("to", "issued", "accepted", "declined", "expired", "revoked")];
  }
  if (rest.some(({ image }) => image === "of")) return [words("==", "!=", "<", "<=", ">", ">=")];
  return rest.length === 1 ? [words(...states)] : [words("to")];
}
