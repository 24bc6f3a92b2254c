import { formulaCandidates } from "@routewright/dsl";
import { type FxNode, parseFormula, printFormula } from "@routewright/powerfx";

/** How much of a guard is shown in the line; all of it is in the tooltip. */
const longestShown = 60;

/**
 * The guard in a condition that the compiler wrote, in the language's words: `unless …` for the
 * earlier arms that it leaves out, `when …` for what is left to an `otherwise`. Shortened.
 */
export function guardInWords(formula: string, isOtherwise: boolean): string {
  const { tree } = parseFormula(formula);
  const { without, rest } = leadingRefusals(tree);
  const unless = without.length === 0 ? "" : `unless ${without.map(inWords).join(" or ")}`;
  // An arm has a condition of its own; only what was put before it is new.
  const when = isOtherwise || unless === "" ? restInWords(rest) : "";
  return shortened([unless, when].filter((part) => part !== "").join(", "));
}

/** `If(a, false, b, false, rest)`: neither `a` nor `b`, and `rest`. */
function leadingRefusals(tree: FxNode): {
  readonly without: readonly FxNode[];
  readonly rest: readonly FxNode[];
} {
  if (tree.kind !== "call" || tree.callee !== "If") return { without: [], rest: [tree] };
  const without: FxNode[] = [];
  let at = 0;
  for (; at + 2 < tree.args.length; at += 2) {
    const condition = tree.args[at];
    const answer = tree.args[at + 1];
    if (condition === undefined || answer?.kind !== "boolean" || answer.value) break;
    without.push(condition);
  }
  return without.length === 0 ? { without, rest: [tree] } : { without, rest: tree.args.slice(at) };
}

function restInWords(rest: readonly FxNode[]): string {
  const [first] = rest;
  if (first === undefined || (first.kind === "boolean" && first.value)) return "";
  if (rest.length === 1) return `when ${inWords(first)}`;
  return `when ${wordsOf(`If(${rest.map(printFormula).join(", ")})`)}`;
}

function inWords(node: FxNode): string {
  return wordsOf(printFormula(node));
}

function wordsOf(formula: string): string {
  return (formulaCandidates(formula)[0] ?? formula).replaceAll(/\s+/gu, " ");
}

function shortened(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown - 1).trimEnd()}…` : text;
}
