import type { LabelChanges, ScenarioFact, ScenarioJobState } from "@routewright/jobrouter";
import { compareNumbers } from "../compare-numbers.ts";
import { describeSelector } from "../explain/describe.ts";
import type { RouterEvent } from "../router/event.ts";
import type { JobSnapshot, Router } from "../router/router.ts";
import type { Happening, JobStatus } from "../router/transition.ts";
import { showValue } from "../text.ts";

export interface Verdict {
  readonly holds: boolean;
  readonly actual: string;
}

/** What an expectation is held against. */
export interface Scene {
  readonly router: Router;
  /** Of this instant, so far. */
  readonly happenings: readonly Happening[];
  /** Jobs that were classified again in this instant. */
  readonly reclassified: ReadonlySet<string>;
  /** All so far; those of this instant begin at `eventsFrom`. */
  readonly events: readonly RouterEvent[];
  readonly eventsFrom: number;
  /** Whether what was passed through within the instant counts: in `within` and `until`. */
  readonly passing: boolean;
}

const statuses: Readonly<Partial<Record<ScenarioJobState, readonly JobStatus[]>>> = {
  created: ["created"],
  pending: ["pendingClassification"],
  failed: ["classificationFailed", "scheduleFailed"],
  suspended: ["waitingForActivation"],
  scheduled: ["pendingSchedule", "scheduled"],
  queued: ["queued"],
  assigned: ["assigned"],
  completed: ["completed"],
  closed: ["closed"],
  cancelled: ["cancelled"],
};

export function judgeFact(fact: ScenarioFact, scene: Scene): Verdict {
  switch (fact.kind) {
    case "offer":
      return judgeOffer(fact, scene);
    case "state":
      return judgeState(fact, scene);
    case "event": {
      const count = scene.events
        .slice(scene.eventsFrom)
        .filter((event) => event.name === fact.event && concerns(event, fact)).length;
      return {
        holds: count > 0 === fact.present,
        actual: count === 0 ? "there was no such event then" : `there were ${count} of it`,
      };
    }
    case "events": {
      const names = scene.events.filter((event) => concerns(event, fact)).map(({ name }) => name);
      let at = 0;
      for (const name of names) if (name === fact.events[at]) at++;
      return { holds: at === fact.events.length, actual: `the events were ${names.join(", ")}` };
    }
    case "waiting": {
      const ids = scene.router.waiting(fact.queueId);
      return { holds: sameList(ids, fact.jobIds), actual: `waiting are [${ids.join(", ")}]` };
    }
    case "load": {
      const worker = scene.router.worker(fact.workerId);
      if (worker === undefined) return absent(fact.workerId);
      return {
        holds: compareNumbers(worker.loadRatio, fact.operator, fact.value),
        actual: `load of ${fact.workerId} is ${worker.loadRatio}`,
      };
    }
    case "labels": {
      const of = fact.of === "job" ? scene.router.job(fact.id) : scene.router.worker(fact.id);
      return of === undefined ? absent(fact.id) : judgeLabels(fact.labels, of.labels);
    }
    default:
      return judgeJob(fact, scene);
  }
}

type JobFact = Exclude<
  ScenarioFact,
  { kind: "offer" | "state" | "event" | "events" | "waiting" | "load" | "labels" }
>;

function judgeJob(fact: JobFact, { router }: Scene): Verdict {
  const job = router.job(fact.jobId);
  if (job === undefined) return absent(fact.jobId);
  switch (fact.kind) {
    case "queue":
      return {
        holds: (job.queueId === fact.queueId) === (fact.operator === "=="),
        actual: `queue of ${job.id} is ${job.queueId ?? "none"}`,
      };
    case "priority":
      return {
        holds: compareNumbers(job.priority, fact.operator, fact.value),
        actual: `priority of ${job.id} is ${job.priority}`,
      };
    case "disposition":
      return {
        holds: (job.dispositionCode === fact.value) === (fact.operator === "=="),
        actual: `disposition of ${job.id} is ${showValue(job.dispositionCode)}`,
      };
    case "note": {
      const notes = notesOf(router, job.id);
      return {
        holds: notes.includes(fact.value) === (fact.operator === "=="),
        actual:
          notes.length === 0 ? "there is no note" : `notes are ${notes.map(showValue).join(", ")}`,
      };
    }
    case "selector":
      return judgeSelector(fact, job);
    case "workers": {
      const ranking = router.explainJob(job.id)?.ranking;
      const ids = ranking?.workers.map(({ workerId }) => workerId) ?? [];
      return {
        holds: sameList(ids, fact.workerIds),
        actual:
          ranking === undefined ? `${job.id} is ${job.status}` : `workers are [${ids.join(", ")}]`,
      };
    }
  }
}

