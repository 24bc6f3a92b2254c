import type { RouterObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ApplyResult,
  apply,
  changeState,
  type JournalEntry,
  type ObjectStore,
  recover,
  ServiceFailure,
} from "../src/index.ts";
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

test("killed twice anywhere, the policy changed meanwhile: the third run reaches the end from any state", async () => {
  const runs = Number(process.env.DEPLOY_RUNS ?? 15);
  let kills = 0;
  const place = fc.integer({ min: 1, max: 40 });
  const kill = fc.record({ at: place, when: fc.constantFrom("intercept", "afterwards") });
  await fc.assert(
    fc.asyncProperty(
      consistentObjects,
      consistentObjects,
      consistentObjects,
      kill,
      kill,
      async (before, between, wanted, first, second) => {
        const store = routerStore();
        await addForeign(store);
        const foreign = contents(store, isForeign);
        const state = await deploy(store, start(), before);
        const journal: JournalEntry[] = [];
        const attempt = async (objects: RouterObjects): Promise<ApplyResult | undefined> => {
          const { state: known, interrupted } = recover(state, journal);
          const plan = await planOf(store, known, objects, interrupted?.begun);
          expect(plan.conflicts).toEqual([]);
          return run(store, known, plan, journal, interrupted?.begun);
        };
        for (const [objects, { at, when }] of [
          [between, first],
          [wanted, second],
        ] as const) {
          const offset = store.requests();
          store[when] = (request) => {
            if (request - offset >= at) throw new Killed();
          };
          const result = await attempt(objects).catch(ignoreKill);
          if (result === undefined) kills++;
          store[when] = () => undefined;
          // It got to its end: what it would have written is told by the journal all the same.
        }
        const result = await attempt(wanted);
        expect(result?.kind).toBe("applied");
        const { state: known } = recover(state, journal);
        const reached = result?.kind === "applied" ? changeState(known, result.state) : known;
        const again = await planOf(store, reached, wanted);
        expect(again.changes).toEqual([]);
        expect(contents(store, isForeign)).toEqual(foreign);
        expect(contents(store, (id) => !isForeign(id)).flat()).toHaveLength(
          Object.values(wanted).flat().length,
        );
      },
    ),
    { numRuns: runs },
  );
  expect(kills).toBeGreaterThan(runs / 2);
}, 600_000);

test("what a killed apply made stays ours when its deletion is killed too", async () => {
  const [before] = samples();
  const nothing = {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [],
    classificationPolicies: [],
  };
  const made = { ...nothing, distributionPolicies: before.distributionPolicies.slice(0, 1) };
  const store = routerStore();
  const state = start();
  const journal: JournalEntry[] = [];
  const attempt = async (objects: RouterObjects): Promise<ApplyResult> => {
    const { state: known, interrupted } = recover(state, journal);
    const plan = await planOf(store, known, objects, interrupted?.begun);
    return run(store, known, plan, journal, interrupted?.begun);
  };
  // Four lists for the plan, four for the apply; then its write, whose answer nobody sees.
  store.afterwards = (request) => {
    if (request === 9) throw new Killed();
  };
  expect(await attempt(made).catch(ignoreKill)).toBeUndefined();
  expect(store.router.list("distributionPolicies")).toHaveLength(1);
  store.intercept = (request) => {
    if (request === 9 + 9) throw new Killed();
  };
  expect(await attempt(nothing).catch(ignoreKill)).toBeUndefined();
  expect(recover(state, journal).interrupted?.open.size).toBe(1);
  expect((await attempt(nothing)).kind).toBe("applied");
  expect(store.router.list("distributionPolicies")).toEqual([]);
});

test("what a killed apply made stays ours when the next one is refused before it gets there", async () => {
  const [before] = samples();
  const [first, second] = before.distributionPolicies;
  const policies = (...distributionPolicies: readonly (typeof first)[]): RouterObjects => ({
    distributionPolicies: distributionPolicies.filter((each) => each !== undefined),
    exceptionPolicies: [],
    queues: [],
    classificationPolicies: [],
  });
  const store = routerStore();
  const state = start();
  const journal: JournalEntry[] = [];
  store.afterwards = (request) => {
    if (request === 9) throw new Killed();
  };
  const plan = await planOf(store, state, policies(first));
  await run(store, state, plan, journal).catch(ignoreKill);
  store.afterwards = () => undefined;
  store.intercept = (_, isWrite) => {
    if (!isWrite) return;
    throw new ServiceFailure({ status: 400, code: "Bad", message: "no", details: [], request: "" });
  };
  const { state: known, interrupted } = recover(state, journal);
  const begun = interrupted?.begun;
  const next = await planOf(store, known, policies(second), begun);
  expect(next.changes.map(({ action }) => action)).toEqual(["create", "delete"]);
  const result = await apply(next, {
    store,
    lookup: () => undefined,
    print: String,
    journal: () => undefined,
    planHash: "",
    ...(begun === undefined ? {} : { begun }),
  });
  expect(result).toMatchObject({ kind: "stopped", isOpen: false });
  if (result.kind !== "stopped") return;
  store.intercept = () => undefined;
  const last = await planOf(store, changeState(known, result.state), policies());
  expect(last.changes.map(({ action, id }) => [action, id])).toEqual([["delete", first?.id]]);
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

function isForeign(id: unknown): boolean {
  return typeof id === "string" && id.startsWith("foreign-");
}

/** Everything there but what differs from run to run. */
function contents(
  store: RouterStore,
  isMeant: (id: unknown) => boolean = () => true,
): readonly (readonly string[])[] {
  return (
    ["distributionPolicies", "exceptionPolicies", "queues", "classificationPolicies"] as const
  ).map((kind) =>
    store.router
      .list(kind)
      .filter(({ body }) => isMeant(body.id))
      .map(({ body }) =>
        JSON.stringify(body).replaceAll(/"etag":"[^}]*?"(?=[,}])|"id":"[0-9a-f-]{36}"/gu, ""),
      )
      .sort(),
  );
}
