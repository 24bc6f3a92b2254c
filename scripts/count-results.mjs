// Adds up what the parts of a CI run counted: Vitest's JSON report, and texts that end with
// `N passed, N failed`. A part without a count fails the run: silence is not success.
// After `--known`, failures are those that a part lists as known (it has ended with 0, so all of
// them are on its list): they are told apart.
import { readFileSync } from "node:fs";

let passed = 0;
let failed = 0;
let broken = false;
let known = 0;
let areKnown = false;
for (const path of process.argv.slice(2)) {
  if (path === "--known") {
    areKnown = true;
    continue;
  }
  const counts = countsIn(path);
  if (counts === undefined || counts.passed === 0) {
    console.error(`${path} holds no count of passed tests`);
    broken = true;
    continue;
  }
  passed += counts.passed;
  if (areKnown) known += counts.failed;
  else failed += counts.failed;
}
if (known > 0) console.log(`${known} more fail as their list of known failures says`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = broken ? 1 : 0;

function countsIn(path) {
  try {
    const text = readFileSync(path, "utf8");
    if (path.endsWith(".json")) {
      const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(text);
      // A file that could not be loaded counts no failed test.
      return {
        passed: numPassedTests,
        failed: numFailedTests || (success ? 0 : numFailedTestSuites),
      };
    }
    const last = text.trim().split("\n").at(-1) ?? "";
    const [, good, bad] = /^(\d+) passed, (\d+) failed$/u.exec(last) ?? [];
    return good === undefined ? undefined : { passed: Number(good), failed: Number(bad) };
  } catch {
    return undefined;
  }
}
