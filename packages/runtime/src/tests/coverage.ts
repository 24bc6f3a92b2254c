import type { Bundle, RouterRule } from "@routewright/jobrouter";
import { type FxNode, parseFormula } from "@routewright/powerfx";
import { spanKey, takenArm } from "../explain/atoms.ts";
import { type Places, placesIn } from "../explain/places.ts";
import type { ClassificationTrace } from "../explain/trace.ts";
import type { Ranking } from "../rank/ranking.ts";
import { atomsOf, type Logic, logicOf } from "../rules/outline.ts";
import type { RuleTrace } from "../rules/rule.ts";
import type {
  BranchCoverage,
  ConditionCoverage,
  Coverage,
  CoverageTotal,
  ExceptionCoverage,
  RuleCoverage,
} from "./report.ts";

/** Counts what traces show to have been reached, against everything a bundle has. */
export interface CoverageCounter {
  addClassification(trace: ClassificationTrace): void;
  addRanking(ranking: Ranking): void;
  addException(policyId: string, ruleId: string): void;
  report(): Coverage;
}

type Counting<T> = { -readonly [K in keyof T]: T[K] };

interface FormulaCounter {
  readonly logic: Logic;
  readonly conditions: ReadonlyMap<string, Counting<ConditionCoverage>>;
  readonly arms: ReadonlyMap<FxNode | Logic, Counting<BranchCoverage>>;
}

export function coverageCounter(bundle: Bundle): CoverageCounter {
  const places = placesIn(bundle);
  const rules = new Map<string, Counting<RuleCoverage>>();
  const branches: Counting<BranchCoverage>[] = [];
  const holds = new Map<string, readonly [Counting<BranchCoverage>, Counting<BranchCoverage>]>();
  const conditions = new Map<string, Counting<ConditionCoverage>>();
  const formulas = new Map<string, FormulaCounter>();

  for (const { pointer, kind, rule, rulePointer } of rulesOf(bundle)) {
    rules.set(pointer, { pointer, ...located(places, pointer), applied: 0, skipped: 0 });
    if (kind === "condition") {
      const pair = (["holds", "fails"] as const).map((branch) => ({
        pointer,
        ...located(places, pointer),
        branch: { kind: branch },
        taken: 0,
      }));
      const [first, second] = pair;
      if (first !== undefined && second !== undefined) holds.set(pointer, [first, second]);
      branches.push(...pair);
    }
    if (rule?.kind === "expression") {
      const at = `${rulePointer}/expression`;
      formulas.set(at, formulaCounter(rule.expression, at, kind, places, conditions, branches));
    }
  }

  const exceptions = new Map<string, Counting<ExceptionCoverage>>();
  for (const [at, { id, exceptionRules }] of bundle.objects.exceptionPolicies.entries()) {
    for (const [index, rule] of (exceptionRules ?? []).entries()) {
      const pointer = `/objects/exceptionPolicies/${at}/exceptionRules/${index}`;
      const counter = { pointer, ...located(places, pointer), triggered: 0 };
      exceptions.set(JSON.stringify([id, rule.id]), counter);
    }
  }

  const countRule = (pointer: string, applied: boolean): void => {
    const counter = rules.get(pointer);
    if (counter === undefined) return;
    if (applied) counter.applied++;
    else counter.skipped++;
  };

  return {
    addClassification(trace) {
      for (const entry of trace.entries) {
        if (entry.kind === "attachment") {
          countRule(entry.pointer, entry.applied);
          if (entry.rule !== undefined) countFormula(entry.rule, formulas);
          const pair = holds.get(entry.pointer);
          if (pair !== undefined && entry.issue === undefined) pair[entry.applied ? 0 : 1].taken++;
        } else if (entry.kind === "priority" && entry.rule !== undefined) {
          countRule(entry.rule.pointer, entry.priority !== undefined);
          countFormula(entry.rule, formulas);
        }
      }
    },
    addRanking(ranking) {
      const traces = [
        ...ranking.workers.map(({ score }) => score?.rule),
        ...ranking.excluded.flatMap(({ reasons }) =>
          reasons.map((reason) => (reason.kind === "score" ? reason.rule : undefined)),
        ),
      ];
      for (const trace of traces) {
        if (trace === undefined) continue;
        countRule(trace.pointer, trace.issue === undefined);
        countFormula(trace, formulas);
      }
    },
    addException(policyId, ruleId) {
      const counter = exceptions.get(JSON.stringify([policyId, ruleId]));
      if (counter !== undefined) counter.triggered++;
    },
    report() {
      const all = [...conditions.values()];
      return {
        rules: [...rules.values()],
        branches,
        conditions: all,
        exceptions: [...exceptions.values()],
        totals: {
          rules: total([...rules.values()].map(({ applied }) => applied)),
          exceptions: total([...exceptions.values()].map(({ triggered }) => triggered)),
          branches: total(branches.map(({ taken }) => taken)),
          conditions: total(all.flatMap(({ whenTrue, whenFalse }) => [whenTrue, whenFalse])),
        },
      };
    },
  };
}

interface CountedRule {
  /** What applies: the attachment, or the rule itself. */
  readonly pointer: string;
  readonly kind: "condition" | "value" | "plain";
  readonly rule?: RouterRule;
  readonly rulePointer: string;
}

