import { sourceText } from "@routewright/diagnostics";
import { decodeObjects } from "@routewright/jobrouter";
import { expect, test } from "vitest";

// What the service answered in November 2023 (api-version 2023-11-01), shortened. It echoes its
// defaults, sets what only it can set, and leaves nothing null.

test("an answer of the service loses what only the service sets, and keeps the defaults it echoes", () => {
  const answers = [
    `{"id":"d","name":"test-d-policy","offerExpiresAfterSeconds":60,"mode":{"kind":"bestWorker",
      "scoringRuleOptions":{"scoringParameters":["jobLabels","workerSelectors"],"isBatchScoringEnabled":false,"descendingOrder":true},
      "minConcurrentOffers":1,"maxConcurrentOffers":1,"bypassSelectors":false},"etag":"\\"ad001771-0000-0700-0000-65540aee0000\\""}`,
    `{"id":"e","exceptionRules":[{"id":"r","trigger":{"kind":"waitTime","thresholdSeconds":10},
      "actions":[{"kind":"manualReclassify","workerSelectors":[{"expedite":false,"status":"active","key":"a","labelOperator":"equal","value":1}],
      "id":"fd52fc91-9b6f-47b6-8094-0a5710612e18"}]}],"etag":"x"}`,
    `{"id":"q","distributionPolicyId":"d","labels":{"Id":"q"},"exceptionPolicyId":"e","etag":"x"}`,
    `{"id":"c","fallbackQueueId":"q","queueSelectorAttachments":[],"prioritizationRule":{"kind":"expression","language":"powerFx","expression":"1"},
      "workerSelectorAttachments":[],"etag":"x"}`,
  ];
  const decoded = decodeObjects(answers.map((text, index) => sourceText(text, `${index}.json`)));
  expect(decoded.diagnostics).toEqual([]);
  expect(decoded.value).toEqual({
    distributionPolicies: [
      {
        id: "d",
        name: "test-d-policy",
        offerExpiresAfterSeconds: 60,
        mode: {
          kind: "bestWorker",
          scoringRuleOptions: {
            scoringParameters: ["jobLabels", "workerSelectors"],
            isBatchScoringEnabled: false,
            descendingOrder: true,
          },
          minConcurrentOffers: 1,
          maxConcurrentOffers: 1,
          bypassSelectors: false,
        },
      },
    ],
    exceptionPolicies: [
      {
        id: "e",
        exceptionRules: [
          {
            id: "r",
            trigger: { kind: "waitTime", thresholdSeconds: 10 },
            actions: [
              {
                kind: "manualReclassify",
                workerSelectors: [{ key: "a", labelOperator: "equal", value: 1, expedite: false }],
                id: "fd52fc91-9b6f-47b6-8094-0a5710612e18",
              },
            ],
          },
        ],
      },
    ],
    queues: [{ id: "q", distributionPolicyId: "d", exceptionPolicyId: "e" }],
    classificationPolicies: [
      {
        id: "c",
        fallbackQueueId: "q",
        prioritizationRule: { kind: "expression", expression: "1" },
      },
    ],
  });
});
