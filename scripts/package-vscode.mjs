// `npm run package`: the extension as packages/vscode-extension/routewright.vsix.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureHost, vsceMain } from "./vscode-hosts.mjs";

const limitBytes = 5_000_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "packages/vscode-extension/extension");
const vsix = join(root, "packages/vscode-extension/routewright.vsix");

ensureHost("vsce");
const flags = ["package", "--no-dependencies", "--skip-license", "--allow-missing-repository"];
const { status, stdout, stderr } = spawnSync(process.execPath, [vsceMain, ...flags, "-o", vsix], {
  cwd: folder,
  encoding: "utf8",
});
if (status !== 0) {
  console.error(`${stdout}${stderr}`);
  process.exit(1);
}
const { size } = statSync(vsix);
console.log(`packages/vscode-extension/routewright.vsix: ${size} bytes`);
if (size > limitBytes) {
  console.error(`more than ${limitBytes} bytes`);
  process.exit(1);
}
