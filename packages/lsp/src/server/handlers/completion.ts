import type { SourceText } from "@routewright/diagnostics";
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
} from "vscode-languageserver";
import {
  type Completion,
  type CompletionData,
  type CompletionKind,
  complete,
} from "../../features/completion/completion.ts";
import { resolveCompletion } from "../../features/completion/resolve.ts";
import { completeFormula, formulaAt } from "../../features/power-fx.ts";
import { toRange } from "../convert.ts";
import { formulaDocumentAt } from "../formula-documents.ts";
import { answering, askedAbout, askedAt, type Feature } from "./feature.ts";

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  snippet: CompletionItemKind.Snippet,
  queue: CompletionItemKind.Class,
  classification: CompletionItemKind.Module,
  distribution: CompletionItemKind.Struct,
  exceptions: CompletionItemKind.Event,
  channel: CompletionItemKind.Interface,
  let: CompletionItemKind.Variable,
  param: CompletionItemKind.TypeParameter,
  secret: CompletionItemKind.Constant,
  label: CompletionItemKind.Field,
  value: CompletionItemKind.EnumMember,
  function: CompletionItemKind.Function,
  type: CompletionItemKind.TypeParameter,
  file: CompletionItemKind.File,
  local: CompletionItemKind.Variable,
};

interface WireData {
  readonly uri: string;
  readonly about: CompletionData;
}

export const completionFeature: Feature = {
  name: "completion",
  capabilities: () => ({
    completionProvider: {
      triggerCharacters: [".", '"', "'", " ", "[", "(", "{", ":", "|", ">", ","],
      resolveProvider: true,
      completionItem: { labelDetailsSupport: true },
    },
  }),
  register(session) {
    const { connection } = session;
    const hasSnippets = () =>
      session.client.textDocument?.completion?.completionItem?.snippetSupport === true;
    connection.onCompletion(
      answering(session, "completion", null, (params: CompletionParams): CompletionList | null => {
        const { uri } = params.textDocument;
        const shown = formulaDocumentAt(session, uri, params.position);
        const asked = shown ?? askedAt(session, params);
        if (asked === undefined) return null;
        const formula =
          shown ??
          ("path" in asked ? formulaAt(asked.snapshot, asked.path, asked.offset) : undefined);
        const items =
          formula !== undefined
            ? completeFormula(formula)
            : "path" in asked
              ? complete(asked.snapshot, asked.path, asked.offset)
              : [];
        return {
          isIncomplete: false,
          items: items.map((item) => toWire(asked.source, uri, item, hasSnippets())),
        };
      }),
    );
    connection.onCompletionResolve(
      answering(session, "completion", { label: "" }, (item: CompletionItem): CompletionItem => {
        const data = item.data as WireData | undefined;
        const asked = data && askedAbout(session, data.uri);
        if (data === undefined || asked === undefined) return item;
        const docs = resolveCompletion(asked.snapshot, asked.path, data.about);
        if (docs === undefined) return item;
        return { ...item, documentation: { kind: MarkupKind.Markdown, value: docs } };
      }),
    );
  },
};

function toWire(
  source: SourceText,
  uri: string,
  item: Completion,
  hasSnippets: boolean,
): CompletionItem {
  const { label, kind, insert, isSnippet, replace, sort, detail, filter, data } = item;
  const text = isSnippet && !hasSnippets ? withoutPlaces(insert) : insert;
  return {
    label,
    kind: kinds[kind],
    sortText: sort,
    textEdit: { range: toRange(source, replace), newText: text },
    insertTextFormat:
      isSnippet && hasSnippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.adjustIndentation,
    ...(detail === undefined ? {} : { detail }),
    ...(filter === undefined ? {} : { filterText: filter }),
    ...(data === undefined ? {} : { data: { uri, about: data } satisfies WireData }),
  };
}

/** For clients without snippets: each place with what stands in it, choices with the first. */
function withoutPlaces(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|([^,|}]*)[^}]*\}/gu, "$1")
    .replace(/\$\{\d+:([^}]*)\}/gu, "$1")
    .replace(/\$\{?\d+\}?/gu, "");
}
