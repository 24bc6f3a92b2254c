import { expect, test } from "vitest";
import { playSequence } from "./laws/play.ts";
import { Reach } from "./laws/reach.ts";

// A sample of what `npm run laws:router` plays at length; it repeats one sequence with
// `npm run laws:router -- --seed 17 --runs 1`.
const runs = 100;
const commands = 100;

test(`laws hold in ${runs} random sequences of ${commands} commands`, () => {
  const reach = new Reach();
  for (let seed = 1; seed <= runs; seed++) {
    try {
      playSequence(seed, commands, reach);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  // The sequences reach most of what they are about; the long run has to reach all of it.
  expect(reach.missing().length, reach.missing().join("\n")).toBeLessThan(20);
}, 300_000);
