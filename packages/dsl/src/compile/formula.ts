import { parseFormula, printFormula, quoteName, quoteText } from "@routewright/powerfx";
import { plainNumber } from "../check/constants.ts";
import type { ComparisonOperator, Condition, LabelTerm, Origin, Term } from "../core/condition.ts";
import { languageFunctions } from "../functions.ts";

/** A formula, and where each part of it was written. */
export interface PrintedFormula {
  readonly text: string;
  /** Atoms and values, in the order of their start; inner ones after outer ones. */
  readonly ranges: readonly FormulaRange[];
  /** What goes beyond everything seen to work in the service, in the order of the formula. */
  readonly unproven: readonly Unproven[];
  /** Whether Power Fx can read it at all: deep nesting is refused. */
  readonly isReadable: boolean;
}

export interface FormulaRange {
  readonly start: number;
  readonly end: number;
  readonly origin: Origin;
}

export interface Unproven {
  readonly origin: Origin;
  readonly what: string;
}

/** The engine's limit; longer formulas are refused. */
export const longestFormula = 1_000;

/**
 * The simplest formula with the meaning of a condition: `If`, `=`, labels and literals as far
 * as they go. A form that nests too deep, or is too long, gives way to `&&` and `||` where these
 * fit.
 */
export function printCondition(condition: Condition): PrintedFormula {
  return withFallback(
    () => conditionPart(condition, true),
    () => logicalPart(condition),
  );
}

/** Likewise for a priority or a score. */
export function printTerm(term: Term): PrintedFormula {
  return withFallback(
    () => termPart(term, conditionPart),
    () => termPart(term, (condition) => logicalPart(condition)),
  );
}

function withFallback(proven: () => Part, logical: () => Part): PrintedFormula {
  const first = printPart(proven());
  if (first.isReadable && first.text.length <= longestFormula) return first;
  const second = printPart(logical());
  return second.isReadable && second.text.length < first.text.length ? second : first;
}

// ── Parts ───────────────────────────────────────────────────────────────────────────────────

/** `level` says how tightly the part's outermost operator binds; 12 is a literal or a call. */
type Part =
  | {
      readonly kind: "sequence";
      readonly parts: readonly (string | Part)[];
      readonly level: number;
      readonly origin?: Origin;
      readonly unproven?: string;
      /** Words of the author's, which Power Fx may refuse. */
      readonly isForeign?: true;
    }
  | {
      readonly kind: "if";
      readonly branches: readonly { readonly test: Part; readonly value: Part }[];
      readonly otherwise: Part;
      readonly origin?: Origin;
    };

const levels = {
  or: 1,
  and: 2,
  in: 3,
  comparison: 4,
  join: 5,
  sum: 6,
  product: 7,
  prefix: 9,
  primary: 12,
} as const;

const yes: Part = { kind: "sequence", parts: ["true"], level: levels.primary };
const no: Part = { kind: "sequence", parts: ["false"], level: levels.primary };

/** An `If` in the place of the rest continues the one around it: `If(a, x, b, y, z)`. */
function ifPart(test: Part, value: Part, otherwise: Part, origin?: Origin): Part {
  const branch = { test, value };
  const at = origin === undefined ? {} : { origin };
  return otherwise.kind === "if" && otherwise.origin === undefined
    ? {
        kind: "if",
        branches: [branch, ...otherwise.branches],
        otherwise: otherwise.otherwise,
        ...at,
      }
    : { kind: "if", branches: [branch], otherwise, ...at };
}

function inParentheses(part: Part, level: number): Part {
  return part.kind === "if" || part.level >= level
    ? part
    : { kind: "sequence", parts: ["(", part, ")"], level: levels.primary };
}

/** Parts nest at most twice as deep in Power Fx, whose limit is 50. */
const surelyReadableDepth = 20;

