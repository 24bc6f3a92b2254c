import type { BundleScenario, ScenarioStepData, SourceLocation } from "@routewright/jobrouter";
import type { OfferExplanation } from "../explain/offers.ts";

export interface ScenarioResult {
  readonly scenario: BundleScenario;
  readonly passed: boolean;
  /** Expectations in source order, and what was refused though nobody expected it. */
  readonly checks: readonly ScenarioCheck[];
  readonly timeline: readonly TimelineEntry[];
}

export interface ScenarioCheck {
  readonly step: ScenarioStepData;
  readonly passed: boolean;
  /** From the start of the scenario; when it was decided. */
  readonly atMs: number;
  readonly expected: string;
  readonly actual: string;
  /** Of one that failed and is about who gets a job: why each worker got it or did not. */
  readonly offers?: readonly OfferExplanation[];
  /** The same in words, a line each. */
  readonly why?: readonly string[];
}

/** One line of what went on, in the order in which it went on. */
export interface TimelineEntry {
  /** From the start of the scenario. */
  readonly atMs: number;
  /** Somebody did it, the router did it, or an expectation was decided. */
  readonly kind: "does" | "happens" | "expects";
  readonly text: string;
  /** Why, in words. */
  readonly reason?: string;
  readonly passed?: boolean;
  /** Of an expectation that failed: `why` of its check. */
  readonly why?: readonly string[];
  /** What is different after it, a job or worker each: `j1: queue q → r, priority 1 → 9`. */
  readonly changes?: readonly string[];
  /** Where in the sources it is written: the step, or the rule behind it. */
  readonly location?: SourceLocation;
}
