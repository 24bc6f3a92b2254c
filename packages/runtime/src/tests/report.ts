import type { BundleTest, SourceLocation, TestExpectation } from "@routewright/jobrouter";
import type { Classification } from "../classify/result.ts";
import type { OfferVerdict } from "../explain/offers.ts";
import type { ClassificationTrace } from "../explain/trace.ts";
import type { Ranking } from "../rank/ranking.ts";
import type { ScenarioResult } from "../scenarios/report.ts";

/** What the tests of a bundle found; how long they took is for whoever has a clock. */
export interface TestReport {
  /** Of the bundle that was tested. */
  readonly hash: string;
  /** In the order of the bundle. */
  readonly tests: readonly TestResult[];
  readonly scenarios: readonly ScenarioResult[];
  /** Tests and scenarios together. */
  readonly totals: { readonly tests: number; readonly passed: number; readonly failed: number };
  readonly coverage: Coverage;
}

export interface TestResult {
  readonly test: BundleTest;
  readonly passed: boolean;
  readonly expectations: readonly ExpectationResult[];
  readonly classification: Classification;
  /** When an expectation asks about workers. */
  readonly ranking?: Ranking;
  /** When an expectation failed. */
  readonly trace?: ClassificationTrace;
}

export interface ExpectationResult {
  readonly expectation: TestExpectation;
  readonly passed: boolean;
  /** What was expected and what came, for people: `queue == "A"`, `queue is "B"`. */
  readonly expected: string;
  readonly actual: string;
  /** Of one about workers that failed: those in another place than expected, and why. */
  readonly workers?: readonly OfferVerdict[];
  /** The same in words, a line each. */
  readonly why?: readonly string[];
}

/** What the tests reached. Every list is in the order of the bundle's objects. */
export interface Coverage {
  readonly rules: readonly RuleCoverage[];
  readonly branches: readonly BranchCoverage[];
  readonly conditions: readonly ConditionCoverage[];
  /** Rules of exception policies; only scenarios reach them. */
  readonly exceptions: readonly ExceptionCoverage[];
  readonly totals: {
    /** Attachments and rules that applied at least once. */
    readonly rules: CoverageTotal;
    /** Arms of `If`, and for each condition of an attachment that it held and that it did not. */
    readonly branches: CoverageTotal;
    /** For each comparison or test that it was true and that it was false. */
    readonly conditions: CoverageTotal;
    /** Rules of exception policies that were triggered. */
    readonly exceptions: CoverageTotal;
  };
}

export interface CoverageTotal {
  readonly covered: number;
  readonly total: number;
}

export interface RuleCoverage {
  /** An attachment, a prioritization rule or a scoring rule. */
  readonly pointer: string;
  readonly location?: SourceLocation;
  readonly applied: number;
  /** Looked at, and did not apply or failed. */
  readonly skipped: number;
}

export interface ExceptionCoverage {
  readonly pointer: string;
  readonly location?: SourceLocation;
  readonly triggered: number;
}

export interface BranchCoverage {
  /** Of the formula, or of the attachment for `holds` and `fails`. */
  readonly pointer: string;
  readonly location?: SourceLocation;
  readonly branch:
    | { readonly kind: "holds" | "fails" }
    /** An arm of an `If`: the range of its value in the formula; `end === start`: no value. */
    | { readonly kind: "arm"; readonly start: number; readonly end: number };
  readonly taken: number;
}

/**
 * One condition as written. The compiler may repeat it in several formulas (as a guard of later
 * rules): `occurrences` are all of them, and the counts are their sums.
 */
export interface ConditionCoverage {
  readonly location?: SourceLocation;
  readonly text: string;
  readonly occurrences: readonly {
    /** Of the formula. */
    readonly pointer: string;
    readonly start: number;
    readonly end: number;
  }[];
  readonly whenTrue: number;
  readonly whenFalse: number;
}
