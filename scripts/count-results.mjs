// Adds up what the parts of a CI run counted: Vitest's JSON report, and texts that end with
// `N passed, N failed`. A part without a count fails the run: silence is not success.
// The failures of the conformance vectors are those listed as known; its exit code tells others.
import { readFileSync } from "node:fs";

let passed = 0;
let failed = 0;
let broken = false;
for (const path of process.argv.slice(2)) {
  const counts = countsIn(path);
  if (counts === undefined || counts.passed === 0) {
    console.error(`${path} holds no count of passed tests`);
    broken = true;
    continue;
  }
  passed += counts.passed;
  failed += counts.failed;
}
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
