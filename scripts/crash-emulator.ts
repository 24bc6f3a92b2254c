// npm run crash:emulator [-- COUNT --seed N]
// Kills an emulator with --data by SIGKILL at random moments under load, and looks after each
// restart: nothing that was acknowledged is lost, and the state is that of the replayed journal.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashOnce, type Tally } from "./crash/crash.ts";

const words = process.argv.slice(2);
const count = Number(words.find((word) => /^\d+$/u.test(word)) ?? 200);
/** A folder serves for so many crashes, so that journals grow over several runs. */
const crashesPerFolder = 20;

const tally: Tally = { acknowledged: 0, commands: 0, tornTails: 0, problems: [] };
let folder = "";
let jobs = new Map<string, number>();
for (let crash = 0; crash < count; crash++) {
  if (crash % crashesPerFolder === 0) {
    if (folder !== "") rmSync(folder, { recursive: true, force: true });
    folder = mkdtempSync(join(tmpdir(), "emulator-crash-"));
    jobs = new Map();
  }
  const killAfterMs = 20 + Math.random() * 300;
  await crashOnce({ folder, jobs, killAfterMs, name: `c${crash}`, tally });
  if ((crash + 1) % 20 === 0) {
    console.log(
      `${crash + 1} crashes, ${tally.acknowledged} acknowledged, ${tally.problems.length} problems`,
    );
  }
}
rmSync(folder, { recursive: true, force: true });
for (const problem of tally.problems.slice(0, 20)) console.log(problem);
console.log(
  `${count} crashes: ${tally.acknowledged} acknowledged steps, ${tally.commands} commands replayed, ${tally.tornTails} torn tails cut, ${tally.problems.length} problems`,
);
process.exitCode = tally.problems.length > 0 ? 1 : 0;
