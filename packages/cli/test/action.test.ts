import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "@routewright/emulator";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { folderWith, repository } from "./support/cli.ts";
import { sound } from "./support/policies.ts";

const action = ".github/actions/routewright";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterAll(() => emulator.stop());

/** What GitHub takes for a composite action; its own schema cannot be had offline. */
const actionSchema = {
  type: "object",
  required: ["name", "description", "runs"],
  additionalProperties: false,
  properties: {
    name: { type: "string" },
    description: { type: "string" },
    inputs: {
      type: "object",
      additionalProperties: {
        type: "object",
        required: ["description"],
        additionalProperties: false,
        properties: {
          description: { type: "string" },
          required: { type: "boolean" },
          default: { type: "string" },
        },
      },
    },
    outputs: {
      type: "object",
      additionalProperties: { type: "object", required: ["description", "value"] },
    },
    runs: {
      type: "object",
      required: ["using", "steps"],
      properties: {
        using: { const: "composite" },
        steps: {
          type: "array",
          minItems: 1,
          items: { type: "object", required: ["run", "shell"] },
        },
      },
    },
  },
};

test("the action is a composite action, and runs no input as a script", () => {
  const value = parse(read(`${action}/action.yml`));
  const validate = new Ajv({ allErrors: true }).compile(actionSchema);
  expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  for (const { run, env } of value.runs.steps) {
    expect(run).not.toContain("${{");
    for (const text of Object.values(env)) {
      const name = /^\$\{\{ inputs\.(\w+) \}\}$/u.exec(String(text))?.[1] ?? "";
      expect(Object.keys(value.inputs)).toContain(name);
    }
  }
});

test("the documented pipeline names the action's inputs, and gives no more rights than it needs", () => {
  const [, text = ""] = /```yaml\n(.*?)```/su.exec(read("docs/deploy.md")) ?? [];
  const { on, permissions, jobs } = parse(text);
  expect(Object.keys(on)).toEqual(["pull_request", "push"]);
  expect(permissions).toEqual({ contents: "read", "id-token": "write" });
  const inputs = Object.keys(parse(read(`${action}/action.yml`)).inputs);
  const used = Object.values<{ steps: { uses?: string; with?: object }[] }>(jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses?.endsWith("actions/routewright"));
  expect(used.length).toBeGreaterThan(3);
  for (const step of used) {
    for (const name of Object.keys(step.with ?? {})) expect(inputs).toContain(name);
  }
  expect(jobs.plan.permissions["pull-requests"]).toBe("write");
  expect(jobs.plan.if).toContain("pull_request");
  expect(jobs.apply.if).toContain("push");
});

test("the documented pipeline records state and journal, and no lock that nobody could take over", () => {
  const [, text = ""] = /```yaml\n(.*?)```/su.exec(read("docs/deploy.md")) ?? [];
  const steps: readonly { if?: string; run?: string }[] = parse(text).jobs.apply.steps;
  const record = steps.find((each) => each.if === "always()")?.run ?? "";
  const folder = folderWith({ "main.route": "", ".gitconfig": "[init]\n\tdefaultBranch = main\n" });
  const clean = { PATH: process.env.PATH ?? "", HOME: folder };
  const bash = (script: string, cwd: string): string => {
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
      { cwd, encoding: "utf8", env: clean },
    );
    expect(status, `${script}: ${stdout}${stderr}`).toBe(0);
    return stdout.trim();
  };
  const commit = "git -c user.name=a -c user.email=a@b commit -qm begin";
  bash(
    `git init -q --bare remote && git clone -q remote work && cd work && touch main.route && git add . && ${commit} && git push -q origin HEAD`,
    folder,
  );
  const work = join(folder, "work");
  bash(record, work);
  expect(bash("git log --oneline | wc -l", work), "nothing was deployed yet").toBe("1");
  const files = (): string => bash("git ls-tree -r --name-only origin/main", work);
  bash(
    "mkdir routewright-state && cd routewright-state && touch h.json h.json.journal h.json.lock",
    work,
  );
  bash(record, work);
  expect(files()).toBe("main.route\nroutewright-state/h.json\nroutewright-state/h.json.journal");
  bash(record, work);
  bash("rm routewright-state/h.json.journal", work);
  bash(record, work);
  expect(files()).toBe("main.route\nroutewright-state/h.json");
  expect(bash("git log --oneline | wc -l", work)).toBe("3");
});

test("the action's script checks, plans and applies", async () => {
  const folder = folderWith(sound);
  expect(step(folder, "check").status).toBe(0);
  expect(step(folder, "test").status).toBe(0);
  const planned = await stepWithService(folder, "plan", "main.route");
  expect(planned.status, planned.stderr).toBe(0);
  expect(readFileSync(join(folder, "output"), "utf8")).toBe("changes=true\n");
  expect(readFileSync(join(folder, "summary"), "utf8")).toContain("create");
  const applied = await stepWithService(folder, "apply", "plan.json");
  expect(applied.status, applied.stderr).toBe(0);
  await stepWithService(folder, "plan", "main.route");
  expect(readFileSync(join(folder, "output"), "utf8")).toBe("changes=true\nchanges=false\n");
  expect(step(folder, "rm -rf /").status).toBe(2);
  const gone = await stepWithService(folder, "plan", "missing.route");
  expect(gone.status).not.toBe(0);
});

