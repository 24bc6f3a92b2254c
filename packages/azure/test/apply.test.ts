import type { RouterObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { changeState, type JournalEntry, type ObjectStore, recover } from "../src/index.ts";
import { consistentObjects, deploy, planOf, run, samples, start } from "./support/deploys.ts";
import { type RouterStore, routerStore } from "./support/router-store.ts";

test("after apply nothing is left to do, from any previous state", async () => {
  let writes = 0;
  await fc.assert(
    fc.asyncProperty(consistentObjects, consistentObjects, async (before, after) => {
      const store = routerStore();
      let state = await deploy(store, start(), before);
      state = await deploy(store, state, after);
      writes += store.requests();
      const plan = await planOf(store, state, after);
      expect(plan.changes, JSON.stringify(plan.changes)).toEqual([]);
      expect(plan.conflicts).toEqual([]);
    }),
    { numRuns: Number(process.env.DEPLOY_RUNS ?? 60) },
  );
  expect(writes).toBeGreaterThan(500);
});

test("killed at any request, the next run reaches the same end and touches nothing foreign", async () => {
  const [before, after] = samples();
  const whole = routerStore();
  await addForeign(whole);
  const first = await deploy(whole, start(), before);
  const begun = whole.requests();
  await deploy(whole, first, after);
  const requests = whole.requests() - begun;
  const wanted = contents(whole);
  expect(requests, "an apply of some length").toBeGreaterThan(10);

  for (let killedAt = 1; killedAt <= requests; killedAt++) {
    for (const when of ["intercept", "afterwards"] as const) {
      const store = routerStore();
      await addForeign(store);
      const state = await deploy(store, start(), before);
      const journal: JournalEntry[] = [];
      const offset = store.requests();
      store[when] = (request) => {
        if (request - offset === killedAt) throw new Killed();
        if (request - offset > killedAt) throw new Killed();
      };
      const plan = await planOf(store, state, after).catch(ignoreKill);
      if (plan !== undefined) await run(store, state, plan, journal).catch(ignoreKill);
      store.intercept = () => undefined;
      store.afterwards = () => undefined;

      // The state file was not written; the journal was.
      const recovered = recover(state, journal);
      const again = await planOf(store, recovered.state, after, recovered.interrupted?.begun);
      expect(again.conflicts, `killed at ${killedAt}`).toEqual([]);
      const result = await run(store, recovered.state, again, []);
      expect(result.kind, `killed at ${killedAt}`).toBe("applied");
      expect(contents(store), `killed at ${killedAt}`).toEqual(wanted);
    }
  }
});

test("a plan is refused, with nothing written, when something it saw has moved", async () => {
  const [before, after] = samples();
  const store = routerStore();
  const state = await deploy(store, start(), before);
  const plan = await planOf(store, state, after);
  const [queue] = before.queues;
  await store.patch("queues", queue?.id ?? "", { name: "moved" }, { kind: "absent" });
  const was = contents(store);
  const result = await run(store, state, plan, []);
  expect(result).toEqual({
    kind: "stale",
    moved: [{ kind: "queues", id: queue?.id, how: "changed" }],
  });
  expect(contents(store)).toEqual(was);
});

test("a foreign object of a wanted id is a conflict, and stays as it is", async () => {
  const [, after] = samples();
  const store = routerStore();
  await store.patch(
    "distributionPolicies",
    after.distributionPolicies[0]?.id ?? "",
    { name: "theirs" },
    { kind: "absent" },
  );
  const was = contents(store);
  const plan = await planOf(store, start(), after);
  expect(plan.conflicts.map(({ code }) => code)).toEqual(["foreign"]);
  expect((await run(store, start(), plan, [])).kind).toBe("conflicts");
  expect(contents(store)).toEqual(was);
});

test("an id that no address can hold is a conflict", async () => {
  const objects: RouterObjects = {
    distributionPolicies: [{ id: ".." }],
    exceptionPolicies: [],
    queues: [],
    classificationPolicies: [],
  };
  const plan = await planOf(routerStore(), start(), objects);
  expect(plan.conflicts.map(({ code, id }) => [code, id])).toEqual([["no-address", ".."]]);
});

test("an object of a form that is not known is neither gone nor touched", async () => {
  const [before] = samples();
  const store = routerStore();
  const state = await deploy(store, start(), before);
  const strange: ObjectStore = {
    ...store,
    async list(kind) {
      const listing = await store.list(kind);
      const objects = listing.objects.map((object) =>
        object.id === "d2"
          ? { ...object, body: { ...object.body, mode: { kind: "new" } } }
          : object,
      );
      return { ...listing, objects };
    },
  };
  for (const wanted of [before, { ...before, distributionPolicies: [], queues: [] }]) {
    const plan = await planOf(strange, state, wanted);
    expect(plan.conflicts.map(({ code, id }) => [code, id])).toContainEqual([
      "not-understood",
      "d2",
    ]);
    expect(plan.changes.filter(({ id }) => id === "d2")).toEqual([]);
  }
});

test("of two that apply at once, one is refused and nothing is mixed", async () => {
  const [before, after] = samples();
  const other: RouterObjects = {
    ...after,
    queues: after.queues.map((queue) => ({ ...queue, name: "other" })),
  };
  const store = routerStore();
  const state = await deploy(store, start(), before);
  const ours = await planOf(store, state, after);
  const theirs = await planOf(store, state, other);
  expect((await run(store, state, ours, [])).kind).toBe("applied");
  const was = contents(store);
  expect((await run(store, state, theirs, [])).kind).toBe("stale");
  expect(contents(store)).toEqual(was);
});

test("credentials stand in no plan, state or journal", async () => {
  const objects: RouterObjects = {
    queues: [],
    exceptionPolicies: [],
    classificationPolicies: [],
    distributionPolicies: [
      {
        id: "scored",
        mode: {
          kind: "bestWorker",
          scoringRule: {
            kind: "function",
            functionUri: "https://f.example",
            credential: { functionKey: { $secret: "KEY" } },
          },
        },
      },
    ],
  };
  const store = routerStore();
  const journal: JournalEntry[] = [];
  const plan = await planOf(store, start(), objects);
  const result = await run(store, start(), plan, journal);
  expect(result.kind).toBe("applied");
  expect(JSON.stringify(store.router.view("distributionPolicies", "scored")?.body)).toContain(
    "planted-secret-1",
  );
  const state = result.kind === "applied" ? changeState(start(), result.state) : start();
  expect(JSON.stringify([plan, journal, state, result])).not.toContain("planted-secret");

  // Without the value there is no telling that it changed; with another one there is.
  const without = await planOf(store, state, objects, undefined, () => undefined);
  expect(without.changes).toEqual([]);
  const changed = await planOf(store, state, objects, undefined, () => "another");
  expect(changed.changes.map(({ action }) => action)).toEqual(["update"]);
  expect(JSON.stringify(changed)).not.toContain("another");
});

class Killed extends Error {}

function ignoreKill(error: unknown): undefined {
  if (!(error instanceof Killed)) throw error;
  return undefined;
}

async function addForeign(store: RouterStore): Promise<void> {
  await store.patch("distributionPolicies", "foreign-d", { name: "theirs" }, { kind: "absent" });
  await store.patch(
    "queues",
    "foreign-q",
    { distributionPolicyId: "foreign-d", labels: { a: 1 } },
    { kind: "absent" },
  );
}

/** Everything there but what differs from run to run. */
function contents(store: RouterStore): unknown {
  return (
    ["distributionPolicies", "exceptionPolicies", "queues", "classificationPolicies"] as const
  ).map((kind) =>
    store.router
      .list(kind)
      .map(({ body }) =>
        JSON.stringify(body).replaceAll(/"etag":"[^}]*?"(?=[,}])|"id":"[0-9a-f-]{36}"/gu, ""),
      )
      .sort(),
  );
}
