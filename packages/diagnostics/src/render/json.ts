import type { Diagnostic } from "../diagnostic.ts";
import type { SourceText, Span } from "../source-text.ts";
import { positionAt } from "../source-text.ts";
import { countDiagnostics } from "./summary.ts";

/**
 * For scripts. The shape is a promise (docs/cli.md, "check --reporter json"): a change that is
 * not an addition gets a new `format`. Lines and columns are 1-based, columns and offsets count
 * UTF-16 units, ends are exclusive. Pretty-printed, ends with a line feed.
 */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  const report = {
    format: "routewright-diagnostics/1",
    summary: countDiagnostics(diagnostics),
    diagnostics: diagnostics.map((diagnostic) => ({
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      path: diagnostic.source.path,
      ...range(diagnostic.source, diagnostic.span),
      ...(diagnostic.help === undefined ? {} : { help: diagnostic.help }),
      related: diagnostic.related.map((related) => ({
        message: related.message,
        path: related.source.path,
        ...range(related.source, related.span),
      })),
      fixes: diagnostic.fixes.map((fix) => ({
        title: fix.title,
        safe: fix.safe,
        edits: fix.edits.map((edit) => ({
          ...range(diagnostic.source, edit.span),
          text: edit.text,
        })),
      })),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function range(source: SourceText, span: Span): object {
  return {
    start: { ...positionAt(source, span.start), offset: span.start },
    end: { ...positionAt(source, span.end), offset: span.end },
  };
}
