import type { Collection } from "@routewright/runtime";
import { badRequest } from "./refusal.ts";

/** Where a page ended: the next begins behind it in the list's order (time cut to the second, id). */
export interface PageEnd {
  readonly lastModifiedMs: number;
  readonly id: string;
}

/**
 * Relative, without an API version, and with the filters inside, as the service's links are; the
 * client adds its own endpoint and version. The token is opaque to clients, and remembers the
 * version: the Java client follows the link as it is, without one.
 */
export function nextLink(
  collection: Collection,
  pageSize: number,
  filters: ReadonlyMap<string, string>,
  end: PageEnd,
  version: string,
): string {
  const inner = Buffer.from(
    JSON.stringify([collection, [...filters], end.lastModifiedMs, end.id, version]),
  ).toString("base64");
  const token = Buffer.from(`maxpagesize=${pageSize}&continuationToken=${inner}`).toString(
    "base64",
  );
  return `/routing/${collection}?continuationToken=${encodeURIComponent(token)}`;
}

export interface Continuation {
  readonly pageSize: string;
  readonly filters: ReadonlyMap<string, string>;
  readonly end: PageEnd;
}

/** Reads back what `nextLink` wrote; anything else is the client's mistake. */
export function readToken(token: string, collection: Collection): Continuation {
  const read = opened(token);
  if (read === undefined || read.inner[0] !== collection) {
    throw badRequest("`continuationToken` is not one that this collection gave.");
  }
  const [, filters, lastModifiedMs, id] = read.inner;
  return { pageSize: read.pageSize, filters: new Map(filters), end: { lastModifiedMs, id } };
}

/** The version of the request that gave the token; undefined when it is none of ours. */
export function versionOfToken(token: string): string | undefined {
  return opened(token)?.inner[4];
}

function opened(token: string): { readonly pageSize: string; readonly inner: Inner } | undefined {
  const outer = /^maxpagesize=(\d+)&continuationToken=([A-Za-z0-9+/=]+)$/u.exec(
    Buffer.from(token, "base64").toString("utf8"),
  );
  const inner = outer === null ? undefined : parsed(outer[2] ?? "");
  return inner === undefined ? undefined : { pageSize: outer?.[1] ?? "", inner };
}

type Inner = readonly [string, readonly (readonly [string, string])[], number, string, string];

function parsed(base64: string): Inner | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
    return isInner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isInner(value: unknown): value is Inner {
  return (
    Array.isArray(value) &&
    value.length === 5 &&
    typeof value[0] === "string" &&
    Array.isArray(value[1]) &&
    value[1].every(
      (pair: unknown) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        pair.every((each: unknown) => typeof each === "string"),
    ) &&
    typeof value[2] === "number" &&
    typeof value[3] === "string" &&
    typeof value[4] === "string"
  );
}
