import type { Span } from "@routewright/diagnostics";

export type FxUnaryOperator = "-" | "not" | "%";

/** Spelling variants are one operator: `And` is `&&`, `Or` is `||`, `Not` and `!` are `not`. */
export type FxBinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "^"
  | "&"
  | "="
  | "<>"
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "exactin"
  | "&&"
  | "||";

/**
 * A parsed formula. `span` covers the whole node; parentheses are not kept (the printer puts
 * them back where they are needed). `error` stands where something could not be read.
 */
export type FxNode =
  | { readonly kind: "blank"; readonly span: Span }
  | { readonly kind: "number"; readonly text: string; readonly span: Span }
  | { readonly kind: "text"; readonly value: string; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  | FxNameNode
  | FxFieldNode
  | {
      readonly kind: "unary";
      readonly op: FxUnaryOperator;
      readonly operand: FxNode;
      readonly opSpan: Span;
      readonly span: Span;
    }
  | {
      readonly kind: "binary";
      readonly op: FxBinaryOperator;
      readonly left: FxNode;
      readonly right: FxNode;
      readonly opSpan: Span;
      readonly span: Span;
    }
  | FxCallNode
  | { readonly kind: "record"; readonly fields: readonly FxRecordField[]; readonly span: Span }
  | { readonly kind: "table"; readonly items: readonly FxNode[]; readonly span: Span }
  /** `$"…"`: literal text is a `text` part. */
  | { readonly kind: "interpolated"; readonly parts: readonly FxNode[]; readonly span: Span }
  | {
      readonly kind: "as";
      readonly operand: FxNode;
      readonly name: string;
      readonly nameSpan: Span;
      readonly span: Span;
    }
  /** `Self` and `Parent`, which mean nothing here. */
  | { readonly kind: "keyword"; readonly word: "Self" | "Parent"; readonly span: Span }
  | { readonly kind: "error"; readonly text: string; readonly span: Span };

export interface FxNameNode {
  readonly kind: "name";
  readonly name: string;
  /** `[@name]`: skips row scopes. */
  readonly global: boolean;
  readonly span: Span;
}

export interface FxFieldNode {
  readonly kind: "field";
  readonly receiver: FxNode;
  readonly name: string;
  readonly nameSpan: Span;
  /** Offset of the `.` or `!`; errors about the field point from here on. */
  readonly dotStart: number;
  /** `!` is the old spelling; the two may not be mixed in one chain. */
  readonly separator: "." | "!";
  readonly span: Span;
}

export interface FxCallNode {
  readonly kind: "call";
  /** A dotted name for a namespace: `Clock.AmPm`. */
  readonly callee: string;
  readonly calleeSpan: Span;
  readonly args: readonly FxNode[];
  readonly span: Span;
}

export interface FxRecordField {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: FxNode;
}

/** A finding about a formula, under the engine's own resource key. */
export interface FxDiagnostic {
  readonly key: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly span: Span;
  /**
   * It follows from another finding, or only says in general what that one says exactly. The
   * engine reports it; people need not see it.
   */
  readonly consequence?: boolean;
}

/** The span the engine points at for a node: its operator for an operator, else all of it. */
export function errorSpan(node: FxNode): Span {
  switch (node.kind) {
    case "binary":
    case "unary":
      return node.opSpan;
    case "field":
      return { start: node.dotStart, end: node.nameSpan.end };
    default:
      return node.span;
  }
}
