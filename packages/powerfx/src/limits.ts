import { fxDiagnostic } from "./messages.ts";
import { defaultMaxDepth, type ParsedFormula, parseFormula } from "./parse/parser.ts";

/** The engine's default limit on a formula's length. */
export const defaultMaxLength = 1_000;

export interface ParseLimits {
  /** Longest text, in UTF-16 units; the engine's default is 1,000. */
  readonly maxLength?: number;
  /** Deepest nesting; the engine's is 50. */
  readonly maxDepth?: number;
}

/** Parses, unless the text is longer than a host allows: then that is all it says. */
export function parseWithin(text: string, limits: ParseLimits): ParsedFormula {
  const maxLength = limits.maxLength ?? defaultMaxLength;
  if (text.length <= maxLength) {
    return parseFormula(text, { maxDepth: limits.maxDepth ?? defaultMaxDepth });
  }
  const span = { start: 0, end: text.length };
  return {
    comments: [],
    tree: { kind: "error", text: "", span },
    diagnostics: [fxDiagnostic("ErrTextTooLarge", span, [String(maxLength)])],
  };
}
