import { explainJsonCode } from "@routewright/jobrouter";
import { diagnosticPages } from "./diagnostic-pages.ts";

/**
 * The page of a finding: what it means, why it matters, a failing and a corrected example.
 * Findings about JSON have their pages in the room below.
 * `undefined` for what is no code.
 *
 * @returns Markdown.
 */
export function explainCode(code: string): string | undefined {
  return Object.hasOwn(diagnosticPages, code) ? diagnosticPages[code] : explainJsonCode(code);
}
