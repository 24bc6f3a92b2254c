import type { Diagnostic, SourceText, Span, TextEdit } from "@routewright/diagnostics";
import { spanOf } from "@routewright/diagnostics";
import type { Declaration } from "./ast.ts";

/**
 * A declaration as if it had been read so much further on in its text. Its parts are moved when
 * they are first looked at: most declarations behind a keystroke are not looked at at all.
 */
export function movedDeclaration(declaration: Declaration, by: number): Declaration {
  if (by === 0) return declaration;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(declaration)) {
    if (typeof value !== "object" || value === null) copy[key] = value;
    else if (key === "span" || key === "name") copy[key] = moved(value, by);
    else defineLater(copy, key, value, by);
  }
  const result = copy as unknown as Declaration;
  originals.set(result, originalOf(declaration));
  return result;
}

/**
 * What a declaration was before it moved: the same object while its words are the same, wherever
 * they stand.
 */
export function originalOf(declaration: Declaration): Declaration {
  return originals.get(declaration) ?? declaration;
}

const originals = new WeakMap<Declaration, Declaration>();

function defineLater(copy: Record<string, unknown>, key: string, value: object, by: number): void {
  let part: unknown;
  Object.defineProperty(copy, key, {
    enumerable: true,
    get: () => {
      part ??= moved(value, by);
      return part;
    },
  });
}

/** A tree with every span in it moved. */
export function moved<T extends object>(node: T, by: number): T {
  if (by === 0) return node;
  return movedValue(node, by) as T;
}

function movedValue(value: object, by: number): object {
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      typeof item === "object" && item !== null ? movedValue(item, by) : item,
    );
  }
  if (isSpan(value)) return movedSpan(value, by);
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const part = copy[key];
    if (typeof part === "object" && part !== null) copy[key] = movedValue(part, by);
  }
  return copy;
}

function isSpan(value: object): value is Span {
  return "start" in value && "end" in value;
}

/** The empty span at 0 is nowhere: it belongs to what was not written. */
function movedSpan({ start, end }: Span, by: number): Span {
  return end === 0 ? spanOf(0, 0) : spanOf(start + by, end + by);
}

/** A finding about a text, said of a later one in which its place has moved. */
export function movedDiagnostic(
  diagnostic: Diagnostic,
  source: SourceText,
  by: number,
): Diagnostic {
  const { related, fixes, span } = diagnostic;
  return {
    ...diagnostic,
    source,
    span: movedSpan(span, by),
    // Syntax is about one text: what is related stands in it too.
    related: related.map((each) => ({ ...each, source, span: movedSpan(each.span, by) })),
    fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => movedEdit(edit, by)) })),
  };
}

function movedEdit({ span, text }: TextEdit, by: number): TextEdit {
  return { span: movedSpan(span, by), text };
}
