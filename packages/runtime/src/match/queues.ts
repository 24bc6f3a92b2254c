import type { Labels, LabelValue, Queue, QueueSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { readLabel, withAutomaticId } from "../labels.ts";
import { compareText } from "../text.ts";
import { selectorHolds } from "./selectors.ts";

export interface KnownQueue {
  readonly id: string;
  /** `undefined` for a queue that is only presumed to exist (Q6). */
  readonly queue: Queue | undefined;
  /** JSON pointer of the queue among the objects. */
  readonly pointer: string | undefined;
  /** With the automatic `Id`. */
  readonly labels: Labels;
}

export interface QueueDirectory {
  /** In ordinal order of ids: the first match is the one that Q13 takes. */
  readonly all: readonly KnownQueue[];
  find(id: string): KnownQueue | undefined;
}

export function queueDirectory(queues: readonly Queue[]): QueueDirectory {
  const byId = new Map<string, KnownQueue>();
  for (const [index, queue] of queues.entries()) {
    byId.set(queue.id, {
      id: queue.id,
      queue,
      pointer: `/objects/queues/${index}`,
      labels: withAutomaticId(queue.labels, queue.id),
    });
  }
  const all = [...byId.values()].sort((a, b) => compareText(a.id, b.id));
  return { all, find: (id) => byId.get(id) };
}

/** Every queue that all of the selectors hold for; none when there are no selectors. */
export function matchQueues(
  selectors: readonly QueueSelector[],
  directory: QueueDirectory,
  assumptions: Assumptions,
): readonly KnownQueue[] {
  if (selectors.length === 0) return [];
  return candidateQueues(selectors, directory, assumptions).filter(
    (queue) => failingSelector(selectors, queue.labels, assumptions) === undefined,
  );
}

/** The queues worth looking at: those that are known, and those that selectors presume (Q6). */
export function candidateQueues(
  selectors: readonly QueueSelector[],
  directory: QueueDirectory,
  assumptions: Assumptions,
): readonly KnownQueue[] {
  const named = selectors.find(namesQueue);
  if (assumptions.Q17 !== "exact" || named === undefined) return directory.all;
  const known = directory.find(named.value);
  if (known !== undefined) return [known];
  return assumptions.Q6 === "presume" ? [presumedQueue(named.value)] : [];
}

/** A queue declared elsewhere: nothing is known of it but its id. */
export function presumedQueue(id: string): KnownQueue {
  return { id, queue: undefined, pointer: undefined, labels: withAutomaticId(undefined, id) };
}

export function failingSelector<S extends QueueSelector>(
  selectors: readonly S[],
  labels: Labels,
  assumptions: Assumptions,
): { readonly selector: S; readonly label: LabelValue | undefined } | undefined {
  for (const selector of selectors) {
    const label = readLabel(labels, selector.key);
    if (!selectorHolds(selector, label, assumptions)) return { selector, label };
  }
  return undefined;
}

export function namesQueue(selector: QueueSelector): selector is QueueSelector & { value: string } {
  return (
    selector.key === "Id" &&
    selector.labelOperator === "equal" &&
    typeof selector.value === "string"
  );
}
