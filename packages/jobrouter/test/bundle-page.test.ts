import { readFileSync } from "node:fs";
import { sourceText } from "@routewright/diagnostics";
import { bundleHashOf, decodeBundle, encodeBundle } from "@routewright/jobrouter";
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
