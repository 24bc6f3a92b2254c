import type { RouterObjects } from "@routewright/jobrouter";
import {
  createRouter,
  type JsonObject,
  type Router,
  type RouterCommand,
  type RouterEvent,
} from "../../../src/index.ts";
import { Dice } from "../dice.ts";
import type { SimpleJob, SimpleMode, SimpleSelector } from "./records.ts";
import { answers } from "./sayings.ts";
import { SimpleRouter } from "./simple-router.ts";
import {
  changedWorker,
  distributionIds,
  exceptionIds,
  policyIds,
  queueIds,
  randomAssumptions,
  randomClassification,
  randomDelays,
  randomDistribution,
  randomExceptions,
  randomJob,
  randomLabels,
  randomMode,
  randomObjects,
  randomQueue,
  randomSelectors,
  randomWorker,
  workerIds,
} from "./world.ts";

/** One thing that is done to both routers; each answers whether it was carried out. */
interface Action {
  readonly text: string;
  readonly command: RouterCommand;
  readonly simply: () => boolean;
}

const startMs = Date.UTC(2026, 0, 5);

/** The router and the simple one, side by side. */
export class Pair {
  readonly router: Router;
  readonly simple: SimpleRouter;
  readonly log: string[] = [];
  /** How often each kind of thing was done, and was told by an event. */
  readonly seen: Map<string, number>;
  readonly #dice: Dice;
  #nowMs = startMs;
  #jobs = 0;
  #told: string[] = [];

  constructor(dice: Dice, seed: number, seen: Map<string, number>) {
    const objects = randomObjects(dice);
    this.#dice = dice;
    this.seen = seen;
    const assumptions = randomAssumptions(dice);
    const delays = randomDelays(dice);
    this.log.push(JSON.stringify({ assumptions, delays, objects }));
    // Both draw from the same numbers: one that draws more or less often is found out.
    const draws = (): (() => number) => {
      const own = new Dice(seed + 1_000_003);
      return () => own.next();
    };
    this.router = createRouter({
      objects,
      seed,
      choice: draws(),
      ruleAnswers: answers,
      classificationDelayMs: delays.classifyingMs,
      queueingDelayMs: delays.queueingMs,
      matchingDelayMs: delays.matchingMs,
      // Jumps of days are not made.
      assumptions: { ...assumptions, R11: "keep" },
    });
    this.simple = new SimpleRouter(objects, assumptions, delays, draws());
  }

