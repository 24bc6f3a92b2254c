import { extractSecrets, type RouterObjects } from "@routewright/jobrouter";
import { expect } from "vitest";
import { routerObjects } from "../../../jobrouter/test/support/arbitrary-objects.ts";
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
  type ObjectStore,
  type Plan,
  readLive,
  sealWanted,
} from "../../src/index.ts";

const secrets: Readonly<Record<string, string>> = {
  KEY: "planted-secret-1",
  OTHER: "planted-secret-2",
};

export function lookup(name: string): string {
  return secrets[name] ?? `planted-secret-of-${name}`;
}

export function start(target = "https://contoso.example"): DeployState {
  let count = 0;
  return emptyState(target, () => `random-${++count}`);
}

export async function planOf(
  store: ObjectStore,
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

export async function run(
  store: ObjectStore,
  state: DeployState,
  plan: Plan,
  journal: JournalEntry[],
  begun?: Begun,
): Promise<ApplyResult> {
  const result = await apply(plan, {
    store,
    lookup,
    print: fingerprints(state.salt),
    journal: (entry) => journal.push(entry),
    planHash: hashOfPlan(plan),
    ...(begun === undefined ? {} : { begun }),
  });
  // A kill ends the process; here it ends a request.
  if (result.kind === "stopped") {
    for (const { cause } of result.failures) if ("error" in cause) throw cause.error;
  }
  return result;
}

export async function deploy(
  store: ObjectStore,
  state: DeployState,
  objects: RouterObjects,
): Promise<DeployState> {
  const result = await run(store, state, await planOf(store, state, objects), []);
  expect(result.kind, JSON.stringify(result)).toBe("applied");
  return result.kind === "applied" ? changeState(state, result.state) : state;
}

/** Random objects whose names of each other lead somewhere, as a policy's do. */
export const consistentObjects = routerObjects.map((literal): RouterObjects => {
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

/** Two states of one policy, with each kind of change between them. */
export function samples(): readonly [RouterObjects, RouterObjects] {
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
