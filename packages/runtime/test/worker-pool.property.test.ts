import type {
  DistributionMode,
  DistributionPolicy,
  Labels,
  RouterObjects,
  Worker,
  WorkerSelector,
} from "@routewright/jobrouter";
import { labelOperators } from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createEngine,
  createWorkerPool,
  type EngineOptions,
  prepareDistribution,
  type RulePayload,
  type RuleStub,
  type WorkerLoad,
} from "../src/index.ts";
import { arbitraryLabels } from "./support/arbitrary-objects.ts";

const workerIds = ["w1", "w2", "w3", "w4", "W1", "w10", "__proto__"];
const queueIds = ["q1", "q2"];
const channelIds = ["chat", "voice"];

const ruleAnswers = new Map<string, RuleStub>([
  [
    "https://f.example/one",
    ({ worker }: RulePayload) => (typeof worker?.waits === "number" ? worker.waits : "none"),
  ],
  [
    "https://f.example/batch",
    ({ workers }: RulePayload) =>
      Object.fromEntries((workers ?? []).slice(0, 2).map((own, at) => [String(own.Id), at])),
  ],
]);

const value = fc.constantFrom("NA", "EU", "na", "", true, false, 0, 5, 5.5, -3, "w1");
const selector: fc.Arbitrary<WorkerSelector> = fc.oneof(
  { weight: 3, arbitrary: arbitrarySelector(fc.constant("equal" as const)) },
  { weight: 2, arbitrary: arbitrarySelector(fc.constantFrom(...labelOperators)) },
);

function arbitrarySelector(
  labelOperator: fc.Arbitrary<WorkerSelector["labelOperator"]>,
): fc.Arbitrary<WorkerSelector> {
  const key = fc.constantFrom("region", "vip", "waits", "__proto__", "constructor", "Id");
  return fc.record({ key, labelOperator, value }, { requiredKeys: ["key", "labelOperator"] });
}

const formulas = [
  "worker.waits * 3",
  "If(worker.region = job.region, 50, 0) + If(worker.vip = true, 0.1, 0.2)",
  "worker.waits / job.waits",
  "worker.waits + job.waits * 0.1",
  "If(IsBlank(worker.region), 1, 2)",
  'worker.region & "x"',
  "CountRows(Table(worker))",
  "1 / 0",
  "job. = 1",
  "7",
];
const mode: fc.Arbitrary<DistributionMode> = fc
  .record({
    kind: fc.constantFrom("longestIdle", "roundRobin", "bestWorker", "bestWorker", "bestWorker"),
    bypassSelectors: fc.boolean(),
    scoringRule: fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .constantFrom(...formulas)
          .map((expression) => ({ kind: "expression" as const, expression })),
      },
      { weight: 3, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          { kind: "static" as const, value: 4 },
          { kind: "static" as const, value: "x" },
          { kind: "directMap" as const },
          { kind: "function" as const, functionUri: "https://f.example/one" },
          { kind: "function" as const, functionUri: "https://f.example/batch" },
          { kind: "webhook" as const, webhookUri: "https://f.example/nowhere" },
        ),
      },
    ),
    ascending: fc.boolean(),
    batched: fc.boolean(),
    withoutJob: fc.integer({ min: 0, max: 5 }).map((number) => number === 0),
  })
  .map(
    ({ kind, bypassSelectors, scoringRule, ascending, batched, withoutJob }): DistributionMode => {
      if (kind !== "bestWorker") return { kind, bypassSelectors };
      return {
        kind,
        bypassSelectors,
        ...(scoringRule === undefined ? {} : { scoringRule }),
        scoringRuleOptions: {
          descendingOrder: !ascending,
          isBatchScoringEnabled: batched,
          batchSize: 3,
          ...(withoutJob ? { scoringParameters: ["workerSelectors" as const] } : {}),
        },
      };
    },
  );

const worker: fc.Arbitrary<Worker> = fc.record(
  {
    id: fc.constantFrom(...workerIds),
    labels: arbitraryLabels,
    queues: fc.subarray([...queueIds], { minLength: 1 }),
    channels: fc.array(
      fc.record(
        {
          channelId: fc.constantFrom(...channelIds),
          capacityCostPerJob: fc.constantFrom(1, 3, 0.1),
          maxNumberOfJobs: fc.constantFrom(1, 2),
        },
        { requiredKeys: ["channelId", "capacityCostPerJob"] },
      ),
      { maxLength: 3 },
    ),
    capacity: fc.constantFrom(1, 3, 10),
  },
  { requiredKeys: ["id"] },
);
const load: fc.Arbitrary<WorkerLoad> = fc.record({
  available: fc.integer({ min: 0, max: 4 }).map((number) => number > 0),
  usedCapacity: fc.constantFrom(0, 0, 1, 2, 0.3),
  availableSince: fc.integer({ min: 0, max: 3 }),
  jobsByChannel: fc
    .array(fc.tuple(fc.constantFrom(...channelIds), fc.integer({ min: 0, max: 2 })))
    .map((entries) => new Map(entries)),
});
const match = fc.record({
  kind: fc.constant("match" as const),
  queueId: fc.constantFrom(...queueIds),
  channelId: fc.constantFrom("chat", "chat", "voice", undefined),
  labels: arbitraryLabels,
  selectors: fc.array(selector, { maxLength: 3 }),
  limit: fc.integer({ min: 0, max: 4 }),
  excluded: fc.subarray(workerIds, { maxLength: 2 }),
  lastOfferedTo: fc.constantFrom(undefined, ...workerIds, "w2a"),
  mode: fc.integer({ min: 0, max: 2 }),
});
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("put" as const), worker }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("load" as const),
      id: fc.constantFrom(...workerIds),
      load,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      id: fc.constantFrom(...workerIds),
    }),
  },
  { weight: 6, arbitrary: match },
);
const assumptionSets = fc.constantFrom<NonNullable<EngineOptions["assumptions"]>>(
  {},
  {},
  { Q17: "ignoreCase" },
  { Q21: "meanOfParts", Q22: "leaveOut" },
  { Q23: "scoreZero" },
);

