import type { FxFunction } from "./define.ts";
import { fxFunctions } from "./table.ts";

/** The function list as a Markdown page: made from the table, so that it cannot drift. */
export function functionReference(functions: readonly FxFunction[] = fxFunctions): string {
  const lines = [
    "# Power Fx functions",
    "",
    "Made from the function table of `@routewright/powerfx`; every example is run as a test. Regenerate",
    "with `npx tsx -C @routewright/source scripts/docs-powerfx.ts`. An error is written `#Kind`.",
    "",
    "Routewright's own formulas use few of these; nothing beyond `If`, `=`, field access and literals",
    "is proven on the service.",
    "",
  ];
  for (const definition of functions) {
    lines.push(`## ${definition.name}`, "");
    if (definition.feature !== undefined) {
      lines.push(`Only with the feature \`${definition.feature}\` switched on.`, "");
    }
    lines.push("```text", ...definition.signatures, "```", "", definition.doc, "");
    lines.push("| formula | value |", "| --- | --- |");
    for (const [formula, result] of definition.examples) {
      lines.push(`| \`${cell(formula)}\` | \`${cell(result)}\` |`);
    }
    lines.push("");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
