import type { Diagnostic, SourceText } from "@routewright/diagnostics";
import { hasErrors } from "@routewright/diagnostics";
import { parseDetailed } from "../parse/parse.ts";
import { print } from "./doc.ts";
import { Layout } from "./layout.ts";

/** How wide lines may be where the text allows it. */
export const formatWidth = 100;

export interface Formatted {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Gives a text its usual form: same meaning, every comment kept and in order, LF line ends.
 * Formatting what was formatted changes nothing. A text with mistakes comes back as it is, with
 * their reports.
 */
export function format(source: SourceText): Formatted {
  const parsed = parseDetailed(source);
  if (hasErrors(parsed.diagnostics)) return { text: source.text, diagnostics: parsed.diagnostics };
  const text = print(new Layout(parsed).program(), formatWidth);
  return { text, diagnostics: parsed.diagnostics };
}
