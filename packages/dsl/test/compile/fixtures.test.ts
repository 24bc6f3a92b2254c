import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compilerCodes } from "@routewright/dsl";
import { type Bundle, canonicalJson, type SourceLocation } from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import { compileText, describeFinding } from "../support/compile-text.ts";

/**
 * A folder a case: `input.route`, and what the stages make of it. `UPDATE_FIXTURES=1` writes the
 * expected files anew; read the difference before you keep it.
 */
const folder = fileURLToPath(new URL("./fixtures/", import.meta.url));
const isUpdate = process.env.UPDATE_FIXTURES === "1";
const cases = readdirSync(folder);

const stages: Readonly<Record<string, (bundle: Bundle) => string | undefined>> = {
  "objects.json": ({ objects }) => canonicalJson(objects),
  "decisions.txt": (bundle) =>
    bundle.decisions
      .map(
        ({ pointer, construct, reason, location }) =>
          `${pointer}\n  ${construct}: ${reason}\n  ${quote(bundle, location)}\n`,
      )
      .join(""),
  "source-map.txt": sourceMapText,
  "tests.json": ({ tests }) => (tests.length === 0 ? undefined : canonicalJson(tests)),
};

test("the cases were found", () => {
  expect(cases.length).toBeGreaterThan(20);
});

describe.each(cases)("%s", (name) => {
  const { bundle, diagnostics } = compileText(readFileSync(`${folder}${name}/input.route`, "utf8"));

  test("findings.txt", () => {
    // What the checker finds has fixtures of its own.
    const own = diagnostics.filter(
      ({ code, severity }) => severity === "error" || compilerCodes(code),
    );
    const findings = own.map((each) =>
      [describeFinding(each), ...(each.help === undefined ? [] : [`  help: ${each.help}`])].join(
        "\n",
      ),
    );
    check(`${name}/findings.txt`, findings.length === 0 ? undefined : `${findings.join("\n")}\n`);
  });

  test.each(Object.keys(stages))("%s", (stage) => {
    check(`${name}/${stage}`, bundle === undefined ? undefined : stages[stage]?.(bundle));
  });
});

/** `undefined`: there is no such file. */
function check(path: string, actual: string | undefined): void {
  const full = `${folder}${path}`;
  if (isUpdate) {
    if (actual === undefined) rmSync(full, { force: true });
    else writeFileSync(full, actual);
  }
  expect(actual).toBe(existsSync(full) ? readFileSync(full, "utf8") : undefined);
}

function sourceMapText(bundle: Bundle): string {
  const lines = bundle.sourceMap.map(({ pointer, formula, location }) => {
    const value = valueAt(bundle, pointer);
    const part =
      formula === undefined || typeof value !== "string"
        ? ""
        : ` ${JSON.stringify(value.slice(formula.start, formula.end))}`;
    return `${pointer}${part}\n  ${quote(bundle, location)}\n`;
  });
  return lines.join("");
}

function quote(bundle: Bundle, { source, start, end, line, column }: SourceLocation): string {
  const words = bundle.sources[source]?.text.slice(start, end).replace(/\s+/gu, " ") ?? "?";
  return `${line}:${column} ${words.length > 70 ? `${words.slice(0, 69)}…` : words}`;
}

function valueAt(root: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, key)
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      root,
    );
}
