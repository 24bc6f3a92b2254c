import type { SourceText } from "@routewright/diagnostics";
import type { Condition, Origin } from "../core/condition.ts";
import { allOf, never } from "../core/simplify.ts";
import type { Statement } from "../parse/ast.ts";
import { cannotCompile } from "./diagnostics.ts";
import { type ArmList, armList, type Guards, guardedCondition, reasonOf } from "./guards.ts";
import { constantOf, type Lowering, numberOf, report } from "./lowering.ts";
import type { Guarded, PolicyBuilder } from "./policy-builder.ts";
import { ruleExprOf, type StandaloneRule, startCondition } from "./rules.ts";
import { requirementTerms, type SelectorSide, type SelectorTerm, termKey } from "./selectors.ts";

/** Attaches what a statement at the top of a classification requires. */
export function lowerStatement(
  run: Lowering,
  builder: PolicyBuilder,
  statement: Statement,
  source: SourceText,
): void {
  attachBlock(run, builder, planBlock(run, [statement], source), {
    conditions: [],
    lists: [],
    origin: { source, span: statement.span },
    conditionOrigin: { source, span: statement.span },
  });
}

// ── What a block says, before it is attached ────────────────────────────────────────────────

type Plan =
  | { readonly kind: "terms"; readonly terms: readonly SelectorTerm[] }
  | { readonly kind: "none"; readonly side: SelectorSide }
  | { readonly kind: "rule"; readonly side: SelectorSide; readonly rule: StandaloneRule }
  | { readonly kind: "match"; readonly arms: readonly PlannedArm[] }
  | { readonly kind: "split"; readonly shares: readonly PlannedShare[]; readonly origin: Origin };

interface PlannedArm {
  /** Absent for `otherwise`. */
  readonly condition: Condition | undefined;
  readonly rule: StandaloneRule | undefined;
  readonly body: readonly Plan[];
  readonly origin: Origin;
  readonly conditionOrigin: Origin;
}

interface PlannedShare {
  readonly weight: number;
  readonly body: readonly Plan[];
  readonly origin: Origin;
}

function planBlock(
  run: Lowering,
  statements: readonly Statement[],
  source: SourceText,
): readonly Plan[] {
  return statements.map((statement) => planOf(run, statement, source));
}

function planOf(run: Lowering, statement: Statement, source: SourceText): Plan {
  const origin: Origin = { source, span: statement.span };
  switch (statement.kind) {
    case "require": {
      const { requirement } = statement;
      if (requirement.kind === "condition") {
        return { kind: "terms", terms: requirementTerms(run, requirement, source) };
      }
      if (requirement.kind === "none") return { kind: "none", side: requirement.side };
      const rule = ruleExprOf(run, { expr: requirement.rule, source });
      if (rule !== undefined) return { kind: "rule", side: requirement.side, rule };
      report(run, cannotCompile, { what: "this requirement" }, origin);
      return { kind: "terms", terms: [] };
    }
    case "when":
      return { kind: "match", arms: [planArm(run, statement, source)] };
    case "match": {
      const arms = statement.arms.map((arm) => planArm(run, arm, source));
      const { otherwise } = statement;
      if (otherwise !== undefined) {
        const at: Origin = { source, span: otherwise.span };
        const body = planBlock(run, otherwise.body, source);
        arms.push({
          condition: undefined,
          rule: undefined,
          body,
          origin: at,
          conditionOrigin: at,
        });
      }
      return { kind: "match", arms };
    }
    case "split": {
      const shares = statement.allocations.map((share) => ({
        weight: numberOf(run, share.weight) ?? 0,
        body: planBlock(run, share.body, source),
        origin: { source, span: share.span },
      }));
      return { kind: "split", shares, origin };
    }
  }
}

function planArm(
  run: Lowering,
  arm: Extract<Statement, { kind: "when" }>,
  source: SourceText,
): PlannedArm {
  const rule =
    constantOf(run, arm.condition) === undefined
      ? ruleExprOf(run, { expr: arm.condition, source })
      : undefined;
  const isFormula = rule?.expr.kind === "powerfx";
  return {
    condition:
      rule === undefined || isFormula
        ? (startCondition(run, arm.condition, source) ?? never)
        : undefined,
    rule: isFormula ? undefined : rule,
    body: planBlock(run, arm.body, source),
    origin: { source, span: arm.span },
    conditionOrigin: { source, span: arm.condition.span },
  };
}

/** Equal for blocks that attach the same. */
function blockKey(block: readonly Plan[]): string {
  return JSON.stringify(block.map(planKey));
}

function planKey(plan: Plan): unknown {
  switch (plan.kind) {
    case "terms":
      return plan.terms.map(termKey);
    case "none":
      return ["none", plan.side];
    case "rule":
      return ["rule", plan.side, plan.rule.source.path, plan.rule.expr.span.start];
    case "match":
      // Blocks with conditions of their own are taken to differ; that costs a guard at most.
      return ["match", ...plan.arms.map(({ origin }) => [origin.source.path, origin.span.start])];
    case "split":
      return ["split", ...plan.shares.map(({ weight, body }) => [weight, blockKey(body)])];
  }
}

