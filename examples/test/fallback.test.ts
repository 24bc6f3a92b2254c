import { sourceText } from "@routewright/diagnostics";
import { compile } from "@routewright/dsl";
import { decodeJobs } from "@routewright/jobrouter";
import { createEngine } from "@routewright/runtime";
import { expect, test } from "vitest";
import { exampleHost, readExample } from "./support/files.ts";

/** What queueingScenario.spec.ts of the JavaScript SDK saw the service do. */
test("the jobs of the SDK's queueing scenarios reach the queues that they reached there", () => {
  const { value } = compile("sdk-js/queueing/main.route", exampleHost(), {});
  if (value === undefined) throw new Error("no bundle");
  // The queues of the two languages are there in the combined scenario only.
  const inScenario = (combined: boolean) => ({
    ...value.objects,
    queues: value.objects.queues.filter((queue) => combined || queue.labels === undefined),
  });
  const jobs = decodeJobs(sourceText(readExample("sdk-js/queueing/jobs.json"))).value;
  const reached = jobs.map((job) => {
    const combined = /-(?:english|french)-/u.test(job.id ?? "");
    const classification = createEngine(inScenario(combined)).classify(job);
    return classification.outcome === "failed"
      ? [job.id, "failed"]
      : [job.id, classification.queueId, classification.queueFrom];
  });
  const run = "recorded-q-scenario";
  expect(reached).toEqual([
    [`test-job-fallback-${run}`, `test-a-queue-${run}`, "fallback"],
    [`test-job-conditional-${run}`, `test-a-queue-${run}`, "selectors"],
    [`test-job-passthrough-${run}`, `test-a-queue-${run}`, "fallback"],
    [`test-job-english-${run}`, `test-a-queue-english-${run}`, "selectors"],
    [`test-job-french-${run}`, `test-a-queue-french-${run}`, "selectors"],
  ]);
});
