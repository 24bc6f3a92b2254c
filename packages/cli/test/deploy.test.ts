import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientStore, createClient } from "@routewright/azure";
import { type Emulator, startEmulator } from "@routewright/emulator";
import { objectKinds } from "@routewright/jobrouter";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { standBetween } from "./support/between.ts";
import { type CallOptions, folderWith, type Result, routewright } from "./support/cli.ts";
import { after, before, secrets } from "./support/releases.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0, seed: 1 });
});
afterAll(() => emulator.stop());
beforeEach(() => control("POST", "reset", {}));

const state = "state.json";

test("what is wanted comes to be, changes, and goes", async () => {
  const folder = project();
  const first = await call(folder, ["plan", "before.route", "--detailed-exitcode"]);
  expect(first.code, first.stderr).toBe(1);
  expect(first.stdout).toContain("6 to create");
  expect(existsSync(join(folder, state)), "a plan writes nothing").toBe(false);
  expect((await call(folder, ["apply", "before.route"])).code, "nobody can be asked").toBe(2);
  expect(await liveKeys()).toEqual([]);

  await succeed(folder, ["apply", "before.route", "--yes"]);
  await succeed(folder, ["plan", "before.route", "--detailed-exitcode"]);
  await succeed(folder, ["drift"]);
  const changed = await call(folder, ["plan", "after.route", "--detailed-exitcode", "--markdown"]);
  expect(changed.code).toBe(1);
  await succeed(folder, ["apply", "after.route", "--yes", "--json"]);
  await succeed(folder, ["plan", "after.route", "--detailed-exitcode"]);

  await succeed(folder, ["rollback", "--yes"]);
  await succeed(folder, ["plan", "before.route", "--detailed-exitcode"]);
  await succeed(folder, ["destroy", "--yes"]);
  expect(await liveKeys()).toEqual([]);
  expect(files(folder)).toEqual(["after.route", "before.route", state]);
});

test("killed at any request, the next run reaches the same end and touches nothing foreign", async () => {
  const folder = project();
  await plantForeign();
  const between = await standBetween(emulator);
  const how = { connectionString: between.connectionString };
  await succeed(folder, ["apply", "before.route", "--yes"], how.connectionString);
  const begin = await control("GET", "snapshot");
  const stateText = readFileSync(join(folder, state), "utf8");

  const offset = between.count();
  await succeed(folder, ["apply", "after.route", "--yes"], how.connectionString);
  const requests = between.count() - offset;
  const wanted = await contents();
  expect(requests, "an apply of some length").toBeGreaterThan(12);
  expect(wanted, "foreign objects stay").toContain("theirs");

  let killed = 0;
  for (let killedAt = 1; killedAt <= requests; killedAt++) {
    for (const when of ["before", "after"] as const) {
      // By default each request once; a request that did and one that did not get through, in turn.
      if (process.env.DEPLOY_KILLS !== "all" && (killedAt % 2 === 0) !== (when === "after"))
        continue;
      await control("POST", "restore", begin);
      const first = between.count();
      const result = await call(folder, ["apply", "after.route", "--yes"], {
        ...how,
        stateText,
        onStart: (child) => {
          between[when] = (request) => request - first < killedAt || !child.kill("SIGKILL");
        },
      });
      const at = `killed ${when} request ${killedAt}`;
      expect(result.code, at).toBeNull();
      between[when] = () => true;
      const again = await call(folder, ["apply", "after.route", "--yes"], how);
      expect(again.code, `${at}: ${again.stdout}${again.stderr}`).toBe(0);
      expect(await contents(), at).toBe(wanted);
      expect(files(folder), at).toEqual(["after.route", "before.route", state]);
      killed++;
    }
  }
  expect(killed).toBe(process.env.DEPLOY_KILLS === "all" ? requests * 2 : requests);
}, 900_000);

