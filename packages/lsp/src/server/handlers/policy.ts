import {
  type CancellationToken,
  type GenericRequestHandler,
  type ProgressToken,
  ResponseError,
  WorkDoneProgress,
} from "vscode-languageserver";
import { refuse, type Wire } from "../../policy/compiled.ts";
import { decisionSteps } from "../../policy/decision-steps.ts";
import { evaluate } from "../../policy/evaluate.ts";
import { formulas, formulaText, readFormulaUri } from "../../policy/formulas.ts";
import { importJson } from "../../policy/import.ts";
import { jobForm } from "../../policy/job-form.ts";
import { preview } from "../../policy/preview.ts";
import { type Progress, runSelected } from "../../policy/run-tests.ts";
import { testItems } from "../../policy/tests.ts";
import {
  type ChangedParams,
  type DecisionStepsParams,
  type DecisionStepsResult,
  type EvaluateParams,
  type EvaluateResult,
  type FormulasParams,
  type FormulasResult,
  type ImportParams,
  type ImportResult,
  type JobFormParams,
  type JobFormResult,
  languageIds,
  methods,
  type PreviewParams,
  type PreviewResult,
  type RunTestsParams,
  type RunTestsResult,
  type TestsParams,
  type TestsResult,
  type VirtualDocumentParams,
  type VirtualDocumentResult,
} from "../../protocol.ts";
import { toRange } from "../convert.ts";
import { sampleJobs } from "../samples.ts";
import type { Session } from "../session.ts";
import { answering, cancelled, type Feature } from "./feature.ts";

const fault = refuse("a fault in the language server, not in your files; its log says more");

/** The requests of our own: see the protocol file. */
export const policyFeature: Feature = {
  name: "policies",
  capabilities: () => ({}),
  register(session, publisher) {
    const { connection } = session;
    const on = <P, R extends object>(
      method: string,
      empty: R,
      answer: (params: P, token: CancellationToken) => R | Promise<R>,
    ): void => {
      const handler: GenericRequestHandler<R, void> = answering(
        session,
        method,
        empty,
        answer,
      ) as GenericRequestHandler<R, void>;
      connection.onRequest(method, handler);
    };
    on<PreviewParams, PreviewResult>(methods.preview, fault, (params) =>
      preview(session.snapshot, params, wireOf(session)),
    );
    on<EvaluateParams, EvaluateResult>(methods.evaluate, fault, (params) =>
      evaluate(session.snapshot, params, wireOf(session)),
    );
    on<JobFormParams, JobFormResult>(methods.jobForm, fault, async (params) => {
      const samples = await sampleJobs(session, session.paths.toPath(params.uri));
      return jobForm(session.snapshot, params, samples.values, wireOf(session));
    });
    on<DecisionStepsParams, DecisionStepsResult>(methods.decisionSteps, fault, (params) =>
      decisionSteps(session.snapshot, params, wireOf(session)),
    );
    on<ImportParams, ImportResult>(methods.import, fault, (params) =>
      importJson(params, wireOf(session)),
    );
    on<FormulasParams, FormulasResult>(methods.formulas, fault, (params) =>
      formulas(session.snapshot, params, wireOf(session)),
    );
    on<VirtualDocumentParams, VirtualDocumentResult>(
      methods.virtualDocument,
      { text: null, languageId: languageIds.formula },
      ({ uri }) => ({
        text:
          readFormulaUri(uri) === undefined
            ? null
            : (formulaText(session.snapshot, uri, wireOf(session)) ?? null),
        languageId: languageIds.formula,
      }),
    );
    on<TestsParams, TestsResult>(methods.tests, { tests: [] }, ({ uri }) => {
      const { snapshot } = session;
      const paths = uri === undefined ? [...snapshot.files.keys()] : [session.paths.toPath(uri)];
      return { tests: testItems(snapshot, paths, wireOf(session)) };
    });
    connection.onRequest(
      methods.runTests,
      async (params: RunTestsParams, token: CancellationToken): Promise<RunTestsResult> => {
        try {
          await session.ready();
          const progress = progressOf(session, params.workDoneToken, token);
          const result = await runSelected(session.snapshot, params, wireOf(session), progress);
          progress.end();
          if (token.isCancellationRequested) throw cancelled();
          return result;
        } catch (error) {
          if (error instanceof ResponseError) throw error;
          session.report("running tests", error);
          return { results: [], coverage: [] };
        }
      },
    );
    publisher.onSettled(() => {
      const uris = session.snapshot.roots().map((path) => session.uriOf(path));
      void connection
        .sendNotification(methods.changed, { uris } satisfies ChangedParams)
        .catch(() => undefined);
    });
  },
};

export function wireOf(session: Session): Wire {
  const { snapshot } = session;
  return {
    uri: (path) => session.uriOf(path),
    path: (uri) => session.paths.toPath(uri),
    location(path, span) {
      const source = snapshot.source(path);
      return source && { uri: session.uriOf(path), range: toRange(source, span) };
    },
  };
}

function progressOf(
  session: Session,
  workDoneToken: ProgressToken | undefined,
  token: CancellationToken,
): Progress & { end(): void } {
  const report = (value: object): void => {
    if (workDoneToken === undefined) return;
    void session.connection.sendProgress(WorkDoneProgress.type, workDoneToken, value as never);
  };
  report({ kind: "begin", title: "Running tests", cancellable: true, percentage: 0 });
  return {
    async step(done, total, what) {
      report({ kind: "report", message: what, percentage: Math.round((100 * done) / total) });
      await new Promise((resolve) => setTimeout(resolve, 0));
      return !token.isCancellationRequested;
    },
    end: () => report({ kind: "end" }),
  };
}
