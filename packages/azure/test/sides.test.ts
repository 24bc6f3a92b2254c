import { sidesOf } from "@routewright/azure";
import { expect, test } from "vitest";

const credential = (secret: string, fingerprint: string) => ({
  mode: {
    kind: "bestWorker",
    scoringRule: {
      kind: "function",
      functionUri: "https://a.example",
      credential: { functionKey: { $credential: { secret, fingerprint } } },
    },
  },
});

test("both sides have the service's defaults, and their members in one order", () => {
  const live = {
    offerExpiresAfterSeconds: 60,
    mode: { kind: "longestIdle", maxConcurrentOffers: 1 },
  };
  const wanted = { mode: { kind: "longestIdle" }, offerExpiresAfterSeconds: 60 };
  const { before, after } = sidesOf("distributionPolicies", live, wanted);
  expect(JSON.stringify(before)).toBe(JSON.stringify(after));
  expect(after).toMatchObject({ mode: { minConcurrentOffers: 1, bypassSelectors: false } });
});

test("labels called like members of objects are members", () => {
  const labels = JSON.parse('{"__proto__":1,"constructor":2}');
  const { before, after } = sidesOf("queues", { labels }, { labels });
  expect(JSON.stringify(before)).toContain('"__proto__":1');
  expect(before).toEqual(after);
});

test("credentials are masked, and another is told apart", () => {
  const pages = (a: string, b: string): string =>
    JSON.stringify(sidesOf("distributionPolicies", credential("KEY", a), credential("KEY", b)));
  expect(pages("f1", "f1")).not.toContain("another");
  expect(pages("f1", "f2")).toContain('"*** (another)"');
  for (const secret of ["KEY", "f1", "f2", "$credential"]) {
    expect(pages("f1", "f2")).not.toContain(secret);
    expect(
      JSON.stringify(sidesOf("distributionPolicies", undefined, credential("KEY", "f1"))),
    ).not.toContain(secret);
  }
});

test("what is not there has no side", () => {
  expect(sidesOf("queues", undefined, { labels: {} }).before).toBeUndefined();
  expect(sidesOf("queues", { labels: {} }, undefined).after).toBeUndefined();
});