test("a first apply that is killed is gone on with too, by a saved plan or a new one", async () => {
  const wanted = await contentsAfterFirst();
  for (const way of ["saved", "new"] as const) {
    for (const killedAt of [5, 6, 8, 10]) {
      await control("POST", "reset", {});
      const folder = project();
      const between = await standBetween(emulator);
      const how = { connectionString: between.connectionString };
      expect((await call(folder, ["plan", "before.route", "--out", "plan.json"], how)).code).toBe(
        0,
      );
      const what = way === "saved" ? "plan.json" : "before.route";
      const from = between.count() + (way === "saved" ? 0 : 4);
      await call(folder, ["apply", what, "--yes"], {
        ...how,
        onStart: (child) => {
          between.after = (request) => request < from + killedAt || !child.kill("SIGKILL");
        },
      });
      between.after = () => true;
      const again = await call(folder, ["apply", what, "--yes"], how);
      expect(again.code, `${way} ${killedAt}: ${again.stdout}${again.stderr}`).toBe(0);
      expect(await contents()).toBe(wanted);
    }
  }
});

test("what an interrupted apply made is ours even when the policy has changed since", async () => {
  const folder = project();
  const between = await standBetween(emulator);
  const how = { connectionString: between.connectionString };
  await call(folder, ["apply", "before.route", "--yes"], {
    ...how,
    onStart: (child) => {
      // The first write is carried out, its answer never seen.
      between.after = (_, method) => method !== "PATCH" || !child.kill("SIGKILL");
    },
  });
  between.after = () => true;
  expect((await liveKeys()).length).toBeGreaterThan(0);
  const again = await call(folder, ["apply", "after.route", "--yes"], how);
  expect(again.code, again.stdout + again.stderr).toBe(0);
  const keys = await liveKeys();
  expect(keys).not.toContain("distributionPolicies/longest");
  expect(keys).not.toContain("exceptionPolicies/overdue");
  await succeed(folder, ["plan", "after.route", "--detailed-exitcode"], between.connectionString);
});

test("an answer that never comes is no loss: the next apply finds what was done", async () => {
  const folder = project();
  const between = await standBetween(emulator);
  const how = { connectionString: between.connectionString };
  between.after = (_, method) => method !== "PATCH";
  const stopped = await call(folder, ["apply", "before.route", "--yes", "--concurrency", "1"], how);
  expect(stopped.code).toBe(1);
  expect(stopped.stderr).toMatch(/help: \d of 6 changes are left/u);
  between.after = () => true;
  const again = await call(folder, ["apply", "before.route", "--yes"], how);
  expect(again.code, again.stdout + again.stderr).toBe(0);
  await succeed(folder, ["plan", "before.route", "--detailed-exitcode"], between.connectionString);
});

test("interrupted, it begins nothing more, records what was on its way, and leaves no lock", async () => {
  const folder = project();
  const between = await standBetween(emulator);
  const how = { connectionString: between.connectionString };
  let interrupt: () => void = () => undefined;
  const isTold = new Promise<void>((resolve) => {
    interrupt = resolve;
  });
  const stopped = await call(folder, ["apply", "before.route", "--yes", "--concurrency", "1"], {
    ...how,
    onStart: (child) => {
      child.stderr?.on("data", (chunk: Buffer) => {
        if (chunk.toString("utf8").includes("stopping:")) interrupt();
      });
      // The answer to the first write waits until the interruption is known.
      between.after = async (_, method) => {
        if (method === "PATCH") {
          child.kill("SIGINT");
          await isTold;
        }
        return true;
      };
    },
  });
  between.after = () => true;
  expect(stopped.code, stopped.stderr).toBe(1);
  expect(stopped.stderr).toMatch(/help: 5 of 6 changes are left; .* so apply again to finish/u);
  expect(files(folder)).toEqual(["after.route", "before.route", state]);
  expect(ownedBy(folder)).toEqual(await liveKeys());
  const again = await call(folder, ["apply", "before.route", "--yes"], how);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).not.toContain("interrupted");
}, 60_000);

