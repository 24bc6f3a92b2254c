import { closest } from "@routewright/diagnostics";
import { dslDiagnostics, explainCode } from "@routewright/dsl";
import { explainJsonCode, jobRouterDiagnostics } from "@routewright/jobrouter";
import { explainWorkloadCode, workloadDiagnostics } from "@routewright/runtime/simulate";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { out, outJson, styleOf } from "../io/terminal.ts";

/** The page of a code, or the list of all codes. */
export function explain(code: string | undefined, options: { readonly json?: boolean }): ExitCode {
  const definitions = [...dslDiagnostics, ...jobRouterDiagnostics, ...workloadDiagnostics];
  const codes = [...new Set(definitions.map((definition) => definition.code))].sort();
  const severityOf = (wanted: string): string =>
    definitions.find((definition) => definition.code === wanted)?.severity ?? "error";
  if (code === undefined) {
    const list = codes.map((each) => ({ code: each, severity: severityOf(each) }));
    if (options.json === true) outJson({ format: "routewright-codes/1", codes: list });
    else {
      out(list.map((each) => `${each.severity.padEnd(7)}  ${each.code}\n`).join(""));
      out("\n`routewright explain CODE` tells more about one of them.\n");
    }
    return exitCodes.fine;
  }

  const wanted = code.replace(/^\[|\]$/gu, "").toLowerCase();
  const text = explainCode(wanted) ?? explainJsonCode(wanted) ?? explainWorkloadCode(wanted);
  if (text === undefined) {
    const near = closest(wanted, codes);
    throw new Failure(
      `there is no finding with the code \`${code}\``,
      near === undefined
        ? "`routewright explain` lists all codes"
        : `did you mean \`${near}\`?\n\`routewright explain\` lists all codes`,
    );
  }
  if (options.json === true) {
    outJson({ format: "routewright-code/1", code: wanted, severity: severityOf(wanted), text });
  } else {
    const style = styleOf("stdout");
    out(text.replace(/^#+ .*$/gmu, (heading) => style.strong(heading)));
    if (!text.endsWith("\n")) out("\n");
  }
  return exitCodes.fine;
}
