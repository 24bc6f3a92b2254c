import type { SourceText } from "@routewright/diagnostics";
import type { RouterRule, SecretText } from "@routewright/jobrouter";
import type { Condition, Origin, Term } from "../core/condition.ts";
import {
  type Elaboration,
  elaborateCondition,
  type Placed,
  startElaboration,
  withoutNames,
} from "../core/elaborate.ts";
import type { Expr, NameExpr, RuleExpr } from "../parse/ast.ts";
import { formulaLong, formulaTooLong, unprovenFormula } from "./diagnostics.ts";
import { longestFormula, type PrintedFormula, printCondition, printTerm } from "./formula.ts";
import { defined, type Lowering, labelValue, mapTo, report, textOf } from "./lowering.ts";

/** What a formula belongs to, for messages. */
export interface FormulaPlace {
  readonly pointer: string;
  /** `this rule`, `the priority`, … */
  readonly what: string;
  /** Where a formula that is too long is reported. */
  readonly origin: Origin;
  /** The nearest thing that works. */
  readonly help: string;
}

/** Past this a formula was refused by the previews of the service. */
const longFormula = 500;

/** A rule that the author said outright. */
export interface StandaloneRule {
  readonly expr: RuleExpr;
  readonly source: SourceText;
}

/** The rule expression that a name or expression is, if it is one. */
export function ruleExprOf(run: Lowering, placed: Placed): StandaloneRule | undefined {
  const { expr, source } = withoutNames(run.checked, placed);
  switch (expr.kind) {
    case "powerfx":
    case "function":
    case "webhook":
    case "static":
    case "sameLabels":
      return { expr, source };
    default:
      return undefined;
  }
}

export function lowerRule(
  run: Lowering,
  { expr, source }: StandaloneRule,
  pointer: string,
): RouterRule {
  const origin: Origin = { source, span: expr.span };
  mapTo(run, pointer, origin);
  switch (expr.kind) {
    case "powerfx": {
      const place = { source, span: expr.textSpan };
      mapTo(run, `${pointer}/expression`, place);
      return { kind: "expression", expression: expr.text };
    }
    case "static":
      return defined({ kind: "static" as const, value: labelValue(run, expr.value) });
    case "sameLabels":
      return { kind: "directMap" };
    case "function": {
      const credential = defined<
        NonNullable<Extract<RouterRule, { kind: "function" }>["credential"]>
      >({
        functionKey: secretOf(run, expr.functionKey),
        appKey: secretOf(run, expr.appKey),
        clientId: textOf(run, expr.clientId),
      });
      return {
        kind: "function",
        functionUri: textOf(run, expr.uri) ?? "",
        ...(Object.keys(credential).length === 0 ? {} : { credential }),
      };
    }
    case "webhook": {
      const clientCredential = defined<
        NonNullable<Extract<RouterRule, { kind: "webhook" }>["clientCredential"]>
      >({
        clientId: textOf(run, expr.clientId),
        clientSecret: secretOf(run, expr.clientSecret),
      });
      return defined<Extract<RouterRule, { kind: "webhook" }>>({
        kind: "webhook",
        authorizationServerUri: textOf(run, expr.authorizationServer),
        clientCredential: Object.keys(clientCredential).length === 0 ? undefined : clientCredential,
        webhookUri: textOf(run, expr.uri),
      });
    }
  }
}

function secretOf(run: Lowering, name: NameExpr | undefined): SecretText | undefined {
  const symbol = name === undefined ? undefined : run.checked.references.get(name);
  if (symbol?.kind !== "secret") return undefined;
  return { $secret: symbol.declaration.env?.value ?? symbol.name.text };
}

/** The rule that asks a condition; `undefined` when no formula can hold it (it is reported). */
export function lowerCondition(
  run: Lowering,
  condition: Condition,
  place: FormulaPlace,
): RouterRule | undefined {
  mapTo(run, place.pointer, place.origin);
  if (condition.kind === "constant") return { kind: "static", value: condition.value };
  if (condition.kind === "formula") return verbatim(run, condition, place);
  return expressionRule(run, printCondition(condition), place);
}

/** The rule that gives a priority or a score. */
export function lowerTerm(
  run: Lowering,
  term: Term,
  elaboration: Elaboration,
  place: FormulaPlace,
): RouterRule | undefined {
  if (elaboration.overflow) {
    reportTooLong(run, undefined, place);
    return undefined;
  }
  mapTo(run, place.pointer, place.origin);
  if (term.kind === "value") {
    mapTo(run, `${place.pointer}/value`, term.origin);
    return { kind: "static", value: term.value };
  }
  if (term.kind === "formula") return verbatim(run, term, place);
  return expressionRule(run, printTerm(term), place);
}

function verbatim(
  run: Lowering,
  { text, origin }: { readonly text: string; readonly origin: Origin },
  place: FormulaPlace,
): RouterRule {
  mapTo(run, `${place.pointer}/expression`, origin);
  return { kind: "expression", expression: text };
}

function expressionRule(
  run: Lowering,
  printed: PrintedFormula,
  place: FormulaPlace,
): RouterRule | undefined {
  const { text, ranges, unproven } = printed;
  if (!printed.isReadable || text.length > longestFormula) {
    reportTooLong(run, text.length, place);
    return undefined;
  }
  if (text.length > longFormula) {
    report(
      run,
      formulaLong,
      { what: place.what, length: text.length, limit: longFormula },
      place.origin,
      {
        help: place.help,
      },
    );
  }
  const [first] = unproven;
  if (first !== undefined) {
    const what = [...new Set(unproven.map((part) => part.what))];
    report(run, unprovenFormula, { what }, first.origin);
  }
  const pointer = `${place.pointer}/expression`;
  mapTo(run, pointer, place.origin);
  for (const { start, end, origin } of ranges) {
    run.mappings.push({ pointer, formula: { start, end }, origin });
  }
  return { kind: "expression", expression: text };
}

/** `length` is unknown when the formula was given up before it was printed. */
export function reportTooLong(
  run: Lowering,
  length: number | undefined,
  { what, origin, help }: FormulaPlace,
): void {
  const limit = longestFormula;
  const reason =
    length === undefined
      ? `have far more than ${limit} characters, and Power Fx takes no more`
      : length > limit
        ? `have ${length} characters, and Power Fx takes ${limit}`
        : "nest deeper than Power Fx allows";
  report(run, formulaTooLong, { what, reason }, origin, { help });
}

/** A condition in core form; `undefined` when no formula could hold it (it is reported). */
export function startCondition(
  run: Lowering,
  expr: Expr,
  source: SourceText,
): Condition | undefined {
  const elaboration = startElaboration(run.checked);
  const condition = elaborateCondition(elaboration, expr, source);
  if (!elaboration.overflow) return condition;
  const origin: Origin = { source, span: expr.span };
  reportTooLong(run, undefined, { pointer: "", what: "this condition", origin, help: askLess });
  return undefined;
}

export const askLess =
  "ask less in one condition, or let the caller set a label that already says what is meant";
