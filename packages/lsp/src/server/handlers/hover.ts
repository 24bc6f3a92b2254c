import type { SourceText } from "@routewright/diagnostics";
import { type Hover, type HoverParams, MarkupKind } from "vscode-languageserver";
import { type Hover as FoundHover, hover } from "../../features/hover.ts";
import { formulaAt, hoverFormula } from "../../features/power-fx.ts";
import { toRange } from "../convert.ts";
import { formulaDocumentAt } from "../formula-documents.ts";
import { answering, askedAt, type Feature } from "./feature.ts";

export const hoverFeature: Feature = {
  name: "hover",
  capabilities: () => ({ hoverProvider: true }),
  register(session) {
    session.connection.onHover(
      answering(session, "hover", null, (params: HoverParams): Hover | null => {
        const shown = formulaDocumentAt(session, params.textDocument.uri, params.position);
        if (shown !== undefined) {
          const inner = hoverFormula(shown);
          return inner === undefined ? null : toWire(shown.source, inner);
        }
        const asked = askedAt(session, params);
        if (asked === undefined) return null;
        const { snapshot, path, offset } = asked;
        const formula = formulaAt(snapshot, path, offset);
        const found = (formula && hoverFormula(formula)) ?? hover(snapshot, path, offset);
        return found === undefined ? null : toWire(asked.source, found);
      }),
    );
  },
};

function toWire(source: SourceText, { markdown, span }: FoundHover): Hover {
  return { contents: { kind: MarkupKind.Markdown, value: markdown }, range: toRange(source, span) };
}
