import { createHash } from "node:crypto";
import type { RouterEvent } from "@routewright/runtime";

export type EventSchema = "eventGrid" | "cloudEvents";
export type StoredEvent = RouterEvent;

export const eventTypePrefix = "Microsoft.Communication.";

/** The resource that events are said to come from. */
export const eventTopic =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/routewright/providers/Microsoft.Communication/communicationServices/emulator";

/** The event as it is delivered; ids follow from the seed and the order, so runs can be compared. */
export function envelope(event: StoredEvent, schema: EventSchema, seed: number): object {
  const id = eventId(event.sequence, seed);
  const time = new Date(event.atMs).toISOString();
  const type = `${eventTypePrefix}${event.name}`;
  return schema === "eventGrid"
    ? {
        id,
        topic: eventTopic,
        subject: event.subject,
        data: event.data,
        eventType: type,
        dataVersion: "1.0",
        metadataVersion: "1",
        eventTime: time,
      }
    : {
        id,
        source: eventTopic,
        subject: event.subject,
        data: event.data,
        type,
        time,
        specversion: "1.0",
        datacontenttype: "application/json",
      };
}

function eventId(sequence: number, seed: number): string {
  const hex = createHash("sha256").update(`event ${seed} ${sequence}`).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
