import { hashOf } from "@routewright/jobrouter";
import type { Plan } from "./plan/plan.ts";
import type { DeployState } from "./state/state.ts";

/** A file of ours that cannot be used, and why. */
export interface FileProblem {
  readonly message: string;
  readonly help: string;
}

export type Decoded<T> = { readonly value: T } | { readonly problem: FileProblem };

/** Plans and states carry a hash of themselves: what was edited by hand or cut short is refused. */
export function encodeFile(value: Plan | DeployState): string {
  return `${JSON.stringify({ ...value, integrity: hashOf(value) }, null, 2)}\n`;
}

export function hashOfPlan(plan: Plan): string {
  return hashOf(plan);
}

export function decodePlan(text: string): Decoded<Plan> {
  return decode<Plan>(
    text,
    "routewright-plan/1",
    "plan",
    "make it anew with `routewright plan --out`",
  );
}

export function decodeState(text: string): Decoded<DeployState> {
  return decode<DeployState>(
    text,
    "routewright-state/1",
    "state",
    "restore it from your version control, or begin anew with `routewright import --from`",
  );
}

function decode<T extends Plan | DeployState>(
  text: string,
  format: T["format"],
  what: string,
  mend: string,
): Decoded<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: { message: `it is no whole JSON, so no ${what}`, help: mend } };
  }
  if (typeof value !== "object" || value === null || !("format" in value)) {
    return { problem: { message: `it is JSON, but no ${what}`, help: mend } };
  }
  if (value.format !== format) {
    const found = typeof value.format === "string" ? `\`${value.format}\`` : "another";
    return { problem: { message: `its format is ${found}, not \`${format}\``, help: mend } };
  }
  const { integrity, ...content } = value as { integrity?: unknown };
  if (integrity !== hashOf(content)) {
    return { problem: { message: `it was changed after this ${what} was written`, help: mend } };
  }
  // Written by us and unchanged since: it has the shape that its format says.
  return { value: content as unknown as T };
}
