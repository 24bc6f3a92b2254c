import type { Run } from "../bind/ir.ts";
import { isBag, type LabelBag, labelCode } from "../labels.ts";
import type { FxValue } from "../values/value.ts";

/** The type a label must have, as a signature says; `none` where there is no label. */
export type Wanted = 0 | 1 | 2 | 3 | 4 | 5;
export const text = 0;
export const whole = 1;
export const truth = 2;
export const absent = 3;
export const plain = 4;
const none = 5;

/** Whether a value has the wanted type. Small, so that it is compiled into its callers. */
export function fits(wanted: Wanted, value: unknown): value is FxValue {
  if (wanted === text) return typeof value === "string";
  if (wanted === truth) return value === true || value === false;
  if (wanted === whole) return typeof value === "number" && (value | 0) === value;
  return fitsOther(wanted, value);
}

function fitsOther(wanted: Wanted, value: unknown): boolean {
  // The slot of a label that is absent is never read.
  return wanted === none || labelCode(value) === (wanted === absent ? "-" : "n");
}

export const noLabels: LabelBag = Object.freeze({});

type LaneRun = (job: LabelBag | undefined, worker: LabelBag | undefined) => FxValue;

interface LaneHost {
  readonly hasJob: boolean;
  readonly hasWorker: boolean;
  readonly run: Run;
  readonly slots: FxValue[];
  readonly miss: LaneRun;
}

type Lane = (
  names: readonly string[],
  ofJob: readonly boolean[],
  wanted: readonly Wanted[],
  host: LaneHost,
) => LaneRun;

export const labelsPerLane = 6;

let taken = 0;

/**
 * An engine compiles a function with what it saw there: at each `bag[name]` the last name and
 * layout, and what its closure holds as constants, as long as there is one such closure. So the
 * first few specialisations get a function of their own, in which each label has a place of its
 * own; without that, reading takes twice the time where no code may be generated. Speed alone
 * depends on it, never an answer.
 */
export function takeLane(): Lane | undefined {
  return lanes[taken++];
}

/** Copies of one function: that they are copies is what they are for. */
const lanes: readonly Lane[] = [
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
  (
    [n0 = "", n1 = "", n2 = "", n3 = "", n4 = "", n5 = ""],
    [j0 = false, j1 = false, j2 = false, j3 = false, j4 = false, j5 = false],
    [w0 = none, w1 = none, w2 = none, w3 = none, w4 = none, w5 = none],
    host,
  ) => {
    const { hasJob, hasWorker, run, slots, miss } = host;
    return (job, worker) => {
      if (isBag(job) !== hasJob || isBag(worker) !== hasWorker) return miss(job, worker);
      const a = job ?? noLabels;
      const b = worker ?? noLabels;
      let v0: FxValue = null;
      let v1: FxValue = null;
      let v2: FxValue = null;
      let v3: FxValue = null;
      let v4: FxValue = null;
      let v5: FxValue = null;
      if (w0 !== none) {
        v0 = (j0 ? a : b)[n0] as FxValue;
        if (!fits(w0, v0)) return miss(job, worker);
      }
      if (w1 !== none) {
        v1 = (j1 ? a : b)[n1] as FxValue;
        if (!fits(w1, v1)) return miss(job, worker);
      }
      if (w2 !== none) {
        v2 = (j2 ? a : b)[n2] as FxValue;
        if (!fits(w2, v2)) return miss(job, worker);
      }
      if (w3 !== none) {
        v3 = (j3 ? a : b)[n3] as FxValue;
        if (!fits(w3, v3)) return miss(job, worker);
      }
      if (w4 !== none) {
        v4 = (j4 ? a : b)[n4] as FxValue;
        if (!fits(w4, v4)) return miss(job, worker);
      }
      if (w5 !== none) {
        v5 = (j5 ? a : b)[n5] as FxValue;
        if (!fits(w5, v5)) return miss(job, worker);
      }
      slots[0] = v0;
      slots[1] = v1;
      slots[2] = v2;
      slots[3] = v3;
      slots[4] = v4;
      slots[5] = v5;
      return run(slots, null);
    };
  },
];
