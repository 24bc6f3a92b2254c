import type { PatchCommand } from "./command.ts";
import { type Refusal, refuse } from "./errors.ts";

/** `If-Match` and `If-Unmodified-Since` of a PATCH (Q3: 412). */
export function preconditionFailure<T extends { readonly lastModifiedMs: number }>(
  { ifMatch, ifUnmodifiedSinceMs }: PatchCommand,
  stored: T | undefined,
  tagOf: (stored: T) => string,
): Refusal | undefined {
  if (ifMatch === undefined && ifUnmodifiedSinceMs === undefined) return undefined;
  const matches =
    ifMatch === undefined ||
    (stored !== undefined &&
      ifMatch.split(",").some((tag) => ["*", tagOf(stored)].includes(tag.trim())));
  // The header has no fractions of a second.
  const isUnmodified =
    ifUnmodifiedSinceMs === undefined ||
    stored === undefined ||
    Math.floor(stored.lastModifiedMs / 1000) * 1000 <= ifUnmodifiedSinceMs;
  if (matches && isUnmodified) return undefined;
  const header = matches ? "If-Unmodified-Since" : "If-Match";
  return refuse(412, "PreconditionFailed", `The condition in the ${header} header is not met.`);
}