describe("two at once", () => {
  test("with one state: the second is refused by the lock, and writes nothing", async () => {
    const folder = project();
    const between = await standBetween(emulator);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let reached: () => void = () => undefined;
    const isWriting = new Promise<void>((resolve) => {
      reached = resolve;
    });
    between.before = async (_, method) => {
      if (method === "PATCH") {
        reached();
        await held;
      }
      return true;
    };
    const how = { connectionString: between.connectionString };
    const first = call(folder, ["apply", "before.route", "--yes"], how);
    await isWriting;
    const second = await call(folder, ["apply", "after.route", "--yes"], {
      ...how,
      stateText: undefined,
    });
    expect(second.code).toBe(3);
    expect(second.stderr).toContain("is in use by another command");
    letGo();
    expect((await first).code).toBe(0);
    await succeed(folder, ["plan", "before.route", "--detailed-exitcode"], how.connectionString);
  });

  test.each([1, 2, 3])("with a state each: nothing is mixed (%i)", async () => {
    const [ours, theirs] = [project(), project()];
    // Both have read before either writes.
    const between = await standBetween(emulator);
    const how = { connectionString: between.connectionString };
    for (const folder of [ours, theirs]) {
      await succeed(folder, ["plan", "before.route"], between.connectionString);
    }
    let waiting = 0;
    let open: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    between.before = async (_, method) => {
      if (method === "PATCH") {
        waiting++;
        // Each sends its two distributions and its exceptions, or two distributions, at once.
        if (waiting >= 5) open();
        await both;
      }
      return true;
    };
    const results = await Promise.all([
      call(ours, ["apply", "before.route", "--yes"], how),
      call(theirs, ["apply", "after.route", "--yes"], how),
    ]);
    between.before = () => true;
    const codes = results.map(({ code }) => code);
    expect(codes, results.map(({ stderr }) => stderr).join("\n")).toContain(3);
    // Each object is as one of them wanted it whole, and belongs to who wrote it.
    const owners = [ours, theirs].map(ownedBy);
    expect(owners[0]?.filter((key) => owners[1]?.includes(key))).toEqual([]);
    expect(owners.flat().sort()).toEqual(await liveKeys());
    for (const folder of [ours, theirs]) await succeed(folder, ["drift"], how.connectionString);
  });
});

describe("refuses", () => {
  test("a plan or a state that was changed by hand", async () => {
    const folder = project();
    await succeed(folder, ["plan", "before.route", "--out", "plan.json"]);
    const plan = readFileSync(join(folder, "plan.json"), "utf8");
    writeFileSync(join(folder, "today.plan"), plan.replace('"overdue"', '"other"'));
    const named = await call(folder, ["apply", "today.plan", "--yes"]);
    expect(named.stderr, "whatever it is called").toMatch(/changed after this plan was written/u);
    for (const [text, message] of [
      [plan.replace('"overdue"', '"other"'), /changed after this plan was written/u],
      [plan.replace("routewright-plan/1", "routewright-plan/9"), /its format is/u],
      [plan.slice(0, plan.length / 2), /no whole JSON/u],
    ] as const) {
      writeFileSync(join(folder, "plan.json"), text);
      const refused = await call(folder, ["apply", "plan.json", "--yes"]);
      expect(refused.code, refused.stderr).toBe(3);
      expect(refused.stderr).toMatch(message);
      expect(refused.stderr).not.toMatch(/^\s+at /mu);
    }
    expect(await liveKeys()).toEqual([]);
    await succeed(folder, ["apply", "before.route", "--yes"]);
    const kept = readFileSync(join(folder, state), "utf8");
    for (const text of [kept.replace('"longest"', '"shortest"'), kept.slice(0, -40), "[]"]) {
      writeFileSync(join(folder, state), text);
      for (const command of [
        ["plan", "after.route"],
        ["apply", "after.route", "--yes"],
        ["drift"],
      ]) {
        const refused = await call(folder, command);
        expect(refused.code, `${command[0]}: ${refused.stderr}`).toBe(2);
        expect(refused.stderr).toContain("cannot be used as a state");
      }
      expect(readFileSync(join(folder, state), "utf8")).toBe(text);
    }
  });

  test("a plan from before somebody else wrote, and writes nothing", async () => {
    const folder = project();
    await succeed(folder, ["apply", "before.route", "--yes"]);
    await succeed(folder, ["plan", "after.route", "--out", "plan.json"]);
    await store().patch("queues", "na", { name: "moved" }, { kind: "absent" });
    const was = await contents();
    const refused = await call(folder, ["apply", "plan.json", "--yes"]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("queue `na` was changed");
    expect(await contents()).toBe(was);
    const drifted = await call(folder, ["drift"]);
    expect(drifted.code).toBe(1);
    expect(drifted.stdout).toContain("name");
  });

  test("another key, another service, and nobody there, each in words", async () => {
    const folder = project();
    const wrong = await call(folder, ["plan", "before.route"], {
      connectionString: `endpoint=${emulator.endpoint};accesskey=b3RoZXI=`,
    });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/was refused with 401[\s\S]*check the key/u);
    await succeed(folder, ["apply", "before.route", "--yes"]);
    const other = await startEmulator({ port: 0 });
    const elsewhere = await call(folder, ["apply", "after.route", "--yes"], other);
    await other.stop();
    expect(elsewhere.code).toBe(3);
    expect(elsewhere.stderr).toContain("is the state of");
    const nobody = await call(project(), ["plan", "before.route"], {
      connectionString: `endpoint=http://127.0.0.1:9;accesskey=${emulator.accessKey}`,
    });
    expect(nobody.code).toBe(2);
    expect(nobody.stderr).toContain("cannot be reached");
    for (const { stderr } of [wrong, elsewhere, nobody]) {
      expect(stderr).not.toMatch(/accesskey|^\s+at /imu);
    }
  });
});

