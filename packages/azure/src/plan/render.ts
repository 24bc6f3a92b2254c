import { plainStyle, printable, type Style } from "@routewright/diagnostics";
import type { Difference } from "../compare/differences.ts";
import { kindWords } from "../objects.ts";
import {
  type DifferencePiece,
  type DifferenceText,
  describeDifference,
  describeParts,
  inReadingOrder,
  shortened,
} from "./describe.ts";
import { type Run, wrap } from "./layout.ts";
import type { Change, Conflict, Plan } from "./plan.ts";

const signs = { create: "+", update: "~", delete: "-", own: "=", forget: "=" } as const;

/** Columns where the reader says nothing else. */
const usualWidth = 80;
/** For where lines are broken by whoever shows them. */
const unwrapped = Number.POSITIVE_INFINITY;
/** Values of one new object that are shown; all of them stand in `--json`. */
const mostParts = 30;
/** What GitHub takes in a comment is 65,536. */
const longestMarkdown = 60_000;

/** The plan for a terminal: deletions on top, then updates and creations as they will be run. */
export function renderPlan(plan: Plan, style: Style, width = usualWidth): string {
  const lines: string[] = [];
  for (const conflict of plan.conflicts) lines.push(...conflictLines(conflict, style, width));
  if (plan.conflicts.length > 0) lines.push("");
  const changes = inReadingOrder(plan.changes).filter(isWritten);
  const columns = {
    kind: Math.max(0, ...changes.map(({ kind }) => kindWords[kind].length)),
    id: Math.min(30, Math.max(0, ...changes.map(({ id }) => printable(id).length))),
  };
  for (const change of changes) lines.push(...changeLines(change, columns, style, width));
  lines.push(...noteLines(plan.changes, style, width));
  if (plan.changes.length > 0) lines.push("");
  lines.push(summaryOf(plan));
  return `${lines.join("\n")}\n`;
}

/** The same for a pull request: no longer than a comment may be. */
export function renderPlanMarkdown(plan: Plan): string {
  const head = [
    `### Routewright plan for \`${code(plan.target)}\``,
    "",
    `**${summaryOf(plan)}**`,
    "",
  ];
  for (const { message, help } of plan.conflicts) {
    head.push("> [!CAUTION]", `> ${text(message)}. ${text(help)}`, "");
  }
  const foot = ["", `Bundle \`${plan.bundleHash}\``];
  const lines: string[] = [];
  let size = [...head, ...foot].join("\n").length;
  const changes = inReadingOrder(plan.changes).filter(isWritten);
  for (const [index, change] of changes.entries()) {
    const more = markdownLines(change);
    size += more.join("\n").length + 1;
    if (size > longestMarkdown) {
      lines.push("", `_… and ${changes.length - index} more: \`routewright plan\` shows all._`);
      break;
    }
    lines.push(...more);
  }
  return `${[...head, ...lines, ...foot].join("\n").slice(0, longestMarkdown + 2000)}\n`;
}

