import {
  type CodeAction,
  type CodeActionParams,
  ErrorCodes,
  type Range,
  ResponseError,
} from "vscode-languageserver";
import type { Action, ActionKind } from "../../features/actions/action.ts";
import { actionsAt } from "../../features/actions/actions.ts";
import { toSpan } from "../convert.ts";
import { toWireDiagnostic } from "../publish.ts";
import { answering, askedAbout, type Feature } from "./feature.ts";
import { toWorkspaceEdit } from "./rename.ts";

const kinds: readonly ActionKind[] = [
  "quickfix",
  "refactor.extract",
  "refactor.inline",
  "refactor.rewrite",
  "source.organizeImports",
  "source.fixAll",
];

interface WireData {
  readonly uri: string;
  readonly version: number | undefined;
  readonly range: Range;
  readonly kind: ActionKind;
  readonly title: string;
  /** Among those of one title. */
  readonly index: number;
}

export const actionsFeature: Feature = {
  name: "code actions",
  capabilities: () => ({
    codeActionProvider: {
      codeActionKinds: [...kinds, "source.fixAll.routewright"],
      resolveProvider: true,
    },
  }),
  register(session) {
    const { connection } = session;
    const canResolve = (): boolean =>
      session.client.textDocument?.codeAction?.resolveSupport?.properties.includes("edit") === true;
    connection.onCodeAction(
      answering(session, "code actions", null, (params: CodeActionParams): CodeAction[] | null => {
        const { uri } = params.textDocument;
        const asked = askedAbout(session, uri);
        if (asked === undefined) return null;
        const { only } = params.context;
        const wanted = (kind: ActionKind): boolean =>
          only === undefined ||
          only.some((each) => `${wireKind(kind)}.`.startsWith(`${each}.`) || each === kind);
        const span = toSpan(asked.source, params.range);
        const actions = actionsAt(asked.snapshot, asked.path, span, wanted);
        const counts = new Map<string, number>();
        return actions.map((action): CodeAction => {
          const { title, kind, diagnostic, isPreferred } = action;
          const index = counts.get(title) ?? 0;
          counts.set(title, index + 1);
          const version = session.workspace.document(asked.path)?.version;
          const data: WireData = { uri, version, range: params.range, kind, title, index };
          return {
            title,
            kind: wireKind(kind),
            ...(diagnostic === undefined
              ? {}
              : { diagnostics: [toWireDiagnostic(session, diagnostic)] }),
            ...(isPreferred === undefined ? {} : { isPreferred }),
            ...(canResolve() ? { data } : { edit: toWorkspaceEdit(session, action.edits()) }),
          };
        });
      }),
    );
    connection.onCodeActionResolve(
      answering(session, "code actions", { title: "" }, (action: CodeAction): CodeAction => {
        const data = action.data as WireData | undefined;
        const asked = data && askedAbout(session, data.uri);
        if (data === undefined || asked === undefined) return action;
        const now = session.workspace.document(asked.path)?.version;
        if (now !== data.version) {
          throw new ResponseError(ErrorCodes.InvalidRequest, "the text has changed meanwhile");
        }
        const span = toSpan(asked.source, data.range);
        const same = actionsAt(asked.snapshot, asked.path, span).filter(
          (each) => each.title === data.title && each.kind === data.kind,
        );
        const chosen: Action | undefined = same[data.index];
        return chosen === undefined
          ? action
          : { ...action, edit: toWorkspaceEdit(session, chosen.edits()) };
      }),
    );
  },
};

function wireKind(kind: ActionKind): string {
  return kind === "source.fixAll" ? "source.fixAll.routewright" : kind;
}
