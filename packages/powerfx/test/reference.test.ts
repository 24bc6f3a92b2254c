import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { functionReference } from "../src/index.ts";

test("docs/powerfx.md is what the function table gives", () => {
  const page = readFileSync(new URL("../../../docs/powerfx.md", import.meta.url), "utf8");
  expect(page).toBe(functionReference());
});
