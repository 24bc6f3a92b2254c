import type {
  Bundle,
  BundleLabel,
  BundleTest,
  LabelSide,
  SourceMapping,
  TestExpectation,
} from "./bundle.ts";
import {
  canonicalJob,
  canonicalJson,
  canonicalLabels,
  canonicalObjects,
  canonicalWorker,
  canonicalWorkerSelector,
} from "./canonical.ts";
import { compareText, defined } from "./defined.ts";
import { hashOfText, sortedJson } from "./hash.ts";
import { objectKinds } from "./model.ts";
import type { BundleScenario } from "./scenario.ts";

export const bundleFormatName = "routewright-bundle/1";

/**
 * Finishes a bundle: objects in canonical form, channels, labels and secrets in order, pointers
 * of the source map moved with the objects and sorted, and the hash over what decides behaviour.
 */
export function sealBundle(bundle: Omit<Bundle, "hash">): Bundle {
  const lists: Lists = {
    channels: bundle.channels
      .map(({ name, id }) => ({ name, id }))
      .sort((a, b) => compareText(a.id, b.id) || compareText(a.name, b.name)),
    labels: {
      job: sortLabels(bundle.labels.job),
      worker: sortLabels(bundle.labels.worker),
      queue: sortLabels(bundle.labels.queue),
    },
    secrets: bundle.secrets
      .map(({ name, env }) => ({ name, env }))
      .sort((a, b) => compareText(a.name, b.name)),
    objects: canonicalObjects(bundle.objects),
  };
  const move = pointerMover(bundle, lists);
  const content = {
    format: bundle.format,
    apiVersion: bundle.apiVersion,
    parameters: canonicalLabels(bundle.parameters) ?? {},
    ...lists,
    tests: bundle.tests.map(canonicalTest),
    ...(bundle.scenarios === undefined || bundle.scenarios.length === 0
      ? {}
      : { scenarios: bundle.scenarios }),
    sources: bundle.sources.map(({ path, text }) => ({ path, text })),
    sourceMap: orderedMappings(bundle.sourceMap, move),
    decisions: bundle.decisions
      .map(({ pointer, construct, reason, location }) => ({
        pointer: move(pointer),
        construct,
        reason,
        location,
      }))
      .sort((a, b) => compareText(a.pointer, b.pointer)),
  };
  const { format, apiVersion, ...rest } = content;
  return { format, apiVersion, hash: hashOfCanonical(content), ...rest };
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
  return hashOfCanonical({
    ...bundle,
    objects: canonicalObjects(bundle.objects),
    tests: bundle.tests.map(canonicalTest),
  });
}

/** Written member by member, since lists without an order are sorted by their texts. */
function hashOfCanonical(bundle: Omit<Bundle, "hash">): string {
  const labelsOf = (side: LabelSide) =>
    `"${side}":${unordered(bundle.labels[side].map(({ doc: _, ...label }) => label))}`;
  const members = [
    `"apiVersion":${sortedJson(bundle.apiVersion)}`,
    `"channels":${unordered(bundle.channels)}`,
    `"labels":{${labelsOf("job")},${labelsOf("queue")},${labelsOf("worker")}}`,
    `"objects":${sortedJson(bundle.objects)}`,
    ...((bundle.scenarios ?? []).length === 0
      ? []
      : [`"scenarios":${unordered((bundle.scenarios ?? []).map(scenarioWithoutPlaces))}`]),
    `"secrets":${unordered(bundle.secrets)}`,
    `"tests":${unordered(bundle.tests.map(withoutPlaces))}`,
  ];
  return hashOfText(`{${members.join(",")}}`);
}

function canonicalTest(test: BundleTest): BundleTest {
  return defined({
    name: test.name,
    row: test.row,
    location: test.location,
    classificationPolicyId: test.classificationPolicyId,
    job: canonicalJob(test.job),
    workers: test.workers.map(({ name, ...worker }) => ({ name, ...canonicalWorker(worker) })),
    stubs: test.stubs.map(({ uri, answer }) => ({ uri, answer })),
    choice: test.choice,
    expectations: test.expectations.map(canonicalExpectation),
  });
}

