import { join } from "node:path";
import { mergeFindings, printable } from "@routewright/diagnostics";
import { compile as compilePolicy, type EmitTarget, emit } from "@routewright/dsl";
import type { FindingsReporter, ParameterOptions } from "../choices.ts";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { showFindings, summarize } from "../findings.ts";
import { kindOf } from "../io/read.ts";
import { err, out, showFailure, styleOf } from "../io/terminal.ts";
import { keepInputs, type OutputFile, writeFileAtomic, writeFolder } from "../io/write.ts";
import { readParameters } from "../parameters.ts";
import { openEntry } from "../project.ts";

export interface CompileOptions extends ParameterOptions {
  readonly emit: EmitTarget;
  readonly out?: string;
  readonly reporter: FindingsReporter;
}

/** Findings go to standard error, so that standard output holds what was made and nothing else. */
export async function compile(
  file: string | undefined,
  options: CompileOptions,
): Promise<ExitCode> {
  const parameters = await readParameters(options);
  const { host, entry } = await openEntry(file);
  const compiled = compilePolicy(entry, host, { parameters });
  const findings = mergeFindings(compiled.diagnostics);
  await showFindings(findings, options.reporter, "stderr");
  for (const failure of host.failures) showFailure(failure);
  const bundle = compiled.value;
  if (bundle === undefined) {
    const style = styleOf("stderr");
    if (options.reporter === "pretty") {
      err(`${style.error(summarize(findings, host.readPaths.length))}; nothing was written\n`);
    }
    return exitCodes.findings;
  }

  const files = emit(bundle, options.emit);
  const [only] = files;
  if (options.out === undefined) {
    if (files.length !== 1 || only === undefined || manyFiles.has(options.emit)) {
      throw new Failure(
        `--emit ${options.emit} makes ${files.length === 1 ? "a folder of files" : `${files.length} files`}`,
        `give a folder with --out`,
      );
    }
    out(only.text);
    return exitCodes.fine;
  }
  const written = write(options.out, files, options.emit, host.readPaths);
  err(`wrote ${written.map((path) => printable(path)).join(", ")}\n${bundle.hash}\n`);
  return exitCodes.fine;
}

/** Targets whose number of files depends on the policy. */
const manyFiles: ReadonlySet<EmitTarget> = new Set(["jobrouter"]);

function write(
  path: string,
  files: readonly OutputFile[],
  target: EmitTarget,
  sources: readonly string[],
): readonly string[] {
  const [only] = files;
  const asFolder = manyFiles.has(target) || files.length !== 1 || only === undefined;
  if (asFolder || /[\\/]$/u.test(path) || kindOf(path) === "folder") {
    if (kindOf(path) === "file")
      throw new Failure(`\`${printable(path)}\` is a file, and --emit ${target} needs a folder`);
    for (const file of files) keepInputs(join(path, file.path), sources, "--out");
    writeFolder(path, files);
    return files.length === 1 && only !== undefined
      ? [join(path, only.path)]
      : [`${files.length} files below ${path}`];
  }
  keepInputs(path, sources, "--out");
  writeFileAtomic(path, only.text);
  return [path];
}
