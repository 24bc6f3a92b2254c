import assert from "node:assert/strict";
import { type DecisionSteps, methods } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import type { Api } from "../src/extension.ts";
import { serviceCommands } from "../src/service-commands.ts";
import { startChecks, until } from "./counts.ts";

/** Runs inside the extension host of a real VS Code, in Node or in a worker. */

const activationLimitMs = 300;
const isWeb = vscode.env.uiKind === vscode.UIKind.Web && vscode.env.remoteName === undefined;

export async function run(): Promise<void> {
  const checks = startChecks((line) => console.log(line));
  const { check } = checks;
  const extension = vscode.extensions.getExtension<Api>("routewright.routewright");
  assert.ok(extension, "the extension is installed");

  const wasActive = extension.isActive;
  const before = performance.now();
  const worked = processorMs();
  const api = await extension.activate();
  const activationMs = processorMs() - worked;
  const wallMs = performance.now() - before;
  const policies = await vscode.workspace.findFiles("**/*.route", null, 1);
  if (policies.length === 0) {
    // Nothing asked for the extension before: reading its code and starting it are in the figure.
    console.log(
      `activation: ${activationMs.toFixed(0)} ms of the processor (limit ${activationLimitMs}), ${wallMs.toFixed(0)} ms on the wall`,
    );
    await check("activates within the limit, and only when asked", async () => {
      assert.equal(wasActive, false);
      assert.ok(activationMs < activationLimitMs, `${activationMs} ms`);
    });
    await api.server.ready;
  } else await checkEditing(api, check);
  console.log(`${checks.passed} passed, ${checks.failed} failed`);
  if (checks.failed > 0) throw new Error(`${checks.failed} failed`);
}

