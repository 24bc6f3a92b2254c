import {
  ErrorCodes,
  type PrepareRenameParams,
  type RenameFilesParams,
  type RenameParams,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { type FileEdit, prepareRename, rename, renameFiles } from "../../features/rename.ts";
import { toRange } from "../convert.ts";
import type { Session } from "../session.ts";
import { answering, askedAt, type Feature } from "./feature.ts";

export const renameFeature: Feature = {
  name: "rename",
  capabilities: () => ({
    renameProvider: { prepareProvider: true },
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: {
        willRename: {
          filters: [
            { scheme: "file", pattern: { glob: "**/*.route" } },
            { scheme: "file", pattern: { glob: "**/*", matches: "folder" } },
          ],
        },
      },
    },
  }),
  register(session) {
    const { connection } = session;
    connection.onPrepareRename(
      answering(session, "rename", null, (params: PrepareRenameParams) => {
        const asked = askedAt(session, params);
        const found = asked && prepareRename(asked.snapshot, asked.path, asked.offset);
        if (asked === undefined || found === undefined) return null;
        return { range: toRange(asked.source, found.span), placeholder: found.name };
      }),
    );
    connection.onRenameRequest(
      answering(session, "rename", null, (params: RenameParams): WorkspaceEdit | null => {
        const asked = askedAt(session, params);
        if (asked === undefined) return null;
        const renamed = rename(asked.snapshot, asked.path, asked.offset, params.newName);
        if (renamed.ok) return toWorkspaceEdit(session, renamed.edits);
        throw new ResponseError(ErrorCodes.InvalidRequest, renamed.message);
      }),
    );
    connection.workspace.onWillRenameFiles(
      answering(session, "file rename", null, ({ files }: RenameFilesParams) => {
        const moves = files.map(({ oldUri, newUri }) => ({
          from: session.paths.toPath(oldUri),
          to: session.paths.toPath(newUri),
        }));
        return toWorkspaceEdit(session, renameFiles(session.snapshot, moves));
      }),
    );
  },
};

export function toWorkspaceEdit(session: Session, edits: readonly FileEdit[]): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const { path, span, text } of edits) {
    const source = session.snapshot.source(path);
    if (source === undefined) continue;
    const uri = session.uriOf(path);
    changes[uri] = [...(changes[uri] ?? []), { range: toRange(source, span), newText: text }];
  }
  return { changes };
}
