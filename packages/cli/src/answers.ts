import type { RuleAnswers, RuleStub } from "@routewright/runtime";
import { membersOf, readJsonFile } from "./io/json-file.ts";
import { dataLimitBytes } from "./io/read.ts";

/** Answers of function and webhook rules by URI, as `--answers` names them. */
export async function readAnswers(path: string): Promise<RuleAnswers> {
  const value = await readJsonFile(path, dataLimitBytes);
  const wanted =
    'an object by URI, such as { "https://example.com/rule": 10 }, or { "fail": true } for a rule that fails';
  return new Map(
    membersOf(value, path, wanted, isAnswer).map(([uri, answer]): [string, RuleStub] => [
      uri,
      isFailing(answer) ? { fail: true } : { value: answer },
    ]),
  );
}

type Answer = Extract<RuleStub, { readonly value: unknown }>["value"];

/** Any JSON value is an answer; what a rule makes of it is the engine's to say. */
function isAnswer(value: unknown): value is Answer {
  return value !== undefined;
}

function isFailing(answer: Answer): boolean {
  return (
    typeof answer === "object" &&
    answer !== null &&
    Object.keys(answer).length === 1 &&
    "fail" in answer &&
    answer.fail === true
  );
}
