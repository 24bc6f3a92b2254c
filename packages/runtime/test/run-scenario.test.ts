import type {
  Bundle,
  BundleScenario,
  ScenarioCommand,
  ScenarioExpectStep,
  ScenarioFact,
  ScenarioHabits,
  ScenarioStepData,
} from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import { runTests } from "../src/index.ts";
import { runScenario } from "../src/scenarios/run-scenario.ts";
import { at, bundleWith } from "./support/bundle.ts";

const location = at("queue");

function does(atMs: number, command: ScenarioCommand, refused?: true): ScenarioStepData {
  const step = { location, atMs, does: command };
  return refused === undefined ? step : { ...step, refused };
}

function expects(
  atMs: number,
  fact: ScenarioFact,
  when: ScenarioExpectStep["when"] = "at",
): ScenarioStepData {
  return { location, atMs, when, expects: fact };
}

function worker(id: string, habits: ScenarioHabits = {}): ScenarioStepData {
  const channels = [{ channelId: "chat", capacityCostPerJob: 1 }];
  const labels = { language: "en", skill: 3 };
  return does(0, {
    kind: "worker",
    worker: {
      name: id,
      id,
      queues: ["xbox_na"],
      capacity: 1,
      channels,
      labels,
      availableForOffers: true,
    },
    habits,
  });
}

const job = does(0, {
  kind: "job",
  jobId: "j1",
  job: {
    channelId: "chat",
    classificationPolicyId: "xbox",
    labels: { region: "NA", vip: true, language: "en" },
  },
});

function scenario(...steps: readonly ScenarioStepData[]): BundleScenario {
  return { name: "one", location, stubs: [], steps };
}

const assigned: ScenarioFact = {
  kind: "state",
  of: "job",
  id: "j1",
  negated: false,
  state: "assigned",
};
const accept: ScenarioCommand = { kind: "accept", workerId: "ann", jobId: "j1" };
const bundle = bundleWith([]);
const verdicts = (one: BundleScenario, busyLimit?: number) => {
  const { passed, checks } = runScenario(bundle, one, busyLimit === undefined ? {} : { busyLimit });
  return { passed, checks: checks.map((check) => [check.passed, check.atMs, check.actual]) };
};

