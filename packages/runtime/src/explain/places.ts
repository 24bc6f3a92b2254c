import type { Bundle, SourceLocation } from "@routewright/jobrouter";

/** Where in the sources the parts of a bundle come from. */
export interface Places {
  /**
   * The words that a pointer, or a range of the formula at it, comes from: the smallest mapping
   * around the range, else that of the pointer, else that of the nearest parent that has one.
   */
  find(pointer: string, range?: Range): SourceLocation | undefined;
  /** Only what is mapped itself, without looking at parents. */
  exact(pointer: string, range?: Range): SourceLocation | undefined;
  /** `main.route:41:5` */
  label(location: SourceLocation): string;
  /** The words themselves on one line. */
  text(location: SourceLocation): string;
  /** The whole line that the words begin on. */
  line(location: SourceLocation): string;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

interface RangeMapping extends Range {
  readonly location: SourceLocation;
}

/** Nothing is known of plain objects: every search finds nothing. */
export function placesIn(bundle: Pick<Bundle, "sources" | "sourceMap"> | undefined): Places {
  const whole = new Map<string, SourceLocation>();
  const ranges = new Map<string, RangeMapping[]>();
  for (const { pointer, formula, location } of bundle?.sourceMap ?? []) {
    if (formula === undefined) whole.set(pointer, location);
    else {
      const list = ranges.get(pointer) ?? [];
      list.push({ ...formula, location });
      ranges.set(pointer, list);
    }
  }

  const exact = (pointer: string, range?: Range): SourceLocation | undefined => {
    const around = range === undefined ? undefined : smallestAround(ranges.get(pointer), range);
    return around?.location ?? whole.get(pointer);
  };

  return {
    exact,
    find(pointer, range) {
      const found = exact(pointer, range);
      if (found !== undefined) return found;
      for (let at = pointer.lastIndexOf("/"); at > 0; at = pointer.lastIndexOf("/", at - 1)) {
        const parent = whole.get(pointer.slice(0, at));
        if (parent !== undefined) return parent;
      }
      return undefined;
    },
    label({ source, line, column }) {
      return `${bundle?.sources[source]?.path ?? "?"}:${line}:${column}`;
    },
    text({ source, start, end }) {
      return (bundle?.sources[source]?.text ?? "").slice(start, end).replace(/\s+/g, " ").trim();
    },
    line({ source, start }) {
      const text = bundle?.sources[source]?.text ?? "";
      const from =
        Math.max(text.lastIndexOf("\n", start - 1), text.lastIndexOf("\r", start - 1)) + 1;
      return (/^[^\r\n]*/.exec(text.slice(from))?.[0] ?? "").replace(/\s+/g, " ").trim();
    },
  };
}

function smallestAround(
  mappings: readonly RangeMapping[] | undefined,
  range: Range,
): RangeMapping | undefined {
  let best: RangeMapping | undefined;
  for (const mapping of mappings ?? []) {
    if (mapping.start > range.start || mapping.end < range.end) continue;
    if (best === undefined || mapping.end - mapping.start < best.end - best.start) best = mapping;
  }
  return best;
}
