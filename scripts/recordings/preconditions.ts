import type { Json, JsonObject } from "@routewright/runtime";
import { isList, isObject, type Recording, subjectOf } from "./recording.ts";
import { anySuccess } from "./translate.ts";

/** A request that brings about what a recording found when it began, at the time it happened. */
export interface Step {
  readonly atMs: number;
  /** Among steps of one time. */
  readonly rank: number;
  readonly method: "PATCH" | "POST" | "DELETE";
  readonly path: string;
  readonly body: JsonObject;
  /** The step acts on an offer of this job to this worker, or on its assignment. */
  readonly through?: { readonly jobId: string; readonly workerId: string };
}

const ranks = [
  "distributionPolicies",
  "exceptionPolicies",
  "queues",
  "classificationPolicies",
  "workers",
  "jobs",
];
const helper = "recorded-before";
const readOnly = new Set([
  ...[
    "etag",
    "status",
    "state",
    "enqueuedAt",
    "assignments",
    "attachedWorkerSelectors",
    "scheduledAt",
  ],
  ...["offers", "assignedJobs", "loadRatio"],
]);

/**
 * The recordings begin in a used resource. What existed before shows in an upsert that answers
 * 200, in an object that is read or listed before it was made, and in references to others.
 */
export function preconditionsOf(recording: Recording): readonly Step[] {
  const startMs = Date.parse(recording.exchanges[0]?.date ?? "");
  const known = new Set<string>();
  const found = new Map<string, { readonly body: JsonObject; readonly lastMs: number }>();
  const references = new Set<string>();

  function note(collection: string, body: JsonObject, lastMs: number): void {
    const name = `${collection}/${String(body.id)}`;
    if (known.has(name)) return;
    known.add(name);
    found.set(name, { body, lastMs });
  }

  for (const exchange of recording.exchanges) {
    const { collection, id } = subjectOf(exchange.url);
    const { method, status, responseBody, requestBody } = exchange;
    const isOwn = new URL(exchange.url).pathname.split("/").length === 4;
    if (id === undefined && isObject(responseBody) && isList(responseBody.value)) {
      for (const item of responseBody.value) {
        if (isObject(item)) note(collection, item, timeOf(item) ?? startMs - 60_000);
      }
    } else if (id !== undefined && isOwn && !id.includes(":") && isObject(responseBody)) {
      // Where the status does not tell, an older time of change does.
      const isOlder =
        Date.parse(exchange.date) - Date.parse(exchange.lastModified ?? exchange.date) > 60_000;
      const wasThere =
        (method === "PATCH" && (status === 200 || (status === anySuccess && isOlder))) ||
        (method === "GET" && status === 200);
      if (wasThere && !known.has(`${collection}/${id}`)) {
        const lastMs = Date.parse(exchange.lastModified ?? "") || startMs - 60_000;
        const isChanged = method === "PATCH" && Date.parse(exchange.date) - lastMs < 2_000;
        note(
          collection,
          isChanged ? before(responseBody, requestBody) : responseBody,
          isChanged ? startMs - 60_000 : lastMs,
        );
      }
      known.add(`${collection}/${id}`);
    }
    for (const body of [requestBody, responseBody]) collectReferences(body, references);
  }
  return stepsOf(found, references, known, startMs);
}

/** Something else where the request changed it: its own earlier name and priority are not known. */
function before(response: JsonObject, request: Json): JsonObject {
  const sent = isObject(request) ? request : {};
  return {
    ...response,
    ...(typeof sent.name === "string" ? { name: `${sent.name} before` } : {}),
    ...("priority" in sent ? { priority: 3 } : {}),
    ...("dispositionCode" in sent ? { dispositionCode: null } : {}),
    ...(sent.availableForOffers === true ? { availableForOffers: false } : {}),
    ...(typeof sent.capacity === "number" ? { capacity: sent.capacity + 1 } : {}),
  };
}

function collectReferences(value: Json, references: Set<string>): void {
  if (isList(value)) for (const item of value) collectReferences(item, references);
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === "string") {
      if (name === "queueId" || name === "fallbackQueueId") references.add(`queues/${member}`);
      if (name === "distributionPolicyId") references.add(`distributionPolicies/${member}`);
      if (name === "exceptionPolicyId") references.add(`exceptionPolicies/${member}`);
      if (name === "classificationPolicyId") references.add(`classificationPolicies/${member}`);
    } else if (name === "queues" && isList(member)) {
      for (const id of member) references.add(`queues/${String(id)}`);
    } else if (name !== "labels" && name !== "tags") collectReferences(member, references);
  }
}

