import process from "node:process";
import type {
  Access,
  ApplyProgress,
  CarriedOut,
  Drift,
  LiveObjects,
  NamedObject,
  Plan,
  Session,
} from "@routewright/azure/node";
import type { RouterObjects } from "@routewright/jobrouter";
import { methods, type PreviewResult } from "@routewright/lsp/protocol";
import type { BehaviourReport } from "@routewright/runtime";
import * as vscode from "vscode";
import { summarise } from "../client/convert.ts";
import type { Server } from "../client/server.ts";
import type { EmulatorControl } from "../emulator/emulator.ts";
import { loadParts, type Parts } from "./load.ts";
import { emulatorTarget, keptFor, type Target } from "./target.ts";
import type { Vault } from "./vault.ts";

/** A plan that somebody looks at, with all that carrying it out needs. */
export interface ShownPlan {
  readonly plan: Plan;
  readonly live: LiveObjects;
  readonly target: Target;
  readonly policy: vscode.Uri;
  /** The file that was compiled: the policy, or one that imports it. */
  readonly entry: vscode.Uri;
  readonly wanted: Wanted;
  readonly notices: readonly string[];
  readonly behaviour?: BehaviourReport;
}

export interface Wanted {
  readonly objects: RouterObjects;
  readonly hash: string;
  /** Credentials that are written out in the policy. */
  readonly values: Readonly<Record<string, string>>;
  readonly entry: vscode.Uri;
}

export interface FoundDrift {
  readonly found: readonly Drift[];
  readonly live: LiveObjects;
  readonly service: string;
  readonly owned: number;
  readonly foreign: number;
  readonly notices: readonly string[];
}

/** Why something is not done; for people. */
export class DeployRefusal extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.name = "DeployRefusal";
    this.help = help;
  }
}

/** Plans, applies and looks for drift, without a question or a message: those are the commands'. */
export interface Deployer {
  plan(target: Target, policy: vscode.Uri): Promise<ShownPlan>;
  /** Exactly the plan. Refuses when anything has moved since it was made. */
  apply(
    shown: ShownPlan,
    options: { readonly signal?: AbortSignal; onProgress?(progress: ApplyProgress): void },
  ): Promise<CarriedOut>;
  /** @param policy in whose folder the record of what is ours is. */
  drift(target: Target, policy: vscode.Uri): Promise<FoundDrift>;
  /**
   * Takes note of objects as ours, as they are: those that `seen` has, unless one is another by now.
   *
   * @param keys as `queues/support`.
   */
  adopt(
    target: Target,
    policy: vscode.Uri,
    keys: readonly string[],
    seen: LiveObjects,
  ): Promise<readonly NamedObject[]>;
  /** Lets objects go: they stay where they are, and are no longer ours. */
  forget(
    target: Target,
    policy: vscode.Uri,
    keys: readonly string[],
  ): Promise<readonly NamedObject[]>;
}

export function deployer(server: Server, emulator: EmulatorControl, vault: Vault): Deployer {
  let isBusy = false;
  /** One at a time: what one finds, another would change under it. */
  const alone = async <T>(run: (parts: Parts) => Promise<T>): Promise<T> => {
    if (isBusy) throw new DeployRefusal("another plan or apply of this window is under way");
    isBusy = true;
    try {
      return await run(await loadParts());
    } finally {
      isBusy = false;
    }
  };

  const inSession = async <T>(
    parts: Parts,
    target: Target,
    folder: vscode.Uri,
    names: readonly string[],
    mayWrite: boolean,
    run: (session: Session, notices: readonly string[]) => Promise<T>,
  ): Promise<T> => {
    const notices: string[] = [];
    const access = await accessOf(target, emulator, vault);
    const values = new Map<string, string>();
    for (const name of names) {
      const value = await vault.value(keptFor(target), name);
      if (value !== undefined) values.set(name, value);
    }
    return parts.withSession(
      {
        access,
        folder: folder.fsPath,
        lock: true,
        // An empty variable is one that somebody forgot to fill.
        lookup: (name) => values.get(name) || process.env[name] || undefined,
        onNotice: (text) => notices.push(text),
        ...(target.kind !== "emulator" && target.state !== undefined
          ? { state: target.state }
          : {}),
      },
      mayWrite,
      (session) => run(session, notices),
    );
  };

  return {
    plan: (target, policy) =>
      alone(async (parts) => {
        const folder = folderOf(policy);
        await saveOpenPolicies();
        const wanted = await wantedOf(server, parts, target, policy);
        const names = parts.secretNames(wanted.objects);
        return inSession(parts, target, folder, names, false, async (plain, notices) => {
          const session = parts.withValues(plain, wanted.values);
          const objects = parts.sealWanted(wanted.objects, session.lookup, session.print);
          const made = await parts.planFor(session, { objects, hash: wanted.hash }, false);
          const told = await behaviourOf(parts, policy, made.live, wanted.objects);
          return {
            ...made,
            target,
            policy,
            entry: wanted.entry,
            wanted,
            notices: [...notices, ...told.problems],
            ...(told.report === undefined ? {} : { behaviour: told.report }),
          };
        });
      }),
    apply: (shown, options) =>
      alone((parts) => {
        const names = parts.secretNames(shown.wanted.objects);
        return inSession(parts, shown.target, folderOf(shown.policy), names, true, (plain) =>
          parts.carryOut(parts.withValues(plain, shown.wanted.values), shown.plan, options),
        );
      }),
    drift: (target, policy) =>
      alone((parts) =>
        inSession(parts, target, folderOf(policy), [], false, async (session, notices) => {
          const live = await parts.look(session);
          const owned = new Set(session.state.objects.map(parts.keyOf));
          return {
            found: parts.driftOf(session.state, live),
            live,
            service: session.target,
            owned: owned.size,
            foreign: [...live.objects.keys()].filter((key) => !owned.has(key)).length,
            notices,
          };
        }),
      ),
    adopt: (target, policy, keys, { objects }) =>
      alone((parts) => {
        const seen = new Map([...objects].map(([key, { etag }]) => [key, etag]));
        return inSession(parts, target, folderOf(policy), [], true, (session) =>
          parts.adoptObjects(session, keys, seen),
        );
      }),
    forget: (target, policy, keys) =>
      alone((parts) =>
        inSession(parts, target, folderOf(policy), [], true, (session) =>
          parts.forgetObjects(session, keys),
        ),
      ),
  };
}

