import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { type RunResult, runReplication, type SimulationTask } from "@routewright/runtime/simulate";
import { pause } from "./pause.ts";
import type { FromWorker, ToWorker } from "./worker.ts";

/** Where the bundled command lies; its thread's file is beside it. */
declare const __dirname: string;

export interface RunAllOptions {
  readonly threads: number;
  /** From 0 to 1, of everything. */
  readonly onProgress: (share: number) => void;
}

export interface RunAllResult {
  readonly results: readonly RunResult[];
  /** By Ctrl-C: then only whole replications are here, or a part of one where there is no whole. */
  readonly stopped: boolean;
}

/** Runs replications, each once, over as many threads as wanted. The order of results is free. */
export async function runAll(
  task: SimulationTask,
  replications: readonly number[],
  options: RunAllOptions,
): Promise<RunAllResult> {
  const stop = { asked: false, listeners: new Set<() => void>() };
  const onSignal = (): void => {
    stop.asked = true;
    for (const listener of stop.listeners) listener();
  };
  // The first one asks nicely; the second one ends the process as usual.
  process.once("SIGINT", onSignal);
  const shares = new Map<number, number>();
  const progress = (replication: number, share: number): void => {
    shares.set(replication, share);
    let sum = 0;
    for (const each of shares.values()) sum += each;
    options.onProgress(sum / replications.length);
  };
  try {
    const threads = Math.min(options.threads, replications.length);
    const results =
      threads > 1
        ? await inThreads(task, replications, threads, stop, progress)
        : await inThisThread(task, replications, stop, progress);
    const whole = results.filter(
      ({ own, compared }) => own.complete && (compared === undefined || compared.complete),
    );
    return {
      results: whole.length > 0 || !stop.asked ? whole : results.slice(0, 1),
      stopped: stop.asked && whole.length < replications.length,
    };
  } finally {
    process.removeListener("SIGINT", onSignal);
  }
}

interface Stop {
  readonly asked: boolean;
  readonly listeners: Set<() => void>;
}

type Progress = (replication: number, share: number) => void;

async function inThisThread(
  task: SimulationTask,
  replications: readonly number[],
  stop: Stop,
  progress: Progress,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const replication of replications) {
    if (stop.asked) break;
    results.push(
      await runReplication(task, replication, {
        onProgress: (share) => progress(replication, share),
        shouldStop: () => stop.asked,
        pause,
      }),
    );
    progress(replication, 1);
  }
  return results;
}

async function inThreads(
  task: SimulationTask,
  replications: readonly number[],
  threads: number,
  stop: Stop,
  progress: Progress,
): Promise<readonly RunResult[]> {
  const file = join(__dirname, "simulation-worker.cjs");
  if (!existsSync(file)) return inThisThread(task, replications, stop, progress);
  const results: RunResult[] = [];
  const waiting = [...replications];
  await Promise.all(
    Array.from({ length: threads }, () => {
      const worker = new Worker(file, { workerData: task });
      const send = (message: ToWorker): void => worker.postMessage(message);
      const ask = (): void => send({ stop: true });
      stop.listeners.add(ask);
      return new Promise<void>((resolve, reject) => {
        const next = (): void => {
          const replication = stop.asked ? undefined : waiting.shift();
          if (replication === undefined) resolve();
          else send({ replication });
        };
        worker.on("error", reject);
        worker.on("message", (answer: FromWorker) => {
          if (answer.kind === "progress") {
            progress(answer.replication, answer.share);
            return;
          }
          results.push(answer.result);
          progress(answer.replication, 1);
          next();
        });
        next();
      }).finally(() => {
        stop.listeners.delete(ask);
        return worker.terminate();
      });
    }),
  );
  return results;
}
