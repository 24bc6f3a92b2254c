import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as powerfx from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const samples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");

/** `expression; // value` claims the value; the rest of a sample runs as it stands. */
function claimsOf(sample: string): readonly (readonly [string, unknown, unknown])[] {
  const claims: [string, unknown, unknown][] = [];
  const code = sample
    .replace(/import (\{[^}]*\}) from "@routewright\/powerfx";/, "const $1 = powerfx;")
    .replace(/^(.+); \/\/ (.+)$/gm, (_, expression: string, value: string) => {
      return `claim(${JSON.stringify(expression)}, ${expression}, ${value});`;
    });
  new Function("powerfx", "claim", code)(powerfx, (...claim: [string, unknown, unknown]) =>
    claims.push(claim),
  );
  return claims;
}

test("the readme's samples run and give what they say", () => {
  const claims = samples.flatMap(claimsOf);
  expect(claims.length).toBeGreaterThan(12);
  for (const [expression, given, said] of claims) {
    expect(`${expression} is ${JSON.stringify(given)}`).toBe(
      `${expression} is ${JSON.stringify(said)}`,
    );
  }
});

test("the readme's limits are the package's", () => {
  expect(readme).toContain(`${powerfx.defaultMaxLength.toLocaleString("en-US")} (\`maxLength\`)`);
  expect(readme).toContain(`${powerfx.defaultMaxDepth} (\`maxDepth\`)`);
});
