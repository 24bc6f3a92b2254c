import { plainStyle } from "@routewright/diagnostics";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type DeployState,
  describeDifference,
  emptyState,
  type LiveObject,
  makePlan,
  type Plan,
  renderPlan,
  renderPlanMarkdown,
  type WireObject,
} from "../src/index.ts";
import type { JsonObject } from "../src/objects.ts";
import { wrap } from "../src/plan/layout.ts";

const formula = (priority: number): string =>
  `If(job.risk >= 80, 90, job.topic = "fraud", 80, job.vulnerable = true, 70, job.tier = "platinum", ${priority}, job.repeats >= 5, 55, 10)`;
const expression = (text: string): JsonObject => ({
  kind: "expression",
  language: "powerFx",
  expression: text,
});
const queue = (id: string, name: string): WireObject => ({
  kind: "queues",
  id,
  body: { name, distributionPolicyId: "skilled", labels: { desk: name } },
});
const policy = (priority: number, weight: number, target: string): WireObject => ({
  kind: "classificationPolicies",
  id: "intake",
  body: {
    fallbackQueueId: target,
    prioritizationRule: expression(formula(priority)),
    workerSelectorAttachments: [
      { kind: "passThrough", key: "language", labelOperator: "equal" },
      {
        kind: "weightedAllocation",
        allocations: [
          { weight, workerSelectors: [] },
          { weight: 1 - weight, workerSelectors: [] },
        ],
      },
    ],
  },
});

test("an operator that nobody knows is no operator, whatever objects inherit", () => {
  const body = {
    workerSelectorAttachments: [
      {
        kind: "static",
        workerSelector: { key: "lead", labelOperator: "constructor", value: true },
      },
    ],
  };
  const text = renderPlan(
    planFrom([], [{ kind: "classificationPolicies", id: "odd", body }]),
    plainStyle,
  );
  expect(text).toContain('workerSelector.labelOperator: "constructor"');
  expect(text).not.toContain("function");
});

test("a formula, weights, a renamed queue, a deletion and what is new, in 80 columns", () => {
  const plan = planFrom(
    [queue("sales", "Sales"), queue("trade", "Trade"), policy(60, 0.75, "sales")],
    [
      queue("sales-team", "Sales"),
      policy(65, 0.5, "sales-team"),
      {
        kind: "exceptionPolicies",
        id: "overdue",
        body: {
          exceptionRules: [
            {
              id: "late",
              trigger: { kind: "waitTime", thresholdSeconds: 60 },
              actions: [
                {
                  kind: "manualReclassify",
                  queueId: "sales-team",
                  workerSelectors: [
                    { key: "lead", labelOperator: "equal", value: true, expiresAfterSeconds: 5 },
                  ],
                },
              ],
            },
          ],
        },
      },
    ],
  );
  const text = renderPlan(plan, plainStyle);
  expect(text).toBe(`- queue                  sales       it is made anew as \`sales-team\`
- queue                  trade       the policy no longer has it
+ exception policy       overdue     it is new
    + exceptionRules[late].id: "late"
    + exceptionRules[late].trigger.kind: "waitTime"
    + exceptionRules[late].trigger.thresholdSeconds: 60
    + exceptionRules[late].actions[1].kind: "manualReclassify"
    + exceptionRules[late].actions[1].queueId: "sales-team"
    + exceptionRules[late].actions[1].workerSelectors[1]: lead == true for 5s
+ queue                  sales-team
    another id for \`sales\`, which goes; jobs that wait there do not move along
    + name: "Sales"
    + distributionPolicyId: "skilled"
    + labels.desk: "Sales"
~ classification policy  intake      the policy changed
    ~ fallbackQueueId: "sales" → "sales-team"
    ~ prioritizationRule.expression:
      - … 70, job.tier = "platinum", [-60-], job.repeats >= 5, 55, 10)
      + … 70, job.tier = "platinum", {+65+}, job.repeats >= 5, 55, 10)
    ~ workerSelectorAttachments[2].allocations[1].weight: 0.75 → 0.5
    ~ workerSelectorAttachments[2].allocations[2].weight: 0.25 → 0.5

2 to create, 1 to update, 2 to delete, 0 as wanted
`);
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
  const markdown = renderPlanMarkdown(plan);
  expect(markdown).toContain("**2 to create, 1 to update, 2 to delete, 0 as wanted**");
  expect(markdown).toContain('  -   … 70, job.tier = "platinum", [-60-], job.repeats');
});

test("a plan of any size fits into a comment, and says what it leaves out", () => {
  const many = Array.from({ length: 3000 }, (_, index) => queue(`q-${index}`, "x".repeat(200)));
  const markdown = renderPlanMarkdown(planFrom([], many));
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/and \d+ more: `routewright plan` shows all/u);
  expect(markdown).toContain("3000 to create");
  expect(markdown).toContain("Bundle `sha256:test`");
});

test("what only the state takes note of stands in one line", () => {
  const wanted = [queue("a", "A"), queue("b", "B")];
  const plan = planFrom(wanted, wanted, []);
  expect(renderPlan(plan, plainStyle)).toBe(
    "= as wanted already, and ours from now on: queue a, queue b\n\n0 to create, 0 to update, 0 to delete, 2 as wanted\n",
  );
});

test("the pieces of a changed formula are both formulas, whole", () => {
  const word = fc.constantFrom(
    "job.a",
    "If(",
    ")",
    ", ",
    '"x, y"',
    " = ",
    "true",
    "12",
    "'b c'",
    " ",
  );
  const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(""));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [before, after] = [`${a}${".".repeat(45)}`, b];
      const { pieces = [] } = describeDifference({ path: "p", kind: "changed", before, after });
      const side = (wanted: string): string =>
        pieces
          .filter((piece) => piece.side === wanted || piece.side === "both")
          .map((piece) => piece.text)
          .join("");
      expect(side("before")).toBe(before);
      expect(side("after")).toBe(after);
    }),
  );
});

test("lines are broken at spaces only, and nothing is lost", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "😀"), maxLength: 30 })),
      fc.integer({ min: 10, max: 40 }),
      (texts, width) => {
        const lines = wrap(
          texts.map((text) => ({ text })),
          width,
          "> ",
          "  ",
        );
        const words = (text: string): string => text.replaceAll(/\s+/gu, " ").trim();
        expect(words(lines.join(" "))).toBe(words(`> ${texts.join("")}`));
        for (const line of lines) {
          const isOneWord = !/\S\s+\S/u.test(line.slice(2));
          if (!isOneWord) expect([...line].length).toBeLessThanOrEqual(width);
        }
      },
    ),
  );
});

/** @param owned what is ours of what is there; all when absent. */
function planFrom(
  there: readonly WireObject[],
  wanted: readonly WireObject[],
  owned = there,
): Plan {
  const skilled: WireObject = { kind: "distributionPolicies", id: "skilled", body: {} };
  const live = [skilled, ...there].map(
    (object): LiveObject => ({ ...object, etag: `"${object.id}"` }),
  );
  const state: DeployState = {
    ...emptyState("https://contoso.example", () => "random"),
    objects: owned.map(({ kind, id, body }) => ({ kind, id, baseline: body })),
  };
  return makePlan({
    target: state.target,
    bundleHash: "sha256:test",
    wanted,
    live: {
      objects: new Map(live.map((object) => [`${object.kind}/${object.id}`, object])),
      unread: new Set(),
      withheld: [],
      diagnostics: [],
    },
    state,
    adopts: true,
  });
}
