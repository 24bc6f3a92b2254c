import { extractSecrets, type RouterObjects } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { routerObjects } from "../../jobrouter/test/support/arbitrary-objects.ts";
import {
  type ApplyResult,
  apply,
  type Begun,
  changeState,
  type DeployState,
  emptyState,
  fingerprints,
  hashOfPlan,
  type JournalEntry,
  makePlan,
  type Plan,
  readLive,
  recover,
  sealWanted,
} from "../src/index.ts";
import { type RouterStore, routerStore } from "./support/router-store.ts";

const secrets: Readonly<Record<string, string>> = {
  KEY: "planted-secret-1",
  OTHER: "planted-secret-2",
};
const lookup = (name: string): string => secrets[name] ?? `planted-secret-of-${name}`;

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
}, 120_000);

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

function start(): DeployState {
  let count = 0;
  return emptyState("https://contoso.example", () => `random-${++count}`);
}

async function planOf(
  store: RouterStore,
  state: DeployState,
  objects: RouterObjects,
  begun?: Begun,
  secretOf: (name: string) => string | undefined = lookup,
): Promise<Plan> {
  const print = fingerprints(state.salt);
  return makePlan({
    target: state.target,
    bundleHash: "sha256:test",
    wanted: sealWanted(objects, secretOf, print),
    live: await readLive(store, print),
    state,
    ...(begun === undefined ? {} : { begun }),
  });
}

async function run(
  store: RouterStore,
  state: DeployState,
  plan: Plan,
  journal: JournalEntry[],
): Promise<ApplyResult> {
  const result = await apply(plan, {
    store,
    lookup,
    print: fingerprints(state.salt),
    journal: (entry) => journal.push(entry),
    planHash: hashOfPlan(plan),
  });
  // A kill ends the process; here it ends a request.
  if (result.kind === "stopped") {
    for (const { cause } of result.failures) if ("error" in cause) throw cause.error;
  }
  return result;
}

async function deploy(
  store: RouterStore,
  state: DeployState,
  objects: RouterObjects,
): Promise<DeployState> {
  const result = await run(store, state, await planOf(store, state, objects), []);
  expect(result.kind, JSON.stringify(result)).toBe("applied");
  return result.kind === "applied" ? changeState(state, result.state) : state;
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

/** Random objects whose names of each other lead somewhere, as a policy's do. */
const consistentObjects = routerObjects.map((literal): RouterObjects => {
  const { objects } = extractSecrets(literal);
  const unique = <T extends { readonly id: string }>(list: readonly T[]): readonly T[] => [
    ...new Map(list.map((item) => [item.id, item])).values(),
  ];
  const distributions = unique(objects.distributionPolicies);
  const distribution = distributions[0]?.id;
  const exceptions = unique(objects.exceptionPolicies).map(({ id, name }) => ({
    id,
    ...(name === undefined ? {} : { name }),
  }));
  const queues =
    distribution === undefined
      ? []
      : unique(objects.queues).map(({ exceptionPolicyId: _, ...queue }) => ({
          ...queue,
          distributionPolicyId: distribution,
        }));
  const classifications = unique(objects.classificationPolicies).map(
    ({ fallbackQueueId: _, ...policy }) => policy,
  );
  return {
    distributionPolicies: distributions,
    exceptionPolicies: exceptions,
    queues,
    classificationPolicies: classifications,
  };
});

function samples(): readonly [RouterObjects, RouterObjects] {
  const before: RouterObjects = {
    distributionPolicies: [
      { id: "d1", mode: { kind: "longestIdle", maxConcurrentOffers: 2 } },
      { id: "d2", mode: { kind: "roundRobin" } },
    ],
    exceptionPolicies: [
      {
        id: "e1",
        exceptionRules: [
          {
            id: "r1",
            trigger: { kind: "waitTime", thresholdSeconds: 60 },
            actions: [{ kind: "cancel", note: "late" }],
          },
        ],
      },
    ],
    queues: [
      {
        id: "q1",
        distributionPolicyId: "d1",
        exceptionPolicyId: "e1",
        labels: { region: "NA", gone: 1 },
      },
      { id: "q2", distributionPolicyId: "d2" },
    ],
    classificationPolicies: [
      {
        id: "c1",
        fallbackQueueId: "q2",
        prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
      },
    ],
  };
  const after: RouterObjects = {
    distributionPolicies: [
      {
        id: "d1",
        mode: {
          kind: "bestWorker",
          scoringRule: { kind: "expression", expression: "worker.level * 2" },
        },
      },
      { id: "d3", mode: { kind: "longestIdle" } },
    ],
    exceptionPolicies: [],
    queues: [
      { id: "q1", distributionPolicyId: "d1", labels: { region: "EU" } },
      { id: "q3", distributionPolicyId: "d3" },
    ],
    classificationPolicies: [
      { id: "c1", fallbackQueueId: "q3", prioritizationRule: { kind: "static", value: 5 } },
      { id: "c2", name: "new", fallbackQueueId: "q1" },
    ],
  };
  return [before, after];
}