function printPart(root: Part): PrintedFormula {
  const ranges: { readonly start: number; end: number; readonly origin: Origin }[] = [];
  const unproven: Unproven[] = [];
  let text = "";
  let depth = 0;
  // Our own words are known to be readable while they are shallow; the rest has to be tried.
  let isSure = true;
  const visit = (part: Part) => {
    if (++depth > surelyReadableDepth) isSure = false;
    const { origin } = part;
    const range = origin === undefined ? undefined : { start: text.length, end: 0, origin };
    if (range !== undefined) ranges.push(range);
    if (part.kind === "sequence") {
      if (part.isForeign === true) isSure = false;
      if (part.unproven !== undefined && origin !== undefined) {
        unproven.push({ origin, what: part.unproven });
      }
      for (const inner of part.parts) {
        if (typeof inner === "string") text += inner;
        else visit(inner);
      }
    } else {
      text += "If(";
      for (const { test, value } of part.branches) {
        visit(test);
        text += ", ";
        visit(value);
        text += ", ";
      }
      visit(part.otherwise);
      text += ")";
    }
    if (range !== undefined) range.end = text.length;
    depth--;
  };
  visit(root);
  const isReadable =
    isSure ||
    (text.length <= 20 * longestFormula &&
      !parseFormula(text).diagnostics.some(({ severity }) => severity === "error"));
  return { text, ranges, unproven, isReadable };
}

// ── Conditions ──────────────────────────────────────────────────────────────────────────────

/** The condition, or (`positive` false) its negation. */
function conditionPart(condition: Condition, positive: boolean): Part {
  switch (condition.kind) {
    case "constant":
      return condition.value === positive ? yes : no;
    case "not":
      return conditionPart(condition.term, !positive);
    case "choose":
      return choosePart(
        condition.condition,
        conditionPart(condition.then, positive),
        conditionPart(condition.otherwise, positive),
      );
    case "and":
    case "or":
      return joinedPart(condition.terms, (condition.kind === "and") === positive, positive);
    case "compare": {
      const operator = positive ? condition.operator : negatedOperator[condition.operator];
      if (operator === "!=") return ifPart(comparisonPart(condition, "=", conditionPart), no, yes);
      return comparisonPart(condition, operator === "==" ? "=" : operator, conditionPart);
    }
    default: {
      const part = testPart(condition, conditionPart);
      return positive ? part : ifPart(part, no, yes);
    }
  }
}

function choosePart(condition: Condition, then: Part, otherwise: Part): Part {
  return isNegative(condition, true)
    ? ifPart(conditionPart(condition, false), otherwise, then)
    : ifPart(conditionPart(condition, true), then, otherwise);
}

/** `a and b` is `If(a, b, false)`, `a or b` is `If(a, true, b)`; what is negative ends early. */
function joinedPart(terms: readonly Condition[], and: boolean, positive: boolean): Part {
  let rest: Part | undefined;
  for (const term of [...terms].reverse()) {
    if (rest === undefined) {
      rest = conditionPart(term, positive);
    } else if (isNegative(term, positive) || (and && isWrittenNegative(term, positive))) {
      const test = conditionPart(term, !positive);
      rest = and ? ifPart(test, no, rest) : ifPart(test, rest, yes);
    } else {
      const test = conditionPart(term, positive);
      rest = and ? ifPart(test, rest, no) : ifPart(test, yes, rest);
    }
  }
  return rest ?? (and ? yes : no);
}

/** Whether the negation of `term` (taken as it is, or negated already) is the simpler formula. */
function isNegative(term: Condition, positive: boolean): boolean {
  return costOf(term, !positive) < costOf(term, positive);
}

/** Equally simple either way, and a negation as it stands: `If(x >= 5, false, …)` does not nest. */
function isWrittenNegative(term: Condition, positive: boolean): boolean {
  const isNegation = term.kind === "not" ? positive : !positive;
  return isNegation && costOf(term, !positive) === costOf(term, positive);
}

const costs = new WeakMap<Condition, readonly [number, number]>();

/** How many `If(…, false, true)` a formula would need. */
function costOf(condition: Condition, positive: boolean): number {
  if (condition.kind !== "and" && condition.kind !== "or" && condition.kind !== "choose") {
    return cost(condition, positive);
  }
  const known = costs.get(condition) ?? [cost(condition, true), cost(condition, false)];
  costs.set(condition, known);
  return positive ? known[0] : known[1];
}

