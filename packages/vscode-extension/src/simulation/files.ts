import type { JobForm } from "@routewright/lsp/protocol";
import type { FileChoice, SimulationForm } from "@routewright/views/events";
import * as vscode from "vscode";
import type { NamedFile } from "./messages.ts";
import { sampleWorkload } from "./sample-workload.ts";

const elsewhere = "**/{node_modules,.git,dist}/**";
const limits = { files: 300, workloadBytes: 64_000_000, searchedBytes: 2_000_000 };

/** Policies, workloads and other JSON files of the workspace, those near the policy first. */
export async function findForm(policy: vscode.Uri | undefined): Promise<SimulationForm> {
  const [policies, json] = await Promise.all([
    vscode.workspace.findFiles("**/*.route", elsewhere, limits.files),
    vscode.workspace.findFiles("**/*.json", elsewhere, limits.files),
  ]);
  const isWorkloads = await Promise.all(json.map(isWorkload));
  const open = policy === undefined || policies.some((uri) => isSame(uri, policy)) ? [] : [policy];
  const near = byNearness(policy);
  return {
    policies: [...open, ...policies.sort(near)].map(toChoice),
    workloads: json
      .filter((_, index) => isWorkloads[index] === true)
      .sort(near)
      .map(toChoice),
    answers: json
      .filter((_, index) => isWorkloads[index] !== true)
      .sort(near)
      .map(toChoice),
  };
}

export function toChoice(uri: vscode.Uri): FileChoice {
  return { uri: uri.toString(), name: vscode.workspace.asRelativePath(uri) };
}

/** The text as the editor has it, saved or not. */
export async function readText(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => isSame(document.uri, uri));
  if (open !== undefined) return open.getText();
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > limits.workloadBytes) throw new Error("it is larger than 64 MB");
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/**
 * Data beside the workload. Other endings and other folders are refused, so that a workload from
 * elsewhere cannot show the lines of any file in its findings.
 */
export async function readNamed(workload: vscode.Uri, path: string): Promise<NamedFile> {
  const missing = (reason: string): NamedFile => ({ name: path, missing: reason });
  if (!/\.(?:csv|tsv|json)$/iu.test(path)) {
    return missing("only .csv, .tsv and .json files are read");
  }
  if (/^(?:[\\/]|[a-z]:)|\0/iu.test(path)) {
    return missing("a path from the workload's folder is wanted");
  }
  const uri = vscode.Uri.joinPath(workload, "..", path);
  if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
    const folder = vscode.Uri.joinPath(workload, "..").path;
    if (!uri.path.startsWith(`${folder}/`)) return missing("it is outside of the workspace");
  }
  try {
    return { name: uri.toString(), text: await readText(uri) };
  } catch (error) {
    const isMissing = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
    const reason = error instanceof Error ? error.message : String(error);
    return missing(isMissing ? "there is no such file" : reason);
  }
}

/** Writes a workload that suits the policy beside it, never over a file that is there. */
export async function writeWorkload(policy: vscode.Uri, form: JobForm): Promise<vscode.Uri> {
  const folder =
    policy.scheme === "untitled"
      ? vscode.workspace.workspaceFolders?.[0]?.uri
      : vscode.Uri.joinPath(policy, "..");
  if (folder === undefined) throw new Error("open a folder first: the workload needs a place");
  for (let number = 1; ; number++) {
    const name = number === 1 ? "workload.json" : `workload-${number}.json`;
    const uri = vscode.Uri.joinPath(folder, name);
    if (await exists(uri)) continue;
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(sampleWorkload(form)));
    return uri;
  }
}

/** The same run in a terminal, from the workspace's folder. */
export function commandLine(choice: {
  readonly policy: string;
  readonly workload: string;
  readonly compare?: string | undefined;
  readonly answers?: string | undefined;
  readonly replications?: number | undefined;
  readonly seed?: number | undefined;
}): string {
  const path = (uri: string): string =>
    quoted(vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false));
  const { policy, workload, compare, answers, replications, seed } = choice;
  return [
    "routewright simulate",
    path(policy),
    `--workload ${path(workload)}`,
    ...(compare === undefined ? [] : [`--compare ${path(compare)}`]),
    ...(answers === undefined ? [] : [`--answers ${path(answers)}`]),
    ...(replications === undefined ? [] : [`--replications ${replications}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
  ].join(" ");
}

function quoted(path: string): string {
  return /^[\w./@+-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

async function isWorkload(uri: vscode.Uri): Promise<boolean> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > limits.searchedBytes) return false;
    return /"format"\s*:\s*"routewright-workload\//u.test(await readText(uri));
  } catch {
    // Gone, or not to be read: then it is none to offer.
    return false;
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** Files of the same folder first, then by name. */
function byNearness(to: vscode.Uri | undefined): (a: vscode.Uri, b: vscode.Uri) => number {
  const folder = to === undefined ? "" : to.path.slice(0, to.path.lastIndexOf("/") + 1);
  const isBeside = ({ path }: vscode.Uri): boolean => path.slice(0, folder.length) === folder;
  return (a, b) =>
    Number(isBeside(b)) - Number(isBeside(a)) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function isSame(a: vscode.Uri, b: vscode.Uri): boolean {
  return a.toString() === b.toString();
}
