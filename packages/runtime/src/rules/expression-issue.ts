import type { Span } from "@routewright/diagnostics";
import type { FormulaProgram, FxError, FxNode } from "@routewright/powerfx";
import { childrenOf, labelOf } from "../explain/atoms.ts";
import type { Issue } from "../issue.ts";
import { readLabel } from "../labels.ts";
import { showValue } from "../text.ts";
import type { RuleInput } from "./rule.ts";

/** Longest piece of a formula that a message repeats. */
const maxShown = 80;

/**
 * What went wrong in a formula, with the part it went wrong in and the labels that part reads:
 * `Decimal cannot be compared with Text: job.region = "NA", where job.region is 5`.
 */
export function expressionIssue(
  program: FormulaProgram,
  error: FxError,
  input: RuleInput,
  pointer: string,
): Issue {
  const guilty = error.span === undefined ? program.tree : smallestAround(program.tree, error.span);
  const { start, end } = guilty.span;
  const part = program.text.slice(start, end);
  const shown = part.length > maxShown ? `${part.slice(0, maxShown - 1)}…` : part;
  const labels = [...new Set(labelsIn(guilty, input))].join(" and ");
  const where = labels === "" ? "" : `, where ${labels}`;
  return {
    code: "ExpressionFailed",
    message: `${error.message}: ${shown}${where}`,
    pointer,
    range: { start, end },
    assumption: "Q11",
  };
}

/** The engine points at an operator or a field's name; people want the whole comparison. */
function smallestAround(node: FxNode, span: Span): FxNode {
  for (const child of childrenOf(node)) {
    const isField = child.kind === "field" || child.kind === "name";
    if (!isField && child.span.start <= span.start && child.span.end >= span.end) {
      return smallestAround(child, span);
    }
  }
  return node;
}

function labelsIn(node: FxNode, input: RuleInput): readonly string[] {
  const label = labelOf(node);
  if (label === undefined) return childrenOf(node).flatMap((child) => labelsIn(child, input));
  const { root, name } = label;
  const bag = root === "job" ? input.job : input.worker;
  return bag === undefined ? [] : [`${root}.${name} is ${showValue(readLabel(bag, name))}`];
}