test("planted credentials are in the service, and in no output and no file", async () => {
  const folder = project();
  const told: string[] = [];
  const tell = async (args: readonly string[], more: Partial<How> = {}): Promise<Result> => {
    const result = await call(folder, args, more);
    told.push(result.stdout, result.stderr);
    collect();
    return result;
  };
  const collect = (): void => {
    for (const path of files(folder)) told.push(readFileSync(join(folder, path), "utf8"));
  };
  const none = { SCORING_KEY: "", HOOK_SECRET: "" };
  const given = JSON.stringify(secrets);

  expect((await tell(["plan", "after.route", "--json", "--out", "plan.json"])).code).toBe(0);
  expect((await tell(["plan", "after.route", "--markdown"])).code).toBe(0);
  const missing = await tell(["apply", "plan.json", "--yes"], { env: none });
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("HOOK_SECRET, SCORING_KEY");
  const changed = await tell(["apply", "plan.json", "--yes"], {
    env: { ...secrets, SCORING_KEY: "planted-another-key" },
  });
  expect(changed.code).toBe(3);
  expect(changed.stderr).toContain("SCORING_KEY");
  expect(files(folder), "a refused apply leaves no file").toEqual([
    "after.route",
    "before.route",
    "plan.json",
  ]);
  // The service refuses, and repeats what it was sent; then one more kill, for the journal.
  for (const status of [400, 500]) {
    await control("POST", "faults", { status, operations: ["upsertDistributionPolicy"] }).catch(
      () => control("POST", "faults", { status, count: 20 }),
    );
    expect((await tell(["apply", "plan.json", "--yes"])).code).toBeGreaterThan(0);
    await control("DELETE", "faults");
  }
  const between = await standBetween(emulator);
  await tell(["apply", "plan.json", "--yes"], {
    connectionString: between.connectionString,
    onStart: (child) => {
      between.after = (_, method) => method !== "PATCH" || !child.kill("SIGKILL");
    },
  });
  // The state and its journal are of another address here; a plan of this one begins anew.
  await control("POST", "reset", {});
  expect(
    (
      await tell(["apply", "after.route", "--yes", "--json", "--secrets-fd", "3"], {
        env: none,
        third: given,
        stateText: undefined,
      })
    ).code,
  ).toBe(0);
  expect((await tell(["plan", "after.route", "--detailed-exitcode"])).code).toBe(0);
  expect(
    (await tell(["plan", "after.route"], { env: { ...secrets, HOOK_SECRET: "planted-b" } })).stdout,
  ).toContain("hooked");
  expect((await tell(["drift", "--json"])).code).toBe(0);
  expect((await tell(["import", "--from", "--out", "imported.route", "--force"])).code).toBe(0);
  expect((await tell(["plan", "imported.route", "--detailed-exitcode"])).code).toBe(0);
  expect(
    (await tell(["apply", "after.route", "--yes", "--secrets-fd", "3"], { third: "{" })).code,
  ).toBe(2);
  const held = JSON.stringify(await control("GET", "snapshot"));
  for (const planted of Object.values(secrets)) expect(held, "it was sent").toContain(planted);
  expect((await tell(["destroy", "--yes"])).code).toBe(0);

  const all = told.join("\n");
  expect(all.length).toBeGreaterThan(10_000);
  expect(all, "the names are shown").toContain("SCORING_KEY");
  for (const planted of [...Object.values(secrets), "planted-", emulator.accessKey]) {
    expect(all.includes(planted), planted).toBe(false);
  }
});