function canonicalExpectation(expectation: TestExpectation): TestExpectation {
  const { kind, location } = expectation;
  switch (kind) {
    case "queue":
      return { kind, operator: expectation.operator, queueId: expectation.queueId, location };
    case "noQueue":
    case "failed":
      return { kind, location };
    case "priority":
      return { kind, operator: expectation.operator, value: expectation.value, location };
    case "selector": {
      const selector = canonicalWorkerSelector(expectation.selector);
      return { kind, present: expectation.present, selector, location };
    }
    case "workers":
      return { kind, workerIds: expectation.workerIds, location };
    case "excluded":
      return defined({ kind, workerId: expectation.workerId, key: expectation.key, location });
    case "score": {
      const { workerId, operator, value } = expectation;
      return { kind, workerId, operator, value, location };
    }
  }
}

function canonicalLabel(label: BundleLabel): BundleLabel {
  return defined({
    key: label.key,
    type: label.type,
    optional: label.optional,
    values: label.values,
    range: label.range,
    default: label.default,
    doc: label.doc,
  });
}

function withoutPlaces({ location: _, expectations, ...test }: BundleTest): object {
  return { ...test, expectations: expectations.map(({ location: _place, ...rest }) => rest) };
}

function scenarioWithoutPlaces({ location: _, steps, ...scenario }: BundleScenario): object {
  return { ...scenario, steps: steps.map(({ location: _place, ...rest }) => rest) };
}

/** The canonical text of a list whose order does not count: sorted by the texts of its items. */
function unordered(list: readonly unknown[]): string {
  return `[${list.map(sortedJson).sort(compareText).join(",")}]`;
}

function sortLabels(labels: readonly BundleLabel[]): readonly BundleLabel[] {
  return labels.map(canonicalLabel).sort((a, b) => compareText(a.key, b.key));
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
  // Pointers into one object follow each other, so the last head is mostly the next one, too.
  let last: { readonly prefix: string; readonly target: string } | undefined;
  return (pointer) => {
    if (last !== undefined && pointer.startsWith(last.prefix)) {
      return last.target + pointer.slice(last.prefix.length);
    }
    const head = /^(?:\/objects|\/labels)?\/[A-Za-z]+\/\d+/u.exec(pointer)?.[0];
    if (head === undefined) return pointer;
    const target = targets.get(head) ?? head;
    last = { prefix: `${head}/`, target: `${target}/` };
    return target + pointer.slice(head.length);
  };
}

type Lists = Pick<Bundle, "objects" | "labels" | "channels" | "secrets">;
const labelSides = ["job", "worker", "queue"] as const;

/** Mappings of one pointer that follow each other, as the parts of a formula do. */
interface Run {
  readonly from: string;
  readonly pointer: string;
  readonly list: SourceMapping[];
}

/** By pointer, then by the place in the formula: few pointers are compared, for many mappings. */
function orderedMappings(
  mappings: readonly SourceMapping[],
  move: (pointer: string) => string,
): readonly SourceMapping[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const { pointer: from, formula, location } of mappings) {
    if (run?.from !== from) {
      run = { from, pointer: move(from), list: [] };
      runs.push(run);
    }
    const { pointer } = run;
    run.list.push(formula === undefined ? { pointer, location } : { pointer, formula, location });
  }
  runs.sort((a, b) => compareText(a.pointer, b.pointer));
  const lists: SourceMapping[][] = [];
  let last: string | undefined;
  for (const { pointer, list } of runs) {
    const same = pointer === last ? lists.at(-1) : undefined;
    if (same === undefined) lists.push(list);
    else for (const mapping of list) same.push(mapping);
    last = pointer;
  }
  return lists.flatMap((list) => list.sort(compareInFormula));
}

function compareInFormula(a: SourceMapping, b: SourceMapping): number {
  return (
    (a.formula?.start ?? -1) - (b.formula?.start ?? -1) ||
    (a.formula?.end ?? -1) - (b.formula?.end ?? -1)
  );
}
