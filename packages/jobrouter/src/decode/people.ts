import type { SourceText, Span, Staged } from "@routewright/diagnostics";
import { canonicalJob, canonicalWorker } from "../canonical.ts";
import { jsonDuplicateId, jsonMorePages, jsonNotAJob, jsonUnknownObject } from "../catalogue.ts";
import { defined } from "../defined.ts";
import { readJsonSequence } from "../json/read.ts";
import { describeNode, type JsonNode, type JsonObject, memberOf } from "../json/tree.ts";
import type { ChannelConfiguration, Job, Worker } from "../model.ts";
import {
  boolean,
  byKind,
  integer,
  list,
  number,
  openMembers,
  type Reader,
  type Reading,
  report,
  reportType,
  text,
  within,
} from "./members.ts";
import { labels, priority, workerSelector } from "./policies.ts";

/**
 * Reads jobs: one, a list, a list page (`{"value": […]}`), an example of the API description, or
 * JSON lines. What the service sets, and what no decision needs (tags, notes, …), is dropped.
 */
export function decodeJobs(source: SourceText): Staged<readonly Job[]> {
  return decodeEach(source, "a job", "jobId", job);
}

/** Reads workers, in the same shapes as jobs. A worker's id is needed, for answers to name it. */
export function decodeWorkers(source: SourceText): Staged<readonly Worker[]> {
  return decodeEach(source, "a worker", "workerId", worker);
}

function decodeEach<T extends { readonly id?: string }>(
  source: SourceText,
  owner: string,
  idParameter: string,
  read: (node: JsonObject, id: string | undefined, reading: Reading) => T | undefined,
): Staged<readonly T[]> {
  const sequence = readJsonSequence(source);
  const reading: Reading = { source, diagnostics: [...sequence.diagnostics] };
  const values: T[] = [];
  const places = new Map<string, Span>();

  function add(node: JsonNode, id: string | undefined): void {
    if (node.kind !== "object") {
      const problem = `${describeNode(node)} is not ${owner}`;
      report(reading, jsonUnknownObject, { problem }, startOf(node));
      return;
    }
    const value = read(node, id, reading);
    if (value === undefined) return;
    const span = memberOf(node, "id")?.span ?? startOf(node);
    const earlier = value.id === undefined ? undefined : places.get(value.id);
    if (value.id !== undefined && earlier !== undefined) {
      report(reading, jsonDuplicateId, { owner, id: value.id }, span, {
        related: [{ source, span: earlier, message: "the first one" }],
      });
      return;
    }
    if (value.id !== undefined) places.set(value.id, span);
    values.push(value);
  }

  for (const node of sequence.value) {
    const page = pageOf(node, reading);
    if (page.kind === "array") {
      for (const item of page.items) add(item, undefined);
      continue;
    }
    const parameters = memberOf(page, "parameters");
    const resource = parameters && memberOf(parameters, "resource");
    if (parameters === undefined || parameters.kind !== "object") add(page, undefined);
    else if (resource !== undefined) {
      const id = memberOf(parameters, idParameter);
      add(resource, id?.kind === "text" ? id.value : undefined);
    } else {
      const responses = memberOf(page, "responses");
      const answer = responses && memberOf(responses, "200");
      const body = pageOf((answer && memberOf(answer, "body")) ?? page, reading);
      for (const item of body.kind === "array" ? body.items : [body]) add(item, undefined);
    }
  }
  return { value: values, diagnostics: reading.diagnostics };
}

/** The list in a list page, or the node itself. */
function pageOf(node: JsonNode, reading: Reading): JsonNode {
  const page = memberOf(node, "value");
  if (page?.kind !== "array") return node;
  const next = memberOf(node, "nextLink");
  if (next?.kind === "text") report(reading, jsonMorePages, {}, next.span);
  return page;
}

const matchingMode = byKind<"read">("a matching mode", {
  queueAndMatch: () => "read",
  suspend: () => "read",
  scheduleAndSuspend: (members) => {
    members.ignore("scheduleAt");
    return "read";
  },
});

