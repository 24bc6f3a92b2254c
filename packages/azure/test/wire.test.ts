import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sourceText } from "@routewright/diagnostics";
import { decodeObjects, type ObjectKind } from "@routewright/jobrouter";
import { expect, onTestFinished, test } from "vitest";
import { apply, clientStore, createClient, fingerprints, hashOfPlan } from "../src/index.ts";
import { lookup, planOf, start } from "./support/deploys.ts";

// The examples of the service's own description; their licence lies beside them.
const folder = new URL("../../jobrouter/test/fixtures/wire/", import.meta.url);

const kinds = {
  classificationPolicyId: "classificationPolicies",
  distributionPolicyId: "distributionPolicies",
  exceptionPolicyId: "exceptionPolicies",
  queueId: "queues",
} as const satisfies Record<string, ObjectKind>;

interface Example {
  readonly name: string;
  readonly kind: ObjectKind;
  readonly id: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .flatMap((name): readonly Example[] => {
    const { parameters } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as {
      parameters: Readonly<Record<string, unknown>> & { resource?: Record<string, unknown> };
    };
    const { resource } = parameters;
    const key = (Object.keys(kinds) as (keyof typeof kinds)[]).find((each) => each in parameters);
    return key === undefined || resource === undefined || /^(?:Jobs|Workers)_/u.test(name)
      ? []
      : [{ name, kind: kinds[key], id: String(parameters[key]), resource }];
  });

test("the examples were found", () => {
  expect(examples.length).toBe(8);
});

test.each(examples)("$name is sent as the description has it", async (example) => {
  const { kind, id, resource } = example;
  const text = JSON.stringify({ [kind]: [{ ...resource, id }] });
  const { value, diagnostics } = decodeObjects([sourceText(text, example.name)]);
  expect(diagnostics).toEqual([]);

  const sent: { method?: string; url?: string; type?: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
    request.on("end", () => {
      const { method, url, headers } = request;
      response.setHeader("content-type", "application/json");
      if (method === "GET") {
        // What the object names is there, so that nothing stands in the way of its plan.
        const listed = collections.find((each) => url?.includes(each));
        response.end(JSON.stringify({ value: listed === kind ? [] : named(listed, resource) }));
        return;
      }
      const body: unknown = JSON.parse(text);
      sent.push({
        ...(method === undefined ? {} : { method }),
        ...(url === undefined ? {} : { url }),
        ...(headers["content-type"] === undefined ? {} : { type: headers["content-type"] }),
        body,
      });
      response.statusCode = 201;
      response.end(JSON.stringify({ ...(body as object), id, etag: '"1"' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = clientStore(
    createClient(endpoint, { key: "a2V5" }, { allowInsecureConnection: true }),
  );
  const state = start(endpoint);
  const plan = await planOf(store, state, value);
  expect(plan.conflicts).toEqual([]);
  const result = await apply(plan, {
    store,
    lookup,
    print: fingerprints(state.salt),
    planHash: hashOfPlan(plan),
    journal: () => undefined,
  });
  expect(result.kind).toBe("applied");
  expect(sent).toEqual([
    {
      method: "PATCH",
      url: `/routing/${kind}/${id}?api-version=2023-11-01`,
      type: "application/merge-patch+json",
      body: withoutEmptyMaps(resource),
    },
  ]);
});

/** The one liberty taken: a map of no labels is left out, as in all canonical objects. */
function withoutEmptyMaps(resource: Readonly<Record<string, unknown>>): object {
  const entries = Object.entries(resource).filter(
    ([key, value]) => key !== "labels" || Object.keys(value as object).length > 0,
  );
  return Object.fromEntries(entries);
}

const collections = Object.values(kinds);

function named(
  kind: ObjectKind | undefined,
  resource: Readonly<Record<string, unknown>>,
): object[] {
  const ids = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") ids.add(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(resource);
  return kind === undefined ? [] : [...ids].map((id) => ({ id, etag: '"1"' }));
}
