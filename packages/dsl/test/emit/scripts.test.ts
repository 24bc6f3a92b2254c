import { emit } from "@routewright/dsl";
import {
  type Bundle,
  canonicalJson,
  type ObjectKind,
  objectKinds,
  resolveSecrets,
  secretNames,
} from "@routewright/jobrouter";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { expect, test } from "vitest";
import { routerObjects } from "../../../jobrouter/test/support/arbitrary-objects.ts";
import { bundleOfObjects } from "../support/bundle-of-objects.ts";
import { bundleOf } from "../support/compile-text.ts";
import { readPythonCalls } from "../support/python-script.ts";

/** The objects as a script sends them: in order of dependency, the id beside, secrets filled in. */
function sent(
  bundle: Bundle,
): readonly { readonly kind: ObjectKind; readonly id: string; readonly body: unknown }[] {
  const { objects } = resolveSecrets(bundle.objects, environment);
  return objectKinds.flatMap((kind) =>
    objects[kind].map(({ id, ...body }) => ({ kind, id, body })),
  );
}

function environment(name: string): string {
  return `value of ${name}`;
}

const bundles = routerObjects.map(bundleOfObjects);
const numRuns = 150;

test("the TypeScript script makes the calls that the objects need", async () => {
  await fc.assert(
    fc.asyncProperty(bundles, async (bundle) => {
      expect(await runTypeScript(bundle)).toEqual(sent(bundle));
    }),
    { numRuns },
  );
});

const routes: Readonly<Record<string, ObjectKind>> = {
  "/routing/distributionPolicies/{distributionPolicyId}": "distributionPolicies",
  "/routing/exceptionPolicies/{exceptionPolicyId}": "exceptionPolicies",
  "/routing/queues/{queueId}": "queues",
  "/routing/classificationPolicies/{classificationPolicyId}": "classificationPolicies",
};

/** Runs the script against a client that only writes down what it is asked. */
async function runTypeScript(bundle: Bundle): Promise<readonly unknown[]> {
  const script = emit(bundle, "typescript").find(({ path }) => path === "deploy.ts");
  const { code } = transformSync(script?.text ?? "", { loader: "ts", format: "esm" });
  const imports =
    /^import createClient, \{ isUnexpected \} from "@azure-rest\/communication-job-router";$/mu;
  expect(code).toMatch(imports);
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: readonly string[]
  ) => (...args: readonly unknown[]) => Promise<void>;
  const run = new AsyncFunction(
    "createClient",
    "isUnexpected",
    "process",
    code.replace(imports, ""),
  );
  const calls: unknown[] = [];
  const createClient = (connection: string) => {
    expect(connection).toBe(environment("ACS_CONNECTION_STRING"));
    return {
      path: (route: string, id: string) => ({
        patch: async ({
          contentType,
          body,
        }: {
          readonly contentType: string;
          readonly body: unknown;
        }) => {
          expect(contentType).toBe("application/merge-patch+json");
          calls.push({ kind: routes[route], id, body });
          return { status: "200" };
        },
      }),
    };
  };
  const env = new Proxy({}, { get: (_, name) => environment(String(name)) });
  await run(createClient, () => false, { env });
  return calls;
}

test("the script stops at the first refusal", async () => {
  const [file] = emit(bundleOf("distribution plain { mode longest idle }"), "typescript");
  expect(file?.text).toContain("if (isUnexpected(response)) {\n    throw new Error(");
});

const methods: Readonly<Record<string, ObjectKind>> = {
  upsert_distribution_policy: "distributionPolicies",
  upsert_exception_policy: "exceptionPolicies",
  upsert_queue: "queues",
  upsert_classification_policy: "classificationPolicies",
};

test("the Python script builds the objects with the client's models", () => {
  fc.assert(
    fc.property(bundles, (bundle) => {
      const [script] = emit(bundle, "python");
      const calls = readPythonCalls(script?.text ?? "", environment).map(
        ({ method, id, body }) => ({
          kind: methods[method],
          id,
          body,
        }),
      );
      expect(calls).toEqual(sent(bundle));
    }),
    { numRuns },
  );
});

test("the C# program holds every text, and its brackets close", () => {
  fc.assert(
    fc.property(bundles, (bundle) => {
      const [program] = emit(bundle, "csharp");
      const { texts, brackets } = readCSharp(program?.text ?? "");
      expect(brackets).toBe("");
      for (const { id, body } of sent(
        bundleOfObjects(resolveSecrets(bundle.objects, () => "").objects),
      )) {
        for (const text of [id, ...textsIn(body)]) expect(texts).toContain(text);
      }
      for (const name of secretNames(bundle.objects)) expect(texts).toContain(name);
    }),
    { numRuns },
  );
});

