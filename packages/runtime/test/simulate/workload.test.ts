import { readFileSync } from "node:fs";
import { hasErrors, positionAt, sourceText } from "@routewright/diagnostics";
import type { RuleAnswers, RuleStub } from "@routewright/runtime";
import {
  decodeWorkload,
  Histogram,
  parseExpectation,
  quantileOf,
  reportPage,
  resolveWorkload,
  type SimulationReport,
  startReplication,
  summarize,
  workloadSchema,
} from "@routewright/runtime/simulate";
import { describe, expect, test } from "vitest";
import { manyServers, oneQueue, simulate, workloadOf } from "./support/run.ts";

const base = {
  format: "routewright-workload/1",
  duration: "1h",
  jobs: [
    {
      name: "calls",
      arrivals: { kind: "poisson", perHour: 60 },
      channelId: "voice",
      queueId: "q",
      handling: "3m",
    },
  ],
  workers: [
    {
      name: "w",
      count: 2,
      queues: ["q"],
      channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
    },
  ],
} as const;

/** The messages with their lines, of a workload that is the base with something changed. */
function findings(text: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const source = sourceText(text, "w.json");
  const decoded = decodeWorkload(source, (path) =>
    Object.hasOwn(files, path) ? sourceText(files[path] ?? "", path) : "there is no such file",
  );
  const resolved =
    decoded.value === undefined ? undefined : resolveWorkload(decoded.value, oneQueue);
  return [...decoded.diagnostics, ...(resolved?.diagnostics ?? [])].map(
    ({ code, message, source: from, span }) =>
      `${from.path}:${positionAt(from, span.start).line} ${code}: ${message}`,
  );
}

function withJob(job: object): string {
  return JSON.stringify({ ...base, jobs: [{ ...base.jobs[0], ...job }] });
}

test("docs/workload.schema.json is the schema that files are checked against", async () => {
  await expect(`${JSON.stringify(workloadSchema, null, 2)}\n`).toMatchFileSnapshot(
    "../../../../docs/workload.schema.json",
  );
});

test("a good workload is good", () => {
  expect(findings(JSON.stringify(base))).toEqual([]);
});

test("findings say what is wrong, and point at it", () => {
  const text = JSON.stringify({ ...base, jobs: [{ ...base.jobs[0], handlng: 3 }] }, null, 1);
  const [first] = findings(text);
  const line = text.split("\n").findIndex((each) => each.includes("handlng")) + 1;
  expect(first).toBe(`w.json:${line} workload-shape: \`jobs[0]\` has no property \`handlng\``);
});

describe("hostile workloads are refused in words", () => {
  test.each([
    [withJob({ handling: -1 }), "`handling` is `-1`, but must be >= 0"],
    [withJob({ handling: 1e300 }), "`handling` is `1e+300`, but must be <= 315360000"],
    [withJob({ handling: "99999d" }), "`handling` is longer than ten years"],
    [withJob({ handling: true }), "`handling` takes an object, a number or text, not `true`"],
    [withJob({ handling: { kind: "exponental", mean: 3 } }), "there is no kind `exponental`"],
    [withJob({ handling: { kind: "uniform", min: 5, max: 3 } }), "`min` is above `max`"],
    [withJob({ handling: { kind: "empirical" } }), "takes either `values` or `file`"],
    [
      withJob({ arrivals: { kind: "poisson", perHour: 1e9 } }),
      "jobs would come in one replication",
    ],
    [withJob({ arrivals: { kind: "intervals", of: 0 } }), "would never end"],
    [withJob({ queueId: "Q" }), "there is no queue `Q`"],
    [JSON.stringify({ ...base, duration: 0 }), "`duration` must be longer than nothing"],
    [JSON.stringify({ ...base, start: "yesterday" }), "`start` cannot be `yesterday`"],
    [JSON.stringify({ ...base, expect: ["80% of what"] }), "is no expectation"],
    [JSON.stringify(base).replace('"3m"', "NaN"), "expected a value, found `NaN`"],
    [JSON.stringify(base).replace('"3m"', "1e999"), "is too large for a number"],
    [
      withJob({}).replace(
        '"3m"',
        `${'{"kind":"mixture","parts":[{"weight":1,"of":'.repeat(5000)}1${"}]}".repeat(5000)}`,
      ),
      "nested more than 64 deep",
    ],
  ])("%.90s", (text, message) => {
    expect(findings(text).join("\n")).toContain(message);
  });
});

