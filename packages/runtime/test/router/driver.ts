import { expect } from "vitest";
import {
  type Collection,
  createRouter,
  type JsonObject,
  type Router,
  type RouterCommand,
  type RouterEvent,
  type RouterOptions,
  type StepResult,
  type Transition,
} from "../../src/index.ts";

/** 2026-01-05T00:00:00Z; times of tests are seconds from here. */
export const startMs = Date.UTC(2026, 0, 5);

export interface Driver {
  readonly router: Router;
  readonly events: RouterEvent[];
  readonly transitions: Transition[];
  step(command: RouterCommand, atSeconds?: number): StepResult;
  /** Fails the test when the router refuses. */
  patch(collection: Collection, id: string, body: JsonObject, atSeconds?: number): JsonObject;
  advance(toSeconds: number): void;
  job(id: string): JsonObject;
  worker(id: string): JsonObject;
  offersOf(workerId: string): readonly { readonly offerId: string; readonly jobId: string }[];
  accept(workerId: string, atSeconds?: number): string;
  /** Names of the events since the last call. */
  eventNames(): readonly string[];
}

export function driver(options: RouterOptions = {}): Driver {
  const transitions: Transition[] = [];
  const router = createRouter({ observe: (each) => transitions.push(each), ...options });
  return drive(router, transitions);
}

export function drive(router: Router, transitions: Transition[] = []): Driver {
  const events: RouterEvent[] = [];
  let nowSeconds = 0;
  let seen = 0;
  const self: Driver = {
    router,
    events,
    transitions,
    step(command, atSeconds = nowSeconds) {
      nowSeconds = atSeconds;
      const result = router.step(command, startMs + atSeconds * 1000);
      events.push(...result.events);
      return result;
    },
    patch(collection, id, body, atSeconds) {
      const { response } = self.step({ kind: "patch", collection, id, body }, atSeconds);
      expect(response).toMatchObject({ ok: true });
      return (response?.ok === true && response.result) || {};
    },
    advance(toSeconds) {
      nowSeconds = toSeconds;
      events.push(...router.advance(startMs + toSeconds * 1000).events);
    },
    job: (id) => router.view("jobs", id)?.body ?? {},
    worker: (id) => router.view("workers", id)?.body ?? {},
    offersOf: (workerId) => router.worker(workerId)?.offers ?? [],
    accept(workerId, atSeconds) {
      const offerId = router.worker(workerId)?.offers[0]?.offerId ?? "no offer";
      const { response } = self.step({ kind: "accept", workerId, offerId }, atSeconds);
      expect(response).toMatchObject({ ok: true });
      return String(response?.ok === true ? response.result?.assignmentId : "");
    },
    eventNames() {
      const names = events.slice(seen).map(({ name }) => name.replace("Router", ""));
      seen = events.length;
      return names;
    },
  };
  return self;
}

/** A queue `q` with a distribution policy `d`, by patches. */
export function withQueue(
  run: Driver,
  mode: JsonObject = { kind: "longestIdle" },
  queue: JsonObject = {},
  policy: JsonObject = { offerExpiresAfterSeconds: 60 },
): void {
  run.patch("distributionPolicies", "d", { ...policy, mode });
  run.patch("queues", "q", { distributionPolicyId: "d", ...queue });
}

export function withWorker(run: Driver, id: string, more: JsonObject = {}, at?: number): void {
  run.patch(
    "workers",
    id,
    {
      queues: ["q"],
      capacity: 1,
      channels: [{ channelId: "chat", capacityCostPerJob: 1 }],
      availableForOffers: true,
      ...more,
    },
    at,
  );
}

export function withJob(run: Driver, id: string, more: JsonObject = {}, at?: number): JsonObject {
  return run.patch("jobs", id, { channelId: "chat", queueId: "q", ...more }, at);
}
