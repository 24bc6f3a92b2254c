/** Ordinal order, the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A value as people read it: text in quotes, a missing one said so. */
export function showValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "blank";
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  return JSON.stringify(value) ?? String(value);
}