const jobProperties = [
  "id",
  "channelId",
  "classificationPolicyId",
  "queueId",
  "priority",
  "requestedWorkerSelectors",
  "labels",
  "matchingMode",
  "channelReference",
  "status",
  "enqueuedAt",
  "dispositionCode",
  "attachedWorkerSelectors",
  "assignments",
  "tags",
  "notes",
  "scheduledAt",
  "etag",
] as const;
const jobPropertyNames = new Set<string>(jobProperties.map((name) => name.toLowerCase()));

function job(node: JsonObject, id: string | undefined, reading: Reading): Job | undefined {
  const [stranger] = node.members;
  if (
    stranger !== undefined &&
    !node.members.some((member) => jobPropertyNames.has(member.key.toLowerCase()))
  ) {
    report(reading, jsonNotAJob, { name: stranger.key }, stranger.keySpan, {
      help: `a job carries its labels inside: \`{"labels": {${JSON.stringify(stranger.key)}: …}}\``,
    });
    return undefined;
  }
  const members = openMembers(node, "a job", "a job", reading);
  if (members === undefined) return undefined;
  const value = defined({
    id: members.optional("id", text) ?? id,
    channelId: members.optional("channelId", text),
    classificationPolicyId: members.optional("classificationPolicyId", text),
    queueId: members.optional("queueId", text),
    priority: members.optional("priority", priority),
    requestedWorkerSelectors: members.optional("requestedWorkerSelectors", list(workerSelector)),
    labels: members.optional("labels", labels),
  });
  members.optional("matchingMode", matchingMode);
  members.ignore(...jobProperties);
  members.close();
  return canonicalJob(value);
}

const count = within(integer, 1, 0x7fff_ffff, "at least 1 is wanted", "warning");

export const channel: Reader<ChannelConfiguration> = (node, name, reading) => {
  const members = openMembers(node, name, "a channel of a worker", reading);
  const channelId = members?.required("channelId", text);
  const capacityCostPerJob = members?.required("capacityCostPerJob", integer);
  const maxNumberOfJobs = members?.optional("maxNumberOfJobs", count);
  members?.close();
  if (channelId === undefined || capacityCostPerJob === undefined) return undefined;
  return defined({ channelId, capacityCostPerJob, maxNumberOfJobs });
};

function worker(node: JsonNode, id: string | undefined, reading: Reading): Worker | undefined {
  return readWorker(node, id, [], reading);
}

/** A worker inside something else; `others` are properties that belong to that. */
export function workerObject(
  node: JsonNode,
  others: readonly string[],
  reading: Reading,
): Worker | undefined {
  return readWorker(node, undefined, others, reading);
}

/** A worker of a test or scenario; where no `name` is written, it is called by its id. */
export const namedWorker: Reader<Worker & { readonly name: string }> = (node, _name, reading) => {
  const written = memberOf(node, "name");
  const worker = workerObject(node, ["name"], reading);
  const name = written === undefined ? worker?.id : text(written, "name", reading);
  return worker === undefined || name === undefined ? undefined : { name, ...worker };
};

/** A job inside something else. */
export const jobObject: Reader<Job> = (node, name, reading) => {
  if (node.kind === "object") return job(node, undefined, reading);
  reportType(node, name, "an object", reading);
  return undefined;
};

function readWorker(
  node: JsonNode,
  id: string | undefined,
  others: readonly string[],
  reading: Reading,
): Worker | undefined {
  const members = openMembers(node, "a worker", "a worker", reading);
  if (members === undefined) return undefined;
  const ownId = id === undefined ? members.required("id", text) : members.optional("id", text);
  const value = {
    queues: members.optional("queues", list(text)),
    capacity: members.optional("capacity", integer),
    labels: members.optional("labels", labels),
    channels: members.optional("channels", list(channel)),
    loadRatio: members.optional("loadRatio", number),
    availableForOffers: members.optional("availableForOffers", boolean),
  };
  members.ignore(
    "state",
    "tags",
    "offers",
    "assignedJobs",
    "etag",
    "maxConcurrentOffers",
    ...others,
  );
  members.close();
  const known = ownId ?? id;
  return known === undefined ? undefined : canonicalWorker(defined({ id: known, ...value }));
}

function startOf(node: JsonNode): Span {
  const end = node.kind === "object" || node.kind === "array" ? node.span.start + 1 : node.span.end;
  return { start: node.span.start, end };
}