describe("histories", () => {
  const past = (csv: string): readonly string[] =>
    findings(withJob({ arrivals: { kind: "history", file: "h.csv" } }), { "h.csv": csv });

  test("are read from CSV, with separators as they come", () => {
    expect(past("at,handling,label.region\n10,5m,EU\n2024-01-01T00:30:00Z,60,\n")).toEqual([]);
    expect(past("at;handling\n10;60\n")).toEqual([]);
  });

  test("of another time than the one simulated are told of, and nobody of them comes", () => {
    const csv = "at\n2023-12-31T23:59:59Z\n2024-01-01T00:00:00Z\n3599.9\n3600\n";
    expect(past(csv)).toEqual([
      "w.json:1 workload-outside-time: 2 of 4 rows of the history are left out: they lie before the clock starts (`start`) or after the time that is simulated (`warmUp` and `duration`)",
    ]);
    expect(past("at\n2023-12-31T23:59:59Z\n")).toEqual([
      "w.json:1 workload-outside-time: all rows of the history are left out: they lie before the clock starts (`start`)",
    ]);
    const history = { arrivals: { kind: "history", file: "h.csv" } };
    const workload = workloadOf(
      { ...base, jobs: [{ ...base.jobs[0], ...history }] },
      { "h.csv": csv },
    );
    expect(simulate(workload, 0).all.arrived).toBe(2);
    const early = workloadOf(
      { ...base, jobs: [{ ...base.jobs[0], ...history }] },
      { "h.csv": "at\n2023-12-31T23:59:59Z\n" },
    );
    expect(simulate(early, 0).all.arrived).toBe(0);
  });

  test.each([
    ["at,handling\n10,NaN\n", "h.csv:2 workload-history: `handling` takes a duration, not `NaN`"],
    ["at,handling\n10,-5\n", "h.csv:2 workload-history: `handling` takes a duration, not `-5`"],
    ["at\n1e400\n", "h.csv:2 workload-history: `at` takes a time, not `1e400`"],
    ["when\n3\n", "h.csv:2 workload-history: the row lacks `at`"],
    ['at\n"3\n', "this is no CSV: a double quote is not closed"],
    ["at,at\n3,3\n", "there are two columns `at`"],
    ["at\n3,4\n", "h.csv:2 workload-history: the row has 2 cells, and there is 1 column"],
    ["", "the file is empty"],
  ])("%j", (csv, message) => {
    expect(past(csv).join("\n")).toContain(message);
  });
});

test("labels named `__proto__` are labels like any other", () => {
  const text = withJob({ handling: 1 }).replace(
    '"channelId"',
    '"labels":{"__proto__":"x"},"channelId"',
  );
  const { value, diagnostics } = decodeWorkload(sourceText(text, "w.json"), () => "none");
  expect(hasErrors(diagnostics)).toBe(false);
  expect(value?.workload.jobs[0]?.labels).toEqual([
    { key: "__proto__", chance: 1, source: { kind: "value", value: "x" } },
  ]);
  if (value === undefined) return;
  expect(simulate(value.workload, 0).all.answered).toBeGreaterThan(10);
});

test("quantiles are within a thousandth", () => {
  const histogram = new Histogram();
  const values = Array.from({ length: 5000 }, (_, index) => Math.floor(1.004 ** index));
  for (const value of values) histogram.add(value);
  for (const q of [0.01, 0.25, 0.5, 0.9, 0.99, 1]) {
    const truth = values[Math.max(0, Math.ceil(q * values.length) - 1)] ?? 0;
    const found = quantileOf(histogram.data(), q) ?? 0;
    expect(Math.abs(found - truth)).toBeLessThanOrEqual(truth / 1024);
  }
});

