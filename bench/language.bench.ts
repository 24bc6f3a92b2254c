import { sourceText } from "@routewright/diagnostics";
import { analyse, compile, type ModuleHost, parse } from "@routewright/dsl";
import { defineSuite } from "./harness.ts";
import { createBareParser } from "./support/bare-parser.ts";
import { programText } from "./support/program-text.ts";

export const suites = [10, 1_000, 20_000].map((lines) =>
  defineSuite({
    name: `parse, check, compile: ${lines} lines`,
    prepare: () => {
      const text = programText(lines);
      const host: ModuleHost = { read: () => text, resolve: () => undefined };
      const bareParse = createBareParser();
      const unchecked = "another result by nature";
      const mustCompile = (): number => {
        const { value, diagnostics } = compile("main.route", host);
        if (value === undefined) throw new Error(diagnostics[0]?.message);
        return value.objects.queues.length;
      };
      return {
        unit: "line",
        units: text.split("\n").length,
        baseline: { name: "bare Chevrotain parse to a CST", run: () => bareParse(text) },
        subjects: [
          {
            name: "parse to the tree, with spans and comments",
            run: () => parse(sourceText(text)).diagnostics.length,
            unchecked,
          },
          {
            name: "parse, check",
            run: () => analyse("main.route", host).value.symbols.length,
            unchecked,
          },
          { name: "parse, check, compile", run: mustCompile, unchecked, atMost: 3 },
        ],
      };
    },
  }),
);
