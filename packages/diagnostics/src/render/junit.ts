import { attributes, escapeText } from "./xml.ts";

/** One group of test cases, usually a file. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  readonly name: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** What went wrong, one text each; none: the case passed. */
  readonly failures: readonly { readonly message: string; readonly detail: string }[];
}

/** JUnit XML as CI systems read it. No times: the runs are pure, and equal runs give equal bytes. */
export function renderJunit(suites: readonly JunitSuite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "routewright", ...totals(cases) })}>`,
  ];
  for (const suite of suites) {
    lines.push(`  <testsuite${attributes({ name: suite.name, ...totals(suite.cases) })}>`);
    for (const item of suite.cases) lines.push(...testCase(suite.name, item));
    lines.push("  </testsuite>");
  }
  lines.push("</testsuites>");
  return `${lines.join("\n")}\n`;
}

function testCase(suite: string, item: JunitCase): readonly string[] {
  const head = `    <testcase${attributes({
    classname: suite,
    name: item.name,
    ...(item.file === undefined ? {} : { file: item.file }),
    ...(item.line === undefined ? {} : { line: String(item.line) }),
  })}`;
  if (item.failures.length === 0) return [`${head}/>`];
  return [
    `${head}>`,
    ...item.failures.map(
      ({ message, detail }) =>
        `      <failure${attributes({ message })}>${escapeText(detail)}</failure>`,
    ),
    "    </testcase>",
  ];
}

function totals(cases: readonly JunitCase[]): Readonly<Record<string, string>> {
  const failed = cases.filter((item) => item.failures.length > 0).length;
  return { tests: String(cases.length), failures: String(failed), errors: "0", skipped: "0" };
}
