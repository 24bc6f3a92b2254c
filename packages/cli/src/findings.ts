import type { Diagnostic } from "@routewright/diagnostics";
import { countDiagnostics, summaryLine } from "@routewright/diagnostics";
import type { FindingsReporter } from "./choices.ts";
import { err, out, type Stream, styleOf, terminalWidth } from "./io/terminal.ts";
import { version } from "./version.ts";

/** Prints findings as a reporter does. Renderers are loaded when there is something to print. */
export async function showFindings(
  findings: readonly Diagnostic[],
  reporter: FindingsReporter,
  stream: Stream,
): Promise<void> {
  const print = stream === "stdout" ? out : err;
  if (findings.length === 0 && reporter === "pretty") return;
  const render = await import("@routewright/diagnostics/render");
  switch (reporter) {
    case "pretty": {
      const options = { style: styleOf(stream), width: terminalWidth() };
      return print(`${render.renderPretty(findings, options)}\n`);
    }
    case "json":
      return print(render.renderJson(findings));
    case "sarif":
      return print(render.renderSarif(findings, { toolVersion: version }));
    case "github":
      return print(render.renderGithub(findings));
  }
}

/** `3 errors, 1 warning in 2 files`: the files with findings, or all of them where there are none. */
export function summarize(findings: readonly Diagnostic[], filesRead: number): string {
  const files = new Set(findings.map((finding) => finding.source.path)).size;
  return summaryLine(countDiagnostics(findings), findings.length > 0 ? files : filesRead);
}
