import type { Labels, LabelValue } from "@routewright/jobrouter";
import type { JsonObject } from "../../router/command.ts";
import { samplerOf } from "../random/distribution.ts";
import type { Random, Streams } from "../random/streams.ts";
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

/** The jobs of one class, as they are sent to the router: by number, and with a past job's facts. */
export type BodyMaker = (number: number, past: PastJob | undefined) => JsonObject;

/** Labels are drawn from streams of their own; a past job's own facts win. */
export function bodyMaker(each: JobClass, classIndex: number, streams: Streams): BodyMaker {
  const { channelId, classificationPolicyId, queueId, priority, labels } = each;
  // Frozen: what all jobs have in common is read once by the router.
  const requested = Object.freeze(
    each.requestedWorkerSelectors.map((selector) => Object.freeze({ ...selector })),
  );
  const fixed = labels.every(({ chance, source }) => chance >= 1 && source.kind === "value");
  const sources = labels.map((label) => ({ ...label, draw: drawerOf(label.source) }));
  const labelsOf = (number: number, past: PastJob | undefined): Labels => {
    const entries: (readonly [string, LabelValue])[] = [];
    for (let index = 0; index < sources.length; index++) {
      const label = sources[index];
      if (label === undefined) continue;
      const { key, chance, source, draw } = label;
      if (source.kind === "value" && chance >= 1) entries.push([key, source.value]);
      else {
        const random = streams.open("label", classIndex, number, index);
        // Drawn even when it is certain, so that a changed chance leaves the value as it was.
        const isThere = random() < chance;
        const value = draw(random);
        if (isThere) entries.push([key, value]);
      }
    }
    if (past?.labels !== undefined) entries.push(...past.labels);
    return Object.fromEntries(entries);
  };
  const bodyOf = (own: Labels, past: PastJob | undefined): JsonObject => {
    const policy = past?.classificationPolicyId ?? classificationPolicyId;
    const queue = past?.queueId ?? queueId;
    const rank = past?.priority ?? priority;
    return {
      channelId: past?.channelId ?? channelId,
      ...(policy === undefined ? {} : { classificationPolicyId: policy }),
      ...(queue === undefined ? {} : { queueId: queue }),
      ...(rank === undefined ? {} : { priority: rank }),
      ...(requested.length === 0 ? {} : { requestedWorkerSelectors: requested }),
      labels: own,
    };
  };
  const common = bodyOf(fixed ? labelsOf(0, undefined) : {}, undefined);
  return (number, past) => {
    if (past !== undefined) return bodyOf(labelsOf(number, past), past);
    return fixed ? common : { ...common, labels: labelsOf(number, undefined) };
  };
}

function drawerOf(source: LabelSource): (random: Random) => LabelValue {
  switch (source.kind) {
    case "value":
      return () => source.value;
    case "choose": {
      const { choices } = source;
      const total = choices.reduce((sum, { weight }) => sum + weight, 0);
      return (random) => {
        let left = random() * total;
        for (const { value, weight } of choices) {
          left -= weight;
          if (left < 0) return value;
        }
        return choices.at(-1)?.value ?? "";
      };
    }
    case "number": {
      const scale = 10 ** source.digits;
      const sample = samplerOf(source.of);
      return (random) => Math.round(sample(random) * scale) / scale;
    }
  }
}
