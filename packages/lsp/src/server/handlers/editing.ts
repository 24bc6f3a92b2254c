import type { TextEdit as OwnEdit, SourceText } from "@routewright/diagnostics";
import {
  type DocumentFormattingParams,
  type DocumentLinkParams,
  type DocumentOnTypeFormattingParams,
  type DocumentRangeFormattingParams,
  type FoldingRange,
  FoldingRangeKind,
  type FoldingRangeParams,
  InlayHintKind,
  type InlayHintParams,
  type InlineValueParams,
  type LinkedEditingRangeParams,
  MarkupKind,
  type SelectionRange,
  type SelectionRangeParams,
  type TextEdit,
} from "vscode-languageserver";
import { formatting, onTypeFormatting, rangeFormatting } from "../../features/formatting.ts";
import { inlayHints } from "../../features/inlay-hints.ts";
import { inlineValues } from "../../features/inline-values.ts";
import * as structure from "../../features/structure.ts";
import { toOffset, toPosition, toRange, toSpan } from "../convert.ts";
import { answering, askedAbout, askedAt, type Feature } from "./feature.ts";

const foldKinds = {
  region: FoldingRangeKind.Region,
  comment: FoldingRangeKind.Comment,
  imports: FoldingRangeKind.Imports,
} as const;

export const editingFeature: Feature = {
  name: "editing",
  capabilities: () => ({
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] },
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    linkedEditingRangeProvider: true,
    documentLinkProvider: { resolveProvider: false },
    inlayHintProvider: { resolveProvider: false },
    inlineValueProvider: true,
  }),
  register(session) {
    const { connection } = session;
    const { languages } = connection;
    connection.onDocumentFormatting(
      answering(session, "formatting", null, ({ textDocument }: DocumentFormattingParams) => {
        const asked = askedAbout(session, textDocument.uri);
        return asked === undefined
          ? null
          : toEdits(asked.source, formatting(asked.snapshot, asked.path));
      }),
    );
    connection.onDocumentRangeFormatting(
      answering(
        session,
        "formatting",
        null,
        ({ textDocument, range }: DocumentRangeFormattingParams) => {
          const asked = askedAbout(session, textDocument.uri);
          if (asked === undefined) return null;
          const { snapshot, path, source } = asked;
          return toEdits(source, rangeFormatting(snapshot, path, toSpan(source, range)));
        },
      ),
    );
    connection.onDocumentOnTypeFormatting(
      answering(session, "formatting", null, (params: DocumentOnTypeFormattingParams) => {
        const asked = askedAt(session, params);
        if (asked === undefined) return null;
        const { insertSpaces, tabSize } = params.options;
        const tab = insertSpaces ? " ".repeat(tabSize) : "\t";
        const { snapshot, path, offset, source } = asked;
        return toEdits(source, onTypeFormatting(snapshot, path, offset, params.ch, tab));
      }),
    );
    connection.onFoldingRanges(
      answering(session, "folding", null, ({ textDocument }: FoldingRangeParams) => {
        const asked = askedAbout(session, textDocument.uri);
        if (asked === undefined) return null;
        return structure.folds(asked.snapshot, asked.path).map(({ span, kind }): FoldingRange => {
          const { start, end } = toRange(asked.source, span);
          // The closing bracket stays in sight.
          const endLine = kind === "region" ? end.line - 1 : end.line;
          return {
            startLine: start.line,
            endLine: Math.max(start.line, endLine),
            kind: foldKinds[kind],
          };
        });
      }),
    );
    connection.onSelectionRanges(
      answering(
        session,
        "selection ranges",
        null,
        ({ textDocument, positions }: SelectionRangeParams) => {
          const asked = askedAbout(session, textDocument.uri);
          if (asked === undefined) return null;
          return positions.map((position): SelectionRange => {
            const offset = toOffset(asked.source, position);
            const spans = structure.selectionRanges(asked.snapshot, asked.path, offset);
            const range = spans.toReversed().reduce<SelectionRange | undefined>((parent, span) => {
              const own = { range: toRange(asked.source, span) };
              return parent === undefined ? own : { ...own, parent };
            }, undefined);
            return range ?? { range: { start: position, end: position } };
          });
        },
      ),
    );
    languages.onLinkedEditingRange(
      answering(session, "linked editing", null, (params: LinkedEditingRangeParams) => {
        const asked = askedAt(session, params);
        if (asked === undefined) return null;
        const spans = structure.linkedEditing(asked.snapshot, asked.path, asked.offset);
        if (spans.length === 0) return null;
        return {
          ranges: spans.map((span) => toRange(asked.source, span)),
          wordPattern: "[A-Za-z_][A-Za-z0-9_]*",
        };
      }),
    );
    connection.onDocumentLinks(
      answering(session, "document links", null, ({ textDocument }: DocumentLinkParams) => {
        const asked = askedAbout(session, textDocument.uri);
        if (asked === undefined) return null;
        return structure
          .documentLinks(asked.snapshot, asked.path)
          .map(({ span, target, tooltip }) => ({
            range: toRange(asked.source, span),
            target: "uri" in target ? target.uri : session.uriOf(target.path),
            tooltip,
          }));
      }),
    );
    languages.inlayHint.on(
      answering(session, "inlay hints", null, ({ textDocument, range }: InlayHintParams) => {
        const asked = askedAbout(session, textDocument.uri);
        if (asked === undefined) return null;
        const { snapshot, path, source } = asked;
        const settings = session.settings.inlayHints ?? {};
        return inlayHints(snapshot, path, toSpan(source, range), settings).map((hint) => ({
          position: toPosition(source, hint.offset),
          label: hint.label,
          kind: hint.kind === "type" ? InlayHintKind.Type : InlayHintKind.Parameter,
          tooltip: { kind: MarkupKind.Markdown, value: hint.tooltip },
        }));
      }),
    );
    languages.inlineValue.on(
      answering(
        session,
        "inline values",
        null,
        ({ textDocument, range, context }: InlineValueParams) => {
          const asked = askedAbout(session, textDocument.uri);
          if (asked === undefined) return null;
          const { snapshot, path, source } = asked;
          const stopped = toOffset(source, context.stoppedLocation.end);
          return inlineValues(snapshot, path, toSpan(source, range), stopped).map(
            ({ span, name }) => ({
              range: toRange(source, span),
              variableName: name,
              caseSensitiveLookup: true,
            }),
          );
        },
      ),
    );
  },
};

function toEdits(source: SourceText, edits: readonly OwnEdit[]): TextEdit[] {
  return edits.map(({ span, text }) => ({ range: toRange(source, span), newText: text }));
}
