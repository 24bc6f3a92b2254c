import type { SimulationChoice } from "../events.ts";
import { memberOf } from "./form-model.ts";

/** Reads a choice from what was kept of an earlier page; what is no choice is left out. */
export function simulationChoiceOf(kept: unknown): SimulationChoice {
  const text = (key: string): string | undefined => {
    const value = memberOf(kept, key);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const number = (key: string): number | undefined => {
    const value = memberOf(kept, key);
    return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  const choice = {
    policy: text("policy"),
    compare: text("compare"),
    workload: text("workload"),
    answers: text("answers"),
    replications: number("replications"),
    seed: number("seed"),
  };
  return Object.fromEntries(
    Object.entries(choice).filter(([, value]) => value !== undefined),
  ) as SimulationChoice;
}
