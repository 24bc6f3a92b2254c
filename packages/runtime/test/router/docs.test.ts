import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as runtime from "../../src/index.ts";

const page = readFileSync(new URL("../../../../docs/router.md", import.meta.url), "utf8");

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "su").exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/router.md has no ${language} block`);
  return found;
}

test("the example of docs/router.md prints what the page says", () => {
  const code = block("js").replace(/^import .*$/mu, "");
  const lines: string[] = [];
  const print = (...words: readonly unknown[]): void => void lines.push(words.join(" "));
  const run = new Function("createRouter", "loadRouter", "console", code);
  run(runtime.createRouter, runtime.loadRouter, { log: print });
  expect(`${lines.join("\n")}\n`).toBe(block("text"));
});
