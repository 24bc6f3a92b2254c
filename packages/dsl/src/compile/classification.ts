import type { SourceText } from "@routewright/diagnostics";
import type { ClassificationPolicy, RouterRule } from "@routewright/jobrouter";
import type { Condition, Origin, Term } from "../core/condition.ts";
import {
  chooseTerm,
  elaborateCell,
  elaborateTerm,
  type Placed,
  startElaboration,
  withoutNames,
} from "../core/elaborate.ts";
import { allOf, always } from "../core/simplify.ts";
import type { ClassificationDeclaration, Expr, SplitExpr, TableNode } from "../parse/ast.ts";
import { cannotCompile } from "./diagnostics.ts";
import { type ArmList, armList, type Guards, guardedCondition, reasonOf } from "./guards.ts";
import {
  constantOf,
  decide,
  defined,
  idOf,
  type Lowering,
  mapTo,
  numberOf,
  report,
  textOf,
} from "./lowering.ts";
import { type Guarded, type PolicyBuilder, policyBuilder, type Share } from "./policy-builder.ts";
import {
  askLess,
  lowerRule,
  lowerTerm,
  reportTooLong,
  ruleExprOf,
  startCondition,
} from "./rules.ts";
import { type SelectorTerm, selectorTerms, termKey } from "./selectors.ts";
import { lowerStatement } from "./statements.ts";

/** `base` is the pointer at which the policy will stand. */
export function lowerClassification(
  run: Lowering,
  declaration: ClassificationDeclaration,
  id: string,
  source: SourceText,
  base: string,
): ClassificationPolicy {
  const builder = policyBuilder(run, base);
  let name: string | undefined;
  let fallbackQueueId: string | undefined;
  let prioritizationRule: RouterRule | undefined;
  mapTo(run, base, { source, span: declaration.span });
  for (const item of declaration.items) {
    const origin: Origin = { source, span: item.span };
    switch (item.kind) {
      case "id":
        mapTo(run, `${base}/id`, origin);
        break;
      case "name":
        mapTo(run, `${base}/name`, origin);
        name = textOf(run, item.value);
        break;
      case "fallback":
        mapTo(run, `${base}/fallbackQueueId`, origin);
        fallbackQueueId = idOf(run, item.value);
        break;
      case "queueValue":
        queueOf(run, builder, { expr: item.value, source }, everyJob(origin));
        break;
      case "priorityValue":
        prioritizationRule = lowerValue(
          run,
          { expr: item.value, source },
          `${base}/prioritizationRule`,
          "the priority",
        );
        break;
      case "table":
        for (const [column, output] of item.outputs.entries()) {
          if (output.name === "queue") queueOfTable(run, builder, item, column, source);
          else prioritizationRule = priorityOfTable(run, item, column, source, base);
        }
        break;
      default:
        lowerStatement(run, builder, item, source);
    }
  }
  return defined<ClassificationPolicy>({
    id,
    name,
    fallbackQueueId,
    queueSelectorAttachments: listOf(builder.queueAttachments),
    prioritizationRule,
    workerSelectorAttachments: listOf(builder.workerAttachments),
  });
}

function listOf<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

// ── Priorities and scores ───────────────────────────────────────────────────────────────────

/** The rule that gives a number: the author's own rule, a static one, or a formula. */
export function lowerValue(
  run: Lowering,
  placed: Placed,
  pointer: string,
  what: string,
): RouterRule | undefined {
  const origin: Origin = { source: placed.source, span: placed.expr.span };
  const rule = constantOf(run, placed.expr) === undefined ? ruleExprOf(run, placed) : undefined;
  if (rule !== undefined) {
    decide(run, pointer, `${wireNames[rule.expr.kind]} rule`, "the author's own rule", origin);
    return lowerRule(run, rule, pointer);
  }
  const elaboration = startElaboration(run.checked);
  const term = elaborateTerm(elaboration, placed.expr, placed.source);
  return valueRule(run, term, elaboration, pointer, what, origin);
}

const wireNames = {
  powerfx: "expression",
  function: "function",
  webhook: "webhook",
  static: "static",
  sameLabels: "directMap",
} as const;

function valueRule(
  run: Lowering,
  term: Term,
  elaboration: ReturnType<typeof startElaboration>,
  pointer: string,
  what: string,
  origin: Origin,
): RouterRule | undefined {
  const made = lowerTerm(run, term, elaboration, {
    pointer,
    what,
    origin,
    help: "use fewer cases, shorter label keys, or a `function` rule",
  });
  if (made !== undefined) {
    const reason = made.kind === "static" ? "the same for every job" : "depends on labels";
    decide(run, pointer, `${made.kind} rule`, reason, origin);
  }
  return made;
}

