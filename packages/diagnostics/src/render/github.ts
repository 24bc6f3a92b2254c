import type { Diagnostic, Severity } from "../diagnostic.ts";
import { positionAt } from "../source-text.ts";

const commands: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  hint: "notice",
};

/** Workflow commands: one line each, which GitHub Actions turns into annotations. */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic)}\n`).join("");
}

function annotation(diagnostic: Diagnostic): string {
  const start = positionAt(diagnostic.source, diagnostic.span.start);
  const end = positionAt(diagnostic.source, diagnostic.span.end);
  const properties = [
    ["file", diagnostic.source.path],
    ["line", String(start.line)],
    ["endLine", String(end.line)],
    // Columns are understood only for an annotation on one line.
    ...(start.line === end.line
      ? [
          ["col", String(start.column)],
          ["endColumn", String(end.column)],
        ]
      : []),
    ["title", diagnostic.code],
  ].map(([name = "", value = ""]) => `${name}=${escapeProperty(value)}`);
  const { message, help } = diagnostic;
  const text = help === undefined ? message : `${message}\n${help}`;
  return `::${commands[diagnostic.severity]} ${properties.join(",")}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
