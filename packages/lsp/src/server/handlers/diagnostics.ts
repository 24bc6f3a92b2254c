import {
  type DocumentDiagnosticParams,
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticParams,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { hashText } from "../hash-text.ts";
import { toWireDiagnostic } from "../publish.ts";
import type { Session } from "../session.ts";
import { answering, askedAbout, cancelled, type Feature } from "./feature.ts";

/** Findings for clients that ask. An answer that is still true is not sent again. */
export const diagnosticsFeature: Feature = {
  name: "diagnostics",
  capabilities: () => ({
    diagnosticProvider: {
      identifier: "routewright",
      interFileDependencies: true,
      workspaceDiagnostics: true,
    },
  }),
  register(session, publisher) {
    const { connection } = session;
    connection.languages.diagnostics.on(
      answering(
        session,
        "findings",
        { kind: DocumentDiagnosticReportKind.Full, resultId: "", items: [] },
        ({ textDocument, previousResultId }: DocumentDiagnosticParams) => {
          const asked = askedAbout(session, textDocument.uri);
          const items = asked === undefined ? [] : itemsFor(session, asked.path);
          const resultId = hashText(JSON.stringify(items));
          return resultId === previousResultId
            ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
            : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
        },
      ),
    );
    connection.languages.diagnostics.onWorkspace(
      answering(
        session,
        "findings",
        { items: [] },
        async (params: WorkspaceDiagnosticParams, token) => {
          const known = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
          const items: WorkspaceDocumentDiagnosticReport[] = [];
          for (const path of session.snapshot.files.keys()) {
            // A large workspace takes a while: others come in between.
            await new Promise((resolve) => setTimeout(resolve, 0));
            if (token.isCancellationRequested) throw cancelled();
            const uri = session.uriOf(path);
            const found = itemsFor(session, path);
            const resultId = hashText(JSON.stringify(found));
            const version = session.workspace.document(path)?.version ?? null;
            items.push(
              known.get(uri) === resultId
                ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId }
                : { kind: DocumentDiagnosticReportKind.Full, uri, version, resultId, items: found },
            );
          }
          return { items };
        },
      ),
    );
    // What one file says may change another's findings.
    publisher.onSettled(() => {
      const refresh = session.client.workspace?.diagnostics?.refreshSupport === true;
      if (!publisher.pushes && refresh && session.snapshot.files.size > 1) {
        connection.languages.diagnostics.refresh();
      }
    });
  },
};

function itemsFor(session: Session, path: string) {
  return session.snapshot.findingsIn(path).map((finding) => toWireDiagnostic(session, finding));
}
