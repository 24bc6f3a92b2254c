import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import {
  type FromReplications,
  type Replications,
  type ReplicationThread,
  runReplications,
  type SimulationTask,
} from "@routewright/runtime/simulate";
import { pause } from "./pause.ts";

/** Where the bundled command lies; its thread's file is beside it. */
declare const __dirname: string;

export interface RunAllOptions {
  readonly threads: number;
  /** From 0 to 1, of everything. */
  readonly onProgress: (share: number) => void;
}

/** Runs replications, each once, over as many threads as wanted, until Ctrl-C. */
export async function runAll(
  task: SimulationTask,
  replications: readonly number[],
  { threads, onProgress }: RunAllOptions,
): Promise<Replications> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  // The first one asks nicely; the second one ends the process as usual.
  process.once("SIGINT", onSignal);
  const file = join(__dirname, "simulation-worker.cjs");
  try {
    return await runReplications(task, replications, {
      threads,
      startThread: existsSync(file) ? (each) => startThread(file, each) : undefined,
      signal: stop.signal,
      onProgress,
      pause,
    });
  } finally {
    process.removeListener("SIGINT", onSignal);
  }
}

function startThread(file: string, task: SimulationTask): ReplicationThread {
  const worker = new Worker(file, { workerData: task });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (hear) => worker.on("message", (message: FromReplications) => hear(message)),
    onFailure: (hear) => worker.on("error", hear),
    end: () => worker.terminate(),
  };
}