function stepsOf(
  found: ReadonlyMap<string, { readonly body: JsonObject; readonly lastMs: number }>,
  references: ReadonlySet<string>,
  known: ReadonlySet<string>,
  startMs: number,
): readonly Step[] {
  const earliestMs = Math.min(
    startMs,
    ...[...found.values()].flatMap(({ body, lastMs }) => [lastMs, ...timesOf(body)]),
  );
  const firstMs = earliestMs - 3_600_000;
  const steps: Step[] = [];
  const unknown = [...references].filter((name) => !known.has(name));
  const needsHelper = unknown.some((name) => name.startsWith("queues/"));
  if (needsHelper) steps.push(patch(firstMs, "distributionPolicies", helper, helperBody));
  for (const name of unknown) {
    const [collection = "", id = ""] = name.split("/");
    steps.push(patch(firstMs, collection, id, emptyBody(collection)));
  }
  // What a finished job names may have gone before the recording made it anew.
  const outlived = new Set(
    [...found].flatMap(([name, { body }]) => (name.startsWith("jobs/") ? namedBy(body) : [])),
  );
  for (const name of outlived) {
    if (found.has(name) || !known.has(name)) continue;
    const [collection = "", id = ""] = name.split("/");
    if (!needsHelper && collection === "queues") {
      steps.push(patch(firstMs, "distributionPolicies", helper, helperBody));
    }
    steps.push(
      patch(firstMs, collection, id, emptyBody(collection)),
      remove(startMs, collection, id),
    );
  }
  for (const [name, { body, lastMs }] of found) {
    const [collection = ""] = name.split("/");
    const id = String(body.id);
    if (collection === "workers") steps.push(...assignmentSteps(id, body, found));
    if (collection === "jobs") steps.push(...jobSteps(id, body, lastMs));
    // Jobs of the past need their queue and policy; a later touch gives those their own time.
    else {
      if (references.has(name)) {
        steps.push(patch(firstMs, collection, id, { ...writable(body), ...marked(collection) }));
      }
      steps.push(patch(lastMs, collection, id, writable(body)));
      // The first repeat of a new one would count as a change.
      if (collection === "classificationPolicies") {
        steps.push(patch(lastMs, collection, id, writable(body)));
      }
    }
  }
  return steps.sort((a, b) => a.atMs - b.atMs || a.rank - b.rank);
}

const helperBody = { offerExpiresAfterSeconds: 86_400, mode: { kind: "longestIdle" } };

function emptyBody(collection: string): JsonObject {
  if (collection === "queues") return { distributionPolicyId: helper };
  return collection === "distributionPolicies" ? helperBody : {};
}

/** The queue and the policy of a job. */
function namedBy({ queueId, classificationPolicyId }: JsonObject): readonly string[] {
  return [
    ...(typeof queueId === "string" ? [`queues/${queueId}`] : []),
    ...(typeof classificationPolicyId === "string"
      ? [`classificationPolicies/${classificationPolicyId}`]
      : []),
  ];
}

/** Assignments of a worker that was found with them, of jobs that the recording does not show. */
function assignmentSteps(
  id: string,
  body: JsonObject,
  found: ReadonlyMap<string, unknown>,
): readonly Step[] {
  const assigned = isList(body.assignedJobs) ? body.assignedJobs.filter(isObject) : [];
  return assigned.flatMap(({ jobId, assignedAt, capacityCost }) => {
    if (found.has(`jobs/${String(jobId)}`)) return [];
    const channels = isList(body.channels) ? body.channels.filter(isObject) : [];
    const channel =
      channels.find(({ capacityCostPerJob }) => capacityCostPerJob === capacityCost) ?? channels[0];
    const [queueId = null] = isList(body.queues) ? body.queues : [];
    const atMs = Date.parse(String(assignedAt));
    const through = { jobId: String(jobId), workerId: id };
    return [
      patch(atMs - 600, "jobs", String(jobId), { channelId: channel?.channelId ?? null, queueId }),
      patch(atMs - 400, "workers", id, { ...writable(body), availableForOffers: true }),
      action(atMs, `workers/${encodeURIComponent(id)}/offers/{offer}:accept`, {}, through),
    ];
  });
}

function marked(collection: string): JsonObject {
  return ranks.indexOf(collection) < 4 ? { name: helper } : { tags: { [helper]: true } };
}

