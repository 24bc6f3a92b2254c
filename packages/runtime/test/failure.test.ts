import { expect, test } from "vitest";
import { describeFailure } from "../src/index.ts";

test.each([
  ["priority == 5", "priority is 1", "priority is 1, expected 5"],
  ["priority >= 5", "priority is 1", "priority is 1, expected >= 5"],
  ["priority != 1", "priority is 1", "priority is 1, expected anything but 1"],
  ['queue == "na"', 'queue is "eu"', 'queue is "eu", expected "na"'],
  ["no queue", 'queue is "eu"', 'queue is "eu", expected no queue'],
  ['queue == "na"', "the job has no queue", 'the job has no queue, expected queue == "na"'],
  ["workers [bob]", "workers are [ann]", "workers are [ann], expected [bob]"],
  ["score of `ann` == 3", "score of `ann` is 2", "score of `ann` is 2, expected 3"],
  [
    "`ann` excluded",
    "`ann` may get the job, 1 of 2",
    "`ann` may get the job, 1 of 2, expected `ann` excluded",
  ],
  ["require a == 1", "nothing is required", "nothing is required, expected require a == 1"],
  ["j1 assigned to bob", "j1 is queued", "j1 is queued, expected assigned to bob"],
  ["priority of j1 == 10", "priority of j1 is 9", "priority of j1 is 9, expected 10"],
  ["no offer of j1", "open offers: j1 to ann", "open offers: j1 to ann, expected no offer of j1"],
])("%s, but %s", (expected, actual, sentence) => {
  expect(describeFailure({ expected, actual })).toBe(sentence);
});
