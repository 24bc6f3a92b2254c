import { createRouter, type Router, type JsonObject as RouterJson } from "@routewright/runtime";
import { ServiceFailure } from "../../src/client/service-failure.ts";
import type { ObjectStore, StoredObject } from "../../src/live/store.ts";
import type { JsonObject } from "../../src/objects.ts";

export interface RouterStore extends ObjectStore {
  readonly router: Router;
  /** How many requests were carried out. */
  readonly requests: () => number;
  /** Called before each request, with its number from 1; what it throws, the request throws. */
  intercept: (request: number, isWrite: boolean) => void;
  /** Called after a request was carried out, before it is answered. */
  afterwards: (request: number) => void;
}

/** The service as the runtime's router knows it: deep merges, ETags, conditions, refusals. */
export function routerStore(router: Router = createRouter({ seed: 1 })): RouterStore {
  let nowMs = Date.UTC(2026, 0, 1);
  let requests = 0;
  const begin = (isWrite: boolean): number => {
    requests++;
    nowMs += 1000;
    store.intercept(requests, isWrite);
    return requests;
  };
  const stored = (
    kind: Parameters<ObjectStore["get"]>[0],
    id: string,
  ): StoredObject | undefined => {
    const view = router.view(kind, id);
    return view === undefined ? undefined : { id, etag: view.etag, body: view.body as JsonObject };
  };
  const store: RouterStore = {
    router,
    requests: () => requests,
    intercept: () => undefined,
    afterwards: () => undefined,
    async list(kind) {
      const request = begin(false);
      const objects = router.list(kind).map((view) => ({
        id: String(view.body.id),
        etag: view.etag,
        body: view.body as JsonObject,
      }));
      store.afterwards(request);
      return { objects, readAtMs: nowMs };
    },
    async get(kind, id) {
      const request = begin(false);
      const object = stored(kind, id);
      store.afterwards(request);
      return object;
    },
    async patch(kind, id, body, condition) {
      const request = begin(true);
      const { response } = router.step(
        {
          kind: "patch",
          collection: kind,
          id,
          body: body as RouterJson,
          ...(condition.kind === "unchanged" ? { ifMatch: condition.etag } : {}),
          ...(condition.kind === "absent" && condition.sinceMs !== undefined
            ? { ifUnmodifiedSinceMs: condition.sinceMs }
            : {}),
        },
        nowMs,
      );
      store.afterwards(request);
      if (response === undefined || !response.ok) throw refusal(response, `PATCH ${kind}/${id}`);
      const object = stored(kind, id);
      if (object === undefined) throw new Error("patched, and not there");
      return { isNew: response.status === 201, object };
    },
    async delete(kind, id) {
      const request = begin(true);
      const { response } = router.step({ kind: "delete", collection: kind, id }, nowMs);
      store.afterwards(request);
      if (response === undefined || (!response.ok && response.status !== 404)) {
        throw refusal(response, `DELETE ${kind}/${id}`);
      }
    },
  };
  return store;
}

function refusal(response: { readonly ok: boolean } | undefined, request: string): ServiceFailure {
  const { status, error } = response as unknown as {
    status: number;
    error: { code: string; message: string; details?: { code: string; message: string }[] };
  };
  return new ServiceFailure({
    status,
    code: error.code,
    message: error.message,
    details: error.details ?? [],
    request,
  });
}
