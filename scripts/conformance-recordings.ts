// npm run conformance:recordings [-- FOLDER --verbose]
// Plays recorded traffic of the real service against a fresh emulator, and compares statuses,
// headers and bodies, with made-up values unified. Ends with `N passed, M failed` (exchanges).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Recording } from "./recordings/recording.ts";
import { replay } from "./recordings/replay.ts";

const words = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const isVerbose = process.argv.includes("--verbose");
const folder =
  words[0] ?? fileURLToPath(new URL("../packages/emulator/test/recordings", import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort();
if (files.length === 0) {
  console.error(`there is no recording in ${folder}`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const file of files) {
  const recording = {
    ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<Recording, "name">),
    name: file,
  };
  try {
    const results = await replay(recording);
    const bad = results.filter(({ differences }) => differences.length > 0);
    passed += results.length - bad.length;
    failed += bad.length;
    console.log(
      `${bad.length === 0 ? "ok  " : "FAIL"} ${file}: ${results.length - bad.length} of ${results.length}`,
    );
    for (const { name, differences } of isVerbose ? results : bad) {
      console.log(`     ${name}`);
      for (const difference of differences.slice(0, 8)) console.log(`       ${difference}`);
    }
  } catch (error) {
    failed += recording.exchanges.length;
    console.log(`FAIL ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
