import type { Json, JsonObject, ListFilter, RouterCommand, StoredView } from "@routewright/runtime";
import type { Host } from "../host.ts";
import { type Answer, emptyAnswer, httpDate, jsonAnswer } from "./answer.ts";
import type { ApiVersion } from "./api-version.ts";
import { booleanOf, readBody, textOf, timeOf } from "./json-body.ts";
import type { Operation } from "./operations.ts";
import { nextLink, readToken } from "./paging.ts";
import { filterOf, pageSizeOf, type Query } from "./query.ts";
import { badRequest, notFound, Refusal } from "./refusal.ts";

export interface RoutingRequest {
  readonly operation: Operation;
  readonly query: Query;
  readonly version: ApiVersion;
  readonly body: Buffer | undefined;
  readonly header: (name: string) => string | undefined;
}

/** Carries out one operation of the API. Throws a refusal for what the service would refuse. */
export function answerRouting(request: RoutingRequest, host: Host): Answer {
  const { operation } = request;
  switch (operation.kind) {
    case "get": {
      const view = host.router().view(operation.collection, operation.id);
      if (view === undefined)
        throw notFound(`${operation.id} was not found in ${operation.collection}.`);
      return viewAnswer(200, view.body, view, request.version);
    }
    case "list":
      return listAnswer(operation, request, host);
    case "position": {
      const position = host.router().position(operation.jobId);
      if (position === undefined) throw notFound(`The job ${operation.jobId} is not in a queue.`);
      return jsonAnswer(200, position);
    }
    case "statistics": {
      const statistics = host.router().statistics(operation.queueId);
      if (statistics === undefined) throw notFound(`The queue ${operation.queueId} was not found.`);
      return jsonAnswer(200, statistics);
    }
    default:
      return commandAnswer(commandOf(operation, request), request, host);
  }
}

type Acting = Exclude<
  Operation,
  { readonly kind: "get" } | { readonly kind: "list" | "position" | "statistics" }
>;

function commandOf(operation: Acting, request: RoutingRequest): RouterCommand {
  switch (operation.kind) {
    case "upsert":
      return {
        kind: "patch",
        collection: operation.collection,
        id: operation.id,
        body: readBody(request.body),
        ...conditionsOf(request),
      };
    case "delete":
      return { kind: "delete", collection: operation.collection, id: operation.id };
    case "reclassify":
      readBody(request.body);
      return { kind: "reclassify", jobId: operation.jobId };
    case "accept":
      return { kind: "accept", workerId: operation.workerId, offerId: operation.offerId };
    case "decline": {
      const retryOfferAtMs = timeOf(readBody(request.body), "retryOfferAt");
      return { ...operation, ...(retryOfferAtMs === undefined ? {} : { retryOfferAtMs }) };
    }
    case "cancel":
    case "complete": {
      const body = readBody(request.body);
      return {
        ...operation,
        ...texts(body, operation.kind === "cancel" ? ["note", "dispositionCode"] : ["note"]),
      };
    }
    case "close": {
      const body = readBody(request.body);
      const closeAtMs = timeOf(body, "closeAt");
      return {
        ...operation,
        ...texts(body, ["note", "dispositionCode"]),
        ...(closeAtMs === undefined ? {} : { closeAtMs }),
      };
    }
    case "unassign": {
      const suspendMatching = booleanOf(readBody(request.body), "suspendMatching");
      return { ...operation, ...(suspendMatching === undefined ? {} : { suspendMatching }) };
    }
    default:
      return operation satisfies never;
  }
}

function texts(body: JsonObject, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = textOf(body, name);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}

function conditionsOf(request: RoutingRequest): {
  readonly ifMatch?: string;
  readonly ifUnmodifiedSinceMs?: number;
} {
  const ifMatch = request.header("if-match");
  const date = request.header("if-unmodified-since");
  const sinceMs = date === undefined ? undefined : Date.parse(date);
  if (sinceMs !== undefined && Number.isNaN(sinceMs)) {
    throw badRequest("If-Unmodified-Since must be a date of HTTP.");
  }
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(sinceMs === undefined ? {} : { ifUnmodifiedSinceMs: sinceMs }),
  };
}

function commandAnswer(command: RouterCommand, request: RoutingRequest, host: Host): Answer {
  const { response, atMs } = host.execute(command);
  if (!response.ok) throw new Refusal(response.status, response.error);
  if (response.status === 204) return emptyAnswer(204);
  const body = response.result ?? {};
  if (command.kind !== "patch") return jsonAnswer(response.status, body);
  // The state may have moved on already; the answer shows the moment of the command.
  const view = host.router().view(command.collection, command.id);
  const etag = typeof body.etag === "string" ? body.etag : (view?.etag ?? "");
  const lastModifiedMs = view !== undefined && view.etag === etag ? view.lastModifiedMs : atMs;
  return viewAnswer(response.status, body, { etag, lastModifiedMs }, request.version);
}

function viewAnswer(
  status: number,
  body: JsonObject,
  { etag, lastModifiedMs }: Pick<StoredView, "etag" | "lastModifiedMs">,
  version: ApiVersion,
): Answer {
  return jsonAnswer(status, shown(body, version), {
    etag,
    "last-modified": httpDate(lastModifiedMs),
  });
}

function shown(body: JsonObject, version: ApiVersion): JsonObject {
  if (version.hasMaxConcurrentOffers || !Object.hasOwn(body, "maxConcurrentOffers")) return body;
  const { maxConcurrentOffers: _, ...rest } = body;
  return rest;
}

const filterNames = [
  "status",
  "queueid",
  "channelid",
  "classificationpolicyid",
  "scheduledbefore",
  "scheduledafter",
  "state",
  "hascapacity",
] as const;

function listAnswer(
  operation: Operation & { readonly kind: "list" },
  { query, version }: RoutingRequest,
  host: Host,
): Answer {
  const { collection } = operation;
  const token = query.get("continuationtoken");
  const continuation = token === undefined ? undefined : readToken(token, collection);
  const filters = continuation?.filters ?? pick(query, filterNames);
  const pageSize = pageSizeOf(
    continuation === undefined ? query : new Map([["maxpagesize", continuation.pageSize]]),
  );
  const filter: ListFilter = {
    ...filterOf(operation, filters),
    ...(continuation === undefined ? {} : { after: continuation.end }),
    limit: pageSize + 1,
  };
  const found = host.router().list(collection, filter);
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const value = page.map(({ body }) => shown(body, version));
  if (last === undefined || found.length <= pageSize) return jsonAnswer(200, { value });
  const end = { lastModifiedMs: last.lastModifiedMs, id: idOf(last.body.id) };
  return jsonAnswer(200, {
    value,
    nextLink: nextLink(collection, pageSize, filters, end, version.text),
  });
}

function idOf(id: Json | undefined): string {
  return typeof id === "string" ? id : "";
}

function pick(query: Query, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...query].filter(([name]) => names.includes(name)));
}
