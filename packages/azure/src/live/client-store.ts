import { RestError } from "@azure/core-rest-pipeline";
import type { HttpResponse } from "@azure-rest/core-client";
import type { ObjectKind } from "@routewright/jobrouter";
import { isUnexpected } from "../client/is-unexpected.ts";
import type { MergePatch } from "../client/models.ts";
import { paginate } from "../client/paginate.ts";
import type { JobRouterClient, ListMethods, ResourceMethods } from "../client/routes.ts";
import {
  isGone,
  nameOfRequest,
  readFailure,
  UnexpectedAnswer,
  unlike,
} from "../client/service-failure.ts";
import { isObject, type JsonObject, type JsonValue } from "../objects.ts";
import type { KnownSecrets } from "../secrets/known-secrets.ts";
import { redactError } from "../secrets/redact-error.ts";
import type { Listing, ObjectStore, StoredObject, WriteCondition, Written } from "./store.ts";

const pageSize = 100;
/** As many as 100,000 objects of one kind fill. */
const mostPages = 1000;
/** A page may be empty, or repeat what moved while the list was read; so many in a row bring nothing any more. */
const mostBarrenPages = 100;

/**
 * The store that a client of the service is.
 *
 * @param secrets taken out of every failure: what a service says of a request may repeat it.
 */
export function clientStore(client: JobRouterClient, secrets?: KnownSecrets): ObjectStore {
  const store = openStore(client);
  const guarded =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      call(...args).catch((error: unknown) => {
        const failure = asUnlike(error);
        throw secrets === undefined ? failure : redactError(failure, secrets);
      });
  return {
    ...(secrets === undefined ? {} : { secrets }),
    list: guarded(store.list),
    get: guarded(store.get),
    patch: guarded(store.patch),
    delete: guarded(store.delete),
  };
}

/** What calls itself JSON and is none, or is cut short, was answered all the same. */
function asUnlike(error: unknown): unknown {
  if (!(error instanceof RestError) || error.code !== RestError.PARSE_ERROR) return error;
  const { request, statusCode } = error;
  if (request === undefined || statusCode === undefined) return error;
  const { method, url } = request;
  return new UnexpectedAnswer(
    `${nameOfRequest({ request: { method, url } })} was answered ${statusCode} with JSON that is cut short or none at all`,
  );
}

function openStore(client: JobRouterClient): ObjectStore {
  return {
    async list(kind): Promise<Listing> {
      const first = await collection(client, kind).get({
        queryParameters: { maxpagesize: pageSize },
      });
      // By id: what moves to a later page while the list is read stands in it twice.
      const found = new Map<string, StoredObject>();
      let barren = 0;
      for await (const page of paginate(client, first, { mostPages }).byPage()) {
        const known = found.size;
        for (const item of page) {
          const object = storedObject(item);
          if (object === undefined) throw unlike(first, "a list of objects with ids");
          found.set(object.id, object);
        }
        barren = found.size > known ? 0 : barren + 1;
        if (barren > mostBarrenPages) {
          throw new UnexpectedAnswer(
            `the list ${nameOfRequest(first)} goes on, and ${barren} pages in a row brought nothing new; it seems to have no end`,
          );
        }
      }
      const objects = [...found.values()];
      const date = first.headers.date;
      const readAtMs = date === undefined ? Number.NaN : Date.parse(date);
      return Number.isNaN(readAtMs) ? { objects } : { objects, readAtMs };
    },
    async get(kind, id): Promise<StoredObject | undefined> {
      const response = await resource(client, kind, id).get();
      return isGone(response) ? undefined : answeredObject(response);
    },
    async patch(kind, id, body: MergePatch, condition: WriteCondition): Promise<Written> {
      const response = await resource(client, kind, id).patch({
        contentType: "application/merge-patch+json",
        body,
        headers: conditionHeaders(condition),
      });
      return { isNew: response.status === "201", object: answeredObject(response) };
    },
    async delete(kind, id): Promise<void> {
      const response = await resource(client, kind, id).delete();
      // Gone already is what was wanted.
      if (!isGone(response)) ok(response);
    },
  };
}

function conditionHeaders(condition: WriteCondition): Record<string, string> {
  if (condition.kind === "unchanged") return { "If-Match": condition.etag };
  // There is no If-None-Match. What is made after the reading was changed after it.
  return condition.sinceMs === undefined
    ? {}
    : { "If-Unmodified-Since": new Date(condition.sinceMs).toUTCString() };
}

function ok(response: HttpResponse): unknown {
  if (isUnexpected(response)) throw readFailure(response);
  return response.body;
}

function answeredObject(response: HttpResponse): StoredObject {
  const object = storedObject(ok(response));
  if (object === undefined) throw unlike(response, "an object with an id");
  return object;
}

function storedObject(value: unknown): StoredObject | undefined {
  const body = value as JsonValue;
  if (!isObject(body) || typeof body.id !== "string") return undefined;
  return {
    id: body.id,
    etag: typeof body.etag === "string" ? body.etag : "",
    body: body satisfies JsonObject,
  };
}

function collection(client: JobRouterClient, kind: ObjectKind): ListMethods<unknown> {
  switch (kind) {
    case "classificationPolicies":
      return client.path("/routing/classificationPolicies");
    case "distributionPolicies":
      return client.path("/routing/distributionPolicies");
    case "exceptionPolicies":
      return client.path("/routing/exceptionPolicies");
    case "queues":
      return client.path("/routing/queues");
  }
}

function resource(client: JobRouterClient, kind: ObjectKind, id: string): ResourceMethods<unknown> {
  switch (kind) {
    case "classificationPolicies":
      return client.path("/routing/classificationPolicies/{classificationPolicyId}", id);
    case "distributionPolicies":
      return client.path("/routing/distributionPolicies/{distributionPolicyId}", id);
    case "exceptionPolicies":
      return client.path("/routing/exceptionPolicies/{exceptionPolicyId}", id);
    case "queues":
      return client.path("/routing/queues/{queueId}", id);
  }
}
