import { type ImportResult, languageIds, methods } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { summarise } from "../client/convert.ts";
import type { Server } from "../client/server.ts";

/** Job Router's JSON as a policy, or `undefined` after telling why not. */
async function importText(
  server: Server,
  text: string,
  name: string,
  token?: vscode.CancellationToken,
): Promise<string | undefined> {
  const result = await server.request<ImportResult>(methods.import, { text, name }, token);
  if (!result.ok) {
    void vscode.window.showErrorMessage(
      `This is not Job Router JSON: ${summarise(result.problems)}`,
    );
    return undefined;
  }
  if (result.secrets.length > 0) {
    void vscode.window.showInformationMessage(
      `Credentials were left out. When deploying, set ${result.secrets.join(", ")}.`,
    );
  }
  return result.text;
}

/** Puts what the clipboard's JSON means at the cursor, or into a new policy without one. */
export async function pasteAsPolicy(server: Server): Promise<void> {
  const policy = await importText(server, await vscode.env.clipboard.readText(), "the clipboard");
  if (policy === undefined) return;
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === languageIds.policy) {
    await editor.edit((edit) => {
      for (const selection of editor.selections) edit.replace(selection, policy);
    });
  } else await showNew(policy);
}

/** Reads a JSON file and shows it as a new policy; nothing is written. */
export async function importFile(server: Server, named?: unknown): Promise<void> {
  const file =
    named instanceof vscode.Uri
      ? named
      : (
          await vscode.window.showOpenDialog({
            title: "Import Job Router JSON",
            openLabel: "Import",
            filters: { JSON: ["json"] },
          })
        )?.[0];
  if (file === undefined) return;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const policy = await importText(server, text, name);
  if (policy !== undefined) await showNew(policy);
}

export async function showNew(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: languageIds.policy,
    content,
  });
  await vscode.window.showTextDocument(document);
}

const pasteKind = vscode.DocumentDropOrPasteEditKind.Text.append("routewright");

/**
 * Objects of Job Router are pasted as a policy: as JSON they would only be a mistake there. The
 * editor offers the plain text in the same place.
 */
export function pasteProvider(server: Server): vscode.Disposable {
  return vscode.languages.registerDocumentPasteEditProvider(
    { language: languageIds.policy },
    {
      async provideDocumentPasteEdits(_document, _ranges, data, _context, token) {
        const text = (await data.get("text/plain")?.asString())?.trim() ?? "";
        // Most pastes are no JSON; the server is not bothered with them.
        if (!vscode.workspace.isTrusted || !/^[[{]/u.test(text)) return undefined;
        const result = await server.request<ImportResult>(methods.import, { text }, token);
        if (!result.ok) return undefined;
        return [new vscode.DocumentPasteEdit(result.text, "Paste as Routewright", pasteKind)];
      },
    },
    { providedPasteEditKinds: [pasteKind], pasteMimeTypes: ["text/plain"] },
  );
}
