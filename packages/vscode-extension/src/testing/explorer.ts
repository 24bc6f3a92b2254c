import {
  methods,
  type RunTestsResult,
  type TestItem,
  type TestMessage,
  type TestOutcome,
  type TestsResult,
} from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { toLocation, toRange } from "../client/convert.ts";
import type { Server } from "../client/server.ts";
import { comparedValues } from "./compared.ts";
import { coverageOf, type PolicyCoverage } from "./coverage.ts";

/** Tests of the policies in the Test Explorer: found, run, debugged, with coverage. */
export interface TestExplorer extends vscode.Disposable {
  /** Asks the server which tests there are. */
  refresh(): Promise<void>;
  run(testId: string): Promise<void>;
  debug(testId: string): Promise<void>;
  /** For tests of the extension. */
  readonly controller: vscode.TestController;
  readonly lastResults: ReadonlyMap<string, TestOutcome>;
}

export function testExplorer(server: Server): TestExplorer {
  const controller = vscode.tests.createTestController("routewright", "Routewright");
  const known = new Map<string, TestItem>();
  const lastResults = new Map<string, TestOutcome>();

  const refresh = async (): Promise<void> => {
    if (!vscode.workspace.isTrusted) {
      controller.items.replace([]);
      return;
    }
    const { tests } = await server.request<TestsResult>(methods.tests, {});
    known.clear();
    const files = new Map<string, TestItem[]>();
    for (const test of tests) files.set(test.uri, [...(files.get(test.uri) ?? []), test]);
    controller.items.replace(
      [...files].map(([uri, list]) => {
        const resource = vscode.Uri.parse(uri);
        const file = controller.createTestItem(uri, fileLabel(resource), resource);
        file.children.replace(list.map((test) => itemOf(controller, test, known)));
        return file;
      }),
    );
  };

  const run = async (
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    coverage: boolean,
  ): Promise<void> => {
    const chosen = leavesOf(request, controller);
    const testRun = controller.createTestRun(request);
    for (const item of chosen) testRun.started(item);
    try {
      const result = await server.request<RunTestsResult>(
        methods.runTests,
        { ids: chosen.map(({ id }) => id), coverage },
        token,
      );
      const outcomes = new Map(result.results.map((outcome) => [outcome.id, outcome]));
      for (const item of chosen) {
        const outcome = outcomes.get(item.id);
        if (outcome === undefined) testRun.skipped(item);
        else {
          lastResults.set(item.id, outcome);
          report(testRun, item, outcome);
        }
      }
      for (const file of result.coverage) testRun.addCoverage(coverageOf(file));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!token.isCancellationRequested) {
        for (const item of chosen) testRun.errored(item, new vscode.TestMessage(message));
      }
    } finally {
      testRun.end();
    }
  };

  const debug = async (request: vscode.TestRunRequest): Promise<void> => {
    const [item] = leavesOf(request, controller);
    if (item?.uri === undefined) return;
    const testRun = controller.createTestRun(request);
    testRun.started(item);
    const test = known.get(item.id);
    await debugToItsEnd(
      item.uri,
      {
        type: "routewright",
        request: "launch",
        name: test?.label ?? item.label,
        policy: item.uri.toString(),
        testId: item.id,
      },
      testRun,
    );
    // Who stops in the middle has seen enough; the session ends with the run.
    if (testRun.token.isCancellationRequested) testRun.skipped(item);
    else {
      const { results } = await server.request<RunTestsResult>(methods.runTests, {
        ids: [item.id],
      });
      const [outcome] = results;
      if (outcome === undefined) testRun.skipped(item);
      else report(testRun, item, outcome);
    }
    testRun.end();
  };

  controller.createRunProfile(
    "Run",
    vscode.TestRunProfileKind.Run,
    (request, token) => run(request, token, false),
    true,
  );
  controller.createRunProfile("Debug", vscode.TestRunProfileKind.Debug, debug, true);
  const covered = controller.createRunProfile(
    "Coverage",
    vscode.TestRunProfileKind.Coverage,
    (request, token) => run(request, token, true),
    true,
  );
  covered.loadDetailedCoverage = async (_run, file) => [...(file as PolicyCoverage).details];
  controller.refreshHandler = refresh;
  controller.resolveHandler = async (item) => {
    if (item === undefined) await refresh();
  };
  const listeners = [
    server.onChanged(() => void refresh()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void refresh()),
  ];

  const find = async (testId: string): Promise<vscode.TestItem | undefined> => {
    if (findItem(controller.items, testId) === undefined) await refresh();
    return findItem(controller.items, testId);
  };
  return {
    refresh,
    controller,
    lastResults,
    async run(testId) {
      const item = await find(testId);
      if (item === undefined) return;
      const source = new vscode.CancellationTokenSource();
      await run(new vscode.TestRunRequest([item]), source.token, false);
    },
    async debug(testId) {
      const item = await find(testId);
      if (item !== undefined) await debug(new vscode.TestRunRequest([item]));
    },
    dispose() {
      for (const listener of listeners) listener.dispose();
      controller.dispose();
    },
  };
}

