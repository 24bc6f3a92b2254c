import type { Bundle, Job } from "@routewright/jobrouter";
import {
  type AttachmentEntry,
  type Classification,
  describeExclusion,
  describeReasons,
  describeSelector,
  type MatchEntry,
  type Places,
  type PriorityEntry,
  type QueueEntry,
  type Ranking,
  type RuleTrace,
  type TraceEntry,
} from "@routewright/runtime";
import type { Decision, RankingView, TraceAtom, TraceStep } from "../protocol.ts";
import { locationIn, type Wire } from "./compiled.ts";

/** A decision as people read it. */
export function decisionOf(
  job: Job,
  classification: Classification,
  names: ReadonlyMap<string, string>,
): Decision {
  if (classification.outcome === "failed") {
    return { outcome: "failed", errors: classification.errors.map(({ message }) => message) };
  }
  const { queueId, queueFrom, priority, attachedWorkerSelectors, warnings } = classification;
  const selectors = [...(job.requestedWorkerSelectors ?? []), ...attachedWorkerSelectors];
  const queueName = queueId === undefined ? undefined : names.get(queueId);
  return {
    outcome: "classified",
    ...(queueId === undefined ? {} : { queueId }),
    ...(queueName === undefined ? {} : { queueName }),
    queueFrom,
    priority,
    requires: selectors.map((selector) => `worker.${describeSelector(selector)}`),
    warnings: warnings.map(({ message }) => message),
  };
}

export interface TraceView {
  readonly bundle: Bundle;
  readonly places: Places;
  readonly wire: Wire;
}

export function traceSteps(entries: readonly TraceEntry[], view: TraceView): readonly TraceStep[] {
  return entries.map((entry) => stepOf(entry, view));
}

function stepOf(entry: TraceEntry, view: TraceView): TraceStep {
  switch (entry.kind) {
    case "attachment":
      return attachmentStep(entry, view);
    case "match":
      return matchStep(entry);
    case "queue":
      return queueStep(entry, view);
    case "priority":
      return priorityStep(entry, view);
  }
}

function attachmentStep(entry: AttachmentEntry, view: TraceView): TraceStep {
  const { side, pointer, applied, selectors, rule, issue, passThrough, allocation } = entry;
  const attached = selectors.map(({ selector }) => describeSelector(selector)).join(", ");
  const why =
    issue !== undefined
      ? `fails: ${issue.message}`
      : passThrough !== undefined
        ? `job.${passThrough.key} is ${show(passThrough.value)}`
        : allocation !== undefined
          ? `the choice ${allocation.choice} falls in share ${(allocation.index ?? -1) + 1}`
          : rule === undefined
            ? "always"
            : describeReasons(rule) || `the ${rule.kind} rule gives ${show(rule.value)}`;
  const what = applied ? (attached === "" ? "applies" : `attaches ${attached}`) : "does not apply";
  return {
    kind: side === "queue" ? "queueRule" : "workerRule",
    text: `${what}, because ${why}`,
    state: issue !== undefined ? "failed" : applied ? "applied" : "passedOver",
    pointer,
    ...located(view, pointer),
    atoms: rule === undefined ? [] : atomsOf(rule, view),
  };
}

function matchStep(entry: MatchEntry): TraceStep {
  const matched = entry.queues.filter((queue) => queue.matched).map((queue) => queue.queueId);
  const wanted = entry.selectors.map(({ selector }) => describeSelector(selector)).join(" and ");
  return {
    kind: "match",
    text:
      matched.length === 0
        ? `no queue has ${wanted}`
        : `${matched.join(", ")} ${matched.length === 1 ? "has" : "have"} ${wanted}`,
    state: matched.length === 0 ? "passedOver" : "applied",
    atoms: [],
  };
}

function queueStep(entry: QueueEntry, view: TraceView): TraceStep {
  const origins = {
    selectors: "which matches",
    job: "the job's own queue",
    fallback: "the fallback, since no queue matches and the job has none",
    nowhere: "",
  } as const;
  const text =
    entry.from === "nowhere"
      ? `no queue: ${entry.issue?.message ?? ""}`
      : `queue ${entry.queueId ?? ""}, ${origins[entry.from]}`;
  return {
    kind: "queue",
    text,
    state: entry.from === "nowhere" ? "failed" : "result",
    ...(entry.pointer === undefined
      ? {}
      : { pointer: entry.pointer, ...located(view, entry.pointer) }),
    atoms: [],
  };
}

function priorityStep(entry: PriorityEntry, view: TraceView): TraceStep {
  const { rule, priority, issue, from } = entry;
  const why =
    rule === undefined
      ? from === "job"
        ? "the job's own"
        : "the service's default"
      : issue === undefined
        ? describeReasons(rule)
        : issue.message;
  const text = `priority ${priority ?? "none"}${why === "" ? "" : `, because ${why}`}`;
  const pointer = rule?.pointer;
  const arm = rule?.arm;
  const place =
    pointer === undefined
      ? undefined
      : arm === undefined
        ? view.places.find(pointer)
        : (view.places.exact(`${pointer}/expression`, arm) ?? view.places.find(pointer));
  const location = locationIn(view.bundle, place, view.wire);
  return {
    kind: "priority",
    text,
    state: issue === undefined ? "result" : "failed",
    ...(pointer === undefined ? {} : { pointer }),
    ...(location === undefined ? {} : { location }),
    atoms: rule === undefined ? [] : atomsOf(rule, view),
  };
}

export function atomsOf(
  rule: RuleTrace,
  { bundle, places, wire }: TraceView,
): readonly TraceAtom[] {
  return rule.atoms.map((atom) => {
    const place = places.exact(`${rule.pointer}/expression`, atom.span);
    const location = locationIn(bundle, place, wire);
    const words = place === undefined ? atom.text : places.text(place);
    return {
      text: words.length > 120 ? atom.text : words,
      value: atom.error === undefined ? show(atom.value) : `fails: ${atom.error}`,
      ...(location === undefined ? {} : { location }),
      operands: atom.operands.map(({ text, label, value }) => ({
        text: label === undefined ? text : `${label.root}.${label.name}`,
        value: value === null ? "missing" : show(value),
      })),
    };
  });
}

function located(
  { bundle, places, wire }: TraceView,
  pointer: string,
): Pick<TraceStep, "location"> {
  const location = locationIn(bundle, places.find(pointer), wire);
  return location === undefined ? {} : { location };
}

export function rankingView(ranking: Ranking): RankingView {
  return {
    mode: ranking.mode,
    workers: ranking.workers.map(({ workerId, score }) => ({
      id: workerId,
      ...(score === undefined ? {} : { score: score.value }),
    })),
    excluded: ranking.excluded.map(({ workerId, reasons }) => ({
      id: workerId,
      reasons: reasons.map(describeExclusion),
    })),
  };
}

/** A value as JSON; `missing` for one that is not there. */
export function show(value: unknown): string {
  return value === undefined || value === null ? "missing" : JSON.stringify(value);
}
