import {
  type DefinitionParams,
  DocumentHighlightKind,
  type Location,
  type LocationLink,
  type ReferenceParams,
} from "vscode-languageserver";
import * as navigate from "../../features/navigate.ts";
import type { Occurrence } from "../../tree/occurrences.ts";
import { toRange } from "../convert.ts";
import type { Session } from "../session.ts";
import { type Asked, answering, askedAt, type Feature } from "./feature.ts";

type Find = (asked: Asked & { readonly offset: number }) => readonly navigate.Target[];

export const navigationFeature: Feature = {
  name: "navigation",
  capabilities: () => ({
    definitionProvider: true,
    declarationProvider: true,
    typeDefinitionProvider: true,
    implementationProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
  }),
  register(session) {
    const { connection } = session;
    const targets = (name: string, find: Find) =>
      answering(
        session,
        name,
        null,
        (params: DefinitionParams): LocationLink[] | Location[] | null => {
          const asked = askedAt(session, params);
          return asked === undefined ? null : toLinks(session, name, find(asked));
        },
      );
    const definition: Find = ({ snapshot, path, offset }) =>
      navigate.definition(snapshot, path, offset);
    connection.onDefinition(targets("definition", definition));
    connection.onDeclaration(targets("declaration", definition));
    connection.onTypeDefinition(
      targets("typeDefinition", ({ snapshot, path, offset }) =>
        navigate.typeDefinition(snapshot, path, offset),
      ),
    );
    connection.onImplementation(
      answering(session, "implementation", null, (params: DefinitionParams) => {
        const asked = askedAt(session, params);
        return (
          (asked &&
            navigate
              .implementations(asked.snapshot, asked.path, asked.offset)
              .map((each) => toLocation(session, each))) ??
          null
        );
      }),
    );
    connection.onReferences(
      answering(session, "references", null, (params: ReferenceParams) => {
        const asked = askedAt(session, params);
        if (asked === undefined) return null;
        const { includeDeclaration } = params.context;
        return navigate
          .references(asked.snapshot, asked.path, asked.offset, includeDeclaration)
          .map((each) => toLocation(session, each));
      }),
    );
    connection.onDocumentHighlight(
      answering(session, "highlight", null, (params: DefinitionParams) => {
        const asked = askedAt(session, params);
        if (asked === undefined) return null;
        return navigate.highlights(asked.snapshot, asked.path, asked.offset).map((each) => ({
          range: toRange(each.source, each.span),
          kind:
            each.role === "reference" ? DocumentHighlightKind.Read : DocumentHighlightKind.Write,
        }));
      }),
    );
  },
};

export function toLocation(
  session: Session,
  { source, span }: Pick<Occurrence, "source" | "span">,
): Location {
  return { uri: session.uriOf(source.path), range: toRange(source, span) };
}

function toLinks(
  session: Session,
  name: string,
  targets: readonly navigate.Target[],
): LocationLink[] | Location[] {
  const capability = session.client.textDocument?.[name as "definition"];
  const found = targets.flatMap(({ path, span, nameSpan }) => {
    const source = session.snapshot.source(path);
    return source === undefined ? [] : [{ path, source, span, nameSpan }];
  });
  if (capability?.linkSupport !== true) {
    return found.map(({ source, nameSpan }) => toLocation(session, { source, span: nameSpan }));
  }
  return found.map(({ path, source, span, nameSpan }) => ({
    targetUri: session.uriOf(path),
    targetRange: toRange(source, span),
    targetSelectionRange: toRange(source, nameSpan),
  }));
}
