import type { ComparisonOperator } from "@routewright/jobrouter";

/**
 * How expectations compare numbers. Scores and loads are fractions: what differs only by rounding
 * is the same number, for every operator.
 */
export function compareNumbers(left: number, operator: ComparisonOperator, right: number): boolean {
  const same =
    left === right || Math.abs(left - right) <= 1e-9 * Math.max(Math.abs(left), Math.abs(right));
  switch (operator) {
    case "==":
      return same;
    case "!=":
      return !same;
    case "<":
      return left < right && !same;
    case "<=":
      return left < right || same;
    case ">":
      return left > right && !same;
    case ">=":
      return left > right || same;
  }
}
