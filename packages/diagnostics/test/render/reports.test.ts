import { readFileSync } from "node:fs";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { summaryLine } from "../../src/index.ts";
import { renderGithub, renderJson, renderJunit, renderSarif } from "../../src/render/index.ts";
import { finding, richSample } from "./samples.ts";

const hostile = finding("a\r\nb\u0000", 0, 3, "odd: name,%/日本\ud800.route");

describe("json", () => {
  test("says what, where and how to mend", () => {
    const report = JSON.parse(renderJson(richSample()));
    expect(report.format).toBe("routewright-diagnostics/1");
    expect(report.summary).toEqual({ errors: 1, warnings: 1, hints: 0 });
    expect(report.diagnostics[0]).toEqual({
      code: "unknown-label",
      severity: "error",
      message: "`regoin` is not a declared label",
      path: "policies/xbox.route",
      start: { line: 4, column: 14, offset: 43 },
      end: { line: 4, column: 20, offset: 49 },
      help: "labels are declared in `labels job`\nand mind case",
      related: [
        {
          message: "a near one is here",
          path: "policies/xbox.route",
          start: { line: 2, column: 3, offset: 15 },
          end: { line: 2, column: 9, offset: 21 },
        },
      ],
      fixes: [
        {
          title: "rename to `region`",
          safe: true,
          edits: [
            {
              start: { line: 4, column: 14, offset: 43 },
              end: { line: 4, column: 20, offset: 49 },
              text: "region",
            },
          ],
        },
        expect.objectContaining({ title: "remove it", safe: false }),
      ],
    });
  });

  test("an empty report is a report", () => {
    expect(JSON.parse(renderJson([])).diagnostics).toEqual([]);
  });
});

describe("sarif", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../fixtures/sarif-2.1.0.json", import.meta.url), "utf8"),
  );
  const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);

  test.each([
    ["rich", richSample()],
    ["hostile", [hostile]],
    ["empty", []],
  ])("is valid: %s", (_name, diagnostics) => {
    const log = JSON.parse(renderSarif(diagnostics, { toolVersion: "1.2.3" }));
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    // The schema is really consulted.
    expect(validate({ ...log, version: "1.0" })).toBe(false);
  });

  test("results name their rule, level and region", () => {
    const log = JSON.parse(
      renderSarif(richSample(), { toolVersion: "1.2.3", describe: (code) => `about ${code}` }),
    );
    const { results, tool } = log.runs[0];
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe("unknown-label");
    expect(tool.driver.rules[1].shortDescription.text).toBe("about unknown-label");
    expect(tool.driver.rules[1].help.markdown).toContain("(docs/diagnostics/unknown-label.md)");
    expect(results[0].level).toBe("error");
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "policies/xbox.route" },
      region: {
        startLine: 4,
        startColumn: 14,
        endLine: 4,
        endColumn: 20,
        charOffset: 43,
        charLength: 6,
      },
    });
    expect(results[0].fixes).toHaveLength(2);
  });
});

describe("github", () => {
  test("one escaped line a finding", () => {
    expect(renderGithub(richSample()).split("\n")).toEqual([
      "::error file=policies/xbox.route,line=4,endLine=4,col=14,endColumn=20,title=unknown-label::`regoin` is not a declared label%0Alabels are declared in `labels job`%0Aand mind case",
      "::warning file=policies/xbox.route,line=5,endLine=8,title=late-label::100%25 of `a,b:c` is late",
      "",
    ]);
    expect(renderGithub([hostile])).toContain("file=odd%3A name%2C%25/日本");
  });
});

describe("junit", () => {
  const suites = [
    {
      name: "a.route",
      cases: [
        { name: 'goes to "na" & <eu>\ttab', file: "a.route", line: 3, failures: [] },
        {
          name: "control \u0001\u001b \ud800 \uffff",
          failures: [{ message: "expected 1 < 2\nbut", detail: "]]> & <b>\r\n\u0000" }],
        },
      ],
    },
    { name: "empty", cases: [] },
  ];

  test("is well-formed and keeps its texts", () => {
    const seen: { name: string; attributes: Record<string, string>; text: string }[] = [];
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("opentag", (tag) => {
      seen.push({ name: tag.name, attributes: { ...tag.attributes }, text: "" });
    });
    parser.on("text", (text) => {
      const last = seen.at(-1);
      if (last !== undefined) last.text += text;
    });
    parser.write(renderJunit(suites)).close();
    const of = (name: string) => seen.filter((element) => element.name === name);
    expect(of("testsuites")[0]?.attributes).toMatchObject({ tests: "2", failures: "1" });
    expect(of("testsuite").map((element) => element.attributes.name)).toEqual(["a.route", "empty"]);
    expect(of("testcase")[0]?.attributes).toEqual({
      classname: "a.route",
      name: 'goes to "na" & <eu>\ttab',
      file: "a.route",
      line: "3",
    });
    expect(of("testcase")[1]?.attributes.name).toBe("control �� � �");
    expect(of("failure")[0]?.attributes.message).toBe("expected 1 < 2\nbut");
    expect(of("failure")[0]?.text).toContain("]]> & <b>");
  });
});

test("the summary counts what there is", () => {
  expect(summaryLine({ errors: 3, warnings: 1, hints: 0 }, 2)).toBe(
    "3 errors, 1 warning in 2 files",
  );
  expect(summaryLine({ errors: 0, warnings: 0, hints: 0 }, 1)).toBe("no findings in 1 file");
});
