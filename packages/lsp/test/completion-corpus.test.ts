import { expect, test } from "vitest";
import { corpusPositions, playCorpus, variants } from "./support/completion-corpus.ts";

test.each([
  ["500 positions", 500, undefined],
  ["300 positions in scenarios", 300, "scenario"],
] as const)(
  "what was written is among the first five items at 95 % of %s",
  {
    timeout: 120_000,
  },
  (_, count, within) => {
    const positions = corpusPositions(count, within);
    expect(positions.length).toBe(count);
    const answers = playCorpus(positions);
    for (const variant of [undefined, ...variants]) {
      // Over all, what nobody could know counts as missed: a name whose declaration was cut off.
      const own = answers.filter(
        (each) =>
          variant === undefined ||
          (each.variant === variant && !(variant === "text cut off" && each.isDeclaredBehind)),
      );
      const good = own.filter(({ rank }) => rank > 0 && rank <= 5);
      const share = good.length / own.length;
      console.log(`${variant ?? "all"}: ${(100 * share).toFixed(1)} % of ${own.length}`);
      const missed = own
        .filter((each) => !good.includes(each))
        .map(
          ({ path, line, token, rank, first }) =>
            `${path}: ${token.image} (${rank}) in \`${line.trim()}\`: ${first.join(", ")}`,
        );
      expect(share, missed.join("\n")).toBeGreaterThanOrEqual(0.95);
    }
  },
);