test("a pool that is kept up to date answers as a ranking of all its workers", () => {
  let matched = 0;
  let scored = 0;
  fc.assert(
    fc.property(
      fc.array(mode, { minLength: 3, maxLength: 3 }),
      fc.array(worker, { maxLength: 6 }),
      fc.array(step, { minLength: 4, maxLength: 30 }),
      assumptionSets,
      (modes, first, steps, assumptions) => {
        const policies = modes.map((own, at): DistributionPolicy => ({ id: `d${at}`, mode: own }));
        const distributions = policies.map((policy) => prepareDistribution(policy));
        const engines = policies.map((policy) =>
          createEngine(objectsWith(policy), { ruleAnswers, assumptions }),
        );
        const [engine] = engines;
        if (engine === undefined) return;
        const pool = createWorkerPool({ assumptions: engine.assumptions, answers: ruleAnswers });
        const workers = new Map<string, Worker>();
        const loads = new Map<string, WorkerLoad>();
        const put = (one: Worker): void => {
          pool.put(one);
          if (!workers.has(one.id)) loads.delete(one.id);
          workers.set(one.id, one);
        };
        for (const one of first) put(one);
        for (const one of first) {
          const free: WorkerLoad = { available: true, usedCapacity: 0, availableSince: 1 };
          pool.setLoad(one.id, free);
          loads.set(one.id, free);
        }
        for (const one of steps) {
          if (one.kind === "put") put(one.worker);
          else if (one.kind === "load") {
            pool.setLoad(one.id, one.load);
            if (workers.has(one.id)) loads.set(one.id, one.load);
          } else if (one.kind === "remove") {
            pool.remove(one.id);
            workers.delete(one.id);
          } else {
            const distribution = distributions[one.mode];
            if (distribution === undefined) continue;
            const found = pool.best({
              ...one,
              distribution,
              excludes: (id) => one.excluded.includes(id),
            });
            const listed = [...workers.values()]
              .filter(({ id }) => !one.excluded.includes(id))
              .sort((a, b) => (a.id < b.id ? -1 : 1))
              .map((own) => asListed(own, loads.get(own.id)));
            const ranking = engines[one.mode]?.rank(
              {
                queueId: one.queueId,
                labels: one.labels,
                requestedWorkerSelectors: one.selectors,
                ...(one.channelId === undefined ? {} : { channelId: one.channelId }),
              },
              listed,
              undefined,
              {
                availableSince: new Map([...loads].map(([id, own]) => [id, own.availableSince])),
                assignedJobs: new Map(
                  [...loads].map(([id, own]) => [
                    id,
                    own.jobsByChannel?.get(one.channelId ?? "") ?? 0,
                  ]),
                ),
                ...(one.lastOfferedTo === undefined ? {} : { lastOfferedTo: one.lastOfferedTo }),
              },
            );
            const expected = ranking?.workers
              .slice(0, one.limit)
              .map(({ workerId, score }) =>
                score === undefined ? { workerId } : { workerId, score: score.value },
              );
            expect(found).toEqual(expected);
            matched += found.length;
            scored += found.filter(({ score }) => score !== undefined).length;
          }
        }
      },
    ),
    { numRuns: 600 },
  );
  expect(matched).toBeGreaterThan(300);
  expect(scored).toBeGreaterThan(100);
});

function objectsWith(policy: DistributionPolicy): RouterObjects {
  return {
    distributionPolicies: [policy],
    exceptionPolicies: [],
    queues: queueIds.map((id) => ({ id, distributionPolicyId: policy.id })),
    classificationPolicies: [],
  };
}

/** A worker as a list would show it. */
function asListed(own: Worker, load: WorkerLoad | undefined): Worker {
  const capacity = own.capacity ?? 0;
  const used = load?.usedCapacity ?? 0;
  return {
    ...own,
    availableForOffers: load?.available ?? false,
    loadRatio: capacity > 0 ? used / capacity : 0,
  };
}

