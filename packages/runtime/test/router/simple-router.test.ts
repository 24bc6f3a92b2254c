import { expect, test } from "vitest";
import { routerEventNames } from "../../src/index.ts";
import { Dice } from "./dice.ts";
import { Pair } from "./simple/pair.ts";

// The router against one that is too simple to be wrong in the same way: after every command both
// must have answered the same, told the same events in the same order, and stand the same.
// ROUTER_RUNS sets how many sequences, ROUTER_SEED the first.

const runs = Number(process.env.ROUTER_RUNS ?? 60);
const firstSeed = Number(process.env.ROUTER_SEED ?? 1);
const commands = 80;

test(
  `agrees with a simple router on ${runs} random sequences`,
  () => {
    const seen = new Map<string, number>();
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const pair = new Pair(new Dice(seed), seed, seen);
      for (let count = 0; count < commands; count++) {
        const { real, simple } = pair.step();
        if (JSON.stringify(real) === JSON.stringify(simple)) continue;
        expect(real, `seed ${seed}\n${pair.log.join("\n")}`).toEqual(simple);
      }
    }
    // What was compared did happen.
    for (const name of routerEventNames) {
      if (runs >= 60) expect(seen.get(name.replace("Router", "")), name).toBeGreaterThan(0);
    }
    expect(seen.get("accept done"), "accepted offers").toBeGreaterThan(runs * 3);
  },
  Math.max(300_000, runs * 5_000),
);
