import type { DecisionStep, DecisionSteps, Variable, WireRange } from "@routewright/lsp/protocol";

/**
 * A walk over the steps of a decision or a scenario. Everything has happened already: a step
 * backwards shows an earlier entry of the list, so nothing has to be undone.
 */
export interface Walk {
  readonly steps: readonly DecisionStep[];
  readonly at: number;
}

/** Where a breakpoint stands, zero based. */
export interface LineBreak {
  readonly uri: string;
  readonly line: number;
}

export type Move = "next" | "back" | "continue" | "reverse";

export type Moved =
  | {
      readonly kind: "stopped";
      readonly at: number;
      readonly reason: "step" | "breakpoint" | "entry";
    }
  | { readonly kind: "ended" };

export function begin({ steps }: DecisionSteps): Walk {
  return { steps, at: 0 };
}

/** Beyond the last step it ends; before the first it stays there, at its entry. */
export function move({ steps, at }: Walk, how: Move, breaks: readonly LineBreak[]): Moved {
  const direction = how === "next" || how === "continue" ? 1 : -1;
  const runs = how === "continue" || how === "reverse";
  for (let next = at + direction; next >= 0 && next < steps.length; next += direction) {
    const isBreak = stopsAt(steps, next, breaks);
    if (!runs) return { kind: "stopped", at: next, reason: isBreak ? "breakpoint" : "step" };
    if (isBreak) return { kind: "stopped", at: next, reason: "breakpoint" };
  }
  return direction === 1 ? { kind: "ended" } : { kind: "stopped", at: 0, reason: "entry" };
}

/** Steps over the same line in a row are one stop: whoever continues wants to get on. */
export function stopsAt(
  steps: readonly DecisionStep[],
  at: number,
  breaks: readonly LineBreak[],
): boolean {
  const location = steps[at]?.location;
  if (location === undefined) return false;
  return breaks.some(({ uri, line }) => uri === location.uri && isLineOf(location.range, line));
}

function isLineOf(range: WireRange, line: number): boolean {
  return range.start.line === line;
}

/** The lines where a step may stop; a breakpoint elsewhere moves to the next of them. */
export function breakableLine(
  steps: readonly DecisionStep[],
  uri: string,
  line: number,
): number | undefined {
  const lines = steps.flatMap(({ location }) =>
    location !== undefined && location.uri === uri && location.range.start.line >= line
      ? [location.range.start.line]
      : [],
  );
  return lines.length === 0 ? undefined : Math.min(...lines);
}

/** A variable by its name anywhere in the scopes, for watches and hovers. */
export function lookUp(step: DecisionStep, name: string): Variable | undefined {
  const wanted = name.replace(/\s+/gu, "");
  const search = (variables: readonly Variable[], prefix: string): Variable | undefined => {
    for (const variable of variables) {
      const full = `${prefix}${variable.name}`;
      if (variable.name.replace(/\s+/gu, "") === wanted || full === wanted) return variable;
      const inside = search(variable.children ?? [], `${full}.`);
      if (inside !== undefined) return inside;
    }
    return undefined;
  };
  for (const { variables } of step.scopes) {
    const found = search(variables, "");
    if (found !== undefined) return found;
  }
  return undefined;
}
