import type { SourceText, Span } from "@routewright/diagnostics";
import {
  isRouterEventName,
  isScenarioWorkerState,
  latestScenarioStartMs,
  longestScenarioMs,
  routerEventNames,
} from "@routewright/jobrouter";
import type {
  Expr,
  LabelEntry,
  Moment,
  Name,
  ScenarioAction,
  ScenarioDeclaration,
  ScenarioExpectation,
  ScenarioStep,
  ScenarioWorker,
  ScenarioWorkerItem,
  WorkerItem,
} from "../parse/ast.ts";
import { type CheckContext, quoteKey, report, type Scope } from "./context.ts";
import { invalidNumber } from "./diagnostics/constants.ts";
import { unknownName } from "./diagnostics/names.ts";
import {
  invalidInstant,
  scenarioEmptySpan,
  scenarioOnlyExpects,
  scenarioOrder,
  scenarioSubject,
  scenarioWithoutExpectation,
  scenarioWorkerPart,
} from "./diagnostics/scenarios.ts";
import {
  expectNumber,
  expectText,
  expectTime,
  type NumberRule,
  plainScope,
  priorityRule,
} from "./expect.ts";
import { checkEntries, checkReference, checkRepeated } from "./objects.ts";
import {
  checkChoice,
  checkExpectedRequirement,
  checkJob,
  checkStub,
  checkWorker,
  checkWorkerItems,
  declareOnce,
  type TestSummary,
} from "./people.ts";
import { resolveLabel } from "./resolve.ts";
import { suggestion } from "./suggest.ts";

type Side = "job" | "worker";
interface Subject {
  readonly side: Side;
  readonly name: Name;
}

interface Play {
  readonly ctx: CheckContext;
  readonly scope: Scope;
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly summary: TestSummary;
}

export function checkScenario(
  ctx: CheckContext,
  scenario: ScenarioDeclaration,
  source: SourceText,
  summary: TestSummary,
): void {
  const scope = plainScope(source);
  const play: Play = { ctx, scope, subjects: declareSubjects(ctx, scenario, scope), summary };
  checkRepeated(
    ctx,
    scenario.items,
    (item) =>
      item.kind === "delay"
        ? item.what
        : item.kind === "choose" || item.kind === "starts"
          ? item.kind
          : undefined,
    source,
  );
  let latest: { readonly seconds: number; readonly text: string } | undefined;
  for (const item of scenario.items) {
    switch (item.kind) {
      case "worker":
        checkPerson(play, item);
        break;
      case "stub":
        checkStub(ctx, item, summary, scope);
        break;
      case "choose":
        checkChoice(ctx, item.at, scope);
        break;
      case "starts":
        checkInstant(play, item.at);
        break;
      case "delay":
        checkTime(play, item.takes, "a delay");
        break;
      case "moment": {
        const seconds = checkMoment(play, item);
        if (seconds === undefined || item.when !== "at") break;
        const text = textAt(scope, item.time.span);
        if (latest !== undefined && seconds < latest.seconds) {
          report(ctx, scenarioOrder, { time: text, before: latest.text }, source, item.time.span, {
            help: "write the moments in the order in which they come",
          });
        } else latest = { seconds, text };
        break;
      }
    }
  }
  const expects = scenario.items.some(
    (item) => item.kind === "moment" && item.steps.some((step) => step.kind === "expect"),
  );
  if (expects) return;
  const { start } = scenario.span;
  const at = scenario.name?.span ?? { start, end: start + "scenario".length };
  report(ctx, scenarioWithoutExpectation, {}, source, at, { help: "add `at … expect …`" });
}

function declareSubjects(
  ctx: CheckContext,
  scenario: ScenarioDeclaration,
  scope: Scope,
): ReadonlyMap<string, Subject> {
  const named = (side: Side, name: Name | undefined): readonly Subject[] =>
    name === undefined ? [] : [{ side, name }];
  const declared = scenario.items.flatMap((item): readonly Subject[] => {
    if (item.kind === "worker") return named("worker", item.name);
    if (item.kind !== "moment") return [];
    return item.steps.flatMap((step) => {
      if (step.kind === "job") return named("job", step.name);
      return step.kind === "worker" ? named("worker", step.worker.name) : [];
    });
  });
  return declareOnce(ctx, declared, scope);
}

