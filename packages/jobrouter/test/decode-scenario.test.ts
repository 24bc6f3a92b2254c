import { sourceText } from "@routewright/diagnostics";
import {
  type Bundle,
  type BundleScenario,
  decodeBundle,
  encodeBundle,
  type ScenarioStepData,
  sealBundle,
} from "@routewright/jobrouter";
import { expect, test } from "vitest";

const location = { source: 0, start: 0, end: 1, line: 1, column: 1 };
const labels = { a: 1, gone: null, __proto__x: "x", constructor: true };

const steps: readonly ScenarioStepData[] = [
  {
    location,
    atMs: 0,
    does: { kind: "job", jobId: "j'1", job: { channelId: "c", labels: { a: 1 } }, suspended: true },
  },
  { location, atMs: 1, does: { kind: "accept", workerId: "w", jobId: "j" }, refused: true },
  { location, atMs: 2, does: { kind: "setLabels", of: "job", id: "j", labels } },
  {
    location,
    atMs: 3,
    does: {
      kind: "changeWorker",
      workerId: "w",
      capacity: 2,
      channels: [{ channelId: "c", capacityCostPerJob: 1 }],
    },
  },
  {
    location,
    atMs: 4,
    when: "until",
    fromMs: 1,
    expects: { kind: "offer", present: false, jobId: "j", outcome: "expired" },
  },
  {
    location,
    atMs: 5,
    when: "at",
    expects: { kind: "priority", jobId: "j", operator: ">=", value: 3 },
  },
  {
    location,
    atMs: 6,
    does: { kind: "worker", worker: { id: "w", name: "ann" }, habits: { acceptsAfterMs: 8 } },
  },
  {
    location,
    atMs: 9,
    when: "at",
    expects: { kind: "state", of: "worker", id: "w", negated: false, state: "active" },
  },
  {
    location,
    atMs: 10,
    when: "within",
    expects: { kind: "event", present: true, event: "RouterJobQueued" },
  },
];
const scenario: BundleScenario = {
  name: "s",
  location,
  startsAtMs: 11,
  choice: 0.5,
  stubs: [],
  steps,
};

const content: Omit<Bundle, "hash"> = {
  format: "routewright-bundle/1",
  apiVersion: "2023-11-01",
  parameters: {},
  channels: [],
  labels: { job: [], worker: [], queue: [] },
  secrets: [],
  objects: {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [],
    classificationPolicies: [],
  },
  tests: [],
  scenarios: [scenario],
  sources: [{ path: "main.route", text: "x" }],
  sourceMap: [],
  decisions: [],
};

test("scenarios are read back as they were, and are in the hash", () => {
  const bundle = sealBundle(content);
  const decoded = decodeBundle(sourceText(encodeBundle(bundle)));
  expect(decoded.diagnostics).toEqual([]);
  expect(decoded.value?.scenarios).toEqual(bundle.scenarios);
  const other = sealBundle({ ...content, scenarios: [{ ...scenario, choice: 0.6 }] });
  expect(other.hash).not.toBe(bundle.hash);
});

test("no scenarios and none named are one bundle", () => {
  const { scenarios: _scenarios, ...without } = content;
  expect(sealBundle({ ...content, scenarios: [] }).hash).toBe(sealBundle(without).hash);
  expect(encodeBundle(sealBundle({ ...content, scenarios: [] }))).not.toContain("scenarios");
});

test.each([
  ["a name that is no text", '"name": "ann"', '"name": 3', "`name` takes text, not a number"],
  ["a time before the start", '"atMs": 0', '"atMs": -1', "`atMs` is -1"],
  ["a time beyond all clocks", '"atMs": 10', '"atMs": 1e20', "`atMs` is 100000000000000000000"],
  ["a part of a millisecond", '"atMs": 10', '"atMs": 0.5', "`atMs` is 0.5"],
  ["a habit of the past", '"acceptsAfterMs": 8', '"acceptsAfterMs": -8', "`acceptsAfterMs` is -8"],
  ["a start beyond all calendars", '"startsAtMs": 11', '"startsAtMs": 8e15', "`startsAtMs` is"],
  ["a choice that is none", '"choice": 0.5', '"choice": 1', "`choice` is 1"],
  ["no moment in between", '"fromMs": 1', '"fromMs": 4', "`atMs` is 4"],
  ["a state of jobs", '"state": "active"', '"state": "queued"', "`state` cannot be `queued`"],
  ["a state of objects", '"active"', '"constructor"', "`state` cannot be `constructor`"],
  ["an event that is none", '"RouterJobQueued"', '"Queued"', "`event` cannot be `Queued`"],
])("%s is refused at its place", (_, from, to, message) => {
  const whole = encodeBundle(sealBundle(content));
  const at = whole.indexOf(from);
  expect(at).toBeGreaterThan(0);
  const { value, diagnostics } = decodeBundle(sourceText(whole.replace(from, to)));
  expect(value).toBeUndefined();
  const [first] = diagnostics;
  expect(first?.message).toContain(message);
  expect(Math.abs((first?.span.start ?? 0) - at)).toBeLessThan(200);
});

test.each([
  ["a kind that is none", '"kind": "accept"', '"kind": "constructor"'],
  ["a kind that every object has", '"kind": "priority"', '"kind": "__proto__"'],
  ["a member missing", '"workerId": "w"', '"person": "w"'],
  ["a time that is none", '"atMs": 5', '"atMs": "5"'],
  ["another operator", '">="', '"=>"'],
  ["steps that are no list", '"steps": [', '"steps": {}, "more": ['],
  ["an unknown time word", '"when": "until"', '"when": "unless"'],
  ["a change that nobody sealed", '"atMs": 4', '"atMs": 7'],
])("%s is refused", (_, from, to) => {
  const text = encodeBundle(sealBundle(content));
  expect(text).toContain(from);
  const { value, diagnostics } = decodeBundle(sourceText(text.replace(from, to)));
  expect(value).toBeUndefined();
  expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
});