/** @throws DeployRefusal when there is nothing to be let in with. */
async function accessOf(target: Target, emulator: EmulatorControl, vault: Vault): Promise<Access> {
  switch (target.kind) {
    case "emulator": {
      const { port, key } = emulator.address();
      const text = `endpoint=http://localhost:${port};accesskey=${key}`;
      return { kind: "connectionString", text, from: emulatorTarget.name };
    }
    case "identity":
      return { kind: "identity", endpoint: target.endpoint };
    case "connectionString": {
      const text = await vault.connectionString(target.endpoint);
      if (text !== undefined) return { kind: "connectionString", text, from: target.name };
      throw new DeployRefusal(
        `the connection string of ${target.name} is not known here`,
        "store it with the command Routewright: Add a Target…; it is kept in the editor's secret storage",
      );
    }
  }
}

/** State files and journals are files of this machine. */
function folderOf(policy: vscode.Uri): vscode.Uri {
  const folder = vscode.workspace.getWorkspaceFolder(policy)?.uri;
  if (folder?.scheme === "file") return folder;
  throw new DeployRefusal(
    folder === undefined
      ? "the policy is in no folder that is open"
      : "the folder is on no disk of this machine",
    "the record of what is ours is kept in the folder; open it on a machine that has it",
  );
}

/** What is planned is what is on the disk, as the command would find it. */
async function saveOpenPolicies(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || document.isUntitled || document.languageId !== "routewright") continue;
    if (await document.save()) continue;
    throw new DeployRefusal(`${document.fileName} could not be saved`, "save it first");
  }
}

async function wantedOf(
  server: Server,
  parts: Parts,
  target: Target,
  policy: vscode.Uri,
): Promise<Wanted> {
  const parameters = target.kind === "emulator" ? undefined : target.parameters;
  const preview = await server.request<PreviewResult>(methods.preview, {
    uri: policy.toString(),
    ...(parameters === undefined ? {} : { parameters }),
  });
  if (!preview.ok) {
    throw new DeployRefusal(`the policy does not compile: ${summarise(preview.problems)}`);
  }
  const lists: Record<string, unknown[]> = {};
  for (const { kind, text } of preview.files) {
    lists[kind] ??= [];
    lists[kind].push(JSON.parse(text));
  }
  const { value, diagnostics } = parts.decodeObjects([parts.sourceText(JSON.stringify(lists))]);
  if (parts.hasErrors(diagnostics)) {
    throw new Error(`compiled objects are not understood: ${diagnostics[0]?.message}`);
  }
  const { objects, values } = parts.extractSecrets(value);
  return { objects, values, hash: preview.hash, entry: vscode.Uri.parse(preview.entry) };
}

/** Sample jobs are a help beside the plan: that they cannot be read is told, and stops nothing. */
async function behaviourOf(
  parts: Parts,
  policy: vscode.Uri,
  live: LiveObjects,
  wanted: RouterObjects,
): Promise<{ readonly report?: BehaviourReport; readonly problems: readonly string[] }> {
  const path = vscode.workspace.getConfiguration("routewright", policy).get("sampleJobs", "");
  if (path === "") return { problems: [] };
  const file = vscode.Uri.joinPath(policy, "..", path);
  let text: string;
  try {
    text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return { problems: [`the sample jobs ${path} cannot be read`] };
  }
  const { value: jobs, diagnostics } = parts.decodeJobs(parts.sourceText(text, path));
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (first !== undefined) return { problems: [`in the sample jobs ${path}: ${first.message}`] };
  return { report: parts.compareObjects(parts.liveAsObjects(live), wanted, jobs), problems: [] };
}