function cost(condition: Condition, positive: boolean): number {
  switch (condition.kind) {
    case "constant":
      return 0;
    case "not":
      return costOf(condition.term, !positive);
    case "compare":
      return condition.operator === "=="
        ? positive
          ? 0
          : 1
        : condition.operator === "!="
          ? positive
            ? 1
            : 0
          : 0;
    case "choose":
      return costOf(condition.then, positive) + costOf(condition.otherwise, positive);
    case "and":
    case "or": {
      const last = condition.terms.length - 1;
      return condition.terms.reduce(
        (sum, term, index) =>
          sum +
          (index === last
            ? costOf(term, positive)
            : Math.min(costOf(term, true), costOf(term, false))),
        0,
      );
    }
    default:
      return positive ? 0 : 1;
  }
}

const negatedOperator: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "==": "!=",
  "!=": "==",
  // Blank is ordered like 0 on both sides, so exactly one of `<` and `>=` holds for it, too.
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};

type PartOfCondition = (condition: Condition, positive: boolean) => Part;

function comparisonPart(
  atom: Extract<Condition, { kind: "compare" }>,
  operator: string,
  inner: PartOfCondition,
): Part {
  return {
    kind: "sequence",
    parts: [
      inParentheses(operandPart(atom.left, inner), levels.comparison),
      ` ${operator} `,
      inParentheses(operandPart(atom.right, inner), levels.comparison + 1),
    ],
    level: levels.comparison,
    origin: atom.origin,
    ...(operator === "="
      ? {}
      : { unproven: `\`${operator === "<>" ? operator : atom.operator}\`` }),
  };
}

/** A label or value of a comparison is found through the comparison: it has no range of its own. */
function operandPart(term: Term, inner: PartOfCondition): Part {
  const part = termPart(term, inner);
  if ((term.kind !== "label" && term.kind !== "value") || part.kind !== "sequence") return part;
  return part.unproven === undefined
    ? { kind: "sequence", parts: part.parts, level: part.level }
    : part;
}

function testPart(
  atom: Extract<Condition, { kind: "missing" | "test" | "formula" }>,
  inner: PartOfCondition,
): Part {
  switch (atom.kind) {
    case "missing":
      // Not `IsBlank`, for which the empty text is blank, too.
      return {
        kind: "sequence",
        parts: [labelPart(atom.label), " = Blank()"],
        level: levels.comparison,
        origin: atom.origin,
        unproven: "`Blank()`",
      };
    case "test":
      return callPart(atom.function, atom.args, atom.origin, inner);
    case "formula":
      return rawPart(atom.text, atom.origin);
  }
}

// ── With `&&` and `||` ──────────────────────────────────────────────────────────────────────

function logicalPart(condition: Condition, positive = true): Part {
  switch (condition.kind) {
    case "not":
      return logicalPart(condition.term, !positive);
    case "choose":
      return ifPart(
        logicalPart(condition.condition),
        logicalPart(condition.then, positive),
        logicalPart(condition.otherwise, positive),
      );
    case "and":
    case "or": {
      const and = (condition.kind === "and") === positive;
      const level = and ? levels.and : levels.or;
      const parts: (string | Part)[] = [];
      for (const [index, term] of condition.terms.entries()) {
        if (index > 0) parts.push(and ? " && " : " || ");
        parts.push(inParentheses(logicalPart(term, positive), index === 0 ? level : level + 1));
      }
      const origin = originIn(condition);
      return {
        kind: "sequence",
        parts,
        level,
        ...(origin === undefined ? {} : { origin, unproven: and ? "`&&`" : "`||`" }),
      };
    }
    case "compare": {
      const operator = positive ? condition.operator : negatedOperator[condition.operator];
      const written = operator === "==" ? "=" : operator === "!=" ? "<>" : operator;
      return comparisonPart(condition, written, logicalPart);
    }
    case "constant":
      return condition.value === positive ? yes : no;
    default: {
      const part = testPart(condition, logicalPart);
      return positive
        ? part
        : {
            kind: "sequence",
            parts: ["!", inParentheses(part, levels.prefix)],
            level: levels.prefix,
            origin: condition.origin,
            unproven: "`!`",
          };
    }
  }
}

function originIn(condition: Condition): Origin | undefined {
  switch (condition.kind) {
    case "constant":
      return undefined;
    case "not":
      return originIn(condition.term);
    case "and":
    case "or":
      return condition.terms.map(originIn).find((origin) => origin !== undefined);
    case "choose":
      return originIn(condition.condition);
    default:
      return condition.origin;
  }
}

