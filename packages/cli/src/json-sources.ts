import { printable, type SourceText, sourceText } from "@routewright/diagnostics";
import { Failure } from "./failure.ts";
import { findFiles } from "./io/find.ts";
import {
  dataLimitBytes,
  kindOf,
  missingFile,
  readText,
  shownName,
  stdinArgument,
} from "./io/read.ts";

/** The JSON texts of a path: a file's, those below a folder, or standard input. */
export async function readSources(path: string): Promise<readonly SourceText[]> {
  const kind = path === stdinArgument ? "file" : kindOf(path);
  if (kind === "missing") throw missingFile(path);
  const files = kind === "folder" ? findFiles(path, ".json") : [path];
  if (files.length === 0) {
    throw new Failure(
      `there is no JSON file in \`${printable(path)}\``,
      "name a file or a folder of Job Router objects",
    );
  }
  const sources: SourceText[] = [];
  for (const file of files) {
    sources.push(sourceOf(file, await readText(file, dataLimitBytes)));
  }
  return sources;
}

/** Refuses a text of spaces only: that is a mistake with files, not with JSON. */
export function sourceOf(path: string, text: string): SourceText {
  const name = shownName(path).replaceAll("\\", "/");
  if (text.trim() === "") {
    throw new Failure(`\`${printable(name)}\` is empty`, "it should hold JSON");
  }
  return sourceText(text, name);
}