test("a credential that is a word of the policy too stands in nobody's way, and can be changed", async () => {
  const folder = project();
  const word = { env: { SCORING_KEY: "a word of the policy" } };
  writeFileSync(
    join(folder, "before.route"),
    before.replace("queue eu {", 'queue eu { name "a word of the policy" '),
  );
  expect((await call(folder, ["apply", "before.route", "--yes"], word)).code).toBe(0);
  const again = await call(folder, ["plan", "before.route", "--detailed-exitcode"], word);
  expect(again.code, again.stdout + again.stderr).toBe(0);
  expect((await call(folder, ["drift"], word)).code).toBe(0);
  const rotated = await call(folder, ["apply", "before.route", "--yes"]);
  expect(rotated.code, rotated.stdout + rotated.stderr).toBe(0);
  expect(rotated.stdout).toContain("another credential (not shown)");
  await succeed(folder, ["plan", "before.route", "--detailed-exitcode"]);
}, 60_000);

interface How extends CallOptions {
  readonly connectionString: string;
  /** What the state file holds at the start; nothing removes nothing. */
  readonly stateText?: string | undefined;
}

function project(): string {
  return folderWith({ "before.route": before, "after.route": after });
}

function call(
  folder: string,
  args: readonly string[],
  { connectionString = emulator.connectionString, stateText, env, ...more }: Partial<How> = {},
): Promise<Result> {
  if (stateText !== undefined) writeFileSync(join(folder, state), stateText);
  return routewright([...args, "--connection-string-env", "SERVICE", "--state", state], {
    ...more,
    cwd: folder,
    env: { ...secrets, ...env, SERVICE: connectionString },
  });
}

async function succeed(
  folder: string,
  args: readonly string[],
  connectionString?: string,
  stateText?: string,
): Promise<void> {
  const result = await call(folder, args, {
    ...(connectionString === undefined ? {} : { connectionString }),
    stateText,
  });
  expect(result.code, `${args.join(" ")}: ${result.stdout}${result.stderr}`).toBe(0);
}

function store() {
  return clientStore(createClient(emulator.connectionString, { allowInsecureConnection: true }));
}

async function plantForeign(): Promise<void> {
  await store().patch("distributionPolicies", "foreign-d", { name: "theirs" }, { kind: "absent" });
  await store().patch(
    "queues",
    "foreign-q",
    { distributionPolicyId: "foreign-d", labels: { a: 1 } },
    { kind: "absent" },
  );
}

/** Everything that the service holds, without what differs from run to run. */
async function contents(): Promise<string> {
  const lists = await Promise.all(objectKinds.map((kind) => store().list(kind)));
  const bodies = lists.flatMap(({ objects }) =>
    objects.map(({ body: { etag: _, ...body } }) =>
      JSON.stringify(body).replaceAll(/"id":"[0-9a-f-]{36}"/gu, ""),
    ),
  );
  return bodies.sort().join("\n");
}

async function liveKeys(): Promise<readonly string[]> {
  const lists = await Promise.all(
    objectKinds.map(async (kind) =>
      (await store().list(kind)).objects.map(({ id }) => `${kind}/${id}`),
    ),
  );
  return lists.flat().sort();
}

async function contentsAfterFirst(): Promise<string> {
  await succeed(project(), ["apply", "before.route", "--yes"]);
  return contents();
}

function ownedBy(folder: string): readonly string[] {
  const { objects } = JSON.parse(readFileSync(join(folder, state), "utf8")) as {
    objects: { kind: string; id: string }[];
  };
  return objects.map(({ kind, id }) => `${kind}/${id}`);
}

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${emulator.endpoint}/_emulator/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}
