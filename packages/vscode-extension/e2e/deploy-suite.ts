import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { clientStore, createClient, type ObjectStore, type StoredObject } from "@routewright/azure";
import * as vscode from "vscode";
import type { Target } from "../src/deploy/target.ts";
import type { Api } from "../src/extension.ts";
import { type Checks, startChecks, until } from "./counts.ts";
import { changedPolicy, planted, policy } from "./deploy-workspace.ts";

/** Runs inside the extension host of a real VS Code: the emulator and deploying, by the real code. */

const emulatorTarget: Target = { kind: "emulator", name: "emulator" };

export async function run(): Promise<void> {
  const checks = startChecks((line) => console.log(line));
  const extension = vscode.extensions.getExtension<Api>("routewright.routewright");
  assert.ok(extension, "the extension is installed");
  const api = await extension.activate();
  assert.ok(api.services.inside, "services of a Node.js host");
  if (vscode.workspace.isTrusted) {
    await checkDeploying(api.services.inside, checks, extension.extensionPath);
  } else await checkRestricted(api.services.inside, checks);
  console.log(`${checks.passed} passed, ${checks.failed} failed`);
  if (checks.failed > 0) throw new Error(`${checks.failed} failed`);
}

/** In a folder that is not trusted nothing starts and nothing connects, whoever asks. */
async function checkRestricted(inside: Inside, { check }: Checks): Promise<void> {
  await check("nothing starts, is planned or stored in a folder that is not trusted", async () => {
    const document = await vscode.workspace.openTextDocument(fileUri("main.route"));
    await vscode.window.showTextDocument(document);
    const names = [
      "startEmulator",
      "emulatorMenu",
      "plan",
      "apply",
      "drift",
      "addTarget",
      "removeTarget",
    ];
    for (const name of names) {
      // Answered at once: what would go on asks a question, or works.
      const answered = vscode.commands.executeCommand(
        `routewright.${name}`,
        document.uri,
        "emulator",
      );
      const late = new Promise((resolve) => setTimeout(() => resolve("late"), 5_000));
      assert.equal(await Promise.race([answered, late]), undefined, name);
    }
    assert.equal(inside.emulator.state.kind, "off");
    assert.equal(inside.deploy.model, undefined);
    assert.ok(!folderFiles().some((path) => path.startsWith("routewright-state")));
  });
  await check(
    "settings of the folder say nothing about targets and the emulator there",
    async () => {
      const section = vscode.workspace.getConfiguration("routewright");
      assert.deepEqual(section.get("targets"), []);
      assert.equal(section.get("emulator.data"), "");
    },
  );
}

type Inside = NonNullable<Api["services"]["inside"]>;

