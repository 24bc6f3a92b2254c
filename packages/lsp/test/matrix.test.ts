import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../../", import.meta.url);

test("the built server does everything that docs/editors.md says", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["scripts/lsp-matrix.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const table = stdout.slice(0, stdout.lastIndexOf("\n\n"));
  expect(readFileSync(new URL("docs/editors.md", root), "utf8")).toContain(table);
});
