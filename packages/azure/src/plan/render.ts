import { printable, type Style } from "@routewright/diagnostics";
import type { Difference } from "../compare/differences.ts";
import { kindWords } from "../objects.ts";
import {
  type DifferencePiece,
  type DifferenceText,
  describeDifference,
  describeMembers,
  inReadingOrder,
} from "./describe.ts";
import type { Change, Conflict, Plan } from "./plan.ts";

const signs = { create: "+", update: "~", delete: "-", own: "=", forget: "=" } as const;

/** The plan for a terminal: deletions on top, then updates and creations as they will be run. */
export function renderPlan(plan: Plan, style: Style): string {
  const lines: string[] = [];
  for (const conflict of plan.conflicts) lines.push(...conflictLines(conflict, style));
  if (plan.conflicts.length > 0) lines.push("");
  for (const change of inReadingOrder(plan.changes)) lines.push(...changeLines(change, style));
  if (plan.changes.length > 0) lines.push("");
  lines.push(summaryOf(plan));
  return `${lines.join("\n")}\n`;
}

/** The same for a pull request. */
export function renderPlanMarkdown(plan: Plan): string {
  const lines = [`### Routewright plan for \`${code(plan.target)}\``, "", summaryOf(plan), ""];
  for (const { message, help } of plan.conflicts) {
    lines.push(`> [!CAUTION]`, `> ${text(message)}. ${text(help)}`, "");
  }
  for (const change of inReadingOrder(plan.changes)) {
    if (change.action === "own" || change.action === "forget") continue;
    const title = `${signs[change.action]} ${kindWords[change.kind]} \`${code(change.id)}\``;
    const found = change.action === "update" ? change.differences : [];
    lines.push(`- **${title}**: ${text(change.reason)}`);
    if (found.length > 0) lines.push("", "  ```diff");
    for (const difference of found) {
      lines.push(...differenceLines(difference, plain).map((line) => fenced(line)));
    }
    if (found.length > 0) lines.push("  ```", "");
  }
  lines.push("", `Bundle \`${plan.bundleHash}\``);
  return `${lines.join("\n")}\n`;
}

export function summaryOf(plan: Plan): string {
  const count = (action: Change["action"]): number =>
    plan.changes.filter((change) => change.action === action).length;
  const parts = [
    `${count("create")} to create`,
    `${count("update")} to update`,
    `${count("delete")} to delete`,
    `${plan.unchanged + count("own")} as wanted`,
  ];
  const blocked = plan.conflicts.length;
  return blocked === 0
    ? parts.join(", ")
    : `${parts.join(", ")}; ${blocked} ${blocked === 1 ? "conflict stands" : "conflicts stand"} in the way`;
}

/** Lines for what differs in one object; used for drift too. */
export function renderDifferences(found: readonly Difference[], style: Style): readonly string[] {
  return found.flatMap((difference) => differenceLines(difference, style));
}

function conflictLines({ message, help }: Conflict, style: Style): readonly string[] {
  return [
    `${style.error("conflict")} ${printable(message)}`,
    `  ${style.strong("help:")} ${printable(help)}`,
  ];
}

function changeLines(change: Change, style: Style): readonly string[] {
  const colour =
    change.action === "delete"
      ? style.error
      : change.action === "create"
        ? style.good
        : change.action === "update"
          ? style.warning
          : style.faint;
  const lines = [
    `${colour(signs[change.action])} ${kindWords[change.kind]} ${style.strong(printable(change.id))}  ${style.faint(change.reason)}`,
  ];
  if (change.action === "update") lines.push(...renderDifferences(change.differences, style));
  if (change.action === "create") {
    for (const text of describeMembers(change.wanted)) lines.push(...textLines(text, style));
  }
  const drift = change.action === "update" || change.action === "delete" ? change.drift : [];
  if (drift.length > 0) {
    lines.push(`    ${style.warning("since it was last applied, somebody else changed:")}`);
    lines.push(...renderDifferences(drift, style).map((line) => `  ${line}`));
  }
  return lines;
}

function differenceLines(difference: Difference, style: Style): readonly string[] {
  return textLines(describeDifference(difference), style);
}

function textLines(
  { sign, path, note, before, after, pieces }: DifferenceText,
  style: Style,
): readonly string[] {
  const paint = sign === "+" ? style.good : sign === "-" ? style.error : style.warning;
  const start = `    ${paint(sign)} ${path}:`;
  if (pieces !== undefined) {
    return [
      start,
      `      ${style.error("-")} ${sideOf(pieces, "before", style)}`,
      `      ${style.good("+")} ${sideOf(pieces, "after", style)}`,
    ];
  }
  return [`${start} ${note ?? [before, after].filter((value) => value !== undefined).join(" → ")}`];
}

/** Formulas and notes in full, with what changed marked. */
function sideOf(
  pieces: readonly DifferencePiece[],
  wanted: "before" | "after",
  style: Style,
): string {
  return pieces
    .filter(({ side }) => side === wanted || side === "both")
    .map(({ side, text: piece }) => {
      const shown = printable(piece);
      if (side === "both") return shown;
      return wanted === "after" ? style.good(`{+${shown}+}`) : style.error(`[-${shown}-]`);
    })
    .join("");
}

const same = (value: string): string => value;
const plain: Style = {
  error: same,
  warning: same,
  hint: same,
  good: same,
  strong: same,
  faint: same,
};

/** For a `diff` fence: the sign goes first, and nothing ends the fence early. */
function fenced(line: string): string {
  const [, indent = "", sign = "", rest = ""] = /^(\s*)([+~-]?)(.*)$/su.exec(line) ?? [];
  const mark = sign === "~" ? "!" : sign === "" ? " " : sign;
  return `  ${mark}${indent.slice(4)}${rest.replaceAll("```", "'''")}`;
}

function code(value: string): string {
  return printable(value).replaceAll("`", "'");
}

function text(value: string): string {
  return printable(value).replace(/[<>]/gu, (sign) => (sign === "<" ? "&lt;" : "&gt;"));
}
