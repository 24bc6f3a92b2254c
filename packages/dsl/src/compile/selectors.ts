import type { SourceText } from "@routewright/diagnostics";
import type {
  LabelOperator,
  LabelValue,
  QueueSelector,
  WorkerSelector,
} from "@routewright/jobrouter";
import { domainOf, flippedOperator } from "../check/types.ts";
import { operands } from "../check/walk.ts";
import type { ComparisonOperator, Condition, LabelTerm, Origin } from "../core/condition.ts";
import { withoutNames } from "../core/elaborate.ts";
import type { Expr, Requirement } from "../parse/ast.ts";
import { constantOf, idOf, type Lowering, labelValue, secondsOf } from "./lowering.ts";

export type SelectorSide = "worker" | "queue";

/** One comparison that a requirement makes. */
export interface SelectorTerm {
  readonly side: SelectorSide;
  readonly key: string;
  readonly operator: LabelOperator;
  readonly value:
    | { readonly kind: "constant"; readonly value: LabelValue | undefined }
    /** The job's label of that key is passed on. */
    | { readonly kind: "label"; readonly label: LabelTerm };
  readonly expiresAfterSeconds?: number;
  readonly expedite?: boolean;
  readonly origin: Origin;
}

/** The selectors of a requirement that is a comparison (or several, joined by `and`). */
export function requirementTerms(
  run: Lowering,
  requirement: Extract<Requirement, { kind: "condition" }>,
  source: SourceText,
): readonly SelectorTerm[] {
  const expiresAfterSeconds = secondsOf(run, requirement.expiresAfter);
  const { expedite } = requirement;
  return selectorTerms(run, requirement.condition, source, false).map((term) =>
    term.side === "queue"
      ? term
      : {
          ...term,
          ...(expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds }),
          ...(expedite === undefined ? {} : { expedite }),
        },
  );
}

/** The comparisons of a conjunction; in `queue where`, bare names are labels of the queue. */
export function selectorTerms(
  run: Lowering,
  condition: Expr,
  source: SourceText,
  bareQueueLabels: boolean,
): readonly SelectorTerm[] {
  return operands(condition, "and").flatMap((part) => {
    if (bareQueueLabels && isBareLabel(run, part)) {
      return termsOf(run, part, source, bareQueueLabels);
    }
    const meant = withoutNames(run.checked, { expr: part, source });
    return meant.expr === part
      ? termsOf(run, part, source, bareQueueLabels)
      : selectorTerms(run, meant.expr, meant.source, bareQueueLabels);
  });
}

/** A name in `queue where` that means a queue's label. */
function isBareLabel(run: Lowering, expr: Expr): boolean {
  return (
    expr.kind === "name" &&
    !run.checked.references.has(expr) &&
    run.checked.labels.queue.has(expr.name)
  );
}

function termsOf(
  run: Lowering,
  expr: Expr,
  source: SourceText,
  bare: boolean,
): readonly SelectorTerm[] {
  const origin: Origin = { source, span: expr.span };
  const truth = (subject: Subject, operator: LabelOperator): readonly SelectorTerm[] => [
    { ...subject, operator, value: { kind: "constant", value: true }, origin },
  ];
  const alone = subjectOf(run, expr, bare);
  if (alone !== undefined) return truth(alone, "equal");
  if (expr.kind === "unary") {
    const subject = subjectOf(run, expr.operand, bare);
    return subject === undefined ? [] : truth(subject, "notEqual");
  }
  if (expr.kind !== "binary") return [];
  const written = operatorOf(expr.operator);
  if (written === undefined) return [];
  const left = subjectOf(run, expr.left, bare);
  const subject = left ?? subjectOf(run, expr.right, bare);
  if (subject === undefined) return [];
  const other = left === undefined ? expr.left : expr.right;
  const operator = wireOperators[left === undefined ? flippedOperator[written] : written];
  return [{ ...subject, operator, value: operandOf(run, other, source), origin }];
}

function operandOf(run: Lowering, expr: Expr, source: SourceText): SelectorTerm["value"] {
  if (constantOf(run, expr) !== undefined)
    return { kind: "constant", value: labelValue(run, expr) };
  const meant = withoutNames(run.checked, { expr, source });
  if (meant.expr.kind === "label") {
    const { side, key, span } = meant.expr;
    const label: LabelTerm = {
      kind: "label",
      side,
      key: key.text,
      origin: { source: meant.source, span },
    };
    return { kind: "label", label };
  }
  return { kind: "constant", value: idOf(run, expr) };
}

interface Subject {
  readonly side: SelectorSide;
  readonly key: string;
}

function subjectOf(run: Lowering, expr: Expr, bare: boolean): Subject | undefined {
  if (expr.kind === "queueSelf") return { side: "queue", key: "Id" };
  if (expr.kind === "label" && expr.side !== "job") return { side: expr.side, key: expr.key.text };
  if (bare && expr.kind === "name" && isBareLabel(run, expr)) {
    return { side: "queue", key: expr.name };
  }
  return undefined;
}

function operatorOf(operator: string): ComparisonOperator | undefined {
  return Object.hasOwn(wireOperators, operator) ? (operator as ComparisonOperator) : undefined;
}

const wireOperators: Readonly<Record<ComparisonOperator, LabelOperator>> = {
  "==": "equal",
  "!=": "notEqual",
  "<": "lessThan",
  "<=": "lessThanOrEqual",
  ">": "greaterThan",
  ">=": "greaterThanOrEqual",
};

export function queueSelector(term: SelectorTerm): QueueSelector {
  const value = term.value.kind === "constant" ? term.value.value : undefined;
  return {
    key: term.key,
    labelOperator: term.operator,
    ...(value === undefined ? {} : { value }),
  };
}

export function workerSelector(term: SelectorTerm): WorkerSelector {
  return {
    ...queueSelector(term),
    ...(term.expiresAfterSeconds === undefined
      ? {}
      : { expiresAfterSeconds: term.expiresAfterSeconds }),
    ...(term.expedite === undefined ? {} : { expedite: term.expedite }),
  };
}

/** Two terms with one key attach the same. */
export function termKey(term: SelectorTerm): string {
  const value =
    term.value.kind === "constant"
      ? ["constant", term.value.value ?? null]
      : ["label", term.value.label.key];
  return JSON.stringify([
    term.side,
    term.key,
    term.operator,
    value,
    term.expiresAfterSeconds ?? null,
    term.expedite ?? false,
  ]);
}

/** One selector for each value that the job's label can have, and the condition for it. */
export function expand(
  run: Lowering,
  term: SelectorTerm,
): readonly { readonly condition: Condition; readonly term: SelectorTerm }[] | undefined {
  if (term.value.kind !== "label") return undefined;
  const { label } = term.value;
  const type = run.types(label.side, label.key);
  const domain = type === undefined ? undefined : domainOf(type);
  return domain?.map((value) => ({
    condition: {
      kind: "compare",
      operator: "==",
      left: label,
      right: { kind: "value", value, origin: term.origin },
      origin: term.origin,
    },
    term: { ...term, value: { kind: "constant", value } },
  }));
}
