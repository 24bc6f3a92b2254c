import { expect, test } from "vitest";
import { comparedValues } from "../src/testing/compared.ts";

test("a failed comparison is two values, anything else a sentence", () => {
  expect(comparedValues("priority == 5", "priority is 1")).toEqual({ expected: "5", actual: "1" });
  expect(comparedValues("workers == [ann, bob]", "workers are [bob]")).toEqual({
    expected: "[ann, bob]",
    actual: "[bob]",
  });
  expect(comparedValues("queue == `a == b`", "queue is `c`")).toEqual({
    expected: "`a == b`",
    actual: "`c`",
  });
  expect(comparedValues("priority >= 5", "priority is 1")).toBeUndefined();
  expect(comparedValues("queue == a", "classification fails: no queue")).toBeUndefined();
  expect(comparedValues("excludes `ann`", "`ann` may get the job, 1 of 2")).toBeUndefined();
});
