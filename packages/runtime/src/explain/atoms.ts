import type { Span } from "@routewright/diagnostics";
import {
  type FormulaProgram,
  type FxAtomTrace,
  type FxNode,
  type FxValue,
  isFxError,
} from "@routewright/powerfx";
import { type Logic, logicOf } from "../rules/outline.ts";
import { type RuleValue, ruleValueOf } from "../rules/value.ts";

/** A comparison or test of a formula, as it went for one job. */
export interface AtomTrace {
  /** In the formula. */
  readonly span: Span;
  readonly text: string;
  /** `null` is blank; absent when it failed. */
  readonly value?: RuleValue;
  readonly error?: string;
  readonly operands: readonly OperandTrace[];
  /** Whether the formula's result is told to rest on it. */
  readonly decisive: boolean;
}

export interface OperandTrace {
  readonly text: string;
  /** When the operand is a label. */
  readonly label?: { readonly root: "job" | "worker"; readonly name: string };
  /** Absent when it failed; `null` for a label: it is missing. */
  readonly value?: RuleValue;
}

export function readsMissingLabel(atom: AtomTrace): boolean {
  return atom.operands.some(({ label, value }) => label !== undefined && value === null);
}

export interface FormulaTrace {
  /** Comparisons and tests in the order in which they were looked at; others were not reached. */
  readonly atoms: readonly AtomTrace[];
  /** Of a formula that is an `If`: the value that was taken. */
  readonly arm?: Span;
}

/** Atoms as people need them: values as JSON, labels named, and which of them decided. */
export function explainFormula(
  program: FormulaProgram,
  atoms: readonly FxAtomTrace[],
): FormulaTrace {
  const truths = new Map<string, boolean>();
  for (const atom of atoms) {
    if (!isFxError(atom.value)) truths.set(spanKey(atom.span), atom.value === true);
  }
  const decisive = new Set<string>();
  const logic = logicOf(program.tree);
  markDecisive(logic, truths, decisive);
  const labels = labelsBySpan(program.tree);
  const arm = logic.kind === "choose" ? takenArm(logic, truths) : undefined;
  const explained = atoms.map((atom) => ({
    span: atom.span,
    text: atom.text,
    ...outcome(atom.value),
    operands: atom.operands.map((operand): OperandTrace => {
      const label = labels.get(spanKey(operand.span));
      return {
        text: operand.text,
        ...(label === undefined ? {} : { label }),
        ...(isFxError(operand.value) ? {} : { value: ruleValueOf(operand.value) }),
      };
    }),
    decisive: decisive.has(spanKey(atom.span)),
  }));
  // Without an `otherwise`, the arm that stands for it is the `If` itself: it has no words.
  return arm === undefined || arm.kind === "choose"
    ? { atoms: explained }
    : { atoms: explained, arm: arm.node.span };
}

/**
 * The arm of an `If` tree that was taken; the `If` itself where it has no arm for the rest.
 * `undefined`: a condition failed.
 */
export function takenArm(logic: Logic, truths: AtomTruths): Logic | undefined {
  if (logic.kind !== "choose") return logic;
  for (const { condition, value } of logic.branches) {
    const truth = truthOf(condition, truths);
    if (truth === undefined) return undefined;
    if (truth) return takenArm(value, truths);
  }
  return logic.otherwise === undefined ? logic : takenArm(logic.otherwise, truths);
}

function outcome(value: FxValue): { readonly value?: RuleValue; readonly error?: string } {
  return isFxError(value) ? { error: value.message } : { value: ruleValueOf(value) };
}

/** How the atoms that were reached went, by `spanKey`; those that failed are absent. */
export type AtomTruths = ReadonlyMap<string, boolean>;

/**
 * What a result is told to rest on: of a conjunction that holds, all terms; of one that does not,
 * the first that fails; the other way round for a disjunction; of an `If`, the arm that was taken
 * and its condition. Of the conditions before it, those that would have made a false result true
 * (`or` is written that way); the others (guards that did not block) only when nothing else is
 * left to tell, and never those whose own arm would have given the same.
 */
