import { sourceText } from "@routewright/diagnostics";
import { parse } from "@routewright/dsl";
import type { Job, WorkerSelector } from "@routewright/jobrouter";
import { createEngine } from "@routewright/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type RandomJob, randomPolicy } from "../support/arbitrary-policy.ts";
import { compileText, describeFinding } from "../support/compile-text.ts";
import { interpret, type Selector } from "../support/reference-interpreter.ts";

/** What a policy says, in words that both sides can give. */
interface Outcome {
  readonly queueId: string | undefined;
  readonly priority: number;
  /** As a set: attaching a selector twice is attaching it once. */
  readonly workerSelectors: readonly string[];
}

const policies = 1_000;
const jobsEach = 5;
const timeoutMs = 180_000;

const title = `the compiled bundle decides as the policy reads, for ${policies * jobsEach} jobs`;

test(title, { timeout: timeoutMs }, () => {
  const counts = { compiled: 0, tooLong: 0, failed: 0 };
  fc.assert(
    fc.property(randomPolicy(jobsEach), ({ text, jobs }) => {
      const { bundle, diagnostics } = compileText(text);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      if (errors.length > 0 && errors.every(({ code }) => code === "formula-too-long")) {
        counts.tooLong++;
        return;
      }
      expect(errors.map(describeFinding)).toEqual([]);
      if (bundle === undefined) throw new Error("no bundle and no error");
      counts.compiled++;
      const program = parse(sourceText(text)).value;
      // Jobs may be in queues that are declared elsewhere.
      const engine = createEngine(bundle.objects, {
        assumptions: { Q6: "presume" },
        codegen: "never",
      });
      for (const job of jobs) {
        const meant = interpret(program, "subject", job, job.choice);
        const classified = engine
          .with({ choice: () => job.choice })
          .classify(jobOf(job), "subject");
        if (meant.queueId === undefined) counts.failed++;
        const told: Outcome =
          classified.outcome === "failed"
            ? {
                queueId: undefined,
                priority: meant.priority,
                workerSelectors: keysOf(meant.workerSelectors),
              }
            : {
                queueId: classified.queueId,
                priority: classified.priority,
                workerSelectors: classified.attachedWorkerSelectors
                  .map(wireKey)
                  .filter(isFirst)
                  .sort(),
              };
        const context = JSON.stringify({
          job: [...job.labels],
          formulas: bundle.objects.classificationPolicies,
        });
        expect(told, context).toEqual({
          queueId: meant.queueId,
          priority: meant.priority,
          workerSelectors: keysOf(meant.workerSelectors),
        });
      }
    }),
    { numRuns: policies },
  );
  // The law says nothing about policies that do not compile, so few may be of that kind.
  expect(counts.tooLong, JSON.stringify(counts)).toBeLessThan(policies / 20);
  expect(counts.failed).toBeLessThan((policies * jobsEach) / 2);
});

function jobOf({ labels, queueId, priority }: RandomJob): Job {
  return {
    priority,
    labels: Object.fromEntries(labels),
    ...(queueId === undefined ? {} : { queueId }),
  };
}

const wireOperators: Readonly<Record<string, string>> = {
  "==": "equal",
  "!=": "notEqual",
  "<": "lessThan",
  "<=": "lessThanOrEqual",
  ">": "greaterThan",
  ">=": "greaterThanOrEqual",
};

function keysOf(selectors: readonly Selector[]): readonly string[] {
  return selectors
    .map(({ key, operator, value, expiresAfterSeconds, expedite }) =>
      wireKey({
        key,
        labelOperator: (wireOperators[operator] ?? operator) as WorkerSelector["labelOperator"],
        value,
        ...(expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds }),
        ...(expedite === undefined ? {} : { expedite }),
      }),
    )
    .filter(isFirst)
    .sort();
}

function wireKey({
  key,
  labelOperator,
  value,
  expiresAfterSeconds,
  expedite,
}: WorkerSelector): string {
  return JSON.stringify([
    key,
    labelOperator,
    value,
    expiresAfterSeconds ?? null,
    expedite ?? false,
  ]);
}

function isFirst(item: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(item) === index;
}