async function checkDeploying(inside: Inside, { check }: Checks, extension: string): Promise<void> {
  const { emulator, deployer, deploy, vault } = inside;
  const main = fileUri("main.route");
  let store: ObjectStore | undefined;
  const service = (): ObjectStore => {
    if (store === undefined) throw new Error("the emulator is not running");
    return store;
  };
  const shown = (): Inside["deploy"]["model"] => deploy.model;
  const applyAll = async (): Promise<void> => {
    const result = await deployer.apply(await deployer.plan(emulatorTarget, main), {});
    assert.equal(result.kind, "applied");
  };

  await check("nothing runs and nothing is shown before it is asked for", async () => {
    await vscode.window.showTextDocument(main);
    assert.equal(emulator.state.kind, "off");
    assert.equal(deploy.model, undefined);
    assert.deepEqual(folderFiles(), ["jobs.json", "main.route"]);
  });

  await check("starts the emulator, in a process of its own", async () => {
    await vscode.commands.executeCommand("routewright.startEmulator");
    const { state } = emulator;
    assert.equal(state.kind, "running");
    if (state.kind !== "running") return;
    store = clientStore(createClient(state.connectionString, { allowInsecureConnection: true }));
    const clock = await emulator.changeClock({ frozen: true });
    assert.equal(clock.frozen, true);
    const later = await emulator.changeClock({ advance: "PT5M" });
    assert.equal(Date.parse(later.now) - Date.parse(clock.now), 300_000);
    await emulator.changeClock({ frozen: false });
    await assert.rejects(emulator.changeClock({ advance: "PT" }), /duration/u);
  });

  await check("a port in use is told, with how to mend it", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as AddressInfo;
    await emulator.stop();
    assert.equal(emulator.state.kind, "off");
    await assert.rejects(emulator.start({ port }), (error: Error & { takenPort?: number }) => {
      assert.match(error.message, new RegExp(`port ${port} cannot be used`, "u"));
      return error.takenPort === port;
    });
    await new Promise((resolve) => blocker.close(resolve));
    const { connectionString } = await emulator.start();
    store = clientStore(createClient(connectionString, { allowInsecureConnection: true }));
  });

  await check("plans what is to be made, and writes nothing", async () => {
    await vscode.commands.executeCommand("routewright.plan", main, "emulator");
    assert.deepEqual(counts(deploy.model), { create: 7, update: 0, delete: 0, same: 0 });
    assert.ok(deploy.model?.changes.every(({ action }) => action === "create"));
    assert.equal(deploy.model?.behaviour?.jobs, 12);
    assert.deepEqual(await liveKeys(service()), []);
    assert.ok(!folderFiles().some((path) => path.startsWith("routewright-state")));
  });

  await check("without the value of a secret nothing is applied; with it, everything", async () => {
    const shown = await deployer.plan(emulatorTarget, main);
    await assert.rejects(deployer.apply(shown, {}), /ROUTEWRIGHT_E2E_SCORING_KEY/u);
    assert.deepEqual(await liveKeys(service()), []);
    await vault.keepValue("emulator", "ROUTEWRIGHT_E2E_SCORING_KEY", planted.SCORING_KEY);
    await applyAll();
    assert.equal((await liveKeys(service())).length, 7);
  });

  await check("then nothing is left to do, for the command neither", async () => {
    await vscode.commands.executeCommand("routewright.plan", main, "emulator");
    assert.deepEqual(counts(deploy.model), { create: 0, update: 0, delete: 0, same: 7 });
    assert.match(deploy.model?.banner?.text ?? "", /Nothing to do/u);
    const { code, output } = await cli(extension, ["plan", "main.route", "--detailed-exitcode"]);
    assert.equal(code, 0, output);
  });

  await check(
    "one changed rule is exactly that field, and what it does to the samples",
    async () => {
      await write(main, policy.replace("-> 10\n", "-> 50\n"));
      await vscode.commands.executeCommand("routewright.plan", main, "emulator");
      assert.deepEqual(counts(deploy.model), { create: 0, update: 1, delete: 0, same: 6 });
      const [change] = deploy.model?.changes ?? [];
      assert.equal(change?.key, "classificationPolicies/intake");
      assert.deepEqual(
        change?.lines.map(({ path }) => path),
        ["prioritizationRule.expression"],
      );
      const [group] = deploy.model?.behaviour?.groups ?? [];
      assert.equal(deploy.model?.behaviour?.changed, 3);
      assert.deepEqual(group?.changes, ["priority 10 → 50"]);
      await applyAll();
    },
  );

  await check("the command goes on where the editor left, and the other way round", async () => {
    await write(main, policy.replace("-> 10\n", "-> 60\n"));
    const applied = await cli(extension, ["apply", "main.route", "--yes"]);
    assert.equal(applied.code, 0, applied.output);
    const shown = await deployer.plan(emulatorTarget, main);
    assert.equal(shown.plan.changes.length, 0);
    await write(main, policy);
    await applyAll();
  });

  await check("drift is clean, and then shows what somebody else changed", async () => {
    await vscode.commands.executeCommand("routewright.drift", main, "emulator");
    assert.match(deploy.model?.banner?.text ?? "", /Nobody else/u);
    await service().patch("queues", "eu", { name: "renamed by hand" }, { kind: "absent" });
    await vscode.commands.executeCommand("routewright.drift", main, "emulator");
    const [change, ...others] = deploy.model?.changes ?? [];
    assert.equal(others.length, 0);
    assert.equal(change?.key, "queues/eu");
    assert.deepEqual(change?.lines, [{ sign: "+", path: "name", after: '"renamed by hand"' }]);
    assert.match(
      deploy.model?.nextSteps.at(-1)?.command ?? "",
      /^routewright adopt queues\/eu --/u,
    );
    await applyAll();
    assert.equal((await deployer.drift(emulatorTarget, main)).found.length, 0);
  });

  await check("adopts what somebody else changed, as it was shown and no other way", async () => {
    await service().patch("queues", "eu", { name: "renamed by hand" }, { kind: "absent" });
    await vscode.commands.executeCommand("routewright.drift", main, "emulator");
    const offer = { kind: "adopt", keys: ["queues/eu"], label: "Adopt…" } as const;
    assert.deepEqual(deploy.model?.changes[0]?.offer, offer);
    const { live } = await deployer.drift(emulatorTarget, main);
    const before = await contents(service());
    await service().patch("queues", "eu", { name: "again" }, { kind: "absent" });
    const adopt = () => deployer.adopt(emulatorTarget, main, offer.keys, live);
    await assert.rejects(adopt, /`eu` has changed since it was shown; nothing was adopted/u);
    assert.equal((await deployer.drift(emulatorTarget, main)).found.length, 1);
    await assert.rejects(
      deployer.adopt(emulatorTarget, main, ["queues/none"], live),
      /no queue `none`/u,
    );
    const seen = await deployer.drift(emulatorTarget, main);
    const now = await contents(service());
    assert.notEqual(now, before);
    assert.deepEqual(await deployer.adopt(emulatorTarget, main, offer.keys, seen.live), [
      { kind: "queues", id: "eu" },
    ]);
    assert.equal(await contents(service()), now, "nothing is written to the service");
    assert.equal((await deployer.drift(emulatorTarget, main)).found.length, 0);
    const { plan } = await deployer.plan(emulatorTarget, main);
    assert.deepEqual(
      plan.changes.map((change) => [change.action, change.id]),
      [["update", "eu"]],
    );
    await applyAll();
  });

  await check("a view that comes back after a reload can be read, and made again", async () => {
    await service().patch("queues", "eu", { name: "renamed by hand" }, { kind: "absent" });
    await vscode.commands.executeCommand("routewright.drift", main, "emulator");
    const model = shown();
    assert.ok(model);
    const memory: unknown = JSON.parse(
      JSON.stringify({ model, policy: main.toString(), target: "emulator" }),
    );
    const kept = () => vscode.window.createWebviewPanel(deploy.viewType, "", 2);
    const second = kept();
    await deploy.restore(second, memory);
    assert.equal(deploy.model, model, "the one that is there stays");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until("the end of the panel", () => shown() === undefined);
    await deploy.restore(kept(), { model: "a text" });
    assert.ok(shown() === undefined);
    await deploy.restore(kept(), memory);
    const restored = shown();
    assert.equal(restored?.changes[0]?.key, "queues/eu");
    assert.equal(restored?.changes[0]?.hasDiff, false);
    assert.equal(restored?.changes[0]?.offer, undefined);
    assert.match(restored?.banner?.text ?? "", /before the window was loaded anew/u);
    assert.deepEqual(
      restored?.actions.map(({ id, isMain }) => [id, isMain]),
      [
        ["plan", false],
        ["drift", true],
      ],
    );
    await vscode.commands.executeCommand("routewright.drift", main, "emulator");
    assert.equal(shown()?.changes[0]?.hasDiff, true);
    await applyAll();
  });

  await check("refuses when anything has moved since the plan, and writes nothing", async () => {
    await write(main, changedPolicy);
    const shown = await deployer.plan(emulatorTarget, main);
    await service().patch("queues", "na", { name: "moved" }, { kind: "absent" });
    const before = await contents(service());
    await assert.rejects(deployer.apply(shown, {}), /queue `na` was changed; nothing was changed/u);
    assert.equal(await contents(service()), before);
    await write(main, policy);
    await applyAll();
    await assert.rejects(deployer.apply(shown, {}), /another state/u);
  });

  await check(
    "foreign objects are in the way, never touched, and keep what they name",
    async () => {
      const body = { distributionPolicyId: "longest" };
      await service().patch("queues", "rest", body, { kind: "absent" });
      await write(main, changedPolicy);
      await vscode.commands.executeCommand("routewright.plan", main, "emulator");
      assert.match(deploy.model?.conflicts[0]?.message ?? "", /`rest` exists and was not made/u);
      assert.deepEqual(
        deploy.model?.actions.map(({ id }) => id),
        ["plan", "drift"],
      );
      await assert.rejects(
        deployer.apply(await deployer.plan(emulatorTarget, main), {}),
        /conflicts/u,
      );
      assert.ok((await liveKeys(service())).includes("queues/rest"));
      await write(main, policy);
    },
  );

  await check("a foreign object is adopted from the plan, and let go from the next", async () => {
    await write(main, changedPolicy);
    await vscode.commands.executeCommand("routewright.plan", main, "emulator");
    const keys = ["queues/rest"];
    const adopt = { kind: "adopt", keys, label: "Adopt…" };
    assert.deepEqual(deploy.model?.conflicts[0]?.offer, adopt);
    const { live } = await deployer.plan(emulatorTarget, main);
    await deployer.adopt(emulatorTarget, main, keys, live);
    assert.deepEqual((await deployer.plan(emulatorTarget, main)).plan.conflicts, []);
    await write(main, policy);
    await vscode.commands.executeCommand("routewright.plan", main, "emulator");
    const deleted = deploy.model?.changes.filter(({ action }) => action === "delete") ?? [];
    assert.deepEqual(
      deleted.map(({ key, offer }) => [key, offer]),
      [["queues/rest", { kind: "forget", keys, label: "Keep It There…" }]],
    );
    await deployer.forget(emulatorTarget, main, keys);
    assert.equal((await deployer.plan(emulatorTarget, main)).plan.changes.length, 0);
    assert.ok((await liveKeys(service())).includes("queues/rest"));
    await assert.rejects(deployer.forget(emulatorTarget, main, keys), /is not ours/u);
    await service().delete("queues", "rest");
  });

  await check(
    "a deletion that the service refuses is explained, and the rest recorded",
    async () => {
      await write(main, changedPolicy);
      const shown = await deployer.plan(emulatorTarget, main);
      // Somebody names the queue that the plan deletes; the plan has read nothing of theirs.
      const theirs = { fallbackQueueId: "apac" };
      await service().patch("classificationPolicies", "theirs", theirs, { kind: "absent" });
      const result = await deployer.apply(shown, {});
      assert.equal(result.kind, "stopped");
      if (result.kind !== "stopped") return;
      const [failure] = result.failures;
      assert.equal(failure?.change.id, "apac");
      assert.match(
        String(failure !== undefined && "error" in failure.cause && failure.cause.error),
        /with this queue as fallback queue/u,
      );
      assert.ok((await liveKeys(service())).includes("queues/apac"));
      await vscode.commands.executeCommand("routewright.plan", main, "emulator");
      assert.match(
        deploy.model?.conflicts[0]?.message ?? "",
        /`apac` cannot be deleted: .*`theirs`/u,
      );
      await service().delete("classificationPolicies", "theirs");
      await applyAll();
      assert.ok(!(await liveKeys(service())).includes("queues/apac"));
    },
  );

  await check("stopped on request, nothing more is begun, and a new plan goes on", async () => {
    await write(main, policy);
    const shown = await deployer.plan(emulatorTarget, main);
    const stop = new AbortController();
    const result = await deployer.apply(shown, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    assert.equal(result.kind, "stopped");
    assert.ok(result.kind === "stopped" && result.left.length > 0 && result.failures.length === 0);
    await applyAll();
    assert.equal((await deployer.plan(emulatorTarget, main)).plan.changes.length, 0);
  });

  await check("a policy that changes after its plan is told beside it", async () => {
    await vscode.commands.executeCommand("routewright.plan", main, "emulator");
    await write(main, changedPolicy);
    await until("the banner", () => /has changed since/u.test(deploy.model?.banner?.text ?? ""));
    await write(main, policy);
  });

  await check("planted credentials come to light nowhere, whatever a service answers", async () => {
    const told: string[] = [];
    const hostile = await startHostile();
    const endpoint = `http://localhost:${hostile.port}`;
    const target: Target = { kind: "connectionString", name: "hostile", endpoint };
    const text = `endpoint=${endpoint};accesskey=${planted.ACCESS_KEY}`;
    await vault.keepConnectionString(endpoint, text);
    await vault.keepValue(endpoint, "ROUTEWRIGHT_E2E_SCORING_KEY", planted.SCORING_KEY);
    const settings = vscode.workspace.getConfiguration("routewright");
    const entry = { name: "hostile", endpoint, credential: "connectionString" };
    await settings.update("targets", [entry], vscode.ConfigurationTarget.Workspace);
    // Shown where people see it; the commands end when it is on the screen.
    void vscode.commands.executeCommand("routewright.plan", main, "hostile");
    await until("an answer", () => hostile.heard.length > 0);
    const failure = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => "done",
        (error: Error) => `${error.message}\n${error.stack}`,
      );
    await until("the window to be free", async () => {
      const said = await failure(deployer.plan(target, main));
      told.push(said);
      return !said.includes("under way");
    });
    hostile.mode = "refuseWrites";
    const shown = await deployer.plan(target, main);
    told.push(JSON.stringify(shown.plan), JSON.stringify(shown.notices));
    const applied = await deployer.apply(shown, {});
    assert.equal(applied.kind, "stopped");
    told.push(
      ...(applied.kind === "stopped"
        ? applied.failures.map(({ cause }) =>
            String("error" in cause && (cause.error as Error).stack),
          )
        : []),
    );
    hostile.mode = "quoteInObjects";
    await vscode.commands.executeCommand("routewright.plan", main, "hostile");
    told.push(JSON.stringify(deploy.model));
    assert.match(JSON.stringify(deploy.model?.notices), /quotes a credential/u);
    await vscode.commands.executeCommand("routewright.drift", main, "hostile");
    told.push(JSON.stringify(deploy.model));
    assert.ok(
      hostile.heard.some((heard) => heard.includes(planted.SCORING_KEY)),
      "it was sent",
    );
    emulator.showLog();
    await vscode.commands.executeCommand("routewright.showLog");
    for (const { uri } of vscode.workspace.textDocuments) told.push(uri.toString());
    for (const document of vscode.workspace.textDocuments) told.push(document.getText());
    for (const path of folderFiles()) told.push(readFileSync(fileUri(path).fsPath, "utf8"));
    hostile.stop();
    const all = told.join("\n");
    assert.ok(all.length > 5_000, "there is something to look at");
    for (const secret of [...Object.values(planted), ...hostile.signatures()]) {
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString("base64"),
      ]) {
        assert.ok(!all.includes(form), `${secret} is in what was told`);
      }
    }
    await settings.update("targets", undefined, vscode.ConfigurationTarget.Workspace);
  });

  await check("a stored connection string serves its own address only", async () => {
    const other: Target = {
      kind: "connectionString",
      name: "hostile",
      endpoint: "https://evil.example",
    };
    await assert.rejects(deployer.plan(other, main), /is not known here/u);
  });

  await check("the emulator stops, and its process with it", async () => {
    const { state } = emulator;
    assert.equal(state.kind, "running");
    await vscode.commands.executeCommand("routewright.stopEmulator");
    assert.equal(emulator.state.kind, "off");
    if (state.kind !== "running") return;
    await assert.rejects(fetch(`${state.endpoint}/_emulator/clock`));
  });
}

