import type { SourceText, Span } from "@routewright/diagnostics";
import type {
  BundleScenario,
  LabelChanges,
  LabelValue,
  ScenarioCommand,
  ScenarioFact,
  ScenarioHabits,
  ScenarioStepData,
} from "@routewright/jobrouter";
import { isRouterEventName, isScenarioWorkerState } from "@routewright/jobrouter";
import { instantOf, isWorkerItem } from "../check/scenarios.ts";
import type {
  Expr,
  LabelEntry,
  Moment,
  Name,
  ScenarioAction,
  ScenarioDeclaration,
  ScenarioExpectation,
  ScenarioItem,
  ScenarioWorker,
} from "../parse/ast.ts";
import {
  defined,
  idOf,
  type Lowering,
  labelValue,
  locate,
  numberOf,
  secondsOf,
  textOf,
} from "./lowering.ts";
import { lowerJob, lowerStub, lowerWorker, policyOf, selectorsOf } from "./tests.ts";

interface Play {
  readonly run: Lowering;
  readonly source: SourceText;
  /** Ids of workers by their names; what is not among them is a job. */
  readonly workers: ReadonlyMap<string, string>;
}

export function lowerScenario(
  run: Lowering,
  scenario: ScenarioDeclaration,
  source: SourceText,
): BundleScenario {
  const people = scenario.items.flatMap((item): readonly ScenarioWorker[] => {
    if (item.kind === "worker") return [item];
    if (item.kind !== "moment") return [];
    return item.steps.flatMap((step) => (step.kind === "worker" ? [step.worker] : []));
  });
  const workers = new Map(
    people.map((worker) => {
      const { name, id } = lowerPerson(run, worker).worker;
      return [name, id];
    }),
  );
  const play: Play = { run, source, workers };
  const steps: ScenarioStepData[] = [];
  for (const item of scenario.items) {
    if (item.kind === "worker") {
      steps.push({
        location: place(play, item.span),
        atMs: 0,
        does: { kind: "worker", ...lowerPerson(run, item) },
      });
    } else if (item.kind === "moment") steps.push(...lowerMoment(play, item));
  }
  const of = <K extends ScenarioItem["kind"]>(kind: K) =>
    scenario.items.filter((item): item is Extract<ScenarioItem, { kind: K }> => item.kind === kind);
  const delay = (what: string) =>
    milliseconds(run, of("delay").find((item) => item.what === what)?.takes);
  return defined<BundleScenario>({
    name: scenario.name?.value ?? "",
    location: locate(run, { source, span: scenario.span }),
    startsAtMs: instantOf(textOf(run, of("starts")[0]?.at) ?? ""),
    classifyingMs: delay("classifying"),
    queueingMs: delay("queueing"),
    offeringMs: delay("offering"),
    stubs: of("stub").map((stub) => lowerStub(run, stub)),
    choice: numberOf(run, of("choose")[0]?.at),
    steps,
  });
}

function place({ run, source }: Play, span: Span) {
  return locate(run, { source, span });
}