// ── Terms ───────────────────────────────────────────────────────────────────────────────────

const operatorLevels = {
  "&": levels.join,
  "+": levels.sum,
  "-": levels.sum,
  "*": levels.product,
  "/": levels.product,
} as const;

function termPart(term: Term, inner: PartOfCondition): Part {
  switch (term.kind) {
    case "value":
      return {
        kind: "sequence",
        parts: [valueText(term.value)],
        level: typeof term.value === "number" && term.value < 0 ? levels.prefix : levels.primary,
        origin: term.origin,
      };
    case "label":
      return labelPart(term);
    case "truth":
      return inner(term.condition, true);
    case "formula":
      return rawPart(term.text, term.origin);
    case "negate":
      return {
        kind: "sequence",
        parts: ["-", inParentheses(termPart(term.operand, inner), levels.prefix)],
        level: levels.prefix,
        origin: term.origin,
        unproven: "`-`",
      };
    case "arithmetic": {
      const level = operatorLevels[term.operator];
      return {
        kind: "sequence",
        parts: [
          inParentheses(termPart(term.left, inner), level),
          ` ${term.operator} `,
          inParentheses(termPart(term.right, inner), level + 1),
        ],
        level,
        origin: term.origin,
        unproven: `\`${term.operator}\``,
      };
    }
    case "call":
      return callPart(term.function, term.args, term.origin, inner);
    case "choose":
      return choosePartOfTerm(term, inner);
  }
}

function choosePartOfTerm(term: Extract<Term, { kind: "choose" }>, inner: PartOfCondition): Part {
  let rest = termPart(term.otherwise, inner);
  for (const [index, { condition, value }] of [...term.branches.entries()].reverse()) {
    const part = termPart(value, inner);
    // Turning a branch round would nest what follows it; only the last one has nothing to nest.
    const turned =
      index === term.branches.length - 1 && inner === conditionPart && isNegative(condition, true);
    rest = turned
      ? ifPart(inner(condition, false), rest, part)
      : ifPart(inner(condition, true), part, rest);
  }
  return rest;
}

function labelPart({ side, key, origin }: LabelTerm): Part {
  const name = quoteName(key);
  return {
    kind: "sequence",
    parts: [`${side}.${name}`],
    level: levels.primary,
    origin,
    ...(name === key ? {} : { unproven: `the quoted name \`${name}\``, isForeign: true as const }),
  };
}

export function valueText(value: string | number | boolean): string {
  if (typeof value === "string") return quoteText(value);
  return typeof value === "number" ? plainNumber(value) : String(value);
}

const functions = new Map(languageFunctions.map((definition) => [definition.name, definition]));

function callPart(
  name: string,
  args: readonly Term[],
  origin: Origin,
  inner: PartOfCondition,
): Part {
  const definition = functions.get(name);
  if (definition === undefined) throw new Error(`no language function ${name}`);
  const written = args.map((arg) => termPart(arg, inner));
  const { powerFx } = definition;
  if (powerFx.operator === true) {
    const [value = yes, part = yes] = written;
    return {
      kind: "sequence",
      parts: [
        inParentheses(part, levels.in),
        ` ${powerFx.name} `,
        inParentheses(value, levels.in + 1),
      ],
      level: levels.in,
      origin,
      unproven: `\`${powerFx.name}\``,
    };
  }
  const parts: (string | Part)[] = [`${powerFx.name}(`];
  for (const [index, arg] of written.entries()) {
    if (index > 0) parts.push(", ");
    parts.push(arg);
  }
  parts.push(")");
  return {
    kind: "sequence",
    parts,
    level: levels.primary,
    origin,
    unproven: `\`${powerFx.name}\``,
  };
}

/** A raw formula inside another one: in canonical form, without comments that would end it early. */
function rawPart(text: string, origin: Origin): Part {
  const { tree } = parseFormula(text);
  const parts = [printFormula(tree)];
  switch (tree.kind) {
    case "call":
    case "field":
    case "name":
    case "text":
    case "boolean":
    case "number":
      return { kind: "sequence", parts, level: levels.primary, origin, isForeign: true };
    default:
      return { kind: "sequence", parts, level: 0, origin, isForeign: true };
  }
}