// ── Attaching ───────────────────────────────────────────────────────────────────────────────

interface Context {
  readonly conditions: readonly Condition[];
  /** Earlier arms that must not hold, with what this block attaches in their terms. */
  readonly lists: readonly { readonly list: ArmList; readonly outcome: string }[];
  readonly rule?: StandaloneRule;
  readonly origin: Origin;
  readonly conditionOrigin: Origin;
}

function guardedBy(run: Lowering, context: Context): Guarded {
  let found: readonly Guards[] = [];
  return {
    within: (narrower) => {
      const own = allOf([...context.conditions, narrower]);
      found = context.lists.map(({ list, outcome }) => list.guards(own, outcome));
      return guardedCondition(own, found, run.types);
    },
    ...(context.rule === undefined ? {} : { rule: context.rule }),
    origin: context.origin,
    conditionOrigin: context.conditionOrigin,
    reason: () =>
      context.rule === undefined ? reasonOf(found) : "a rule says which jobs it is for",
    help: "use fewer arms or shorter conditions, or several `when` blocks that do not exclude each other",
  };
}

const sides = ["queue", "worker"] as const;

function attachBlock(
  run: Lowering,
  builder: PolicyBuilder,
  block: readonly Plan[],
  context: Context,
): void {
  const guarded = guardedBy(run, context);
  const isNested =
    context.conditions.length > 0 || context.lists.length > 0 || context.rule !== undefined;
  if (isNested) {
    // One attachment a side with all that the block requires itself; what it nests comes after.
    for (const side of sides) {
      const terms = block.flatMap((plan) =>
        plan.kind === "terms" ? plan.terms.filter((term) => term.side === side) : [],
      );
      const evenEmpty = block.some((plan) => plan.kind === "none" && plan.side === side);
      if (terms.length > 0 || evenEmpty) builder.attach(side, terms, guarded, { evenEmpty });
    }
  }
  for (const plan of block) {
    switch (plan.kind) {
      case "terms":
        if (isNested) break;
        for (const term of plan.terms) builder.attach(term.side, [term], guarded);
        break;
      case "none":
        break;
      case "rule":
        builder.attachRule(plan.side, plan.rule, guarded);
        break;
      case "match":
        attachArms(run, builder, plan.arms, context);
        break;
      case "split":
        attachSplit(run, builder, plan, guarded);
        break;
    }
  }
}

function attachArms(
  run: Lowering,
  builder: PolicyBuilder,
  arms: readonly PlannedArm[],
  context: Context,
): void {
  const list = armList(run.types);
  for (const arm of arms) {
    const { condition, rule } = arm;
    if (condition?.kind === "constant" && !condition.value) continue;
    if (rule !== undefined && (arms.length > 1 || context.conditions.length > 0)) {
      report(run, cannotCompile, { what: "a rule joined with other conditions" }, arm.origin);
      continue;
    }
    if (context.rule !== undefined) {
      report(run, cannotCompile, { what: "a condition joined with a rule" }, arm.origin);
      continue;
    }
    const outcome = blockKey(arm.body);
    attachBlock(run, builder, arm.body, {
      conditions: condition === undefined ? context.conditions : [...context.conditions, condition],
      lists: [...context.lists, { list, outcome }],
      ...(rule === undefined ? {} : { rule }),
      origin: arm.origin,
      conditionOrigin: arm.conditionOrigin,
    });
    if (condition === undefined || condition.kind === "constant") return;
    list.add({ condition, outcome });
  }
}

function attachSplit(
  run: Lowering,
  builder: PolicyBuilder,
  split: Extract<Plan, { kind: "split" }>,
  guarded: Guarded,
): void {
  const shares = split.shares.map((share) => {
    const terms = share.body.flatMap((plan) => (plan.kind === "terms" ? plan.terms : []));
    const isPlain = share.body.every((plan) => plan.kind === "terms" || plan.kind === "none");
    if (!isPlain || terms.some((term) => term.value.kind === "label")) {
      report(run, cannotCompile, { what: "this share" }, share.origin);
    }
    return { weight: share.weight, terms, origin: share.origin };
  });
  const used = new Set(
    split.shares.flatMap(({ body }) =>
      body.flatMap((plan) =>
        plan.kind === "terms"
          ? plan.terms.map(({ side }) => side)
          : plan.kind === "none"
            ? [plan.side]
            : [],
      ),
    ),
  );
  // Two attachments would draw twice, and bring together what belongs to different shares.
  if (used.size > 1) {
    report(
      run,
      cannotCompile,
      { what: "one share that decides over workers and queues" },
      split.origin,
    );
    return;
  }
  for (const side of used) builder.attachSplit(side, shares, { ...guarded, origin: split.origin });
}
