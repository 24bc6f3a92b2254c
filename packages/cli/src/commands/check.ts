import {
  applyFixes,
  countDiagnostics,
  type Diagnostic,
  hasErrors,
  mergeFindings,
  plural,
} from "@routewright/diagnostics";
import { compile } from "@routewright/dsl";
import type { FindingsReporter, ParameterOptions } from "../choices.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings, summarize } from "../findings.ts";
import { stdinArgument } from "../io/read.ts";
import { err, out, showFailure, styleOf } from "../io/terminal.ts";
import { writeFileAtomic } from "../io/write.ts";
import { readParameters } from "../parameters.ts";
import { openProject, type Project } from "../project.ts";

export interface CheckOptions extends ParameterOptions {
  readonly reporter: FindingsReporter;
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly maxWarnings?: number;
}

/** Everything that compiling would find, for every policy given. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<ExitCode> {
  if (options.fix === true && paths.includes(stdinArgument)) {
    throw new Failure(
      "--fix has no file to write when the policy comes from standard input",
      "give a file's path",
    );
  }
  const reporter = options.json === true ? "json" : options.reporter;
  const parameters = await readParameters(options);
  const project = await openProject(paths);
  let findings = findAll(project, parameters);
  if (options.fix === true) {
    const fixed = fixAll(project, parameters, findings);
    findings = fixed.findings;
    if (fixed.count > 0) err(`fixed ${plural(fixed.count, "finding")}\n`);
  }

  await showFindings(findings, reporter, "stdout");
  for (const failure of project.host.failures) showFailure(failure);
  const { warnings } = countDiagnostics(findings);
  const tooMany = options.maxWarnings !== undefined && warnings > options.maxWarnings;
  if (reporter === "pretty") {
    const style = styleOf("stdout");
    const failed = hasErrors(findings) || tooMany;
    const summary = summarize(findings, project.host.readPaths.length);
    out(`${failed ? style.error(summary) : findings.length > 0 ? summary : style.good(summary)}\n`);
  }
  if (tooMany) {
    err(`${plural(warnings, "warning")}, more than the ${options.maxWarnings} of --max-warnings\n`);
  }
  const failed = hasErrors(findings) || tooMany || project.host.failures.length > 0;
  return failed ? exitCodes.findings : exitCodes.fine;
}

function findAll(project: Project, parameters: Record<string, string>): readonly Diagnostic[] {
  return mergeFindings(
    project.roots.flatMap((root) => compile(root, project.host, { parameters }).diagnostics),
  );
}

/**
 * Applies safe fixes, looks again, and so on until nothing safe is left; then writes. Files that
 * were not given are left alone, even where a finding is in them.
 */
function fixAll(
  project: Project,
  parameters: Record<string, string>,
  first: readonly Diagnostic[],
): { readonly findings: readonly Diagnostic[]; readonly count: number } {
  let findings = first;
  let count = 0;
  const changed = new Map<string, string>();
  // Each round removes a finding or is the last; the bound is against fixes that bring new ones.
  for (let round = 0; round < 20; round++) {
    let applied = 0;
    for (const file of project.files) {
      const fixes = findings
        .filter((finding) => finding.source.path === file)
        .flatMap((finding) => finding.fixes.filter((fix) => fix.safe).slice(0, 1));
      const fixed = applyFixes(project.host.read(file) ?? "", fixes);
      if (fixed.applied.length === 0) continue;
      applied += fixed.applied.length;
      changed.set(file, fixed.text);
      project.host.provide(file, fixed.text);
    }
    if (applied === 0) break;
    count += applied;
    findings = findAll(project, parameters);
  }
  for (const [file, text] of changed) writeFileAtomic(file, text);
  return { findings, count };
}
