import type {
  ClassificationPolicy,
  Labels,
  LabelValue,
  Queue,
  QueueSelector,
  RouterRule,
  WorkerSelector,
} from "@routewright/jobrouter";
import type { Assumptions } from "../../../src/index.ts";
import { saying } from "./sayings.ts";

// How a job is classified, once more: written from sections 7 and 8 of the documentation and the
// table of assumptions, with nothing of the engine.

export interface Classified {
  readonly queueId: string | undefined;
  readonly priority: number;
  readonly attached: readonly WorkerSelector[];
}

export interface ClassifiedFrom {
  readonly queueId: string | undefined;
  readonly priority: number;
  readonly labels: Labels;
  readonly queues: readonly Queue[];
  readonly assumed: Assumptions;
  /** 0 ≤ x < 1: where weighted choices fall, drawn once for each, those of queues first. */
  readonly choose: () => number;
}

/** `undefined`: the classification fails. Every part is worked out, failed or not. */
export function classify(
  policy: ClassificationPolicy,
  from: ClassifiedFrom,
): Classified | undefined {
  const queueSelectors = (policy.queueSelectorAttachments ?? []).map((each) =>
    each.kind === "static"
      ? [each.queueSelector]
      : each.kind === "conditional"
        ? ifHolds(each.condition, each.queueSelectors, from)
        : each.kind === "passThrough"
          ? passedThrough(each, from)
          : each.kind === "ruleEngine"
            ? queueNamed(saying(each.rule, from.labels))
            : allocated(each.allocations, ({ queueSelectors: list }) => list, from),
  );
  const workerSelectors = (policy.workerSelectorAttachments ?? []).map((each) =>
    each.kind === "static"
      ? [each.workerSelector]
      : each.kind === "conditional"
        ? ifHolds(each.condition, each.workerSelectors, from)
        : each.kind === "passThrough"
          ? passedThrough(each, from)
          : each.kind === "ruleEngine"
            ? undefined
            : allocated(each.allocations, ({ workerSelectors: list }) => list, from),
  );
  const rule = policy.prioritizationRule;
  const priority = rule === undefined ? from.priority : wholePriority(saying(rule, from.labels));
  if (priority === undefined || [...queueSelectors, ...workerSelectors].includes(undefined)) {
    return undefined;
  }
  const queue = chosenQueue(
    queueSelectors.flatMap((list) => list ?? []),
    policy,
    from,
  );
  if (queue === "fails") return undefined;
  const attached = workerSelectors.flatMap((list): readonly WorkerSelector[] => list ?? []);
  return { queueId: queue, priority, attached };
}

/** The queue that all selectors match, else the job's own, else the fallback (7.2). */
function chosenQueue(
  selectors: readonly QueueSelector[],
  { fallbackQueueId }: ClassificationPolicy,
  { queueId, queues, assumed }: ClassifiedFrom,
): string | undefined {
  const matching = queues
    .filter(({ id, labels }) =>
      selectors.every((selector) => holds(selector, { ...labels, Id: id })),
    )
    .map(({ id }) => id)
    .sort();
  const [lowest] = selectors.length === 0 ? [] : matching;
  // Q14.
  if (lowest !== undefined && !(queueId !== undefined && assumed.Q14 === "ownQueueWins")) {
    return matching.length > 1 && assumed.Q13 === "fail" ? "fails" : lowest;
  }
  const rest = queueId ?? fallbackQueueId;
  // Q12.
  if (rest === undefined) return assumed.Q12 === "fail" ? "fails" : undefined;
  // Q6.
  return queues.some(({ id }) => id === rest) ? rest : "fails";
}

/** Anything but true attaches nothing; a condition that fails, fails the classification. */
function ifHolds<S>(
  condition: RouterRule,
  selectors: readonly S[],
  { labels }: ClassifiedFrom,
): readonly S[] | undefined {
  const result = saying(condition, labels);
  if (result === undefined) return undefined;
  return result === true ? selectors : [];
}

function passedThrough(
  each: {
    readonly key: string;
    readonly labelOperator: QueueSelector["labelOperator"];
    readonly expiresAfterSeconds?: number;
  },
  { labels, assumed }: ClassifiedFrom,
): readonly WorkerSelector[] {
  const { key, labelOperator, expiresAfterSeconds } = each;
  const value = labels[key];
  // Q15: nothing, or what nobody can meet.
  if (value === undefined) {
    return assumed.Q15 === "neverMatches" ? [{ key, labelOperator: "equal" }] : [];
  }
  const expiry = expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds };
  return [{ key, labelOperator, value, ...expiry }];
}

/** Q8: a text is a queue's id. */
function queueNamed(value: LabelValue | undefined): readonly QueueSelector[] | undefined {
  if (typeof value !== "string") return undefined;
  return [{ key: "Id", labelOperator: "equal", value }];
}

/** Q16: by cumulative weight. */
function allocated<A extends { readonly weight: number }, S>(
  allocations: readonly A[],
  selectorsOf: (allocation: A) => readonly S[],
  { choose, assumed }: ClassifiedFrom,
): readonly S[] {
  const sum = allocations.reduce((all, { weight }) => all + weight, 0);
  let left = choose() * (assumed.Q16 === "normalise" ? sum : 1);
  for (const allocation of allocations) {
    if (left < allocation.weight) return selectorsOf(allocation);
    left -= allocation.weight;
  }
  return [];
}

/** Q33: rounded half away from zero, from -100 to 100; text that is a number is one. */
function wholePriority(value: LabelValue | undefined): number | undefined {
  const number = typeof value === "string" && /^\d+$/u.test(value) ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  const rounded = Math.sign(number) * Math.floor(Math.abs(number) + 0.5);
  return Math.max(-100, Math.min(100, rounded));
}

/** Q17: values of one type compare, text minds case, and only `notEqual` lets a label be missing. */
export function holds(selector: QueueSelector, labels: Labels): boolean {
  const label = Object.hasOwn(labels, selector.key) ? labels[selector.key] : undefined;
  const { value, labelOperator } = selector;
  if (labelOperator === "notEqual") return label === undefined || label !== value;
  if (label === undefined) return false;
  if (labelOperator === "equal") return label === value;
  if (typeof label !== "number" || typeof value !== "number") return false;
  switch (labelOperator) {
    case "greaterThan":
      return label > value;
    case "greaterThanOrEqual":
      return label >= value;
    case "lessThan":
      return label < value;
    case "lessThanOrEqual":
      return label <= value;
  }
}
