import type { FxNode } from "@routewright/powerfx";
import { atomsOf, type Logic, logicOf } from "../../rules/outline.ts";
import { priorityOf } from "../../rules/priority.ts";
import type { CompiledRule } from "../../rules/rule.ts";
import type { DecisionContext } from "../decide.ts";
import { literalOf } from "./atoms.ts";
import { type Conjunction, conjunctionsOf } from "./conjunctions.ts";

/**
 * A priority rule as alternatives of which the first that holds decides. `priority` absent: the
 * rule itself must be run.
 */
export interface PriorityLeaf {
  readonly conjunction: Conjunction;
  readonly priority: number | undefined;
}

/** Past this many alternatives the rule is simply run. */
const maxLeaves = 512;

export function priorityLeaves(
  rule: CompiledRule,
  atomIndex: (node: FxNode) => number,
  context: DecisionContext,
): readonly PriorityLeaf[] {
  const always: Conjunction = [];
  const run: readonly PriorityLeaf[] = [{ conjunction: always, priority: undefined }];
  const constant = (value: string | number | boolean): number | undefined => {
    const result = priorityOf(value, rule.pointer, context.assumptions);
    return result.ok && result.warning === undefined ? result.priority : undefined;
  };
  if (rule.rule.kind === "static") {
    const { value } = rule.rule;
    const priority = value === undefined ? undefined : constant(value);
    return [{ conjunction: always, priority }];
  }
  const { program } = rule;
  if (program === undefined || program.diagnostics.length > 0) return run;
  const logic = logicOf(program.tree);
  for (const node of atomsOf(logic)) atomIndex(node);
  const leaves: PriorityLeaf[] = [];
  return flatten(logic, [always]) ? leaves : run;

  /** `prefix`: where this part is reached. False: the rule is not of this form. */
  function flatten(logic: Logic, prefix: readonly Conjunction[]): boolean {
    if (leaves.length + prefix.length > maxLeaves) return false;
    if (logic.kind !== "choose") {
      // Only numbers: arms of different types change each other's.
      const value = literalOf(logic.node);
      if (typeof value !== "number") return false;
      addAll(prefix, constant(value));
      return true;
    }
    for (const { condition, value } of logic.branches) {
      const holds = conjunctionsOf(condition, atomIndex, prefix);
      // What comes after is reached only where this does not hold: the first that holds decides.
      if (holds === undefined || !flatten(value, holds)) return false;
    }
    if (logic.otherwise !== undefined) return flatten(logic.otherwise, prefix);
    addAll(prefix, undefined);
    return true;
  }

  function addAll(prefix: readonly Conjunction[], priority: number | undefined): void {
    for (const conjunction of prefix) leaves.push({ conjunction, priority });
  }
}