/**
 * A test run that ends takes its session with it: whoever steps is not done yet. Who stops the
 * session cancels the run first, and the editor waits for it to end before it stops the session.
 */
async function debugToItsEnd(
  uri: vscode.Uri,
  configuration: vscode.DebugConfiguration,
  testRun: vscode.TestRun,
): Promise<void> {
  let session: vscode.DebugSession | undefined;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const listeners = [
    vscode.debug.onDidStartDebugSession((started) => {
      if (started.name === configuration.name) session ??= started;
    }),
    vscode.debug.onDidTerminateDebugSession((over) => {
      if (over.name === configuration.name && (session?.id ?? over.id) === over.id) end();
    }),
    testRun.token.onCancellationRequested(() => end()),
  ];
  try {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (await vscode.debug.startDebugging(folder, configuration, { testRun })) await ended;
  } finally {
    for (const listener of listeners) listener.dispose();
  }
}

function itemOf(
  controller: vscode.TestController,
  test: TestItem,
  known: Map<string, TestItem>,
): vscode.TestItem {
  known.set(test.id, test);
  const item = controller.createTestItem(test.id, test.label, vscode.Uri.parse(test.uri));
  item.range = toRange(test.nameRange);
  if (test.kind === "scenario") item.description = "scenario";
  item.children.replace(test.children.map((child) => itemOf(controller, child, known)));
  return item;
}

function fileLabel(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
}

/** What is really run: items without children, but not those that were left out. */
function leavesOf(
  { include, exclude }: vscode.TestRunRequest,
  controller: vscode.TestController,
): readonly vscode.TestItem[] {
  const leaves: vscode.TestItem[] = [];
  const visit = (item: vscode.TestItem): void => {
    if (exclude?.includes(item) === true) return;
    if (item.children.size === 0) leaves.push(item);
    else for (const [, child] of item.children) visit(child);
  };
  if (include === undefined) for (const [, item] of controller.items) visit(item);
  else for (const item of include) visit(item);
  return leaves;
}

function findItem(items: vscode.TestItemCollection, id: string): vscode.TestItem | undefined {
  for (const [, item] of items) {
    const found = item.id === id ? item : findItem(item.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function report(run: vscode.TestRun, item: vscode.TestItem, outcome: TestOutcome): void {
  const messages = outcome.messages.map((message) => messageOf(message, item));
  switch (outcome.outcome) {
    case "passed":
      run.passed(item);
      return;
    case "failed":
      run.failed(item, messages);
      return;
    case "errored":
      run.errored(item, messages);
      return;
  }
}

function messageOf(message: TestMessage, item: vscode.TestItem): vscode.TestMessage {
  const { text, expected, actual, location } = message;
  const values =
    expected === undefined || actual === undefined ? undefined : comparedValues(expected, actual);
  const made =
    values === undefined
      ? new vscode.TestMessage(text)
      : vscode.TestMessage.diff(text, values.expected, values.actual);
  if (location !== undefined) made.location = toLocation(location);
  else if (item.uri !== undefined && item.range !== undefined) {
    made.location = new vscode.Location(item.uri, item.range);
  }
  return made;
}