/** What this process has worked: unlike the clock, it does not count what others do meanwhile. */
function processorMs(): number {
  if (isWeb) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Check = (name: string, run: () => Promise<void>) => Promise<void>;

async function checkEditing(api: Api, check: Check): Promise<void> {
  await check("finds a mistake and its place", async () => {
    const document = await open("broken.route");
    assert.equal(document.languageId, "routewright");
    const found = await until("a finding", () => {
      const list = vscode.languages.getDiagnostics(document.uri);
      return list.find(({ range }) => document.getText(range).includes("regoin"));
    });
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(document.getText(found.range), "regoin", JSON.stringify(found));
  });
  await check("completes labels and their values", async () => {
    const document = await open("main.route");
    const labels = await completions(document, 'job.region == "NA"', 4);
    assert.ok(labels.includes("region") && labels.includes("vip"), labels.join());
  });
  await check("simulates a workload in a thread of its own", async () => {
    const run = (file: string) =>
      api.simulation.run({
        policy: inFolder("main.route").toString(),
        workload: inFolder(file).toString(),
        replications: 2,
      });
    await run("workload.json");
    const { state } = api.simulation;
    assert.ok(state.kind === "ended", `a report, not ${JSON.stringify(state)}`);
    assert.ok(state.page.tiles.length > 5, "there are figures");
    await run("objects.json");
    assert.equal(api.simulation.state.kind, "refused");
  });
  if (isWeb) {
    await check("commands that a browser cannot carry out are there, and say so", async () => {
      assert.equal(api.services.inside, undefined);
      for (const name of serviceCommands) {
        await vscode.commands.executeCommand(`routewright.${name}`);
      }
    });
  } else await nodeChecks(api, check);
}

async function nodeChecks(api: Api, check: Check): Promise<void> {
  await check("a simulation's page and figures are those of the command", async () => {
    await api.simulation.run({
      policy: inFolder("main.route").toString(),
      workload: inFolder("workload.json").toString(),
      seed: 3,
    });
    assert.equal(api.simulation.state.kind, "ended");
    const command = await simulateByCommand();
    for (const form of ["json", "html"] as const) {
      const name = `editor.${form}`;
      await api.simulation.write(form, inFolder(name));
      assert.equal(await textIn(name), command[form], `the ${form} is the command's`);
      await vscode.workspace.fs.delete(inFolder(name));
    }
    assert.match(command.html, /<title>Simulation/u);
  });
  await check("explains a label on hover", async () => {
    const document = await open("main.route");
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      placeOf(document, "job.region", 5),
    );
    const text = hovers.flatMap(({ contents }) => contents.map(textOf)).join("\n");
    assert.match(text, /region/u);
  });
  await check("renames across files", async () => {
    const document = await open("main.route");
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      "vscode.executeDocumentRenameProvider",
      document.uri,
      placeOf(document, "job.region", 5),
      "area",
    );
    const files = edit.entries().map(([uri]) => uri.path.slice(uri.path.lastIndexOf("/") + 1));
    assert.deepEqual([...new Set(files)].sort(), ["labels.route", "main.route"]);
  });
  await check("formats on save", async () => {
    const document = await open("unformatted.route");
    const settings = vscode.workspace.getConfiguration("editor", document);
    await settings.update("formatOnSave", true, vscode.ConfigurationTarget.Workspace, true);
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "\n"));
    await document.save();
    await until("the formatted text", () =>
      document.getText().startsWith('labels job { region: "NA" | "EU" }'),
    );
  });
  await check("finds tests, runs them and places their failures", async () => {
    await open("main.route");
    await api.tests.refresh();
    const found = testItems(api.tests.controller.items);
    const byLabel = new Map(found.map((item) => [item.label, item]));
    const good = byLabel.get("others go elsewhere");
    const bad = byLabel.get("fails on purpose");
    assert.ok(good && bad, [...byLabel.keys()].join());
    await vscode.commands.executeCommand("routewright.runTest", good.uri?.toString(), good.id);
    await vscode.commands.executeCommand("routewright.runTest", bad.uri?.toString(), bad.id);
    assert.equal(api.tests.lastResults.get(good.id)?.outcome, "passed");
    const outcome = api.tests.lastResults.get(bad.id);
    assert.equal(outcome?.outcome, "failed");
    const document = await open("main.route");
    const line = outcome?.messages[0]?.location?.range.start.line ?? -1;
    assert.match(document.lineAt(line).text, /expect priority == 5/u);
  });
  await check("offers to run a test above it", async () => {
    const document = await open("main.route");
    const lenses = await until("the lens of a test", async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        document.uri,
        100,
      );
      return all.some(({ command }) => command?.command === "routewright.runTest")
        ? all
        : undefined;
    });
    const lens = lenses.find(({ command }) => command?.command === "routewright.runTest");
    assert.match(document.lineAt(lens?.range.start.line ?? 0).text, /^test/u);
  });
  await check("counts coverage", async () => {
    const result = await api.server.request<{ coverage: readonly { uri: string }[] }>(
      methods.runTests,
      { coverage: true },
    );
    assert.ok(result.coverage.some(({ uri }) => uri.endsWith("main.route")));
  });
  await check("steps forwards and backwards through a decision", () => stepThrough(api));
  await check("stops at a breakpoint, and at it again in reverse", breakAndReverse);
  await check("evaluates a job and paints the trace", async () => {
    const document = await open("main.route");
    await vscode.commands.executeCommand("routewright.evaluate", document.uri);
    await until("painted rules", () => api.painter.marks.length > 0);
    assert.ok(api.painter.marks.some(({ state }) => state === "applied"));
    await vscode.commands.executeCommand("routewright.clearTrace");
    assert.equal(api.painter.marks.length, 0);
  });
  await check("opens the preview beside the policy", async () => {
    const document = await open("main.route");
    await vscode.commands.executeCommand("routewright.preview", document.uri);
    await until("the preview's tab", () =>
      vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ label }) => label === "Preview main.route"),
      ),
    );
  });
  await check("pastes JSON as a policy", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "routewright" });
    await vscode.window.showTextDocument(document);
    const json = await vscode.workspace.openTextDocument(inFolder("objects.json"));
    await vscode.env.clipboard.writeText(json.getText());
    await vscode.commands.executeCommand("routewright.pasteAsPolicy");
    await until("the pasted policy", () => /^queue billing/mu.test(document.getText()));
  });
  await check("starts a policy that has no findings", async () => {
    await vscode.commands.executeCommand("routewright.newPolicy");
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.getText() ?? "", /^\/\/\/ Where incoming jobs go/u);
    const { tests } = await api.server.request<{ tests: readonly unknown[] }>(methods.tests, {
      uri: document?.uri.toString(),
    });
    assert.equal(tests.length, 1);
    assert.deepEqual(vscode.languages.getDiagnostics(document?.uri ?? inFolder("none")), []);
  });
}