  /** Does something at random to both; the two must have answered and told the same. */
  step(): { readonly real: unknown; readonly simple: unknown } {
    // No two commands at one instant, and mostly no command at a timer's.
    this.#nowMs += 7 + this.#dice.below(6000);
    // What is due by then happens first: offers may be gone.
    const due = this.router.advance(this.#nowMs).events;
    this.simple.advance(this.#nowMs);
    const action = this.#pick();
    this.log.push(`${this.#nowMs - startMs} ${action.text}`);
    const { response, events } = this.router.step(action.command, this.#nowMs);
    const isDone = action.simply();
    const [verb = ""] = action.text.split(" ");
    this.#count(`${verb} ${isDone ? "done" : "refused"}`);
    this.#told = [...due, ...events].map(wordsOf);
    for (const words of this.#told) this.#count(words.split(" ")[0] ?? "");
    const simplyTold = this.simple.events.splice(0);
    return {
      real: { isDone: response?.ok, told: this.#told, ...this.#pictureOfReal() },
      simple: { isDone, told: simplyTold, ...this.#pictureOfSimple() },
    };
  }

  #count(key: string): void {
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }

  // ── What to do ──────────────────────────────────────────────────────────────────────────────

  #pick(): Action {
    const dice = this.#dice;
    const jobs = [...this.simple.jobs.values()];
    const offered = jobs.filter(({ offers }) => offers.length > 0);
    const held = jobs.filter(({ holder }) => holder !== undefined);
    const kind = dice.next();
    if (kind < 0.1) return this.#worker();
    if (kind < 0.38 && offered.length > 0) return this.#offer(dice.pick(offered));
    if (kind < 0.58 && held.length > 0) return this.#assignment(dice.pick(held));
    if (kind < 0.7 && jobs.length > 0) return this.#changeJob(dice.pick(jobs));
    if (kind < 0.75 && jobs.length > 0) return this.#endJob(dice.pick(jobs));
    if (kind < 0.82) return this.#config();
    const id = `j${++this.#jobs}`;
    const { mode, ...others } = randomJob(dice, this.#nowMs);
    const body = { ...others, ...(mode === undefined ? {} : { mode }) };
    const sent = { ...others, ...(mode === undefined ? {} : { matchingMode: wireMode(mode) }) };
    return this.#patch("job", "jobs", id, sent, () => this.simple.addJob(id, body, this.#nowMs));
  }

  #patch(
    verb: string,
    collection: Extract<RouterCommand, { kind: "patch" }>["collection"],
    id: string,
    body: object,
    simply: () => boolean,
  ): Action {
    return {
      text: `${verb} ${id} ${JSON.stringify(body)}`,
      command: { kind: "patch", collection, id, body: body as JsonObject },
      simply,
    };
  }

  #worker(): Action {
    const dice = this.#dice;
    const { simple } = this;
    const id = dice.pick(workerIds);
    const atMs = this.#nowMs;
    const known = simple.workers.get(id);
    if (known !== undefined && dice.chance(0.1)) {
      const command = { kind: "delete", collection: "workers", id } as const;
      return { text: `deleteWorker ${id}`, command, simply: () => simple.removeWorker(id, atMs) };
    }
    const body = known === undefined ? randomWorker(dice) : changedWorker(dice, known);
    // Without what was there of tags before.
    const tags = { shift: null, ...body.tags };
    return this.#patch("worker", "workers", id, { ...body, tags }, () =>
      simple.putWorker(id, body, atMs),
    );
  }

  #offer(job: SimpleJob): Action {
    const dice = this.#dice;
    const { simple } = this;
    const atMs = this.#nowMs;
    const { workerId } = dice.pick(job.offers);
    const offers = this.router.worker(workerId)?.offers ?? [];
    const offerId = offers.find(({ jobId }) => jobId === job.id)?.offerId ?? "missing";
    if (dice.chance(0.7)) {
      return {
        text: `accept ${job.id} ${workerId}`,
        command: { kind: "accept", workerId, offerId },
        simply: () => simple.accept(job.id, workerId, atMs),
      };
    }
    const retryOfferAtMs = dice.chance(0.6) ? atMs - 500 + dice.below(30_000) : undefined;
    const retry = retryOfferAtMs === undefined ? {} : { retryOfferAtMs };
    return {
      text: `decline ${job.id} ${workerId} ${retryOfferAtMs ?? ""}`,
      command: { kind: "decline", workerId, offerId, ...retry },
      simply: () => simple.decline(job.id, workerId, retryOfferAtMs, atMs),
    };
  }

  #assignment(job: SimpleJob): Action {
    const dice = this.#dice;
    const { simple } = this;
    const jobId = job.id;
    const atMs = this.#nowMs;
    const assignmentId = this.router.job(jobId)?.assignments[0]?.assignmentId ?? "missing";
    const which = dice.next();
    if (which < 0.35) {
      const suspendMatching = dice.chance(0.2);
      return {
        text: `unassign ${jobId} ${suspendMatching}`,
        command: { kind: "unassign", jobId, assignmentId, suspendMatching },
        simply: () => simple.unassign(jobId, suspendMatching, atMs),
      };
    }
    if ((job.status === "completed") !== which > 0.95) {
      const closeAtMs = dice.chance(0.3) ? atMs + dice.below(20_000) : undefined;
      return {
        text: `close ${jobId} ${closeAtMs ?? ""}`,
        command: {
          kind: "close",
          jobId,
          assignmentId,
          ...(closeAtMs === undefined ? {} : { closeAtMs }),
        },
        simply: () => simple.close(jobId, closeAtMs, atMs),
      };
    }
    return {
      text: `complete ${jobId}`,
      command: { kind: "complete", jobId, assignmentId },
      simply: () => simple.complete(jobId, atMs),
    };
  }

