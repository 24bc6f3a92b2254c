import type { SourceText, Span } from "@routewright/diagnostics";
import type {
  ClassificationDeclaration,
  ExceptionActionNode,
  ExceptionRuleNode,
  Expr,
} from "../parse/ast.ts";
import type { Symbol as DeclaredSymbol } from "./checked.ts";
import { requiresQueue } from "./classification.ts";
import { type CheckContext, labelPath, report } from "./context.ts";
import { exceptionCircle } from "./diagnostics/meaning.ts";
import { type Assignment, coversAll, holds, showAssigned } from "./exhaustive.ts";

type QueueSymbol = Extract<DeclaredSymbol, { kind: "queue" }>;
type Policy = ClassificationDeclaration;

/** What exceptions do to a job that nobody takes, as far as it can be known. */
interface Watch {
  /** Those with a constant waiting time, in the order in which they fire. */
  readonly rules: readonly ExceptionRuleNode[];
  readonly source: SourceText;
}

/** A job on its way: the labels that are known of it, and the policy that exceptions gave it. */
interface Traveller {
  readonly queue: QueueSymbol;
  readonly labels: Assignment;
  readonly policy: Policy | undefined;
}

/** The action that takes it to the next queue. */
interface Leg {
  readonly from: QueueSymbol;
  readonly to: QueueSymbol;
  readonly action: ExceptionActionNode;
  readonly source: SourceText;
}

/** Some milliseconds: this is asked after each keystroke. */
const mostWalks = 2000;

/**
 * Exceptions that send a job that nobody takes from queue to queue without end. Only what is
 * certain is reported: there is a job for which every step is decided by what the policy says.
 * So queue lengths never trigger here, and a way ends wherever a classification depends on more
 * than declared labels, or leads out of the program.
 */
export function checkCircles(ctx: CheckContext): void {
  const watches = watchesOf(ctx);
  if (watches.size < 2) return;
  const found = new Set<string>();
  const findFrom = (labels: Assignment): void => {
    for (const queue of watches.keys()) {
      const circle = circleFrom(ctx, watches, { queue, labels, policy: undefined });
      if (circle === undefined) continue;
      const key = keyOf(circle);
      if (found.has(key)) continue;
      found.add(key);
      const goesRound = (fewer: Assignment): boolean => {
        const same = circleFrom(ctx, watches, { queue, labels: fewer, policy: undefined });
        return same !== undefined && keyOf(same) === key;
      };
      reportCircle(ctx, circle, whatMatters(labels, goesRound));
    }
  };
  // What befalls every job comes first; then what befalls some.
  findFrom(new Map());
  const deciding = [...watches.values()].flatMap((watch) => conditionsOf(ctx, watch));
  if (deciding.length === 0) return;
  let walks = 0;
  coversAll(ctx, [...new Set(deciding)], (labels) => {
    findFrom(labels);
    walks += watches.size;
    return walks < mostWalks;
  });
}

/** The labels without those that make no difference. */
function whatMatters(labels: Assignment, holds: (fewer: Assignment) => boolean): Assignment {
  let kept = labels;
  for (const path of labels.keys()) {
    const fewer = new Map(kept);
    fewer.delete(path);
    if (holds(fewer)) kept = fewer;
  }
  return kept;
}

/** Of the queues that exceptions may take a job out of. */
function watchesOf(ctx: CheckContext): ReadonlyMap<QueueSymbol, Watch> {
  const watches = new Map<QueueSymbol, Watch>();
  for (const symbol of ctx.symbols) {
    if (symbol.kind !== "queue") continue;
    for (const item of symbol.declaration.items) {
      if (item.kind !== "exceptionsRef") continue;
      const exceptions = ctx.references.get(item.value);
      if (exceptions?.kind !== "exceptions") continue;
      const { source, declaration } = exceptions;
      const rules = declaration.items.filter((each) => each.kind === "rule");
      const timed = rules.flatMap((rule) => {
        const seconds = waitOf(ctx, rule);
        return seconds === undefined ? [] : [{ rule, seconds }];
      });
      if (timed.length === 0) continue;
      timed.sort((a, b) => a.seconds - b.seconds);
      watches.set(symbol, { rules: timed.map(({ rule }) => rule), source });
    }
  }
  return watches;
}

