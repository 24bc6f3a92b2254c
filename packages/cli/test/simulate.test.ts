import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, routewright } from "./support/cli.ts";

const hostile = "</script><script>alert('x')</script>";

function workload(change: object = {}): string {
  return JSON.stringify(
    {
      format: "routewright-workload/1",
      duration: "30m",
      replications: 4,
      jobs: [
        {
          name: hostile,
          arrivals: { kind: "poisson", perHour: 60 },
          channelId: "voice",
          queueId: "q",
          handling: { kind: "exponential", mean: "3m" },
        },
      ],
      workers: [
        {
          name: "w",
          count: 4,
          queues: ["q"],
          capacity: 1,
          channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
        },
      ],
      ...change,
    },
    null,
    2,
  );
}

function project(change: object = {}) {
  const cwd = folderWith({
    "p.route":
      'distribution d {\n  mode longest idle\n  expire after 1m\n}\n\nqueue q {\n  id "q"\n  distribution d\n}\n',
    "w.json": workload(change),
  });
  const run = (...args: string[]) =>
    routewright(["simulate", "p.route", "--workload", "w.json", ...args], { cwd });
  return { cwd, run };
}

test("an expectation decides the exit code", async () => {
  const { run } = project();
  const met = await run("--expect", "mean wait < 1h");
  expect([met.code, met.stderr]).toEqual([0, ""]);
  const missed = await run("--expect", "occupancy < 0.01%");
  expect(missed.code).toBe(1);
  expect(missed.stdout).toContain("✗ occupancy < 0.01%");
  expect((await run("--expect", "happiness > 1")).code).toBe(2);
});

test("threads and shards change no byte", async () => {
  const { cwd, run } = project();
  const whole = await run("--json", "--threads", "1", "--html", "whole.html");
  expect(whole.code).toBe(0);
  expect(await run("--json", "--threads", "2")).toEqual(whole);
  for (const part of ["1", "2"]) {
    const { code } = await run("--shard", `${part}/2`, "--out", `${part}.json`);
    expect(code).toBe(0);
  }
  const merge = (...args: string[]) => routewright(["merge", ...args], { cwd });
  expect(await merge("2.json", "1.json", "--json", "--html", "merged.html")).toEqual(whole);
  const page = readFileSync(join(cwd, "whole.html"), "utf8");
  expect(readFileSync(join(cwd, "merged.html"), "utf8")).toBe(page);
  expect(page).not.toContain("<script>alert");
  expect(page).toContain("&lt;script&gt;alert");
  const half = await merge("1.json");
  expect(half.code).toBe(2);
  expect(half.stderr).toContain("it is in shard 2/2");
  expect((await merge("1.json", "1.json")).stderr).toContain("name each part once");
});

test("bad workloads are findings with their place, or misuse", async () => {
  const wrong = await project({ duration: "soon" }).run();
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toBe("");
  expect(wrong.stderr).toMatch(/w\.json:3:\d+/u);
  const { cwd } = project();
  const none = await routewright(["simulate", "p.route", "--workload", "none.json"], { cwd });
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("none.json");
});
