import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceText } from "@routewright/diagnostics";
import { compile, format } from "@routewright/dsl";
import { decodeJobs } from "@routewright/jobrouter";
import { createEngine, runTests } from "@routewright/runtime";
import { expect, test } from "vitest";
import { exampleHost, examplesFolder } from "./support/files.ts";

const tutorial = readFileSync(join(examplesFolder, "..", "docs", "tutorial.md"), "utf8");
const blocks = (language: string) =>
  [...tutorial.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gmu"))].map(
    ([, text = ""]) => text,
  );

test("the pieces of the tutorial are one policy, whose tests pass", () => {
  expect(blocks("route").length).toBe(6);
  for (const block of blocks("route")) expect(format(sourceText(block)).text).toBe(block);
  const host = exampleHost(new Map([["shop.route", blocks("route").join("\n")]]));
  const { value, diagnostics } = compile("shop.route", host, {});
  const findings = diagnostics.filter((each) => each.severity !== "hint");
  expect(findings.map((each) => `${each.code} ${each.message}`)).toEqual([]);
  if (value === undefined) throw new Error("no bundle");
  const report = runTests(value);
  expect(report.totals).toEqual({ tests: 8, passed: 8, failed: 0 });

  const [job] = decodeJobs(sourceText(blocks("json")[0] ?? "")).value;
  if (job === undefined) throw new Error("no job");
  expect(createEngine(value.objects).classify(job, "contact")).toMatchObject({
    queueId: "workshop",
    priority: 1,
  });
});
