// npm run laws:router [-- --runs 10000 --commands 200 --seed 1 --shard 1/2]
// Holds random command sequences to the router's laws (packages/runtime/test/router/laws). Prints how
// it goes, how often each thing was reached that the laws are about, and at last
// `N sequences, M commands, K failed`. Fails too when a long run left something unreached.
import { LawBroken } from "../packages/runtime/test/router/laws/broken.ts";
import { playSequence } from "../packages/runtime/test/router/laws/play.ts";
import { Reach } from "../packages/runtime/test/router/laws/reach.ts";

/** So many commands reach everything; of a shorter run it is not asked. */
const longRun = 3000 * 200;
const everyMs = 20_000;
/** One bug fails many sequences. */
const mostTold = 10;

const runs = numberOf("--runs", 10_000);
const commands = numberOf("--commands", 200);
const firstSeed = numberOf("--seed", 1);
const [shard = 1, shards = 1] = (optionOf("--shard") ?? "1/1").split("/").map(Number);
if (![runs, commands, firstSeed, shard, shards].every(Number.isInteger) || shard > shards) {
  console.error("usage: npm run laws:router -- [--runs N] [--commands N] [--seed N] [--shard I/N]");
  process.exit(2);
}

const startedMs = Date.now();
const reach = new Reach();
const failed: number[] = [];
let played = 0;
let toldMs = startedMs;
for (let seed = firstSeed + shard - 1; seed < firstSeed + runs; seed += shards) {
  try {
    playSequence(seed, commands, reach, runs === 1);
  } catch (error) {
    failed.push(seed);
    if (failed.length <= mostTold) tell(seed, error);
  }
  played++;
  if (Date.now() - toldMs < everyMs) continue;
  toldMs = Date.now();
  const seconds = Math.round((toldMs - startedMs) / 1000);
  console.log(
    `${played} of ${Math.ceil(runs / shards)} sequences in ${seconds} s, ${failed.length} failed`,
  );
}

console.log(reach.lines().join("\n"));
const missing = played * commands >= longRun ? reach.missing() : [];
for (const key of missing) console.log(`NEVER REACHED ${key}`);
const seconds = Math.round((Date.now() - startedMs) / 1000);
console.log(
  `${played} sequences, ${played * commands} commands, ${failed.length} failed (${seconds} s)`,
);
process.exit(failed.length + missing.length > 0 ? 1 : 0);

function tell(seed: number, error: unknown): void {
  const cause = error instanceof Error ? error.cause : undefined;
  const isLaw = error instanceof LawBroken || cause instanceof LawBroken;
  console.log(`FAIL --seed ${seed} --runs 1: ${String(cause ?? error)}`);
  if (cause !== undefined) console.log(`     ${String(error)}`);
  if (!isLaw) console.log((cause instanceof Error ? cause : (error as Error)).stack);
}

function optionOf(name: string): string | undefined {
  const place = process.argv.indexOf(name);
  return place < 0 ? undefined : (process.argv[place + 1] ?? "");
}

function numberOf(name: string, usual: number): number {
  const given = optionOf(name);
  return given === undefined ? usual : Number(given);
}