function judgeOffer(fact: Extract<ScenarioFact, { kind: "offer" }>, scene: Scene): Verdict {
  const { outcome, jobId, workerId } = fact;
  const fits = (offer: { readonly jobId: string; readonly workerId: string }) =>
    (jobId === undefined || offer.jobId === jobId) &&
    (workerId === undefined || offer.workerId === workerId);
  const kinds = {
    issued: "offerIssued",
    accepted: "offerAccepted",
    declined: "offerDeclined",
    expired: "offerExpired",
    revoked: "offerRevoked",
  } as const;
  const kind = outcome === undefined ? undefined : kinds[outcome];
  const wanted = kind ?? (scene.passing ? "offerIssued" : undefined);
  const happened = scene.happenings.some(
    (each) => each.kind === wanted && "workerId" in each && "jobId" in each && fits(each),
  );
  const open = openOffers(scene, jobId, workerId);
  const found = happened || (kind === undefined && open.some(fits));
  const list = open.map((offer) => `${offer.jobId} to ${offer.workerId}`).join(", ");
  return {
    holds: found === fact.present,
    actual: list === "" ? "no offer is open" : `open offers: ${list}`,
  };
}

function openOffers({ router }: Scene, jobId: string | undefined, workerId: string | undefined) {
  if (jobId !== undefined) {
    return (router.job(jobId)?.offers ?? []).map((offer) => ({ jobId, workerId: offer.workerId }));
  }
  if (workerId === undefined) {
    return router.list("jobs").flatMap(({ body }) => {
      const id = String(body.id);
      return (router.job(id)?.offers ?? []).map((offer) => ({
        jobId: id,
        workerId: offer.workerId,
      }));
    });
  }
  return (router.worker(workerId)?.offers ?? []).map((offer) => ({ jobId: offer.jobId, workerId }));
}

function judgeState(fact: Extract<ScenarioFact, { kind: "state" }>, scene: Scene): Verdict {
  const { router, happenings, passing } = scene;
  if (fact.of === "worker") {
    const worker = router.worker(fact.id);
    if (worker === undefined) return absent(fact.id);
    const now = worker.state === fact.state;
    const passed =
      passing &&
      happenings.some(
        (each) =>
          each.kind === "workerState" && each.workerId === fact.id && each.to === fact.state,
      );
    return { holds: (now || passed) !== fact.negated, actual: `${fact.id} is ${worker.state}` };
  }
  const job = router.job(fact.id);
  if (job === undefined) return absent(fact.id);
  const to = job.assignments.map(({ workerId }) => workerId);
  const suffix = to.length === 0 ? "" : ` to ${to.join(", ")}`;
  const actual = `${job.id} is ${job.status}${suffix}`;
  const wanted = statuses[fact.state];
  const held =
    wanted === undefined
      ? happenedTo(fact, scene)
      : (wanted.includes(job.status) &&
          (fact.workerId === undefined || to.includes(fact.workerId))) ||
        (passing && passedThrough(fact, wanted, happenings));
  return { holds: held !== fact.negated, actual };
}

type JobState = Extract<ScenarioFact, { kind: "state"; of: "job" }>;

function passedThrough(
  { id, workerId }: JobState,
  wanted: readonly JobStatus[],
  happenings: readonly Happening[],
): boolean {
  return happenings.some((each) =>
    workerId === undefined
      ? each.kind === "jobStatus" && each.jobId === id && wanted.includes(each.to)
      : each.kind === "offerAccepted" && each.jobId === id && each.workerId === workerId,
  );
}

function happenedTo(fact: JobState, scene: Scene): boolean {
  const { id, state } = fact;
  if (state === "reclassified") return scene.reclassified.has(id);
  return scene.happenings.some((each) => {
    if (!("jobId" in each) || each.jobId !== id) return false;
    if (state === "classified") return each.kind === "jobClassified";
    if (state === "unassigned") return each.kind === "unassigned";
    return each.kind === "exceptionAction" && each.action.kind === "manualReclassify";
  });
}

function judgeSelector(
  { selector, active }: Extract<ScenarioFact, { kind: "selector" }>,
  job: JobSnapshot,
): Verdict {
  const all = [...job.requestedWorkerSelectors, ...job.attachedWorkerSelectors];
  const found = all.some(
    (each) =>
      each.status === "active" &&
      each.key === selector.key &&
      each.labelOperator === selector.labelOperator &&
      each.value === selector.value &&
      (selector.expiresAfterSeconds === undefined ||
        each.expiresAfterSeconds === selector.expiresAfterSeconds) &&
      (selector.expedite === undefined || (each.expedite ?? false) === selector.expedite),
  );
  const list = all
    .map((each) => `${describeSelector(each)}${each.status === "active" ? "" : " (expired)"}`)
    .join(", ");
  return {
    holds: found === active,
    actual: list === "" ? "nothing is required" : `required: ${list}`,
  };
}

function judgeLabels(wanted: LabelChanges, labels: Readonly<Record<string, unknown>>): Verdict {
  const own = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  const entries = Object.entries(wanted);
  return {
    holds: entries.every(([key, value]) => (own(key) ?? null) === value),
    actual: entries.map(([key]) => `${key} is ${String(own(key) ?? "missing")}`).join(", "),
  };
}

function concerns(
  { data }: RouterEvent,
  { of, id }: { readonly of?: "job" | "worker"; readonly id?: string },
): boolean {
  return of === undefined || data[of === "job" ? "jobId" : "workerId"] === id;
}

function notesOf(router: Router, jobId: string): readonly string[] {
  const notes = router.view("jobs", jobId)?.body.notes;
  if (!Array.isArray(notes)) return [];
  return notes.map((note: unknown) =>
    typeof note === "object" && note !== null && "message" in note ? String(note.message) : "",
  );
}

function absent(id: string): Verdict {
  return { holds: false, actual: `${id} is not there` };
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index]);
}
