import { jobStatuses, type ListFilter, type WorkerState } from "@routewright/runtime";
import { parseTime } from "./json-body.ts";
import type { Operation } from "./operations.ts";
import { badRequest } from "./refusal.ts";

export type Query = ReadonlyMap<string, string>;

/** Names without regard to case; of several values the first counts. */
export function readQuery(search: string): Query {
  const query = new Map<string, string>();
  if (search === "") return query;
  for (const [name, value] of new URLSearchParams(search)) {
    const key = name.toLowerCase();
    if (!query.has(key)) query.set(key, value);
  }
  return query;
}

const statuses = [...jobStatuses, "all", "active"] as const;
const states = ["active", "draining", "inactive", "all"] as const satisfies readonly (
  | WorkerState
  | "all"
)[];

/** The filters that a collection takes; others are ignored, as unknown query names are. */
export function filterOf(
  operation: Operation & { readonly kind: "list" },
  query: Query,
): ListFilter {
  switch (operation.collection) {
    case "jobs":
      return {
        ...optional("status", oneOf(query, "status", statuses)),
        ...optional("queueId", query.get("queueid")),
        ...optional("channelId", query.get("channelid")),
        ...optional("classificationPolicyId", query.get("classificationpolicyid")),
        ...optional("scheduledBeforeMs", time(query, "scheduledBefore")),
        ...optional("scheduledAfterMs", time(query, "scheduledAfter")),
      };
    case "workers":
      return {
        ...optional("state", oneOf(query, "state", states)),
        ...optional("channelId", query.get("channelid")),
        ...optional("queueId", query.get("queueid")),
        ...optional("hasCapacity", boolean(query, "hasCapacity")),
      };
    default:
      return {};
  }
}

const defaultPageSize = 20;
/** More is cut to this: `maxpagesize` is a wish. */
const largestPageSize = 1_000;

export function pageSizeOf(query: Query): number {
  const text = query.get("maxpagesize");
  if (text === undefined) return defaultPageSize;
  if (!/^\d{1,9}$/u.test(text) || Number(text) < 1) {
    throw badRequest("`maxpagesize` must be a whole number of at least 1.");
  }
  return Math.min(Number(text), largestPageSize);
}

function oneOf<T extends string>(query: Query, name: string, choices: readonly T[]): T | undefined {
  const value = query.get(name.toLowerCase());
  if (value === undefined) return undefined;
  const choice = choices.find((each) => each.toLowerCase() === value.toLowerCase());
  if (choice === undefined) {
    throw badRequest(`\`${name}\` must be one of ${choices.join(", ")}.`);
  }
  return choice;
}

function boolean(query: Query, name: string): boolean | undefined {
  const text = oneOf(query, name, ["true", "false"]);
  return text === undefined ? undefined : text === "true";
}

function time(query: Query, name: string): number | undefined {
  const value = query.get(name.toLowerCase());
  if (value === undefined) return undefined;
  // A `+` of an offset that the client did not encode has become a space.
  const atMs = parseTime(value.replace(/ (\d{2}:?\d{2})$/u, "+$1"));
  if (atMs === undefined) {
    throw badRequest(`\`${name}\` must be a date and time such as 2023-11-15T00:05:12Z.`);
  }
  return atMs;
}

/** `{name: value}`, or nothing when there is no value. */
function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: V });
}
