import type { SourceText, Span } from "@routewright/diagnostics";
import type { LabelSide, LabelValue } from "@routewright/jobrouter";

/**
 * The core form of what a policy decides: `let`, `param`, `in`, `match`, tables and bare
 * booleans are gone. Small and closed on purpose, so that reachability, overlap, completeness
 * and equivalence can be decided. Meaning: Power Fx with a missing label read as Blank.
 */
export type Condition =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "and"; readonly terms: readonly Condition[] }
  | { readonly kind: "or"; readonly terms: readonly Condition[] }
  | { readonly kind: "not"; readonly term: Condition }
  /** `if c then a else b` between conditions, kept as written so that it prints as written. */
  | {
      readonly kind: "choose";
      readonly condition: Condition;
      readonly then: Condition;
      readonly otherwise: Condition;
    }
  | Atom;

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Where in the sources something was written. */
export interface Origin {
  readonly source: SourceText;
  readonly span: Span;
}

export type Atom = { readonly origin: Origin } & (
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: Term;
      readonly right: Term;
    }
  /** The label is absent (reads as Blank). */
  | { readonly kind: "missing"; readonly label: LabelTerm }
  /** A boolean function of the table: `startsWith(…)`. */
  | { readonly kind: "test"; readonly function: string; readonly args: readonly Term[] }
  /** A raw formula that yields a boolean; opaque to every analysis. */
  | { readonly kind: "formula"; readonly text: string }
);

export interface LabelTerm {
  readonly kind: "label";
  readonly side: LabelSide;
  readonly key: string;
  readonly origin: Origin;
}

/** A value: text, number or (as a condition) boolean. */
export type Term =
  | { readonly kind: "value"; readonly value: LabelValue; readonly origin: Origin }
  | LabelTerm
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/" | "&";
      readonly left: Term;
      readonly right: Term;
      readonly origin: Origin;
    }
  | { readonly kind: "negate"; readonly operand: Term; readonly origin: Origin }
  | {
      readonly kind: "call";
      readonly function: string;
      readonly args: readonly Term[];
      readonly origin: Origin;
    }
  /** First branch whose condition holds, else `otherwise`. */
  | {
      readonly kind: "choose";
      readonly branches: readonly { readonly condition: Condition; readonly value: Term }[];
      readonly otherwise: Term;
      readonly origin: Origin;
    }
  /** A condition used as a boolean value. */
  | { readonly kind: "truth"; readonly condition: Condition; readonly origin: Origin }
  /** A raw formula; opaque. */
  | { readonly kind: "formula"; readonly text: string; readonly origin: Origin };
