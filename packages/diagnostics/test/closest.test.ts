import { closest } from "@routewright/diagnostics";
import { expect, test } from "vitest";

test.each([
  ["regoin", ["product", "region"], "region"],
  ["GreaterThan", ["lessThan", "greaterThan"], "greaterThan"],
  ["vpi", ["vip", "ip"], "vip"],
  ["xyz", ["region", "product"], undefined],
  ["region", ["region"], undefined],
  ["x".repeat(5000), ["x"], undefined],
])("%s means %s", (word, candidates, meant) => {
  expect(closest(word, candidates)).toBe(meant);
});
