import { describe, expect, test } from "vitest";
import { nearest } from "../../src/check/suggest.ts";
import { analyse, languageFunctions } from "../../src/index.ts";
import { memoryHost } from "./support/host.ts";

function check(text: string, parameters: Readonly<Record<string, string>> = {}) {
  const { value, diagnostics } = analyse(
    "main.route",
    memoryHost(new Map([["main.route", text]])),
    {
      parameters,
    },
  );
  expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  /** The constant of a `let`, by name. */
  const constant = (name: string) => {
    const symbol = value.symbols.find((s) => s.name.text === name);
    const expr = symbol?.kind === "let" ? symbol.declaration.value : undefined;
    return expr === undefined ? undefined : value.constants.get(expr);
  };
  return { value, constant };
}

describe("constants", () => {
  test.each([
    ["0.1 + 0.2", 0.3],
    ["1 - 0.9", 0.1],
    ["1.1 * 3", 3.3],
    ["7 / 2", 3.5],
    ["-(2 + 3)", -5],
    ['"a" & 1.50 & "b"', "a1.5b"],
    ['"x" & 0.0000001', "x0.0000001"],
    ["if 1 < 2 then 10 else 20", 10],
    ['match { when false -> 1 when "a" == "a" -> 2 otherwise -> 3 }', 2],
    ["5 in 1..5 and not (6 in [1, 2])", true],
    ["false and 1 == 2 or true", true],
  ])("%s", (expression, value) => {
    expect(check(`let x = ${expression}`).constant("x")).toMatchObject({ value });
  });

  test("durations and percentages", () => {
    expect(check("let x = 1m + 30s * 2").constant("x")).toEqual({ kind: "duration", seconds: 120 });
    expect(check("let x = 12.5%").constant("x")).toEqual({ kind: "percent", fraction: 0.125 });
  });

  test("what depends on a job has none", () => {
    const { constant } = check("labels job { n: number }\nlet x = job.n + 1\nlet y = 1 / 0");
    expect(constant("x")).toBeUndefined();
    expect(constant("y")).toBeUndefined();
  });

  test("the examples of the functions are what the functions give", () => {
    expect(languageFunctions.length).toBeGreaterThan(0);
    for (const { examples } of languageFunctions) {
      for (const [expression, value] of examples) {
        expect(check(`let x = ${expression}`).constant("x"), expression).toMatchObject({
          value: JSON.parse(value),
        });
      }
    }
  });
});

describe("params", () => {
  test.each([
    ["text", "5", { kind: "text", value: "5" }],
    ["number", "-5.5", { kind: "number", value: -5.5 }],
    ["boolean", "false", { kind: "boolean", value: false }],
    ["duration", "1h30m", { kind: "duration", seconds: 5400 }],
    ['"dev" | "prod"', "prod", { kind: "text", value: "prod" }],
    ["1 | 2", "2", { kind: "number", value: 2 }],
    ["0..10", "10", { kind: "number", value: 10 }],
  ])("%s given as %s", (type, given, expected) => {
    const { value, constant } = check(`param p: ${type}\nlet x = p`, { p: given });
    expect(value.parameters.get("p")).toEqual(expected);
    expect(constant("x")).toEqual(expected);
  });

  test.each([
    ["number", "five"],
    ["number", "1e3"],
    ["number", ""],
    ["boolean", "yes"],
    ["duration", "30"],
    ["duration", "30s "],
    ['"dev" | "prod"', "Prod"],
    ["0..10", "11"],
  ])("%s refuses `%s`", (type, given) => {
    const files = new Map([["main.route", `param p: ${type}`]]);
    const { diagnostics } = analyse("main.route", memoryHost(files), { parameters: { p: given } });
    expect(diagnostics.map((d) => d.code)).toEqual(["parameter-invalid"]);
  });
});

describe("tables for later stages", () => {
  const { value } = check(`
queue na { id "NA" distribution fair }
distribution fair { mode longest idle }
labels job { region: "NA" | "EU" = "NA", waits?: 0..100 }
let home = na
classification intake {
  queue = if job.region == "NA" then home else "NA"
  fallback "ELSEWHERE"
}
test "t" { job {} expect queue == na }`);

  test("symbols have the ids of the wire, defaulting to their names", () => {
    const ids = value.symbols.map((s) => [s.kind, s.name.text, s.id]);
    expect(ids).toEqual([
      ["queue", "na", "NA"],
      ["distribution", "fair", "fair"],
      ["let", "home", undefined],
      ["classification", "intake", "intake"],
      ["test", "t", undefined],
    ]);
  });

  test("labels have their types", () => {
    expect(value.labels.job.get("region")).toMatchObject({
      type: { scalar: "text", values: ["NA", "EU"] },
      optional: false,
      defaultValue: "NA",
    });
    expect(value.labels.job.get("waits")).toMatchObject({
      type: { scalar: "number", range: { min: 0, max: 100 } },
      optional: true,
    });
    expect(value.labels.worker.get("Id")?.type.scalar).toBe("text");
    expect(value.labels.worker.get("Id")?.declaration).toBeUndefined();
  });

  test("references are found by name and by id", () => {
    const byText = [...value.references].map(([expr, symbol]) => [
      value.entry.source.text.slice(expr.span.start, expr.span.end),
      symbol.name.text,
    ]);
    expect(byText).toEqual(
      expect.arrayContaining([
        ["fair", "fair"],
        ["na", "na"],
        ["home", "home"],
        ['"NA"', "na"],
      ]),
    );
    expect(byText.some(([text]) => text === '"ELSEWHERE"')).toBe(false);
  });
});

describe("did you mean", () => {
  test.each([
    ["regoin", ["region", "vip"], "region"],
    ["Region", ["region"], "region"],
    ["sale", ["sales", "resale"], "sales"],
    ["x", ["y", "zz"], "y"],
    ["language", ["product"], undefined],
    ["ab", ["cd"], undefined],
  ])("%s", (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });
});

describe("what there is to choose from", () => {
  const findings = (text: string) =>
    analyse("main.route", memoryHost(new Map([["main.route", text]]))).diagnostics.filter(
      ({ severity }) => severity === "error",
    );
  test.each([
    ["queue q { distribution wrong }", "none is declared: `distribution wrong` would declare it"],
    ["distribution idle { mode longest idle }\nqueue q { distribution best }", "declared: `idle`"],
    [
      "distribution idle { mode longest idle }\nqueue q { distribution ilde }",
      "did you mean `idle`?",
    ],
    [
      "distribution idle { mode longest idle }\nqueue q { distribution idle  timeout 3 }",
      "what may stand here: `id`, `name`, `distribution`, `exceptions`, `labels`",
    ],
    [
      "labels job { a: text }\nqueue q { distribution 'best one' }",
      "a text is written in double quotes",
    ],
  ])("%s", (text, help) => {
    expect(findings(text).map((each) => each.help)).toEqual([help]);
  });

  test("nothing is said to be undeclared once enough has been suggested", () => {
    const queues = Array.from({ length: 250 }, (_, n) => `queue q${n} { distribution d${n} }`);
    const helps = findings(queues.join("\n")).map((each) => each.help);
    expect(helps.length).toBe(250);
    expect(helps.filter((each) => each !== undefined).length).toBe(200);
  });
});
