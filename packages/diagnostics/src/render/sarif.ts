import type { Diagnostic, Fix, Severity } from "../diagnostic.ts";
import type { SourceText, Span } from "../source-text.ts";
import { positionAt } from "../source-text.ts";

export interface SarifOptions {
  readonly toolVersion: string;
  /** One line about a code, for the rule list; the first message seen stands in for it. */
  readonly describe?: (code: string) => string | undefined;
}

/**
 * SARIF 2.1.0, for code scanning services. A rule's help names its page by its path in the
 * project, not as `helpUri`: that must be an absolute address, and a clone has none.
 */
export function renderSarif(diagnostics: readonly Diagnostic[], options: SarifOptions): string {
  const firsts = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    if (!firsts.has(diagnostic.code)) firsts.set(diagnostic.code, diagnostic);
  }
  const codes = [...firsts.keys()].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "routewright",
            semanticVersion: options.toolVersion,
            rules: codes.map((code) => rule(code, firsts.get(code), options)),
          },
        },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => result(diagnostic, codes)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  hint: "note",
};

function rule(code: string, first: Diagnostic | undefined, options: SarifOptions): object {
  const page = `docs/diagnostics/${code}.md`;
  return {
    id: code,
    shortDescription: { text: options.describe?.(code) ?? first?.message ?? code },
    help: {
      text: `See ${page}, or run: routewright explain ${code}`,
      markdown: `See [${code}](${page}), or run \`routewright explain ${code}\``,
    },
    ...(first === undefined ? {} : { defaultConfiguration: { level: levels[first.severity] } }),
  };
}

function result(diagnostic: Diagnostic, codes: readonly string[]): object {
  const { message, help } = diagnostic;
  return {
    ruleId: diagnostic.code,
    ruleIndex: codes.indexOf(diagnostic.code),
    level: levels[diagnostic.severity],
    message: { text: help === undefined ? message : `${message}\n${help}` },
    locations: [{ physicalLocation: physicalLocation(diagnostic.source, diagnostic.span) }],
    ...(diagnostic.related.length === 0
      ? {}
      : {
          relatedLocations: diagnostic.related.map((related, index) => ({
            id: index + 1,
            message: { text: related.message },
            physicalLocation: physicalLocation(related.source, related.span),
          })),
        }),
    ...(diagnostic.fixes.length === 0
      ? {}
      : { fixes: diagnostic.fixes.map((fix) => sarifFix(fix, diagnostic.source)) }),
  };
}

function sarifFix(fix: Fix, source: SourceText): object {
  return {
    description: { text: fix.title },
    artifactChanges: [
      {
        artifactLocation: { uri: artifactUri(source.path) },
        replacements: fix.edits.map((edit) => ({
          deletedRegion: region(source, edit.span),
          ...(edit.text === "" ? {} : { insertedContent: { text: edit.text } }),
        })),
      },
    ],
  };
}

function physicalLocation(source: SourceText, span: Span): object {
  return {
    artifactLocation: { uri: artifactUri(source.path) },
    region: region(source, span),
  };
}

function region(source: SourceText, span: Span): object {
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    charOffset: span.start,
    charLength: span.end - span.start,
  };
}

/** A path as a URI reference; a first part with a colon would read as a scheme. */
function artifactUri(path: string): string {
  const encoded = path
    .replaceAll("\\", "/")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
  return encoded === "" ? "." : encoded;
}
