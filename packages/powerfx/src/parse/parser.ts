import type { Span } from "@routewright/diagnostics";
import { fxDiagnostic } from "../messages.ts";
import type { FxBinaryOperator, FxDiagnostic, FxNode, FxRecordField } from "../tree.ts";
import { type FxToken, fxReservedWords, lexFormula } from "./lexer.ts";

export interface ParseFormulaOptions {
  /** How deep expressions may nest; the engine's own limit is 50. */
  readonly maxDepth?: number;
}

export interface ParsedFormula {
  readonly tree: FxNode;
  readonly diagnostics: readonly FxDiagnostic[];
  readonly comments: readonly Span[];
}

/** The engine's limit on nesting. */
export const defaultMaxDepth = 50;

/**
 * No tree is higher than this, however long its chains of operators, so that everything that
 * walks a tree may recurse. A formula of 1,000 characters cannot reach it.
 */
const maxHeight = 1_000;

/**
 * Reads a formula; total. What cannot be read becomes an `error` node and a diagnostic, and
 * reading goes on. An empty text is a `blank` node.
 */
export function parseFormula(text: string, options: ParseFormulaOptions = {}): ParsedFormula {
  const { tokens, comments, diagnostics: lexical } = lexFormula(text);
  const diagnostics: FxDiagnostic[] = [...lexical];
  const maxDepth = options.maxDepth ?? defaultMaxDepth;
  let index = 0;
  let depth = 0;
  /** Height of the node that was made last. */
  let height = 0;

  const tree = formula();
  return { tree, diagnostics, comments };

  function formula(): FxNode {
    if (peek().kind === "end") return { kind: "blank", span: { start: 0, end: text.length } };
    const node = expression(levels.none);
    const rest = peek();
    if (rest.kind !== "end") {
      // One report for whatever follows a whole formula; the engine's own for the usual cases.
      if (!hasErrors()) report("ErrBadToken", rest, [describe(rest)]);
    }
    return node;
  }

  function expression(minimum: number): FxNode {
    if (++depth > maxDepth) {
      depth--;
      const token = next();
      // Nothing after this can mean anything: stop here, so that hostile input costs nothing.
      index = tokens.length - 1;
      height = 1;
      return failure("ErrRuleNestedTooDeeply", token);
    }
    let node = operand();
    for (;;) {
      const token = peek();
      if (token.kind === "punctuator" || token.kind === "keyword") {
        if (token.value === "%") {
          next();
          grow(0);
          if (height > maxHeight) return tooDeep(token);
          node = {
            kind: "unary",
            op: "%",
            operand: node,
            opSpan: spanOf(token),
            span: { start: node.span.start, end: token.end },
          };
          continue;
        }
        if (
          (token.value === "." || token.value === "!") &&
          !(node.kind === "field" && node.separator !== token.value)
        ) {
          next();
          const leftHeight = height;
          const name = identifier();
          height = leftHeight;
          grow(0);
          node = {
            kind: "field",
            receiver: node,
            name: name.value,
            nameSpan: spanOf(name),
            dotStart: token.start,
            separator: token.value,
            span: { start: node.span.start, end: name.end },
          };
          if (height > maxDepth && fieldDepth(node) > maxDepth) return tooDeep(token);
          if (peekIs("(") && node.kind === "field" && isNamespace(node.receiver)) {
            node = call(dottedName(node), node.span);
          }
          continue;
        }
        const operator = binaryOperators.get(token.value);
        if (operator !== undefined) {
          if (minimum > operator.level) break;
          next();
          const left = node;
          const leftHeight = height;
          const right = expression(operator.op === "^" ? levels.prefix : operator.level + 1);
          grow(leftHeight);
          node = {
            kind: "binary",
            op: operator.op,
            left,
            right,
            opSpan: spanOf(token),
            span: { start: left.span.start, end: right.span.end },
          };
          if (height > maxHeight) return tooDeep(token);
          continue;
        }
        if (token.value === "As" && minimum <= levels.as) {
          next();
          const leftHeight = height;
          const name = identifier();
          height = leftHeight;
          grow(0);
          if (height > maxHeight) return tooDeep(token);
          node = {
            kind: "as",
            operand: node,
            name: name.value,
            nameSpan: spanOf(name),
            span: { start: node.span.start, end: name.end },
          };
          continue;
        }
        if (token.value === "[" && node.kind === "name" && !node.global && peekAhead("@")) {
          report("ErrDeprecated", token);
          const receiver = node;
          const scope = globalName();
          node = {
            kind: "field",
            receiver,
            name: scope.kind === "name" ? scope.name : "",
            nameSpan: scope.span,
            dotStart: token.start,
            separator: ".",
            span: { start: receiver.span.start, end: scope.span.end },
          };
          continue;
        }
      }
      if (endsOperand(token)) {
        report("ErrOperatorExpected", token);
        next();
        const right = expression(levels.none);
        node = {
          kind: "error",
          text: text.slice(node.span.start, right.span.end),
          span: { start: node.span.start, end: right.span.end },
        };
        height = 1;
      }
      break;
    }
    depth--;
    return node;
  }

  function tooDeep(token: FxToken): FxNode {
    depth--;
    index = tokens.length - 1;
    height = 1;
    return failure("ErrRuleNestedTooDeeply", token);
  }

  function operand(): FxNode {
    const token = peek();
    height = 1;
    switch (token.kind) {
      case "number":
        next();
        return { kind: "number", text: token.value, span: spanOf(token) };
      case "text":
        next();
        return { kind: "text", value: token.value, span: spanOf(token) };
      case "identifier": {
        const name = identifier();
        if (peekIs("(")) return call(name.value, spanOf(name));
        return { kind: "name", name: name.value, global: false, span: spanOf(name) };
      }
      case "interpolation-start":
        return interpolation();
      case "keyword":
        switch (token.value) {
          case "true":
          case "false":
            next();
            return { kind: "boolean", value: token.value === "true", span: spanOf(token) };
          case "Not":
            return prefix("not");
          case "Self":
          case "Parent":
            next();
            return { kind: "keyword", word: token.value, span: spanOf(token) };
          default:
            next();
            return failure("ErrBadToken", token);
        }
      case "punctuator":
        switch (token.value) {
          case "(":
            return parenthesised();
          case "{":
            return record();
          case "[":
            return peekAhead("@") ? globalName() : table();
          case "-":
            return prefix("-");
          case "!":
            return prefix("not");
          case ";":
            return failure("ErrOperandExpected", token);
          default:
            next();
            return failure("ErrBadToken", token);
        }
      case "error":
        next();
        if (fxReservedWords.has(token.value)) {
          report("ErrReservedKeyword", token, [token.value]);
          return errorNode(token);
        }
        return failure(token.value, token);
      case "end":
        return failure("ErrOperandExpected", token);
      default:
        next();
        return failure("ErrBadToken", token);
    }
  }

  function prefix(op: "-" | "not"): FxNode {
    const token = next();
    const operandNode = expression(levels.prefix);
    grow(0);
    return {
      kind: "unary",
      op,
      operand: operandNode,
      opSpan: spanOf(token),
      span: { start: token.start, end: operandNode.span.end },
    };
  }

  function parenthesised(): FxNode {
    next();
    const node = expression(levels.none);
    expect(")");
    return node;
  }

  function call(callee: string, calleeSpan: Span): FxNode {
    const open = next();
    const args: FxNode[] = [];
    let highest = 0;
    let end = open.end;
    if (peekIs(")")) {
      end = next().end;
    } else {
      for (;;) {
        while (peekIs(",")) {
          const comma = next();
          args.push(failure("ErrBadToken", comma));
        }
        const argument = expression(levels.none);
        highest = Math.max(highest, height);
        args.push(argument);
        end = argument.span.end;
        if (!peekIs(",")) break;
        next();
      }
      end = expect(")")?.end ?? end;
    }
    height = highest + 1;
    return { kind: "call", callee, calleeSpan, args, span: { start: calleeSpan.start, end } };
  }

  function record(): FxNode {
    const open = next();
    const fields: FxRecordField[] = [];
    let highest = 0;
    let end = open.end;
    if (peekIs("}")) {
      height = 1;
      return { kind: "record", fields, span: { start: open.start, end: next().end } };
    }
    for (;;) {
      const name = identifier();
      if (!peekIs(":")) {
        const found = peek();
        report("ErrColonExpected", found);
        const rest = failureSpan(found);
        if (found.kind !== "end" && !peekIs("}") && !peekIs(",")) next();
        fields.push({ name: name.value, nameSpan: spanOf(name), value: rest });
        end = rest.span.end;
      } else {
        next();
        const value = expression(levels.none);
        highest = Math.max(highest, height);
        fields.push({ name: name.value, nameSpan: spanOf(name), value });
        end = value.span.end;
      }
      if (!peekIs(",")) break;
      next();
    }
    end = expect("}")?.end ?? end;
    height = highest + 1;
    return { kind: "record", fields, span: { start: open.start, end } };
  }

  function table(): FxNode {
    const open = next();
    const items: FxNode[] = [];
    let highest = 0;
    let end = open.end;
    while (!peekIs("]")) {
      if (peekIs(",")) {
        items.push(failure("ErrBadToken", next()));
        continue;
      }
      const item = expression(levels.none);
      highest = Math.max(highest, height);
      items.push(item);
      end = item.span.end;
      if (!peekIs(",")) break;
      next();
    }
    end = expect("]")?.end ?? end;
    height = highest + 1;
    return { kind: "table", items, span: { start: open.start, end } };
  }

  function globalName(): FxNode {
    const open = next();
    next();
    const name = identifier();
    const close = expect("]");
    height = 1;
    return {
      kind: "name",
      name: name.value,
      global: true,
      span: { start: open.start, end: close?.end ?? name.end },
    };
  }

  function interpolation(): FxNode {
    const open = next();
    const parts: FxNode[] = [];
    let highest = 0;
    let end = open.end;
    for (;;) {
      const token = peek();
      if (token.kind === "interpolation-end") {
        end = next().end;
        break;
      }
      if (token.kind === "end") {
        report("ErrBadToken", token);
        end = token.end;
        break;
      }
      if (token.kind === "island-start") {
        next();
        if (peek().kind === "island-end") parts.push(failure("ErrEmptyIsland", peek()));
      } else if (token.kind === "island-end") {
        next();
      } else if (token.kind === "text" && isChunk(token)) {
        next();
        parts.push({ kind: "text", value: token.value, span: spanOf(token) });
      } else {
        parts.push(expression(levels.none));
        highest = Math.max(highest, height);
        if (peek() === token) next();
      }
    }
    height = highest + 1;
    return { kind: "interpolated", parts, span: { start: open.start, end } };
  }

  /** Literal text between islands, as against a text literal inside one. */
  function isChunk(token: FxToken): boolean {
    const before = tokens[index - 1]?.kind;
    return (
      (before === "interpolation-start" || before === "island-end" || before === "error") &&
      token.kind === "text"
    );
  }

  function identifier(): FxToken {
    const token = peek();
    if (token.kind === "identifier") {
      next();
      if (token.flaw !== undefined) report(token.flaw, token);
      return token;
    }
    report("ErrExpectedFound_Ex_Fnd", token, ["a name", describe(token)]);
    return { kind: "identifier", value: "", start: token.start, end: token.start };
  }

  function expect(value: string): FxToken | undefined {
    if (peekIs(value)) return next();
    report("ErrExpectedFound_Ex_Fnd", peek(), [`\`${value}\``, describe(peek())]);
    return undefined;
  }

  function peek(): FxToken {
    return tokens[index] ?? endToken(text.length);
  }

  function peekIs(value: string): boolean {
    const token = peek();
    return token.kind === "punctuator" && token.value === value;
  }

  function peekAhead(value: string): boolean {
    const token = tokens[index + 1];
    return token?.kind === "punctuator" && token.value === value;
  }

  function next(): FxToken {
    const token = peek();
    if (index < tokens.length - 1) index++;
    return token;
  }

  function grow(other: number): void {
    height = 1 + Math.max(height, other);
  }

  function hasErrors(): boolean {
    return diagnostics.length > 0;
  }

  function report(key: string, token: FxToken, args?: readonly string[]): void {
    diagnostics.push(fxDiagnostic(key, spanOf(token), args));
  }

  function failure(key: string, token: FxToken): FxNode {
    report(
      key,
      token,
      key === "ErrBadToken" || key === "UnexpectedCharacterToken" ? [describe(token)] : [],
    );
    return errorNode(token);
  }

  function errorNode(token: FxToken): FxNode {
    return { kind: "error", text: text.slice(token.start, token.end), span: spanOf(token) };
  }

  function failureSpan(token: FxToken): FxNode {
    return { kind: "error", text: "", span: { start: token.start, end: token.start } };
  }

  function describe(token: FxToken): string {
    if (token.kind === "end") return "the end";
    return `\`${text.slice(token.start, Math.min(token.end, token.start + 30))}\``;
  }
}

