import type { Assumptions } from "../assumptions.ts";

/**
 * The allocation at `choice` (0 ≤ choice < 1) by cumulative weight (Q16); `undefined` when all
 * weights are 0, or, with weights as given, when the choice falls beyond their sum.
 */
export function chooseAllocation(
  weights: readonly number[],
  choice: number,
  assumptions: Pick<Assumptions, "Q16">,
): number | undefined {
  const usable = weights.map((weight) => (weight > 0 && Number.isFinite(weight) ? weight : 0));
  const sum = usable.reduce((total, weight) => total + weight, 0);
  const at = assumptions.Q16 === "normalise" ? choice * sum : choice;
  const final = usable.findLastIndex((weight) => weight > 0);
  let passed = 0;
  let last: number | undefined;
  for (const [index, weight] of usable.entries()) {
    if (weight === 0) continue;
    passed += weight;
    last = index;
    // 0.1 + 0.2 is a hair above 0.3; a choice of 0.3 is past both all the same.
    if (at < (index === final ? passed : passed - rounding * sum)) return index;
  }
  // Rounding may leave the sum a hair below the last boundary.
  return assumptions.Q16 === "normalise" ? last : undefined;
}

const rounding = 1e-12;
