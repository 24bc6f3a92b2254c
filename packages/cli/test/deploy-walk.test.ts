import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, type Result, routewright } from "./support/cli.ts";

// The walk of docs/deploy.md, with the real emulator.
test("from a new project to a changed rule in the service", async () => {
  const base = folderWith();
  const folder = join(base, "support-desk");
  expect((await routewright(["init", "support-desk"], { cwd: base })).code).toBe(0);
  edit(join(folder, "queues.route"), "expire after 60s", "expire after 90s");

  let connectionString = "";
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  let end: () => void = () => undefined;
  const emulator = routewright(["emulator", "--port", "0"], {
    cwd: base,
    onStart: (child) => {
      end = () => void child.kill("SIGTERM");
      child.stdout?.on("data", (chunk: Buffer) => {
        connectionString = /endpoint=\S+/u.exec(chunk.toString("utf8"))?.[0] ?? connectionString;
        if (connectionString !== "") ready();
      });
    },
  });
  await isReady;
  const call = (...args: string[]): Promise<Result> => routewright(args, { cwd: folder });
  const service = ["--emulator", connectionString];
  try {
    expect((await call("check")).code).toBe(0);
    expect((await call("test")).code).toBe(0);
    const first = await call("plan", ...service, "--out", "plan.json");
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain("6 to create");
    const applied = await call("apply", "plan.json", ...service);
    expect(applied.code, applied.stderr).toBe(0);
    expect((await call("plan", ...service, "--detailed-exitcode")).code).toBe(0);

    // One rule changes: gold customers wait even less.
    edit(join(folder, "support.route"), "when premium    -> 10", "when premium    -> 50");
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
    const change = await call("plan", ...service, "--jobs", "jobs.json", "--out", "plan.json");
    expect(change.code, change.stderr).toBe(0);
    expect(change.stdout).toContain("1 to update");
    expect(change.stdout).toContain("prioritizationRule");
    expect(change.stdout).toContain("50");
    expect(change.stdout).toContain("of 4 sample jobs 2 change:");
    expect(change.stdout).toMatch(/2 × priority 10 → 50 {2}\(e\.g\. gold-1\)/u);
    const gate = await call("plan", ...service, "--jobs", "jobs.json", "--fail-on", "behaviour");
    expect(gate.code).toBe(1);
    expect((await call("apply", "plan.json", ...service)).code).toBe(0);
    const drift = await call("drift", ...service);
    expect(drift.code, drift.stdout).toBe(0);
    expect(drift.stdout).toContain("0 of 6 objects changed by somebody else");

    // And back from the service to source: what it filled in does not come along.
    const imported = await call(
      ...["import", "--from", ...service, "--out", "imported.route", "--state", "imported.json"],
    );
    expect(imported.code, imported.stderr).toBe(0);
    const text = readFileSync(join(folder, "imported.route"), "utf8");
    expect(text).toContain("expire after 90s");
    expect(text).not.toMatch(/score using|offers 1|[0-9a-f]{8}-[0-9a-f]{4}-/u);
    const empty = await call(
      ...["plan", "imported.route", ...service, "--state", "imported.json", "--detailed-exitcode"],
    );
    expect(empty.code, empty.stdout + empty.stderr).toBe(0);
  } finally {
    end();
    await emulator;
  }
});

const jobs = [
  ["gold-1", { topic: "tech", tier: "gold" }],
  ["gold-2", { topic: "other", tier: "gold" }],
  ["silver", { topic: "tech", tier: "silver" }],
  ["urgent", { topic: "billing", tier: "none", urgent: true }],
].map(([id, labels]) => ({
  id,
  channelId: "chat",
  classificationPolicyId: "support",
  labels: { language: "en", ...(labels as object) },
}));

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}
