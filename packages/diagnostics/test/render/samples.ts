import type { Diagnostic } from "../../src/index.ts";
import { createDiagnostic, defineDiagnostic, sourceText } from "../../src/index.ts";

const unknownLabel = defineDiagnostic({
  code: "unknown-label",
  severity: "error",
  message: (p: { readonly name: string }) => `\`${p.name}\` is not a declared label`,
});
const lateLabel = defineDiagnostic({
  code: "late-label",
  severity: "warning",
  message: () => "100% of `a,b:c` is late",
});

/** A finding with everything a finding can have, on a policy of a few lines. */
export function richSample(path = "policies/xbox.route"): readonly Diagnostic[] {
  const text =
    'labels job {\n  region: text\n}\nlet na = job.regoin == "NA"\nlet eu =\n  1\n\n  + 2\n';
  const source = sourceText(text, path);
  const at = text.indexOf("regoin");
  const declared = text.indexOf("region");
  return [
    createDiagnostic(
      unknownLabel,
      { name: "regoin" },
      source,
      { start: at, end: at + 6 },
      {
        help: "labels are declared in `labels job`\nand mind case",
        related: [
          { source, span: { start: declared, end: declared + 6 }, message: "a near one is here" },
        ],
        fixes: [
          {
            title: "rename to `region`",
            safe: true,
            edits: [{ span: { start: at, end: at + 6 }, text: "region" }],
          },
          {
            title: "remove it",
            safe: false,
            edits: [{ span: { start: at, end: at + 6 }, text: "" }],
          },
        ],
      },
    ),
    createDiagnostic(lateLabel, {}, source, {
      start: text.indexOf("let eu"),
      end: text.length - 1,
    }),
  ];
}

/** A warning about `span` of a text of one's own. */
export function finding(text: string, start: number, end: number, path = "a.route"): Diagnostic {
  return createDiagnostic(lateLabel, {}, sourceText(text, path), { start, end });
}
