import { type Collection, collections } from "@routewright/runtime";
import { badRequest, notFound, Refusal } from "./refusal.ts";

/** What a request asks for, read from its method and path alone. */
export type Operation =
  | { readonly kind: "upsert"; readonly collection: Collection; readonly id: string }
  | { readonly kind: "get"; readonly collection: Collection; readonly id: string }
  | { readonly kind: "delete"; readonly collection: Collection; readonly id: string }
  | { readonly kind: "list"; readonly collection: Collection }
  | { readonly kind: "position"; readonly jobId: string }
  | { readonly kind: "statistics"; readonly queueId: string }
  | { readonly kind: "reclassify" | "cancel"; readonly jobId: string }
  | {
      readonly kind: "complete" | "close" | "unassign";
      readonly jobId: string;
      readonly assignmentId: string;
    }
  | { readonly kind: "accept" | "decline"; readonly workerId: string; readonly offerId: string };

const jobActions = ["reclassify", "cancel"] as const;
const assignmentActions = ["complete", "close", "unassign"] as const;
const offerActions = ["accept", "decline"] as const;

const nouns: Readonly<Record<Collection, string>> = {
  classificationPolicies: "ClassificationPolicy",
  distributionPolicies: "DistributionPolicy",
  exceptionPolicies: "ExceptionPolicy",
  queues: "Queue",
  jobs: "Job",
  workers: "Worker",
};

/** The operation's name: what faults and coverage are told by. */
export function nameOf(operation: Operation): string {
  switch (operation.kind) {
    case "upsert":
      return `upsert${nouns[operation.collection]}`;
    case "get":
      return `get${nouns[operation.collection]}`;
    case "delete":
      return `delete${nouns[operation.collection]}`;
    case "list":
      return `list${operation.collection[0]?.toUpperCase()}${operation.collection.slice(1)}`;
    case "position":
      return "getQueuePosition";
    case "statistics":
      return "getQueueStatistics";
    case "reclassify":
    case "cancel":
    case "complete":
    case "close":
    case "unassign":
      return `${operation.kind}Job`;
    default:
      return `${operation.kind}JobOffer`;
  }
}

/** All names, in the order of the service's description. */
export const operationNames: readonly string[] = [
  ...collections.flatMap((collection) =>
    (["upsert", "get", "delete"] as const)
      .map((kind) => nameOf({ kind, collection, id: "" }))
      .concat(nameOf({ kind: "list", collection })),
  ),
  ...["reclassifyJob", "cancelJob", "completeJob", "closeJob", "unassignJob"],
  ...["getQueuePosition", "getQueueStatistics", "acceptJobOffer", "declineJobOffer"],
];

const longestIdCharacters = 1_000;

/**
 * Reads `METHOD /routing/…`; the path is as it came, still encoded, so that an encoded `/` or `:`
 * belongs to an id and a bare one does not. Throws what the service would answer otherwise: 404
 * for a path that is not there, 405 for a method that it does not take.
 */
export function operationOf(method: string, path: string): Operation {
  const [, root, name = "", ...rest] = path.split("/");
  const collection = collections.find((each) => each.toLowerCase() === name.toLowerCase());
  if (root?.toLowerCase() !== "routing" || collection === undefined) throw noResource();
  if (rest.length === 0 || (rest.length === 1 && rest[0] === "")) {
    return only(method, { GET: () => ({ kind: "list", collection }) });
  }
  const [first = "", second, third, ...more] = rest;
  if (more.length > 0) throw noResource();
  if (second === undefined) return single(method, collection, first);
  return nested(method, collection, [decode(first), second, third]);
}

function single(method: string, collection: Collection, last: string): Operation {
  const [bare, action] = splitAction(last);
  if (collection === "jobs" && action !== undefined) {
    const kind = jobActions.find((each) => each === action);
    // `:` may also stand in an id that a client did not encode; only known actions are cut off.
    if (kind !== undefined) return only(method, { POST: () => ({ kind, jobId: decode(bare) }) });
    if (method === "POST") throw noResource();
  }
  const id = decode(last);
  return only(method, {
    PATCH: () => ({ kind: "upsert", collection, id }),
    GET: () => ({ kind: "get", collection, id }),
    DELETE: () => ({ kind: "delete", collection, id }),
  });
}

function nested(
  method: string,
  collection: Collection,
  [id, second, third]: readonly [string, string, string | undefined],
): Operation {
  if (collection === "jobs" && second === "position" && third === undefined) {
    return only(method, { GET: () => ({ kind: "position", jobId: id }) });
  }
  if (collection === "queues" && second === "statistics" && third === undefined) {
    return only(method, { GET: () => ({ kind: "statistics", queueId: id }) });
  }
  const [bare, action] = splitAction(third ?? "");
  if (collection === "jobs" && second === "assignments") {
    const kind = assignmentActions.find((each) => each === action);
    if (kind !== undefined) {
      const assignmentId = decode(bare);
      return only(method, { POST: () => ({ kind, jobId: id, assignmentId }) });
    }
  }
  if (collection === "workers" && second === "offers") {
    const kind = offerActions.find((each) => each === action);
    if (kind !== undefined) {
      const offerId = decode(bare);
      return only(method, { POST: () => ({ kind, workerId: id, offerId }) });
    }
  }
  throw noResource();
}

function splitAction(segment: string): readonly [bare: string, action: string | undefined] {
  const at = segment.lastIndexOf(":");
  return at < 0 ? [segment, undefined] : [segment.slice(0, at), segment.slice(at + 1)];
}

function only(method: string, choices: Readonly<Record<string, () => Operation>>): Operation {
  const choice = Object.hasOwn(choices, method) ? choices[method] : undefined;
  if (choice !== undefined) return choice();
  const allowed = Object.keys(choices).join(", ");
  throw new Refusal(
    405,
    { code: "MethodNotAllowed", message: `The method ${method} is not allowed; use ${allowed}.` },
    { Allow: allowed },
  );
}

function decode(segment: string): string {
  let id: string;
  try {
    id = decodeURIComponent(segment);
  } catch {
    throw badRequest("The path holds a `%` that does not begin an encoded character.");
  }
  if (id === "") throw noResource();
  if (id.length > longestIdCharacters) {
    throw badRequest(`An id in the path is longer than ${longestIdCharacters} characters.`);
  }
  return id;
}

function noResource(): Refusal {
  return notFound("There is no such resource.");
}