function checkMoment(play: Play, moment: Moment): number | undefined {
  const { ctx, scope } = play;
  const from = moment.from === undefined ? 0 : checkTime(play, moment.from, "a moment");
  const seconds = checkTime(play, moment.time, "a moment");
  if (moment.when === "until" && from !== undefined && seconds !== undefined && from >= seconds) {
    const start = moment.from === undefined ? "0s" : textAt(scope, moment.from.span);
    const end = textAt(scope, moment.time.span);
    report(ctx, scenarioEmptySpan, { from: start, until: end }, scope.source, moment.time.span);
  }
  for (const step of moment.steps) {
    if (step.kind !== "expect" && moment.when !== "at") {
      report(ctx, scenarioOnlyExpects, { when: moment.when }, scope.source, step.span, {
        help: "write `at` and the time at which it happens",
      });
    }
    checkStep(play, step);
  }
  return seconds;
}

function checkStep(play: Play, step: ScenarioStep): void {
  if (step.kind === "expect") checkExpectation(play, step.expectation);
  else checkAction(play, step, step.span);
}

function checkAction(play: Play, action: ScenarioAction, span: Span): void {
  const { ctx, scope, summary } = play;
  const text = (expr: Expr | undefined, what: string) => {
    if (expr !== undefined) expectText(ctx, expr, scope, what);
  };
  const time = (expr: Expr | undefined, what: string) => {
    if (expr !== undefined) checkTime(play, expr, what);
  };
  if ("job" in action) subject(play, action.job, "job");
  switch (action.kind) {
    case "job":
      checkJob(ctx, { ...action, span }, { summary, fromCases, classified: false }, scope);
      if (typeof action.matching === "object") time(action.matching.scheduledAt, "a moment");
      return;
    case "worker":
      checkPerson(play, action.worker);
      return;
    case "accepts":
    case "goesOff":
    case "comesBack":
      subject(play, action.worker, "worker");
      return;
    case "declines":
      subject(play, action.worker, "worker");
      time(action.retryAfter, "how long the offer is declined `for`");
      return;
    case "completes":
      subject(play, action.worker, "worker");
      text(action.note, "a note");
      return;
    case "closes":
      subject(play, action.worker, "worker");
      text(action.disposition, "a disposition code");
      text(action.note, "a note");
      time(action.after, "how long after");
      return;
    case "set": {
      const side = subject(play, action.target, undefined);
      if (side !== undefined) checkChanges(play, action.labels, side);
      return;
    }
    case "change":
      subject(play, action.worker, "worker");
      checkParts(play, action.items, notChanged);
      checkWorkerItems(ctx, action.items, scope);
      return;
    case "move":
      if (action.to !== undefined) checkReference(ctx, action.to, "queue", scope);
      if (action.priority !== undefined)
        expectNumber(ctx, action.priority, scope, "a priority", priorityRule);
      return;
    case "reclassify":
      if (action.via !== undefined) checkReference(ctx, action.via, "classification", scope);
      return;
    case "cancel":
      text(action.disposition, "a disposition code");
      text(action.note, "a note");
      return;
    case "unassign":
    case "release":
      return;
  }
}

/** No labels come from elsewhere. */
const fromCases: ReadonlySet<string> = new Set();

function checkPerson(play: Play, worker: ScenarioWorker): void {
  const { ctx, scope } = play;
  const habits = worker.items.filter((item) => !isWorkerItem(item));
  for (const item of habits) {
    if ("after" in item && item.after !== undefined) checkTime(play, item.after, "a habit");
  }
  checkRepeated(ctx, habits, (item) => item.kind, scope.source);
  const items = worker.items.filter(isWorkerItem);
  checkParts(play, items, notGiven);
  checkWorker(ctx, { name: worker.name, items }, scope);
}

type Reasons = Readonly<Partial<Record<WorkerItem["kind"], string>>>;
const notGiven: Reasons = { load: "a worker's load follows from the jobs that it has" };
const notChanged: Reasons = {
  ...notGiven,
  id: "a worker keeps its id",
  labels: "labels are changed by `set`",
  unavailable: "write that the worker `goes off`",
};

/** Parts that would do nothing in a scenario. */
function checkParts(play: Play, items: readonly WorkerItem[], refused: Reasons): void {
  const { ctx, scope } = play;
  for (const { kind, span } of items) {
    const why = refused[kind];
    if (why === undefined) continue;
    const word = { start: span.start, end: span.start + kind.length };
    report(ctx, scenarioWorkerPart, { part: kind, why }, scope.source, word);
  }
}

/** A time of a scenario, in seconds; `undefined` when it is none. */
function checkTime(play: Play, expr: Expr, what: string): number | undefined {
  const { ctx, scope } = play;
  const seconds = expectTime(ctx, expr, scope, what);
  if (seconds === undefined || (seconds >= 0 && seconds * 1000 <= longestScenarioMs)) {
    return seconds;
  }
  const wanted = `a time from 0s to ${longestScenarioMs / 86_400_000}d`;
  const found = textAt(scope, expr.span);
  report(ctx, invalidNumber, { what, wanted, found }, scope.source, expr.span);
  return undefined;
}