describe("a scenario", () => {
  test("that goes well", () => {
    const one = scenario(worker("ann", { acceptsAfterMs: 2000 }), job, expects(2000, assigned));
    expect(verdicts(one)).toEqual({
      passed: true,
      checks: [[true, 2000, "j1 is assigned to ann"]],
    });
  });

  test("whose expectation fails at its time, not before and not after", () => {
    const one = scenario(
      worker("ann", { acceptsAfterMs: 2000 }),
      job,
      expects(1999, assigned),
      expects(1999, assigned, "within"),
      expects(2000, assigned, "within"),
    );
    const { passed, checks } = verdicts(one);
    expect(passed).toBe(false);
    expect(checks.map(([holds]) => holds)).toEqual([false, false, true]);
  });

  test("until is up to before its time", () => {
    const not = { ...assigned, negated: true };
    const play = (atMs: number) =>
      verdicts(scenario(worker("ann", { acceptsAfterMs: 2000 }), job, expects(atMs, not, "until")))
        .passed;
    // The scenario of the first ends where the worker accepts.
    expect([play(2000), play(2001)]).toEqual([true, false]);
  });

  test("what is refused fails it, unless that is expected; then doing it does", () => {
    const never = verdicts(scenario(job, does(0, accept)));
    expect(never).toEqual({
      passed: false,
      checks: [[false, 0, "it was refused: j1 was never offered to ann"]],
    });
    expect(verdicts(scenario(job, does(0, accept, true))).passed).toBe(true);
    expect(verdicts(scenario(worker("ann"), job, does(0, accept, true)))).toEqual({
      passed: false,
      checks: [[false, 0, "it was carried out"]],
    });
    expect(verdicts(scenario(worker("ann"), job, does(0, accept))).passed).toBe(true);
  });

  test("that does not come to rest is given up, and says so", () => {
    const steps = [
      worker("ann", { acceptsAfterMs: 0, completesAfterMs: 0, closesAfterMs: 0 }),
      job,
    ];
    const closed: ScenarioFact = { ...assigned, state: "closed" };
    const one = scenario(...steps, expects(0, closed), expects(5000, closed));
    expect(verdicts(one).passed).toBe(true);
    const reason =
      "given up: more than 2 things were done at 0:00:00, and it does not come to rest";
    expect(verdicts(one, 2)).toEqual({
      passed: false,
      checks: [
        [false, 0, reason],
        [false, 0, reason],
      ],
    });
    // Without an expectation it fails as well.
    expect(verdicts(scenario(...steps), 2)).toEqual({
      passed: false,
      checks: [[false, 0, reason]],
    });
  });

  test("whose exceptions send a job in a circle is given up, and says so", () => {
    const minute = { kind: "waitTime", thresholdSeconds: 60 } as const;
    const move = (id: string, queueId: string) => ({
      id,
      exceptionRules: [
        { id: `to-${queueId}`, trigger: minute, actions: [{ kind: "manualReclassify", queueId }] },
      ],
    });
    const circling: Bundle = {
      ...bundle,
      objects: {
        ...bundle.objects,
        exceptionPolicies: [move("there", "xbox_default"), move("back", "xbox_na")],
        queues: [
          { id: "xbox_na", exceptionPolicyId: "there" },
          { id: "xbox_default", exceptionPolicyId: "back" },
        ],
      } as Bundle["objects"],
    };
    const year = 365 * 86_400_000;
    const play = (atMs: number, exceptionLimit?: number) =>
      runScenario(
        circling,
        scenario(job, expects(atMs, { ...assigned, state: "cancelled" })),
        exceptionLimit === undefined ? {} : { exceptionLimit },
      ).checks.map((check) => [check.passed, check.atMs, check.actual]);
    expect(play(3 * 60_000, 3)).toEqual([[false, 180_000, "j1 is queued"]]);
    expect(play(year, 3)).toEqual([
      [
        false,
        240_000,
        "given up: by 0:04:00 exceptions have fired more than 3 times for j1, the last one to-xbox_na in xbox_default: they send it in a circle",
      ],
    ]);
    // By itself it is given up long before the end of a year.
    expect(play(year)[0]?.[2]).toMatch(/^given up: by .* more than 10000 times for j1/u);
  });

  test("plays the same twice, and counts among the tests", () => {
    const one = scenario(worker("ann", { acceptsAfterMs: 1 }), job, expects(1, assigned));
    expect(runScenario(bundle, one)).toEqual(runScenario(bundle, one));
    const bad = scenario(job, expects(1, assigned));
    const report = runTests({ ...bundle, scenarios: [one, bad] });
    expect(report.totals).toEqual({ tests: 2, passed: 1, failed: 1 });
  });

  test("counts the score of who is offered the job, who has no room after that", () => {
    const score = (...steps: readonly ScenarioStepData[]) =>
      runTests({ ...bundle, scenarios: [scenario(...steps)] }).coverage.rules.find(({ pointer }) =>
        pointer.endsWith("/scoringRule"),
      )?.applied;
    expect([score(job), score(worker("ann"), job)]).toEqual([0, 1]);
  });
});

