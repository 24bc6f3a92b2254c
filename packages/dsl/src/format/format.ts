import { type Diagnostic, hasErrors, type SourceText, sourceText } from "@routewright/diagnostics";
import { type DetailedParse, parseDetailed } from "../parse/parse.ts";
import { formatWidth, print } from "./doc.ts";
import { Layout } from "./layout.ts";

export interface Formatted {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Where a blank line stands may depend on how many lines a neighbour takes, which is known once it
 * is laid out: what changed is laid out again. One more pass settles nearly every text.
 */
const mostPasses = 5;

/**
 * Gives a text its usual form: same meaning, every comment kept and in order, LF line ends.
 * Formatting what was formatted changes nothing. A text with mistakes comes back as it is, with
 * their reports.
 */
export function format(source: SourceText): Formatted {
  const parsed = parseDetailed(source);
  if (hasErrors(parsed.diagnostics)) return { text: source.text, diagnostics: parsed.diagnostics };
  let before = source.text;
  let text = layOut(parsed);
  for (let pass = 1; text !== before && pass < mostPasses; pass++) {
    before = text;
    text = layOut(parseDetailed(sourceText(text, source.path)));
  }
  return { text, diagnostics: parsed.diagnostics };
}

function layOut(parsed: DetailedParse): string {
  return print(new Layout(parsed).program(), formatWidth);
}