function priorityOfTable(
  run: Lowering,
  table: TableNode,
  column: number,
  source: SourceText,
  base: string,
): RouterRule | undefined {
  const elaboration = startElaboration(run.checked);
  const origin: Origin = { source, span: table.span };
  const branches = table.rows.flatMap((row) => {
    const value = row.values[column];
    if (value === undefined) return [];
    const condition = allOf(
      row.cells.map((cell, index) => {
        const input = table.inputs[index];
        return input === undefined
          ? always
          : elaborateCell(elaboration, input, source, cell, source);
      }),
    );
    return [{ condition, value: elaborateTerm(elaboration, value, source) }];
  });
  const last = table.otherwise?.values[column];
  const otherwise = last === undefined ? undefined : elaborateTerm(elaboration, last, source);
  const term = chooseTerm(branches, otherwise, origin);
  const pointer = `${base}/prioritizationRule`;
  return valueRule(run, term, elaboration, pointer, "the priority", origin);
}

// ── Queues ──────────────────────────────────────────────────────────────────────────────────

/** The way down to a value: what has to hold, and which earlier arms must not. */
interface Path {
  readonly conditions: readonly Condition[];
  readonly lists: readonly ArmList[];
  readonly origin: Origin;
  readonly conditionOrigin: Origin;
  readonly isRest: boolean;
}

function everyJob(origin: Origin): Path {
  return { conditions: [], lists: [], origin, conditionOrigin: origin, isRest: false };
}

interface Arm {
  readonly condition: (run: Lowering) => Condition | undefined;
  readonly value: Expr;
  readonly origin: Origin;
  readonly conditionOrigin: Origin;
}

/**
 * Attaches what a queue expression says for the jobs of `path`. The result is what it attaches
 * for all of them, or `undefined` when that depends on the job.
 */
function queueOf(
  run: Lowering,
  builder: PolicyBuilder,
  placed: Placed,
  path: Path,
): string | undefined {
  const constant = textOf(run, placed.expr);
  const { expr, source } = withoutNames(run.checked, placed);
  if (constant === undefined && expr.kind === "if") {
    return queueOfArms(run, builder, ...armsOfIf(expr, source), source, path);
  }
  if (constant === undefined && expr.kind === "match") {
    const arms = expr.arms.map((arm) => armOf(arm, source));
    const rest = expr.otherwise;
    return queueOfArms(
      run,
      builder,
      arms,
      rest === undefined ? undefined : { value: rest.value, origin: { source, span: rest.span } },
      source,
      path,
    );
  }
  return queueOfLeaf(run, builder, placed, { expr, source }, path);
}

interface Rest {
  readonly value: Expr;
  readonly origin: Origin;
}

function armOf(
  arm: { readonly condition: Expr; readonly value: Expr; readonly span: Origin["span"] },
  source: SourceText,
): Arm {
  return {
    condition: (run) => startCondition(run, arm.condition, source),
    value: arm.value,
    origin: { source, span: arm.span },
    conditionOrigin: { source, span: arm.condition.span },
  };
}

function armsOfIf(
  written: Extract<Expr, { kind: "if" }>,
  source: SourceText,
): readonly [readonly Arm[], Rest | undefined] {
  const arms: Arm[] = [];
  let rest: Expr | undefined = written;
  while (rest?.kind === "if") {
    arms.push(armOf({ condition: rest.condition, value: rest.then, span: rest.span }, source));
    rest = rest.otherwise;
  }
  return [
    arms,
    rest === undefined ? undefined : { value: rest, origin: { source, span: rest.span } },
  ];
}

function queueOfArms(
  run: Lowering,
  builder: PolicyBuilder,
  arms: readonly Arm[],
  rest: Rest | undefined,
  source: SourceText,
  path: Path,
): string | undefined {
  const list = armList(run.types);
  const outcomes = new Set<string | undefined>();
  const lists = [...path.lists, list];
  for (const arm of arms) {
    const condition = arm.condition(run);
    if (condition === undefined) continue;
    if (condition.kind === "constant" && !condition.value) continue;
    const outcome = queueOf(
      run,
      builder,
      { expr: arm.value, source },
      {
        conditions: [...path.conditions, condition],
        lists,
        origin: arm.origin,
        conditionOrigin: arm.conditionOrigin,
        isRest: false,
      },
    );
    outcomes.add(outcome);
    if (condition.kind === "constant") return onlyOf(outcomes);
    list.add({ condition, outcome });
  }
  if (rest === undefined) return undefined;
  outcomes.add(
    queueOf(
      run,
      builder,
      { expr: rest.value, source },
      {
        ...path,
        lists,
        origin: rest.origin,
        conditionOrigin: rest.origin,
        isRest: true,
      },
    ),
  );
  return onlyOf(outcomes);
}

function onlyOf(outcomes: ReadonlySet<string | undefined>): string | undefined {
  return outcomes.size === 1 ? [...outcomes][0] : undefined;
}

