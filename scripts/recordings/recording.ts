import type { Json, JsonObject } from "@routewright/runtime";

/** A file of recorded traffic. */
export interface Recording {
  readonly name: string;
  readonly apiVersion: string;
  readonly exchanges: readonly Exchange[];
}

export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly requestBody: Json;
  readonly status: number;
  readonly date: string;
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  readonly responseBody: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** `/routing/COLLECTION/ID` of a URL: what it is about. */
export function subjectOf(url: string): { readonly collection: string; readonly id?: string } {
  const [, , collection = "", id] = new URL(url).pathname.split("/");
  return {
    collection,
    ...(id === undefined ? {} : { id: decodeURIComponent(id.replace(/:[a-z]+$/u, "")) }),
  };
}
