import { sourceText } from "@routewright/diagnostics";
import { compile } from "@routewright/dsl";
import { decodeJobs, decodeWorkers, type Labels, type RouterObjects } from "@routewright/jobrouter";
import { createEngine, type RulePayload } from "@routewright/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exampleHost, readExample } from "./support/files.ts";

const folder = "customize-worker-scoring";
const byFunction = objectsOf(`${folder}/main.route`);
const byExpression = objectsOf(`${folder}/expression/main.route`);
const jobs = decodeJobs(sourceText(readExample(`${folder}/jobs.json`))).value;
const workers = decodeWorkers(sourceText(readExample(`${folder}/workers.json`))).value;

const answers = new Map([["https://contoso.example/api/score-worker", scoreLikeTheFunction]]);
const scores = (objects: RouterObjects, job = jobs[0], people = workers) => {
  if (job === undefined) throw new Error("no job");
  const { workers: ranked } = createEngine(objects, { ruleAnswers: answers }).rank(job, people);
  return ranked.map((each) => [each.workerId, each.score?.value]);
};

test("the page's function gives the page's scores", () => {
  expect(scores(byFunction)).toEqual([
    ["Worker_1", 200],
    ["Worker_2", 200],
    ["Worker_3", 1],
  ]);
});

test("the expression scores every worker as the function does", () => {
  const [job] = jobs;
  if (job === undefined) throw new Error("no job");
  const met = new Set<unknown>();
  fc.assert(
    fc.property(
      fc.record({
        HighPriority: fc.boolean(),
        ConsoleType: fc.constantFrom("XBOX_SERIES_X", "XBOX_SERIES_S", "XBOX_ONE"),
      }),
      fc.array(
        fc.record(
          {
            HighPrioritySupport: fc.boolean(),
            Support_XBOX: fc.boolean(),
            Support_XBOX_SERIES_X: fc.boolean(),
            Support_XBOX_SERIES_S: fc.boolean(),
          },
          { requiredKeys: ["HighPrioritySupport"] },
        ),
        { minLength: 1, maxLength: 6 },
      ),
      (labels, people) => {
        const able = { English: 9, ChatSupport: true, XboxSupport: true, HardwareSupport: true };
        const team = people.map((person, index) => ({
          ...(workers[0] ?? { id: "" }),
          id: `w${index}`,
          labels: { ...able, ...person } as Labels,
        }));
        const asked = { ...job, labels: { ...job.labels, ...labels } };
        const expected = scores(byFunction, asked, team);
        expect(expected.length).toBe(team.length);
        expect(scores(byExpression, asked, team)).toEqual(expected);
        for (const [, score] of expected) met.add(score);
      },
    ),
    { numRuns: 500 },
  );
  expect([...met].sort()).toEqual([1, 100, 200]);
});

/** What the function of the how-to page computes. */
function scoreLikeTheFunction({ job = {}, worker = {} }: RulePayload): number {
  if (job.HighPriority !== true) return worker.Support_XBOX === true ? 100 : 1;
  if (worker.HighPrioritySupport !== true) return 1;
  return worker[`Support_${job.ConsoleType}`] === true ? 200 : 100;
}

function objectsOf(entry: string): RouterObjects {
  const { value, diagnostics } = compile(entry, exampleHost(), {});
  if (value === undefined) throw new Error(diagnostics.map((each) => each.message).join("\n"));
  return value.objects;
}
