// npm run bench -- lsp [--quick --check --peer]
// How long the built language server takes, as an editor sees it: over stdio, on a file of 5,000
// lines and on a workspace of 200 files. The bars are for the processor time of the server's main
// thread, which a busy machine spoils little; the time on the wall stands beside it. `--peer` measures TypeSpec's server on a file of the same
// size beside it; it is installed below node_modules/.cache, and is no dependency of the project.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programText } from "../bench/support/program-text.ts";
import { find, startServer } from "./lsp/client.mjs";

const quick = process.argv.includes("--quick");
const rounds = quick ? 15 : 60;
const barsMs = { syntax: 50, full: 300, completion: 50 };

const large = programText(5_000);
const parts = programText(9_000).split("/// Department ");
const pieces = parts.slice(1, 199);
const workspace = {
  "labels.route": parts[0],
  ...Object.fromEntries(
    pieces.map((piece, index) => [
      `d${index}.route`,
      `import "./labels.route"\n\n/// Department ${piece}`,
    ]),
  ),
  "main.route": pieces.map((_, index) => `import "./d${index}.route"`).join("\n"),
};

const reports = [
  await measure("5,000 lines", { "main.route": large }, "main.route", large),
  await measure("200 files", workspace, "d99.route", workspace["d99.route"]),
  ...(process.argv.includes("--peer") ? [await measurePeer()] : []),
];

const columns = ["syntax", "full", "completion", "hover"];
console.log(`node ${process.version}, ${rounds} keystrokes each; p50 / p95 in ms\n`);
const kinds = { "": "cpuMs", ", on the wall": "wallMs" };
console.log("| | cold open | to syntax findings | to all findings | completion | hover | memory |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const { name, coldMs, times, memoryMb } of reports) {
  for (const [suffix, kind] of Object.entries(kinds)) {
    const cells = columns.map((column) => {
      const own = times[column].map((each) => each[kind]);
      if (own.length === 0) return "";
      return `${quantile(own, 0.5).toFixed(0)} / ${quantile(own, 0.95).toFixed(0)}`;
    });
    const row = [
      `${name}${suffix}`,
      `${coldMs.toFixed(0)} ms`,
      ...cells,
      `${memoryMb.toFixed(0)} MB`,
    ];
    console.log(`| ${row.join(" | ")} |`);
  }
}
const missed = reports.slice(0, 2).flatMap(({ name, times }) =>
  Object.entries(barsMs)
    .filter(
      ([column, bar]) =>
        quantile(
          times[column].map(({ cpuMs }) => cpuMs),
          0.95,
        ) > bar,
    )
    .map(([column, bar]) => `${name}: ${column} takes more than ${bar} ms`),
);
for (const each of missed) console.log(each);
if (process.argv.includes("--check") && missed.length > 0) process.exitCode = 1;

async function measure(name, files, open, text) {
  const started = performance.now();
  const server = await startServer(files, { settings: { diagnostics: "push" } });
  const first = server.next(open);
  await server.open(open, text);
  await first;
  const coldMs = performance.now() - started;
  await quiet(server, open);
  const times = { syntax: [], full: [], completion: [], hover: [] };
  const place = find(text, "when job.topic", 14);
  for (let round = 0; round < rounds; round++) {
    // A brace too many and away again: each changes what is wrong with the text.
    for (const broken of [true, false]) {
      const after = { line: place.line, character: place.character + 1 };
      const range = { start: place, end: broken ? place : after };
      const sent = now(server);
      const version = server.change(open, [{ range, text: broken ? "}" : "" }]);
      const isOwn = (params) => params.version === version;
      await server.next(open, isOwn);
      times.syntax.push(since(sent));
      await server.next(open, isOwn);
      times.full.push(since(sent));
    }
  }
  for (let round = 0; round < rounds; round++) {
    const dot = find(text, "when job.topic", 9);
    const end = { line: dot.line, character: dot.character + 5 };
    server.change(open, [{ range: { start: dot, end }, text: "t" }]);
    const position = { line: dot.line, character: dot.character + 1 };
    const textDocument = { uri: server.uri(open) };
    const sent = now(server);
    const { items } = await server.request("textDocument/completion", { textDocument, position });
    times.completion.push(since(sent));
    if (!items.some((item) => item.label === "topic")) throw new Error("completion is wrong");
    server.change(open, [{ range: { start: dot, end: position }, text: "topic" }]);
    await quiet(server, open);
    const asked = now(server);
    const hover = await server.request("textDocument/hover", { textDocument, position: end });
    times.hover.push(since(asked));
    if (!hover.contents.value.includes("job.topic")) throw new Error("hover is wrong");
  }
  const memoryMb = memoryOf(server.memory());
  await server.stop();
  return { name, coldMs, times, memoryMb };
}

