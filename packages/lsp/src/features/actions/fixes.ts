import { applyFixes, type Diagnostic, lineText, positionAt } from "@routewright/diagnostics";
import { editsBetween } from "../formatting.ts";
import { indentOf, lineStartOf } from "../text.ts";
import type { Action, ActionContext } from "./action.ts";

/** Every fix of the catalogue. */
export function catalogueFixes({ path, findings }: ActionContext): readonly Action[] {
  return findings.flatMap((diagnostic) =>
    diagnostic.fixes.map(
      ({ title, edits, safe }): Action => ({
        title,
        kind: "quickfix",
        diagnostic,
        isPreferred: safe || diagnostic.fixes.length === 1,
        edits: () => edits.map((edit) => ({ path, ...edit })),
      }),
    ),
  );
}

/** All fixes of the file that are safe unseen, as `routewright check --fix` makes them. */
export function fixAll({ snapshot, path, text }: ActionContext): readonly Action[] {
  return [
    {
      title: "fix everything that is safe to fix",
      kind: "source.fixAll",
      edits: () => {
        const fixes = snapshot
          .findingsIn(path)
          .flatMap((finding) => finding.fixes.filter((fix) => fix.safe).slice(0, 1));
        const fixed = applyFixes(text, fixes);
        return editsBetween(text, fixed.text).map((edit) => ({ path, ...edit }));
      },
    },
  ];
}

/** Warnings and hints can be allowed in place, with a reason. */
export function suppressions({ path, text, findings }: ActionContext): readonly Action[] {
  return findings
    .filter(({ severity, code }) => severity !== "error" && !code.includes("suppression"))
    .map((diagnostic) => ({
      title: `allow \`${diagnostic.code}\` here, with a reason`,
      kind: "quickfix" as const,
      diagnostic,
      edits: () => [{ path, ...allowance(diagnostic, text) }],
    }));
}

function allowance({ code, source, span }: Diagnostic, text: string) {
  const { line } = positionAt(source, span.start);
  const above = line > 1 ? lineText(source, line - 1) : "";
  const existing = /^(\s*\/\/\s*allow\s+)([a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)(\s*:.*)$/u.exec(above);
  if (existing !== null) {
    // A line above allows something already: the code joins it.
    const [, head = "", codes = ""] = existing;
    const at = (source.lineStarts[line - 2] ?? 0) + head.length + codes.length;
    return { span: { start: at, end: at }, text: `, ${code}` };
  }
  const start = lineStartOf(text, span.start);
  const indent = /^[ \t]*/u.exec(text.slice(start))?.[0] ?? indentOf(text, span.start);
  return { span: { start, end: start }, text: `${indent}// allow ${code}: say why\n` };
}
