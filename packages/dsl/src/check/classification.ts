import type { SourceText } from "@routewright/diagnostics";
import type {
  Cell,
  ClassificationDeclaration,
  ClassificationItem,
  ComparisonOperator,
  Expr,
  Statement,
  TableNode,
  WhenStatement,
} from "../parse/ast.ts";
import { type Column, cellKey, checkCell } from "./cells.ts";
import { labelInfoOf } from "./compare.ts";
import { type CheckContext, report, type Scope, type Typed, withFacts } from "./context.ts";
import { invalidNumber } from "./diagnostics/constants.ts";
import { notExhaustive, unreachableArm, wrongCellCount } from "./diagnostics/meaning.ts";
import { duplicateProperty } from "./diagnostics/names.ts";
import { misplacedRule, nestedSplit, splitContent } from "./diagnostics/router.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import {
  type Assignment,
  compare,
  coversAll,
  isMissingLabel,
  reportUnreachable,
} from "./exhaustive.ts";
import { priorityRule } from "./expect.ts";
import { infer, inferCondition } from "./infer.ts";
import { checkNumberValue, forEachOutcome } from "./numbers.ts";
import { checkReference, checkRepeated } from "./objects.ts";
import { checkQueueValue, type QueuePlace, reportNoQueue } from "./queue-values.ts";
import { checkRequirement, newRequired, type RequirementPlace } from "./requirements.ts";
import { ruleNames } from "./rules.ts";
import { checkWeights } from "./split.ts";
import { describeType, scalarType } from "./types.ts";
import { walkExpr } from "./walk.ts";

export function classificationScope(source: SourceText): Scope {
  return {
    source,
    positive: true,
    refused: {
      worker: {
        why: "a job is classified before any worker is looked at",
        help: "require it of the worker (`require …`), or let it count in the `score` of a distribution",
      },
      queue: {
        why: "a job is classified before it is in a queue",
        help: "to choose a queue by its labels, write `queue where …`",
      },
    },
  };
}

export function checkClassification(
  ctx: CheckContext,
  declaration: ClassificationDeclaration,
  source: SourceText,
): void {
  const scope = classificationScope(source);
  checkRepeated(ctx, declaration.items, propertyOf, source);
  checkDecidedTwice(ctx, declaration.items, source);
  const fallback = declaration.items.some((item) => item.kind === "fallback");
  const place: QueuePlace = {
    fallback,
    queueRequired: requiresQueue(declaration.items),
  };
  const statements: Statement[] = [];
  for (const item of declaration.items) {
    switch (item.kind) {
      case "id":
      case "name":
        break;
      case "fallback":
        checkReference(ctx, item.value, "queue", scope);
        break;
      case "queueValue":
        checkQueueValue(ctx, item.value, scope, place);
        break;
      case "priorityValue":
        checkPriority(ctx, item.value, scope);
        break;
      case "table":
        checkTable(ctx, item, scope, place);
        break;
      default:
        statements.push(item);
    }
  }
  checkStatements(ctx, statements, {
    scope,
    workersOnly: undefined,
    branch: false,
    split: false,
    required: newRequired(),
  });
}

function propertyOf(item: ClassificationItem): string | undefined {
  switch (item.kind) {
    case "id":
    case "name":
    case "fallback":
      return item.kind;
    case "queueValue":
      return "queue";
    case "priorityValue":
      return "priority";
    default:
      return undefined;
  }
}

/** A table decides the queue or the priority just as `queue =` and `priority =` do. */
function checkDecidedTwice(
  ctx: CheckContext,
  items: readonly ClassificationItem[],
  source: SourceText,
): void {
  const decided = new Map<string, ClassificationItem>();
  for (const item of items) {
    if (item.kind === "queueValue" || item.kind === "priorityValue") {
      const property = item.kind === "queueValue" ? "queue" : "priority";
      if (!decided.has(property)) decided.set(property, item);
    }
  }
  for (const item of items) {
    if (item.kind !== "table") continue;
    for (const output of item.outputs) {
      const first = decided.get(output.name);
      if (first === undefined) {
        decided.set(output.name, item);
      } else {
        report(ctx, duplicateProperty, { property: output.name }, source, output.span, {
          related: [{ source, span: first.span, message: "decided here" }],
        });
      }
    }
  }
}

