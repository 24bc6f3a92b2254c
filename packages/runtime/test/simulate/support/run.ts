import { readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import type { RouterObjects } from "@routewright/jobrouter";
import {
  decodeWorkload,
  type ReplicationResult,
  startReplication,
  type Workload,
} from "@routewright/runtime/simulate";

export const oneQueue: RouterObjects = {
  distributionPolicies: [{ id: "d", offerExpiresAfterSeconds: 60, mode: { kind: "longestIdle" } }],
  exceptionPolicies: [],
  queues: [{ id: "q", distributionPolicyId: "d" }],
  classificationPolicies: [],
};

export function workloadOf(document: object, files: Record<string, string> = {}): Workload {
  const source = sourceText(JSON.stringify(document, null, 2), "workload.json");
  const { value, diagnostics } = decodeWorkload(source, (path) =>
    Object.hasOwn(files, path) ? sourceText(files[path] ?? "", path) : "there is no such file",
  );
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value.workload;
}

export function simulate(
  workload: Workload,
  replication: number,
  objects: RouterObjects = oneQueue,
): ReplicationResult {
  const run = startReplication({ objects, workload, seed: workload.seed, replication });
  while (run.run(100_000));
  return run.result();
}

/** `servers` workers, jobs that come by chance, times in seconds. */
export function manyServers(
  servers: number,
  load: number,
  options: { readonly patience?: number; readonly jobs: number; readonly seed?: number },
): Workload {
  const handling = 100;
  const perSecond = load / handling;
  return workloadOf({
    format: "routewright-workload/1",
    // It begins empty: a busy centre takes many handling times to forget that.
    warmUp: Math.round((options.jobs * 0.1) / perSecond + 60 * handling),
    duration: Math.round(options.jobs / perSecond),
    drain: "10d",
    seed: options.seed ?? 1,
    jobs: [
      {
        name: "calls",
        arrivals: { kind: "poisson", perHour: perSecond * 3600 },
        channelId: "voice",
        queueId: "q",
        handling: { kind: "exponential", mean: handling },
        ...(options.patience === undefined
          ? {}
          : { patience: { kind: "exponential", mean: options.patience } }),
      },
    ],
    workers: [
      {
        name: "w",
        count: servers,
        queues: ["q"],
        capacity: 1,
        channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
      },
    ],
  });
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
}