function now(server) {
  return { server, wallMs: performance.now(), cpuMs: cpuOf(server.memory()) };
}

function since({ server, wallMs, cpuMs }) {
  return { wallMs: performance.now() - wallMs, cpuMs: cpuOf(server.memory()) - cpuMs };
}

/** What the main thread has computed so far; on the wall where the system does not tell. */
function cpuOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** Until nothing has been said for a while. */
async function quiet(server, name) {
  for (;;) {
    const spoke = await server
      .next(name, () => true, 400)
      .then(
        () => true,
        () => false,
      );
    if (!spoke) return;
  }
}

function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024;
}

async function measurePeer() {
  const folder = fileURLToPath(new URL("../node_modules/.cache/lsp-peer", import.meta.url));
  const server = join(folder, "node_modules/@typespec/compiler/cmd/tsp-server.js");
  if (!existsSync(server)) {
    mkdirSync(folder, { recursive: true });
    const args = [
      "install",
      "--no-save",
      "--no-package-lock",
      "--prefix",
      folder,
      "@typespec/compiler@1.17.0",
    ];
    execFileSync("npm", args, { stdio: "inherit" });
  }
  const text = typespecText(5_000);
  const started = performance.now();
  const client = await startServer({ "main.tsp": text }, { command: [server, "--stdio"] });
  const first = client.next("main.tsp");
  await client.open("main.tsp", text, "typespec");
  await first;
  const coldMs = performance.now() - started;
  await quiet(client, "main.tsp");
  const times = { syntax: [], full: [], completion: [], hover: [] };
  const place = find(text, "model Job10 {", 13);
  for (let round = 0; round < rounds; round++) {
    for (const broken of [true, false]) {
      const after = { line: place.line, character: place.character + 1 };
      const sent = now(client);
      const next = client.next("main.tsp");
      client.change("main.tsp", [
        { range: { start: place, end: broken ? place : after }, text: broken ? "}" : "" },
      ]);
      await next;
      times.full.push(since(sent));
      await quiet(client, "main.tsp");
    }
    const textDocument = { uri: client.uri("main.tsp") };
    const position = find(text, "queue: Queue10;", 9);
    const version = client.change("main.tsp", [{ range: { start: place, end: place }, text: " " }]);
    void version;
    const sent = now(client);
    await client.request("textDocument/completion", { textDocument, position });
    times.completion.push(since(sent));
    const asked = now(client);
    await client.request("textDocument/hover", { textDocument, position });
    times.hover.push(since(asked));
    const after = { line: place.line, character: place.character + 1 };
    client.change("main.tsp", [{ range: { start: place, end: after }, text: "" }]);
    await quiet(client, "main.tsp");
  }
  const memoryMb = memoryOf(client.memory());
  await client.stop();
  return { name: "TypeSpec, 5,000 lines", coldMs, times, memoryMb };
}

function typespecText(lines) {
  const parts = [];
  for (let number = 0; number * 20 < lines; number++) {
    parts.push(`/** Queue ${number}. */
model Queue${number} {
  id: string;
  region: "NA" | "EU";
  size: int32;
}

/** Job ${number}. */
model Job${number} {
  queue: Queue${number};
  topic: "order" | "delivery" | "return";
  priority?: int32;
  risk: float32;
}

op route${number}(@doc("the job") job: Job${number}): Queue${number};

alias Either${number} = Queue${number} | Job${number};
`);
  }
  return parts.join("\n");
}

function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