test.each([
  "80% within 20s at 95% confidence",
  '90% of queue "a b" within 1m 30s'.replace("1m 30s", "90s"),
  "p99.5 wait of class calls < 2m",
  "occupancy of group w <= 85%",
])("%s is an expectation", (text) => {
  expect(parseExpectation(text)).toMatchObject({ text });
});

describe("comparison and determinism", () => {
  const workload = manyServers(3, 2.4, { jobs: 400, patience: 100 });
  const slower = {
    ...workload,
    workers: workload.workers.map((group) => ({ ...group, speed: 0.97 })),
  };
  const run = (other: typeof workload, seedOther: number): SimulationReport =>
    summarize(
      {
        policy: { name: "a", hash: "h" },
        compared: { name: "b", hash: "h" },
        workload: "h",
        seed: 1,
        replications: 12,
        confidence: 0.95,
        serviceLevels: workload.serviceLevels,
        localStartMs: 0,
        expect: ["80% within 20s at 95% confidence", "abandonment < 100%"],
      },
      Array.from({ length: 12 }, (_, replication) => ({
        own: simulate(workload, replication),
        compared: simulate({ ...other, seed: seedOther }, replication),
      })),
    );

  test("common random numbers shrink the variance of a difference; others do not", () => {
    const shared = run(slower, workload.seed).differences.find(
      (each) => each.measure === "meanWait",
    );
    const apart = run(slower, 999).differences.find((each) => each.measure === "meanWait");
    expect(shared?.varianceReduction).toBeGreaterThan(5);
    expect(apart?.varianceReduction).toBeLessThan(3);
  });

  test("the same policy on the same jobs differs in nothing", () => {
    for (const { difference } of run(workload, workload.seed).differences) {
      if (difference !== null) expect(difference).toMatchObject({ mean: 0, deviation: 0 });
    }
  });

  test("in slices or at once: the same", () => {
    const sliced = startReplication({
      objects: oneQueue,
      workload,
      seed: workload.seed,
      replication: 2,
    });
    while (sliced.run(7));
    expect(sliced.result()).toEqual(simulate(workload, 2));
  });
});

test("jobs that nobody could serve are told from jobs that were not served", () => {
  const picky = workloadOf({
    ...base,
    drain: 0,
    jobs: [
      {
        ...base.jobs[0],
        patience: 60,
        requestedWorkerSelectors: [{ key: "skill", labelOperator: "equal", value: "rare" }],
      },
    ],
  });
  const { all } = simulate(picky, 0);
  expect(all.abandoned).toBeGreaterThan(30);
  expect(all.unserved).toBe(all.arrived);
});

test("a queue whose scoring function has no answer serves nobody, and says so", () => {
  const uri = "https://scores.example/one";
  const scored = {
    ...oneQueue,
    distributionPolicies: oneQueue.distributionPolicies.map((policy) => ({
      ...policy,
      mode: {
        kind: "bestWorker" as const,
        scoringRule: { kind: "function" as const, functionUri: uri },
      },
    })),
  };
  const workload = workloadOf({ ...base, drain: 0, jobs: [{ ...base.jobs[0], patience: 60 }] });
  const measured = (ruleAnswers?: RuleAnswers) => {
    const run = startReplication({
      objects: scored,
      workload,
      seed: 1,
      replication: 0,
      ...(ruleAnswers === undefined ? {} : { ruleAnswers }),
    });
    while (run.run(1_000));
    return run.result().all;
  };
  const answered = measured(new Map([[uri, { value: 1 }]]));
  expect(answered.unserved).toBe(0);
  expect(answered.offers).toBeGreaterThan(30);
  for (const all of [
    measured(),
    measured(new Map([[uri, { fail: true }]])),
    measured(new Map([[uri, { value: "much" }]])),
  ]) {
    expect(all.offers).toBe(0);
    expect(all.abandoned).toBeGreaterThan(30);
    expect(all.unserved).toBe(all.arrived);
  }
});