const levels = { none: 0, as: 8, prefix: 9 } as const;

const binaryOperators: ReadonlyMap<
  string,
  { readonly op: FxBinaryOperator; readonly level: number }
> = new Map([
  ["||", { op: "||", level: 1 }],
  ["Or", { op: "||", level: 1 }],
  ["&&", { op: "&&", level: 2 }],
  ["And", { op: "&&", level: 2 }],
  ["in", { op: "in", level: 3 }],
  ["exactin", { op: "exactin", level: 3 }],
  ["=", { op: "=", level: 4 }],
  ["<>", { op: "<>", level: 4 }],
  ["<", { op: "<", level: 4 }],
  ["<=", { op: "<=", level: 4 }],
  [">", { op: ">", level: 4 }],
  [">=", { op: ">=", level: 4 }],
  ["&", { op: "&", level: 5 }],
  ["+", { op: "+", level: 6 }],
  ["-", { op: "-", level: 6 }],
  ["*", { op: "*", level: 7 }],
  ["/", { op: "/", level: 7 }],
  ["^", { op: "^", level: 10 }],
]);

function spanOf(token: FxToken): Span {
  return { start: token.start, end: token.end };
}

function endToken(at: number): FxToken {
  return { kind: "end", value: "", start: at, end: at };
}

/** Two operands side by side, or a `;`: the engine says that an operator is missing. */
function endsOperand(token: FxToken): boolean {
  switch (token.kind) {
    case "identifier":
    case "number":
    case "text":
      return true;
    case "keyword":
      return token.value === "true" || token.value === "false";
    case "punctuator":
      return token.value === ";" || token.value === "!" || token.value === ".";
    default:
      return false;
  }
}

function isNamespace(node: FxNode): boolean {
  return node.kind === "name" || (node.kind === "field" && isNamespace(node.receiver));
}

function dottedName(node: FxNode): string {
  if (node.kind === "field") return `${dottedName(node.receiver)}.${node.name}`;
  return node.kind === "name" ? node.name : "";
}

function fieldDepth(node: FxNode): number {
  let levelsDown = 1;
  let current = node;
  while (current.kind === "field") {
    levelsDown++;
    current = current.receiver;
  }
  return levelsDown;
}
