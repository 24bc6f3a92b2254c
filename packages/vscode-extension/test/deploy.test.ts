import { readdirSync, readFileSync, statSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOut, pageOf } from "../src/deploy/layout.ts";
import { originOf, readTargets, serviceOptions } from "../src/deploy/target.ts";
import { toIsoDuration } from "../src/emulator/duration.ts";

describe("a formula laid out", () => {
  test("has the arguments of long calls on lines of their own", () => {
    const short = "If(job.vip = true, 10, 1)";
    expect(layOut(short)).toBe(short);
    expect(layOut(`If(job.a = "x, (y", If(job.b = "it ""is""", 1, 2), 'a, b'.c)`, 30)).toBe(
      `If(
  job.a = "x, (y",
  If(
    job.b = "it ""is""",
    1,
    2
  ),
  'a, b'.c
)`,
    );
    expect(layOut('job.a = "aaaaaaaaaaaa" || job.b = "b" && job.c = 1', 20)).toBe(
      'job.a = "aaaaaaaaaaaa"\n|| job.b = "b"\n&& job.c = 1',
    );
  });

  test("differs in white space outside of texts only, whatever the formula", () => {
    const piece = fc.constantFrom(
      "If(",
      "(",
      ")",
      ",",
      " && ",
      "||",
      '"',
      '""',
      "'",
      "a",
      "[",
      "]",
      "1",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const formula = pieces.join("");
        expect(layOut(formula, 10).replace(/\s/gu, "")).toBe(formula.replace(/\s/gu, ""));
      }),
    );
  });

  test("stands below the object that has it", () => {
    const expression = `If(${'job.region = "NA", '.repeat(6)}1)`;
    const page = pageOf("intake", { rule: { kind: "expression", expression } });
    expect(page).toContain(JSON.stringify(expression));
    expect(page).toContain("// rule.expression\n//   If(\n//     job.region");
    expect(pageOf("gone", undefined)).toBe("");
  });
});

describe("targets in the settings", () => {
  const good = { name: "prod", endpoint: "https://a.example/", credential: "identity" };

  test("are read, and what is wrong with the others is told", () => {
    const { targets, problems } = readTargets([
      { ...good, state: "state.json", parameters: { env: "prod" } },
      good,
      { ...good, name: "" },
      { ...good, name: "emulator" },
      { ...good, name: "plain", endpoint: "http://a.example" },
      { ...good, name: "what", credential: "key" },
      "x",
    ]);
    expect(targets).toEqual([
      {
        kind: "identity",
        name: "prod",
        endpoint: "https://a.example",
        state: "state.json",
        parameters: { env: "prod" },
      },
    ]);
    expect(problems).toHaveLength(6);
    expect(readTargets({ length: 3 }).targets).toEqual([]);
  });

  test("a credential in them is refused, and not repeated", () => {
    for (const endpoint of [
      "endpoint=https://a.example;accesskey=c2VjcmV0",
      "https://me:c2VjcmV0@a.example",
    ]) {
      const { targets, problems } = readTargets([{ ...good, endpoint }]);
      expect(targets).toEqual([]);
      expect(problems.join()).toContain("has a credential in its endpoint");
      expect(problems.join()).not.toContain("c2VjcmV0");
    }
  });

  test("plain http is for this machine", () => {
    expect(originOf("http://localhost:7171/x")).toBe("http://localhost:7171");
    expect(originOf("http://localhost.evil.example")).toBeUndefined();
    expect(originOf("file:///etc/passwd")).toBeUndefined();
  });

  test("are told to the command in its own options", () => {
    expect(serviceOptions({ kind: "emulator", name: "emulator" }, 7171)).toBe("--emulator");
    const target = { name: "p", endpoint: "https://a.example", state: "my $(state).json" } as const;
    expect(serviceOptions({ ...target, kind: "connectionString" }, 7171)).toBe(
      "--endpoint https://a.example --key-env ACS_KEY --state 'my $(state).json'",
    );
  });
});

test("nothing of a deployment is kept where the editor shares or sends it", () => {
  const folder = new URL("../src/", import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && statSync(new URL(path, folder)).isFile(),
  );
  expect(sources.length).toBeGreaterThan(30);
  for (const path of sources) {
    const text = readFileSync(new URL(path, folder), "utf8");
    expect(text, path).not.toMatch(/workspaceState|globalState|createTelemetryLogger/u);
    if (path !== "deploy/vault.ts") expect(text, path).not.toMatch(/secrets\.(?:get|store)\(/u);
  }
});

test("durations as policies write them", () => {
  expect(["90s", " 5m", "2 h", "1d"].map(toIsoDuration)).toEqual(["PT90S", "PT5M", "PT2H", "P1D"]);
  expect(["", "5", "-5m", "1.5h", "5w", "9999999s"].map(toIsoDuration)).toEqual(
    Array(6).fill(undefined),
  );
});
