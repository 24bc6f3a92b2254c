import { expect, test } from "vitest";
import {
  createRouter,
  describeReason,
  type RouterOptions,
  type Transition,
} from "../../src/index.ts";
import { driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

/** A job with a selector that runs out, a decline, and a whole life. */
function play(options: RouterOptions) {
  const transitions: Transition[] = [];
  const run = driver({ ...options, observe: (each) => transitions.push(each) });
  withQueue(run);
  const labels = { skill: 1 };
  for (const id of ["a", "b"]) withWorker(run, id, { labels });
  withJob(run, "j", {
    requestedWorkerSelectors: [
      { key: "skill", labelOperator: "equal", value: 2, expiresAfterSeconds: 5 },
    ],
  });
  run.advance(6);
  const [offer] = run.router.job("j")?.offers ?? [];
  run.step({ kind: "decline", workerId: offer?.workerId ?? "", offerId: offer?.offerId ?? "" });
  const assignmentId = run.accept(run.router.job("j")?.offers[0]?.workerId ?? "", 8);
  run.step({ kind: "complete", jobId: "j", assignmentId }, 9);
  run.step({ kind: "close", jobId: "j", assignmentId }, 9);
  run.step({ kind: "delete", collection: "jobs", id: "j" }, 9);
  return { transitions, events: run.events, state: JSON.stringify(run.router.save()) };
}

test("who observes some transitions hears those of all, in the same order, and changes nothing", () => {
  const all = play({});
  const wanted = ["offerIssued", "offerDeclined", "selectorsExpired", "queued", "closed"] as const;
  const some = play({ observes: new Set(wanted) });
  const isWanted = ({ happening }: Transition): boolean =>
    wanted.some(
      (each) => each === (happening.kind === "jobStatus" ? happening.to : happening.kind),
    );
  expect(some.transitions).toEqual(all.transitions.filter(isWanted));
  expect(some.transitions.map(({ happening }) => happening.kind)).toEqual([
    "jobStatus",
    "selectorsExpired",
    "offerIssued",
    "offerDeclined",
    "offerIssued",
    "jobStatus",
  ]);
  expect(some.events).toEqual(all.events);
  expect(some.state).toBe(all.state);
  const statuses = play({ observes: new Set(["jobStatus"] as const) });
  expect(statuses.transitions).toEqual(
    all.transitions.filter(({ happening }) => happening.kind === "jobStatus"),
  );
  expect(play({ observes: new Set() }).transitions).toEqual([]);
});

test("a frozen list of selectors is read once, any other as it is when it comes", () => {
  const router = createRouter();
  const skill = (value: number) => ({
    key: "skill",
    labelOperator: "equal" as const,
    value,
    expiresAfterSeconds: 10,
  });
  const send = (id: string, requestedWorkerSelectors: readonly object[], atMs: number) => {
    const body = { channelId: "chat", queueId: "q", requestedWorkerSelectors } as never;
    return router.step({ kind: "patch", collection: "jobs", id, body }, atMs).response;
  };
  router.step(
    {
      kind: "patch",
      collection: "distributionPolicies",
      id: "d",
      body: { mode: { kind: "longestIdle" } },
    },
    0,
  );
  router.step(
    { kind: "patch", collection: "queues", id: "q", body: { distributionPolicyId: "d" } },
    0,
  );
  const frozen = Object.freeze([Object.freeze(skill(1))]);
  send("a", frozen, 1_000);
  send("b", frozen, 5_000);
  const stateOf = (id: string) => router.job(id)?.requestedWorkerSelectors;
  expect(stateOf("a")).toEqual([{ ...skill(1), status: "active", expiresAtMs: 11_000 }]);
  expect(stateOf("b")).toEqual([{ ...skill(1), status: "active", expiresAtMs: 15_000 }]);
  // What runs out for one job does not for the other.
  router.advance(12_000);
  expect([stateOf("a")?.[0]?.status, stateOf("b")?.[0]?.status]).toEqual(["expired", "active"]);
  // Frozen outside only: what is in it may change.
  const inner = skill(2);
  const outside = Object.freeze([inner]);
  send("c", outside, 12_000);
  inner.value = 3;
  send("d", outside, 12_000);
  expect([stateOf("c")?.[0]?.value, stateOf("d")?.[0]?.value]).toEqual([2, 3]);
  // What is wrong is wrong each time.
  const wrong = Object.freeze([Object.freeze({ ...skill(1), labelOperator: "like" })]);
  for (const id of ["e", "f"])
    expect(send(id, wrong, 12_000)).toMatchObject({ ok: false, status: 400 });
});

test("a job is scheduled before its time has come, and says so", () => {
  const run = driver();
  withQueue(run);
  const scheduleAt = new Date(startMs + 60_000).toISOString();
  withJob(run, "j", { matchingMode: { kind: "scheduleAndSuspend", scheduleAt } });
  run.advance(61);
  const told = run.transitions.flatMap(({ happening, reason }) =>
    happening.kind === "jobStatus" ? [`${happening.to}: ${describeReason(reason)}`] : [],
  );
  expect(told.slice(-2)).toEqual([
    "scheduled: its time is noted",
    "waitingForActivation: its scheduled time has come",
  ]);
});
