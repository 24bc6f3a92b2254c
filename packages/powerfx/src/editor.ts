import type { Span } from "@routewright/diagnostics";
import type { FxFeatures } from "./bind/binder.ts";
import { fxEnums } from "./bind/enums.ts";
import { type FxVisibleName, visibleNames } from "./editor-names.ts";
import type { FxFunction } from "./functions/define.ts";
import { findFunction, fxFunctions } from "./functions/table.ts";
import type { LabelCode } from "./labels.ts";
import { type FxToken, lexFormula } from "./parse/lexer.ts";
import { quoteName } from "./parse/print.ts";
import { type CompileOptions, compileFormula } from "./program.ts";
import type { FxDiagnostic } from "./tree.ts";

/**
 * What editors ask about a formula, as pure functions of the text and an offset (UTF-16). The
 * caller turns offsets into positions and these answers into its protocol's.
 */

export type FxLabelType = "text" | "number" | "boolean";

/** The labels that are declared; a record that is left out does not exist where the formula runs. */
export interface FxEditorScope {
  readonly job?: ReadonlyMap<string, FxLabelType>;
  readonly worker?: ReadonlyMap<string, FxLabelType>;
}

export interface FxCompletion {
  readonly label: string;
  readonly kind: "function" | "label" | "record" | "enum" | "member" | "keyword";
  /** What replaces `replace`. */
  readonly insert: string;
  readonly detail: string;
}

export interface FxCompletions {
  readonly replace: Span;
  readonly items: readonly FxCompletion[];
}

export interface FxHover {
  readonly span: Span;
  /** Shown as code. */
  readonly code: string;
  readonly text: string;
}

export interface FxSignatureHelp {
  readonly signatures: readonly string[];
  readonly doc: string;
  /** Counted from 0. */
  readonly activeParameter: number;
}

/**
 * What is wrong with a formula over declared labels; one mistake, one report. A label that is
 * not declared reads as missing.
 */
export function diagnose(
  text: string,
  scope: FxEditorScope,
  options: CompileOptions = {},
): readonly FxDiagnostic[] {
  const program = compileFormula(text, options);
  if (program.diagnostics.length > 0) return program.diagnostics;
  let signature = `${scope.job === undefined ? "-" : "j"}${scope.worker === undefined ? "-" : "w"}`;
  for (const { root, name } of program.labels) signature += codeOf(scope[root]?.get(name));
  const { diagnostics } = program.specialise(signature);
  return diagnostics.filter((diagnostic) => diagnostic.consequence !== true);
}

const labelCodes: Readonly<Record<FxLabelType, LabelCode>> = {
  text: "t",
  number: "n",
  boolean: "b",
};

function codeOf(type: FxLabelType | undefined): LabelCode {
  return type === undefined ? "-" : labelCodes[type];
}

/**
 * What may stand at an offset: fields and members after a dot, else names and functions; within a
 * row, its columns first. Functions that the host has not switched on are not offered.
 */
export function complete(
  text: string,
  offset: number,
  scope: FxEditorScope,
  options: { readonly features?: FxFeatures } = {},
): FxCompletions {
  const features = options.features ?? {};
  const { tokens, comments } = lexFormula(text);
  if (comments.some((comment) => isInsideComment(text, comment, offset))) return nothing(offset);
  const at = tokens.findIndex((token) => token.start < offset && offset <= token.end);
  const touched = tokens[at];
  if (touched !== undefined && isInsideText(touched, offset)) return nothing(offset);
  const isWord =
    touched?.kind === "identifier" || touched?.kind === "keyword" || touched?.kind === "error";
  const replace = isWord
    ? { start: touched.start, end: touched.end }
    : { start: offset, end: offset };
  const before = isWord ? at - 1 : lastBefore(tokens, offset);
  const dot = tokens[before];
  if (dot?.kind === "punctuator" && dot.value === ".") {
    const known = fieldsOf(tokens[before - 1], scope);
    if (known.length > 0) return { replace, items: known };
    const { fields } = visibleNames(text, replace, scope, features);
    return { replace, items: fields.map(columnItem) };
  }
  const previous = tokens[before];
  if (previous !== undefined && endsValue(previous)) {
    return { replace, items: operatorWords.map((word) => keyword(word)) };
  }
  const { names } = visibleNames(text, replace, scope, features);
  return { replace, items: [...names.map(columnItem), ...namesIn(scope, features)] };
}

/** A line comment goes on to the end of its line, a block comment ends where it is closed. */
function isInsideComment(text: string, { start, end }: Span, offset: number): boolean {
  if (offset <= start + 1) return false;
  const isClosed = text.startsWith("/*", start) && text.slice(start + 2, end).endsWith("*/");
  return isClosed ? offset < end : offset <= end;
}

function columnItem({ name, detail }: FxVisibleName): FxCompletion {
  return { label: name, kind: "label", insert: quoteName(name), detail };
}

const operatorWords = ["And", "Or", "in", "exactin", "As"] as const;

function nothing(offset: number): FxCompletions {
  return { replace: { start: offset, end: offset }, items: [] };
}

