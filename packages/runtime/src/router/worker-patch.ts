import { withAutomaticId } from "../labels.ts";
import type { JsonObject, PatchCommand } from "./command.ts";
import { preconditionFailure } from "./conditions.ts";
import type { Core } from "./core.ts";
import { invalid, type Problem } from "./errors.ts";
import { workerUpdated } from "./events.ts";
import { isJsonObject, isSameJson } from "./json.ts";
import { ChannelSeat } from "./lane.ts";
import { free, refreshSeats } from "./matcher.ts";
import { revokeOffer } from "./offers.ts";
import { commandReason, workerChangedReason } from "./reasons.ts";
import type { ChannelRecord, OfferRecord } from "./records.ts";
import { WorkerRecord } from "./records.ts";
import type { CommandResponse } from "./router.ts";
import { conform, mergePatch } from "./shape.ts";
import { workerShape } from "./shapes.ts";
import { compact, workerTag, workerView } from "./views.ts";
import { deregister, noteActivity, register } from "./worker-state.ts";

/** What a client may set, in the form that is merged with a patch. */
interface WorkerBody {
  readonly queues: readonly string[];
  readonly capacity?: number;
  readonly labels: WorkerRecord["labels"];
  readonly tags: WorkerRecord["tags"];
  readonly channels: readonly ChannelRecord[];
  readonly availableForOffers: boolean;
  readonly maxConcurrentOffers?: number;
}

export function patchWorker(core: Core, command: PatchCommand): CommandResponse {
  const { id, body } = command;
  const known = core.workers.get(id);
  const failure = preconditionFailure(command, known, workerTag);
  if (failure !== undefined) return failure;
  const problems: Problem[] = [];
  const stored = known === undefined ? undefined : storedBody(known);
  const value = conform(workerShape, mergePatch(workerShape, stored, body), "", problems);
  if (problems.length > 0 || !isJsonObject(value)) return invalid(problems);
  // The shape has been checked.
  const wanted = value as unknown as WorkerBody;
  if (known === undefined) return createWorker(core, id, wanted);
  const names = changedNames(known, wanted, stored ?? {});
  if (names.length > 0) {
    core.touch(known);
    updateWorker(core, known, wanted, names);
  }
  return respond(core, 200, known);
}

function respond(core: Core, status: 200 | 201, worker: WorkerRecord): CommandResponse {
  return core.makesEvents ? { ok: true, status, result: workerView(worker) } : { ok: true, status };
}

function storedBody(worker: WorkerRecord): JsonObject {
  return compact({
    queues: worker.queues,
    capacity: worker.capacity,
    labels: worker.labels,
    tags: worker.tags,
    channels: worker.channels.map((channel) => compact({ ...channel })),
    availableForOffers: worker.availableForOffers,
    maxConcurrentOffers: worker.maxConcurrentOffers,
  });
}

function createWorker(core: Core, id: string, wanted: WorkerBody): CommandResponse {
  const worker = new WorkerRecord(id);
  assign(worker, wanted);
  worker.lastModifiedMs = core.nowMs;
  worker.lastActivityMs = core.nowMs;
  core.workers.set(id, worker);
  takeSeats(core, worker);
  const reason = commandReason("patch");
  if (core.tells("workerState")) {
    const to = wanted.availableForOffers ? "active" : "inactive";
    core.tell({ kind: "workerState", workerId: id, to }, reason);
  }
  if (wanted.availableForOffers) {
    worker.state = "active";
    core.touch(worker);
    register(core, worker, reason);
  }
  return respond(core, 201, worker);
}

function assign(worker: WorkerRecord, wanted: WorkerBody): void {
  worker.queues = wanted.queues;
  worker.capacity = wanted.capacity ?? 0;
  const labels = withAutomaticId(wanted.labels, worker.id);
  if (!isSameJson(labels, worker.labels)) worker.labelVersion++;
  worker.labels = labels;
  worker.tags = wanted.tags;
  worker.channels = wanted.channels.map((channel) => ({
    channelId: channel.channelId,
    capacityCostPerJob: channel.capacityCostPerJob,
    maxNumberOfJobs: channel.maxNumberOfJobs,
  }));
  worker.maxConcurrentOffers = wanted.maxConcurrentOffers;
}