function milliseconds(run: Lowering, expr: Expr | undefined): number | undefined {
  const seconds = secondsOf(run, expr);
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

function lowerPerson(run: Lowering, node: ScenarioWorker) {
  const items = node.items.filter(isWorkerItem);
  const habit = (kind: string) => {
    const item = node.items.find((each) => each.kind === kind);
    if (item === undefined || isWorkerItem(item)) return undefined;
    return milliseconds(run, item.after) ?? 0;
  };
  const habits = defined<ScenarioHabits>({
    acceptsAfterMs: habit("accepts"),
    declinesAfterMs: habit("declines"),
    completesAfterMs: habit("completes"),
    closesAfterMs: habit("closes"),
  });
  return { worker: lowerWorker(run, { name: node.name, items }), habits };
}

function lowerMoment(play: Play, moment: Moment): readonly ScenarioStepData[] {
  const { run } = play;
  const atMs = milliseconds(run, moment.time) ?? 0;
  const { when } = moment;
  return moment.steps.flatMap((step): readonly ScenarioStepData[] => {
    const location = place(play, step.span);
    if (step.kind !== "expect") {
      const does = lowerAction(play, step);
      return [{ location, atMs, does, ...(step.refused ? { refused: true } : {}) }];
    }
    const fromMs = milliseconds(run, moment.from);
    return lowerExpectation(play, step.expectation).map((expects) =>
      defined({ location, atMs, when, fromMs, expects }),
    );
  });
}

function lowerAction(play: Play, action: ScenarioAction): ScenarioCommand {
  const { run, source } = play;
  const workerId =
    action.kind !== "worker" && "worker" in action && action.worker !== undefined
      ? idFor(play, action.worker)
      : "";
  const jobId = "job" in action ? (action.job?.text ?? "") : "";
  switch (action.kind) {
    case "job": {
      // A job that names its queue and no classification is not classified, as in the service.
      const policy =
        action.queue !== undefined && action.via === undefined ? undefined : policyOf(run, action);
      const job = { ...lowerJob(run, action, new Map(), source) };
      const { matching } = action;
      return defined({
        kind: "job" as const,
        jobId: action.name?.text ?? "",
        job: policy === undefined ? job : { ...job, classificationPolicyId: policy },
        suspended: matching === "suspended" ? true : undefined,
        scheduledAtMs:
          typeof matching === "object" ? milliseconds(run, matching.scheduledAt) : undefined,
      });
    }
    case "worker":
      return { kind: "worker", ...lowerPerson(run, action.worker) };
    case "accepts":
      return { kind: "accept", workerId, jobId };
    case "declines": {
      const retryAfterMs = milliseconds(run, action.retryAfter);
      return defined({ kind: "decline" as const, workerId, jobId, retryAfterMs });
    }
    case "completes":
      return defined({
        kind: "complete" as const,
        workerId,
        jobId,
        note: textOf(run, action.note),
      });
    case "closes":
      return defined({
        kind: "close" as const,
        workerId,
        jobId,
        dispositionCode: textOf(run, action.disposition),
        note: textOf(run, action.note),
        afterMs: milliseconds(run, action.after),
      });
    case "goesOff":
      return { kind: "goOff", workerId };
    case "comesBack":
      return { kind: "comeBack", workerId };
    case "set": {
      const labels = changes(run, action.labels);
      return { kind: "setLabels", ...subjectOf(play, action.target), labels };
    }
    case "change": {
      const { queues, capacity, channels } = lowerWorker(run, {
        name: action.worker,
        items: action.items,
      });
      return defined({ kind: "changeWorker" as const, workerId, queues, capacity, channels });
    }
    case "move":
      return defined({
        kind: "move" as const,
        jobId,
        queueId: idOf(run, action.to),
        priority: numberOf(run, action.priority),
      });
    case "reclassify": {
      const classificationPolicyId = idOf(run, action.via);
      return defined({ kind: "reclassify" as const, jobId, classificationPolicyId });
    }
    case "cancel":
      return defined({
        kind: "cancel" as const,
        jobId,
        dispositionCode: textOf(run, action.disposition),
        note: textOf(run, action.note),
      });
    case "unassign":
      return { kind: "unassign", jobId, ...(action.suspended ? { suspended: true } : {}) };
    case "release":
      return { kind: "release", jobId };
  }
}

function idFor({ workers }: Play, name: Name): string {
  return workers.get(name.text) ?? name.text;
}

function subjectOf(play: Play, name: Name | undefined) {
  const text = name?.text ?? "";
  const worker = play.workers.get(text);
  return worker === undefined
    ? ({ of: "job", id: text } as const)
    : ({ of: "worker", id: worker } as const);
}

function changes(run: Lowering, entries: readonly LabelEntry[]): LabelChanges {
  return Object.fromEntries(
    entries.flatMap(({ key, value }): (readonly [string, LabelValue | null])[] => {
      if (value?.kind === "none") return [[key.text, null]];
      const constant = labelValue(run, value);
      return constant === undefined ? [] : [[key.text, constant]];
    }),
  );
}

function lowerExpectation(play: Play, node: ScenarioExpectation): readonly ScenarioFact[] {
  const { run, source } = play;
  const jobId = "subject" in node ? (node.subject?.text ?? "") : "";
  switch (node.kind) {
    case "offer":
      return [
        defined({
          kind: "offer" as const,
          present: node.present,
          jobId: node.job?.text,
          workerId: node.worker === undefined ? undefined : idFor(play, node.worker),
          outcome: node.outcome,
        }),
      ];
    case "state": {
      const { negated, state } = node;
      const id = idFor(play, node.subject);
      if (isScenarioWorkerState(state))
        return [{ kind: "state", of: "worker", id, negated, state }];
      const workerId = node.to === undefined ? undefined : idFor(play, node.to);
      return [
        defined({ kind: "state" as const, of: "job" as const, id, negated, state, workerId }),
      ];
    }
    case "requires":
      return selectorsOf(run, node.requirement, source).map((selector) => ({
        kind: "selector",
        jobId,
        active: node.active,
        selector,
      }));
    case "queueOf": {
      const queueId = idOf(run, node.value);
      return queueId === undefined
        ? []
        : [{ kind: "queue", jobId, operator: node.operator, queueId }];
    }
    case "noQueueOf":
      return [{ kind: "queue", jobId, operator: "==" }];
    case "priorityOf":
    case "loadOf": {
      const value = numberOf(run, node.value);
      if (value === undefined) return [];
      const { operator } = node;
      if (node.kind === "priorityOf") return [{ kind: "priority", jobId, operator, value }];
      return [{ kind: "load", workerId: play.workers.get(jobId) ?? jobId, operator, value }];
    }
    case "dispositionOf":
    case "noteOf": {
      const value = textOf(run, node.value);
      if (value === undefined) return [];
      const kind = node.kind === "noteOf" ? "note" : "disposition";
      return [{ kind, jobId, operator: node.operator, value }];
    }
    case "labelsOf":
      return [
        { kind: "labels", ...subjectOf(play, node.subject), labels: changes(run, node.labels) },
      ];
    case "waiting": {
      const queueId = idOf(run, node.queue);
      if (queueId === undefined) return [];
      return [{ kind: "waiting", queueId, jobIds: node.jobs.map(({ text }) => text) }];
    }
    case "workersFor":
      return [{ kind: "workers", jobId, workerIds: node.workers.map((name) => idFor(play, name)) }];
    case "event": {
      const event = node.event?.text ?? "";
      if (!isRouterEventName(event)) return [];
      return [
        {
          kind: "event",
          present: node.present,
          event,
          ...(node.subject === undefined ? {} : subjectOf(play, node.subject)),
        },
      ];
    }
    case "events":
      return [
        {
          kind: "events",
          ...subjectOf(play, node.subject),
          events: node.events.map(({ text }) => text).filter(isRouterEventName),
        },
      ];
  }
}