/** Whether anything beside `queue =` may bring queue selectors. */
export function requiresQueue(items: readonly ClassificationItem[]): boolean {
  const inStatement = (statement: Statement): boolean => {
    switch (statement.kind) {
      case "require": {
        const { requirement } = statement;
        if (requirement.kind !== "condition")
          return requirement.kind === "rule" && requirement.side === "queue";
        let found = false;
        walkExpr(requirement.condition, (expr) => {
          // What a name stands for is not known yet; it may well be about queues.
          if (expr.kind === "queueSelf" || expr.kind === "name") found = true;
          if (expr.kind === "label" && expr.side === "queue") found = true;
        });
        return found;
      }
      case "when":
        return statement.body.some(inStatement);
      case "match":
        return [
          ...statement.arms,
          ...(statement.otherwise === undefined ? [] : [statement.otherwise]),
        ].some((arm) => arm.body.some(inStatement));
      case "split":
        return statement.allocations.some((share) => share.body.some(inStatement));
    }
  };
  return items.some((item) => isStatement(item) && inStatement(item));
}

function isStatement(item: ClassificationItem): item is Statement {
  return (
    item.kind === "require" ||
    item.kind === "when" ||
    item.kind === "match" ||
    item.kind === "split"
  );
}

export function checkPriority(ctx: CheckContext, expr: Expr, scope: Scope): void {
  const typed = checkNumberValue(ctx, expr, scope, "a priority");
  if (typed.type.kind !== "scalar") return;
  forEachOutcome(ctx, expr, (outcome, direct) => {
    const constant = ctx.constants.get(outcome);
    if (constant?.kind !== "number" || priorityRule.holds(constant.value)) return;
    const span = direct ? outcome.span : expr.span;
    const found = String(constant.value);
    report(
      ctx,
      invalidNumber,
      { what: "a priority", wanted: priorityRule.wanted, found },
      scope.source,
      span,
    );
  });
}

// ── Statements ──────────────────────────────────────────────────────────────────────────────

function checkStatements(
  ctx: CheckContext,
  statements: readonly Statement[],
  place: RequirementPlace,
): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case "require":
        checkRequirement(ctx, statement.requirement, place);
        break;
      case "when":
        if (refuseInSplit(ctx, statement, "`when`", place)) break;
        checkWhen(ctx, statement, place);
        break;
      case "match":
        if (refuseInSplit(ctx, statement, "`match`", place)) break;
        checkMatch(ctx, statement, place);
        break;
      case "split":
        checkSplit(ctx, statement, place);
        break;
    }
  }
}

function refuseInSplit(
  ctx: CheckContext,
  statement: Statement,
  found: string,
  place: RequirementPlace,
): boolean {
  if (!place.split) return false;
  const word = { start: statement.span.start, end: statement.span.start + found.length - 2 };
  report(ctx, splitContent, { found }, place.scope.source, word, {
    help: "the shares of a `split` are fixed beforehand; put conditions before or behind it",
  });
  return true;
}

function checkWhen(ctx: CheckContext, statement: WhenStatement, place: RequirementPlace): Typed {
  const { condition } = statement;
  const typed = outerRule(ctx, condition)
    ? checkRuleCondition(ctx, condition, place)
    : inferCondition(ctx, condition, place.scope);
  // A condition that the params decide is no branch: it is gone when the policy is compiled.
  const branch = place.branch || typed.constant === undefined;
  checkStatements(ctx, statement.body, {
    ...place,
    branch,
    scope: withFacts(place.scope, typed.presentWhenTrue),
    required: newRequired(place.required),
  });
  return typed;
}

