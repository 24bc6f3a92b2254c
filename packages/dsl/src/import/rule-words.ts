import type { RouterRule } from "@routewright/jobrouter";
import { quoteKey } from "../check/context.ts";
import { compileText } from "./compile-text.ts";
import { formulaCandidates } from "./formulas.ts";
import { type ImportedLabels, isAutomatic } from "./labels.ts";
import { literal, quoteFormula } from "./text.ts";
import type { RulePosition, WriteContext } from "./write-objects.ts";

/**
 * Finds the words for static and expression rules: the most readable expression that the
 * compiler turns into exactly this rule, or else `static …` and `powerfx"…"`, which always are
 * exact. Each is tried in a small program of its own, and every answer is kept.
 */
export function createRuleWords(
  labels: ImportedLabels,
  formulas: "convert" | "raw",
): WriteContext["ruleWords"] {
  const known = new Map<string, string>();
  return (rule, position) => {
    const outright =
      rule.kind === "static"
        ? `static ${rule.value === undefined ? "none" : literal(rule.value)}`
        : quoteFormula(rule.expression);
    if (formulas === "raw" && rule.kind === "expression") return outright;
    // A rule that gives selectors is always said outright.
    if (position === "selectors") return outright;
    if (rule.kind === "static" && typeof rule.value !== "number") return outright;
    const name = `${position} ${outright}`;
    let words = known.get(name);
    if (words === undefined) {
      const candidates =
        rule.kind === "static" ? [literal(rule.value ?? 0)] : formulaCandidates(rule.expression);
      words =
        candidates.find((candidate) => isSameRule(rule, ruleOf(candidate, position, labels))) ??
        outright;
      known.set(name, words);
    }
    return words;
  };
}

/** What the compiler makes of an expression in a position. */
function ruleOf(
  words: string,
  position: Exclude<RulePosition, "selectors">,
  labels: ImportedLabels,
): RouterRule | undefined {
  const { objects } = compileText(labelsFor(words, labels) + programs[position](words));
  const [classification] = objects?.classificationPolicies ?? [];
  const [distribution] = objects?.distributionPolicies ?? [];
  switch (position) {
    case "priority":
      return classification?.prioritizationRule;
    case "score":
      return distribution?.mode?.kind === "bestWorker" ? distribution.mode.scoringRule : undefined;
    case "condition": {
      const attachments = classification?.workerSelectorAttachments;
      const [attachment] = attachments ?? [];
      return attachments?.length === 1 && attachment?.kind === "conditional"
        ? attachment.condition
        : undefined;
    }
  }
}

const programs = {
  priority: (words: string) => `classification c { priority = ${words} }\n`,
  score: (words: string) => `distribution d { mode best worker score ${words} }\n`,
  condition: (words: string) => `classification c { when ${words} { require worker none } }\n`,
};

/** Declares at least the labels that the words name. */
function labelsFor(words: string, labels: ImportedLabels): string {
  const lines: string[] = [];
  for (const side of ["job", "worker"] as const) {
    const used = [...labels[side]].filter(
      ([key, type]) => words.includes(quoteKey(key)) && !isAutomatic(side, key, type),
    );
    if (used.length === 0) continue;
    lines.push(`labels ${side} {`, ...used.map(([key, type]) => `${quoteKey(key)}?: ${type}`), "}");
  }
  return `${lines.join("\n")}\n`;
}

function isSameRule(wanted: RouterRule, made: RouterRule | undefined): boolean {
  if (wanted.kind === "static") return made?.kind === "static" && made.value === wanted.value;
  return (
    wanted.kind === "expression" &&
    made?.kind === "expression" &&
    made.expression === wanted.expression
  );
}
