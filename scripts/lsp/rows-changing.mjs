// One row a feature: what it is called, and a check that the server's answer holds what it should.
import assert from "node:assert/strict";
import { actionsFor, alone, at, doc, scratch } from "./asking.mjs";
import { applyEdits, find } from "./client.mjs";
import { main, raw } from "./fixtures.mjs";

export const changingRows = [
  [
    "formatting",
    async (server) => {
      const text = "queue   q {distribution d}\n\n\n\nchannel    c\n";
      const { uri } = await scratch(server, text);
      const edits = await server.request("textDocument/formatting", {
        textDocument: { uri },
        options: { tabSize: 2, insertSpaces: true },
      });
      assert.match(applyEdits(text, edits), /\n\nchannel c\n$/u);
    },
  ],
  [
    "range formatting, beside a mistake",
    async (server) => {
      const text = "channel    c\n\nqueue q {\n\nchannel    d\n";
      const { uri } = await scratch(server, text);
      const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
      const edits = await server.request("textDocument/rangeFormatting", {
        textDocument: { uri },
        range,
        options: { tabSize: 2, insertSpaces: true },
      });
      assert.equal(applyEdits(text, edits), text.replace("channel    c", "channel c"));
    },
  ],
  [
    "on-type formatting",
    async (server) => {
      const text = "queue q {\n";
      const { uri } = await scratch(server, text);
      const edits = await server.request("textDocument/onTypeFormatting", {
        textDocument: { uri },
        position: { line: 1, character: 0 },
        ch: "\n",
        options: { tabSize: 2, insertSpaces: true },
      });
      assert.equal(applyEdits(text, edits), "queue q {\n  ");
    },
  ],
  [
    "folding",
    async (server) => {
      const found = await server.request("textDocument/foldingRange", doc(server, "main.route"));
      const start = find(main, "classification xbox").line;
      assert(found.some((each) => each.startLine === start && each.endLine > start + 8));
    },
  ],
  [
    "selection ranges",
    async (server) => {
      const [range] = await server.request("textDocument/selectionRange", {
        ...doc(server, "main.route"),
        positions: [find(main, "job.waits > 50", 5)],
      });
      let depth = 0;
      for (let each = range; each !== undefined; each = each.parent) depth++;
      assert(depth >= 5, `${depth} steps`);
      assert.deepEqual(range.parent.range.start, find(main, "job.waits > 50"));
    },
  ],
  [
    "linked editing",
    async (server) => {
      const { ranges } = await server.request(
        "textDocument/linkedEditingRange",
        at(server, main, "worker ann", 8),
      );
      assert.equal(ranges.length, 2);
    },
  ],
  [
    "document links",
    async (server) => {
      const [link] = await server.request("textDocument/documentLink", doc(server, "main.route"));
      assert.match(link.target, /labels\.route$/u);
    },
  ],
  [
    "inlay hints",
    async (server) => {
      const range = { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } };
      const found = await server.request("textDocument/inlayHint", {
        ...doc(server, "main.route"),
        range,
      });
      const shown = found.map((each) => each.label);
      assert(shown.includes(": boolean"), shown.join());
      assert(shown.includes(" (0..100)"), shown.join());
      assert(
        shown.some((label) => label.includes(" unless job.region == ")),
        shown.join(),
      );
    },
  ],
  [
    "inline values while debugging",
    async (server) => {
      const range = { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } };
      const stopped = { start: find(main, "priority"), end: find(main, "priority", 8) };
      const found = await server.request("textDocument/inlineValue", {
        ...doc(server, "main.route"),
        range,
        context: { frameId: 1, stoppedLocation: stopped },
      });
      assert(found.some((each) => each.variableName === "job.region"));
      assert(!found.some((each) => each.variableName === "job.waits"));
    },
  ],
  [
    "code lenses",
    async (server) => {
      const found = await server.request("textDocument/codeLens", doc(server, "main.route"));
      const kinds = found.map((each) => each.data.lens.kind);
      for (const kind of ["run", "debug", "references", "samples"])
        assert(kinds.includes(kind), kind);
    },
  ],
  [
    "code lens resolve",
    async (server) => {
      const found = await server.request("textDocument/codeLens", doc(server, "main.route"));
      const resolve = (kind) =>
        server.request(
          "codeLens/resolve",
          found.find((each) => each.data.lens.kind === kind),
        );
      assert.equal((await resolve("samples")).command.title, "decides 50 % of 2 sample jobs");
      assert.match((await resolve("references")).command.title, /references?$/u);
      assert.equal((await resolve("run")).command.command, "routewright.runTest");
    },
  ],
  [
    "code actions: fixes of the catalogue",
    async (server) => {
      const { apply } = await actionsFor(
        server,
        "labels job { vip: boolean }\nlet a = job.vpi\n",
        "vpi",
        { plus: 1 },
      );
      assert.match(await apply("change to `vip`"), /job\.vip/u);
    },
  ],
  [
    "code actions: fix all",
    async (server) => {
      const text = "labels job { a: number, b: number }\nlet x = job.a <> 1 && job.b <> 2\n";
      const { apply } = await actionsFor(server, text, "let", { only: "source.fixAll" });
      assert.match(await apply("fix everything"), /job\.a != 1 and job\.b != 2/u);
    },
  ],
  [
    "code actions: organise imports",
    async (server) => {
      const text = 'import "./raw.route"\nimport "./labels.route"\nimport "./raw.route"\n';
      const { apply } = await actionsFor(server, text, "import", {
        only: "source.organizeImports",
      });
      assert.equal(await apply("organise"), 'import "./labels.route"\nimport "./raw.route"\n');
    },
  ],
  [
    "code actions: extract `let`",
    async (server) => {
      const piece = 'job.region == "NA"';
      const { apply } = await actionsFor(server, alone.replaceAll("own", "ex"), piece, {
        length: piece.length,
      });
      const text = await apply("extract to `let condition`");
      assert.match(text, /let condition = job\.region == "NA"\n\nclassification/u);
      assert.match(text, /when condition and premium/u);
    },
  ],
  [
    "code actions: inline `let`",
    async (server) => {
      const { apply } = await actionsFor(server, alone.replaceAll("own", "il"), "let premium", {
        plus: 5,
      });
      const text = await apply("inline `premium` everywhere");
      assert.match(text, /when \(job\.vip or job\.product == "surface"\) -> 10/u);
      assert.doesNotMatch(text, /let premium/u);
    },
  ],
  [
    "code actions: `match` to decision table",
    async (server) => {
      const { apply } = await actionsFor(server, alone.replaceAll("own", "mt"), "queue = match", {
        plus: 2,
      });
      assert.match(
        await apply("write `match` as"),
        /table \(job\.region, premium, job\.product\) -> \(queue\) \{\n {4}"NA", true, _ -> mt_na/u,
      );
    },
  ],
  [
    "code actions: decision table to `match`",
    async (server) => {
      const text =
        'labels job { a: "x" | "y" }\nqueue tq { distribution td }\ndistribution td { mode round robin }\nclassification tc {\n  table (job.a) -> (queue) {\n    "x" -> tq\n    otherwise -> tq\n  }\n}\n';
      const { apply } = await actionsFor(server, text, "table", { plus: 1 });
      assert.match(
        await apply("write the table"),
        /queue = match \{\n {4}when job\.a == "x" -> tq\n {4}otherwise -> tq/u,
      );
    },
  ],
  [
    "code actions: raw Power Fx to the language",
    async (server) => {
      const text = raw.replaceAll("raw", "rw").replaceAll("plain", "pl");
      const { apply } = await actionsFor(server, text, "powerfx", { plus: 12 });
      assert.match(await apply("write the Power Fx"), /priority = (?:if job\.vip|match)/u);
    },
  ],
  [
    "code actions: declare a missing label",
    async (server) => {
      const { apply } = await actionsFor(
        server,
        "labels job {\n  a: text\n}\nlet x = job.size > 3\n",
        "size",
        { plus: 1 },
      );
      assert.match(await apply("declare `job.size`"), / {2}a: text\n {2}size: number\n\}/u);
    },
  ],
  [
    "code actions: allow with a reason",
    async (server) => {
      const text = alone
        .replaceAll("own", "al")
        .replace("  vip: boolean", "  spare: text\n  vip: boolean");
      const { apply } = await actionsFor(server, text, "spare", { plus: 1 });
      assert.match(
        await apply("allow `unused-label`"),
        / {2}\/\/ allow unused-label: say why\n {2}spare/u,
      );
    },
  ],
  [
    'Power Fx inside `powerfx"…"`',
    async (server) => {
      const text = raw.replaceAll("raw", "fx").replaceAll("plain", "fp");
      const { uri } = await scratch(server, text);
      const hover = await server.request("textDocument/hover", {
        textDocument: { uri },
        position: find(text, "If(", 1),
      });
      assert.match(hover.contents.value, /If\(/u);
      const { items } = await server.request("textDocument/completion", {
        textDocument: { uri },
        position: find(text, "job.vip =", 4),
      });
      assert.deepEqual(
        items.map((item) => item.label),
        ["vip", "plan"],
      );
      const help = await server.request("textDocument/signatureHelp", {
        textDocument: { uri },
        position: find(text, ", 10", 3),
      });
      assert.equal(help.activeParameter, 1);
      const bad = text.replace("job.vip = true", "job.vip + job.plan + [");
      const other = await scratch(server, bad.replaceAll("fx_", "fy_").replaceAll("fp", "fq"));
      const { items: findings } = await server.request("textDocument/diagnostic", {
        textDocument: { uri: other.uri },
      });
      assert(
        findings.some((each) => each.code === "formula-syntax" && each.range.start.line === 12),
      );
    },
  ],
  [
    "Power Fx in a document of its own",
    async (server) => {
      const { formulas } = await server.request("routewright/formulas", {
        uri: server.uri("main.route"),
      });
      const { uri } = formulas.find((each) => each.title === "xbox: priority");
      const { text } = await server.request("routewright/virtualDocument", { uri });
      const findings = server.next(uri);
      await server.open(uri, `${text} + job.vip +`, "powerfx");
      assert((await findings).diagnostics.length > 0);
      const again = server.next(uri);
      server.change(uri, [{ text: `${text} + job.absent` }]);
      const [unknown] = (await again).diagnostics;
      assert.match(unknown.message, /`absent` is not declared/u);
      const after = server.next(uri, ({ diagnostics }) => diagnostics.length > 0);
      server.change(uri, [{ text: `${text} + job.vip +` }]);
      await after;
      const { items } = await server.request("textDocument/completion", {
        textDocument: { uri },
        position: find(text, "job.", 4),
      });
      assert(items.some((item) => item.label === "waits"));
      const hover = await server.request("textDocument/hover", {
        textDocument: { uri },
        position: { line: 0, character: 1 },
      });
      assert.match(hover.contents.value, /If\(/u);
    },
  ],
  [
    "cancellation",
    async (server) => {
      const { CancellationTokenSource } = await import("vscode-jsonrpc/node");
      const source = new CancellationTokenSource();
      const answer = server.request(
        "routewright/runTests",
        { uri: server.uri("main.route") },
        source.token,
      );
      source.cancel();
      await assert.rejects(answer, (error) => error.code === -32800 || error.code === -32802);
    },
  ],
  [
    "progress",
    async (server) => {
      const seen = [];
      const { ProgressType } = await import("vscode-jsonrpc/node");
      const listening = server.connection.onProgress(new ProgressType(), "run-1", (value) =>
        seen.push(value.kind),
      );
      const { results } = await server.request("routewright/runTests", {
        uri: server.uri("main.route"),
        workDoneToken: "run-1",
      });
      listening.dispose();
      assert.equal(results[0].outcome, "passed");
      assert.equal(seen[0], "begin");
      assert.equal(seen.at(-1), "end");
    },
  ],
  [
    "a fault in one feature leaves the rest",
    async (server) => {
      // Nonsense that no client sends: the feature fails, is reported once, and others answer.
      for (let time = 0; time < 2; time++) {
        await server.request("textDocument/selectionRange", {
          ...doc(server, "main.route"),
          positions: null,
        });
      }
      const faults = server.messages.filter(({ message }) => message.includes("selection ranges"));
      assert.equal(faults.length, 1);
      const { contents } = await server.request(
        "textDocument/hover",
        at(server, main, "job.waits", 5),
      );
      assert(contents.value.length > 0);
    },
  ],
];
