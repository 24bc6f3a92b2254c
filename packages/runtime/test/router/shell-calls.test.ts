import { expect, test } from "vitest";
import { type JsonObject, loadRouter, type RuleCall, type RulePayload } from "../../src/index.ts";
import { drive, driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

const scored = (more: JsonObject = {}): JsonObject => ({
  kind: "bestWorker",
  scoringRule: {
    kind: "function",
    functionUri: "https://f/score",
    credential: { functionKey: "k" },
  },
  scoringRuleOptions: more,
});

test("a classification asks the shell, waits, and goes on with the answer", () => {
  const run = driver({ asksShell: true });
  withQueue(run);
  run.patch("classificationPolicies", "c", {
    fallbackQueueId: "q",
    prioritizationRule: { kind: "function", functionUri: "https://f/priority" },
  });
  const body = { channelId: "chat", classificationPolicyId: "c", labels: { a: 1 } };
  const { calls } = run.step({ kind: "patch", collection: "jobs", id: "j", body }, 1);
  expect(calls).toEqual([
    {
      callId: "call-1",
      uri: "https://f/priority",
      payload: { job: { a: 1 } },
      credential: { kind: "function" },
    },
  ]);
  expect(run.router.job("j")?.status).toBe("pendingClassification");
  const answer = { kind: "answerRule", callId: "call-1", answer: { value: 42 } } as const;
  run.step(answer, 3);
  expect(run.router.job("j")).toMatchObject({ status: "queued", priority: 42 });
  expect(run.router.explainJob("j")?.classification?.classification).toMatchObject({
    outcome: "classified",
    priority: 42,
  });
  expect(run.step(answer).response).toMatchObject({ ok: false, status: 404 });
});

test("a failed call fails the classification; a new one asks again, and old answers find nobody", () => {
  const run = driver({ asksShell: true });
  withQueue(run);
  run.patch("classificationPolicies", "c", {
    fallbackQueueId: "q",
    prioritizationRule: { kind: "function", functionUri: "https://f" },
  });
  withJob(run, "j", { classificationPolicyId: "c" });
  run.step({ kind: "answerRule", callId: "call-1", answer: { failure: "503" } });
  expect(run.router.job("j")?.status).toBe("classificationFailed");
  expect(run.step({ kind: "reclassify", jobId: "j" }).calls).toMatchObject([{ callId: "call-2" }]);
  run.step({ kind: "reclassify", jobId: "j" });
  const late = run.step({ kind: "answerRule", callId: "call-2", answer: { value: 1 } });
  expect(late.response).toMatchObject({ status: 404 });
});

test("scores are asked for worker by worker, and kept for the next free one", () => {
  const run = driver({ asksShell: true });
  withQueue(run, scored());
  for (const id of ["a", "b", "c"]) withWorker(run, id);
  const body = { channelId: "chat", queueId: "q", labels: { x: 1 } };
  const { calls } = run.step({ kind: "patch", collection: "jobs", id: "j", body });
  expect(calls.map(({ payload }) => payload)).toEqual(
    ["a", "b", "c"].map((Id) => ({ job: { x: 1 }, selectors: [], worker: { Id } })),
  );
  expect(run.router.job("j")?.offers).toEqual([]);
  const values = [5, 9, 7];
  // Half-way through, the router is saved and goes on elsewhere.
  const answer = (to: typeof run, call: RuleCall, index: number): void => {
    const value = values[index] ?? 0;
    to.step({ kind: "answerRule", callId: call.callId, answer: { value } });
  };
  for (const [index, call] of calls.slice(0, 2).entries()) answer(run, call, index);
  const saved = JSON.parse(JSON.stringify(run.router.save()));
  const other = drive(loadRouter(saved, { asksShell: true }));
  for (const each of [run, other]) {
    const last = calls[2];
    if (last !== undefined) answer(each, last, 2);
    const [first] = each.router.job("j")?.offers ?? [];
    expect(first?.workerId).toBe("b");
    // `c` has its score already.
    const { calls: none } = each.step({
      kind: "decline",
      workerId: "b",
      offerId: first?.offerId ?? "",
    });
    expect(none).toEqual([]);
    expect(each.router.job("j")?.offers.map(({ workerId }) => workerId)).toEqual(["c"]);
  }
  expect(run.router.explainJob("j")?.ranking?.workers).toMatchObject([
    { workerId: "a", score: { value: 5 } },
  ]);
  expect(startMs).toBeLessThan(run.router.nowMs + 1);
});

test("batches are answered by a map; whom it leaves out gets no offer", () => {
  const run = driver({ asksShell: true });
  withQueue(run, scored({ isBatchScoringEnabled: true, batchSize: 2 }));
  for (const id of ["a", "b", "c"]) withWorker(run, id);
  const body = { channelId: "chat", queueId: "q" };
  const { calls } = run.step({ kind: "patch", collection: "jobs", id: "j", body });
  expect(calls.map(({ payload }) => payload.workers?.map(({ Id }) => Id))).toEqual([
    ["a", "b"],
    ["c"],
  ]);
  const value = { a: 3, b: 8 };
  run.step({ kind: "answerRule", callId: calls[0]?.callId ?? "", answer: { value } });
  run.step({ kind: "answerRule", callId: calls[1]?.callId ?? "", answer: { value: {} } });
  const order: string[] = [];
  for (let round = 0; round < 4; round++) {
    const [offer] = run.router.job("j")?.offers ?? [];
    if (offer === undefined) break;
    order.push(offer.workerId);
    run.step({ kind: "decline", workerId: offer.workerId, offerId: offer.offerId });
  }
  expect(order).toEqual(["b", "a"]);
});

test("a function with known answers is asked in batches too, once for all offers of a job", () => {
  const asked: unknown[] = [];
  const run = driver({
    ruleAnswers: new Map([
      [
        "https://f/score",
        (payload: RulePayload) => {
          asked.push(payload);
          const ids = (payload.workers ?? []).map(({ Id }) => String(Id));
          // By the place in the batch: whoever asked again would get other scores.
          return Object.fromEntries(ids.map((id, index) => [id, id === "c" ? 9 : index]));
        },
      ],
    ]),
  });
  const options = { isBatchScoringEnabled: true, batchSize: 3, scoringParameters: ["jobLabels"] };
  withQueue(run, { ...scored(options), maxConcurrentOffers: 2 });
  for (const id of ["d", "b", "a", "c"]) withWorker(run, id);
  withWorker(run, "e", { capacity: 0 });
  withJob(run, "j", { labels: { x: 1 } });
  expect(asked).toEqual([
    { job: { x: 1 }, workers: [{ Id: "a" }, { Id: "b" }, { Id: "c" }] },
    { job: { x: 1 }, workers: [{ Id: "d" }] },
  ]);
  expect(run.router.job("j")?.offers.map(({ workerId }) => workerId)).toEqual(["c", "b"]);
  expect(
    run.transitions.flatMap(({ reason }) => ("score" in reason.cause ? [reason.cause.score] : [])),
  ).toEqual([9, 1]);
  const [first] = run.router.job("j")?.offers ?? [];
  run.step({ kind: "decline", workerId: "c", offerId: first?.offerId ?? "" });
  expect(asked.slice(2)).toEqual([{ job: { x: 1 }, workers: [{ Id: "a" }, { Id: "d" }] }]);
  expect(run.router.job("j")?.offers.map(({ workerId }) => workerId)).toEqual(["b", "d"]);
});

test("a job whose policy is taken away waits for no answer any more", () => {
  const run = driver({ asksShell: true });
  withQueue(run);
  withWorker(run, "w");
  run.patch("classificationPolicies", "c", {
    fallbackQueueId: "q",
    prioritizationRule: { kind: "function", functionUri: "https://f" },
  });
  withJob(run, "j", { classificationPolicyId: "c" });
  expect(run.job("j")).toMatchObject({ status: "pendingClassification" });
  run.patch("jobs", "j", { classificationPolicyId: null });
  expect(run.offersOf("w")).toHaveLength(1);
  const late = run.step({ kind: "answerRule", callId: "call-1", answer: { value: 1 } });
  expect(late.response).toMatchObject({ status: 404 });
});