/** Names as the event `RouterWorkerUpdated` has them, by the property. */
const eventNames = {
  availableForOffers: "AvailableForOffers",
  capacity: "TotalCapacity",
  queues: "QueueAssignments",
  labels: "Labels",
  tags: "Tags",
  channels: "ChannelConfigurations",
} as const;
type ChangedName = keyof typeof eventNames | "maxConcurrentOffers";

function changedNames(
  worker: WorkerRecord,
  wanted: WorkerBody,
  stored: JsonObject,
): readonly ChangedName[] {
  const next: JsonObject = {
    ...(wanted as unknown as JsonObject),
    capacity: wanted.capacity ?? 0,
    labels: withAutomaticId(wanted.labels, worker.id),
  };
  const names = [...Object.keys(eventNames), "maxConcurrentOffers"] as readonly ChangedName[];
  return names.filter((name) => !isSameJson(next[name], stored[name]));
}

function updateWorker(
  core: Core,
  worker: WorkerRecord,
  wanted: WorkerBody,
  names: readonly ChangedName[],
): void {
  const shrinks = (wanted.capacity ?? 0) < worker.capacity;
  const channelsChange = names.includes("channels");
  noteActivity(core, worker);
  assign(worker, wanted);
  const goesOff = names.includes("availableForOffers") && !wanted.availableForOffers;
  if (!goesOff) {
    for (const offer of worker.offers) {
      const what = revokedBy(core, worker, offer, shrinks, channelsChange);
      if (what !== undefined) revokeOffer(core, offer, workerChangedReason(what, "R17"));
    }
  }
  if (names.includes("queues") || channelsChange) {
    leaveSeats(worker);
    takeSeats(core, worker);
  } else if (names.includes("labels")) {
    for (const seat of worker.seats) seat.floor.noteLabels(seat);
    refreshSeats(worker);
  } else refreshSeats(worker);
  if (core.tells("workerUpdated")) {
    core.tell({ kind: "workerUpdated", workerId: worker.id }, commandReason("patch"));
  }
  const updated = names.flatMap((name) =>
    name === "maxConcurrentOffers" ? [] : [eventNames[name]],
  );
  if (core.makesEvents) workerUpdated(core, worker, updated);
  if (goesOff) deregister(core, worker, commandReason("patch"));
  else if (names.includes("availableForOffers")) register(core, worker, commandReason("patch"));
  else if (worker.state === "active") free(core, worker);
}

/** Why a change of the worker takes this offer from it; absent: it may keep it. */
function revokedBy(
  core: Core,
  worker: WorkerRecord,
  offer: OfferRecord,
  shrinks: boolean,
  channelsChange: boolean,
): string | undefined {
  if (!worker.queues.includes(offer.queueId)) return "queues";
  const serves = worker.channels.some(({ channelId }) => channelId === offer.job.channelId);
  if (!serves) return "channels";
  const all = core.assumptions.R17 === "all";
  if (shrinks && (all || worker.used > worker.capacity)) return "capacity";
  return channelsChange && all ? "channels" : undefined;
}

/** A seat on the floor of each channel, in the lanes of all queues. */
export function takeSeats(core: Core, worker: WorkerRecord): void {
  const channels = new Map(
    // Of two entries for one channel the first holds.
    [...worker.channels].reverse().map((channel) => [channel.channelId, channel]),
  );
  const queues = [...new Set(worker.queues)].map((queueId) => core.queue(queueId));
  worker.seats = Array.from(
    channels.values(),
    ({ channelId, capacityCostPerJob, maxNumberOfJobs }) => {
      const lanes = queues.map((queue) => core.lane(queue, channelId));
      const floor = core.floor(channelId);
      return new ChannelSeat(worker, floor, lanes, capacityCostPerJob, maxNumberOfJobs);
    },
  );
  for (const seat of worker.seats) seat.take();
}

export function leaveSeats(worker: WorkerRecord): void {
  for (const seat of worker.seats) seat.leave();
  worker.seats = [];
}