/** A rule may be the whole condition of what Job Router attaches; it cannot be joined with others. */
function checkRuleCondition(ctx: CheckContext, condition: Expr, place: RequirementPlace): Typed {
  const typed = infer(ctx, condition, place.scope);
  if (typed.rule === "powerfx") {
    if (typed.result !== "text" && typed.result !== "number") return typed;
    const found = describeType(scalarType(typed.result));
    report(ctx, typeMismatch, { wanted: "a condition", found }, place.scope.source, condition.span);
  } else if (place.branch || typed.rule === "sameLabels") {
    const rule = ruleNames[typed.rule ?? "function"];
    report(ctx, misplacedRule, { rule }, place.scope.source, condition.span, {
      help: "a function, webhook or static rule can only be the whole condition of a `when` that stands in no other block",
    });
  }
  return typed;
}

/** Whether the condition is a rule of its own, written here or by way of a `let`. */
function outerRule(ctx: CheckContext, condition: Expr): boolean {
  switch (condition.kind) {
    case "function":
    case "webhook":
    case "static":
    case "sameLabels":
    case "powerfx":
      return true;
    case "name": {
      const symbol = ctx.byName.get(condition.name);
      return symbol !== undefined && ctx.typed.get(symbol)?.type.kind === "rule";
    }
    default:
      return false;
  }
}

function checkMatch(
  ctx: CheckContext,
  statement: Extract<Statement, { kind: "match" }>,
  place: RequirementPlace,
): void {
  const present = new Set<string>();
  const facts = { outer: place.scope.facts, present };
  for (const arm of statement.arms) {
    const scope: Scope = { ...place.scope, facts };
    const typed = inferCondition(ctx, arm.condition, scope);
    const branch = place.branch || typed.constant === undefined;
    checkStatements(ctx, arm.body, {
      ...place,
      branch,
      scope: withFacts(scope, typed.presentWhenTrue),
      required: newRequired(place.required),
    });
    for (const label of typed.presentWhenFalse ?? []) present.add(label);
  }
  reportUnreachable(ctx, statement.arms, place.scope);
  const { otherwise } = statement;
  if (otherwise === undefined) return;
  checkStatements(ctx, otherwise.body, {
    ...place,
    branch: place.branch || statement.arms.some((arm) => !ctx.constants.has(arm.condition)),
    scope: { ...place.scope, facts },
    required: newRequired(place.required),
  });
}

function checkSplit(
  ctx: CheckContext,
  statement: Extract<Statement, { kind: "split" }>,
  place: RequirementPlace,
): void {
  const { scope } = place;
  if (place.branch || place.split) {
    const word = { start: statement.span.start, end: statement.span.start + "split".length };
    report(ctx, nestedSplit, {}, scope.source, word, {
      help: "put the `split` beside the conditions: what each brings holds together",
    });
  }
  checkWeights(
    ctx,
    statement.allocations.map((allocation) => allocation.weight),
    statement,
    scope,
  );
  for (const { body } of statement.allocations) {
    checkStatements(ctx, body, { ...place, split: true, required: newRequired(place.required) });
  }
}

// ── Tables ──────────────────────────────────────────────────────────────────────────────────

