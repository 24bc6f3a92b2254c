import { readdirSync, readFileSync } from "node:fs";

export const pagesFolder = new URL("../../../../../docs/diagnostics/", import.meta.url);

/** A program in a page: its files (the first is the entry) and what its fences say beside. */
export interface PageExample {
  readonly files: ReadonlyMap<string, string>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Other codes that the example cannot avoid: `+code` behind the fence. */
  readonly also: readonly string[];
}

export interface Page {
  readonly code: string;
  readonly text: string;
  /** The word in bold at its start. */
  readonly severity: string;
  readonly reported: PageExample | undefined;
  readonly corrected: PageExample | undefined;
}

export function readPages(): readonly Page[] {
  return readdirSync(pagesFolder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => readPage(name.slice(0, -".md".length)));
}

function readPage(code: string): Page {
  const text = readFileSync(new URL(`${code}.md`, pagesFolder), "utf8");
  const section = (title: string) => text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  return {
    code,
    text,
    severity: /^\*\*(\w+)\.\*\*/m.exec(text)?.[1]?.toLowerCase() ?? "",
    reported: readExample(section("Reported")),
    corrected: readExample(section("Corrected")),
  };
}

function readExample(text: string): PageExample | undefined {
  const files = new Map<string, string>();
  const parameters: Record<string, string> = {};
  const also: string[] = [];
  for (const [, info = "", body = ""] of text.matchAll(/^```route(.*)\n([\s\S]*?)^```$/gm)) {
    let path = "main.route";
    for (const word of info.trim().split(/\s+/)) {
      if (word.endsWith(".route")) path = word;
      else if (word.startsWith("+")) also.push(word.slice(1));
      else if (word.includes("=")) parameters[word.split("=")[0] ?? ""] = word.split("=")[1] ?? "";
    }
    files.set(path, body);
  }
  return files.size === 0 ? undefined : { files, parameters, also };
}
