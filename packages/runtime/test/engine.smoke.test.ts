import { expect, test } from "vitest";
import { createEngine } from "../src/index.ts";

test("smoke", () => {
  const engine = createEngine({
    distributionPolicies: [
      {
        id: "d",
        mode: {
          kind: "bestWorker",
          scoringRule: {
            kind: "expression",
            expression: "If(worker.HandleEscalation = true, 100, 1)",
          },
        },
      },
    ],
    exceptionPolicies: [],
    queues: [
      { id: "na", distributionPolicyId: "d", labels: { region: "NA" } },
      { id: "eu", distributionPolicyId: "d", labels: { region: "EU" } },
    ],
    classificationPolicies: [
      {
        id: "c",
        queueSelectorAttachments: [
          { kind: "passThrough", key: "region", labelOperator: "equal" },
          {
            kind: "conditional",
            condition: { kind: "expression", expression: 'job.vip = true && job.region = "EU"' },
            queueSelectors: [{ key: "Id", labelOperator: "equal", value: "eu" }],
          },
        ],
        prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
      },
    ],
  });
  const job = { classificationPolicyId: "c", labels: { region: "EU", vip: true } };
  console.log(JSON.stringify(engine.explain(job), null, 1));
  console.log(
    JSON.stringify(
      engine.rank(
        job,
        [
          { id: "w2", queues: ["eu"], availableForOffers: true },
          {
            id: "w1",
            queues: ["eu"],
            availableForOffers: true,
            labels: { HandleEscalation: true },
          },
        ],
        engine.classify(job),
      ),
      null,
      1,
    ),
  );
  expect(engine.classify(job)).toEqual(engine.explain(job).classification);
});
