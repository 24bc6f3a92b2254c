/**
 * A layout to choose lines for: texts, places where a line may break, and groups that are
 * printed on one line when they fit and have all their breaks otherwise.
 */
export type Doc =
  | { readonly kind: "text"; readonly text: string; readonly breaks: boolean }
  /** A `// …` behind something: it may stand out, and breaks nothing before it. */
  | { readonly kind: "aside"; readonly text: string; readonly breaks: false }
  /** One space, none at the start or end of a line. */
  | { readonly kind: "space"; readonly breaks: false }
  /** `width` spaces where the group is broken: aligns columns. */
  | { readonly kind: "pad"; readonly width: number; readonly breaks: false }
  /** A break; `flat` is what stands there on one line. */
  | { readonly kind: "line"; readonly flat: "" | " " | ", "; readonly breaks: false }
  /** A break in any case. Several in a row are one. */
  | { readonly kind: "hardline"; readonly breaks: true }
  /** An empty line where the group is broken; several are one, none stands at the top. */
  | { readonly kind: "blank"; readonly breaks: false }
  | { readonly kind: "concat"; readonly parts: readonly Doc[]; readonly breaks: boolean }
  | { readonly kind: "indent"; readonly doc: Doc; readonly breaks: boolean }
  | {
      readonly kind: "group";
      readonly doc: Doc;
      readonly breaks: boolean;
      /** It is on one line because it was written so: its width is no measure for others. */
      readonly isAsWritten: boolean;
    };

export const space: Doc = { kind: "space", breaks: false };
export const line: Doc = { kind: "line", flat: " ", breaks: false };
export const softline: Doc = { kind: "line", flat: "", breaks: false };
/** `, ` on one line, only a break on several. */
export const commaLine: Doc = { kind: "line", flat: ", ", breaks: false };
export const hardline: Doc = { kind: "hardline", breaks: true };
export const blank: Doc = { kind: "blank", breaks: false };
export const nothing: Doc = { kind: "concat", parts: [], breaks: false };

export function text(value: string): Doc {
  return { kind: "text", text: value, breaks: value.includes("\n") };
}

export function aside(value: string): Doc {
  return { kind: "aside", text: value, breaks: false };
}

export function pad(width: number): Doc {
  return { kind: "pad", width, breaks: false };
}

export function concat(parts: readonly Doc[]): Doc {
  return { kind: "concat", parts, breaks: parts.some((part) => part.breaks) };
}

export function indent(doc: Doc): Doc {
  return { kind: "indent", doc, breaks: doc.breaks };
}

export function group(doc: Doc): Doc {
  return { kind: "group", doc, breaks: doc.breaks, isAsWritten: false };
}

/** A group that has its breaks where it was written so. */
export function groupAsWritten(doc: Doc, isBroken: boolean): Doc {
  return { kind: "group", doc, breaks: isBroken || doc.breaks, isAsWritten: true };
}

/** How wide lines may be where the text allows it. */
export const formatWidth = 100;

const indentWidth = 2;

interface Command {
  readonly doc: Doc;
  readonly indent: number;
  readonly isFlat: boolean;
}

/** Prints a layout; lines are at most `width` wide where the layout allows it. */
export function print(doc: Doc, width: number): string {
  const writer = new Writer();
  const commands: Command[] = [{ doc, indent: 0, isFlat: false }];
  for (let command = commands.pop(); command !== undefined; command = commands.pop()) {
    const { doc: next, indent: level, isFlat } = command;
    switch (next.kind) {
      case "text":
      case "aside":
        writer.text(next.text, level);
        break;
      case "space":
        writer.space();
        break;
      case "pad":
        if (!isFlat) writer.pad(next.width);
        break;
      case "line":
        if (!isFlat) writer.newline();
        else if (next.flat === ", ") {
          writer.text(",", level);
          writer.space();
        } else if (next.flat === " ") writer.space();
        break;
      case "hardline":
        writer.newline();
        break;
      case "blank":
        if (!isFlat) writer.blank();
        break;
      case "concat":
        for (let index = next.parts.length - 1; index >= 0; index--) {
          const part = next.parts[index];
          if (part !== undefined) commands.push({ doc: part, indent: level, isFlat });
        }
        break;
      case "indent":
        commands.push({ doc: next.doc, indent: level + indentWidth, isFlat });
        break;
      case "group": {
        const remaining = width - writer.columnFor(level);
        const goesFlat = isFlat || (!next.breaks && fits(next.doc, remaining, commands));
        commands.push({ doc: next.doc, indent: level, isFlat: goesFlat });
        break;
      }
    }
  }
  return writer.finish();
}

/** Whether a layout on one line, and what follows it up to the next break, is narrow enough. */
function fits(doc: Doc, width: number, following: readonly Command[]): boolean {
  const ruler = new Ruler();
  let rest = following.length;
  const pending: { doc: Doc; isFlat: boolean }[] = [{ doc, isFlat: true }];
  while (ruler.width <= width) {
    const next = pending.pop();
    if (next === undefined) {
      const command = following[--rest];
      if (command === undefined) return true;
      pending.push({ doc: command.doc, isFlat: command.isFlat });
      continue;
    }
    switch (next.doc.kind) {
      case "text": {
        const end = next.doc.text.indexOf("\n");
        ruler.text(end < 0 ? next.doc.text.length : end);
        if (end >= 0) return ruler.width <= width;
        break;
      }
      case "space":
        ruler.space();
        break;
      case "pad":
        if (!next.isFlat) ruler.pad(next.doc.width);
        break;
      case "line":
        if (!next.isFlat) return true;
        ruler.line(next.doc.flat);
        break;
      case "hardline":
        return true;
      case "aside":
      case "blank":
        break;
      case "concat":
        for (let index = next.doc.parts.length - 1; index >= 0; index--) {
          const part = next.doc.parts[index];
          if (part !== undefined) pending.push({ doc: part, isFlat: next.isFlat });
        }
        break;
      case "indent":
      case "group":
        pending.push({ doc: next.doc.doc, isFlat: next.isFlat });
        break;
    }
  }
  return false;
}

