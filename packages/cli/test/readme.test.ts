import { execSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, repository, routewright } from "./support/cli.ts";

const page = join(repository, "README.md");
const update = process.env.UPDATE_DOCS === "1";

test("what the README shows is what a user sees (UPDATE_DOCS=1 rewrites it)", async () => {
  const folder = folderWith();
  expect((await routewright(["init"], { cwd: folder })).code).toBe(0);
  const shown = readFileSync(page, "utf8");
  const block = /<!-- (file|run)(?:: (.*?))? -->\n```(\w+)\n([\s\S]*?)```\n/gu;
  let real = "";
  let at = 0;
  let blocks = 0;
  for (const match of shown.matchAll(block)) {
    const [whole, kind, detail = "", language, body = ""] = match;
    let text = "";
    if (kind === "file") text = readFileSync(join(folder, detail), "utf8");
    else {
      if (detail !== "") execSync(detail, { cwd: folder });
      for (const line of body.split("\n")) {
        if (line.startsWith("$ npx routewright "))
          text += `${line}\n${await outputOf(line, folder)}`;
      }
    }
    const head = whole.slice(0, whole.indexOf("\n") + 1);
    real += `${shown.slice(at, match.index)}${head}\`\`\`${language}\n${text}\`\`\`\n`;
    at = match.index + whole.length;
    blocks++;
  }
  real += shown.slice(at);
  expect(blocks, "blocks were found").toBeGreaterThan(3);
  if (update) writeFileSync(page, real);
  else expect(shown).toBe(real);
});

test("every file that the README links to is there", () => {
  const links = [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/gu)];
  expect(links.length).toBeGreaterThan(5);
  for (const [, path = ""] of links) expect(existsSync(join(repository, path)), path).toBe(true);
});

async function outputOf(line: string, cwd: string): Promise<string> {
  const { stdout, stderr } = await routewright(line.split(" ").slice(3), { cwd });
  return stdout + stderr;
}
