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

const units = [
  [86_400, "d"],
  [3600, "h"],
  [60, "m"],
] as const;

/** Seconds as policies mostly write them: `5m` for 300, `2h`, but `60s` and `90s`. */
export function showSeconds(seconds: number): string {
  const [size, unit] = units.find(([each]) => seconds % each === 0) ?? [1, "s"];
  return seconds < 120 ? `${seconds}s` : `${seconds / size}${unit}`;
}