  #changeJob({ id }: SimpleJob): Action {
    const dice = this.#dice;
    const { simple } = this;
    const atMs = this.#nowMs;
    const patch = (verb: string, body: object, simply: () => boolean): Action =>
      this.#patch(verb, "jobs", id, body, simply);
    return dice.pick<() => Action>([
      () => {
        const labels = randomLabels(dice);
        return patch("labels", { labels }, () => simple.changeLabels(id, labels, atMs));
      },
      () => {
        const priority = dice.below(30);
        return patch("priority", { priority }, () => simple.changePriority(id, priority, atMs));
      },
      () => {
        const queueId = dice.pick([...queueIds, "nowhere"]);
        return patch("queue", { queueId }, () => simple.changeQueue(id, queueId, atMs));
      },
      () => {
        const list = randomSelectors(dice);
        return patch("selectors", { requestedWorkerSelectors: list }, () =>
          simple.changeSelectors(id, list, atMs),
        );
      },
      () => {
        const policyId = dice.pick([...policyIds, undefined]);
        return patch("policy", { classificationPolicyId: policyId ?? null }, () =>
          simple.changePolicy(id, policyId, atMs),
        );
      },
      () => {
        const mode = randomMode(dice, atMs);
        return patch("mode", { matchingMode: wireMode(mode) }, () =>
          simple.changeMode(id, mode, atMs),
        );
      },
    ])();
  }

  #endJob({ id }: SimpleJob): Action {
    const { simple } = this;
    const atMs = this.#nowMs;
    return this.#dice.pick<Action>([
      {
        text: `cancel ${id}`,
        command: { kind: "cancel", jobId: id },
        simply: () => simple.cancel(id, atMs),
      },
      {
        text: `reclassify ${id}`,
        command: { kind: "reclassify", jobId: id },
        simply: () => simple.reclassify(id, atMs),
      },
      {
        text: `deleteJob ${id}`,
        command: { kind: "delete", collection: "jobs", id },
        simply: () => simple.removeJob(id, atMs),
      },
    ]);
  }

  #config(): Action {
    const dice = this.#dice;
    const { simple } = this;
    const atMs = this.#nowMs;
    const kind = dice.pick<keyof RouterObjects>([
      "distributionPolicies",
      "exceptionPolicies",
      "queues",
      "classificationPolicies",
    ]);
    const id = dice.pick<string>(configIds[kind]);
    if (dice.chance(0.2)) {
      return {
        text: `delete.${kind} ${id}`,
        command: { kind: "delete", collection: kind, id },
        simply: () => simple.remove(kind, id, atMs),
      };
    }
    const object = makers[kind](dice, id);
    const stored = simple.objects[kind].find((other) => other.id === id);
    const { id: _, ...body } = object;
    return this.#patch(
      kind,
      kind,
      id,
      replacing(body, stored ?? {}),
      () =>
        // Q6.
        !this.#dangles(object) && simple.put(kind, object, atMs),
    );
  }

  #dangles(object: RouterObjects[keyof RouterObjects][number]): boolean {
    const policyId = "distributionPolicyId" in object ? object.distributionPolicyId : undefined;
    const { distributionPolicies } = this.simple.objects;
    return policyId !== undefined && distributionPolicies.every(({ id }) => id !== policyId);
  }

  // ── What came of it ─────────────────────────────────────────────────────────────────────────

  #pictureOfReal(): object {
    const { router, simple } = this;
    return {
      jobs: [...simple.jobs.keys()].map((id) => {
        const job = router.job(id);
        if (job === undefined) return `no job ${id}`;
        const { labels, offers, assignments, requestedWorkerSelectors: requested } = job;
        const isHeld = job.status === "assigned" || job.status === "completed";
        return {
          ...{ id, status: job.status, queueId: job.queueId, priority: job.priority, labels },
          enqueuedAtMs: job.enqueuedAtMs,
          offers: offers.map(({ workerId }) => workerId),
          holder: isHeld ? assignments[0]?.workerId : undefined,
          requested: requested.map(({ key, status }) => `${key} ${status}`),
          attached: job.attachedWorkerSelectors.map(({ key, status }) => `${key} ${status}`),
        };
      }),
      workers: workerIds.map((id) => {
        const worker = router.worker(id);
        return worker === undefined
          ? `no worker ${id}`
          : { id, state: worker.state, loadRatio: worker.loadRatio };
      }),
      queues: queueIds.map((id) => router.waiting(id)),
      count: router.list("jobs").length,
    };
  }

  #pictureOfSimple(): object {
    const { simple } = this;
    const words = (list: readonly SimpleSelector[]) =>
      list.map(({ selector, expired }) => `${selector.key} ${expired ? "expired" : "active"}`);
    return {
      jobs: [...simple.jobs.values()].map((job) => ({
        ...{ id: job.id, status: job.status, queueId: job.queueId, priority: job.priority },
        labels: job.labels,
        enqueuedAtMs: job.enqueuedAtMs,
        offers: job.offers.map(({ workerId }) => workerId),
        holder: job.holder?.workerId,
        requested: words(job.requested),
        attached: words(job.attached),
      })),
      workers: workerIds.map((id) => {
        const worker = simple.workers.get(id);
        return worker === undefined
          ? `no worker ${id}`
          : {
              id,
              state: simple.stateOf(worker),
              loadRatio: simple.usedBy(worker) / worker.body.capacity,
            };
      }),
      queues: queueIds.map((id) => simple.waiting(id).map((job) => job.id)),
      count: simple.jobs.size,
    };
  }
}

