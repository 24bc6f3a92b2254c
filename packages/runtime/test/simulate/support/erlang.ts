/** Closed forms of queueing theory, written from their definitions; the judges of the simulator. */

/** The chance that a job waits in M/M/c, by the recursion over Erlang B. */
export function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

/** Mean wait of all jobs in M/M/c, in units of the mean handling time. */
export function meanWaitC(servers: number, load: number): number {
  return erlangC(servers, load) / (servers - load);
}

/** M/M/c+M by its birth-and-death chain: the share that leaves, and the mean number that waits. */
export function erlangA(
  servers: number,
  load: number,
  /** Handling time over patience. */
  impatience: number,
): { readonly abandoned: number; readonly waiting: number } {
  let term = 1;
  let sum = 1;
  let waiting = 0;
  for (let n = 1; n < 100_000; n++) {
    term *= load / (Math.min(n, servers) + Math.max(0, n - servers) * impatience);
    sum += term;
    waiting += Math.max(0, n - servers) * term;
    if (n > servers && term < 1e-15 * sum) break;
  }
  return { abandoned: ((waiting / sum) * impatience) / load, waiting: waiting / sum };
}
