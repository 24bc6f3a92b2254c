import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { serverMain } from "../../../scripts/vscode-hosts.mjs";

/** A VS Code server on loopback with a fresh profile and a fresh folder of policies. */
export interface EditorHost {
  readonly url: string;
  readonly folder: string;
  stop(): Promise<void>;
}

const settings = {
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "workbench.reduceMotion": "on",
  "remote.autoForwardPorts": false,
  "window.commandCenter": false,
  "chat.commandCenter.enabled": false,
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
  "editor.accessibilitySupport": "off",
  "debug.openDebug": "neverOpen",
  "debug.internalConsoleOptions": "neverOpen",
  "testing.automaticallyOpenTestResults": "neverOpen",
  "testing.openTesting": "neverOpen",
};

export async function startEditor(
  extensions: readonly string[],
  files: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<EditorHost> {
  const root = mkdtempSync(join(tmpdir(), "routewright-editor-"));
  const place = (name: string): string => join(root, name);
  for (const name of ["folder", "user/User", "extensions", "server", "home"]) {
    mkdirSync(place(name), { recursive: true });
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(place(`folder/${name}`)), { recursive: true });
    writeFileSync(place(`folder/${name}`), text);
  }
  writeFileSync(place("user/User/settings.json"), JSON.stringify({ ...settings, ...extra }));
  const folders = [
    "--server-data-dir",
    place("server"),
    "--user-data-dir",
    place("user"),
    "--extensions-dir",
    place("extensions"),
  ];
  const env = { ...process.env, HOME: place("home"), EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [serverMain, ...folders, ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  for (const vsix of extensions) {
    await outputOf(start(["--install-extension", vsix]), /was successfully installed/u);
  }
  const server = start([
    ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token"],
    ...["--accept-server-license-terms", "--telemetry-level", "off"],
  ]);
  const [, port] = await outputOf(server, /Extension host agent listening on (\d+)/u);
  return {
    url: `http://127.0.0.1:${port}`,
    folder: place("folder"),
    async stop() {
      await new Promise<void>((resolve) => {
        server.once("exit", () => resolve());
        server.kill("SIGTERM");
        setTimeout(() => server.kill("SIGKILL"), 5_000).unref();
      });
      // The extension host may outlive its server by a moment, and still write.
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

function outputOf(child: ReturnType<typeof spawn>, wanted: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = wanted.exec(output);
      if (found !== null) resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("exit", (code) => reject(new Error(`the editor ended with ${code}:\n${output}`)));
  });
}
