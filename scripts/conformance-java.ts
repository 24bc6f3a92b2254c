// npm run conformance:java [-- --allow-missing]
// Runs scripts/java/PipelineSuite.java, built from packages of Maven Central, against a fresh
// emulator over HTTPS. Ends with `N passed, M failed`; a missing JDK, Maven or package counts as a
// failure unless it is allowed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "@routewright/emulator";
import { runStreaming } from "./run-streaming.ts";

/** What version 1.1.11 of the client is built on. */
const packages = [
  ["com.azure", "azure-communication-common", "1.3.9"],
  ["com.azure", "azure-core-http-netty", "1.15.10"],
  ["org.slf4j", "slf4j-nop", "1.7.36"],
] as const;
const client = "com.azure:azure-communication-jobrouter:1.1.11";
const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules/.cache/conformance-java");
const allowsMissing = process.argv.includes("--allow-missing");
let passed = 0;
let failed = 0;

mkdirSync(cache, { recursive: true });
const tools = ["java", "javac", "keytool", "mvn"].filter((name) => !isThere(name));
const classpath = tools.length > 0 ? undefined : resolve();
if (tools.length > 0) missing(`there is no ${tools.join(", ")} on this machine`);
else if (classpath === undefined) missing("the Azure packages cannot be had from Maven Central");
else await runSuite(classpath);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function runSuite(libraries: string): Promise<void> {
  console.log(`── ${packages.map(([, name, version]) => `${name} ${version}`).join(", ")}`);
  const classes = join(cache, "classes");
  const source = join(root, "scripts/java/PipelineSuite.java");
  if (!run("javac", ["-cp", libraries, "-d", classes, source])) {
    failed += 1;
    return;
  }
  const emulator = await startEmulator({ https: true, onWarning: (text) => console.error(text) });
  const trust = trustStore(emulator.certificate ?? "");
  try {
    const { output } = await runStreaming(
      "java",
      [
        `-Djavax.net.ssl.trustStore=${trust}`,
        "-Djavax.net.ssl.trustStorePassword=emulator",
        ...["-cp", [libraries, classes].join(delimiter), "PipelineSuite"],
      ],
      { ...process.env, EMULATOR_CONNECTION_STRING: emulator.connectionString },
    );
    const summary = /(\d+) passed, (\d+) failed\s*$/u.exec(output);
    passed += Number(summary?.[1] ?? 0);
    failed += Number(summary?.[2] ?? 1);
  } finally {
    await emulator.stop();
  }
  // The suite was written where the client could not be had; it calls what the client calls.
  missing(
    isServed()
      ? `${client} can be had here, but the suite does not call its methods yet`
      : `${client} is not to be had from Maven Central here: its own methods were not called`,
  );
}

function missing(what: string): void {
  console.log(allowsMissing ? `left out: ${what}` : `FAIL ${what}`);
  if (!allowsMissing) failed += 1;
}

/** The class path with all that the packages need, or undefined where they cannot be had. */
function resolve(): string | undefined {
  const kept = join(cache, `classpath-${packages.map(([, , version]) => version).join("-")}.txt`);
  if (existsSync(kept)) {
    const text = readFileSync(kept, "utf8");
    if (text.split(delimiter).every((path) => existsSync(path))) return text;
  }
  const dependencies = packages.map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  writeFileSync(
    join(cache, "pom.xml"),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>routewright</groupId><artifactId>conformance-java</artifactId><version>1</version>
<dependencies>${dependencies.join("")}</dependencies></project>
`,
  );
  const pom = join(cache, "pom.xml");
  const args = ["-B", "-q", "-f", pom, "dependency:build-classpath", `-Dmdep.outputFile=${kept}`];
  return run("mvn", args) ? readFileSync(kept, "utf8") : undefined;
}

/** The emulator's certificate as something that Java trusts, made anew for each run. */
function trustStore(certificate: string): string {
  const pem = join(cache, "emulator.pem");
  const store = join(cache, "trust.p12");
  writeFileSync(pem, certificate);
  rmSync(store, { force: true });
  const made = spawnSync("keytool", [
    ...["-importcert", "-noprompt", "-alias", "emulator", "-file", pem],
    ...["-keystore", store, "-storetype", "PKCS12", "-storepass", "emulator"],
  ]);
  if (made.status !== 0) throw new Error(`keytool: ${made.stderr.toString("utf8")}`);
  return store;
}

function isServed(): boolean {
  const args = ["-B", "-q", "dependency:get", `-Dartifact=${client}`, "-Dtransitive=false"];
  return spawnSync("mvn", args, { cwd: cache, stdio: "ignore" }).status === 0;
}

function isThere(command: string): boolean {
  return spawnSync(command, ["-help"], { stdio: "ignore" }).error === undefined;
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}