/** Label keys and values, expressions, addresses: what an author wrote, not the wire's own words. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  const own = new Set(["name", "expression", "functionUri", "key", "value", "queueId", "note"]);
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key === "labels" || key === "labelsToUpsert" ? Object.keys(item as object) : []),
    ...(own.has(key) && typeof item === "string" ? [item] : textsIn(item)),
  ]);
}

/** Text literals (decoded) and, outside of them, brackets that were not closed. */
function readCSharp(program: string): {
  readonly texts: readonly string[];
  readonly brackets: string;
} {
  const texts: string[] = [];
  let brackets = "";
  const pattern =
    /\$?"(?:[^"\\\n\r\u0085\u2028\u2029]|\\(?:u[0-9a-f]{4}|["\\nrtbf]))*"|\/\/[^\n]*|[(){}[\]"]/gu;
  for (const [token] of program.matchAll(pattern)) {
    if (token.startsWith('"') && token.length > 1) texts.push(JSON.parse(token) as string);
    else if (token === '"') throw new Error("a text literal that does not end");
    else if ("({[".includes(token)) brackets += token;
    else if (")}]".includes(token)) {
      expect(brackets.at(-1)).toBe(token === ")" ? "(" : token === "}" ? "{" : "[");
      brackets = brackets.slice(0, -1);
    }
  }
  return { texts, brackets };
}

test("the JSON files are the objects, one a file, and nothing climbs out of its folder", () => {
  fc.assert(
    fc.property(bundles, (bundle) => {
      const files = emit(bundle, "jobrouter");
      expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(files.length);
      for (const { path } of files)
        expect(path).toMatch(/^[A-Za-z]+\/(?!\.+\.json$)[\w.%~-]+\.json$/u);
      const { objects } = resolveSecrets(bundle.objects, (name) => `\${${name}}`);
      expect(files.map(({ text }) => text)).toEqual(
        objectKinds.flatMap((kind) => objects[kind].map((object) => canonicalJson(object))),
      );
    }),
    { numRuns },
  );
});

test("ids that are no file names are encoded", () => {
  const ids = ["../../etc/passwd", "..", "a b", "A", "a", "CON", "", "\ud800", "x".repeat(300)];
  const queues = ids.map((id) => ({ id }));
  const bundle = bundleOfObjects({
    distributionPolicies: [],
    exceptionPolicies: [],
    queues,
    classificationPolicies: [],
  });
  expect(emit(bundle, "jobrouter").map(({ path }) => path)).toEqual([
    "queues/%00.json",
    "queues/%2E%2E.json",
    "queues/..%2F..%2Fetc%2Fpasswd.json",
    "queues/A.json",
    "queues/CON.json",
    "queues/a~2.json",
    "queues/a%20b.json",
    `queues/${"x".repeat(200)}.json`,
    "queues/%EF%BF%BD.json",
  ]);
});

test("declared labels become types", () => {
  const bundle = bundleOf(`
/// Who calls.
labels job {
  /// Where from. */ not the end
  region: "NA" | "EU"
  waits?: 0..100
  vip: boolean
  'odd "key"': any
  __proto__: number
}
labels worker { skill: 0..10 }
classification c { priority = 1 }
`);
  const labels = emit(bundle, "typescript").find(({ path }) => path === "labels.ts");
  expect(transformSync(labels?.text ?? "", { loader: "ts" }).warnings).toEqual([]);
  expect(labels?.text.split("\n").slice(2).join("\n")).toBe(`export interface JobLabels {
  readonly __proto__: number;
  readonly "odd \\"key\\"": string | number | boolean;
  /** Where from. *\\/ not the end */
  readonly region: "NA" | "EU";
  readonly vip: boolean;
  /** 0 to 100 */
  readonly waits?: number;
}

export interface WorkerLabels {
  /** 0 to 10 */
  readonly skill: number;
}

export interface QueueLabels {
}
`);
});

test("formulas come with their pointers and places", () => {
  const bundle = bundleOf(`labels job { vip: boolean }
classification c { priority = if job.vip then 10 else 1 }
`);
  const [file] = emit(bundle, "powerfx");
  expect(file?.text).toBe(`// Made by routewright from bundle ${bundle.hash}.

// priority: /objects/classificationPolicies/0/prioritizationRule
// main.route:2:31
If(job.vip = true, 10, 1)
`);
});