function waitOf(ctx: CheckContext, { trigger }: ExceptionRuleNode): number | undefined {
  if (trigger?.kind !== "waiting") return undefined;
  const constant = ctx.constants.get(trigger.threshold);
  return constant?.kind === "duration" ? constant.seconds : undefined;
}

/** What decides where the reclassifications of a block lead. */
function conditionsOf(ctx: CheckContext, { rules }: Watch): readonly Expr[] {
  return rules.flatMap(({ actions }) =>
    actions.flatMap((action): readonly Expr[] => {
      const policy = action.kind === "reclassify" ? policyOf(ctx, action.via) : undefined;
      const value = policy?.items.find((item) => item.kind === "queueValue")?.value;
      return value === undefined ? [] : [value];
    }),
  );
}

function policyOf(ctx: CheckContext, via: Expr | undefined): Policy | undefined {
  const symbol = via === undefined ? undefined : ctx.references.get(via);
  return symbol?.kind === "classification" ? symbol.declaration : undefined;
}

/** The legs of the circle that a job gets into from here, if it surely does. */
function circleFrom(
  ctx: CheckContext,
  watches: ReadonlyMap<QueueSymbol, Watch>,
  start: Traveller,
): readonly Leg[] | undefined {
  const legs: Leg[] = [];
  const places = new Map<string, number>();
  let traveller = start;
  for (;;) {
    const key = travellerKey(traveller);
    const place = places.get(key);
    if (place !== undefined) return legs.slice(place);
    places.set(key, legs.length);
    const watch = watches.get(traveller.queue);
    const next = watch === undefined ? undefined : leave(ctx, watch, traveller);
    if (next === undefined) return undefined;
    legs.push(next.leg);
    traveller = next.traveller;
  }
}

function travellerKey({ queue, labels, policy }: Traveller): string {
  const known = [...labels].map(([path, { value }]) => [path, showAssigned(value)]);
  return JSON.stringify([queue.name.text, policy?.name?.text, known.sort()]);
}

/**
 * The end of a job's stay in a queue; `undefined`: it stays, is cancelled, or nobody can tell.
 * Each rule fires once in a stay, and an action that takes the job away is a rule's last.
 */
function leave(
  ctx: CheckContext,
  { rules, source }: Watch,
  { queue, ...arrived }: Traveller,
): { readonly leg: Leg; readonly traveller: Traveller } | undefined {
  let { labels, policy } = arrived;
  for (const { actions } of rules) {
    for (const action of actions) {
      if (action.kind === "cancel") return undefined;
      let to: QueueSymbol | "stays" | undefined;
      if (action.kind === "move") to = targetOf(ctx, action.to);
      else {
        labels = withChanges(ctx, labels, action);
        policy = action.via === undefined ? policy : policyOf(ctx, action.via);
        to = policy === undefined ? undefined : destinationOf(ctx, policy, labels);
      }
      if (to === undefined) return undefined;
      if (to !== "stays" && to !== queue) {
        const leg = { from: queue, to, action, source };
        return { leg, traveller: { queue: to, labels, policy } };
      }
      // It was taken out and is back: what the rule has left is not done.
      if (action.kind === "reclassify") break;
    }
  }
  return undefined;
}

function targetOf(ctx: CheckContext, to: Expr | undefined): QueueSymbol | "stays" | undefined {
  if (to === undefined) return "stays";
  const symbol = ctx.references.get(to);
  return symbol?.kind === "queue" ? symbol : undefined;
}

