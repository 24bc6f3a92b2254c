/** The offset at which the line of an offset begins. */
export function lineStartOf(text: string, offset: number): number {
  let start = Math.min(offset, text.length);
  while (start > 0) {
    const code = text.charCodeAt(start - 1);
    if (code === 10 || code === 13) break;
    start--;
  }
  return start;
}

/** The offset of the line end behind an offset. */
export function lineEndOf(text: string, offset: number): number {
  let end = offset;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code === 10 || code === 13) break;
    end++;
  }
  return end;
}

/** White space that the line of an offset begins with. */
export function indentOf(text: string, offset: number): string {
  return /^[ \t]*/u.exec(text.slice(lineStartOf(text, offset), offset))?.[0] ?? "";
}

/** A key or name as a policy writes it. */
export function writeName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/u.test(name) ? name : `'${name.replaceAll("'", "''")}'`;
}

export function writeValue(value: string | number | boolean): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
