import type { SourceText } from "@routewright/diagnostics";
import {
  type CancellationToken,
  LSPErrorCodes,
  type Position,
  ResponseError,
  type ServerCapabilities,
} from "vscode-languageserver";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { toOffset } from "../convert.ts";
import type { Publisher } from "../publish.ts";
import type { Session } from "../session.ts";
import { nextTurn } from "../turns.ts";

/** One row of the table of features: what it announces, and how it answers. */
export interface Feature {
  readonly name: string;
  capabilities(session: Session, publisher: Publisher): Partial<ServerCapabilities>;
  register(session: Session, publisher: Publisher): void;
}

/** A document at the moment of a question. */
export interface Asked {
  readonly path: string;
  readonly source: SourceText;
  readonly snapshot: Snapshot;
}

/**
 * Answers one kind of question. Waits for files that are being read, gives up when the question
 * is withdrawn, and keeps a fault to itself: it is reported once, and the answer is empty.
 */
export function answering<P, R>(
  session: Session,
  name: string,
  empty: R,
  answer: (params: P, token: CancellationToken) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R> {
  return async (params, token) => {
    try {
      await session.whileAsked(async () => {
        await session.ready();
        // What has arrived meanwhile is looked at first: perhaps nobody waits any more.
        await nextTurn();
      });
      if (token.isCancellationRequested) throw cancelled();
      const result = await answer(params, token);
      if (token.isCancellationRequested) throw cancelled();
      return result;
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      session.report(name, error);
      return empty;
    }
  };
}

export function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "the question was withdrawn");
}

/** A document that is known; `undefined` for others. */
export function askedAbout(session: Session, uri: string): Asked | undefined {
  const path = session.paths.toPath(uri);
  const { snapshot } = session;
  const source = snapshot.source(path);
  return source && { path, source, snapshot };
}

export interface AskedAt extends Asked {
  readonly offset: number;
}

export function askedAt(
  session: Session,
  {
    textDocument,
    position,
  }: { readonly textDocument: { readonly uri: string }; readonly position: Position },
): AskedAt | undefined {
  const asked = askedAbout(session, textDocument.uri);
  return asked && { ...asked, offset: toOffset(asked.source, position) };
}
