import { erlangA, meanWaitC } from "./erlang.ts";
import { manyServers, simulate } from "./run.ts";

/** What the simulator is held to: a set of parameters of which queueing theory knows the answer. */
export interface TheorySet {
  readonly servers: number;
  /** Handling times that arrive in one handling time. */
  readonly load: number;
  /** Mean patience in seconds; handling takes 100. Absent: nobody leaves (Erlang C). */
  readonly patience?: number;
}

export const erlangCSets: readonly TheorySet[] = [
  { servers: 1, load: 0.5 },
  { servers: 2, load: 1.2 },
  { servers: 5, load: 4 },
  { servers: 10, load: 8 },
  { servers: 20, load: 17 },
  { servers: 50, load: 44 },
];
export const erlangASets: readonly TheorySet[] = [
  { servers: 1, load: 1.2, patience: 100 },
  { servers: 2, load: 1.6, patience: 50 },
  { servers: 5, load: 5, patience: 200 },
  { servers: 10, load: 12, patience: 100 },
  { servers: 20, load: 20, patience: 30 },
  { servers: 50, load: 52, patience: 120 },
];

export interface TheoryRun {
  /** In every replication. */
  readonly jobs: number;
  readonly replications: number;
  readonly seed: number;
}

/** One measure beside its truth. */
export interface TheoryMeasure {
  readonly name: "wait" | "abandoned" | "Little";
  readonly truth: number;
  readonly mean: number;
  readonly standardError: number;
  /** How many standard errors the mean is from the truth. */
  readonly z: number;
}

/** Waits are in handling times, of all jobs; Little's law is the difference of its two sides. */
export function measureTheory(
  { servers, load, patience }: TheorySet,
  { jobs, replications, seed }: TheoryRun,
): readonly TheoryMeasure[] {
  const workload = manyServers(servers, load, {
    jobs,
    seed,
    ...(patience === undefined ? {} : { patience }),
  });
  const waits: number[] = [];
  const abandoned: number[] = [];
  const little: number[] = [];
  for (let replication = 0; replication < replications; replication++) {
    const { all, queueLengths, fromMs, untilMs } = simulate(workload, replication);
    waits.push((all.waits.sum + all.lostWaits.sum) / all.arrived / 100_000);
    abandoned.push(all.abandoned / all.arrived);
    const [queue] = queueLengths;
    const area = (queue?.areas ?? []).reduce((sum, each) => sum + each, 0);
    // L = λW, both measured: apart by what stays over the window's edges only.
    little.push((area - (queue?.stayMs ?? 0)) / (untilMs - fromMs));
  }
  if (patience === undefined) {
    return [compare("wait", waits, meanWaitC(servers, load)), compare("Little", little, 0)];
  }
  const theory = erlangA(servers, load, 100 / patience);
  return [
    compare("abandoned", abandoned, theory.abandoned),
    compare("wait", waits, theory.waiting / load),
    compare("Little", little, 0),
  ];
}

export function nameOf({ servers, load, patience }: TheorySet): string {
  const workers = `${servers} ${servers === 1 ? "worker" : "workers"}, load ${load}`;
  return patience === undefined ? workers : `${workers}, patience ${patience} s`;
}

function compare(
  name: TheoryMeasure["name"],
  values: readonly number[],
  truth: number,
): TheoryMeasure {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const standardError = Math.sqrt(variance / values.length);
  return { name, truth, mean, standardError, z: (mean - truth) / standardError };
}
