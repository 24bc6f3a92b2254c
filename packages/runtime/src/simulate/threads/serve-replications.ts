import type { RunResult } from "../report/summary.ts";
import { runReplication, type SimulationTask, type TaskHooks } from "../task.ts";

/** What a thread that runs replications is told, one at a time. */
export type ToReplications = { readonly replication: number } | { readonly stop: true };

export type FromReplications =
  | { readonly kind: "progress"; readonly replication: number; readonly share: number }
  | { readonly kind: "done"; readonly replication: number; readonly result: RunResult }
  | { readonly kind: "broke"; readonly message: string };

/** What a thread of `runReplications` does; gives what takes the messages to it. */
export function serveReplications(
  task: SimulationTask,
  {
    post,
    pause,
  }: { readonly post: (message: FromReplications) => void; readonly pause: TaskHooks["pause"] },
): (message: ToReplications) => void {
  let stopped = false;
  return (message) => {
    if ("stop" in message) {
      stopped = true;
      return;
    }
    const { replication } = message;
    runReplication(task, replication, {
      onProgress: (share) => post({ kind: "progress", replication, share }),
      shouldStop: () => stopped,
      pause,
    }).then(
      (result) => post({ kind: "done", replication, result }),
      (error: unknown) =>
        post({ kind: "broke", message: error instanceof Error ? error.message : String(error) }),
    );
  };
}
