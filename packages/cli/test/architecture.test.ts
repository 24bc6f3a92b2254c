import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./support/cli.ts";

test("every file and folder that docs/architecture.md names is there", () => {
  const page = readFileSync(join(repository, "docs/architecture.md"), "utf8");
  const rooms = "cli|diagnostics|dsl|jobrouter|powerfx|runtime";
  const paths = [...page.matchAll(new RegExp(`\`((?:${rooms})/[\\w./-]+)\``, "gu"))];
  expect(paths.length).toBeGreaterThan(20);
  for (const [, path = ""] of paths) {
    expect(existsSync(join(repository, "packages", path)), path).toBe(true);
  }
});
