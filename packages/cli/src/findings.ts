import type { Diagnostic } from "@routewright/diagnostics";
import { compareDiagnostics, countDiagnostics, summaryLine } from "@routewright/diagnostics";
import { err, out, type Stream, styleOf, terminalWidth } from "./io/terminal.ts";
import type { FindingsReporter } from "./program.ts";
import { version } from "./version.ts";

/** Findings of several runs over shared files: in order, and each once. */
export function mergeFindings(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics
    .filter((diagnostic) => {
      const { source, span, code, message } = diagnostic;
      const key = [source.path, span.start, span.end, code, message].join("\0");
      return !seen.has(key) && seen.add(key);
    })
    .sort(compareDiagnostics);
}

/** Prints findings as a reporter does. Only the reporter that is asked for is loaded. */
export async function showFindings(
  findings: readonly Diagnostic[],
  reporter: FindingsReporter,
  stream: Stream,
): Promise<void> {
  const print = stream === "stdout" ? out : err;
  if (reporter === "pretty") {
    if (findings.length === 0) return;
    const { renderPretty } = await import("./reporters/pretty.ts");
    print(`${renderPretty(findings, { style: styleOf(stream), width: terminalWidth() })}\n`);
  } else if (reporter === "sarif") {
    const { renderSarif } = await import("./reporters/sarif.ts");
    print(renderSarif(findings, { toolVersion: version }));
  } else if (reporter === "github") {
    const { renderGithub } = await import("./reporters/github.ts");
    print(renderGithub(findings));
  } else {
    const { renderJson } = await import("./reporters/json.ts");
    print(renderJson(findings));
  }
}

/** `3 errors, 1 warning in 2 files`: the files with findings, or all of them where there are none. */
export function summarize(findings: readonly Diagnostic[], filesRead: number): string {
  const files = new Set(findings.map((finding) => finding.source.path)).size;
  return summaryLine(countDiagnostics(findings), findings.length > 0 ? files : filesRead);
}