function markdownLines(change: WrittenChange): readonly string[] {
  const title = `${signs[change.action]} ${kindWords[change.kind]} \`${code(change.id)}\``;
  const drift = change.action === "create" ? [] : change.drift;
  const found = [
    ...partsOf(change).flatMap((part) => textLines(part, plainStyle, unwrapped)),
    ...(drift.length > 0 ? [`      ${driftTitle}`] : []),
    ...renderDifferences(drift, plainStyle, unwrapped).map((line) => `  ${line}`),
  ];
  const first = `- **${title}**: ${text(change.reason)}`;
  return found.length === 0 ? [first] : [first, "", "  ```diff", ...found.map(fenced), "  ```", ""];
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
export function renderDifferences(
  found: readonly Difference[],
  style: Style,
  width = usualWidth,
): readonly string[] {
  return found.flatMap((difference) => textLines(describeDifference(difference), style, width));
}

/** A change of the service; the others only change what the state file says. */
type WrittenChange = Exclude<Change, { readonly action: "own" | "forget" }>;

function isWritten(change: Change): change is WrittenChange {
  return change.action !== "own" && change.action !== "forget";
}

function conflictLines(
  { message, help }: Conflict,
  style: Style,
  width: number,
): readonly string[] {
  return [
    ...wrap([{ text: printable(message) }], width, `${style.error("conflict")} `, "  "),
    ...wrap([{ text: printable(help) }], width, `  ${style.strong("help:")} `, "    "),
  ];
}

const driftTitle = "since it was last applied, somebody else changed:";

function changeLines(
  change: WrittenChange,
  columns: { readonly kind: number; readonly id: number },
  style: Style,
  width: number,
): readonly string[] {
  const colour = { delete: style.error, create: style.good, update: style.warning }[change.action];
  const kind = kindWords[change.kind].padEnd(columns.kind);
  const id = printable(change.id);
  const start = `${colour(signs[change.action])} ${kind}  ${style.strong(id)}`;
  const used = 4 + kind.length + Math.max(id.length, columns.id) + change.reason.length + 2;
  const pad = " ".repeat(Math.max(0, columns.id - id.length));
  const lines =
    used <= width
      ? [`${start}${pad}  ${style.faint(change.reason)}`]
      : [start, ...wrap([{ text: change.reason, paint: style.faint }], width, "    ", "    ")];
  for (const part of partsOf(change)) lines.push(...textLines(part, style, width));
  const drift = change.action === "create" ? [] : change.drift;
  if (drift.length > 0) {
    lines.push(`    ${style.warning(driftTitle)}`);
    lines.push(...renderDifferences(drift, style, width - 2).map((line) => `  ${line}`));
  }
  return lines;
}

function partsOf(change: WrittenChange): readonly DifferenceText[] {
  switch (change.action) {
    case "update":
      return change.differences.map((each) => describeDifference(each));
    case "create": {
      const parts = describeParts(change.wanted);
      const more = parts.length - mostParts;
      return more <= 1
        ? parts
        : [
            ...parts.slice(0, mostParts),
            { sign: "+", path: "…", note: `and ${more} more values (--json shows all)` },
          ];
    }
    case "delete":
      return [];
  }
}

/** What only the state file takes note of, in a line a kind of note. */
function noteLines(changes: readonly Change[], style: Style, width: number): readonly string[] {
  const notes = {
    own: "as wanted already, and ours from now on",
    forget: "gone already, and forgotten",
  };
  return (["own", "forget"] as const).flatMap((action) => {
    const names = changes
      .filter((change) => change.action === action)
      .map(({ kind, id }) => `${kindWords[kind]} ${printable(id)}`);
    if (names.length === 0) return [];
    const note = `${notes[action]}: ${names.join(", ")}`;
    return wrap([{ text: note, paint: style.faint }], width, `${style.faint("=")} `, "  ");
  });
}

function textLines(part: DifferenceText, style: Style, width: number): readonly string[] {
  const { sign, path, note, before, after, pieces } = part;
  const paint = sign === "+" ? style.good : sign === "-" ? style.error : style.warning;
  const start = `    ${paint(sign)} ${path}:`;
  if (pieces !== undefined) {
    const short = shortened(pieces);
    return [
      start,
      ...wrap(sideOf(short, "before", style), width, `      ${style.error("-")} `, "        "),
      ...wrap(sideOf(short, "after", style), width, `      ${style.good("+")} `, "        "),
    ];
  }
  const value = note ?? [before, after].filter((each) => each !== undefined).join(" → ");
  if (before !== undefined && after !== undefined && path.length + value.length + 8 > width) {
    return [
      start,
      ...wrap([{ text: before }], width, `      ${style.error("-")} `, "        "),
      ...wrap([{ text: after }], width, `      ${style.good("+")} `, "        "),
    ];
  }
  return wrap([{ text: value }], width, `${start} `, "        ");
}

/** Formulas and notes, with what changed marked. */
function sideOf(
  pieces: readonly DifferencePiece[],
  wanted: "before" | "after",
  style: Style,
): readonly Run[] {
  return pieces
    .filter(({ side }) => side === wanted || side === "both")
    .map(({ side, text: piece }): Run => {
      const shown = printable(piece);
      if (side === "both") return { text: shown };
      return wanted === "after"
        ? { text: `{+${shown}+}`, paint: style.good }
        : { text: `[-${shown}-]`, paint: style.error };
    });
}

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
