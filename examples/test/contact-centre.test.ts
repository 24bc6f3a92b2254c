import { type Span, sourceText } from "@routewright/diagnostics";
import { type ClassificationItem, compile, parse } from "@routewright/dsl";
import type { Bundle, BundleTest, Job, RouterRule } from "@routewright/jobrouter";
import { createEngine, runTests } from "@routewright/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createIntake,
  devSettings,
  type IntakeLabels,
  type IntakeSettings,
  prodSettings,
} from "../contact-centre/hand-written.ts";
import { exampleHost, examples, readExample, routeFiles } from "./support/files.ts";

const entry = "contact-centre/main.route";
const parameterSets = examples.find((example) => example.entry === entry)?.parameterSets ?? [];
const dev = compileWith("dev");
const prod = compileWith("prod");

const arbitraryLabels: fc.Arbitrary<IntakeLabels> = fc.record(
  {
    topic: fc.constantFrom(
      "order",
      "delivery",
      "return",
      "repair",
      "billing",
      "fraud",
      "sales",
      "account",
      "recycling",
    ),
    product: fc.constantFrom("phone", "laptop", "audio", "tv", "appliance", "smart_home"),
    region: fc.constantFrom("UK", "EU", "US"),
    language: fc.constantFrom("en", "de", "fr", "es"),
    tier: fc.constantFrom("none", "silver", "gold", "platinum"),
    // Rare ones, lest they hide the rules below them.
    business: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
    repeats: fc.integer({ min: 0, max: 6 }),
    value: fc.constantFrom(0, 100, 499, 500, 501, 1999, 2000, 2001, 50000),
    warranty: fc.constantFrom("in", "out", "extended"),
    risk: fc.constantFrom(0, 10, 50, 69, 70, 71, 79, 80, 81, 100),
    vulnerable: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  },
  { requiredKeys: ["topic", "region", "language", "tier", "business", "repeats"] },
);

describe("the compiled intake decides like the hand-written one", () => {
  const sides: readonly (readonly [string, Bundle, IntakeSettings])[] = [
    ["dev", dev, devSettings],
    ["prod", prod, prodSettings],
  ];

  test.each(sides)("%s", (env, bundle, settings) => {
    const engine = createEngine(bundle.objects);
    const byHand = createIntake(settings);
    const met = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryLabels, (labels) => {
        const job: Job = { channelId: "voice", labels: { ...labels } };
        const classification = engine.classify(job, `bw-${env}-intake`);
        if (classification.outcome === "failed") throw new Error("the classification failed");
        const { queueId, priority } = classification;
        expect({ queueId, priority }).toEqual(byHand(labels));
        for (const outcome of [String(queueId), `priority ${priority}`]) {
          met.set(outcome, (met.get(outcome) ?? 0) + 1);
        }
      }),
      { numRuns: 4000, seed: 20261124 },
    );
    // All 13 queues and all 13 priorities came up, so nothing above agreed about too little.
    expect([...met.keys()].filter((key) => key.startsWith("bw-")).length).toBe(13);
    expect([...met.keys()].filter((key) => key.startsWith("priority")).length).toBe(13);
    expect(Math.min(...met.values())).toBeGreaterThan(4);
  });
});

describe("the tests pin the rules down", () => {
  // Without any one of its rules and requirements, the policy must fail some test.
  const rules = ["intake", "escalation", "callbacks"].flatMap(rulesIn);

  test("there are rules", () => {
    expect(rules.length).toBeGreaterThan(60);
    expect(runTests(dev).totals.failed, "with all of them, every test passes").toBe(0);
  });

  test.each(rules)("$name: $text", ({ name, path, without }) => {
    const host = exampleHost(new Map([[path, without]]));
    const { value, diagnostics } = compile(entry, host, { parameters: { env: "dev" } });
    const errors = diagnostics.filter((each) => each.severity === "error");
    expect(errors.map((each) => each.message)).toEqual([]);
    if (value === undefined) throw new Error("no bundle");
    const filter = (each: BundleTest) => each.classificationPolicyId === `bw-dev-${name}`;
    expect(runTests(value, { filter }).totals.failed).toBeGreaterThan(0);
  });
});

