import type { LabelValue, TestStub } from "@routewright/jobrouter";
import type { RuleAnswers, RulePayload, RuleStub } from "../rules/stubs.ts";
import type { RuleValue } from "../rules/value.ts";

export function answersOf(stubs: readonly TestStub[]): RuleAnswers {
  return new Map(
    stubs.map(({ uri, answer }): [string, RuleStub] => [
      uri,
      "value" in answer ? (payload) => answerTo(payload, answer.value) : { fail: true },
    ]),
  );
}

/** The language writes one value; in batch mode it is the score of every worker that was sent. */
function answerTo({ workers }: RulePayload, value: LabelValue): RuleValue {
  return workers === undefined
    ? value
    : Object.fromEntries(workers.map((labels) => [String(labels.Id), value]));
}