describe("why nobody, or somebody else, got the job", () => {
  const told = (...steps: readonly ScenarioStepData[]) =>
    runScenario(bundle, scenario(...steps)).checks.flatMap(({ why = [] }) => why);
  const offer = (fact: Omit<Extract<ScenarioFact, { kind: "offer" }>, "kind">): ScenarioFact => ({
    kind: "offer",
    ...fact,
  });
  const out = "j1: is offered to ann, and to at most one worker at a time";
  const both = [worker("ann"), worker("bob"), job] as const;
  const behind = "bob: may have it, but ann has the same score, 6, and has been available longer";

  test("where an offer is missing, at a time and within one", () => {
    const toBob = offer({ present: true, jobId: "j1", workerId: "bob" });
    expect(told(...both, expects(1, toBob))).toEqual([out, behind]);
    expect(told(...both, expects(500, toBob, "within"))).toEqual([out, behind]);
    const toDan = offer({ present: true, jobId: "j1", workerId: "dan" });
    expect(told(...both, expects(1, toDan))).toEqual([out, "dan: is not there"]);
  });

  test("where an offer should not be, at a time and until one", () => {
    const toAnn = offer({ present: false, jobId: "j1", workerId: "ann" });
    const has = "ann: is offered it, 1 of 2 that may, score 6";
    expect(told(...both, expects(1, toAnn))).toEqual([out, has]);
    expect(told(...both, expects(500, toAnn, "until"))).toEqual([out, has]);
  });

  test("of all waiting jobs where none is named", () => {
    const toBob = offer({ present: true, workerId: "bob", outcome: "issued" });
    expect(told(...both, expects(1, toBob))).toEqual([out, behind]);
    const issued: ScenarioFact = {
      kind: "event",
      present: true,
      event: "RouterWorkerOfferIssued",
      of: "worker",
      id: "bob",
    };
    expect(told(...both, expects(1, issued))).toEqual([out, behind]);
  });

  test("where somebody cannot accept, and has no open offer", () => {
    expect(told(...both, does(1, { ...accept, workerId: "bob" }))).toEqual([out, behind]);
    expect(told(...both, does(1, accept))).toEqual([]);
  });

  test("for those that stand elsewhere than expected", () => {
    const only: ScenarioFact = { kind: "workers", jobId: "j1", workerIds: ["ann", "bob"] };
    expect(told(...both, expects(1, only))).toEqual([
      "bob: may have it, 1 of 1 that may, score 6",
      "ann: no capacity left (needs 1, has 0 of 1, taken by j1); has an open offer of it",
    ]);
  });

  test("and why who is off is off", () => {
    const off = does(1, { kind: "goOff", workerId: "ann" });
    expect(told(worker("ann"), off, job, expects(2, assigned))).toEqual([
      "ann: is inactive, not available for offers",
    ]);
  });

  test("and nothing of it where all is well, or about something else", () => {
    expect(told(...both, expects(1, offer({ present: true, jobId: "j1" })))).toEqual([]);
    const priority: ScenarioFact = { kind: "priority", jobId: "j1", operator: "==", value: 77 };
    expect(told(...both, expects(1, priority))).toEqual([]);
  });
});

describe("the timeline", () => {
  test("tells what each step changed, and nothing that stayed as it was", () => {
    const one = scenario(
      worker("ann", { acceptsAfterMs: 2000 }),
      job,
      does(1000, { kind: "setLabels", of: "worker", id: "ann", labels: { skill: 4, gone: null } }),
      does(1000, { kind: "move", jobId: "j1", priority: 7 }),
      does(3000, { kind: "complete", workerId: "ann", jobId: "j1" }),
      does(3000, { kind: "close", workerId: "ann", jobId: "j1" }),
      expects(3000, assigned),
    );
    const { timeline } = runScenario(bundle, one);
    const changes = timeline.flatMap(({ atMs, changes: each }) =>
      (each ?? []).map((change) => `${atMs} ${change}`),
    );
    expect(changes).toEqual([
      "0 ann: state active, load 0 %",
      '0 j1: status queued, queue xbox_na, priority 10, requires language == "en"',
      "0 ann: load 0 % → 100 %",
      "1000 j1: priority 10 → 7",
      "2000 ann: working on j1",
      "2000 j1: status queued → assigned, assigned to ann",
      "3000 j1: status assigned → completed",
      "3000 j1: status completed → closed",
      "3000 ann: load 100 % → 0 %, no longer working on j1",
    ]);
  });
});
