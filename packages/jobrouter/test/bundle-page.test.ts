import { readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import { bundleHashOf, decodeBundle, encodeBundle, sealBundle } from "@routewright/jobrouter";
import { expect, test } from "vitest";

const page = readFileSync(new URL("../../../docs/bundle.md", import.meta.url), "utf8");

test("the example of docs/bundle.md is a bundle with its hash, as it would be written", () => {
  const example = /```json\n([\s\S]*?)```/u.exec(page)?.[1] ?? "";
  const decoded = decodeBundle(sourceText(example, "docs/bundle.md"));
  expect(decoded.diagnostics).toEqual([]);
  expect(decoded.value && encodeBundle(decoded.value)).toBe(example);
});

test("the hash minds what decides, and nothing else", () => {
  const example = /```json\n([\s\S]*?)```/u.exec(page)?.[1] ?? "";
  const bundle = decodeBundle(sourceText(example)).value;
  if (bundle === undefined) throw new Error("the example is read");
  const same = [
    { ...bundle, sources: [], sourceMap: [], decisions: [] },
    { ...bundle, parameters: { env: "prod" } },
    {
      ...bundle,
      labels: {
        ...bundle.labels,
        job: bundle.labels.job.map((label) => ({ ...label, doc: "text" })),
      },
    },
  ];
  for (const other of same) expect(bundleHashOf(other)).toBe(bundle.hash);
  const different = [
    { ...bundle, apiVersion: "2024-01-18-preview" },
    { ...bundle, channels: [{ name: "chat", id: "chat" }] },
    { ...bundle, secrets: [{ name: "key", env: "KEY" }] },
    { ...bundle, labels: { ...bundle.labels, job: [] } },
    { ...bundle, objects: { ...bundle.objects, classificationPolicies: [] } },
  ];
  for (const other of different) expect(bundleHashOf(other)).not.toBe(bundle.hash);
});

test("sealing puts everything in its order, and pointers follow what moves", () => {
  const location = { source: 0, start: 0, end: 1, line: 1, column: 1 };
  const queues = [{ labels: { b: 1, a: 2 }, id: "z" }, { id: "a" }];
  const sealed = sealBundle({
    decisions: [
      { location, reason: "r", construct: "c", pointer: "/objects/queues/1" },
      { location, reason: "r", construct: "c", pointer: "/objects/queues/0" },
    ],
    sourceMap: [
      { location, pointer: "/objects/queues/0/labels/a" },
      { location, formula: { start: 3, end: 4 }, pointer: "/labels/job/0" },
      { location, formula: { start: 1, end: 2 }, pointer: "/labels/job/0" },
    ],
    sources: [{ text: "", path: "main.route" }],
    tests: [
      {
        expectations: [
          { location, kind: "score", value: 1, operator: "==", workerId: "w" },
          { location, kind: "excluded", workerId: "w" },
        ],
        stubs: [{ answer: { value: 1 }, uri: "https://x" }],
        workers: [{ capacity: 1, id: "w", name: "ann", labels: { Id: "w" } }],
        job: { labels: {}, id: "j" },
        location,
        name: "t",
      },
    ],
    objects: {
      classificationPolicies: [],
      queues,
      exceptionPolicies: [],
      distributionPolicies: [],
    },
    secrets: [],
    labels: {
      queue: [],
      worker: [],
      job: [
        { optional: false, type: "text", key: "z" },
        { doc: "d", optional: false, type: "text", key: "a" },
      ],
    },
    channels: [],
    parameters: { z: 1, a: 2 },
    apiVersion: "2023-11-01",
    format: "routewright-bundle/1",
  });
  expect(sealed.objects.queues.map((queue) => queue.id)).toEqual(["a", "z"]);
  expect(sealed.sourceMap.map(({ pointer, formula }) => [pointer, formula?.start])).toEqual([
    ["/labels/job/1", 1],
    ["/labels/job/1", 3],
    ["/objects/queues/1/labels/a", undefined],
  ]);
  expect(sealed.decisions.map((decision) => decision.pointer)).toEqual([
    "/objects/queues/0",
    "/objects/queues/1",
  ]);
  const text = encodeBundle(sealed);
  const decoded = decodeBundle(sourceText(text));
  expect(decoded.diagnostics).toEqual([]);
  expect(decoded.value && encodeBundle(decoded.value)).toBe(text);
});
