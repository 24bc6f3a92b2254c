import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "@routewright/emulator";
import { deploy, objectSets } from "../python/deployed.ts";
import { type ClientPackage, officialName, ours } from "./package.ts";
import { startRecorder, type WireRequest, wireDifferences } from "./recorder.ts";

export interface Check {
  readonly name: string;
  readonly problems: readonly string[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Statuses that a route may be answered with. */
const statuses = ["200", "201", "202", "204", "400", "401", "404", "409", "412", "429", "500"];
const routes = {
  PATCH: ["classificationPolicies/c", "distributionPolicies/d", "queues/q", "jobs/j", "workers/w"],
  GET: [
    "exceptionPolicies/e",
    "jobs/j",
    "jobs",
    "workers",
    "jobs/j/position",
    "queues/q/statistics",
  ],
  DELETE: ["queues/q", "jobs/j", "workers/w"],
  POST: [
    ...[
      "jobs/j:cancel",
      "jobs/j:reclassify",
      "workers/w/offers/o:accept",
      "workers/w/offers/o:decline",
    ],
    ...["complete", "close", "unassign"].map((action) => `jobs/j/assignments/a:${action}`),
  ],
};

/** Whether both call the same answers unexpected. */
export function sameExpectations(official: ClientPackage): Check {
  const problems = Object.entries(routes).flatMap(([method, paths]) =>
    paths.flatMap((path) =>
      statuses.flatMap((status) => {
        const response = {
          status,
          headers: {},
          request: { method, url: `https://x/routing/${path}?api-version=2023-11-01` },
        } as Parameters<typeof ours.isUnexpected>[0];
        const [mine, theirs] = [ours, official].map(({ isUnexpected }) => isUnexpected(response));
        return mine === theirs
          ? []
          : [
              `${method} ${path} ${status}: ${mine ? "unexpected to ours" : "unexpected to the official"}`,
            ];
      }),
    ),
  );
  return { name: "the same answers are unexpected", problems };
}

/** What `apply` sends with the official client in place of ours, set by set. */
export async function sameDeployments(official: ClientPackage, apiVersion: string): Promise<Check> {
  const nowMs = Date.now();
  const problems: string[] = [];
  const sets = objectSets();
  let count = 0;
  for (const { name, objects } of sets) {
    const sent = async (client: ClientPackage): Promise<readonly WireRequest[]> => {
      const emulator = await startEmulator({ seed: 1, accessKey: "a2V5", wallClock: () => nowMs });
      const recorder = await startRecorder(emulator.endpoint);
      try {
        const options = { allowInsecureConnection: true, apiVersion };
        const made = client.createClient(recorder.endpoint, { key: "a2V5" }, options);
        await deploy(made, "http://service", objects, name);
        // Independent writes go out together: their order is nobody's.
        return recorder.requests.toSorted((a, b) => compareText(keyOf(a), keyOf(b)));
      } finally {
        await recorder.stop();
        await emulator.stop();
      }
    };
    const [mine, theirs] = [await sent(ours), await sent(official)];
    count += mine.length;
    problems.push(...wireDifferences(mine, theirs).map((each) => `${name}: ${each}`));
  }
  return {
    name: `${sets.length} sets deployed with it instead of ours: the same ${count} requests`,
    problems,
  };
}

function keyOf({ method, target }: WireRequest): string {
  return `${method} ${target}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The one file, with the official package in it, as the compiler sees it among the others. */
const replacement = `import official from "${officialName}";
import type { KeyCredential, TokenCredential } from "@azure/core-auth";
import type { Client, ClientOptions } from "@azure-rest/core-client";
import type { JobRouterClient } from "./routes.ts";

export type JobRouterClientOptions = ClientOptions;
export function createClient(connectionString: string, options?: JobRouterClientOptions): JobRouterClient;
export function createClient(endpoint: string, credential: KeyCredential | TokenCredential, options?: JobRouterClientOptions): JobRouterClient;
export function createClient(first: string, second?: KeyCredential | TokenCredential | JobRouterClientOptions, options?: JobRouterClientOptions): JobRouterClient {
  const client: Client = official(first, second as KeyCredential, options);
  return client as JobRouterClient;
}
`;

const ourImport = 'import type { JobRouterClient } from "@routewright/azure";';
const officialImport = `import type { AzureCommunicationRoutingServiceClient as JobRouterClient } from "${officialName}";`;

/**
 * Our calls as the official types have them: the routes, the verbs, what goes with them and what
 * comes back. Undefined where the folder holds no types.
 */
export function sameForms(folder: string): Check | undefined {
  const { types }: { readonly types?: unknown } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  if (typeof types !== "string" || !existsSync(join(folder, types))) return undefined;
  const parent = join(root, "node_modules/.cache");
  mkdirSync(parent, { recursive: true });
  const place = mkdtempSync(join(parent, "conformance-js-"));
  try {
    cpSync(join(root, "packages/azure/src"), join(place, "src"), { recursive: true });
    writeFileSync(join(place, "src/client/job-router-client.ts"), replacement);
    const calls = readFileSync(new URL("typed-calls.ts", import.meta.url), "utf8");
    writeFileSync(join(place, "src/typed-calls.ts"), calls.replace(ourImport, officialImport));
    const linked = join(place, "node_modules", officialName);
    mkdirSync(dirname(linked), { recursive: true });
    symlinkSync(resolve(folder), linked, "dir");
    writeFileSync(join(place, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(place, "tsconfig.json"),
      JSON.stringify({
        extends: join(root, "tsconfig.base.json"),
        compilerOptions: {
          ...{
            noEmit: true,
            composite: false,
            types: ["node"],
            rewriteRelativeImportExtensions: false,
          },
          ...{ declaration: false, declarationMap: false, allowImportingTsExtensions: true },
          // Types that come without extensions and from a package that is CommonJS.
          ...{ module: "preserve", moduleResolution: "bundler", preserveSymlinks: true },
          typeRoots: [join(root, "node_modules/@types")],
        },
        include: ["src"],
      }),
    );
    const { status, stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", place], {
      encoding: "utf8",
    });
    return {
      name: "our code compiles with it in the place of one file, and so do all calls with its types",
      problems: status === 0 ? [] : stdout.split("\n"),
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
