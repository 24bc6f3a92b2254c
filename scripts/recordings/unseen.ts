import type { Json, JsonObject } from "@routewright/runtime";
import type { Step } from "./preconditions.ts";
import { type Exchange, isList, isObject, type Recording, subjectOf } from "./recording.ts";

/** What must be there for one exchange to go as it did, and how it goes away again. */
export interface Around {
  readonly before: readonly Step[];
  readonly after: readonly Step[];
}

const helper = "recorded-before";
const mode = { kind: "longestIdle" };

/**
 * Objects that a recording never shows and yet deletes, or acts on: they come into being just before.
 * By the index of the exchange.
 */
export function actedOnUnseen(recording: Recording): ReadonlyMap<number, Around> {
  const found = new Map<number, Around>();
  const known = new Set<string>();
  const last = new Map<string, string>();
  for (const [index, { method, url, status, responseBody }] of recording.exchanges.entries()) {
    const { collection, id } = subjectOf(url);
    if (id === undefined) {
      for (const item of listed(responseBody)) known.add(`${collection}/${String(item.id)}`);
      continue;
    }
    const name = `${collection}/${id}`;
    const isOwn = new URL(url).pathname.split("/").length === 4;
    if (method === "DELETE" && status === 204) {
      if (!known.delete(name)) {
        found.set(index, { before: [...helpers(), ...made(collection, id, last)], after: [] });
      }
    } else if (method === "POST" && status === 200 && collection === "jobs" && isOwn) {
      if (!known.has(name)) {
        found.set(index, {
          before: [...helpers(), made("jobs", id, last)[0]].flatMap(some),
          after: [],
        });
      }
      known.add(name);
    } else if (isOwn && status < 300) {
      known.add(name);
      last.set(collection, id);
    }
  }
  return found;
}

/**
 * A refusal to delete names what is in the way. Where nothing in the recording is, something else
 * was: it stands there for this request alone.
 */
export function inTheWay({ url, responseBody }: Exchange): Around {
  const { collection, id = "" } = subjectOf(url);
  const said = JSON.stringify(responseBody ?? null);
  const steps: Step[] = [];
  const undo: Step[] = [];
  const put = (kind: string, body: JsonObject): void => {
    const name = `${helper}-${steps.length}`;
    steps.push(patch(kind, name, body));
    if (kind === "jobs") undo.push(cancel(name));
    undo.push(remove(kind, name));
  };
  // Not queued: it takes no place, and no clock of its queue runs.
  const suspended = { channelId: helper, matchingMode: { kind: "suspend" } };
  if (said.includes("There is active job with this queue"))
    put("jobs", { ...suspended, queueId: id });
  if (said.includes("ActiveJobWithClassificationPolicyExist")) {
    put("jobs", { ...suspended, classificationPolicyId: id });
  }
  if (said.includes("There is an assigned worker to this queue")) put("workers", { queues: [id] });
  if (said.includes("with this queue as fallback queue")) {
    put("classificationPolicies", { fallbackQueueId: id });
  }
  if (said.includes("QueueExistsWithDistributionPolicy")) {
    put("queues", { distributionPolicyId: id });
  }
  if (said.includes("QueueExistsWithExceptionPolicy")) {
    put("queues", { distributionPolicyId: helper, exceptionPolicyId: id });
  }
  const needsHelper = collection === "exceptionPolicies";
  return { before: [...(needsHelper ? helpers().slice(0, 1) : []), ...steps], after: undo };
}

function helpers(): readonly Step[] {
  return [
    patch("distributionPolicies", helper, { offerExpiresAfterSeconds: 86_400, mode }),
    patch("queues", helper, { distributionPolicyId: helper }),
  ];
}

/** @param last the object of each kind that the recording showed last: jobs are likely its own. */
function made(collection: string, id: string, last: ReadonlyMap<string, string>): readonly Step[] {
  const policy = last.get("classificationPolicies");
  switch (collection) {
    case "queues":
      return [patch(collection, id, { distributionPolicyId: helper })];
    case "jobs":
      return [
        patch(collection, id, {
          channelId: helper,
          queueId: last.get("queues") ?? helper,
          ...(policy === undefined ? {} : { classificationPolicyId: policy }),
        }),
        cancel(id),
      ];
    default:
      return [patch(collection, id, {})];
  }
}

function listed(body: Json): readonly JsonObject[] {
  return isObject(body) && isList(body.value) ? body.value.filter(isObject) : [];
}

function some<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function patch(collection: string, id: string, body: JsonObject): Step {
  return step("PATCH", `${collection}/${encodeURIComponent(id)}`, body);
}

function cancel(id: string): Step {
  return step("POST", `jobs/${encodeURIComponent(id)}:cancel`, {});
}

function remove(collection: string, id: string): Step {
  return step("DELETE", `${collection}/${encodeURIComponent(id)}`, {});
}

function step(method: Step["method"], path: string, body: JsonObject): Step {
  return { atMs: 0, rank: 0, method, path, body };
}