describe("what the README says of it", () => {
  test("its size", () => {
    const text = routeFiles
      .filter((path) => path.startsWith("contact-centre/") && !path.includes("/tests/"))
      .map(readExample)
      .join("\n");
    expect(dev.objects.queues.length).toBeGreaterThanOrEqual(8);
    expect(dev.objects.classificationPolicies.length).toBe(3);
    const deciding = ["intake", "escalation", "callbacks"]
      .flatMap(rulesIn)
      .filter((rule) => !rule.text.startsWith("require"));
    expect(deciding.length).toBeGreaterThanOrEqual(40);
    expect(text).toContain("table (");
    expect(dev.tests.length).toBeGreaterThanOrEqual(100);
    expect(dev.tests.filter((each) => each.row !== undefined).length).toBeGreaterThanOrEqual(60);
  });

  test.each([
    ["dev", dev],
    ["prod", prod],
  ])(
    "its tests and scenarios reach every rule, branch, condition and exception: %s",
    (_, bundle) => {
      const { rules, ...others } = runTests(bundle).coverage.totals;
      expect(rules.total).toBeGreaterThan(40);
      for (const [kind, { covered, total }] of Object.entries({ rules, ...others })) {
        expect(covered, kind).toBe(total);
        expect(total, kind).toBeGreaterThan(3);
      }
    },
  );

  test("two environments that share nothing", () => {
    const ids = (bundle: Bundle) =>
      Object.values(bundle.objects)
        .flat()
        .map((object) => object.id);
    expect(parameterSets.map((set) => set.name)).toEqual(["dev", "prod"]);
    expect(ids(prod).filter((id) => ids(dev).includes(id))).toEqual([]);
    expect(prod.hash).not.toBe(dev.hash);
    expect(new Set(ids(dev)).size).toBe(ids(dev).length);
  });

  test("every formula is within the preview's limit of 500 characters", () => {
    const formulas = [dev, prod].flatMap(formulasOf);
    expect(formulas.length).toBeGreaterThan(40);
    expect(formulas.filter((formula) => formula.length > 500)).toEqual([]);
  });

  test("secrets are named, never held", () => {
    expect(prod.secrets).toEqual([{ name: "scoringKey", env: "BRIGHTWATER_SCORING_KEY" }]);
  });
});

interface Rule {
  /** Of the file, and of the policy in it. */
  readonly name: string;
  readonly path: string;
  /** The rule as it is written. */
  readonly text: string;
  /** The file without it. */
  readonly without: string;
}

/** Arms that decide queue or priority, rows of tables, requirements; not `otherwise`. */
function rulesIn(name: string): readonly Rule[] {
  const path = `contact-centre/${name}.route`;
  const text = readExample(path);
  const { declarations } = parse(sourceText(text, path)).value;
  const policies = declarations.filter((each) => each.kind === "classification");
  const spans = policies.flatMap((policy) => policy.items.flatMap(spansOfRules));
  return spans.map(({ start, end }) => ({
    name,
    path,
    text: text.slice(start, end).replace(/\s+/gu, " "),
    without: text.slice(0, start) + text.slice(end),
  }));
}

function spansOfRules(item: ClassificationItem): readonly Span[] {
  switch (item.kind) {
    case "queueValue":
    case "priorityValue":
      return item.value.kind === "match" ? item.value.arms.map((arm) => arm.span) : [];
    case "table":
      return item.rows.map((row) => row.span);
    case "require":
      return [item.span];
    case "when":
      return item.body.flatMap(spansOfRules);
    case "match":
      return item.arms.flatMap(spansOfRules);
    default:
      return [];
  }
}

function formulasOf(bundle: Bundle): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const rule = value as Partial<RouterRule>;
    if (rule.kind === "expression")
      found.push((rule as { readonly expression: string }).expression);
    for (const child of Object.values(value)) visit(child);
  };
  visit(bundle.objects);
  return found;
}

function compileWith(env: "dev" | "prod"): Bundle {
  const parameters = parameterSets.find((set) => set.name === env)?.parameters;
  if (parameters === undefined) throw new Error(`no parameters for ${env}`);
  const { value, diagnostics } = compile(entry, exampleHost(), { parameters });
  if (value === undefined) throw new Error(diagnostics.map((each) => each.message).join("\n"));
  return value;
}
