import type { CodeLens, CodeLensParams } from "vscode-languageserver";
import { codeLenses, type LensData, resolveLens } from "../../features/code-lenses.ts";
import { toPosition, toRange } from "../convert.ts";
import { sampleJobs } from "../samples.ts";
import { answering, askedAbout, type Feature } from "./feature.ts";
import { toLocation } from "./navigation.ts";

interface WireData {
  readonly uri: string;
  readonly lens: LensData;
}

export const lensesFeature: Feature = {
  name: "code lenses",
  capabilities: () => ({ codeLensProvider: { resolveProvider: true } }),
  register(session) {
    const { connection } = session;
    connection.onCodeLens(
      answering(session, "code lenses", null, async ({ textDocument: { uri } }: CodeLensParams) => {
        const asked = askedAbout(session, uri);
        if (asked === undefined) return null;
        const { jobs } = await sampleJobs(session, asked.path);
        const settings = session.settings.codeLens ?? {};
        return codeLenses(asked.snapshot, asked.path, settings, jobs.length > 0).map(
          ({ span, data }): CodeLens => ({
            range: toRange(asked.source, span),
            data: { uri, lens: data } satisfies WireData,
          }),
        );
      }),
    );
    connection.onCodeLensResolve(
      answering(session, "code lenses", noLens, async (lens: CodeLens): Promise<CodeLens> => {
        const { uri, lens: data } = lens.data as WireData;
        const asked = askedAbout(session, uri);
        if (asked === undefined) return { ...lens, command: { title: "", command: "" } };
        const samples = data.kind === "samples" ? (await sampleJobs(session, asked.path)).jobs : [];
        const { title, command, occurrences } = resolveLens(
          asked.snapshot,
          asked.path,
          data,
          samples,
        );
        const args =
          data.kind === "references"
            ? [
                uri,
                toPosition(asked.source, data.offset),
                (occurrences ?? []).map((each) => toLocation(session, each)),
              ]
            : [uri, data.kind === "samples" ? data.policyId : data.testId];
        return { ...lens, command: { title, command, arguments: args } };
      }),
    );
  },
};

const nowhere = { line: 0, character: 0 };
const noLens: CodeLens = { range: { start: nowhere, end: nowhere } };