/** A job's life until the recording began: queued, and then what its assignments and status say. */
function jobSteps(id: string, body: JsonObject, lastMs: number): readonly Step[] {
  const [createdMs = lastMs] = timesOf(body);
  const path = `jobs/${encodeURIComponent(id)}`;
  const steps = [patch(createdMs - 600, "jobs", id, writable(body))];
  const assignments = isObject(body.assignments) ? Object.values(body.assignments) : [];
  for (const assignment of assignments) {
    if (!isObject(assignment)) continue;
    const { workerId, assignedAt, completedAt, closedAt } = assignment;
    const worker = String(workerId);
    const through = { jobId: id, workerId: worker };
    const atMs = Date.parse(String(assignedAt));
    const notes = isList(body.notes) ? body.notes : [];
    const noteAt = (time: Json | undefined): JsonObject => {
      const note = notes.find((each) => isObject(each) && each.addedAt === time);
      return isObject(note) && typeof note.message === "string" ? { note: note.message } : {};
    };
    steps.push(
      patch(atMs - 400, "workers", worker, {
        capacity: 1,
        queues: [body.queueId ?? ""],
        channels: [{ channelId: body.channelId ?? "", capacityCostPerJob: 1 }],
        availableForOffers: true,
      }),
      action(atMs, `workers/${encodeURIComponent(worker)}/offers/{offer}:accept`, {}, through),
    );
    const own = `${path}/assignments/{assignment}`;
    if (typeof completedAt === "string") {
      steps.push(action(Date.parse(completedAt), `${own}:complete`, noteAt(completedAt), through));
    }
    if (typeof closedAt === "string") {
      const dispositionCode = body.dispositionCode ?? null;
      const closeBody = { ...noteAt(closedAt), dispositionCode };
      steps.push(action(Date.parse(closedAt), `${own}:close`, closeBody, through));
    }
    steps.push(
      patch(Math.max(...timesOf(body)) + 1, "workers", worker, { availableForOffers: false }),
    );
  }
  if (body.status === "cancelled") {
    const dispositionCode = body.dispositionCode ?? null;
    const mode = isObject(body.matchingMode) ? body.matchingMode : {};
    if (mode.kind === "scheduleAndSuspend" && body.scheduledAt === undefined) {
      // Cancelled before its time came, whatever touched it later.
      steps.push(
        action(createdMs + 1_000, `${path}:cancel`, { dispositionCode }),
        patch(lastMs, "jobs", id, { tags: { [helper]: true } }),
        patch(lastMs, "jobs", id, { tags: { [helper]: null } }),
      );
    } else {
      steps.push(action(Math.max(lastMs, createdMs), `${path}:cancel`, { dispositionCode }));
    }
  }
  return steps;
}

function writable(body: JsonObject): JsonObject {
  const isFinished = body.status === "closed" || body.status === "cancelled";
  // Notes of an assignment are added by what completes and closes it.
  const hasAssignments = isObject(body.assignments) && Object.keys(body.assignments).length > 0;
  const written = Object.entries(body).filter(
    ([name, value]) =>
      !readOnly.has(name) &&
      !(name === "notes" && hasAssignments && isList(value)) &&
      !(name === "dispositionCode" && isFinished),
  );
  return Object.fromEntries(written);
}

function patch(atMs: number, collection: string, id: string, body: JsonObject): Step {
  const path = `${collection}/${encodeURIComponent(id)}`;
  return { atMs, rank: ranks.indexOf(collection), method: "PATCH", path, body };
}

function remove(atMs: number, collection: string, id: string): Step {
  const path = `${collection}/${encodeURIComponent(id)}`;
  return { atMs, rank: ranks.length + 1, method: "DELETE", path, body: {} };
}

function action(atMs: number, path: string, body: JsonObject, through?: Step["through"]): Step {
  const step = { atMs, rank: ranks.length, method: "POST", path, body } as const;
  return through === undefined ? step : { ...step, through };
}

/** The times an object tells, in order: queued, assigned, completed, closed. */
function timesOf(body: JsonObject): readonly number[] {
  const assignments = isObject(body.assignments) ? Object.values(body.assignments) : [];
  const mode = isObject(body.matchingMode) ? body.matchingMode : {};
  const scheduled =
    typeof mode.scheduleAt === "string" ? [Date.parse(mode.scheduleAt) - 60_000] : [];
  const texts = [
    body.enqueuedAt,
    ...(isList(body.assignedJobs)
      ? body.assignedJobs.flatMap((each) => (isObject(each) ? [each.assignedAt] : []))
      : []),
    ...assignments.flatMap((each) =>
      isObject(each) ? [each.assignedAt, each.completedAt, each.closedAt] : [],
    ),
  ];
  return texts
    .flatMap((text) => (typeof text === "string" ? [Date.parse(text)] : []))
    .concat(scheduled)
    .sort((a, b) => a - b);
}

/** When an object changed last, as its ETag tells: Unix seconds, or the ticks of .NET. */
function timeOf(body: JsonObject): number | undefined {
  const etag = typeof body.etag === "string" ? body.etag.replaceAll('"', "") : "";
  const cosmos = /-0700-0000-([0-9a-f]{8})0000$/u.exec(etag);
  if (cosmos !== null) return Number.parseInt(cosmos[1] ?? "", 16) * 1_000;
  const ticks = /^[0-9a-f]{8}-0000-0000-([0-9a-f]{4})-([0-9a-f]{12})$/u.exec(etag);
  if (ticks === null) return undefined;
  const bytes = Buffer.from(`${ticks[1]}${ticks[2]}`, "hex");
  const unixTicks = bytes.readBigUInt64LE() - 621_355_968_000_000_000n;
  return Number(unixTicks / 10_000n);
}
