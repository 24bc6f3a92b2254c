import type { Fix, Span } from "@routewright/diagnostics";

/**
 * The candidate nearest to a misspelt name: edit distance (an exchange of neighbours counts one)
 * of at most a third of the length, case ignored. Ties go to the first candidate.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
    if (limit < 0) break;
  }
  return best;
}

/** Help and fix of a "did you mean", ready to be spread into a report's extras. */
export function suggestion(
  name: string,
  candidates: Iterable<string>,
  span: Span,
  write: (candidate: string) => string = (candidate) => candidate,
): { readonly help?: string; readonly fixes?: readonly Fix[] } {
  // The search costs a comparison a candidate; a name of a kilobyte is no misspelling.
  const found = name.length > 100 ? undefined : nearest(name, candidates);
  if (found === undefined) return {};
  const text = write(found);
  return {
    help: `did you mean \`${text}\`?`,
    fixes: [{ title: `change to \`${text}\``, safe: false, edits: [{ span, text }] }],
  };
}

/** Optimal string alignment distance, or a number above `limit` as soon as it must exceed it. */
function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (previous[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
