import { afterAll, beforeAll, expect, test } from "vitest";
import { designSample } from "../../dsl/test/support/design-sample.ts";
import type {
  DecisionStepsResult,
  EvaluateResult,
  FormulasResult,
  ImportResult,
  JobFormResult,
  PreviewResult,
  RunTestsResult,
  TestsResult,
  VirtualDocumentResult,
} from "../src/protocol.ts";
import { startClient, type TestClient } from "./support/client.ts";

const uri = "file:///w/main.route";
const lines = designSample.split("\n");
let client: TestClient;

beforeAll(async () => {
  client = await startClient({ [uri]: designSample });
});
afterAll(() => client.stop());

/** Asks about the sample; a refusal is the test's failure. */
async function ask<R extends { readonly ok: boolean }>(
  method: string,
  params: object = {},
): Promise<Extract<R, { ok: true }>> {
  const result = await client.request<R>(method, { uri, ...params });
  expect(result, method).toMatchObject({ ok: true });
  return result as Extract<R, { ok: true }>;
}

test("preview ties each value to its words", async () => {
  const { files, mappings } = await ask<PreviewResult>("routewright/preview");
  expect(files.map((file) => file.name)).toContain("queues/XBOX_NA_QUEUE.json");
  const words = mappings.map(({ file, range, source }) => {
    const text = files[file]?.text.split("\n")[range.start.line]?.trim();
    return `${text} <- ${lines[source.range.start.line]?.slice(source.range.start.character, source.range.start.line === source.range.end.line ? source.range.end.character : undefined)}`;
  });
  expect(words.join("\n")).toContain('"id": "XBOX_NA_QUEUE"');
  expect(mappings.some(({ construct }) => construct !== undefined)).toBe(true);
});

test("evaluate decides and says why", async () => {
  const labels = { region: "NA", product: "xbox", language: "en", vip: true };
  const answer = await ask<EvaluateResult>("routewright/evaluate", { job: { labels } });
  expect(answer.decision).toMatchObject({
    outcome: "classified",
    queueId: "XBOX_NA_QUEUE",
    queueName: "xbox_na",
    priority: 10,
  });
  const applied = answer.trace.filter((step) => step.state === "applied" && step.location);
  expect(applied.length).toBeGreaterThan(1);
  const refused = await client.request<EvaluateResult>("routewright/evaluate", { uri, job: [1] });
  expect(refused.ok).toBe(false);
});

test("the form has the declared labels", async () => {
  const form = await ask<JobFormResult>("routewright/jobForm");
  expect(form.job.map(({ key }) => key)).toEqual(["region", "product", "language", "vip", "waits"]);
  expect(form.job[4]).toMatchObject({ optional: true, min: 0, max: 100 });
  expect(form.policies.map(({ name }) => name)).toEqual(["xbox"]);
});

test("tests are found, run, and covered", async () => {
  const { tests } = await client.request<TestsResult>("routewright/tests", { uri });
  expect(tests.map(({ label }) => label)).toEqual(["premium jobs from NA go to the NA queue"]);
  const run = await client.request<RunTestsResult>("routewright/runTests", { uri, coverage: true });
  expect(run.results).toEqual([{ id: tests[0]?.id, outcome: "passed", messages: [] }]);
  expect(run.coverage[0]?.rules.some(({ count }) => count > 0)).toBe(true);
  expect(run.coverage[0]?.conditions.length).toBeGreaterThan(0);
});

test("a failing test says what came instead, at its expectation", async () => {
  const other = "file:///w/other.route";
  const text = designSample.replace("expect priority == 10", "expect priority == 11");
  const broken = await startClient({ [other]: text });
  const run = await broken.request<RunTestsResult>("routewright/runTests", { uri: other });
  expect(run.results[0]).toMatchObject({ outcome: "failed" });
  expect(run.results[0]?.messages[0]).toMatchObject({
    expected: "priority == 11",
    actual: "priority is 10",
    location: { range: { start: { line: text.split("\n").indexOf("  expect priority == 11") } } },
  });
  await broken.stop();
});

test("a decision is a list of places", async () => {
  const { tests } = await client.request<TestsResult>("routewright/tests", { uri });
  const { steps } = await ask<DecisionStepsResult>("routewright/decisionSteps", {
    testId: tests[0]?.id,
  });
  expect(steps.length).toBeGreaterThan(5);
  expect(steps.filter(({ location }) => location !== undefined).length).toBeGreaterThan(4);
  const labels = steps[0]?.scopes.find(({ name }) => name === "Job labels");
  expect(labels?.variables).toContainEqual({ name: "job.region", value: '"NA"', type: "text" });
});

const scenario = `
scenario "rings out" {
  worker bo {
    queues [xbox_default]
    capacity 1
    channel chat cost 1
    labels { language: "en", xbox: 9, manager: true, 'Some-Skill': 1 }
  }
  at 0s job j1 on chat in xbox_default {
    region: "NA", product: "xbox", language: "en", vip: false
  }
  at 0s expect offer of j1 to bo
  at 60s expect offer of j1 to bo EXPECTED
}
`;

test.each([
  ["expired", "passed"],
  ["accepted", "failed"],
])("a scenario that expects an offer to be %s has %s", async (expected, outcome) => {
  const other = "file:///w/scenario.route";
  const text = `${designSample}${scenario.replace("EXPECTED", expected)}`;
  const own = await startClient({ [other]: text });
  const { tests } = await own.request<TestsResult>("routewright/tests", { uri: other });
  const item = tests.find(({ label }) => label === "rings out");
  expect(item?.kind).toBe("scenario");
  const run = await own.request<RunTestsResult>("routewright/runTests", {
    uri: other,
    ids: [item?.id],
    coverage: true,
  });
  expect(run.results).toMatchObject([{ id: item?.id, outcome }]);
  if (outcome === "failed") {
    const line = text.split("\n").findIndex((each) => each.includes("to bo accepted"));
    expect(run.results[0]?.messages[0]).toMatchObject({ location: { range: { start: { line } } } });
  }
  const steps = await own.request<DecisionStepsResult>("routewright/decisionSteps", {
    uri: other,
    testId: item?.id,
  });
  expect(steps).toMatchObject({ ok: true, kind: "scenario", title: "rings out" });
  const texts = steps.ok ? steps.steps.map((step) => `${step.time} ${step.text}`) : [];
  expect(texts.some((each) => each.startsWith("0:01:00"))).toBe(true);
  expect(steps.ok && steps.steps.every((step) => step.location !== undefined)).toBe(true);
  await own.stop();
});

test("formulas are documents of their own", async () => {
  const { formulas } = await ask<FormulasResult>("routewright/formulas");
  const priority = formulas.find(({ title }) => title === "xbox: priority");
  const document = await client.request<VirtualDocumentResult>("routewright/virtualDocument", {
    uri: priority?.uri,
  });
  expect(document.text).toMatch(/^If\(/u);
});

test("Job Router JSON becomes a policy", async () => {
  const text = JSON.stringify({ id: "q", name: "Queue", distributionPolicyId: "d" });
  const imported = await ask<ImportResult>("routewright/import", { text });
  expect(imported.text).toContain("queue q {");
  const refused = await client.request<ImportResult>("routewright/import", { text: "{" });
  expect(refused.ok).toBe(false);
});
