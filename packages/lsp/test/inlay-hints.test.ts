import { expect, test } from "vitest";
import { inlayHints } from "../src/features/inlay-hints.ts";
import { Workspace } from "../src/workspace/workspace.ts";

const text = `labels job {
  region: "NA" | "EU"
  product: "xbox" | "office"
  waits: number
}
labels worker { level: number }
distribution d { mode round robin }
queue a { distribution d }
queue b { distribution d }
classification c {
  queue = match {
    when job.region == "NA" -> a
    when job.waits > 10 -> b
    when startsWith(job.product, "x") and (job.waits == 3 or job.waits < 2) -> a
    otherwise -> b
  }
  match {
    when job.region == "NA" { require worker.level == 1 }
    otherwise { require worker.level == 2 }
  }
}
`;

function hintsOf(source: string): readonly string[] {
  const workspace = new Workspace();
  workspace.open("m.route", "m.route", 1, source);
  const whole = { start: 0, end: source.length };
  return inlayHints(workspace.snapshot(), "m.route", whole, {}).map(({ offset, label }) => {
    const line = source.slice(source.lastIndexOf("\n", offset - 1) + 1, offset).trim();
    return `${line}«${label}»`;
  });
}

test("a guard is shown in the language's words", () => {
  expect(hintsOf(text)).toEqual([
    'when job.waits > 10 -> b« unless job.region == "NA"»',
    'otherwise -> b« unless job.region == "NA", when not startsWith(job.product,…»',
    'otherwise { require worker.level == 2 }« unless job.region == "NA"»',
  ]);
});

test("a long guard is shortened in the line, and whole in its tooltip", () => {
  const workspace = new Workspace();
  const long = text.replace(
    'job.region == "NA" -> a',
    'job.region == "NA" and startsWith(job.product, "something long") and job.waits == 5 -> a',
  );
  workspace.open("m.route", "m.route", 1, long);
  const hints = inlayHints(workspace.snapshot(), "m.route", { start: 0, end: long.length }, {});
  const hint = hints.find(({ label }) => label.endsWith("…"));
  expect(hint?.label.length).toBeLessThanOrEqual(61);
  expect(hint?.tooltip).toContain('StartsWith(job.product, "something long")');
});
