const forms: Readonly<Record<string, (count: number) => string>> = {
  s: (count) => `PT${count}S`,
  m: (count) => `PT${count}M`,
  h: (count) => `PT${count}H`,
  d: (count) => `P${count}D`,
};

/** `90s`, `5m`, `2h` or `1d`, as policies write durations, in the form that the emulator takes. */
export function toIsoDuration(text: string): string | undefined {
  const [, count = "", unit = ""] = /^\s*(\d{1,6})\s*([smhd])\s*$/u.exec(text) ?? [];
  return count === "" ? undefined : forms[unit]?.(Number(count));
}
