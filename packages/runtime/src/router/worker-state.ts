import type { Core } from "./core.ts";
import { workerGone, workerRegistered } from "./events.ts";
import { free, refreshSeats } from "./matcher.ts";
import { revokeOffer } from "./offers.ts";
import { idleReason, lastJobClosedReason } from "./reasons.ts";
import { none, type WorkerRecord } from "./records.ts";
import type { Reason, WorkerState } from "./transition.ts";

/** Documented: a registered worker that does nothing for so long is deregistered. */
const idleLimitMs = 7 * 24 * 60 * 60 * 1000;

export function setWorkerState(
  core: Core,
  worker: WorkerRecord,
  to: WorkerState,
  reason: Reason,
): void {
  const from = worker.state;
  if (from === to) return;
  worker.state = to;
  core.touch(worker);
  refreshSeats(worker);
  if (core.tells("workerState")) {
    core.tell({ kind: "workerState", workerId: worker.id, from, to }, reason);
  }
}

export function register(core: Core, worker: WorkerRecord, reason: Reason): void {
  worker.availableForOffers = true;
  worker.registration = ++core.registrations;
  worker.availableSince = ++core.frees;
  noteActivity(core, worker);
  setWorkerState(core, worker, "active", reason);
  // A worker that is created active has not changed its state.
  refreshSeats(worker);
  armIdleClock(core, worker);
  if (core.makesEvents) workerRegistered(core, worker);
  free(core, worker);
}

/** The worker gets no more offers, and drains while jobs are assigned. */
export function deregister(core: Core, worker: WorkerRecord, reason: Reason): void {
  if (!worker.availableForOffers) return;
  worker.availableForOffers = false;
  setWorkerState(core, worker, worker.assigned.length > 0 ? "draining" : "inactive", reason);
  for (const offer of worker.offers) revokeOffer(core, offer, reason);
  worker.registration = 0;
  if (worker.idleTimer !== none) core.timers.cancel(worker.idleTimer);
  worker.idleTimer = none;
  core.touch(worker);
  if (core.makesEvents) workerGone(core, "RouterWorkerDeregistered", worker);
}

/** A draining worker is inactive once its last job is closed or taken from it. */
export function endDraining(core: Core, worker: WorkerRecord): void {
  if (worker.state === "draining" && worker.assigned.length === 0) {
    setWorkerState(core, worker, "inactive", lastJobClosedReason);
  }
}

export function noteActivity(core: Core, worker: WorkerRecord): void {
  worker.lastActivityMs = core.nowMs;
}

function armIdleClock(core: Core, worker: WorkerRecord): void {
  if (core.assumptions.R11 !== "deregister" || worker.idleTimer !== none) return;
  const dueMs = Math.max(core.nowMs, worker.lastActivityMs) + idleLimitMs;
  worker.idleTimer = core.timers.add(dueMs, "idleWorker", worker);
}

/** The timer is not moved at every activity; it looks when it fires whether it was too early. */
export function checkIdle(core: Core, worker: WorkerRecord): void {
  worker.idleTimer = none;
  if (!worker.availableForOffers) return;
  const isBusy = worker.assigned.length > 0 || worker.offers.length > 0;
  const dueMs = (isBusy ? core.nowMs : worker.lastActivityMs) + idleLimitMs;
  if (dueMs > core.nowMs) worker.idleTimer = core.timers.add(dueMs, "idleWorker", worker);
  else deregister(core, worker, idleReason);
}
