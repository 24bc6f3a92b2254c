import { diagnosticPages } from "./diagnostic-pages.ts";

/**
 * The page of a finding about JSON or a bundle: what it means, a failing and a mended example.
 * `undefined` for what is no code of this package.
 *
 * @returns Markdown.
 */
export function explainJsonCode(code: string): string | undefined {
  return Object.hasOwn(diagnosticPages, code) ? diagnosticPages[code] : undefined;
}
