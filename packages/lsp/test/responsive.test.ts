import { afterEach, expect, test } from "vitest";
import { programText } from "../../../bench/support/program-text.ts";
import { Workspace } from "../src/workspace/workspace.ts";
import { startClient, type TestClient } from "./support/client.ts";

const small = "file:///w/small.route";
const smallText = 'labels job { region: "NA" | "EU" }\nlet a = job.region == "NA"\n';
const position = { line: 1, character: 14 };

let client: TestClient | undefined;
afterEach(() => client?.stop());

/** What happens at the client, in order. */
function record(of: TestClient): string[] {
  const events: string[] = [];
  of.connection.onNotification("window/showMessage", ({ message }: { message: string }) => {
    events.push(`fault: ${message}`);
  });
  return events;
}

async function hoverSmall(of: TestClient): Promise<string> {
  const hover = await of.request<{ contents: { value: string } }>("textDocument/hover", {
    textDocument: { uri: small },
    position,
  });
  return hover.contents.value;
}

test("questions are answered while a large text is looked at", async () => {
  const large = "file:///w/large.route";
  // About 1 MB.
  const text = programText(45_000);
  expect(text.length).toBeGreaterThan(900_000);
  client = await startClient({}, { initializationOptions: { diagnostics: "push" } });
  const events = record(client);
  await client.open(small, smallText);
  await client.open(large, text);
  await expect.poll(() => client?.diagnostics.has(large)).toBe(true);
  // A mistake that only the whole analysis finds.
  const found = client.published(large).then(() => events.push("found"));
  await client.change(large, text.replace("job.risk", "job.rsik"));
  for (let question = 0; question < 3; question++) {
    expect(await hoverSmall(client)).toContain("job.region");
    events.push("answered");
  }
  await found;
  await expect
    .poll(() => client?.diagnostics.get(large)?.map(({ code }) => code))
    .toContain("unknown-label");
  expect(events).toEqual(["answered", "answered", "answered", "found"]);
});

test("questions are answered while 2,000 files are looked at", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [
      `file:///w/f${index}.route`,
      // Each has a mistake, so that of each something is said.
      programText(40).replace("job.risk", "job.rsik"),
    ]),
  );
  client = await startClient(files, { initializationOptions: { diagnostics: "push" } });
  const events = record(client);
  await client.open(small, smallText);
  let told = 0;
  client.connection.onNotification("textDocument/publishDiagnostics", () => {
    told++;
  });
  let answered = 0;
  while (told < 2_000) {
    expect(await hoverSmall(client)).toContain("job.region");
    answered++;
  }
  // A server that does not give way answers once before it begins and once when all is told. How
  // many fit between depends on the machine.
  expect(answered).toBeGreaterThan(3);
  await expect.poll(() => told).toBeGreaterThan(2_000);
  await client.change(small, smallText.replace("region ==", "regoin =="));
  events.push((await hoverSmall(client)) === "" ? "nothing" : "answered");
  await expect.poll(() => told).toBeGreaterThan(2_001);
  expect(events).toEqual(["answered"]);
});

test("what is nested deeply, or never closed, is no fault", async () => {
  client = await startClient({}, { initializationOptions: { diagnostics: "push" } });
  const events = record(client);
  const texts = [
    `let a = ${"(".repeat(20_000)}`,
    `classification c {\n${"when job.a {\n".repeat(5_000)}`,
    `let a = ${"if true then ".repeat(10_000)}`,
    `let a = ${"not ".repeat(50_000)}true\n`,
    `let a = "${"x".repeat(1_000_000)}`,
    `/* ${"/* ".repeat(100_000)}`,
    `queue q { ${"labels { ".repeat(10_000)}`,
    `let a = powerfx"${"If(".repeat(10_000)}"`,
  ];
  for (const [index, text] of texts.entries()) {
    const uri = `file:///w/deep${index}.route`;
    const textDocument = { uri };
    await client.open(uri, text);
    const at = { line: 0, character: Math.min(text.length, 5_000) };
    for (const method of [
      "completion",
      "hover",
      "definition",
      "signatureHelp",
      "documentHighlight",
    ]) {
      await client.request(`textDocument/${method}`, { textDocument, position: at });
    }
    for (const method of ["documentSymbol", "foldingRange", "semanticTokens/full", "codeLens"]) {
      await client.request(`textDocument/${method}`, { textDocument });
    }
    await client.request("textDocument/selectionRange", { textDocument, positions: [at] });
    await client.request("textDocument/formatting", { textDocument, options: {} });
    await client.change(uri, `${text})`);
    await client.request("textDocument/completion", { textDocument, position: at });
  }
  expect(await hover(client)).toBe("none");
  expect(events).toEqual([]);
});

async function hover(of: TestClient): Promise<string> {
  await of.open(small, smallText);
  return (await hoverSmall(of)).includes("job.region") ? "none" : "no answer";
}

test("findings are never of a text that is gone", async () => {
  client = await startClient({}, { initializationOptions: { diagnostics: "push" } });
  const texts = Array.from(
    { length: 40 },
    (_, index) =>
      [
        `labels job { region: "NA" }\nlet a = job.l${index} == 1\n`,
        `labels job { region: "NA" }\nlet a = job.l${index} ==\n`,
      ][index % 2] ?? "",
  );
  const sent: string[] = [];
  const versions: number[] = [];
  client.connection.onNotification(
    "textDocument/publishDiagnostics",
    (params: { version: number; diagnostics: readonly { message: string }[] }) => {
      versions.push(params.version);
      sent.push(params.diagnostics.map(({ message }) => message).join("\n"));
    },
  );
  await client.open(small, texts[0] ?? "");
  for (const [index, text] of texts.entries()) {
    await client.change(small, text);
    if (index % 3 === 0) await new Promise((resolve) => setTimeout(resolve, index % 5));
  }
  const last = texts.length + 1;
  const [whole] = possibleFindings(texts.at(-1) ?? "");
  await expect.poll(() => [versions.at(-1), sent.at(-1)]).toEqual([last, whole]);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  for (const [index, version] of versions.entries()) {
    // Version 1 is the first text, opened.
    const text = texts[Math.max(0, version - 2)] ?? "";
    expect(possibleFindings(text), `version ${version}`).toContain(sent[index]);
  }
});

/** What may be said of a text: its syntax alone, or all. */
function possibleFindings(text: string): readonly string[] {
  const workspace = new Workspace();
  workspace.open("small.route", small, 1, text);
  const snapshot = workspace.snapshot();
  const all = snapshot.findingsIn("small.route");
  const syntax = snapshot.syntax("small.route")?.diagnostics ?? [];
  return [all, syntax].map((found) =>
    found
      .map(({ message, help }) => (help === undefined ? message : `${message}\n${help}`))
      .join("\n"),
  );
}
