import { sourceText } from "@routewright/diagnostics";
import { DiagnosticSeverity, type Position } from "vscode-languageserver";
import { type FormulaPlace, formulaFindings, formulaScope } from "../features/power-fx.ts";
import { readFormulaUri } from "../policy/formulas.ts";
import { toOffset, toRange } from "./convert.ts";
import type { Session } from "./session.ts";

/** The labels that a formula may read: those of the policy that it was compiled from. */
function scopeFor(session: Session, uri: string) {
  const place = readFormulaUri(uri);
  const path = place === undefined ? undefined : session.paths.toPath(place.document);
  if (place === undefined || path === undefined || session.snapshot.source(path) === undefined) {
    return {};
  }
  const { checked } = session.snapshot.recentAnalysisOf(path);
  return formulaScope(checked, place.pointer.endsWith("/scoringRule"));
}

export function formulaDocumentAt(
  session: Session,
  uri: string,
  position: Position,
): (FormulaPlace & { readonly source: ReturnType<typeof sourceText> }) | undefined {
  const text = session.formulas.get(uri);
  if (text === undefined) return undefined;
  const source = sourceText(text, uri);
  return {
    text,
    source,
    offset: toOffset(source, position),
    scope: scopeFor(session, uri),
    toShown: (span) => span,
  };
}

/** Says of every open formula what is wrong with it now: labels may have been declared since. */
export function publishFormulas(session: Session): void {
  for (const uri of session.formulas.keys()) publishFormula(session, uri);
}

export function publishFormula(session: Session, uri: string, version?: number): void {
  const text = session.formulas.get(uri);
  const source = sourceText(text ?? "", uri);
  const found = text === undefined ? [] : formulaFindings(text, scopeFor(session, uri));
  session.sendDiagnostics({
    uri,
    ...(version === undefined ? {} : { version }),
    diagnostics: found.map(({ message, span, severity }) => ({
      range: toRange(source, span),
      severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      source: "powerfx",
      message,
    })),
  });
}
