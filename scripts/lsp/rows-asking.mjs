// One row a feature: what it is called, and a check that the server's answer holds what it should.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { alone, at, doc, scratch, settled } from "./asking.mjs";
import { applyEdits, atCursor, find } from "./client.mjs";
import { labels, main } from "./fixtures.mjs";

export const askingRows = [
  [
    "incremental sync",
    async (server) => {
      const { name, uri } = await scratch(server, "queue q { distributon d }\n");
      const line = { line: 0, character: 19 };
      const next = server.next(
        name,
        ({ diagnostics }) => !diagnostics.some((each) => each.code === "syntax-unexpected"),
      );
      server.change(name, [{ range: { start: line, end: line }, text: "i" }]);
      await next;
      assert(uri);
    },
  ],
  [
    "push diagnostics",
    async (server) => {
      const text = "let a = job.nothing == 1\n";
      const { name } = await scratch(server, text);
      const { diagnostics } = await settled(server, name, (p) =>
        p.diagnostics.some((d) => d.code === "unknown-label"),
      );
      assert.deepEqual(diagnostics.find((d) => d.code === "unknown-label").range.start, {
        line: 0,
        character: 12,
      });
    },
  ],
  [
    "syntax at once, the rest after",
    async (server) => {
      const { name } = await scratch(
        server,
        alone.replaceAll("own_", "st_").replaceAll("own", "st"),
      );
      await settled(server, name, () => true);
      let version;
      // What was still on its way is about the text before.
      const first = server.next(name, (params) => params.version === version);
      version = server.change(name, [
        {
          text: `${alone.replaceAll("own_", "st_").replaceAll("own", "st")}\nlet x = job.nothing == `,
        },
      ]);
      const syntax = await first;
      assert.equal(syntax.version, version);
      assert(syntax.diagnostics.every((d) => d.code !== "unknown-label"));
    },
  ],
  [
    "pull diagnostics, document",
    async (server) => {
      const { uri } = await scratch(server, "let a = job.nothing == 1\n");
      const first = await server.request("textDocument/diagnostic", { textDocument: { uri } });
      assert(first.items.some((d) => d.code === "unknown-label"));
      const again = await server.request("textDocument/diagnostic", {
        textDocument: { uri },
        previousResultId: first.resultId,
      });
      assert.equal(again.kind, "unchanged");
    },
  ],
  [
    "pull diagnostics, workspace",
    async (server) => {
      const { items } = await server.request("workspace/diagnostic", { previousResultIds: [] });
      assert(items.some(({ uri }) => uri.endsWith("labels.route")));
      assert(items.some(({ uri }) => uri.endsWith("raw.route")));
    },
  ],
  [
    "diagnostics as `routewright check` gives them",
    async (server) => {
      const command = fileURLToPath(
        new URL("../../packages/cli/bin/routewright.js", import.meta.url),
      );
      let output = "";
      try {
        output = execFileSync(
          process.execPath,
          [command, "check", "main.route", "raw.route", "labels.route", "--json"],
          { cwd: server.folder, encoding: "utf8" },
        );
      } catch (error) {
        output = error.stdout;
      }
      const said = JSON.parse(output).findings ?? JSON.parse(output).diagnostics;
      const checked = said.map((each) => `${each.path} ${each.code} ${each.message}`).sort();
      const { items } = await server.request("workspace/diagnostic", { previousResultIds: [] });
      const own = items
        .filter(({ uri }) => /(?:main|raw|labels)\.route$/u.test(uri))
        .flatMap(({ uri, items: found }) =>
          found.map(
            (each) =>
              `${uri.slice(uri.lastIndexOf("/") + 1)} ${each.code} ${each.message.split("\n")[0]}`,
          ),
        )
        .sort();
      assert.deepEqual(own, checked);
    },
  ],
  [
    "unsaved imports",
    async (server) => {
      await server.open("unsaved/shared.route", "labels job { fresh: text }\n");
      const { uri } = await scratch(
        server,
        'import "./unsaved/shared.route"\nlet a = job.fresh == "x"\n',
      );
      const { items } = await server.request("textDocument/diagnostic", { textDocument: { uri } });
      assert(!items.some((d) => d.severity === 1), JSON.stringify(items));
    },
  ],
  [
    "completion",
    async (server) => {
      const { text, position } = atCursor(main.replace("when premium -> 10", "when job.| -> 10"));
      server.change("main.route", [{ text }]);
      const { items } = await server.request("textDocument/completion", {
        ...doc(server, "main.route"),
        position,
      });
      server.change("main.route", [{ text: main }]);
      assert.deepEqual(
        items.map((item) => item.label),
        ["region", "product", "language", "vip", "waits"],
      );
    },
  ],
  [
    "completion: values, snippets, missing properties",
    async (server) => {
      const value = atCursor('labels job { a: "x" | "y" }\nlet b = job.a == |\n');
      const { uri } = await scratch(server, value.text);
      const values = await server.request("textDocument/completion", {
        textDocument: { uri },
        position: value.position,
      });
      assert.deepEqual(
        values.items.slice(0, 2).map((item) => item.label),
        ['"x"', '"y"'],
      );
      const block = atCursor('queue q {\n  name "Q"\n  |\n}\n');
      const other = await scratch(server, block.text);
      const items = (
        await server.request("textDocument/completion", {
          textDocument: { uri: other.uri },
          position: block.position,
        })
      ).items;
      assert.equal(items[0].label, "distribution");
      assert.equal(items[0].insertTextFormat, 2);
      assert(!items.some((item) => item.label === "name"));
    },
  ],
  [
    "completion resolve",
    async (server) => {
      const { text, position } = atCursor("let b = ma|\n");
      const { uri } = await scratch(server, text);
      const { items } = await server.request("textDocument/completion", {
        textDocument: { uri },
        position,
      });
      const item = await server.request(
        "completionItem/resolve",
        items.find((each) => each.label === "max"),
      );
      assert.match(item.documentation.value, /greatest/u);
    },
  ],
  [
    "hover",
    async (server) => {
      const { contents } = await server.request(
        "textDocument/hover",
        at(server, main, "job.waits", 5),
      );
      assert.match(contents.value, /job\.waits\?: 0\.\.100/u);
      const doc = await server.request("textDocument/hover", at(server, main, "premium ->", 1));
      assert.match(doc.contents.value, /must not wait/u);
    },
  ],
  [
    "hover: durations and shares in Job Router's units",
    async (server) => {
      const { contents } = await server.request(
        "textDocument/hover",
        at(server, main, "after 60s", 7),
      );
      assert.match(contents.value, /60 seconds/u);
    },
  ],
  [
    "hover: what it becomes",
    async (server) => {
      const { contents } = await server.request(
        "textDocument/hover",
        at(server, main, "require", 2),
      );
      assert.match(contents.value, /Becomes \*\*passThrough\*\*/u);
      assert.match(contents.value, /"key": "language"/u);
    },
  ],
  [
    "signature help",
    async (server) => {
      const help = await server.request(
        "textDocument/signatureHelp",
        at(server, main, "worker.xbox, 1", 13),
      );
      assert.equal(help.activeParameter, 1);
      assert.match(help.signatures[0].label, /^max\(/u);
    },
  ],
  [
    "definition",
    async (server) => {
      const [found] = await server.request(
        "textDocument/definition",
        at(server, main, "job.region", 5),
      );
      assert.match(found.uri, /labels\.route$/u);
      assert.deepEqual(found.range.start, find(labels, "region"));
    },
  ],
  [
    "declaration",
    async (server) => {
      const [found] = await server.request(
        "textDocument/declaration",
        at(server, main, "-> xbox_na", 4),
      );
      assert.deepEqual(found.range.start, find(main, "xbox_na"));
    },
  ],
  [
    "type definition",
    async (server) => {
      const [found] = await server.request(
        "textDocument/typeDefinition",
        at(server, main, "job.region", 5),
      );
      assert.deepEqual(found.range.start, find(labels, '"NA" |'));
    },
  ],
  [
    "implementation",
    async (server) => {
      const found = await server.request(
        "textDocument/implementation",
        at(server, main, "queue xbox_na", 7),
      );
      assert.deepEqual(
        found.map((each) => each.range.start),
        [find(main, "-> xbox_na", 3)],
      );
    },
  ],
  [
    "references",
    async (server) => {
      const found = await server.request("textDocument/references", {
        ...at(server, labels, "language", 1, "labels.route"),
        context: { includeDeclaration: true },
      });
      assert.deepEqual(found.map((each) => each.uri.slice(each.uri.lastIndexOf("/") + 1)).sort(), [
        "labels.route",
        "main.route",
        "main.route",
      ]);
    },
  ],
  [
    "document highlight",
    async (server) => {
      const found = await server.request(
        "textDocument/documentHighlight",
        at(server, main, "let premium", 5),
      );
      assert.equal(found.length, 3);
      assert.equal(found[0].kind, 3);
    },
  ],
  [
    "rename, with prepare, across files",
    async (server) => {
      const place = at(server, main, "job.vip", 5);
      const prepared = await server.request("textDocument/prepareRename", place);
      assert.equal(prepared.placeholder, "vip");
      const { changes } = await server.request("textDocument/rename", {
        ...place,
        newName: "gold",
      });
      assert.match(applyEdits(labels, changes[server.uri("labels.route")]), /gold: boolean/u);
      const text = applyEdits(main, changes[server.uri("main.route")]);
      assert.match(text, /job\.gold or/u);
      assert.match(text, /gold: true/u);
    },
  ],
  [
    "rename refused with a reason",
    async (server) => {
      await assert.rejects(
        server.request("textDocument/rename", {
          ...at(server, main, "job.vip", 5),
          newName: "region",
        }),
        /already/u,
      );
    },
  ],
  [
    "file rename",
    async (server) => {
      const { changes } = await server.request("workspace/willRenameFiles", {
        files: [{ oldUri: server.uri("labels.route"), newUri: server.uri("shared/words.route") }],
      });
      assert.match(
        applyEdits(main, changes[server.uri("main.route")]),
        /^import "\.\/shared\/words\.route"/u,
      );
    },
  ],
  [
    "document symbols",
    async (server) => {
      const found = await server.request("textDocument/documentSymbol", doc(server, "main.route"));
      assert(found.some((each) => each.name === "xbox_na"));
      assert(
        found
          .find((each) => each.name === "xbox")
          .children.some((each) => each.name.startsWith("priority =")),
      );
    },
  ],
  [
    "workspace symbols",
    async (server) => {
      const found = await server.request("workspace/symbol", { query: "rawd" });
      assert.deepEqual(
        found.map((each) => each.name),
        ["raw_desk"],
      );
    },
  ],
  [
    "call hierarchy",
    async (server) => {
      const [item] = await server.request(
        "textDocument/prepareCallHierarchy",
        at(server, main, "queue xbox_na", 7),
      );
      const incoming = await server.request("callHierarchy/incomingCalls", { item });
      assert.deepEqual(
        incoming.map(({ from }) => from.name),
        ["xbox", "premium jobs go first"],
      );
      const outgoing = await server.request("callHierarchy/outgoingCalls", { item });
      assert.deepEqual(
        outgoing.map(({ to }) => to.name),
        ["skilled"],
      );
    },
  ],
  [
    "semantic tokens, full",
    async (server) => {
      const { data } = await server.request(
        "textDocument/semanticTokens/full",
        doc(server, "main.route"),
      );
      assert(data.length > 200 && data.length % 5 === 0);
    },
  ],
  [
    "semantic tokens, range",
    async (server) => {
      const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 40 } };
      const { data } = await server.request("textDocument/semanticTokens/range", {
        ...doc(server, "main.route"),
        range,
      });
      assert.equal(data[0], 3);
      assert(data.length < 100);
    },
  ],
  [
    "semantic tokens, delta",
    async (server) => {
      const { resultId } = await server.request(
        "textDocument/semanticTokens/full",
        doc(server, "main.route"),
      );
      server.change("main.route", [{ text: `${main}\nchannel late\n` }]);
      const delta = await server.request("textDocument/semanticTokens/full/delta", {
        ...doc(server, "main.route"),
        previousResultId: resultId,
      });
      server.change("main.route", [{ text: main }]);
      assert(delta.edits.length > 0 && delta.edits.length < 5);
    },
  ],
];
