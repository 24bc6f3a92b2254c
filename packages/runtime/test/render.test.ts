import type { Job } from "@routewright/jobrouter";
import { expect, test } from "vitest";
import { createEngine, renderRanking, renderTrace } from "../src/index.ts";
import { bundleWith, objects } from "./support/bundle.ts";

const engine = createEngine(objects);
const job: Job = { classificationPolicyId: "xbox", labels: { region: "EU", vip: true } };

test("a trace in the words of the source", () => {
  expect(renderTrace(bundleWith([]), engine.explain(job)).join("\n")).toMatchInlineSnapshot(`
    "queue xbox_default, priority 10, 0 worker selectors
    queue
      ✗ main.route:2:3  when job.region == "NA" and job.vip -> xbox_na  because job.region is "EU"
      ✗ main.route:3:3  when job.region == "NA" -> xbox_default  because job.vip is true
      → xbox_default, the fallback, since no queue matches and the job has none
    priority
      → 10  main.route:5:28  priority = if job.vip then 10 else 1  because job.vip is true
    worker requirements
      ✗ main.route:6:9  worker.language == job.language  because job.language is missing
    assumptions
      Q15 pass-through of a label that the job lacks: nothing is attached for that key"
  `);
});

test("a trace of plain objects, in the words of their formulas", () => {
  expect(renderTrace(undefined, engine.explain(job)).join("\n")).toMatchInlineSnapshot(`
    "queue xbox_default, priority 10, 0 worker selectors
    queue
      ✗ queueSelectorAttachments[0] conditional: If(job.region = "NA", job.vip = true, false)  because job.region is "EU"
      ✗ queueSelectorAttachments[1] conditional: If(job.vip = true, false, job.region = "NA")  because job.vip is true
      → xbox_default, the fallback, since no queue matches and the job has none
    priority
      → 10  If(job.vip = true, 10, 1)  because job.vip is true
    worker requirements
      ✗ workerSelectorAttachments[0] passThrough  because job.language is missing
    assumptions
      Q15 pass-through of a label that the job lacks: nothing is attached for that key"
  `);
});

test("a failed classification says what failed, and where", () => {
  const explained = engine.explain({ ...job, labels: { region: 5 } });
  expect(renderTrace(bundleWith([]), explained).join("\n")).toMatchInlineSnapshot(`
    "classification fails
      main.route:2:8  ExpressionFailed: Decimal cannot be compared with Text: job.region = "NA", where job.region is 5
      main.route:2:8  ExpressionFailed: Decimal cannot be compared with Text: job.region = "NA", where job.region is 5
    queue
      ✗ main.route:2:3  when job.region == "NA" and job.vip -> xbox_na  fails: Decimal cannot be compared with Text: job.region = "NA", where job.region is 5
      ✗ main.route:3:3  when job.region == "NA" -> xbox_default  fails: Decimal cannot be compared with Text: job.region = "NA", where job.region is 5
      → xbox_default, the fallback, since no queue matches and the job has none
    priority
      → 1  main.route:5:28  priority = if job.vip then 10 else 1  because job.vip is missing
    worker requirements
      ✗ main.route:6:9  worker.language == job.language  because job.language is missing
    assumptions
      Q11 errors and blanks of expressions: an error in a condition fails the classification; a blank condition does not hold; a priority that is an error or no number fails the classification
      Q15 pass-through of a label that the job lacks: nothing is attached for that key
      R1 a label in an expression that the job or worker lacks: reads as Blank of unknown type: equal to nothing but Blank, 0 when ordered or added"
  `);
});

test("only what applied, and whatever colours the caller has", () => {
  const lines = renderTrace(bundleWith([]), engine.explain(job), {
    appliedOnly: true,
    style: (text, role) => (role === "place" ? `<${text}>` : text),
  });
  expect(lines.filter((line) => line.includes("✗"))).toEqual([]);
  expect(lines.some((line) => line.includes("<main.route:5:"))).toBe(true);
});

test("a ranking with scores and reasons", () => {
  const us: Job = {
    classificationPolicyId: "xbox",
    labels: { region: "NA", vip: true, language: "en" },
  };
  const worker = { queues: ["xbox_na"], availableForOffers: true };
  const ranking = engine.rank(
    us,
    [
      { ...worker, id: "ann", labels: { language: "en", skill: 3 } },
      { ...worker, id: "ben", labels: { language: "de", skill: 5 } },
      { id: "cem", queues: ["other"], labels: { language: "en" } },
    ],
    engine.classify(us),
  );
  expect(renderRanking(bundleWith([]), ranking).join("\n")).toMatchInlineSnapshot(`
    "workers, best first
      1. ann  score 6
      ✗ ben  attached language == "en", but language is "de"
      ✗ cem  is not available for offers; does not serve queue "xbox_na"
    assumptions
      R6 ranking for a job without a channel: channels and capacity are not looked at"
  `);
});