function isInsideText(token: FxToken, offset: number): boolean {
  if (token.kind === "number") return true;
  return token.kind === "text" && offset < token.end;
}

function lastBefore(tokens: readonly FxToken[], offset: number): number {
  return tokens.findLastIndex((token) => token.kind !== "end" && token.end <= offset);
}

function endsValue(token: FxToken): boolean {
  switch (token.kind) {
    case "number":
    case "text":
    case "identifier":
    case "interpolation-end":
      return true;
    case "punctuator":
      return token.value === ")" || token.value === "]" || token.value === "}";
    case "keyword":
      return token.value === "true" || token.value === "false";
    default:
      return false;
  }
}

function fieldsOf(receiver: FxToken | undefined, scope: FxEditorScope): readonly FxCompletion[] {
  if (receiver?.kind !== "identifier") return [];
  if (receiver.value === "job" || receiver.value === "worker") {
    return [...(scope[receiver.value] ?? [])].map(([name, type]) => ({
      label: name,
      kind: "label",
      insert: quoteName(name),
      detail: type,
    }));
  }
  const members = fxEnums.get(receiver.value)?.values ?? new Map<string, unknown>();
  return [...members.keys()].map((name) => ({
    label: name,
    kind: "member",
    insert: name,
    detail: receiver.value,
  }));
}

function namesIn(scope: FxEditorScope, features: FxFeatures): readonly FxCompletion[] {
  const records = (["job", "worker"] as const).filter((root) => scope[root] !== undefined);
  return [
    ...records.map(
      (root): FxCompletion => ({ label: root, kind: "record", insert: root, detail: "labels" }),
    ),
    ...fxFunctions
      .filter(({ feature }) => feature === undefined || features[feature] === true)
      .map(
        (definition): FxCompletion => ({
          label: definition.name,
          kind: "function",
          insert: definition.name,
          detail: definition.signatures[0] ?? "",
        }),
      ),
    ...[...fxEnums.keys()].map(
      (name): FxCompletion => ({ label: name, kind: "enum", insert: name, detail: "values" }),
    ),
    ...["true", "false", "Not"].map(keyword),
  ];
}

function keyword(word: string): FxCompletion {
  return { label: word, kind: "keyword", insert: word, detail: "" };
}

/** What the name at an offset is; `undefined` where there is none that is known. */
export function hover(text: string, offset: number, scope: FxEditorScope): FxHover | undefined {
  const { tokens } = lexFormula(text);
  const at = tokens.findIndex((token) => token.start <= offset && offset < token.end);
  const token = tokens[at];
  if (token?.kind !== "identifier") return undefined;
  const span = { start: token.start, end: token.end };
  const previous = tokens[at - 1];
  const receiver = tokens[at - 2];
  if (previous?.kind === "punctuator" && previous.value === ".") {
    if (receiver?.kind !== "identifier") return undefined;
    if (receiver.value === "job" || receiver.value === "worker") {
      const type = scope[receiver.value]?.get(token.value);
      return {
        span,
        code: `${receiver.value}.${quoteName(token.value)}`,
        text:
          type === undefined ? "A label that is not declared; reads as Blank." : `A ${type} label.`,
      };
    }
    return fxEnums.get(receiver.value)?.values.has(token.value) === true
      ? { span, code: `${receiver.value}.${token.value}`, text: `A value of ${receiver.value}.` }
      : undefined;
  }
  const definition = findFunction(token.value);
  const isCall = tokens[at + 1]?.kind === "punctuator" && tokens[at + 1]?.value === "(";
  if (definition !== undefined && isCall) {
    return { span, code: definition.signatures.join("\n"), text: definition.doc };
  }
  if ((token.value === "job" || token.value === "worker") && scope[token.value] !== undefined) {
    return { span, code: token.value, text: `The labels of the ${token.value}.` };
  }
  return fxEnums.has(token.value)
    ? { span, code: token.value, text: "An enumeration." }
    : undefined;
}

/** The call around an offset, and which of its arguments the offset is in. */
export function signatureHelp(text: string, offset: number): FxSignatureHelp | undefined {
  const { tokens } = lexFormula(text);
  const open: { readonly definition: FxFunction | undefined; argument: number }[] = [];
  tokens.forEach((token, index) => {
    if (token.end > offset || token.kind !== "punctuator") return;
    const previous = tokens[index - 1];
    switch (token.value) {
      case "(":
      case "[":
      case "{":
        open.push({
          definition:
            token.value === "(" && previous?.kind === "identifier"
              ? findFunction(previous.value)
              : undefined,
          argument: 0,
        });
        return;
      case ")":
      case "]":
      case "}":
        open.pop();
        return;
      case ",": {
        const innermost = open.at(-1);
        if (innermost !== undefined) innermost.argument++;
        return;
      }
      default:
        return;
    }
  });
  const call = open.findLast((entry) => entry.definition !== undefined);
  if (call?.definition === undefined) return undefined;
  const { signatures, doc } = call.definition;
  return { signatures, doc, activeParameter: call.argument };
}
