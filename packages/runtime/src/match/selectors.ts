import type { LabelOperator, LabelValue, QueueSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { isLabelValue } from "../labels.ts";

/**
 * Whether a selector holds for the value of its label (`undefined`: the label is missing).
 * The table of types is assumption Q17: no coercion, magnitude only between two numbers, and a
 * missing label meets `notEqual` alone. A value that is no label value never holds (Q4).
 */
export function selectorHolds(
  selector: QueueSelector,
  label: LabelValue | undefined,
  assumptions: Pick<Assumptions, "Q17">,
): boolean {
  const wanted: unknown = selector.value;
  if (wanted !== undefined && !isLabelValue(wanted)) return false;
  switch (selector.labelOperator) {
    case "equal":
      return label !== undefined && isEqual(label, wanted, assumptions);
    case "notEqual":
      return label === undefined || !isEqual(label, wanted, assumptions);
    case "lessThan":
    case "lessThanOrEqual":
    case "greaterThan":
    case "greaterThanOrEqual":
      return (
        typeof label === "number" &&
        typeof wanted === "number" &&
        compareNumbers(selector.labelOperator, label, wanted)
      );
    default:
      // The service's enums are extensible; an operator from the future holds for nothing.
      return false;
  }
}

function isEqual(
  label: LabelValue,
  wanted: LabelValue | undefined,
  assumptions: Pick<Assumptions, "Q17">,
): boolean {
  if (label === wanted) return true;
  return (
    assumptions.Q17 === "ignoreCase" &&
    typeof label === "string" &&
    typeof wanted === "string" &&
    label.toLowerCase() === wanted.toLowerCase()
  );
}

function compareNumbers(
  operator: Exclude<LabelOperator, "equal" | "notEqual">,
  label: number,
  wanted: number,
): boolean {
  switch (operator) {
    case "lessThan":
      return label < wanted;
    case "lessThanOrEqual":
      return label <= wanted;
    case "greaterThan":
      return label > wanted;
    case "greaterThanOrEqual":
      return label >= wanted;
  }
}
