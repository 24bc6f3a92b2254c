import type { RouterObjects, WorkerSelector } from "@routewright/jobrouter";
import { expect, test } from "vitest";
import { createRouter, type JsonObject, type Router } from "../../src/index.ts";
import { Dice } from "./dice.ts";
import { SimpleRouter } from "./simple-router.ts";

// The router against one that is too simple to be wrong in the same way: after every command
// both must have made the same offers to the same workers. ROUTER_RUNS sets how many sequences.

const runs = Number(process.env.ROUTER_RUNS ?? 60);
const commands = 80;
const startMs = Date.UTC(2026, 0, 5);

test(`agrees with a simple router on ${runs} random sequences`, () => {
  const seen = { offers: 0, accepted: 0, expired: 0, several: 0 };
  for (let seed = 1; seed <= runs; seed++) runBoth(seed, seen);
  // What was compared did happen.
  expect(seen.offers).toBeGreaterThan(runs * 5);
  expect(seen.accepted).toBeGreaterThan(runs * 3);
  expect(seen.several, "jobs with several offers").toBeGreaterThan(runs);
});

function runBoth(seed: number, seen: { offers: number; accepted: number; several: number }): void {
  const dice = new Dice(seed);
  const objects = randomObjects(dice);
  const router = createRouter({ objects, seed, assumptions: { R11: "keep" } });
  const simple = new SimpleRouter(objects);
  const log: string[] = [];
  let nowMs = startMs;
  let jobs = 0;
  for (let count = 0; count < commands; count++) {
    // No two commands at one instant, and mostly no command at a timer's.
    nowMs += 7 + dice.below(9000);
    const action = pickAction(dice, simple, router, nowMs);
    log.push(`${nowMs - startMs} ${action.text}`);
    action.run();
    router.advance(nowMs);
    const told = `seed ${seed}\n${log.join("\n")}`;
    expect(pictureOf(router, simple), told).toEqual(simplePicture(simple));
    for (const job of simple.jobs.values()) {
      seen.offers += job.offers.length;
      if (job.offers.length > 1) seen.several++;
      if (job.status === "assigned") seen.accepted++;
    }
  }

  function pickAction(
    roll: Dice,
    oracle: SimpleRouter,
    real: Router,
    atMs: number,
  ): { readonly text: string; run(): void } {
    // What is due by then happens first: offers may be gone.
    real.advance(atMs);
    oracle.advance(atMs);
    const all = [...oracle.jobs.values()];
    const offered = all.flatMap((job) => job.offers.map(({ workerId }) => ({ job, workerId })));
    const assigned = all.filter(({ status }) => status === "assigned");
    const completed = all.filter(({ status }) => status === "completed");
    const queued = all.filter(({ status }) => status === "queued");
    const kind = roll.next();
    if (oracle.workers.size < workerIds.length && kind < 0.12) {
      const id = workerIds[oracle.workers.size] ?? "";
      const worker = randomWorker(roll);
      return both(`worker ${id} ${JSON.stringify(worker)}`, () => {
        patch(real, "workers", id, worker, atMs);
        oracle.addWorker(id, worker, atMs);
      });
    }
    if (kind < 0.2 && oracle.workers.size > 0) {
      const id = roll.pick([...oracle.workers.keys()]);
      const available = roll.chance(0.7);
      return both(`${id} ${available ? "comes" : "goes"}`, () => {
        patch(real, "workers", id, { availableForOffers: available }, atMs);
        oracle.switchWorker(id, available, atMs);
      });
    }
    if (kind < 0.55 && offered.length > 0) {
      const { job, workerId } = roll.pick(offered);
      const offerId =
        real.worker(workerId)?.offers.find(({ jobId }) => jobId === job.id)?.offerId ?? "";
      if (roll.chance(0.7)) {
        return both(`${workerId} accepts ${job.id}`, () => {
          done(real.step({ kind: "accept", workerId, offerId }, atMs));
          oracle.accept(job.id, workerId, atMs);
        });
      }
      const retryAtMs = roll.chance(0.5) ? atMs + 1 + roll.below(30_000) : undefined;
      return both(`${workerId} declines ${job.id} ${retryAtMs ?? ""}`, () => {
        done(
          real.step(
            {
              kind: "decline",
              workerId,
              offerId,
              ...(retryAtMs === undefined ? {} : { retryOfferAtMs: retryAtMs }),
            },
            atMs,
          ),
        );
        oracle.decline(job.id, workerId, retryAtMs, atMs);
      });
    }
    if (kind < 0.65 && completed.length > 0) {
      const job = roll.pick(completed);
      return both(`close ${job.id}`, () => {
        done(real.step({ kind: "close", jobId: job.id, assignmentId: assignment(job.id) }, atMs));
        oracle.close(job.id, atMs);
      });
    }
    if (kind < 0.75 && assigned.length > 0) {
      const job = roll.pick(assigned);
      if (roll.chance(0.3) && job.unassigned < 3) {
        return both(`unassign ${job.id}`, () => {
          done(
            real.step({ kind: "unassign", jobId: job.id, assignmentId: assignment(job.id) }, atMs),
          );
          oracle.unassign(job.id, atMs);
        });
      }
      return both(`complete ${job.id}`, () => {
        done(
          real.step({ kind: "complete", jobId: job.id, assignmentId: assignment(job.id) }, atMs),
        );
        oracle.complete(job.id, atMs);
      });
    }
    if (kind < 0.78 && queued.length > 0) {
      const job = roll.pick(queued);
      return both(`cancel ${job.id}`, () => {
        done(real.step({ kind: "cancel", jobId: job.id }, atMs));
        oracle.cancel(job.id, atMs);
      });
    }
    const id = `j${++jobs}`;
    const job = randomJob(roll);
    return both(`job ${id} ${JSON.stringify(job)}`, () => {
      patch(real, "jobs", id, job, atMs);
      oracle.addJob(id, job, atMs);
    });

    function assignment(jobId: string): string {
      return real.job(jobId)?.assignments[0]?.assignmentId ?? "";
    }
  }
}