/** Counts columns as the writer does: spaces in a row are one, those at the end none. */
class Ruler {
  width = 0;
  private spaces = 0;

  text(length: number): void {
    if (length === 0) return;
    this.width += this.spaces + length;
    this.spaces = 0;
  }

  space(): void {
    if (this.spaces === 0) this.spaces = 1;
  }

  pad(width: number): void {
    this.spaces += width;
  }

  line(flat: "" | " " | ", "): void {
    if (flat === ", ") this.text(1);
    if (flat !== "") this.space();
  }
}

/** How wide a layout is on one line; `undefined` when it cannot be on one. */
export function flatWidth(doc: Doc): number | undefined {
  if (doc.breaks) return undefined;
  const ruler = new Ruler();
  measure(doc, ruler);
  return ruler.width;
}

function measure(doc: Doc, ruler: Ruler): void {
  switch (doc.kind) {
    case "text":
      ruler.text(doc.text.length);
      return;
    case "space":
      ruler.space();
      return;
    case "line":
      ruler.line(doc.flat);
      return;
    case "concat":
      for (const part of doc.parts) measure(part, ruler);
      return;
    case "indent":
    case "group":
      measure(doc.doc, ruler);
      return;
    default:
      return;
  }
}

/** The width that counts for columns; `undefined` for what may come out on several lines. */
export function columnWidth(doc: Doc): number | undefined {
  return hasWrittenGroup(doc) ? undefined : flatWidth(doc);
}

function hasWrittenGroup(doc: Doc): boolean {
  switch (doc.kind) {
    case "concat":
      return doc.parts.some(hasWrittenGroup);
    case "indent":
      return hasWrittenGroup(doc.doc);
    case "group":
      return doc.isAsWritten || hasWrittenGroup(doc.doc);
    default:
      return false;
  }
}

/** How wide the last line of some comments is. */
export function lastLineWidth(comments: Doc): number {
  let width = 0;
  for (const part of leaves(comments)) {
    if (part.kind === "hardline" || part.kind === "blank") width = 0;
    else if (part.kind === "space") width += width === 0 ? 0 : 1;
    else if (part.kind === "text") {
      const end = part.text.lastIndexOf("\n");
      width = end < 0 ? width + part.text.length : part.text.length - end - 1;
    }
  }
  return width;
}

/** How wide the first line of some comments is, with a space before them. */
export function firstLineWidth(comments: Doc): number {
  const ruler = new Ruler();
  for (const part of leaves(comments)) {
    if (part.kind === "hardline") break;
    if (part.kind === "space") ruler.space();
    else if (part.kind === "text") {
      const end = part.text.indexOf("\n");
      ruler.text(end < 0 ? part.text.length : end);
      if (end >= 0) break;
    }
  }
  return ruler.width;
}

function leaves(doc: Doc): readonly Doc[] {
  return doc.kind === "concat" ? doc.parts.flatMap(leaves) : [doc];
}

/** The greatest of many widths; 0 for none. */
export function widestOf(widths: Iterable<number>): number {
  let widest = 0;
  for (const width of widths) widest = Math.max(widest, width);
  return widest;
}

class Writer {
  private readonly parts: string[] = [];
  private column = 0;
  private isLineStart = true;
  private isBlankWanted = false;
  private spaces = 0;
  private isEmpty = true;

  text(value: string, indentation: number): void {
    if (value === "") return;
    if (this.isLineStart) {
      if (this.isBlankWanted && !this.isEmpty) this.parts.push("\n");
      this.parts.push(" ".repeat(indentation));
      this.column = indentation;
    } else if (this.spaces > 0) {
      this.parts.push(" ".repeat(this.spaces));
      this.column += this.spaces;
    }
    this.parts.push(value);
    const end = value.lastIndexOf("\n");
    this.column = end < 0 ? this.column + value.length : value.length - end - 1;
    this.isLineStart = false;
    this.isBlankWanted = false;
    this.isEmpty = false;
    this.spaces = 0;
  }

  space(): void {
    if (!this.isLineStart && this.spaces === 0) this.spaces = 1;
  }

  pad(width: number): void {
    if (!this.isLineStart) this.spaces += width;
  }

  newline(): void {
    this.spaces = 0;
    if (this.isLineStart) return;
    this.parts.push("\n");
    this.isLineStart = true;
    this.column = 0;
  }

  blank(): void {
    this.newline();
    this.isBlankWanted = true;
  }

  /** Where a text would begin. */
  columnFor(indentation: number): number {
    return this.isLineStart ? indentation : this.column + this.spaces;
  }

  finish(): string {
    this.newline();
    return this.parts.join("");
  }
}
