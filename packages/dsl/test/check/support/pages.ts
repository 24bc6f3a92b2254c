import { readdirSync, readFileSync } from "node:fs";

export const pagesFolder = new URL("../../../../../docs/diagnostics/", import.meta.url);

/** A program in a page: its files (`main.route` is the entry) and what its fences say beside. */
export interface PageExample {
  readonly kind: "route";
  readonly files: ReadonlyMap<string, string>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Other codes that the example cannot avoid: `+code` behind the fence. */
  readonly also: readonly string[];
}

/** What an example is: a program, JSON to import, a command, or a sketch of something too long. */
export type Example =
  | PageExample
  | { readonly kind: "json" | "sh" | "text"; readonly text: string }
  | undefined;

export interface Page {
  readonly code: string;
  readonly text: string;
  /** The word in bold at its start. */
  readonly severity: string;
  readonly reported: Example;
  readonly corrected: Example;
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

function readExample(text: string): Example {
  const files = new Map<string, string>();
  const parameters: Record<string, string> = {};
  const also: string[] = [];
  for (const [, language = "", info = "", body = ""] of text.matchAll(
    /^```(\w+)(.*)\n([\s\S]*?)^```$/gm,
  )) {
    if (language === "json" || language === "sh" || language === "text") {
      return { kind: language, text: body };
    }
    let path = "main.route";
    for (const word of info.trim().split(/\s+/)) {
      const [name = "", value] = word.split("=");
      if (word.endsWith(".route")) path = word;
      else if (word.startsWith("+")) also.push(word.slice(1));
      else if (value !== undefined) parameters[name] = value;
    }
    files.set(path, body);
  }
  return files.size === 0 ? undefined : { kind: "route", files, parameters, also };
}
