import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vsceMain } from "../../../scripts/vscode-hosts.mjs";

export interface Theme {
  readonly name: string;
  /** What the workbench is marked with. */
  readonly mark: string;
  readonly folder: string;
  readonly key: string;
}

/** The first one is what steps are done in. */
export const themes: readonly [Theme, ...Theme[]] = [
  { name: "Default Dark Modern", mark: "vs-dark", folder: "dark", key: "ctrl+alt+shift+f7" },
  { name: "Default Light Modern", mark: "vs", folder: "light", key: "ctrl+alt+shift+f8" },
  {
    name: "Default High Contrast",
    mark: "hc-black",
    folder: "high-contrast",
    key: "ctrl+alt+shift+f9",
  },
];

/**
 * An extension for the tests alone: a key for each theme, since whatever is open would close if the
 * palette were asked for one.
 */
export function packThemeSwitch(folder: string): string {
  const source = join(folder, "theme-switch");
  const vsix = join(folder, "theme-switch.vsix");
  if (existsSync(vsix)) return vsix;
  mkdirSync(source);
  const manifest = {
    name: "theme-switch",
    publisher: "e2e",
    version: "0.0.1",
    engines: { vscode: "^1.100.0" },
    main: "./main.js",
    activationEvents: ["onStartupFinished"],
    capabilities: { untrustedWorkspaces: { supported: true } },
    contributes: {
      keybindings: themes.map(({ key, name }) => ({ key, command: "e2e.theme", args: name })),
    },
  };
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(source, "main.js"),
    `const { commands, workspace } = require("vscode");
exports.activate = ({ subscriptions }) => subscriptions.push(commands.registerCommand("e2e.theme", (name) =>
  workspace.getConfiguration().update("workbench.colorTheme", name, true)));
`,
  );
  const flags = ["package", "--no-dependencies", "--skip-license", "--allow-missing-repository"];
  const { status, stderr } = spawnSync(process.execPath, [vsceMain, ...flags, "-o", vsix], {
    cwd: source,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return vsix;
}