test("labels that change leave nothing behind, whatever their number", () => {
  const engine = createEngine(objectsWith({ id: "d" }));
  const pool = createWorkerPool({ assumptions: engine.assumptions, answers: new Map() });
  const distribution = prepareDistribution({
    id: "d",
    mode: { kind: "bestWorker", scoringRule: { kind: "expression", expression: "worker.n" } },
  });
  const labels = (n: number): Labels => ({ n });
  for (let n = 0; n < 5_000; n++) {
    pool.put({ id: "w", labels: labels(n), queues: ["q1"] });
    pool.setLoad("w", { available: true, usedCapacity: 0, availableSince: 0 });
    const request = { queueId: "q1", selectors: [], distribution, limit: 1 };
    expect(pool.best(request)).toEqual([{ workerId: "w", score: n }]);
  }
});

test("among hundreds of workers, whose labels and loads change, the best is the best", () => {
  const engine = createEngine(objectsWith({ id: "d" }));
  const expression = "If(worker.region = job.region, 3, 0) + worker.level";
  const modes: readonly DistributionMode[] = [
    { kind: "longestIdle" },
    { kind: "roundRobin" },
    { kind: "bestWorker", scoringRule: { kind: "expression", expression } },
    {
      kind: "bestWorker",
      scoringRule: { kind: "expression", expression },
      scoringRuleOptions: { descendingOrder: false },
    },
  ];
  const distributions = modes.map((own) => prepareDistribution({ id: "d", mode: own }));
  const regions = ["NA", "EU", "APAC"];
  interface Member {
    readonly id: string;
    region: string;
    level: number;
    used: number;
    since: number;
  }
  fc.assert(
    fc.property(
      fc.integer({ min: 40, max: 300 }),
      fc.infiniteStream(fc.nat({ max: 0x3fff_ffff })),
      (count, stream) => {
        const below = (limit: number): number => (stream.next().value ?? 0) % limit;
        const pool = createWorkerPool({ assumptions: engine.assumptions, answers: new Map() });
        let clock = 0;
        const members = Array.from(
          { length: count },
          (_, index): Member => ({
            id: `w${index}`,
            region: regions[below(3)] ?? "",
            level: below(4),
            used: 0,
            since: 0,
          }),
        );
        const put = ({ id, region, level }: Member): void =>
          pool.put({
            id,
            labels: { region, level },
            queues: [Number(id.slice(1)) % 3 === 0 ? "other" : "q", "both"],
            channels: [{ channelId: "chat", capacityCostPerJob: 1 }],
            capacity: 2,
          });
        const load = (member: Member, used: number): void => {
          member.used = used;
          member.since = ++clock;
          const availableSince = member.since;
          pool.setLoad(member.id, { available: true, usedCapacity: used, availableSince });
        };
        for (const member of members) {
          put(member);
          load(member, below(3));
        }
        let lastOfferedTo: string | undefined;
        for (let step = 0; step < 120; step++) {
          const changed = members[below(count)];
          if (changed !== undefined && below(2) === 0) {
            changed.level = below(4);
            put(changed);
          }
          const at = below(modes.length);
          const distribution = distributions[at];
          if (distribution === undefined) return;
          const region = regions[below(3)] ?? "";
          const floor = below(3);
          const queueId = below(2) === 0 ? "q" : "both";
          const scoreOf = (member: Member): number =>
            (member.region === region ? 3 : 0) + member.level;
          const sign = distribution.descending ? -1 : 1;
          const last = lastOfferedTo ?? "";
          const compare: Record<DistributionMode["kind"], (a: Member, b: Member) => number> = {
            longestIdle: (a, b) => a.used - b.used || a.since - b.since,
            roundRobin: (a, b) =>
              Number(a.id <= last) - Number(b.id <= last) || (a.id < b.id ? -1 : 1),
            bestWorker: (a, b) => sign * (scoreOf(a) - scoreOf(b)) || a.since - b.since,
          };
          const expected = members
            .filter(
              ({ id, used, level }) =>
                used < 2 && level >= floor && (queueId === "both" || Number(id.slice(1)) % 3 !== 0),
            )
            .sort(compare[distribution.mode])
            .slice(0, 2)
            .map(({ id }) => id);
          const found = pool.best({
            queueId,
            channelId: "chat",
            labels: { region },
            selectors: [{ key: "level", labelOperator: "greaterThanOrEqual", value: floor }],
            distribution,
            limit: 2,
            lastOfferedTo,
          });
          expect(found.map(({ workerId }) => workerId)).toEqual(expected);
          lastOfferedTo = found[0]?.workerId;
          const taken = members.find(({ id }) => id === lastOfferedTo);
          if (taken !== undefined) load(taken, taken.used + 1);
          const freed = members[below(count)];
          if (freed !== undefined) load(freed, Math.max(0, freed.used - 1));
        }
      },
    ),
    { numRuns: 30 },
  );
});
