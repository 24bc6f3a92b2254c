import type { Labels, RouterRule } from "@routewright/jobrouter";
import type { FormulaProgram, FxValue } from "@routewright/powerfx";
import { compileFormula, isFxError } from "@routewright/powerfx";
import { explainFormula, type FormulaTrace } from "../explain/atoms.ts";
import type { Issue } from "../issue.ts";
import { isLabelValue } from "../labels.ts";
import { expressionIssue } from "./expression-issue.ts";
import { type RuleAnswers, type RulePayload, type RuleStub, StubFailure } from "./stubs.ts";
import { type RuleValue, ruleValueOf } from "./value.ts";

/** The labels that an expression may name, and what a function or webhook would be sent. */
export interface RuleInput {
  readonly job?: Labels;
  readonly worker?: Labels;
  readonly payload: RulePayload;
}

export interface RuleSuccess {
  readonly ok: true;
  readonly value: RuleValue;
}

export interface RuleFailure {
  readonly ok: false;
  readonly issue: Issue;
}

export type RuleResult = RuleSuccess | RuleFailure;

/** A rule that ran, with what an explanation needs of it. */
export interface RuleTrace extends FormulaTrace {
  readonly kind: RouterRule["kind"];
  /** JSON pointer of the rule. */
  readonly pointer: string;
  /** The formula; its own pointer is `pointer` + `/expression`. */
  readonly formula?: string;
  /** URI of a function or webhook. */
  readonly uri?: string;
  /** Absent when the rule failed. */
  readonly value?: RuleValue;
  readonly issue?: Issue;
}

export interface CompiledRule {
  readonly rule: RouterRule;
  readonly pointer: string;
  /** Of an expression rule. */
  readonly program: FormulaProgram | undefined;
  run(input: RuleInput, answers: RuleAnswers): RuleResult;
  explain(input: RuleInput, answers: RuleAnswers): RuleResult & { readonly trace: RuleTrace };
}

export function compileRule(rule: RouterRule, pointer: string): CompiledRule {
  if (rule.kind === "expression") return expressionRule(rule, pointer);
  const run = (input: RuleInput, answers: RuleAnswers): RuleResult =>
    runRule(rule, pointer, input, answers);
  return {
    rule,
    pointer,
    program: undefined,
    run,
    explain(input, answers) {
      const result = run(input, answers);
      const uri = ruleUri(rule);
      const trace: RuleTrace = {
        kind: rule.kind,
        pointer,
        ...(uri === undefined ? {} : { uri }),
        ...(result.ok ? { value: result.value } : { issue: result.issue }),
        atoms: [],
      };
      return { ...result, trace };
    },
  };
}

function expressionRule(
  rule: Extract<RouterRule, { kind: "expression" }>,
  pointer: string,
): CompiledRule {
  const program = compileFormula(rule.expression);
  const at = `${pointer}/expression`;
  return {
    rule,
    pointer,
    program,
    run: (input) => expressionResult(program, program.evaluate(input), input, at),
    explain(input) {
      const { value, atoms } = program.trace(input);
      const result = expressionResult(program, value, input, at);
      const trace: RuleTrace = {
        kind: "expression",
        pointer,
        formula: rule.expression,
        ...(result.ok ? { value: result.value } : { issue: result.issue }),
        ...explainFormula(program, atoms),
      };
      return { ...result, trace };
    },
  };
}

function expressionResult(
  program: FormulaProgram,
  value: FxValue,
  input: RuleInput,
  pointer: string,
): RuleResult {
  return isFxError(value)
    ? failure(expressionIssue(program, value, input, pointer))
    : { ok: true, value: ruleValueOf(value) };
}

function runRule(
  rule: Exclude<RouterRule, { kind: "expression" }>,
  pointer: string,
  input: RuleInput,
  answers: RuleAnswers,
): RuleResult {
  switch (rule.kind) {
    case "static":
      return { ok: true, value: isLabelValue(rule.value) ? rule.value : null };
    case "directMap":
      return { ok: true, value: selectorsFromLabels(input.job) };
    case "function":
    case "webhook":
      return askStub(ruleUri(rule), rule.kind, pointer, input.payload, answers);
    default:
      // The service's enums are extensible.
      return failure({
        code: "RuleUnreachable",
        message: `rules of kind \`${(rule as RouterRule).kind}\` are not known here`,
        pointer,
      });
  }
}

function askStub(
  uri: string | undefined,
  kind: "function" | "webhook",
  pointer: string,
  payload: RulePayload,
  answers: RuleAnswers,
): RuleResult {
  const stub = uri === undefined ? undefined : answers.get(uri);
  if (stub === undefined) {
    return failure({
      code: "RuleUnreachable",
      message:
        uri === undefined
          ? `the ${kind} rule has no URI`
          : `the ${kind} \`${uri}\` cannot be called here and has no stub`,
      pointer,
    });
  }
  const answer = typeof stub === "function" ? stub(payload) : stubbed(stub);
  if (answer !== undefined && !(answer instanceof StubFailure)) return { ok: true, value: answer };
  return failure({
    code: "RuleFailed",
    message: `the ${kind} \`${uri ?? ""}\` failed${answer === undefined ? "" : `: ${answer.why}`}`,
    pointer,
  });
}

function stubbed(stub: Exclude<RuleStub, (payload: never) => unknown>) {
  if ("value" in stub) return stub.value;
  return stub.why === undefined ? undefined : new StubFailure(stub.why);
}

/** Q8: one `equal` selector per label of the job. */
function selectorsFromLabels(labels: Labels | undefined): RuleValue {
  return Object.entries(labels ?? {}).map(([key, value]) => ({
    key,
    labelOperator: "equal",
    value,
  }));
}

export function ruleUri(rule: RouterRule): string | undefined {
  if (rule.kind === "function") return rule.functionUri;
  return rule.kind === "webhook" ? rule.webhookUri : undefined;
}

function failure(issue: Issue): RuleFailure {
  return { ok: false, issue };
}