function markDecisive(logic: Logic, truths: AtomTruths, decisive: Set<string>): void {
  switch (logic.kind) {
    case "atom":
      decisive.add(spanKey(logic.node.span));
      return;
    case "not":
      markDecisive(logic.term, truths, decisive);
      return;
    case "and":
    case "or": {
      const settling = logic.kind === "or";
      const settled = logic.terms.find((term) => {
        const truth = truthOf(term, truths);
        return truth === undefined || truth === settling;
      });
      const terms = settled === undefined ? logic.terms : [settled];
      for (const term of terms) markDecisive(term, truths, decisive);
      return;
    }
    case "choose":
      markChoice(logic, truths, decisive);
      return;
    case "constant":
    case "value":
      return;
  }
}

function markChoice(
  logic: Extract<Logic, { kind: "choose" }>,
  truths: AtomTruths,
  decisive: Set<string>,
): void {
  const passed: Extract<Logic, { kind: "choose" }>["branches"][number][] = [];
  const before = decisive.size;
  for (const branch of logic.branches) {
    const truth = truthOf(branch.condition, truths);
    if (truth === false) {
      passed.push(branch);
      continue;
    }
    markDecisive(branch.condition, truths, decisive);
    if (truth === true) markDecisive(branch.value, truths, decisive);
    return;
  }
  if (logic.otherwise !== undefined) markDecisive(logic.otherwise, truths, decisive);
  const result = truthOf(logic, truths);
  const yields = (branch: (typeof passed)[number], truth: boolean): boolean =>
    branch.value.kind === "constant" && branch.value.value === truth;
  if (result === false) {
    for (const branch of passed) {
      if (yields(branch, true)) markDecisive(branch.condition, truths, decisive);
    }
  }
  if (decisive.size > before) return;
  for (const branch of passed) {
    if (result !== undefined && yields(branch, result)) continue;
    markDecisive(branch.condition, truths, decisive);
  }
}

/** How a condition came out; blank counts as false. `undefined`: an error, or never reached. */
export function truthOf(logic: Logic, truths: AtomTruths): boolean | undefined {
  switch (logic.kind) {
    case "constant":
      return logic.value;
    case "atom":
      return truths.get(spanKey(logic.node.span));
    case "not": {
      const truth = truthOf(logic.term, truths);
      return truth === undefined ? undefined : !truth;
    }
    case "and":
    case "or": {
      const settling = logic.kind === "or";
      for (const term of logic.terms) {
        const truth = truthOf(term, truths);
        if (truth === undefined || truth === settling) return truth;
      }
      return !settling;
    }
    case "choose":
      for (const { condition, value } of logic.branches) {
        const truth = truthOf(condition, truths);
        if (truth === undefined) return undefined;
        if (truth) return truthOf(value, truths);
      }
      return logic.otherwise === undefined ? false : truthOf(logic.otherwise, truths);
    case "value":
      return undefined;
  }
}

export function spanKey(span: Span): string {
  return `${span.start}:${span.end}`;
}

function labelsBySpan(tree: FxNode): ReadonlyMap<string, NonNullable<OperandTrace["label"]>> {
  const labels = new Map<string, NonNullable<OperandTrace["label"]>>();
  visit(tree);
  return labels;

  function visit(node: FxNode): void {
    const label = labelOf(node);
    if (label !== undefined) labels.set(spanKey(node.span), label);
    else for (const child of childrenOf(node)) visit(child);
  }
}

/** The label that a node reads, when it is nothing but `job.x` or `worker.x`. */
export function labelOf(node: FxNode): OperandTrace["label"] {
  if (node.kind !== "field" || node.receiver.kind !== "name") return undefined;
  const root = node.receiver.name;
  return root === "job" || root === "worker" ? { root, name: node.name } : undefined;
}

export function childrenOf(node: FxNode): readonly FxNode[] {
  switch (node.kind) {
    case "field":
      return [node.receiver];
    case "unary":
    case "as":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "call":
      return node.args;
    case "record":
      return node.fields.map(({ value }) => value);
    case "table":
      return node.items;
    case "interpolated":
      return node.parts;
    default:
      return [];
  }
}
