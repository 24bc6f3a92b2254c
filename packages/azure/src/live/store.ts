import type { ObjectKind } from "@routewright/jobrouter";
import type { MergePatch } from "../client/models.ts";
import type { JsonObject } from "../objects.ts";
import type { KnownSecrets } from "../secrets/known-secrets.ts";

/** What deploying needs of the service. Refusals are `ServiceFailure`s. */
export interface ObjectStore {
  /** Credentials that no answer may bring to light. */
  readonly secrets?: KnownSecrets;
  /** All objects of a kind. */
  list(kind: ObjectKind): Promise<Listing>;
  get(kind: ObjectKind, id: string): Promise<StoredObject | undefined>;
  /** Creates or updates; refused with 412 when the condition does not hold. */
  patch(
    kind: ObjectKind,
    id: string,
    body: MergePatch,
    condition: WriteCondition,
  ): Promise<Written>;
  delete(kind: ObjectKind, id: string): Promise<void>;
}

export interface Listing {
  readonly objects: readonly StoredObject[];
  /** The service's clock when it answered; absent when it does not say. */
  readonly readAtMs?: number;
}

export interface StoredObject {
  readonly id: string;
  readonly etag: string;
  /** As sent, with `id`, `etag` and credentials. Not to be kept or shown. */
  readonly body: JsonObject;
}

export type WriteCondition =
  | { readonly kind: "unchanged"; readonly etag: string }
  /** Nothing of that id may have been made since. */
  | { readonly kind: "absent"; readonly sinceMs?: number };

export interface Written {
  readonly isNew: boolean;
  readonly object: StoredObject;
}
