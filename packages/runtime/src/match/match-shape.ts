import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import { compareText } from "../text.ts";
import type { PreparedDistribution } from "./distribution.ts";

/**
 * Which labels of a worker matter to a match, whatever their values. Workers that agree on all
 * of them need not be told apart.
 */
export interface MatchShape {
  /** Labels that must have given values: workers are found by them. */
  readonly equalKeys: readonly string[];
  /** Those, and all others that selectors or the score read. */
  readonly keys: readonly string[];
}

/** A shape, as met by one list of selectors. */
export interface ShapeUse {
  readonly shape: MatchShape;
  /** For each of the equal keys, the place of the selector that gives its value. */
  readonly equalAt: readonly number[];
  /** Selectors that are left to try, and the place of their label among the shape's keys. */
  readonly tested: readonly { readonly selector: number; readonly key: number }[];
}

/** One step of a path through the labels of a request; nothing is built for a path known. */
interface Step {
  readonly equals: Map<string, Step>;
  readonly others: Map<string, Step>;
  readonly scores: Map<string, Step>;
  use: ShapeUse | undefined;
}

/** Paths past which everything starts over; only hostile input gets here. */
const maxSteps = 4_096;

export class MatchShapes {
  #root = newStep();
  #steps = 0;
  readonly #shapes = new Map<string, MatchShape>();
  /** Every label that a worker has had: others read as missing for all. */
  readonly #workerKeys = new Set<string>();

  addWorkerKeys(labels: Labels): void {
    for (const key of Object.keys(labels)) this.#workerKeys.add(key);
  }

  /** `exact`: whether `equal` means the very same value (Q17). */
  of(
    selectors: readonly WorkerSelector[],
    distribution: PreparedDistribution,
    jobLabels: Labels,
    exact: boolean,
  ): ShapeUse {
    let step = this.#root;
    const { bypassSelectors, reads } = distribution;
    if (!bypassSelectors) {
      for (const { key, labelOperator } of selectors) {
        step = this.#next(labelOperator === "equal" && exact ? step.equals : step.others, key);
      }
    }
    if (reads.kind === "workerKeys") {
      for (const key of reads.workerKeys) step = this.#next(step.scores, key);
    } else if (reads.kind === "jobKeys") {
      for (const key in jobLabels) {
        if (this.#workerKeys.has(key)) step = this.#next(step.scores, key);
      }
      for (const { key } of selectors) step = this.#next(step.scores, key);
    }
    step.use ??= this.#useOf(selectors, distribution, jobLabels, exact);
    return step.use;
  }

  #next(steps: Map<string, Step>, key: string): Step {
    let next = steps.get(key);
    if (next === undefined) {
      if (++this.#steps > maxSteps) {
        this.#root = newStep();
        this.#shapes.clear();
        this.#steps = 0;
      }
      next = newStep();
      steps.set(key, next);
    }
    return next;
  }

  #useOf(
    selectors: readonly WorkerSelector[],
    { bypassSelectors, reads }: PreparedDistribution,
    jobLabels: Labels,
    exact: boolean,
  ): ShapeUse {
    const equal = new Map<string, number>();
    const left: number[] = [];
    for (const [index, { key, labelOperator }] of selectors.entries()) {
      if (bypassSelectors) continue;
      if (labelOperator === "equal" && exact && !equal.has(key)) equal.set(key, index);
      else left.push(index);
    }
    const keyOf = (index: number): string => selectors[index]?.key ?? "";
    const scored =
      reads.kind === "workerKeys"
        ? reads.workerKeys
        : reads.kind === "jobKeys"
          ? [
              ...Object.keys(jobLabels).filter((key) => this.#workerKeys.has(key)),
              ...selectors.map(({ key }) => key),
            ]
          : [];
    const equalKeys = [...equal.keys()].sort(compareText);
    const others = [...new Set([...left.map(keyOf), ...scored])]
      .filter((key) => !equal.has(key))
      .sort(compareText);
    const shape = this.#intern(equalKeys, [...equalKeys, ...others]);
    return {
      shape,
      equalAt: equalKeys.map((key) => equal.get(key) ?? 0),
      tested: left.map((selector) => ({ selector, key: shape.keys.indexOf(keyOf(selector)) })),
    };
  }

  #intern(equalKeys: readonly string[], keys: readonly string[]): MatchShape {
    const name = JSON.stringify([equalKeys, keys]);
    const known = this.#shapes.get(name);
    if (known !== undefined) return known;
    const shape: MatchShape = { equalKeys, keys };
    this.#shapes.set(name, shape);
    return shape;
  }
}

function newStep(): Step {
  return { equals: new Map(), others: new Map(), scores: new Map(), use: undefined };
}

/** What stands for some values in a map: alike for the same values of the same types only. */
export function signatureOf(values: readonly unknown[]): unknown {
  if (values.length < 2) return values[0];
  let signature = "";
  for (const value of values) {
    switch (typeof value) {
      case "string":
        signature += `s${value.length}:${value}`;
        break;
      case "number":
        signature += `n${value};`;
        break;
      case "boolean":
        signature += value ? "t" : "f";
        break;
      default:
        signature += "-";
    }
  }
  return signature;
}
