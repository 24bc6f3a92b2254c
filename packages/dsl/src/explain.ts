import { diagnosticPages } from "./diagnostic-pages.ts";

/**
 * The page of a finding: what it means, why it matters, a failing and a corrected example.
 * `undefined` for what is no code.
 *
 * @returns Markdown.
 */
export function explainCode(code: string): string | undefined {
  return Object.hasOwn(diagnosticPages, code) ? diagnosticPages[code] : undefined;
}
