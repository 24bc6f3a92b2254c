import { hasErrors, plural, sourceText } from "@routewright/diagnostics";
import { format } from "@routewright/dsl";
import { type ExitCode, exitCodes } from "../failure.ts";
import { showFindings } from "../findings.ts";
import { stdinName } from "../io/read.ts";
import { err, out, outJson, styleOf } from "../io/terminal.ts";
import { writeFileAtomic } from "../io/write.ts";
import { openProject } from "../project.ts";

export interface FmtOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Lays files out anew. A file with syntax errors stays as it is, and its errors are shown. */
export async function fmt(paths: readonly string[], options: FmtOptions): Promise<ExitCode> {
  const { files, host } = await openProject(paths);
  const toStdout = files.includes(stdinName);
  const style = styleOf("stdout");
  const results: { path: string; status: "unchanged" | "changed" | "broken" }[] = [];
  for (const path of files) {
    const before = host.read(path) ?? "";
    const { text, diagnostics } = format(sourceText(before, path));
    const status = hasErrors(diagnostics) ? "broken" : text === before ? "unchanged" : "changed";
    results.push({ path, status });
    if (status === "broken") await showFindings(diagnostics, "pretty", "stderr");
    if (options.check === true) {
      if (status === "changed" && options.json !== true) out(await diff(path, before, text));
    } else if (path === stdinName) {
      if (options.json !== true) out(text);
    } else if (status === "changed") {
      writeFileAtomic(path, text);
      if (options.json !== true) out(`${style.good("formatted")} ${path}\n`);
    }
  }

  const count = (status: string): number => results.filter((each) => each.status === status).length;
  if (options.json === true) outJson({ format: "routewright-fmt/1", files: results });
  else if (!toStdout) {
    const verb = options.check === true ? "would change" : "changed";
    const broken = count("broken");
    err(
      `${plural(results.length, "file")}, ${count("changed")} ${verb}${broken > 0 ? `, ${broken} with syntax errors left alone` : ""}\n`,
    );
  }
  const findings = count("broken") > 0 || (options.check === true && count("changed") > 0);
  return findings ? exitCodes.findings : exitCodes.fine;
}

async function diff(path: string, before: string, after: string): Promise<string> {
  const { FILE_HEADERS_ONLY, formatPatch, structuredPatch } = await import("diff");
  const patch = structuredPatch(path, path, before, after, "as it is", "formatted", {
    context: 3,
    timeout: 2000,
  });
  if (patch === undefined) return `--- ${path}\n+++ ${path}\n(too many changes to show)\n`;
  const style = styleOf("stdout");
  return formatPatch(patch, FILE_HEADERS_ONLY)
    .split("\n")
    .map((line) => {
      if (line.startsWith("@@")) return style.hint(line);
      if (line.startsWith("+++") || line.startsWith("---")) return style.strong(line);
      return line.startsWith("+")
        ? style.good(line)
        : line.startsWith("-")
          ? style.error(line)
          : line;
    })
    .join("\n");
}
