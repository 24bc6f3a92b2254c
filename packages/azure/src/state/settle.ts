import type { Begun } from "../apply/journal.ts";
import { effectiveBody } from "../compare/effective.ts";
import { isEqual } from "../compare/equal.ts";
import type { LiveObjects } from "../live/read-live.ts";
import type { ObjectKey } from "../objects.ts";
import { type DeployState, type OwnedObject, ownedByKey } from "./state.ts";

/**
 * What is ours when the writes that an interrupted apply had begun, and whose end nobody saw, are
 * looked for in the service: one that is there as it was sent is ours, whatever is wanted by now.
 */
export function settledObjects(
  state: DeployState,
  begun: Begun | undefined,
  live: LiveObjects,
): ReadonlyMap<ObjectKey, OwnedObject> {
  return new Map([...ownedByKey(state), ...foundAgain(begun, live)]);
}

/** Of what was begun, what is there as it was sent. */
export function foundAgain(
  begun: Begun | undefined,
  live: LiveObjects,
): ReadonlyMap<ObjectKey, OwnedObject> {
  const found = new Map<ObjectKey, OwnedObject>();
  for (const [key, baselines] of begun ?? []) {
    const there = live.objects.get(key);
    if (there === undefined) continue;
    const { kind, id } = there;
    const baseline = baselines.findLast((each) =>
      isEqual(effectiveBody(kind, there.body, each), effectiveBody(kind, each, there.body)),
    );
    if (baseline !== undefined) found.set(key, { kind, id, baseline });
  }
  return found;
}
