import { canonicalObjects, type RouterObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routerObjects } from "../../jobrouter/test/support/arbitrary-objects.ts";
import { effectiveBody } from "../src/compare/effective.ts";
import { isEqual } from "../src/compare/equal.ts";
import { mergePatch } from "../src/compare/merge-patch.ts";
import { isObject, type JsonObject, type JsonValue, wireObjects } from "../src/objects.ts";

/** How the service merges is open where a `kind` changes (Q2): a patch must be right either way. */
const merges = [
  ["deeply", (live: JsonObject, patch: JsonObject) => merged(live, patch, false)],
  [
    "deeply, but replacing what changes its kind",
    (live: JsonObject, patch: JsonObject) => merged(live, patch, true),
  ],
] as const;

describe.each(merges)("a service that merges %s", (_, merge) => {
  test("holds what is wanted after the patch, from any state", () => {
    let changed = 0;
    fc.assert(
      fc.property(routerObjects, routerObjects, (before, after) => {
        for (const [live, wanted] of pairs(before, after)) {
          const effectiveLive = effectiveBody(wanted.kind, live, wanted.body);
          const effectiveWanted = effectiveBody(wanted.kind, wanted.body, live);
          const patch = mergePatch(effectiveLive, effectiveWanted, wanted.body);
          if (Object.keys(patch).length > 0) changed++;
          // What is sent is what a client would write: no mark of ours, no undefined.
          const result = merge(live, JSON.parse(JSON.stringify(patch)));
          const reached = effectiveBody(wanted.kind, result, wanted.body);
          expect(
            isEqual(reached, effectiveBody(wanted.kind, wanted.body, result)),
            JSON.stringify({ live, wanted: wanted.body, patch, result }),
          ).toBe(true);
          // And then there is nothing left to do.
          expect(
            mergePatch(reached, effectiveBody(wanted.kind, wanted.body, result), wanted.body),
          ).toEqual({});
        }
      }),
      { numRuns: 500 },
    );
    expect(changed, "patches that change something").toBeGreaterThan(500);
  });
});

test("a mode that loses its score says so at every depth", () => {
  const live = {
    mode: {
      kind: "bestWorker",
      scoringRule: {
        kind: "function",
        functionUri: "https://a.example",
        credential: { functionKey: "k", clientId: "c" },
      },
    },
  };
  const wanted = { mode: { kind: "longestIdle", maxConcurrentOffers: 2 } };
  const patch = mergePatch(
    effectiveBody("distributionPolicies", live, wanted),
    effectiveBody("distributionPolicies", wanted, live),
    wanted,
  );
  expect(patch).toEqual({
    mode: {
      kind: "longestIdle",
      maxConcurrentOffers: 2,
      minConcurrentOffers: 1,
      bypassSelectors: false,
      scoringRule: null,
      scoringRuleOptions: null,
    },
  });
});

test("a label called __proto__ is a label", () => {
  const live = JSON.parse('{"labels":{"__proto__":"a","constructor":"b"}}') as JsonObject;
  const wanted = JSON.parse('{"labels":{"__proto__":"c"}}') as JsonObject;
  const patch = mergePatch(live, wanted, wanted);
  expect(JSON.stringify(patch)).toBe('{"labels":{"__proto__":"c","constructor":null}}');
});

function pairs(before: RouterObjects, after: RouterObjects) {
  const live = wireObjects(canonicalObjects(before));
  return wireObjects(canonicalObjects(after)).flatMap((wanted) => {
    const other = live.find(({ kind }) => kind === wanted.kind);
    return other === undefined ? [] : [[other.body, wanted] as const];
  });
}

/** RFC 7396, and what Q2 assumes where `replacesKinds`. */
function merged(live: JsonObject, patch: JsonObject, replacesKinds: boolean): JsonObject {
  const isOther = replacesKinds && typeof patch.kind === "string" && patch.kind !== live.kind;
  const result = new Map<string, JsonValue>(isOther ? [] : Object.entries(live));
  for (const [key, value] of Object.entries(patch)) {
    const old = result.get(key);
    if (value === null) result.delete(key);
    else if (isObject(value))
      result.set(key, merged(isObject(old) ? old : {}, value, replacesKinds));
    else result.set(key, value);
  }
  return Object.fromEntries(result);
}
