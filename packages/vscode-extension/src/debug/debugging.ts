import {
  type DecisionStepsResult,
  methods,
  type TestItem,
  type TestsResult,
} from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { toUri } from "../client/convert.ts";
import type { Server } from "../client/server.ts";
import type { ActivePolicy } from "../panels/active-policy.ts";
import { DecisionDebugAdapter, type LaunchArguments } from "./adapter.ts";

const debugType = "routewright";

/** Registers the debugger: an adapter inside the extension, so it works in the web too. */
export function registerDebugger(server: Server, policies: ActivePolicy): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: () =>
        new vscode.DebugAdapterInlineImplementation(
          new DecisionDebugAdapter((launch) => loadSteps(server, launch)),
        ),
    }),
    vscode.debug.registerDebugConfigurationProvider(debugType, configurationProvider(policies)),
  );
}

function configurationProvider(policies: ActivePolicy): vscode.DebugConfigurationProvider {
  return {
    async resolveDebugConfigurationWithSubstitutedVariables(_folder, configuration) {
      if (!vscode.workspace.isTrusted) {
        void vscode.window.showErrorMessage("Nothing runs in a folder that is not trusted.");
        return undefined;
      }
      const file: unknown = configuration.policy;
      const uri = typeof file === "string" && file !== "" ? toUri(file) : policies.uri();
      if (uri === undefined) {
        void vscode.window.showErrorMessage("Open a policy first, or name one as `policy`.");
        return undefined;
      }
      return {
        ...configuration,
        policy: uri.toString(),
        job: await jsonOf(configuration.job, uri),
        workers: await jsonOf(configuration.workers, uri),
      };
    },
    resolveDebugConfiguration(_folder, configuration) {
      // F5 without a launch.json: a job without labels shows at least how the policy begins.
      if (configuration.type !== undefined && configuration.type !== "") return configuration;
      const uri = policies.uri();
      return uri === undefined ? undefined : jobConfiguration(uri);
    },
  };
}

export function jobConfiguration(uri: vscode.Uri): vscode.DebugConfiguration {
  return {
    type: debugType,
    request: "launch",
    name: "Debug a job",
    policy: uri.toString(),
    job: { labels: {} },
  };
}

async function loadSteps(server: Server, launch: LaunchArguments): Promise<DecisionStepsResult> {
  const { policy, test, testId, job, workers, classification, choice, parameters } =
    launch as LaunchArguments & Readonly<Record<string, unknown>>;
  const id =
    typeof testId === "string"
      ? testId
      : typeof test === "string"
        ? await idOfTest(server, policy, test)
        : undefined;
  return server.request<DecisionStepsResult>(methods.decisionSteps, {
    uri: policy,
    ...(id === undefined ? { job, workers, policyId: classification, choice } : { testId: id }),
    ...(parameters === undefined ? {} : { parameters }),
  });
}

async function idOfTest(server: Server, uri: string, name: string): Promise<string> {
  const { tests } = await server.request<TestsResult>(methods.tests, { uri });
  const all = tests.flatMap((test): readonly TestItem[] => [test, ...test.children]);
  const found = all.find(({ label }) => label === name);
  if (found === undefined) throw new Error(`the policy has no test named \`${name}\``);
  return found.id;
}

/** A path stands for the JSON in the file; relative to the policy. A list gives its first. */
async function jsonOf(value: unknown, policy: vscode.Uri): Promise<unknown> {
  if (typeof value !== "string") return value;
  const file = /^([a-z]:)?[\\/]/iu.test(value)
    ? vscode.Uri.file(value)
    : vscode.Uri.joinPath(policy, "..", value);
  return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
}
