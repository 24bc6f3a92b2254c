import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { folderWith, type Result, routewright } from "./support/cli.ts";

const key = "cm91dGV3cmlnaHQ=";

/** Starts it, waits for its last line, asks, ends it with a signal, and gives what it printed. */
async function run(
  args: readonly string[],
  visit: (endpoint: string) => Promise<void> = async () => undefined,
  cwd?: string,
): Promise<Result> {
  let visited: Promise<void> | undefined;
  const result = await routewright(["emulator", "--port", "0", ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { KEY: key },
    onStart: (child: ChildProcess) => {
      let printed = "";
      child.stdout?.on("data", (part: Buffer) => {
        printed += part.toString("utf8");
        const endpoint = /endpoint=(\S+)\/;/u.exec(printed)?.[1];
        if (endpoint === undefined || !/Ctrl-C ends it|"page"/u.test(printed)) return;
        visited ??= visit(endpoint).finally(() => child.kill("SIGINT"));
      });
    },
  });
  await visited;
  return result;
}

describe("what it prints", () => {
  test("where it is, what clients are made from, where things are kept; Ctrl-C ends it well", async () => {
    const { code, stdout, stderr } = await run([], async (endpoint) => {
      expect((await fetch(`${endpoint}/`)).status).toBe(200);
    });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.replaceAll(/:\d+\//gu, ":PORT/")).toBe(
      `Job Router emulator at http://127.0.0.1:PORT/ (open it in a browser to watch)
endpoint=http://127.0.0.1:PORT/;accesskey=cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==
Everything is kept in memory only (--data FOLDER keeps it). Ctrl-C ends it.
`,
    );
  });

  test("whom it asks, who reaches it, what must be trusted, and the folder", async () => {
    const folder = folderWith({});
    const open = await run(["--no-auth"]);
    expect(open.stdout).toContain("Nobody is asked for a signature or token (--no-auth).");
    const host = await run(["--host", "0.0.0.0", "--key-env", "KEY"]);
    expect(host.stdout).toContain("Other machines reach it");
    const args = ["--cert-out", "emulator.pem", "--data", "a/b"];
    const kept = await run(args, async () => undefined, folder);
    expect(kept.code).toBe(0);
    expect(kept.stdout).toContain("Clients must trust its certificate, which is in emulator.pem.");
    expect(kept.stdout).toContain("Everything is kept in a/b. Ctrl-C ends it.");
    expect(readFileSync(join(folder, "emulator.pem"), "utf8")).toContain("BEGIN CERTIFICATE");
    expect(existsSync(join(folder, "a/b/journal.log"))).toBe(true);
  });
});

describe("ways of starting that cannot work exit with 2, and say what would", () => {
  const objects = {
    "missing.json": '{"queues":[{"id":"q","distributionPolicyId":"none"}]}',
    "no-list.json": '{"queues":{}}',
    "other.json": '{"name":"x"}',
  };
  const calls: readonly [string, readonly string[], RegExp][] = [
    ["a port that is none", ["--port", "70000"], /give a port from 0 to 65535/u],
    ["all addresses without a key", ["--host", "0.0.0.0"], /name it with --key-env/u],
    [
      "all addresses without authentication",
      ["--host", "0.0.0.0", "--key-env", "KEY", "--no-auth"],
      /would let everybody in/u,
    ],
    [
      "an address of another machine",
      ["--host", "192.0.2.1", "--key-env", "KEY"],
      /`192.0.2.1` is no address of this machine/u,
    ],
    ["a key that is not base64", ["--key-env", "BAD"], /the access key is not base64/u],
    ["a variable that is not there", ["--key-env", "NOPE"], /`NOPE` of --key-env is not set/u],
    ["a data folder that is a file", ["--data", "other.json"], /is there already, as something/u],
    ["a data folder where none can be", ["--data", "/proc/x"], /`\/proc\/x`/u],
    ["a certificate that cannot be written", ["--cert-out", "no/x.pem"], /`no\/x.pem`/u],
    [
      "objects that name what is not there",
      ["--load", "missing.json"],
      /refused: queues\/q: there is no distribution policy `none`/u,
    ],
    ["objects that are no lists", ["--load", "no-list.json"], /`queues` must be a list/u],
    ["a file of something else", ["--load", "other.json"], /holds no Job Router objects/u],
  ];
  test.each(calls)("%s", async (_name, args, message) => {
    const cwd = folderWith(objects);
    const { code, stdout, stderr } = await routewright(["emulator", "--port", "0", ...args], {
      cwd,
      env: { KEY: key, BAD: "not base64 !!" },
    });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("fault in routewright");
  });

  test("a port that is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stderr } = await routewright(["emulator", "--port", String(port)]);
    expect([code, stderr.split("\n")[0]]).toEqual([2, `error port ${port} is in use`]);
  });

  test("a data folder that another emulator uses", async () => {
    const folder = folderWith({});
    await run(["--data", folder], async () => {
      const { code, stderr } = await routewright(["emulator", "--port", "0", "--data", folder]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/is in use by process \d+/u)]);
    });
  });
});
