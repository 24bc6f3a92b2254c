// Adds up what the parts of a CI run counted: Vitest's JSON report, and texts that end with
// `N passed, N failed`. A part without a count fails the run: silence is not success.
// Says again what failed, since a long log hides it (a step that passed when it was played a second
// time is told as well).
// After `--known`, failures are those that a part lists as known (it has ended with 0, so all of
// them are on its list): they are told apart.
import { readFileSync } from "node:fs";
import { relative } from "node:path";

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
  for (const line of counts.failures) console.log(`not ok ${line}`);
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
    return path.endsWith(".json") ? countsOfVitest(JSON.parse(text)) : countsOfText(text);
  } catch {
    return undefined;
  }
}

function countsOfVitest({
  numPassedTests,
  numFailedTests,
  numFailedTestSuites,
  success,
  testResults,
}) {
  const failures = testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, message, assertionResults }) => {
      const file = relative(".", name);
      const tests = assertionResults.filter(({ status }) => status === "failed");
      if (tests.length === 0) return [`${file}: ${firstLine(message)}`];
      return tests.map(
        ({ fullName, failureMessages }) =>
          `${file} > ${fullName}: ${firstLine(failureMessages[0])}`,
      );
    });
  // A file that could not be loaded counts no failed test.
  const failed = numFailedTests || (success ? 0 : numFailedTestSuites);
  return { passed: numPassedTests, failed, failures };
}

function countsOfText(text) {
  const lines = text.trim().split("\n");
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/u.exec(lines.at(-1) ?? "") ?? [];
  if (passed === undefined) return undefined;
  const failures = lines.flatMap((line) => /^\s*not ok (.*)$/u.exec(line)?.[1] ?? []);
  return { passed: Number(passed), failed: Number(failed), failures };
}

function firstLine(text) {
  return (text ?? "").split("\n", 1)[0];
}
