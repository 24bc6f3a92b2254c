import { existsSync } from "node:fs";
import { join, normalize } from "node:path";
import { printable } from "@routewright/diagnostics";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { kindOf } from "../io/read.ts";
import { out, outJson, styleOf } from "../io/terminal.ts";
import { writeFileAtomic } from "../io/write.ts";
import { initFiles } from "./init-files.ts";

/** Writes all files or, where one of them exists already, none. */
export function init(folder: string, options: { readonly json?: boolean }): ExitCode {
  if (kindOf(folder) === "file") {
    throw new Failure(`\`${printable(folder)}\` is a file`, "name a folder");
  }
  const paths = initFiles.map((file) => normalize(join(folder, file.path)));
  const taken = paths.filter((path) => existsSync(path));
  if (taken.length > 0) {
    throw new Failure(
      `${taken.map((path) => `\`${printable(path)}\``).join(", ")} ${taken.length === 1 ? "exists" : "exist"} already; nothing was written`,
      "name an empty folder",
      exitCodes.refused,
    );
  }
  for (const file of initFiles) writeFileAtomic(join(folder, file.path), file.text);
  if (options.json === true) {
    outJson({ format: "routewright-init/1", files: paths });
    return exitCodes.fine;
  }
  const style = styleOf("stdout");
  for (const path of paths) out(`${style.good("wrote")} ${printable(path)}\n`);
  const here = normalize(folder) === "." ? [] : [`cd ${quoted(folder)}`];
  const next = [
    ...here,
    "routewright check",
    "routewright test --coverage",
    "routewright eval --job job.json --workers workers.json --explain",
  ];
  out(`\nNext:\n${next.map((line) => `  $ ${line}\n`).join("")}`);
  return exitCodes.fine;
}

function quoted(path: string): string {
  return /^[\w./-]+$/u.test(path) ? path : `'${printable(path).replaceAll("'", "'\\''")}'`;
}
