import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crashOnce, type Tally } from "../../../scripts/crash/crash.ts";
import { requireFreshBuild } from "./support/cli.ts";

const kills = 6;

/** `npm run crash:emulator` in small: the same code, in one folder, so that its journal grows. */
test("killed under load, the emulator loses nothing that it had acknowledged", async () => {
  requireFreshBuild();
  const folder = mkdtempSync(join(tmpdir(), "emulator-crash-"));
  const jobs = new Map<string, number>();
  const tally: Tally = { acknowledged: 0, commands: 0, tornTails: 0, problems: [] };
  let beforeLast = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      beforeLast = tally.acknowledged;
      await crashOnce({ folder, jobs, killAfterMs: 40 + 40 * kill, name: `c${kill}`, tally });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(tally.problems).toEqual([]);
  expect(tally.acknowledged).toBeGreaterThanOrEqual(kills * 8);
  // Every restart but the first has replayed what was there, the last all but its own.
  expect(tally.commands).toBeGreaterThanOrEqual(beforeLast);
});