function both(text: string, run: () => void): { readonly text: string; run(): void } {
  return { text, run };
}

function patch(
  router: Router,
  collection: "jobs" | "workers",
  id: string,
  body: object,
  atMs: number,
): void {
  done(router.step({ kind: "patch", collection, id, body: body as JsonObject }, atMs));
}

function done({ response }: ReturnType<Router["step"]>): void {
  expect(response).toMatchObject({ ok: true });
}

function pictureOf(router: Router, simple: SimpleRouter): object {
  return {
    jobs: [...simple.jobs.keys()].map((id) => {
      const job = router.job(id);
      return [
        id,
        job?.status,
        job?.status === "classificationFailed" ? "" : job?.queueId,
        job?.priority,
        job?.offers.map(({ workerId }) => workerId).sort(),
        job?.status === "assigned" || job?.status === "completed"
          ? job.assignments[0]?.workerId
          : undefined,
      ];
    }),
    workers: [...simple.workers.keys()].map((id) => {
      const worker = router.worker(id);
      return [id, worker?.state, worker?.loadRatio];
    }),
  };
}

function simplePicture(simple: SimpleRouter): object {
  return {
    jobs: [...simple.jobs.values()].map((job) => [
      job.id,
      job.status,
      job.status === "classificationFailed" ? "" : job.queueId,
      job.priority,
      job.offers.map(({ workerId }) => workerId).sort(),
      job.workerId,
    ]),
    workers: [...simple.workers.values()].map((worker) => [
      worker.id,
      simple.stateOf(worker),
      simple.usedBy(worker) / (worker.body.capacity ?? 1),
    ]),
  };
}

const workerIds = ["w1", "w2", "w3", "w4", "w5", "w6"];