test("a scoring function that takes batches is given batches, to tell who could be served too", () => {
  const uri = "https://scores.example/batch";
  const scored = {
    ...oneQueue,
    distributionPolicies: oneQueue.distributionPolicies.map((policy) => ({
      ...policy,
      mode: {
        kind: "bestWorker" as const,
        scoringRule: { kind: "function" as const, functionUri: uri },
        scoringRuleOptions: { isBatchScoringEnabled: true },
      },
    })),
  };
  // Nobody gets everything: patience of a second, so that some leave while all are busy.
  const workload = workloadOf({ ...base, drain: 0, jobs: [{ ...base.jobs[0], patience: 1 }] });
  const answer: RuleStub = ({ workers }) =>
    workers === undefined ? undefined : Object.fromEntries(workers.map(({ Id }) => [Id, 1]));
  const run = startReplication({
    objects: scored,
    workload,
    seed: 1,
    replication: 0,
    ruleAnswers: new Map([[uri, answer]]),
  });
  while (run.run(1_000));
  const { all } = run.result();
  expect(all.offers).toBeGreaterThan(10);
  expect(all.abandoned).toBeGreaterThan(10);
  expect(all.unserved).toBe(0);
});

test("a priority that some replications do not meet counts as no job there", () => {
  const workload = workloadOf({
    ...base,
    jobs: [
      base.jobs[0],
      { ...base.jobs[0], name: "rare", priority: 7, arrivals: { kind: "poisson", perHour: 0.7 } },
    ],
  });
  const results = Array.from({ length: 6 }, (_, replication) => ({
    own: simulate(workload, replication),
  }));
  const counts = results.map(({ own }) => own.priorities.find(({ name }) => name === "7")?.arrived);
  expect(counts).toContain(undefined);
  expect(counts.some((count) => count !== undefined && count > 0)).toBe(true);
  const { policies } = summarize(
    {
      policy: { name: "p", hash: "h" },
      workload: "w",
      seed: 1,
      replications: 6,
      confidence: 0.95,
      serviceLevels: [],
      localStartMs: 0,
      expect: [],
    },
    results,
  );
  const [policy] = policies;
  const rare = policy?.classes.find(({ name }) => name === "rare")?.arrived;
  expect(policy?.priorities.find(({ name }) => name === "7")?.arrived).toEqual(rare);
});

test("a report has a column for each way to end that some job took, and says what a level counts", () => {
  const ends = (change: object): readonly string[] => {
    const workload = workloadOf({
      ...base,
      serviceLevels: [{ within: "20s" }, { within: "1m", lost: "ignored" }],
      ...change,
    });
    const own = simulate(workload, 0);
    const { serviceLevels } = workload;
    const report = summarize(
      {
        policy: { name: "p", hash: "h" },
        workload: "w",
        seed: 1,
        replications: 1,
        confidence: 0.95,
        serviceLevels,
        localStartMs: 0,
        expect: [],
      },
      [{ own }],
    );
    return reportPage(report).policies[0]?.columns ?? [];
  };
  expect(ends({})).not.toContain("left waiting");
  expect(ends({})).toEqual(expect.arrayContaining(["in 20s", "in 1m, of answered"]));
  const shifts = [{ from: "05:00", to: "06:00" }];
  expect(ends({ drain: "1m", workers: [{ ...base.workers[0], shifts }] })).toContain(
    "left waiting",
  );
});

test("the example's workload is good but for what its policy says", () => {
  const text = readFileSync(
    new URL("../../../../examples/contact-centre/workload.json", import.meta.url),
    "utf8",
  );
  const workers = readFileSync(
    new URL("../../../../examples/contact-centre/workers.json", import.meta.url),
    "utf8",
  );
  const { diagnostics } = decodeWorkload(sourceText(text, "workload.json"), (path) =>
    sourceText(workers, path),
  );
  expect(diagnostics).toEqual([]);
});