const configIds = {
  distributionPolicies: distributionIds,
  exceptionPolicies: exceptionIds,
  queues: queueIds,
  classificationPolicies: policyIds,
} as const;

const makers = {
  distributionPolicies: randomDistribution,
  exceptionPolicies: randomExceptions,
  queues: randomQueue,
  classificationPolicies: randomClassification,
} as const;

/** A merge patch that leaves nothing of what was there: objects are merged, member by member. */
function replacing(body: object, stored: object): object {
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(stored)) if (key !== "id") made[key] = null;
  const old = new Map<string, unknown>(Object.entries(stored));
  for (const [key, value] of Object.entries(body)) {
    const before = old.get(key);
    made[key] = isRecord(value) ? replacing(value, isRecord(before) ? before : {}) : value;
  }
  return made;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wireMode(mode: SimpleMode): object {
  return mode.kind === "scheduleAndSuspend"
    ? { kind: mode.kind, scheduleAt: new Date(mode.scheduleAtMs).toISOString() }
    : mode;
}

/** An event in the simple router's words. */
function wordsOf({ name, data }: RouterEvent): string {
  const keys = (list: unknown): string =>
    (list as readonly { readonly key: string }[]).map(({ key }) => key).join();
  const { jobId, workerId } = data;
  const more: Readonly<Record<string, readonly unknown[]>> = {
    RouterJobClassified: [data.queueId, data.priority],
    RouterJobQueued: [data.queueId, data.priority],
    RouterJobExceptionTriggered: [data.ruleKey],
    RouterJobCancelled: [data.dispositionCode],
    RouterJobCompleted: [workerId],
    RouterJobClosed: [workerId],
    RouterJobUnassigned: [workerId],
    RouterWorkerUpdated: [data.updatedWorkerProperties],
  };
  const own =
    name === "RouterJobWorkerSelectorsExpired"
      ? [keys(data.expiredRequestedWorkerSelectors), keys(data.expiredAttachedWorkerSelectors)]
      : (more[name] ?? []);
  const about = name.startsWith("RouterJob")
    ? [jobId]
    : name.startsWith("RouterWorkerOffer")
      ? [workerId, jobId]
      : [workerId];
  return [name.replace("Router", ""), ...about, ...own].join(" ");
}
