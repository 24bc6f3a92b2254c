import type { LabelValue, WorkerSelector } from "@routewright/jobrouter";

/** A selector that a job has, as far as it matters to a match. */
interface HeldSelector {
  readonly selector: WorkerSelector;
  readonly expired: boolean;
}

/**
 * What a job asks of a worker's labels: its active selectors, as a set. Jobs that ask the same
 * share one, so that a worker is held against each wish once, not against each job.
 */
export interface Signature {
  readonly selectors: readonly WorkerSelector[];
  /** One `equal` selector, to find the jobs that a worker's label admits; absent: there is none. */
  readonly equal: { readonly key: string; readonly value: LabelValue } | undefined;
}

interface Node {
  readonly next: Map<number, Node>;
  signature: Signature | undefined;
}

/** Selectors known before the tables start over; only free-form values get here. */
const mostSelectors = 50_000;

/** Finds the signature of some selectors without making text of them. */
export class SignatureTable {
  readonly empty: Signature = { selectors: [], equal: undefined };
  #selectors: WorkerSelector[] = [];
  #byKey = new Map<string, Map<string, Map<LabelValue | undefined, number>>>();
  #root: Node = { next: new Map(), signature: this.empty };
  /** The first `#idCount` are those of the selectors being looked at. */
  readonly #ids: number[] = [];
  #idCount = 0;

  of(requested: readonly HeldSelector[], attached: readonly HeldSelector[]): Signature {
    if (requested.length === 0 && attached.length === 0) return this.empty;
    if (this.#selectors.length > mostSelectors) this.#startOver();
    const ids = this.#ids;
    this.#idCount = 0;
    this.#collect(requested);
    this.#collect(attached);
    let node = this.#root;
    for (let index = 0; index < this.#idCount; index++) {
      const id = ids[index] as number;
      let next = node.next.get(id);
      if (next === undefined) {
        next = { next: new Map(), signature: undefined };
        node.next.set(id, next);
      }
      node = next;
    }
    node.signature ??= this.#make(ids.slice(0, this.#idCount));
    return node.signature;
  }

  /** Adds the ids of active selectors, each once, kept in ascending order. */
  #collect(states: readonly HeldSelector[]): void {
    const ids = this.#ids;
    for (const state of states) {
      if (state.expired) continue;
      const id = this.#idOf(state.selector);
      let at = this.#idCount;
      while (at > 0 && (ids[at - 1] as number) > id) at--;
      if (at > 0 && ids[at - 1] === id) continue;
      for (let place = this.#idCount++; place > at; place--) ids[place] = ids[place - 1] as number;
      ids[at] = id;
    }
  }

  #idOf(selector: WorkerSelector): number {
    const { key, labelOperator, value } = selector;
    const byOperator = entry(this.#byKey, key, newMap<string, Map<LabelValue | undefined, number>>);
    const byValue = entry(byOperator, labelOperator, newMap<LabelValue | undefined, number>);
    let id = byValue.get(value);
    if (id === undefined) {
      id = this.#selectors.length;
      byValue.set(value, id);
      this.#selectors.push(
        value === undefined ? { key, labelOperator } : { key, labelOperator, value },
      );
    }
    return id;
  }

  #make(ids: readonly number[]): Signature {
    const selectors = ids.flatMap((id) => this.#selectors[id] ?? []);
    const equals = selectors.filter(
      ({ labelOperator, value }) => labelOperator === "equal" && value !== undefined,
    );
    const chosen = equals.find(({ key }) => key === "Id") ?? equals[0];
    return {
      selectors,
      equal: chosen?.value === undefined ? undefined : { key: chosen.key, value: chosen.value },
    };
  }

  /** Jobs keep the signatures they have; equal ones may then exist twice, which only costs time. */
  #startOver(): void {
    this.#selectors = [];
    this.#byKey = new Map();
    this.#root = { next: new Map(), signature: this.empty };
  }
}

function newMap<K, V>(): Map<K, V> {
  return new Map();
}

/** What a map holds under a key; made when it holds nothing. */
export function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
