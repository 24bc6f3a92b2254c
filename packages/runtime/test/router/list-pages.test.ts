import fc from "fast-check";
import { expect, test } from "vitest";
import { createRouter, type ListFilter, type Router, type StoredView } from "../../src/index.ts";

const startMs = 1_700_000_000_000;

/** Jobs made and touched again at random times, many of them within one second. */
function routerWith(steps: readonly (readonly [job: number, afterMs: number])[]): Router {
  const router = createRouter();
  let nowMs = startMs;
  const patch = (
    collection: "distributionPolicies" | "queues" | "jobs",
    id: string,
    body: object,
  ) => router.step({ kind: "patch", collection, id, body: body as never }, nowMs);
  patch("distributionPolicies", "d", { mode: { kind: "longestIdle" } });
  for (const id of ["q0", "q1"]) patch("queues", id, { distributionPolicyId: "d" });
  for (const [job, afterMs] of steps) {
    nowMs += afterMs;
    const queueId = `q${job % 2}`;
    expect(patch("jobs", `j${job}`, { channelId: "c", queueId }).response?.ok).toBe(true);
  }
  return router;
}

const idOf = ({ body }: StoredView): string => String(body.id);

test("pages of any size, one after the other, are the whole list in its order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 700 })), {
        maxLength: 60,
      }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom<ListFilter>({}, { queueId: "q1" }, { status: "queued" }, { queueId: "none" }),
      (steps, limit, filter) => {
        const router = routerWith(steps);
        const whole = router.list("jobs", filter);
        const order = [...whole].sort(
          (a, b) =>
            Math.floor(b.lastModifiedMs / 1000) - Math.floor(a.lastModifiedMs / 1000) ||
            (idOf(a) < idOf(b) ? -1 : 1),
        );
        expect(whole.map(idOf)).toEqual(order.map(idOf));
        const paged: string[] = [];
        for (;;) {
          const last = paged.at(-1);
          const end = last === undefined ? undefined : router.view("jobs", last);
          const after =
            end === undefined
              ? {}
              : { after: { lastModifiedMs: end.lastModifiedMs, id: idOf(end) } };
          const page = router.list("jobs", { ...filter, ...after, limit });
          expect(page.length).toBeLessThanOrEqual(limit);
          paged.push(...page.map(idOf));
          if (page.length < limit) break;
        }
        expect(paged).toEqual(whole.map(idOf));
      },
    ),
  );
});
