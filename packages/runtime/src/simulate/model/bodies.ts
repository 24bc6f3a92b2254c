import type { LabelValue } from "@routewright/jobrouter";
import type { JsonObject } from "../../router/command.ts";
import { samplerOf } from "../random/distribution.ts";
import type { Streams } from "../random/streams.ts";
import type { JobClass, LabelSource, PastJob, WorkerMember } from "../workload/workload.ts";

/** A worker as it is sent to the router. */
export function workerBody(member: WorkerMember, availableForOffers: boolean): JsonObject {
  return {
    queues: member.queues,
    capacity: member.capacity,
    channels: member.channels.map((channel) => ({ ...channel })),
    labels: Object.fromEntries(member.labels),
    availableForOffers,
  };
}

/** A job of a class, with labels drawn from its own streams; a past job's own facts win. */
export function jobBody(
  each: JobClass,
  classIndex: number,
  number: number,
  past: PastJob | undefined,
  streams: Streams,
): JsonObject {
  const labels = new Map<string, LabelValue>();
  for (const [index, { key, chance, source }] of each.labels.entries()) {
    if (source.kind === "value" && chance >= 1) labels.set(key, source.value);
    else {
      const random = streams.open("label", classIndex, number, index);
      // Drawn even when it is certain, so that a changed chance leaves the value as it was.
      const isThere = random() < chance;
      const value = drawLabel(source, random);
      if (isThere) labels.set(key, value);
    }
  }
  for (const [key, value] of past?.labels ?? []) labels.set(key, value);
  const classificationPolicyId = past?.classificationPolicyId ?? each.classificationPolicyId;
  const queueId = past?.queueId ?? each.queueId;
  const priority = past?.priority ?? each.priority;
  return {
    channelId: past?.channelId ?? each.channelId,
    ...(classificationPolicyId === undefined ? {} : { classificationPolicyId }),
    ...(queueId === undefined ? {} : { queueId }),
    ...(priority === undefined ? {} : { priority }),
    ...(each.requestedWorkerSelectors.length === 0
      ? {}
      : {
          requestedWorkerSelectors: each.requestedWorkerSelectors.map((selector) => ({
            ...selector,
          })),
        }),
    labels: Object.fromEntries(labels),
  };
}

function drawLabel(source: LabelSource, random: () => number): LabelValue {
  switch (source.kind) {
    case "value":
      return source.value;
    case "choose": {
      const total = source.choices.reduce((sum, { weight }) => sum + weight, 0);
      let left = random() * total;
      for (const { value, weight } of source.choices) {
        left -= weight;
        if (left < 0) return value;
      }
      return source.choices.at(-1)?.value ?? "";
    }
    case "number": {
      const scale = 10 ** source.digits;
      return Math.round(samplerOf(source.of)(random) * scale) / scale;
    }
  }
}
