import type { Bundle, BundleTest, SourceMapping } from "./bundle.ts";
import {
  canonicalJob,
  canonicalJson,
  canonicalLabels,
  canonicalObjects,
  canonicalWorker,
  canonicalWorkerSelector,
} from "./canonical.ts";
import { compareText } from "./defined.ts";
import { hashOf, sortedJson } from "./hash.ts";
import { objectKinds } from "./model.ts";

export const bundleFormatName = "routewright-bundle/1";

/**
 * Finishes a bundle: objects in canonical form, channels, labels and secrets in order, pointers
 * of the source map moved with the objects and sorted, and the hash over what decides behaviour.
 */
export function sealBundle(bundle: Omit<Bundle, "hash">): Bundle {
  const lists: Lists = {
    channels: [...bundle.channels].sort(
      (a, b) => compareText(a.id, b.id) || compareText(a.name, b.name),
    ),
    labels: {
      job: sortLabels(bundle.labels.job),
      worker: sortLabels(bundle.labels.worker),
      queue: sortLabels(bundle.labels.queue),
    },
    secrets: [...bundle.secrets].sort((a, b) => compareText(a.name, b.name)),
    objects: canonicalObjects(bundle.objects),
  };
  const move = pointerMover(bundle, lists);
  const content = {
    format: bundle.format,
    apiVersion: bundle.apiVersion,
    parameters: canonicalLabels(bundle.parameters) ?? {},
    ...lists,
    tests: bundle.tests.map(canonicalTest),
    sources: bundle.sources,
    sourceMap: bundle.sourceMap
      .map((mapping) => ({ ...mapping, pointer: move(mapping.pointer) }))
      .sort(compareMappings),
    decisions: bundle.decisions
      .map((decision) => ({ ...decision, pointer: move(decision.pointer) }))
      .sort((a, b) => compareText(a.pointer, b.pointer)),
  };
  const { format, apiVersion, ...rest } = content;
  return { format, apiVersion, hash: bundleHashOf(content), ...rest };
}

/** The bundle as a file: pretty JSON that ends with a line feed. */
export function encodeBundle(bundle: Bundle): string {
  return canonicalJson(bundle);
}

/**
 * The hash over what decides behaviour. Positions, documentation, file names, the sources, the
 * parameters (they are folded into the objects) and the order of declarations are not in it.
 */
export function bundleHashOf(bundle: Omit<Bundle, "hash">): string {
  return hashOf({
    apiVersion: bundle.apiVersion,
    channels: sortedBy(bundle.channels),
    labels: {
      job: sortedBy(bundle.labels.job.map(({ doc: _, ...label }) => label)),
      worker: sortedBy(bundle.labels.worker.map(({ doc: _, ...label }) => label)),
      queue: sortedBy(bundle.labels.queue.map(({ doc: _, ...label }) => label)),
    },
    objects: canonicalObjects(bundle.objects),
    secrets: sortedBy(bundle.secrets),
    tests: sortedBy(bundle.tests.map(canonicalTest).map(withoutPlaces)),
  });
}

function canonicalTest(test: BundleTest): BundleTest {
  return {
    ...test,
    job: canonicalJob(test.job),
    workers: test.workers.map(({ name, ...worker }) => ({ name, ...canonicalWorker(worker) })),
    expectations: test.expectations.map((expectation) =>
      expectation.kind === "selector"
        ? { ...expectation, selector: canonicalWorkerSelector(expectation.selector) }
        : expectation,
    ),
  };
}

function withoutPlaces({ location: _, expectations, ...test }: BundleTest): object {
  return { ...test, expectations: expectations.map(({ location: _place, ...rest }) => rest) };
}

/** In the order of their canonical texts, so that the order of writing does not count. */
function sortedBy<T>(list: readonly T[]): readonly T[] {
  return list
    .map((item) => ({ item, text: sortedJson(item) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ item }) => item);
}

function sortLabels<T extends { readonly key: string }>(labels: readonly T[]): readonly T[] {
  return [...labels].sort((a, b) => compareText(a.key, b.key));
}

/** What is sorted may change its index; pointers follow. */
function pointerMover(before: Lists, after: Lists): (pointer: string) => string {
  const targets = new Map<string, string>();
  const lists: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ...objectKinds.map((kind) => {
      const idsOf = (lists: Lists) => lists.objects[kind].map((item) => item.id);
      return [`/objects/${kind}`, idsOf(before), idsOf(after)] as const;
    }),
    ...labelSides.map((side) => {
      const keysOf = (lists: Lists) => lists.labels[side].map((label) => label.key);
      return [`/labels/${side}`, keysOf(before), keysOf(after)] as const;
    }),
    [
      "/channels",
      before.channels.map((item) => item.name),
      after.channels.map((item) => item.name),
    ],
    ["/secrets", before.secrets.map((item) => item.name), after.secrets.map((item) => item.name)],
  ];
  for (const [prefix, from, to] of lists) {
    const indexes = new Map(to.map((name, index) => [name, index]));
    from.forEach((name, index) => {
      const target = indexes.get(name) ?? index;
      if (target !== index) targets.set(`${prefix}/${index}`, `${prefix}/${target}`);
    });
  }
  if (targets.size === 0) return (pointer) => pointer;
  return (pointer) => {
    const head = /^(?:\/objects|\/labels)?\/[A-Za-z]+\/\d+/u.exec(pointer)?.[0];
    const target = head === undefined ? undefined : targets.get(head);
    return head === undefined || target === undefined
      ? pointer
      : target + pointer.slice(head.length);
  };
}

type Lists = Pick<Bundle, "objects" | "labels" | "channels" | "secrets">;
const labelSides = ["job", "worker", "queue"] as const;

function compareMappings(a: SourceMapping, b: SourceMapping): number {
  return (
    compareText(a.pointer, b.pointer) ||
    (a.formula?.start ?? -1) - (b.formula?.start ?? -1) ||
    (a.formula?.end ?? -1) - (b.formula?.end ?? -1)
  );
}
