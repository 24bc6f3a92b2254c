import type { SourceText } from "@routewright/diagnostics";
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyPrepareParams,
  type DocumentSymbolParams,
  SymbolKind,
  type DocumentSymbol as WireSymbol,
  type WorkspaceSymbolParams,
} from "vscode-languageserver";
import * as structure from "../../features/structure.ts";
import { type DocumentSymbol, documentSymbols, workspaceSymbols } from "../../features/symbols.ts";
import { toRange } from "../convert.ts";
import type { Session } from "../session.ts";
import { answering, askedAbout, askedAt, type Feature } from "./feature.ts";
import { toLocation } from "./navigation.ts";

const symbolKinds: Readonly<Record<string, SymbolKind>> = {
  import: SymbolKind.File,
  param: SymbolKind.TypeParameter,
  secret: SymbolKind.Key,
  labels: SymbolKind.Struct,
  label: SymbolKind.Field,
  channel: SymbolKind.Interface,
  let: SymbolKind.Variable,
  distribution: SymbolKind.Package,
  exceptions: SymbolKind.Event,
  queue: SymbolKind.Class,
  classification: SymbolKind.Module,
  test: SymbolKind.Method,
  scenario: SymbolKind.Method,
};

export const symbolsFeature: Feature = {
  name: "symbols",
  capabilities: () => ({
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    callHierarchyProvider: true,
  }),
  register(session) {
    const { connection } = session;
    connection.onDocumentSymbol(
      answering(session, "document symbols", null, (params: DocumentSymbolParams) => {
        const asked = askedAbout(session, params.textDocument.uri);
        if (asked === undefined) return null;
        return documentSymbols(asked.snapshot, asked.path).map((each) =>
          toWire(asked.source, each),
        );
      }),
    );
    connection.onWorkspaceSymbol(
      answering(session, "workspace symbols", null, ({ query }: WorkspaceSymbolParams) =>
        workspaceSymbols(session.snapshot, query).flatMap(
          ({ name, kind, path, span, container }) => {
            const source = session.snapshot.source(path);
            if (source === undefined) return [];
            const location = toLocation(session, { source, span });
            return [
              {
                name,
                kind: symbolKinds[kind] ?? SymbolKind.Object,
                location,
                containerName: container,
              },
            ];
          },
        ),
      ),
    );
    connection.languages.callHierarchy.onPrepare(
      answering(session, "call hierarchy", null, (params: CallHierarchyPrepareParams) => {
        const asked = askedAt(session, params);
        const item = asked && structure.callItem(asked.snapshot, asked.path, asked.offset);
        const wire = item && toCallItem(session, item);
        return wire === undefined ? null : [wire];
      }),
    );
    connection.languages.callHierarchy.onIncomingCalls(
      answering(session, "call hierarchy", null, ({ item }: { item: CallHierarchyItem }) =>
        structure
          .incomingCalls(session.snapshot, item.data as structure.CallItem)
          .flatMap(({ item: from, spans }): CallHierarchyIncomingCall[] => {
            const wire = toCallItem(session, from);
            const source = session.snapshot.source(from.path);
            if (wire === undefined || source === undefined) return [];
            return [{ from: wire, fromRanges: spans.map((span) => toRange(source, span)) }];
          }),
      ),
    );
    connection.languages.callHierarchy.onOutgoingCalls(
      answering(session, "call hierarchy", null, ({ item }: { item: CallHierarchyItem }) => {
        const about = item.data as structure.CallItem;
        const source = session.snapshot.source(about.path);
        return structure
          .outgoingCalls(session.snapshot, about)
          .flatMap(({ item: to, spans }): CallHierarchyOutgoingCall[] => {
            const wire = toCallItem(session, to);
            if (wire === undefined || source === undefined) return [];
            return [{ to: wire, fromRanges: spans.map((span) => toRange(source, span)) }];
          });
      }),
    );
  },
};

function toWire(source: SourceText, symbol: DocumentSymbol): WireSymbol {
  return {
    name: symbol.name,
    detail: symbol.detail,
    kind: symbolKinds[symbol.kind] ?? SymbolKind.Property,
    range: toRange(source, symbol.span),
    selectionRange: toRange(source, symbol.nameSpan),
    children: symbol.children.map((each) => toWire(source, each)),
  };
}

function toCallItem(session: Session, item: structure.CallItem): CallHierarchyItem | undefined {
  const source = session.snapshot.source(item.path);
  if (source === undefined) return undefined;
  return {
    name: item.name,
    detail: item.kind,
    kind: symbolKinds[item.kind] ?? SymbolKind.Object,
    uri: session.uriOf(item.path),
    range: toRange(source, item.span),
    selectionRange: toRange(source, item.nameSpan),
    data: item,
  };
}
