// node scripts/lsp-matrix.mjs [--write]
// Asks the built language server for everything it should do, and checks what it answers. Prints
// the table that docs/editors.md shows; `--write` puts it there. Needs `npm run build` before.
import { readFileSync, writeFileSync } from "node:fs";
import { startServer } from "./lsp/client.mjs";
import { files } from "./lsp/fixtures.mjs";
import { askingRows } from "./lsp/rows-asking.mjs";
import { changingRows } from "./lsp/rows-changing.mjs";

const page = new URL("../docs/editors.md", import.meta.url);
const server = await startServer(files, {
  settings: { diagnostics: "push", sampleJobs: "jobs.json" },
});
await server.open("main.route", files["main.route"]);

const results = [];
for (const [name, check] of [...askingRows, ...changingRows]) {
  try {
    await check(server);
    results.push([name, "yes"]);
  } catch (error) {
    results.push([name, "no"]);
    console.error(`${name}: ${error.message}`);
  }
}
await server.stop();

const table = [
  "| feature | |",
  "| --- | --- |",
  ...results.map(([name, answer]) => `| ${name} | ${answer} |`),
].join("\n");
const count = results.filter(([, answer]) => answer === "yes").length;
console.log(`${table}\n\n${count} of ${results.length}`);
if (process.argv.includes("--write")) {
  const text = readFileSync(page, "utf8");
  writeFileSync(
    page,
    text.replace(
      /<!-- matrix -->[\s\S]*?<!-- end -->/u,
      `<!-- matrix -->\n\n${table}\n\n<!-- end -->`,
    ),
  );
}
process.exitCode = count === results.length ? 0 : 1;
