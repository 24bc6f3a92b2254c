import type { SourceText } from "@routewright/diagnostics";
import { SemanticTokensBuilder, type SemanticTokensParams } from "vscode-languageserver";
import {
  type SemanticToken,
  semanticTokens,
  tokenModifiers,
  tokenTypes,
} from "../../features/semantic-tokens.ts";
import { toPosition, toSpan } from "../convert.ts";
import { answering, askedAbout, type Feature } from "./feature.ts";

export const tokensFeature: Feature = {
  name: "semantic tokens",
  capabilities: () => ({
    semanticTokensProvider: {
      legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
      full: { delta: true },
      range: true,
    },
  }),
  register(session) {
    const { semanticTokens: tokens } = session.connection.languages;
    /** One a document, so that the next answer can be the difference. */
    const builders = new Map<string, SemanticTokensBuilder>();
    const builderFor = (uri: string): SemanticTokensBuilder => {
      const builder = builders.get(uri) ?? new SemanticTokensBuilder();
      builders.set(uri, builder);
      return builder;
    };
    tokens.on(
      answering(
        session,
        "semantic tokens",
        { data: [] },
        ({ textDocument }: SemanticTokensParams) => {
          const asked = askedAbout(session, textDocument.uri);
          if (asked === undefined) return { data: [] };
          const builder = builderFor(textDocument.uri);
          builder.previousResult("");
          push(builder, asked.source, semanticTokens(asked.snapshot, asked.path));
          return builder.build();
        },
      ),
    );
    tokens.onDelta(
      answering(session, "semantic tokens", { data: [] }, (params) => {
        const { textDocument, previousResultId } = params as {
          textDocument: { uri: string };
          previousResultId: string;
        };
        const asked = askedAbout(session, textDocument.uri);
        if (asked === undefined) return { data: [] };
        const builder = builderFor(textDocument.uri);
        builder.previousResult(previousResultId);
        push(builder, asked.source, semanticTokens(asked.snapshot, asked.path));
        return builder.buildEdits();
      }),
    );
    tokens.onRange(
      answering(session, "semantic tokens", { data: [] }, (params) => {
        const asked = askedAbout(session, params.textDocument.uri);
        if (asked === undefined) return { data: [] };
        const builder = new SemanticTokensBuilder();
        const span = toSpan(asked.source, params.range);
        push(builder, asked.source, semanticTokens(asked.snapshot, asked.path, span));
        return { data: builder.build().data };
      }),
    );
    session.onClosed((uri) => builders.delete(uri));
  },
};

function push(
  builder: SemanticTokensBuilder,
  source: SourceText,
  tokens: readonly SemanticToken[],
): void {
  let behind = 0;
  for (const { span, type, modifiers } of tokens) {
    if (span.start < behind) continue;
    behind = span.end;
    const { line, character } = toPosition(source, span.start);
    const bits = modifiers.reduce((sum, each) => sum | (1 << tokenModifiers.indexOf(each)), 0);
    builder.push(line, character, span.end - span.start, tokenTypes.indexOf(type), bits);
  }
}
