import { routerEventDocs } from "@routewright/jobrouter";
import { expect, test } from "vitest";
import { type JsonObject, type RouterEventName, routerEventNames } from "../../src/index.ts";
import { type Driver, driver, startMs, withJob, withQueue, withWorker } from "./driver.ts";

/** Subjects as the Event Grid description has them; `routerEventDocs` has the fields. */
const subjects: Readonly<Record<RouterEventName, RegExp>> = {
  RouterJobReceived: /^job\/[^/]+\/channel\/chat$/u,
  RouterJobClassified: /^job\/[^/]+\/channel\/chat\/queue\/q$/u,
  RouterJobClassificationFailed: /^job\/[^/]+\/channel\/chat\/classificationpolicy\/broken$/u,
  RouterJobQueued: /^job\/[^/]+\/channel\/chat\/queue\/q$/u,
  RouterJobWaitingForActivation: /^job\/[^/]+\/channel\/chat$/u,
  RouterJobSchedulingFailed: /^job\/[^/]+\/channel\/chat$/u,
  RouterJobWorkerSelectorsExpired: /^job\/[^/]+\/channel\/chat\/queue\/q$/u,
  RouterJobExceptionTriggered: /^job\/[^/]+\/channel\/chat\/exceptionrule\/late$/u,
  RouterJobCancelled: /^job\/[^/]+\/channel\/chat\/disposition\/[^/]+$/u,
  RouterJobCompleted: /^job\/[^/]+\/channel\/chat\/assignment\/[-0-9a-f]{36}$/u,
  RouterJobClosed: /^job\/[^/]+\/channel\/chat\/assignment\/[-0-9a-f]{36}$/u,
  RouterJobUnassigned: /^job\/[^/]+\/channel\/chat\/assignment\/[-0-9a-f]{36}$/u,
  RouterJobDeleted: /^job\/[^/]+\/channel\/chat$/u,
  RouterWorkerOfferIssued: /^worker\/[^/]+\/job\/[^/]+$/u,
  RouterWorkerOfferAccepted: /^worker\/[^/]+\/job\/[^/]+$/u,
  RouterWorkerOfferDeclined: /^worker\/[^/]+\/job\/[^/]+$/u,
  RouterWorkerOfferRevoked: /^worker\/[^/]+\/job\/[^/]+$/u,
  RouterWorkerOfferExpired: /^worker\/[^/]+\/job\/[^/]+$/u,
  RouterWorkerRegistered: /^worker\/[^/]+$/u,
  RouterWorkerUpdated: /^worker\/[^/]+$/u,
  RouterWorkerDeregistered: /^worker\/[^/]+$/u,
  RouterWorkerDeleted: /^worker\/[^/]+$/u,
};

const reference = { channelReference: "ref" };

/** A day in which everything happens once. */
function eventfulDay(): Driver {
  const run = driver();
  run.patch("exceptionPolicies", "e", {
    exceptionRules: [
      {
        id: "late",
        trigger: { kind: "waitTime", thresholdSeconds: 500 },
        actions: [{ kind: "cancel", note: "too late" }],
      },
    ],
  });
  withQueue(run, { kind: "longestIdle" }, { exceptionPolicyId: "e", name: "Q" });
  run.patch("classificationPolicies", "c", {
    fallbackQueueId: "q",
    workerSelectorAttachments: [
      { kind: "passThrough", key: "lang", labelOperator: "equal", expiresAfterSeconds: 5 },
    ],
  });
  run.patch("classificationPolicies", "broken", {
    prioritizationRule: { kind: "static", value: true },
    fallbackQueueId: "q",
  });
  const scheduled = (seconds: number): JsonObject => ({
    ...reference,
    matchingMode: {
      kind: "scheduleAndSuspend",
      scheduleAt: new Date(startMs + seconds * 1000).toISOString(),
    },
  });
  withJob(run, "classified", { ...reference, classificationPolicyId: "c", labels: { lang: "en" } });
  withJob(run, "failing", { ...reference, classificationPolicyId: "broken" });
  withJob(run, "scheduled", scheduled(3));
  withJob(run, "missed", scheduled(-3));
  run.advance(6);
  withWorker(run, "w1", {}, 7);
  withWorker(run, "w2", {}, 8);
  const [declined] = run.offersOf("w1");
  run.step({ kind: "decline", workerId: "w1", offerId: declined?.offerId ?? "" });
  run.accept("w2");
  const assignmentOf = (id: string): string =>
    run.router.job(id)?.assignments[0]?.assignmentId ?? "none";
  run.step({ kind: "unassign", jobId: "classified", assignmentId: assignmentOf("classified") }, 9);
  run.accept("w2", 10);
  const mine = { jobId: "classified", assignmentId: assignmentOf("classified") };
  run.step({ kind: "complete", ...mine }, 11);
  run.step({ kind: "close", ...mine }, 12);
  run.step({ kind: "delete", collection: "jobs", id: "classified" }, 13);
  withJob(run, "rung", reference, 20);
  run.advance(100);
  run.patch("workers", "w2", { tags: { a: 1 } }, 101);
  run.patch("workers", "w2", { availableForOffers: false }, 101);
  run.advance(600);
  run.step({ kind: "delete", collection: "workers", id: "w1" }, 601);
  withWorker(run, "w3", {}, 602);
  withJob(run, "taken", reference, 603);
  run.step({ kind: "cancel", jobId: "taken", note: "n" }, 604);
  return run;
}

test("every event has the subject and the fields of its description, and no others", () => {
  const { events } = eventfulDay();
  const fields = new Map<string, Set<string>>();
  for (const { name, subject, data, sequence } of events) {
    expect(subject, name).toMatch(subjects[name]);
    fields.set(name, new Set([...(fields.get(name) ?? []), ...Object.keys(data)]));
    expect(sequence).toBe(events.findIndex((event) => event.sequence === sequence) + 1);
  }
  for (const name of routerEventNames) {
    const known = [...routerEventDocs[name].fields].sort();
    expect([...(fields.get(name) ?? [])].sort(), name).toEqual(known);
  }
});

test("selectors inside events bear the old names (Q32)", () => {
  const { events } = eventfulDay();
  const expiredEvent = events.find(({ name }) => name === "RouterJobWorkerSelectorsExpired");
  expect(expiredEvent?.data.expiredAttachedWorkerSelectors).toEqual([
    {
      key: "lang",
      labelOperator: "equal",
      value: "en",
      ttlSeconds: 5,
      state: "expired",
      expirationTime: "2026-01-05T00:00:05+00:00",
    },
  ]);
});