function counts(model: Inside["deploy"]["model"]): Record<string, number> {
  return Object.fromEntries(
    (model?.counts ?? [])
      .filter(({ role }) => role !== "conflict" && role !== "jobs")
      .map(({ role, count }) => [role, count]),
  );
}

async function liveKeys(store: ObjectStore): Promise<readonly string[]> {
  return (await liveObjects(store)).map(([kind, { id }]) => `${kind}/${id}`).sort();
}

async function contents(store: ObjectStore): Promise<string> {
  return JSON.stringify(await liveObjects(store));
}

async function liveObjects(
  store: ObjectStore,
): Promise<readonly (readonly [string, StoredObject])[]> {
  const kinds = [
    "distributionPolicies",
    "exceptionPolicies",
    "queues",
    "classificationPolicies",
  ] as const;
  const lists = await Promise.all(
    kinds.map(async (kind) => [kind, await store.list(kind)] as const),
  );
  return lists.flatMap(([kind, { objects }]) => objects.map((object) => [kind, object] as const));
}

function folder(): vscode.Uri {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  if (first === undefined) throw new Error("no folder is open");
  return first.uri;
}

function fileUri(name: string): vscode.Uri {
  return vscode.Uri.joinPath(folder(), name);
}

function folderFiles(): readonly string[] {
  return readdirSync(folder().fsPath, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder().fsPath.length + 1))
    .sort();
}

