import { sourceText } from "@routewright/diagnostics";
import {
  type Bundle,
  canonicalJson,
  canonicalObjects,
  decodeBundle,
  decodeJobs,
  decodeObjects,
  decodeWorkers,
  encodeBundle,
  extractSecrets,
  type RouterObjects,
  resolveSecrets,
  sealBundle,
} from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { routerObjects } from "./support/arbitrary-objects.ts";

const errorsOf = (diagnostics: readonly { severity: string; message: string }[]) =>
  diagnostics.filter((each) => each.severity === "error").map((each) => each.message);

test("canonical JSON is read back as the same objects", () => {
  fc.assert(
    fc.property(routerObjects, (objects) => {
      const canonical = canonicalObjects(objects);
      const text = canonicalJson(canonical);
      const decoded = decodeObjects([sourceText(text, "objects.json")]);
      expect(errorsOf(decoded.diagnostics)).toEqual([]);
      expect(canonicalJson(decoded.value)).toBe(text);
      expect(canonicalJson(canonicalObjects(canonical))).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test("the canonical form does not depend on the order of objects and labels", () => {
  const shuffled = routerObjects.map((objects) => ({
    ...objects,
    queues: [...objects.queues].reverse().map((queue) => ({
      ...queue,
      ...(queue.labels === undefined
        ? {}
        : { labels: Object.fromEntries(Object.entries(queue.labels).reverse()) }),
    })),
    classificationPolicies: [...objects.classificationPolicies].reverse(),
    original: objects,
  }));
  fc.assert(
    fc.property(shuffled, ({ original, ...objects }) => {
      expect(canonicalJson(canonicalObjects(objects))).toBe(
        canonicalJson(canonicalObjects(original)),
      );
    }),
  );
});

test("credentials taken out and put back give the same objects, and are in no text between", () => {
  fc.assert(
    fc.property(routerObjects, (objects) => {
      const before = canonicalObjects(objects);
      const { objects: without, values } = extractSecrets(before);
      const back = resolveSecrets(without, (env) =>
        Object.hasOwn(values, env) ? values[env] : undefined,
      );
      expect(back.missing).toEqual([]);
      expect(canonicalJson(canonicalObjects(back.objects))).toBe(canonicalJson(before));
      const text = canonicalJson(without);
      expect(text).not.toContain("k3y");
      expect(text).not.toContain("another key");
    }),
  );
});

export function bundleAround(objects: RouterObjects): Omit<Bundle, "hash"> {
  return {
    format: "routewright-bundle/1",
    apiVersion: "2023-11-01",
    parameters: {},
    channels: [],
    labels: { job: [], worker: [], queue: [] },
    secrets: [],
    objects,
    tests: [],
    sources: [],
    sourceMap: [],
    decisions: [],
  };
}

test("a bundle survives its file", () => {
  fc.assert(
    fc.property(routerObjects, (objects) => {
      const bundle = sealBundle(bundleAround(objects));
      const decoded = decodeBundle(sourceText(encodeBundle(bundle), "bundle.json"));
      expect(errorsOf(decoded.diagnostics)).toEqual([]);
      expect(decoded.value && encodeBundle(decoded.value)).toBe(encodeBundle(bundle));
    }),
  );
});

const jsonish = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.json({ maxDepth: 6 }),
  // A valid file with a piece of it replaced, deleted or doubled.
  fc
    .tuple(
      routerObjects,
      fc.nat(),
      fc.nat({ max: 40 }),
      fc.constantFrom("", "{", "[", "null", '"', "1e400", "\u0000", '{"value":[', '"kind"'),
    )
    .map(([objects, at, length, insert]) => {
      const text = encodeBundle(sealBundle(bundleAround(objects)));
      const from = at % text.length;
      return text.slice(0, from) + insert + text.slice(from + length);
    }),
  fc
    .tuple(routerObjects, fc.nat(), fc.anything({ withNullPrototype: false, maxDepth: 3 }))
    .map(([objects, at, value]) => {
      // A well-formed file with one value exchanged for another.
      let index = 0;
      const json = JSON.stringify(canonicalObjects(objects));
      const target = at % 40;
      return (
        JSON.stringify(JSON.parse(json), (_, old) => {
          if (index++ !== target) return old;
          return typeof value === "bigint" || typeof value === "symbol" ? null : value;
        }) ?? ""
      );
    }),
);

test("nothing makes a decoder throw", () => {
  fc.assert(
    fc.property(jsonish, (text) => {
      const source = sourceText(text, "queues/some.json");
      decodeObjects([source, source]);
      decodeBundle(source);
      decodeJobs(source);
      decodeWorkers(source);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["10,000 lists", "[".repeat(10_000)],
  ["10,000 closed lists", "[".repeat(10_000) + "]".repeat(10_000)],
  ["10,000 objects", '{"a":'.repeat(10_000)],
  ["10,000 pages", `${'{"value":['.repeat(10_000)}${"]}".repeat(10_000)}`],
  ["10,000 examples", `${'{"parameters":{"resource":'.repeat(10_000)}{}${"}}".repeat(10_000)}`],
  ["10,000 sets of queues", `${'{"queues":'.repeat(10_000)}{}${"}".repeat(10_000)}`],
  [
    "a deep label",
    `{"queues":[{"id":"q","labels":{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}}]}`,
  ],
  ["a line of 1 MB", `{"queues":[{"id":"q","name":"${"x".repeat(1 << 20)}"}]}`],
  ["a number of 1 MB", "1".repeat(1 << 20)],
  [
    "100,000 unknown properties",
    `{"id":"q","mode":null,${Array.from({ length: 100_000 }, (_, index) => `"p${index}":1`).join(",")}}`,
  ],
])("%s: no exception", (_, text) => {
  const source = sourceText(text, "queues/some.json");
  decodeObjects([source]);
  decodeBundle(source);
  decodeJobs(source);
  decodeWorkers(source);
});
