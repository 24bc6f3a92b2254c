import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, routewright, stateOf } from "./support/cli.ts";

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

test("exceptions that send a job in a circle end it, and it says so", async () => {
  const queue = (id: string, other: string) =>
    `queue ${id} { distribution d exceptions ${id}Late }\nexceptions ${id}Late { when waiting > 1s as "late" -> move to ${other} }\n`;
  const cwd = folderWith({
    "p.route": `distribution d { mode longest idle expire after 1m }\n${queue("q", "r")}${queue("r", "q")}`,
    "w.json": workload({ workers: [], duration: "30m", drain: "4h", replications: 1 }),
  });
  const { code, stdout, stderr } = await routewright(
    ["simulate", "p.route", "--workload", "w.json"],
    { cwd },
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^given up after .* exceptions had fired 10001 times for one job, j1: /u);
  expect(stdout).not.toBe("");
});

test("an expectation of what is not there says so, with the name that is near", async () => {
  const { run } = project();
  for (const [text, problem] of [
    ["mean wait of queue Q < 1h", "there is no queue `Q`; did you mean `q`?"],
    ["mean wait of class x < 1h", "there is no class `x`"],
    ["occupancy of group ww < 50%", "there is no group `ww`; did you mean `w`?"],
    ["mean wait of priority 7 < 1h", "there was nothing to measure"],
  ] as const) {
    const { code, stdout } = await run("--expect", text);
    expect(stdout).toContain(`✗ ${text}  ${problem}\n`);
    expect(code).toBe(1);
  }
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

/** The second policy asks one worker at a time, who may let it ring for longer. */
const slower = `distribution d { mode longest idle expire after 1m }
queue q { id "q" distribution d }
classification c { id "c" queue = q require worker.level >= 2 for 30s }
labels worker { level: number }
`;

function compared() {
  const job = {
    name: "calls",
    arrivals: { kind: "poisson", perHour: 60 },
    channelId: "voice",
    classificationPolicyId: "c",
    handling: { kind: "exponential", mean: "3m" },
  };
  const { cwd } = project({ jobs: [job], expect: ["mean wait < 1h"], replications: 6 });
  writeFileSync(join(cwd, "slow.route"), slower);
  writeFileSync(join(cwd, "fast.route"), slower.replace(" require worker.level >= 2 for 30s", ""));
  const run = (...args: string[]) =>
    routewright(["simulate", "slow.route", "--workload", "w.json", ...args], { cwd });
  return { cwd, run };
}

test("--compare plays the same jobs against both, and tells the difference in every form", async () => {
  const { cwd, run } = compared();
  const both = ["--compare", "fast.route"];
  const json = await run(...both, "--json", "--html", "both.html");
  expect([json.code, json.stderr]).toEqual([0, ""]);
  const report = JSON.parse(json.stdout);
  const [slow, fast] = report.policies;
  expect([slow.name, fast.name]).toEqual(["slow.route", "fast.route"]);
  // Common random numbers: the same jobs come to both.
  expect(slow.series.arrived).toEqual(fast.series.arrived);
  expect(slow.all.arrived).toEqual(fast.all.arrived);
  const wait = report.differences.find((each: { measure: string }) => each.measure === "meanWait");
  expect(wait.difference.mean).toBeCloseTo(slow.all.meanWait.mean - fast.all.meanWait.mean, 6);
  expect(wait.difference.low).toBeGreaterThan(0);
  expect(wait.varianceReduction).toBeGreaterThan(1);
  // Against itself there is no difference at all, whatever the seed.
  const itself = JSON.parse((await run("--compare", "slow.route", "--seed", "9", "--json")).stdout);
  expect(itself.differences.length).toBeGreaterThan(5);
  for (const { measure, difference } of itself.differences) {
    expect(difference.mean, measure).toBe(0);
    expect(difference.high, measure).toBe(0);
  }
  const text = await run(...both);
  expect(text.stdout).toContain("difference: slow.route minus fast.route");
  expect(text.stdout).toMatch(/^mean wait +30s.* variance > 1,000,000 times smaller$/mu);
  const page = readFileSync(join(cwd, "both.html"), "utf8");
  expect(page).toContain("<h2>Difference: slow.route minus fast.route</h2>");
  expect(page).toContain("<th>mean wait</th>");
  expect(page).toContain('"slow.route: waiting"');
  expect(page).toContain('"fast.route: waiting"');
});

test("expectations of the workload decide the exit code, too", async () => {
  const met = await project({ expect: ["mean wait < 1h"] }).run("--json");
  expect(met.code).toBe(0);
  const { run } = project({ expect: ["mean wait < 1h", "occupancy < 0.01%"] });
  const missed = await run("--json");
  expect(missed.code).toBe(1);
  expect(JSON.parse(missed.stdout).expectations).toMatchObject([
    { text: "mean wait < 1h", passed: true },
    { text: "occupancy < 0.01%", passed: false },
  ]);
  expect(
    (await project().run("--replications", "1", "--expect", "80% within 20s at 95% confidence"))
      .code,
  ).toBe(1);
});

test("a rule that nobody answers is warned of, with how to answer it", async () => {
  const uri = "https://f.example/score";
  const { cwd, run } = project();
  writeFileSync(
    join(cwd, "p.route"),
    `distribution d { mode best worker score function "${uri}" expire after 1m }\nqueue q { id "q" distribution d }\n`,
  );
  const silent = await run("--json");
  expect(silent.code).toBe(0);
  expect(silent.stderr).toContain(`warning no answer is given for \`${uri}\``);
  expect(silent.stderr).toContain(`--answers FILE, where FILE is \`{"${uri}":10}\``);
  expect(JSON.parse(silent.stdout).policies[0].all.unserved.mean).toBe(1);
  writeFileSync(join(cwd, "a.json"), `{"${uri}":10}`);
  const answered = await run("--json", "--answers", "a.json");
  expect([answered.code, answered.stderr]).toEqual([0, ""]);
  expect(JSON.parse(answered.stdout).policies[0].all.unserved.mean).toBe(0);
});

describe("Ctrl-C in the middle", () => {
  /** Long enough that nobody sees its end. */
  const long = { duration: "3600d", replications: 1 };

  test.each([
    ["on one thread", "1"],
    ["on two threads", "2"],
  ])("prints what there is, %s", async (_, threads) => {
    const { cwd, run } = interrupted({ ...long, replications: Number(threads) });
    const { code, stdout, stderr } = await run("--json", "--html", "r.html", "--threads", threads);
    expect(code).toBe(1);
    expect(stderr).toContain("stopped this is what there is");
    const report = JSON.parse(stdout);
    expect(report.complete).toBe(false);
    expect(report.policies[0].all.arrived.mean).toBeGreaterThan(0);
    // Whole, or not there.
    expect(readFileSync(join(cwd, "r.html"), "utf8")).toMatch(/Stopped before[\s\S]*<\/html>\n$/u);
  });

  test("writes no part of a shard", async () => {
    const { cwd, run } = interrupted({ ...long, replications: 2 });
    const { code, stdout, stderr } = await run("--shard", "1/2", "--out", "part.json");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("the part is not complete");
    expect(readdirSync(cwd).sort()).toEqual(["p.route", "w.json"]);
  });

  function interrupted(change: object) {
    const { cwd } = project(change);
    // Its standard error passes for a terminal: the bar comes when jobs are being played.
    const terminal = "--import=data:text/javascript,process.stderr.isTTY%3Dtrue";
    const run = (...args: string[]) =>
      routewright(["simulate", "p.route", "--workload", "w.json", ...args], {
        cwd,
        env: { NODE_OPTIONS: terminal, NO_COLOR: "1" },
        onStart: (child) => {
          let printed = "";
          child.stderr?.on("data", (part: Buffer) => {
            if (printed.includes("simulating")) return;
            printed += part.toString("utf8");
            if (printed.includes("simulating")) child.kill("SIGINT");
          });
        },
      });
    return { cwd, run };
  }
});

describe("files in the way", () => {
  test("no report and no part takes the place of a policy or of an input", async () => {
    const { cwd, run } = project();
    const before = stateOf(cwd);
    for (const args of [
      ["--html", "p.route"],
      ["--html", "./w.json"],
      ["--shard", "1/2", "--out", "w.json"],
    ]) {
      const { code, stderr } = await run(...args);
      expect(stderr).toContain("it was not overwritten");
      expect(code).toBe(3);
    }
    const merged = await routewright(["merge", "w.json", "--html", "w.json"], { cwd });
    expect([merged.code, merged.stderr]).toEqual([3, expect.stringContaining("one of the inputs")]);
    expect(stateOf(cwd)).toEqual(before);
  });

  test("a part that was changed by hand is refused", async () => {
    const { cwd, run } = project();
    expect((await run("--shard", "1/1", "--out", "part.json")).code).toBe(0);
    const part: string = readFileSync(join(cwd, "part.json"), "utf8");
    expect((await routewright(["merge", "part.json"], { cwd })).code).toBe(0);
    for (const changed of [
      part.replace(/"arrived":\d+/u, '"arrived":-5'),
      part.replace('"queues":[', '"queues":null,"other":['),
      part.replace(/"buckets":\[\[\d+/u, '"buckets":[[1e308'),
      part.replace('"seed":1', '"seed":2'),
    ]) {
      expect(changed).not.toBe(part);
      writeFileSync(join(cwd, "part.json"), changed);
      const { code, stderr } = await routewright(["merge", "part.json"], { cwd });
      expect(stderr).toContain("`part.json` was changed since it was written");
      expect(code).toBe(2);
    }
  });
});