export function isWorkerItem(item: ScenarioWorkerItem): item is WorkerItem {
  return !("after" in item);
}

/** Labels as they become: `none` takes one away. */
function checkChanges(play: Play, labels: readonly LabelEntry[], side: Side): void {
  const { ctx, scope } = play;
  checkEntries(
    ctx,
    labels.filter((entry) => entry.value?.kind !== "none"),
    side,
    scope,
  );
  for (const entry of labels) {
    if (entry.value?.kind === "none") resolveLabel(ctx, scope, side, entry.key);
  }
}

/** Instants are written as in JSON, with a zone. */
export function instantOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) {
    return undefined;
  }
  const ms = Date.parse(text);
  return ms >= 0 && ms <= latestScenarioStartMs ? ms : undefined;
}

function checkInstant(play: Play, at: Expr): void {
  const { ctx, scope } = play;
  const text = expectText(ctx, at, scope, "the start of a scenario");
  if (text === undefined || instantOf(text) !== undefined) return;
  report(ctx, invalidInstant, { text }, scope.source, at.span, {
    help: 'write it with its zone: "2026-03-01T09:00:00Z"',
  });
}

const anyNumber: NumberRule = { wanted: "a number", holds: () => true };

function checkExpectation(play: Play, node: ScenarioExpectation): void {
  const { ctx, scope } = play;
  switch (node.kind) {
    case "offer":
      if (node.job !== undefined) subject(play, node.job, "job");
      if (node.worker !== undefined) subject(play, node.worker, "worker");
      return;
    case "state":
      subject(play, node.subject, isScenarioWorkerState(node.state) ? "worker" : "job");
      if (node.to !== undefined) subject(play, node.to, "worker");
      return;
    case "requires":
      subject(play, node.subject, "job");
      checkExpectedRequirement(ctx, node.requirement, scope);
      return;
    case "queueOf":
      subject(play, node.subject, "job");
      checkReference(ctx, node.value, "queue", scope);
      return;
    case "noQueueOf":
      subject(play, node.subject, "job");
      return;
    case "priorityOf":
      subject(play, node.subject, "job");
      expectNumber(ctx, node.value, scope, "an expected priority", anyNumber);
      return;
    case "loadOf":
      subject(play, node.subject, "worker");
      expectNumber(ctx, node.value, scope, "an expected load", anyNumber);
      return;
    case "dispositionOf":
    case "noteOf":
      subject(play, node.subject, "job");
      expectText(ctx, node.value, scope, "what is expected");
      return;
    case "labelsOf": {
      const side = subject(play, node.subject, undefined);
      if (side !== undefined) checkChanges(play, node.labels, side);
      return;
    }
    case "waiting":
      checkReference(ctx, node.queue, "queue", scope);
      for (const job of node.jobs) subject(play, job, "job");
      return;
    case "workersFor":
      subject(play, node.subject, "job");
      for (const worker of node.workers) subject(play, worker, "worker");
      return;
    case "event":
      checkEvent(play, node.event);
      if (node.subject !== undefined) subject(play, node.subject, undefined);
      return;
    case "events":
      subject(play, node.subject, undefined);
      for (const event of node.events) checkEvent(play, event);
      return;
  }
}

function checkEvent({ ctx, scope }: Play, event: Name | undefined): void {
  if (event === undefined || isRouterEventName(event.text)) return;
  report(ctx, unknownName, { name: event.text, wanted: "event called" }, scope.source, event.span, {
    ...suggestion(event.text, routerEventNames, event.span, (text) => text),
  });
}

/** Looks a job or worker of the scenario up, and says which it is. */
function subject(play: Play, name: Name | undefined, wanted: Side | undefined): Side | undefined {
  if (name === undefined) return undefined;
  const { ctx, scope, subjects } = play;
  const found = subjects.get(name.text);
  if (found === undefined) {
    const known = [...subjects]
      .filter(([, { side }]) => wanted === undefined || side === wanted)
      .map(([text]) => text);
    const noun = `${wanted ?? "job or worker"} of this scenario called`;
    report(ctx, unknownName, { name: name.text, wanted: noun }, scope.source, name.span, {
      ...suggestion(name.text, known, name.span, quoteKey),
    });
    return undefined;
  }
  if (wanted === undefined || found.side === wanted) return found.side;
  report(
    ctx,
    scenarioSubject,
    { name: name.text, is: found.side, wanted },
    scope.source,
    name.span,
    { related: [{ source: scope.source, span: found.name.span, message: "named here" }] },
  );
  return undefined;
}

function textAt({ source }: Scope, { start, end }: Span): string {
  return source.text.slice(start, end);
}
