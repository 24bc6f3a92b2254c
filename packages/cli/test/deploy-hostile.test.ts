import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, type Result, routewright } from "./support/cli.ts";
import {
  type Heard,
  type HostileAnswer,
  type HostileService,
  hostileService,
} from "./support/hostile.ts";
import { after, secrets } from "./support/releases.ts";

/** A service that is against us, or that somebody has got into, learns no way to our terminal or log. */

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const forms: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  json: (text) => JSON.stringify(text),
  "json with escaped slashes": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  base64,
  "base64 in the middle": (text) => base64(`x ${text} y`),
  url: (text) => encodeURIComponent(text),
  "url of base64": (text) => encodeURIComponent(base64(text)),
};

test.each(Object.keys(forms))("refusals that quote header, body and key: %s", async (form) => {
  const write = forms[form] ?? String;
  const quoting = ({ authorization, body, key }: Heard): HostileAnswer => {
    const text = [authorization, body, key, ...Object.values(secrets)].map(write).join(" and ");
    return {
      status: 400,
      text: JSON.stringify({
        communicationError: {
          code: text,
          message: text,
          details: [{ code: text, message: text }],
        },
      }),
    };
  };
  const service = await hostileService({ other: quoting });
  const applied = await call(service, ["apply", "after.route", "--yes"]);
  expect(applied.result.code).toBe(1);
  expect(applied.result.stderr).toContain("was refused with 400");
  expect(
    service.heard.some(({ body }) => body.includes(secrets.SCORING_KEY)),
    "sent",
  ).toBe(true);
  showsNothing(service, applied);

  const deaf = await hostileService({ list: quoting });
  const planned = await call(deaf, ["plan", "after.route"]);
  expect(planned.result.code).toBe(2);
  showsNothing(deaf, planned);
});

test.each([
  ["JSON that is none", "application/json", (text: string) => `{"${text}`],
  ["a page", "text/html", (text: string) => `<h1>${text}</h1>`],
  ["no list", "application/json", (text: string) => JSON.stringify([text])],
  [
    "items that are no objects",
    "application/json",
    (text: string) => JSON.stringify({ value: [text] }),
  ],
  [
    "a list that goes on elsewhere",
    "application/json",
    (text: string) => JSON.stringify({ value: [], nextLink: `https://evil.example/${text}` }),
  ],
  [
    "a list that goes on at an address that quotes",
    "application/json",
    (text: string) =>
      JSON.stringify({ value: [], nextLink: `/routing/x/${encodeURIComponent(text)}` }),
  ],
] as const)("answers that are not of the API: %s", async (_, type, write) => {
  for (const status of [200, 403]) {
    const answer = ({ authorization, key }: Heard): HostileAnswer => ({
      status,
      type,
      // Each request has another signature: a list that goes on at ever new addresses.
      text: write(`${authorization} ${key}`),
      headers: { "x-quoted": encodeURIComponent(key), "retry-after": "0" },
    });
    const service = await hostileService({ list: answer, other: answer });
    const planned = await call(service, ["plan", "after.route"]);
    expect(planned.result.code, planned.result.stderr).toBe(2);
    expect(planned.result.stderr).toMatch(/^error .*GET \/routing\/\w+ .*\n {2}help: /u);
    expect(planned.result.stderr).not.toMatch(/^\s+at /mu);
    showsNothing(service, planned);
  }
});

test("objects that hold a credential where none belongs get into no plan, state or output", async () => {
  const service = await hostileService({
    list: ({ key, authorization }, kind) => {
      if (kind !== "queues") return { status: 200, text: JSON.stringify({ value: [] }) };
      const queue = (id: string, more: object) => ({ id, etag: `"${id}"`, ...more });
      return {
        status: 200,
        text: JSON.stringify({
          value: [
            queue("na", { name: `the key is ${key}` }),
            queue("apac", { labels: { [secrets.SCORING_KEY]: 1 } }),
            queue("third", { labels: { a: base64(`x${authorization}`) } }),
            queue(secrets.HOOK_SECRET, { name: "named by it" }),
            { ...queue("fifth", {}), etag: `"${key}"` },
            queue("sound", { name: "quite sound" }),
          ],
        }),
      };
    },
  });
  for (const args of [
    ["plan", "after.route", "--adopt", "--json", "--out", "plan.json"],
    ["plan", "after.route", "--adopt"],
    ["plan", "after.route", "--markdown"],
    ["apply", "after.route", "--adopt", "--yes"],
    ["adopt", "queues/sound", "queues/na"],
    ["drift"],
    ["import", "--from", "--out", "imported.route"],
  ]) {
    const called = await call(service, args);
    expect(called.result.stderr, args.join(" ")).toContain(
      "quotes a credential where none belongs; it is left alone",
    );
    // No policy and no state says that these variables hold credentials.
    showsNothing(service, called, args[0] === "import" ? [] : Object.values(secrets));
  }
});

test("a connection string that is taken for an endpoint is not shown", async () => {
  const key = base64("planted access key");
  for (const text of [
    `endpoint=https://a.example/;accesskey=${key}`,
    `https://me:${key}@a.example`,
  ]) {
    const folder = folderWith({ "after.route": after });
    const result = await routewright(["plan", "after.route", "--endpoint", text], { cwd: folder });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("holds a credential");
    expect(result.stderr + result.stdout).not.toContain(key);
  }
});

interface Called {
  readonly result: Result;
  /** All that was printed or written. */
  readonly all: string;
}

async function call(service: HostileService, args: readonly string[]): Promise<Called> {
  const folder = folderWith({ "after.route": after });
  const result = await routewright(
    [...args, "--connection-string-env", "SERVICE", "--state", "state.json"],
    { cwd: folder, env: { ...secrets, SERVICE: service.connectionString } },
  );
  const written = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
    readFileSync(join(folder, path), "utf8"),
  );
  return { result, all: [result.stdout, result.stderr, ...written].join("\n") };
}

function showsNothing(
  service: HostileService,
  { all }: Called,
  values: readonly string[] = Object.values(secrets),
): void {
  const planted = new Set([service.key, ...values]);
  for (const { authorization } of service.heard) {
    planted.add(authorization);
    planted.add(authorization.replace(/^.*Signature=/u, ""));
  }
  const read = readable(all);
  for (const secret of planted) {
    expect(secret.length).toBeGreaterThan(10);
    expect(read.includes(secret), `${secret} in\n${all}`).toBe(false);
  }
}

/** The text, and what it says once its escapes and its Base64 are undone. */
function readable(text: string): string {
  const plain = [text, text.replaceAll("\\/", "/"), decode(text), decode(decode(text))].join("\n");
  const runs = plain.match(/[\w+/-]{12,}/gu) ?? [];
  const decoded = runs.flatMap((run) =>
    [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), "base64").toString("latin1")),
  );
  return [plain, ...decoded].join("\n");
}

function decode(text: string): string {
  return text.replace(/%[\dA-F]{2}/giu, (sign) =>
    String.fromCharCode(Number.parseInt(sign.slice(1), 16)),
  );
}