/** What `routewright simulate` says of the same workload; this file is bundled for browsers too. */
async function simulateByCommand(): Promise<{ readonly json: string; readonly html: string }> {
  const { execFileSync } = process.getBuiltinModule("node:child_process");
  const path = vscode.extensions.getExtension("routewright.routewright")?.extensionPath ?? "";
  const command = `${path}/../../cli/bin/routewright.js`;
  const args = ["main.route", "--workload", "workload.json", "--seed", "3", "--html", "own.html"];
  try {
    const json = execFileSync(process.execPath, [command, "simulate", ...args, "--json"], {
      cwd: inFolder(".").fsPath,
      encoding: "utf8",
    });
    return { json, html: await textIn("own.html") };
  } finally {
    await vscode.workspace.fs.delete(inFolder("own.html"));
  }
}

async function textIn(name: string): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(inFolder(name)));
}

async function stepThrough(api: Api): Promise<void> {
  const document = await open("main.route");
  const session = await startDebugging(document);
  const steps = await api.server.request<DecisionSteps>(methods.decisionSteps, {
    uri: document.uri.toString(),
    job: jobOfTest,
    policyId: "intake",
  });
  assert.ok(steps.steps.length > 3, `${steps.steps.length} steps`);
  const first = await topFrame(session);
  await session.customRequest("next", { threadId: 1 });
  const second = await until("the second step", async () => {
    const frame = await topFrame(session);
    return frame.id !== first.id ? frame : undefined;
  });
  await session.customRequest("stepBack", { threadId: 1 });
  const again = await until("the first step again", async () => {
    const frame = await topFrame(session);
    return frame.id === first.id ? frame : undefined;
  });
  assert.equal(again.name, first.name);
  assert.notEqual(second.id, first.id);
  const { scopes } = await session.customRequest("scopes", { frameId: again.id });
  assert.ok(scopes.length > 0, "there are variables");
  await stopDebugging(session);
}

async function breakAndReverse(): Promise<void> {
  const document = await open("main.route");
  const line = placeOf(document, "require worker.language", 0).line;
  const point = new vscode.SourceBreakpoint(
    new vscode.Location(document.uri, new vscode.Position(line, 0)),
  );
  vscode.debug.addBreakpoints([point]);
  const session = await startDebugging(document);
  await session.customRequest("continue", { threadId: 1 });
  const stopped = await until("the breakpoint", async () => {
    const frame = await topFrame(session);
    return frame.line === line + 1 ? frame : undefined;
  });
  await session.customRequest("next", { threadId: 1 });
  await session.customRequest("reverseContinue", { threadId: 1 });
  await until("the breakpoint in reverse", async () => {
    const frame = await topFrame(session);
    return frame.id === stopped.id ? frame : undefined;
  });
  vscode.debug.removeBreakpoints([point]);
  await stopDebugging(session);
}

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
}

async function topFrame(session: vscode.DebugSession): Promise<Frame> {
  const { stackFrames } = await session.customRequest("stackTrace", { threadId: 1 });
  return stackFrames[0] as Frame;
}

const jobOfTest = { labels: { region: "NA", language: "en", vip: true } };

async function startDebugging(document: vscode.TextDocument): Promise<vscode.DebugSession> {
  const started = await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], {
    type: "routewright",
    request: "launch",
    name: "e2e",
    policy: document.uri.toString(),
    job: jobOfTest,
    classification: "intake",
  });
  assert.ok(started, "debugging starts");
  const session = await until("the session", () => vscode.debug.activeDebugSession);
  await until("the first stop", async () => (await topFrame(session)) !== undefined);
  return session;
}

async function stopDebugging(session: vscode.DebugSession): Promise<void> {
  await vscode.debug.stopDebugging(session);
  await until("the end of the session", () => vscode.debug.activeDebugSession === undefined);
}

async function completions(
  document: vscode.TextDocument,
  words: string,
  offset: number,
): Promise<readonly string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    document.uri,
    placeOf(document, words, offset),
  );
  return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
}

function testItems(items: vscode.TestItemCollection): readonly vscode.TestItem[] {
  const found: vscode.TestItem[] = [];
  for (const [, item] of items) found.push(item, ...testItems(item.children));
  return found;
}

function textOf(content: vscode.MarkdownString | vscode.MarkedString): string {
  return typeof content === "string" ? content : content.value;
}

function placeOf(document: vscode.TextDocument, words: string, offset: number): vscode.Position {
  const found = document.getText().indexOf(words);
  assert.ok(found >= 0, `${words} is in the file`);
  return document.positionAt(found + offset);
}

function inFolder(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "a folder is open");
  return vscode.Uri.joinPath(folder.uri, name);
}

async function open(name: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(inFolder(name));
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  return document;
}