test("run as GitHub runs it, the inputs of a caller are words and never scripts", () => {
  const hostile = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned #",
    '" ; touch pwned ; "',
    "' ; touch pwned ; '",
    "$\x7bIFS}touch$\x7bIFS}pwned",
    "feature/$(touch$\x7bIFS}pwned)",
    "--help",
    "-V",
    "a\n::set-env name=PATH::/evil\n",
    "a\nchanges=pwned",
    "::add-mask::a",
    "../../../etc/passwd",
    "",
  ];
  // In the program's place: writes down the words that it is called with.
  const folder = folderWith({
    program: "#!/bin/bash\nprintf '%s\\0' \"$@\" >words\nexit 3\n",
  });
  chmodSync(join(folder, "program"), 0o755);
  const usual = {
    policy: "main.route",
    endpoint: "https://a.example",
    state: "s.json",
    out: "p.json",
    jobs: "j.json",
  };
  const inputsOf = {
    check: ["policy", "command"],
    plan: ["policy", "endpoint", "state", "out", "jobs"],
    apply: ["policy", "endpoint", "state"],
  };
  for (const [command, names] of Object.entries(inputsOf)) {
    for (const name of names) {
      for (const text of hostile) {
        const inputs = { ...usual, command, [name]: text };
        const at = `${command}: ${name} ${JSON.stringify(text)}`;
        rmSync(join(folder, "words"), { force: true });
        const { status, stdout } = composite(folder, inputs, { ROUTEWRIGHT: "./program" });
        expect(existsSync(join(folder, "pwned")), at).toBe(false);
        if (name === "command") {
          expect(status, at).toBe(2);
          expect(ordersIn(stdout), at).toEqual([expect.stringMatching(/^::error::[\w`,? -]*$/u)]);
          expect(existsSync(join(folder, "words")), at).toBe(false);
          continue;
        }
        const { policy, endpoint, state, out, jobs } = inputs;
        const service = [
          `--endpoint=${endpoint}`,
          ...(state === "" ? [] : [`--state=${state}`]),
          "--key-env=SERVICE_KEY",
        ];
        expect(readFileSync(join(folder, "words"), "utf8").split("\0").slice(0, -1), at).toEqual(
          {
            check: ["check", "--", policy],
            plan: [
              "plan",
              ...service,
              ...(jobs === "" ? [] : [`--jobs=${jobs}`]),
              "--markdown",
              "--detailed-exitcode",
              `--out=${out}`,
              "--",
              policy,
            ],
            apply: ["apply", ...service, "--yes", "--", policy],
          }[command],
        );
        expect(status, at).toBe(3);
        expect(ordersIn(stdout), at).toEqual([]);
      }
    }
  }
  expect(existsSync(join(folder, "output")), "nothing was said to have been planned").toBe(false);
});

test.each(["endpoint", "state", "policy"])(
  "a value that looks like an option is none: %s",
  (name) => {
    const folder = folderWith(sound);
    const { status, stderr } = composite(folder, { command: "plan", endpoint: "-V", [name]: "-V" });
    expect(status, stderr).toBe(2);
    expect(existsSync(join(folder, "output"))).toBe(false);
  },
);

test("what the program prints is no order to the runner", () => {
  const name = "::error::planted";
  const policy = `labels job { a: boolean }\nchannel chat\ntest "${name}" {\n  job { a: true }\n  expect priority == 1\n}\n`;
  const folder = folderWith({ "main.route": policy });
  const { stdout } = composite(folder, { command: "test" });
  expect(stdout).toContain("planted");
  expect(ordersIn(stdout)).toEqual([]);
});

/** Runs the action's steps with the runner's own shell command, as far as a composite action goes. */
function composite(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { inputs: declared, runs } = parse(read(`${action}/action.yml`));
  let last: ReturnType<typeof composite> = { status: null, stdout: "", stderr: "" };
  for (const { run, shell, env } of runs.steps) {
    expect(shell).toBe("bash");
    const given = Object.entries<string>(env).map(([name, text]) => {
      const [, input = ""] = /^\$\{\{ inputs\.(\w+) \}\}$/u.exec(text) ?? [];
      return [name, inputs[input] ?? declared[input].default ?? ""];
    });
    writeFileSync(join(folder, "step.sh"), run);
    const { KEY_ENV: _, ...base } = environment(folder);
    last = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "step.sh"], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        ...base,
        KEY_ENV: "SERVICE_KEY",
        ...Object.fromEntries(given),
        GITHUB_ACTION_PATH: join(repository, action),
        ...more,
      },
    });
  }
  return last;
}

/** The orders that the runner would take from a step's output: between stop and go it takes none. */
function ordersIn(stdout: string): readonly string[] {
  const orders: string[] = [];
  let token: string | undefined;
  for (const line of stdout.split("\n").map((each) => each.trimStart())) {
    if (token !== undefined) {
      if (line === `::${token}::`) token = undefined;
      continue;
    }
    token = /^::stop-commands::(\w{32})$/u.exec(line)?.[1];
    if (token === undefined && (line.startsWith("::") || line.includes("##["))) orders.push(line);
  }
  return orders;
}

interface Step {
  readonly status: number | null;
  readonly stderr: string;
}

function step(folder: string, command: string, env: Record<string, string> = {}): Step {
  const { status, stderr } = spawnSync("bash", [join(repository, action, "run.sh")], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...environment(folder), COMMAND: command, ...env },
  });
  return { status, stderr };
}

/** In a process that does not hold up the emulator's, which is this one. */
async function stepWithService(folder: string, command: string, policy: string): Promise<Step> {
  const child = spawn("bash", [join(repository, action, "run.sh")], {
    cwd: folder,
    env: { ...process.env, ...environment(folder), COMMAND: command, POLICY: policy },
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, stderr })));
}

function environment(folder: string): Record<string, string> {
  return {
    ROUTEWRIGHT: join(repository, "packages/cli/bin/routewright.js"),
    POLICY: "main.route",
    ENDPOINT: emulator.endpoint,
    KEY_ENV: "SERVICE_KEY",
    SERVICE_KEY: emulator.accessKey,
    STATE: "state.json",
    OUT: "plan.json",
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
}

function read(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}
