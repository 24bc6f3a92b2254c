import type { TraceAtom, TraceStep, WireLocation } from "@routewright/lsp/protocol";

/** How one place of the source is painted. */
export interface Mark {
  readonly location: WireLocation;
  readonly state: "applied" | "passedOver" | "failed";
  /** What stands behind the line, in a few words. */
  readonly note: string;
}

/**
 * One mark for each place: what one piece of source became several rules for is painted as it
 * went best. Results have no paint: they stand in the panel.
 */
export function marksOf(trace: readonly TraceStep[]): readonly Mark[] {
  const marks = new Map<string, Mark>();
  for (const step of trace) {
    const { location, state } = step;
    if (location === undefined || state === "result") continue;
    const key = JSON.stringify(location);
    const known = marks.get(key);
    if (known !== undefined && rank[known.state] >= rank[state]) continue;
    marks.set(key, { location, state, note: noteOf(step) });
  }
  return [...marks.values()];
}

const rank: Readonly<Record<Mark["state"], number>> = { passedOver: 0, applied: 1, failed: 2 };

const signs: Readonly<Record<Mark["state"], string>> = {
  applied: "✓",
  passedOver: "–",
  failed: "✗",
};

function noteOf({ state, atoms, text }: TraceStep): string {
  if (state === "result") return "";
  if (state === "failed") return `${signs.failed} ${text}`;
  return [signs[state], valuesOf(atoms)].filter((part) => part !== "").join(" ");
}

/** `job.region is "NA", job.vip is true`: each operand once, in order. */
export function valuesOf(atoms: readonly TraceAtom[]): string {
  const told = atoms.flatMap(({ operands }) =>
    // A literal is its own value.
    operands.flatMap(({ text, value }) => (text === value ? [] : [`${text} is ${value}`])),
  );
  return [...new Set(told)].join(", ");
}
