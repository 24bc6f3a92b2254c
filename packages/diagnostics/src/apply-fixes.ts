import type { Fix, TextEdit } from "./diagnostic.ts";

/**
 * Applies fixes to the text they were made for: in order, each whole or not at all. A fix whose
 * edits touch those of an earlier one is left for another round, on the changed text.
 */
export function applyFixes(
  text: string,
  fixes: readonly Fix[],
): { readonly text: string; readonly applied: readonly Fix[] } {
  const applied: Fix[] = [];
  const edits: TextEdit[] = [];
  for (const fix of fixes) {
    if (fix.edits.length === 0 || fix.edits.some((edit) => !fits(edit, text, edits))) continue;
    applied.push(fix);
    edits.push(...fix.edits);
  }
  edits.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = "";
  let at = 0;
  for (const { span, text: inserted } of edits) {
    result += text.slice(at, span.start) + inserted;
    at = span.end;
  }
  return { text: result + text.slice(at), applied };
}

function fits(edit: TextEdit, text: string, others: readonly TextEdit[]): boolean {
  const { start, end } = edit.span;
  if (start < 0 || end < start || end > text.length) return false;
  // Two insertions at one place have no order, so touching counts as overlapping.
  return others.every(({ span }) => end < span.start || start > span.end);
}
