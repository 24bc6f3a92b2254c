import type { Json, JsonObject } from "@routewright/runtime";
import { routerEventNames } from "@routewright/runtime";
import { isJsonArray, memberOf, numberOf, onlyMembers, textOf } from "../http/json-body.ts";
import { badRequest } from "../http/refusal.ts";
import { type EventSchema, eventTypePrefix, type StoredEvent } from "./schemas.ts";

/** Who gets which events, and how; Event Grid's own words. */
export interface Subscription {
  readonly endpoint: string;
  readonly schema: EventSchema;
  /** Full type names; absent: all. */
  readonly includedEventTypes?: readonly string[];
  readonly subjectBeginsWith?: string;
  readonly subjectEndsWith?: string;
  readonly maxDeliveryAttempts: number;
  /** Pauses before the second, third, … try in real milliseconds; the last one repeats. */
  readonly retryDelaysMs: readonly number[];
}

/** Event Grid's schedule, without its jitter. */
export const eventGridRetryDelaysMs: readonly number[] = [
  10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200,
].map((seconds) => seconds * 1_000);
export const eventGridDeliveryAttempts = 30;

export function readSubscription(body: JsonObject): Subscription {
  onlyMembers(body, [
    ...["endpoint", "schema", "includedEventTypes", "subjectBeginsWith", "subjectEndsWith"],
    ...["maxDeliveryAttempts", "retryDelaysMs"],
  ]);
  const endpoint = textOf(body, "endpoint");
  if (endpoint === undefined || !isHttpUrl(endpoint)) {
    throw badRequest("`endpoint` must be an http or https URL.");
  }
  const types = textsOf(body, "includedEventTypes")?.map(fullTypeName);
  const subjectBeginsWith = textOf(body, "subjectBeginsWith");
  const subjectEndsWith = textOf(body, "subjectEndsWith");
  const attempts = numberOf(body, "maxDeliveryAttempts") ?? eventGridDeliveryAttempts;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 30) {
    throw badRequest("`maxDeliveryAttempts` must be a whole number from 1 to 30.");
  }
  return {
    endpoint,
    schema: schemaOf(textOf(body, "schema")),
    ...(types === undefined ? {} : { includedEventTypes: types }),
    ...(subjectBeginsWith === undefined ? {} : { subjectBeginsWith }),
    ...(subjectEndsWith === undefined ? {} : { subjectEndsWith }),
    maxDeliveryAttempts: attempts,
    retryDelaysMs: delaysOf(memberOf(body, "retryDelaysMs")) ?? eventGridRetryDelaysMs,
  };
}

export function isWanted(event: StoredEvent, subscription: Subscription): boolean {
  const { includedEventTypes, subjectBeginsWith = "", subjectEndsWith = "" } = subscription;
  return (
    (includedEventTypes === undefined ||
      includedEventTypes.includes(`${eventTypePrefix}${event.name}`)) &&
    event.subject.startsWith(subjectBeginsWith) &&
    event.subject.endsWith(subjectEndsWith)
  );
}

export function schemaOf(text: string | undefined): EventSchema {
  switch (text?.toLowerCase()) {
    case undefined:
    case "eventgrid":
    case "eventgridschema":
      return "eventGrid";
    case "cloudevents":
    case "cloudeventschemav1_0":
      return "cloudEvents";
    default:
      throw badRequest("`schema` must be eventGrid or cloudEvents.");
  }
}

function fullTypeName(name: string): string {
  const short = name.startsWith(eventTypePrefix) ? name.slice(eventTypePrefix.length) : name;
  if (!routerEventNames.some((each) => each === short)) {
    throw badRequest(`\`${name.slice(0, 100)}\` is not an event of Job Router.`);
  }
  return `${eventTypePrefix}${short}`;
}

function textsOf(body: JsonObject, name: string): readonly string[] | undefined {
  const value = memberOf(body, name);
  if (value === undefined || value === null) return undefined;
  if (isJsonArray(value) && value.every((each) => typeof each === "string")) return value;
  throw badRequest(`\`${name}\` must be a list of strings.`);
}

function delaysOf(value: Json | undefined): readonly number[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (
    isJsonArray(value) &&
    value.length > 0 &&
    value.every((each) => typeof each === "number" && each >= 0 && each <= 86_400_000)
  ) {
    return value as readonly number[];
  }
  throw badRequest("`retryDelaysMs` must be a list of numbers from 0 to 86400000.");
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}
