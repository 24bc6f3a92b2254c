import { MarkupKind, type SignatureHelp, type SignatureHelpParams } from "vscode-languageserver";
import { formulaAt, formulaSignatures } from "../../features/power-fx.ts";
import { signatureHelp } from "../../features/signature-help.ts";
import { formulaDocumentAt } from "../formula-documents.ts";
import { answering, askedAt, type Feature } from "./feature.ts";

export const signatureFeature: Feature = {
  name: "signature help",
  capabilities: () => ({ signatureHelpProvider: { triggerCharacters: ["(", ","] } }),
  register(session) {
    session.connection.onSignatureHelp(
      answering(
        session,
        "signature help",
        null,
        (params: SignatureHelpParams): SignatureHelp | null => {
          const { textDocument, position } = params;
          const shown = formulaDocumentAt(session, textDocument.uri, position);
          const asked = shown === undefined ? askedAt(session, params) : undefined;
          const inner = shown ?? (asked && formulaAt(asked.snapshot, asked.path, asked.offset));
          const found =
            inner !== undefined
              ? formulaSignatures(inner)
              : asked && signatureHelp(asked.snapshot, asked.path, asked.offset);
          if (found === undefined) return null;
          const { label, doc, parameters, active } = found;
          return {
            signatures: [
              {
                label,
                documentation: { kind: MarkupKind.Markdown, value: doc },
                parameters: parameters.map(({ start, end }) => ({ label: [start, end] })),
              },
            ],
            activeSignature: 0,
            activeParameter: active,
          };
        },
      ),
    );
  },
};
