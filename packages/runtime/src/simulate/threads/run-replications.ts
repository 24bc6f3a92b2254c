import type { ReplicationResult } from "../model/result.ts";
import type { RunResult } from "../report/summary.ts";
import { runReplication, type SimulationTask, type TaskHooks } from "../task.ts";
import type { FromReplications, ToReplications } from "./serve-replications.ts";

/** A thread that runs `serveReplications` on the same task. */
export interface ReplicationThread {
  post(message: ToReplications): void;
  onMessage(hear: (message: FromReplications) => void): void;
  /** It broke, and says nothing more. */
  onFailure(hear: (error: Error) => void): void;
  end(): unknown;
}

export interface ReplicationOptions {
  /** How many there may be; with one, or without `startThread`, all is done right here. */
  readonly threads: number;
  readonly startThread?: ((task: SimulationTask) => ReplicationThread) | undefined;
  readonly signal: AbortSignal;
  /** From 0 to 1, of everything. */
  readonly onProgress: (share: number) => void;
  readonly pause: TaskHooks["pause"];
}

export interface Replications {
  readonly results: readonly RunResult[];
  /** Then only whole replications are here, or a part of one where there is no whole. */
  readonly stopped: boolean;
  /** Of the first replication that was given up, if any was: its result is here where no whole one is. */
  readonly circle?: ReplicationResult["circle"];
}

/**
 * Runs replications, each once, over as many threads as wanted. Their order is free: what they
 * come to depends on their numbers alone, and `summarize` sorts them.
 */
export async function runReplications(
  task: SimulationTask,
  replications: readonly number[],
  options: ReplicationOptions,
): Promise<Replications> {
  const { startThread, signal } = options;
  const progress = sumOf(replications.length, options.onProgress);
  const threads = Math.min(options.threads, replications.length);
  const results =
    threads > 1 && startThread !== undefined
      ? await inThreads(() => startThread(task), threads, replications, signal, progress)
      : await here(task, replications, options, progress);
  const whole = results.filter(
    ({ own, compared }) => own.complete && (compared === undefined || compared.complete),
  );
  const givenUp = results
    .filter((each) => circleOf(each) !== undefined)
    .sort((a, b) => a.own.replication - b.own.replication)[0];
  const circle = givenUp === undefined ? undefined : circleOf(givenUp);
  // What was cut off would weigh as much as a whole one; only a first one is better than none.
  const first = givenUp ?? (signal.aborted ? results[0] : undefined);
  return {
    results: whole.length > 0 || first === undefined ? whole : [first],
    stopped: signal.aborted && whole.length < replications.length,
    ...(circle === undefined ? {} : { circle }),
  };
}

function circleOf({ own, compared }: RunResult): ReplicationResult["circle"] {
  return own.circle ?? compared?.circle;
}

type Progress = (replication: number, share: number) => void;

async function here(
  task: SimulationTask,
  replications: readonly number[],
  { signal, pause }: ReplicationOptions,
  progress: Progress,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const replication of replications) {
    if (signal.aborted) break;
    results.push(
      await runReplication(task, replication, {
        onProgress: (share) => progress(replication, share),
        shouldStop: () => signal.aborted,
        pause,
      }),
    );
    progress(replication, 1);
  }
  return results;
}

async function inThreads(
  start: () => ReplicationThread,
  threads: number,
  replications: readonly number[],
  signal: AbortSignal,
  progress: Progress,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  const started: ReplicationThread[] = [];
  const stop = (): void => {
    for (const thread of started) thread.post({ stop: true });
  };
  let taken = 0;
  const work = (thread: ReplicationThread): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const replication = signal.aborted ? undefined : replications[taken++];
        if (replication === undefined) resolve();
        else thread.post({ replication });
      };
      thread.onFailure(reject);
      thread.onMessage((message) => {
        switch (message.kind) {
          case "progress":
            progress(message.replication, message.share);
            return;
          case "broke":
            reject(new Error(message.message));
            return;
          case "done":
            results.push(message.result);
            progress(message.replication, 1);
            next();
            return;
        }
      });
      next();
    });
  signal.addEventListener("abort", stop);
  try {
    for (let index = 0; index < threads; index++) started.push(start());
    await Promise.all(started.map(work));
  } finally {
    signal.removeEventListener("abort", stop);
    await Promise.all(started.map((thread) => thread.end()));
  }
  return results;
}

/** Adds up the shares of those that run; those that are done are counted once. */
function sumOf(count: number, tell: (share: number) => void): Progress {
  const open = new Map<number, number>();
  let done = 0;
  return (replication, share) => {
    if (share < 1) open.set(replication, share);
    else {
      open.delete(replication);
      done++;
    }
    let sum = done;
    for (const each of open.values()) sum += each;
    tell(sum / count);
  };
}