/** Typed into the editor; a plan saves it. */
async function write(uri: vscode.Uri, text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), end), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
  await document.save();
}

/** The command in the same folder, told the same service. */
async function cli(
  extension: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const inside =
    vscode.extensions.getExtension<Api>("routewright.routewright")?.exports.services.inside;
  const { port, key } = inside?.emulator.address() ?? { port: 0, key: "" };
  const command = join(extension, "../../cli/bin/routewright.js");
  const service = ["--endpoint", `http://localhost:${port}`, "--key-env", "E2E_KEY"];
  const child = spawn(process.execPath, [command, ...args, ...service], {
    cwd: folder().fsPath,
    env: {
      ...process.env,
      E2E_KEY: key,
      ROUTEWRIGHT_E2E_SCORING_KEY: planted.SCORING_KEY,
      ELECTRON_RUN_AS_NODE: "1",
    },
  });
  let output = "";
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

/** A service that repeats what it is told: in refusals, and in the objects that it lists. */
async function startHostile() {
  const heard: string[] = [];
  const signatures = new Set<string>();
  const hostile = {
    mode: "refuse" as "refuse" | "refuseWrites" | "quoteInObjects",
    heard,
    signatures: () => [...signatures],
    port: 0,
    stop: () => server.close(),
  };
  const server = createServer((request, response) => {
    const header = request.headers.authorization ?? "";
    signatures.add(header.replace(/^.*Signature=/u, ""));
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      heard.push(body);
      const quoted = `${header} ${body} ${planted.ACCESS_KEY} ${planted.SCORING_KEY}`;
      const forms = [quoted, encodeURIComponent(quoted), Buffer.from(quoted).toString("base64")];
      const message = forms.join(" ");
      const answer = (status: number, value: unknown): void => {
        response
          .writeHead(status, { "content-type": "application/json" })
          .end(JSON.stringify(value));
      };
      const isQueues = request.url?.startsWith("/routing/queues?") === true;
      if (request.method === "GET" && hostile.mode === "quoteInObjects" && isQueues) {
        answer(200, { value: [{ id: "na", etag: '"1"', name: message }] });
      } else if (request.method === "GET" && hostile.mode !== "refuse") answer(200, { value: [] });
      else answer(400, { communicationError: { code: message, message, details: [] } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  hostile.port = (server.address() as AddressInfo).port;
  return hostile;
}