function randomObjects(dice: Dice): RouterObjects {
  const distribution = (id: string): RouterObjects["distributionPolicies"][number] => {
    const base = {
      maxConcurrentOffers: dice.pick([1, 1, 2, 3]),
      bypassSelectors: dice.chance(0.1),
    };
    const kind = dice.pick(["longestIdle", "roundRobin", "bestWorker"] as const);
    return {
      id,
      ...(dice.chance(0.8) ? { offerExpiresAfterSeconds: dice.pick([5, 20, 47]) } : {}),
      mode:
        kind !== "bestWorker"
          ? { kind, ...base }
          : {
              kind,
              ...base,
              ...(dice.chance(0.6)
                ? {
                    scoringRule: {
                      kind: "expression",
                      expression: dice.pick([
                        "If(worker.lang = job.lang, 10, 1)",
                        "worker.skill * 2",
                        "worker.skill - If(job.vip = true, 3, 0)",
                      ]),
                    },
                    scoringRuleOptions: { descendingOrder: dice.chance(0.7) },
                  }
                : {}),
            },
    };
  };
  return {
    distributionPolicies: [distribution("d1"), distribution("d2")],
    exceptionPolicies: [],
    queues: ["q1", "q2"].map((id) => ({
      id,
      distributionPolicyId: dice.pick(["d1", "d2"]),
      labels: { region: dice.pick(["NA", "EU"]) },
    })),
    classificationPolicies: [
      {
        id: "c1",
        ...(dice.chance(0.8) ? { fallbackQueueId: "q1" } : {}),
        queueSelectorAttachments: [{ kind: "passThrough", key: "region", labelOperator: "equal" }],
        prioritizationRule: { kind: "expression", expression: "If(job.vip = true, 10, 1)" },
        workerSelectorAttachments: [
          {
            kind: "conditional",
            condition: { kind: "expression", expression: 'job.lang = "en"' },
            workerSelectors: selectors(dice),
          },
        ],
      },
    ],
  };
}

function randomWorker(dice: Dice) {
  return {
    queues: ["q1", "q2"].filter(() => dice.chance(0.8)),
    capacity: dice.pick([1, 2, 4]),
    channels: ["chat", "voice"]
      .filter(() => dice.chance(0.85))
      .map((channelId) => ({
        channelId,
        capacityCostPerJob: dice.pick([1, 1, 2]),
        ...(dice.chance(0.3) ? { maxNumberOfJobs: 1 + dice.below(2) } : {}),
      })),
    labels: {
      ...(dice.chance(0.8) ? { lang: dice.pick(["en", "fr"]) } : {}),
      skill: dice.below(10),
    },
    availableForOffers: dice.chance(0.9),
  };
}

function randomJob(dice: Dice) {
  const classified = dice.chance(0.4);
  return {
    channelId: dice.pick(["chat", "voice"]),
    ...(classified ? { classificationPolicyId: "c1" } : { queueId: dice.pick(["q1", "q2"]) }),
    ...(dice.chance(0.4) ? { priority: dice.below(5) } : {}),
    labels: {
      ...(dice.chance(0.7) ? { lang: dice.pick(["en", "fr"]) } : {}),
      ...(dice.chance(0.6) ? { region: dice.pick(["NA", "EU", "APAC"]) } : {}),
      ...(dice.chance(0.3) ? { vip: dice.chance(0.5) } : {}),
    },
    ...(dice.chance(0.4) ? { requestedWorkerSelectors: selectors(dice) } : {}),
  };
}

function selectors(dice: Dice): readonly WorkerSelector[] {
  return Array.from({ length: dice.below(3) }, () => ({
    ...dice.pick<WorkerSelector>([
      { key: "lang", labelOperator: "equal", value: dice.pick(["en", "fr"]) },
      { key: "skill", labelOperator: "greaterThanOrEqual", value: dice.pick([1, 5]) },
      { key: "Id", labelOperator: "equal", value: dice.pick(workerIds) },
      { key: "lang", labelOperator: "notEqual", value: "fr" },
    ]),
    ...(dice.chance(0.5) ? { expiresAfterSeconds: dice.pick([5, 13, 40]) } : {}),
    ...(dice.chance(0.3) ? { expedite: true } : {}),
  }));
}
