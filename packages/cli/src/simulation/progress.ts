import process from "node:process";
import cliProgress from "cli-progress";

export interface Progress {
  readonly update: (share: number) => void;
  readonly stop: () => void;
}

/** Runs that end sooner than this show no bar. */
const patienceMs = 700;

/** A bar on a terminal's standard error, and nothing where nobody looks. */
export function startProgress(replications: number): Progress {
  if (process.stderr.isTTY !== true) return { update: () => undefined, stop: () => undefined };
  const runs = replications === 1 ? "1 replication" : `${replications} replications`;
  const bar = new cliProgress.SingleBar({
    format: `simulating ${runs} {bar} {percentage}%  {eta_formatted} left`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
    gracefulExit: false,
  });
  const since = Date.now();
  let shown = false;
  return {
    update(share) {
      if (!shown && Date.now() - since < patienceMs) return;
      if (!shown) bar.start(1000, 0);
      shown = true;
      bar.update(Math.floor(share * 1000));
    },
    stop() {
      if (shown) bar.stop();
    },
  };
}