function queueOfLeaf(
  run: Lowering,
  builder: PolicyBuilder,
  written: Placed,
  meant: Placed,
  path: Path,
): string | undefined {
  const { expr, source } = meant;
  const origin: Origin = { source: written.source, span: written.expr.span };
  switch (expr.kind) {
    case "queueWhere": {
      const terms = selectorTerms(run, expr.condition, source, true);
      const outcome = terms.map(termKey).join(" ");
      builder.attach("queue", terms, guardedBy(run, path, outcome));
      return outcome;
    }
    case "split": {
      const shares = sharesOf(run, expr, source);
      const outcome = JSON.stringify(
        shares.map(({ weight, terms }) => [weight, terms.map(termKey)]),
      );
      builder.attachSplit("queue", shares, { ...guardedBy(run, path, outcome), origin });
      return outcome;
    }
    case "powerfx":
    case "function":
    case "webhook":
    case "static":
    case "sameLabels": {
      // Two calls of one rule may answer differently; each is an outcome of its own.
      const outcome = `rule ${source.path} ${expr.span.start}`;
      builder.attachRule("queue", { expr, source }, guardedBy(run, path, outcome));
      return outcome;
    }
    default: {
      const id = idOf(run, written.expr) ?? idOf(run, expr);
      if (id === undefined) {
        report(run, cannotCompile, { what: "this queue" }, origin);
        return undefined;
      }
      const term = idTerm(id, origin);
      const outcome = termKey(term);
      builder.attach("queue", [term], guardedBy(run, path, outcome));
      return outcome;
    }
  }
}

function idTerm(id: string, origin: Origin): SelectorTerm {
  return {
    side: "queue",
    key: "Id",
    operator: "equal",
    value: { kind: "constant", value: id },
    origin,
  };
}

function sharesOf(run: Lowering, expr: SplitExpr, source: SourceText): readonly Share[] {
  return expr.allocations.map(({ weight, value, span }) => {
    const origin: Origin = { source, span };
    const meant = withoutNames(run.checked, { expr: value, source });
    const id = idOf(run, value) ?? idOf(run, meant.expr);
    const terms =
      meant.expr.kind === "queueWhere"
        ? selectorTerms(run, meant.expr.condition, meant.source, true)
        : id === undefined
          ? []
          : [idTerm(id, { source, span: value.span })];
    if (terms.length === 0 || terms.some((term) => term.value.kind === "label")) {
      report(run, cannotCompile, { what: "this share" }, origin);
    }
    return { weight: numberOf(run, weight) ?? 0, terms, origin };
  });
}

/** First match stays first match: nothing is attached where an earlier arm decides otherwise. */
function guardedBy(run: Lowering, path: Path, outcome: string): Guarded {
  let found: readonly Guards[] = [];
  return {
    within: (narrower) => {
      const own = allOf([...path.conditions, narrower]);
      found = path.lists.map((list) => list.guards(own, outcome));
      return guardedCondition(own, found, run.types);
    },
    origin: path.origin,
    conditionOrigin: path.conditionOrigin,
    reason: () => reasonOf(found),
    help: path.isRest
      ? "list fewer arms, or leave `otherwise` out and name the queue with `fallback`, which takes the jobs that have no queue of their own"
      : "put arms that exclude each other first (values of one label), or decide by fewer labels",
  };
}

function queueOfTable(
  run: Lowering,
  builder: PolicyBuilder,
  table: TableNode,
  column: number,
  source: SourceText,
): void {
  const rows = table.rows.flatMap((row): readonly Arm[] => {
    const value = row.values[column];
    if (value === undefined) return [];
    const first = row.cells[0]?.span ?? row.span;
    const last = row.cells.at(-1)?.span ?? row.span;
    return [
      {
        condition: (lowering) => conditionOfRow(lowering, table, row, source),
        value,
        origin: { source, span: row.span },
        conditionOrigin: { source, span: { start: first.start, end: last.end } },
      },
    ];
  });
  const value = table.otherwise?.values[column];
  const rest =
    table.otherwise === undefined || value === undefined
      ? undefined
      : { value, origin: { source, span: table.otherwise.span } };
  queueOfArms(run, builder, rows, rest, source, everyJob({ source, span: table.span }));
}

function conditionOfRow(
  run: Lowering,
  table: TableNode,
  row: TableNode["rows"][number],
  source: SourceText,
): Condition | undefined {
  const elaboration = startElaboration(run.checked);
  const condition = allOf(
    row.cells.map((cell, index) => {
      const input = table.inputs[index];
      return input === undefined ? always : elaborateCell(elaboration, input, source, cell, source);
    }),
  );
  if (!elaboration.overflow) return condition;
  const origin: Origin = { source, span: row.span };
  reportTooLong(run, undefined, { pointer: "", what: "this row", origin, help: askLess });
  return undefined;
}