function rulesOf(bundle: Bundle): readonly CountedRule[] {
  const { classificationPolicies, distributionPolicies } = bundle.objects;
  const found: CountedRule[] = [];
  for (const [index, policy] of classificationPolicies.entries()) {
    const base = `/objects/classificationPolicies/${index}`;
    for (const list of ["queueSelectorAttachments", "workerSelectorAttachments"] as const) {
      for (const [at, attachment] of (policy[list] ?? []).entries()) {
        const pointer = `${base}/${list}/${at}`;
        if (attachment.kind === "conditional") {
          const rulePointer = `${pointer}/condition`;
          found.push({ pointer, kind: "condition", rule: attachment.condition, rulePointer });
        } else if (attachment.kind === "ruleEngine") {
          const rulePointer = `${pointer}/rule`;
          found.push({ pointer, kind: "value", rule: attachment.rule, rulePointer });
        } else found.push({ pointer, kind: "plain", rulePointer: pointer });
      }
    }
    if (policy.prioritizationRule !== undefined) {
      const pointer = `${base}/prioritizationRule`;
      const rule = policy.prioritizationRule;
      found.push({ pointer, kind: "value", rule, rulePointer: pointer });
    }
  }
  for (const [index, { mode }] of distributionPolicies.entries()) {
    if (mode?.kind !== "bestWorker" || mode.scoringRule === undefined) continue;
    const pointer = `/objects/distributionPolicies/${index}/mode/scoringRule`;
    found.push({ pointer, kind: "value", rule: mode.scoringRule, rulePointer: pointer });
  }
  return found;
}

function formulaCounter(
  formula: string,
  pointer: string,
  kind: CountedRule["kind"],
  places: Places,
  shared: Map<string, Counting<ConditionCoverage>>,
  branches: Counting<BranchCoverage>[],
): FormulaCounter {
  const logic = logicOf(parseFormula(formula).tree);
  const conditions = new Map<string, Counting<ConditionCoverage>>();
  for (const { span } of atomsOf(logic)) {
    const location = places.exact(pointer, span);
    const text = formula.slice(span.start, span.end);
    // One condition of the source may stand in many formulas; without a source each is its own.
    const key =
      location === undefined
        ? `${pointer} ${spanKey(span)}`
        : `${location.source}:${location.start}:${location.end}`;
    const known = shared.get(key) ?? {
      ...(location === undefined ? {} : { location }),
      text: location === undefined ? text : places.text(location),
      occurrences: [],
      whenTrue: 0,
      whenFalse: 0,
    };
    known.occurrences = [...known.occurrences, { pointer, ...span }];
    shared.set(key, known);
    conditions.set(spanKey(span), known);
  }
  const arms = new Map<Logic, Counting<BranchCoverage>>();
  // `If(c, true, false)` as a condition has no arms of its own: the attachment's two count.
  if (kind === "value") {
    for (const { value, span } of armsOf(logic)) {
      const location = places.find(pointer, span);
      const branch: Counting<BranchCoverage> = {
        pointer,
        ...(location === undefined ? {} : { location }),
        branch: { kind: "arm", ...span },
        taken: 0,
      };
      arms.set(value, branch);
      branches.push(branch);
    }
  }
  return { logic, conditions, arms };
}

interface Arm {
  /** Stands for the arm: its value, or the whole `If` for the `otherwise` it does not have. */
  readonly value: Logic;
  readonly span: { readonly start: number; readonly end: number };
}

/** The arms of an `If` tree that hold no further `If`. */
function armsOf(logic: Logic): readonly Arm[] {
  if (logic.kind !== "choose") return [];
  const values = [
    ...logic.branches.map(({ value }) => value),
    ...(logic.otherwise === undefined ? [] : [logic.otherwise]),
  ];
  const arms = values.flatMap((value): readonly Arm[] =>
    value.kind === "choose" ? armsOf(value) : [{ value, span: value.node.span }],
  );
  if (logic.otherwise !== undefined) return arms;
  const { end } = logic.node.span;
  return [...arms, { value: logic, span: { start: end, end } }];
}

function countFormula(trace: RuleTrace, formulas: ReadonlyMap<string, FormulaCounter>): void {
  const formula = formulas.get(`${trace.pointer}/expression`);
  if (formula === undefined) return;
  const truths = new Map<string, boolean>();
  for (const atom of trace.atoms) {
    if (atom.error !== undefined) continue;
    const truth = atom.value === true;
    truths.set(spanKey(atom.span), truth);
    const condition = formula.conditions.get(spanKey(atom.span));
    if (condition === undefined) continue;
    if (truth) condition.whenTrue++;
    else condition.whenFalse++;
  }
  const taken = takenArm(formula.logic, truths);
  const arm = taken === undefined ? undefined : formula.arms.get(taken);
  if (arm !== undefined) arm.taken++;
}

function located(places: Places, pointer: string): Pick<RuleCoverage, "location"> {
  const location = places.find(pointer);
  return location === undefined ? {} : { location };
}

function total(counts: readonly number[]): CoverageTotal {
  return { covered: counts.filter((count) => count > 0).length, total: counts.length };
}
