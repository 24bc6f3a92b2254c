// npm run conformance:python [-- --allow-missing]
// Runs scripts/python/suite.py with the official client from PyPI, each version in a virtual
// environment of its own, against a fresh emulator over HTTPS; then scripts/python/deployed.py, which
// reads back what was deployed. Ends with `N passed, M failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "@routewright/emulator";
import { deploySets } from "./python/deployed.ts";
import { runStreaming } from "./run-streaming.ts";

const versions = ["1.0.0", "1.1.0b1"];
const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules/.cache/conformance-python");
const allowsMissing = process.argv.includes("--allow-missing");
let passed = 0;
let failed = 0;

mkdirSync(cache, { recursive: true });
for (const version of versions) {
  console.log(`── azure-communication-jobrouter ${version}`);
  const python = prepare(version);
  if (python === undefined) continue;
  const emulator = await startEmulator({ https: true, onWarning: (text) => console.error(text) });
  const certificate = join(cache, `emulator-${emulator.port}.pem`);
  writeFileSync(certificate, emulator.certificate ?? "");
  try {
    const { output } = await runStreaming(python, [join(root, "scripts/python/suite.py")], {
      ...process.env,
      EMULATOR_CONNECTION_STRING: emulator.connectionString,
      EMULATOR_ENDPOINT: `${emulator.endpoint}/`,
      EMULATOR_KEY: emulator.accessKey,
      REQUESTS_CA_BUNDLE: certificate,
      SSL_CERT_FILE: certificate,
    });
    count(output);
  } finally {
    await emulator.stop();
  }
  await readBack(python);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function readBack(python: string): Promise<void> {
  const deployed = await deploySets();
  const sets = join(cache, `deployed-${process.pid}.json`);
  writeFileSync(sets, JSON.stringify(deployed.sets));
  try {
    const script = join(root, "scripts/python/deployed.py");
    const { output } = await runStreaming(python, [script], { ...process.env, DEPLOYED: sets });
    count(output);
  } finally {
    await deployed.stop();
    rmSync(sets, { force: true });
  }
}

function count(output: string): void {
  const summary = /(\d+) passed, (\d+) failed\s*$/u.exec(output);
  passed += Number(summary?.[1] ?? 0);
  failed += Number(summary?.[2] ?? 1);
}

/** The Python of a virtual environment with the client, or undefined where that cannot be had. */
function prepare(version: string): string | undefined {
  const folder = join(cache, version);
  const python = join(folder, "bin/python");
  const done = join(folder, "ready");
  if (existsSync(done)) return python;
  const packages = [
    `azure-communication-jobrouter==${version}`,
    "azure-eventgrid==4.22.1",
    "azure-core==1.41.0",
    "aiohttp==3.14.5",
  ];
  const made =
    run("python3", ["-m", "venv", folder]) &&
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
  if (made) {
    writeFileSync(done, "");
    return python;
  }
  console.log("Python 3 with venv, or the packages from PyPI, cannot be had here");
  if (allowsMissing) return undefined;
  failed += 1;
  return undefined;
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}
