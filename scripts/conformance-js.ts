// npm run conformance:js [-- --client FOLDER --allow-missing]
// Runs scripts/js/suite.ts with our own client and with the official one, each against a fresh
// emulator of the same seed and time, and compares what the two sent byte for byte; then deploys with
// the official client in place of ours. It comes from the folder, from ROUTEWRIGHT_JS_CLIENT, or from
// npm; missing, it counts as a failure unless that is allowed. Ends with `N passed, M failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmulator } from "@routewright/emulator";
import { type ClientPackage, loadPackage, officialName, ours } from "./js/package.ts";
import { startRecorder, type WireRequest, wireDifferences } from "./js/recorder.ts";
import { sameDeployments, sameExpectations, sameForms } from "./js/replaced.ts";
import { checks, createSuite } from "./js/suite.ts";

const { values } = parseArgs({
  options: { client: { type: "string" }, "allow-missing": { type: "boolean" } },
});
const startedMs = Date.now();
let passed = 0;
let failed = 0;

await play(ours);
const folder = values.client ?? process.env.ROUTEWRIGHT_JS_CLIENT ?? fromRegistry();
if (folder === undefined) {
  console.log(
    `${values["allow-missing"] ? "left out" : "FAIL"}: ${officialName} is not to be had from npm here; ` +
      "--client FOLDER takes one that is installed elsewhere",
  );
  if (!values["allow-missing"]) failed += 1;
} else {
  const official = loadPackage(folder);
  const theirs = await play(official);
  // A preview asks in its own version by default; ours can be told to.
  const versions = new Set(theirs.map(({ target }) => /api-version=([\w-]+)/u.exec(target)?.[1]));
  for (const apiVersion of versions) {
    if (apiVersion === undefined) continue;
    const mine = await play(ours, apiVersion);
    report(`the same ${theirs.length} requests, byte for byte`, wireDifferences(mine, theirs));
    const deployments = await sameDeployments(official, apiVersion);
    report(deployments.name, deployments.problems);
  }
  const expectations = sameExpectations(official);
  report(expectations.name, expectations.problems);
  const forms = sameForms(folder);
  if (forms !== undefined) report(forms.name, forms.problems);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** What the suite's client sent. */
async function play(client: ClientPackage, apiVersion?: string): Promise<readonly WireRequest[]> {
  console.log(
    `── ${client.name} ${client.version}${apiVersion ? `, asking in ${apiVersion}` : ""}`,
  );
  const emulator = await startEmulator({
    seed: 1,
    accessKey: Buffer.from("the same key for all").toString("base64"),
    wallClock: () => startedMs,
    onWarning: (text) => console.error(text),
  });
  const recorder = await startRecorder(emulator.endpoint);
  const control = async (path: string, body?: object): Promise<string> => {
    const response = await fetch(`${emulator.endpoint}/_emulator/${path}`, {
      ...(body === undefined
        ? {}
        : {
            method: "POST",
            body: JSON.stringify(body),
            headers: { "content-type": "application/json" },
          }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return text;
  };
  const { endpoint } = recorder;
  const { accessKey } = emulator;
  const target = { endpoint, accessKey, control, ...(apiVersion ? { apiVersion } : {}) };
  try {
    const suite = createSuite(target, client);
    for (const check of checks) {
      const problem = await check(suite).then(
        () => [],
        (error: unknown) => [
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        ],
      );
      report(check.name, problem);
    }
    const { operations }: { readonly operations: readonly { name: string; calls: number }[] } =
      JSON.parse(await control("coverage"));
    report(
      `all ${operations.length} operations were called`,
      operations.filter(({ calls }) => calls === 0).map(({ name }) => name),
    );
    return [...recorder.requests];
  } finally {
    await recorder.stop();
    await emulator.stop();
  }
}

function report(name: string, problems: readonly string[]): void {
  if (problems.length === 0) passed += 1;
  else failed += 1;
  console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}`);
  for (const problem of problems.slice(0, 10)) console.log(problem);
}

/** The folder of the official client, installed here; undefined where npm has none. */
function fromRegistry(): string | undefined {
  const cache = fileURLToPath(new URL("../node_modules/.cache/conformance-js", import.meta.url));
  const found = join(cache, "node_modules", officialName);
  if (existsSync(found)) return found;
  mkdirSync(cache, { recursive: true });
  const install = ["install", "--prefix", cache, "--no-save", "--ignore-scripts", "--silent"];
  const { status } = spawnSync("npm", [...install, `${officialName}@1.0.0`], { stdio: "ignore" });
  return status === 0 && existsSync(found) ? found : undefined;
}