function checkTable(ctx: CheckContext, table: TableNode, scope: Scope, place: QueuePlace): void {
  const columns = table.inputs.map((input): Column => {
    const typed = infer(ctx, input, scope);
    return { type: typed.type, subject: input, info: labelInfoOf(ctx, input) };
  });
  checkRepeated(ctx, table.outputs, (output) => output.name, scope.source);
  const seen = new Map<string, TableNode["rows"][number]>();
  let catchAll: TableNode["rows"][number] | undefined;
  for (const row of table.rows) {
    if (row.cells.length !== columns.length) {
      const counts = { what: "cell", wanted: columns.length, found: row.cells.length };
      report(ctx, wrongCellCount, counts, scope.source, rowHead(row.cells) ?? row.span);
    }
    for (const [index, cell] of row.cells.entries()) {
      const column = columns[index];
      if (column !== undefined) checkCell(ctx, cell, column, scope);
    }
    checkOutputs(ctx, table, row, scope, place, true);
    if (catchAll !== undefined) {
      report(
        ctx,
        unreachableArm,
        { reason: "a row before it fits every job" },
        scope.source,
        row.span,
        {
          related: [{ source: scope.source, span: catchAll.span, message: "this row" }],
        },
      );
      break;
    }
    const key = row.cells.map((cell) => cellKey(ctx, cell)).join(" | ");
    const first = seen.get(key);
    if (first !== undefined) {
      report(
        ctx,
        unreachableArm,
        { reason: "a row before it has the same cells" },
        scope.source,
        rowHead(row.cells) ?? row.span,
        {
          related: [{ source: scope.source, span: first.span, message: "first here" }],
        },
      );
    } else seen.set(key, row);
    if (row.cells.length > 0 && row.cells.every((cell) => cell.kind === "any")) catchAll = row;
  }
  if (table.otherwise !== undefined) {
    checkOutputs(ctx, table, table.otherwise, scope, place, table.rows.length > 0);
    return;
  }
  if (catchAll !== undefined || tableCovers(ctx, table)) return;
  const word = { start: table.span.start, end: table.span.start + "table".length };
  if (table.outputs.some((output) => output.name === "priority")) {
    report(ctx, notExhaustive, { what: "this table" }, scope.source, word, {
      help: "add an `otherwise` row",
    });
  } else {
    reportNoQueue(ctx, "no row of the table has to fit", scope, word, place);
  }
}

function rowHead(
  cells: readonly { readonly span: { readonly start: number; readonly end: number } }[],
) {
  const first = cells[0];
  const last = cells.at(-1);
  return first === undefined || last === undefined
    ? undefined
    : { start: first.span.start, end: last.span.end };
}

function checkOutputs(
  ctx: CheckContext,
  table: TableNode,
  row: {
    readonly values: readonly Expr[];
    readonly span: { readonly start: number; readonly end: number };
  },
  scope: Scope,
  place: QueuePlace,
  branch: boolean,
): void {
  if (row.values.length !== table.outputs.length) {
    const counts = { what: "value", wanted: table.outputs.length, found: row.values.length };
    report(ctx, wrongCellCount, counts, scope.source, rowHead(row.values) ?? row.span);
  }
  for (const [index, value] of row.values.entries()) {
    const output = table.outputs[index];
    if (output?.name === "queue") checkQueueValue(ctx, value, scope, place, branch);
    else checkPriority(ctx, value, scope);
  }
}

/** Whether the rows fit every job, as far as that can be counted out. */
function tableCovers(ctx: CheckContext, table: TableNode): boolean {
  const mentioned: Expr[] = [...table.inputs];
  for (const row of table.rows) {
    for (const cell of row.cells) {
      if (cell.kind === "values") mentioned.push(...cell.values);
      else if (cell.kind === "range") mentioned.push(cell.min, cell.max);
      else if (cell.kind === "comparison") mentioned.push(cell.value);
    }
  }
  return coversAll(ctx, mentioned, (assignment) =>
    table.rows.some(
      (row) =>
        row.cells.length === table.inputs.length &&
        row.cells.every((cell, index) => cellHolds(ctx, cell, table.inputs[index], assignment)),
    ),
  );
}

function cellHolds(
  ctx: CheckContext,
  cell: Cell,
  input: Expr | undefined,
  assignment: Assignment,
): boolean {
  if (input === undefined) return false;
  const certainly = (operator: ComparisonOperator, value: Expr) =>
    compare(ctx, operator, input, value, assignment) === true;
  switch (cell.kind) {
    case "any":
      return true;
    case "missing":
      return isMissingLabel(input, assignment) === true;
    case "values":
      return cell.values.some((value) => certainly("==", value));
    case "comparison":
      return certainly(cell.operator, cell.value);
    case "range":
      return certainly(">=", cell.min) && certainly("<=", cell.max);
  }
}
