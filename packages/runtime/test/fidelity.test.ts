import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fidelityPage } from "../src/fidelity.ts";
import { type Assumption, assumptions, defaultAssumptions, findAssumption } from "../src/index.ts";

const page = new URL("../../../docs/fidelity.md", import.meta.url);

test("docs/fidelity.md says what the table says", () => {
  if (process.env.UPDATE !== undefined) writeFileSync(page, fidelityPage());
  expect(readFileSync(page, "utf8")).toBe(fidelityPage());
});

test("every question of the service is there, once, in order", () => {
  const numbers = assumptions.filter(({ id }) => id.startsWith("Q")).map(({ id }) => id);
  expect(numbers).toEqual(Array.from({ length: 39 }, (_, index) => `Q${index + 1}`));
  expect(new Set(assumptions.map(({ name }) => name)).size).toBe(assumptions.length);
});

test("defaults are the first choices", () => {
  const all: readonly Assumption[] = assumptions;
  const switchable = all.flatMap(({ id, choices }) =>
    choices === undefined ? [] : [[id, choices[0]?.value]],
  );
  expect(defaultAssumptions).toEqual(Object.fromEntries(switchable));
  expect(findAssumption("Q13")?.name).toBe("severalQueues");
  expect(findAssumption("constructor")).toBeUndefined();
});