function withChanges(
  ctx: CheckContext,
  labels: Assignment,
  { set = [] }: Extract<ExceptionActionNode, { kind: "reclassify" }>,
): Assignment {
  const changed = new Map(labels);
  for (const { key, value } of set) {
    const path = labelPath("job", key.text);
    const constant = value === undefined ? undefined : ctx.constants.get(value);
    if (constant?.kind === "text" || constant?.kind === "number" || constant?.kind === "boolean") {
      changed.set(path, { value: constant.value, sampled: false });
    } else changed.delete(path);
  }
  return changed;
}

/** Where a policy sends a job that has a queue already: no match leaves it there. */
function destinationOf(
  ctx: CheckContext,
  { items }: Policy,
  labels: Assignment,
): QueueSymbol | "stays" | undefined {
  const isDecidedElsewhere = items.some(
    (item) => item.kind === "table" && item.outputs.some(({ name }) => name === "queue"),
  );
  if (isDecidedElsewhere || requiresQueue(items)) return undefined;
  const value = items.find((item) => item.kind === "queueValue")?.value;
  return value === undefined ? "stays" : queueOf(ctx, value, labels);
}

function queueOf(
  ctx: CheckContext,
  expr: Expr,
  labels: Assignment,
): QueueSymbol | "stays" | undefined {
  switch (expr.kind) {
    case "name": {
      const symbol = ctx.references.get(expr);
      if (symbol?.kind === "queue") return symbol;
      const value = symbol?.kind === "let" ? symbol.declaration.value : undefined;
      return value === undefined ? undefined : queueOf(ctx, value, labels);
    }
    case "text": {
      const symbol = ctx.byId.get(`queue:${expr.value}`);
      return symbol?.kind === "queue" ? symbol : undefined;
    }
    case "if":
    case "match": {
      const arms =
        expr.kind === "if" ? [{ condition: expr.condition, value: expr.then }] : expr.arms;
      for (const { condition, value } of arms) {
        const outcome = holds(ctx, condition, labels);
        if (outcome === undefined) return undefined;
        if (outcome) return queueOf(ctx, value, labels);
      }
      const rest = expr.kind === "if" ? expr.otherwise : expr.otherwise?.value;
      return rest === undefined ? "stays" : queueOf(ctx, rest, labels);
    }
    default:
      return undefined;
  }
}

// ── The report ──────────────────────────────────────────────────────────────────────────────

function placeOf({ action, source }: Leg): { readonly source: SourceText; readonly span: Span } {
  const said = action.kind === "move" ? action.to : undefined;
  return { source, span: said?.span ?? action.span };
}

/** The same for a circle wherever it is entered. */
function keyOf(circle: readonly Leg[]): string {
  const legs = circle.map(
    (leg) => `${leg.source.path}:${placeOf(leg).span.start} ${leg.from.name.text}`,
  );
  return [...new Set(legs)].sort().join(" ");
}

function reportCircle(ctx: CheckContext, circle: readonly Leg[], labels: Assignment): void {
  // Told from the leg that is written last: that one closed the circle.
  const order = (leg: Leg): readonly [number, number] => [
    ctx.modules.findIndex(({ program }) => program.source === leg.source),
    placeOf(leg).span.start,
  ];
  let last = 0;
  for (const [index, leg] of circle.entries()) {
    const [module, start] = order(leg);
    const [lastModule, lastStart] = order(circle[last] ?? leg);
    if (module > lastModule || (module === lastModule && start > lastStart)) last = index;
  }
  const legs = [...circle.slice(last), ...circle.slice(0, last)];
  const [first, ...others] = legs;
  if (first === undefined) return;
  const queues = [first.from, ...legs.map(({ to }) => to)].map(({ name }) => name.text);
  const witness = [...labels].map(([path, { value }]) => `\`${path}\` ${showAssigned(value)}`);
  const { source, span } = placeOf(first);
  report(ctx, exceptionCircle, { queues, witness }, source, span, {
    related: others.map((leg) => ({
      ...placeOf(leg),
      message: `and on from \`${leg.from.name.text}\` to \`${leg.to.name.text}\``,
    })),
    help: "each queue counts the waiting from its start: let the job end in one of them, by a queue whose exceptions do not send it on, or by `cancel` before the next move",
  });
}
