import type { HttpResponse } from "@azure-rest/core-client";
import type { ObjectKind } from "@routewright/jobrouter";
import { isUnexpected } from "../client/is-unexpected.ts";
import type { MergePatch } from "../client/models.ts";
import { paginate } from "../client/paginate.ts";
import type { JobRouterClient, ListMethods, ResourceMethods } from "../client/routes.ts";
import { readFailure, UnexpectedAnswer } from "../client/service-failure.ts";
import { isObject, type JsonObject, type JsonValue } from "../objects.ts";
import type { KnownSecrets } from "../secrets/known-secrets.ts";
import { redactError } from "../secrets/redact-error.ts";
import type { Listing, ObjectStore, StoredObject, WriteCondition, Written } from "./store.ts";

const pageSize = 100;

/**
 * The store that a client of the service is.
 *
 * @param secrets taken out of every failure: what a service says of a request may repeat it.
 */
export function clientStore(client: JobRouterClient, secrets?: KnownSecrets): ObjectStore {
  const store = openStore(client);
  if (secrets === undefined) return store;
  const guarded =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      call(...args).catch((error: unknown) => {
        throw redactError(error, secrets);
      });
  return {
    secrets,
    list: guarded(store.list),
    get: guarded(store.get),
    patch: guarded(store.patch),
    delete: guarded(store.delete),
  };
}

function openStore(client: JobRouterClient): ObjectStore {
  return {
    async list(kind): Promise<Listing> {
      const first = await collection(client, kind).get({
        queryParameters: { maxpagesize: pageSize },
      });
      const objects: StoredObject[] = [];
      for await (const item of paginate(client, first)) objects.push(storedObject(item));
      const date = first.headers.date;
      const readAtMs = date === undefined ? Number.NaN : Date.parse(date);
      return Number.isNaN(readAtMs) ? { objects } : { objects, readAtMs };
    },
    async get(kind, id): Promise<StoredObject | undefined> {
      const response = await resource(client, kind, id).get();
      if (response.status === "404") return undefined;
      return storedObject(ok(response));
    },
    async patch(kind, id, body: MergePatch, condition: WriteCondition): Promise<Written> {
      const response = await resource(client, kind, id).patch({
        contentType: "application/merge-patch+json",
        body,
        headers: conditionHeaders(condition),
      });
      return { isNew: response.status === "201", object: storedObject(ok(response)) };
    },
    async delete(kind, id): Promise<void> {
      const response = await resource(client, kind, id).delete();
      // Gone already is what was wanted.
      if (response.status !== "404") ok(response);
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

function storedObject(value: unknown): StoredObject {
  const body = value as JsonValue;
  if (!isObject(body) || typeof body.id !== "string") {
    throw new UnexpectedAnswer("the service sent something that is no object with an id");
  }
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
