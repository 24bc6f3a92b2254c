import { existsSync, readFileSync } from "node:fs";
import { compile } from "@routewright/dsl";
import { clientCommands, languageIds } from "@routewright/lsp/protocol";
import { describe, expect, test } from "vitest";

const extension = new URL("../extension/", import.meta.url);
const manifest = JSON.parse(read("package.json"));

describe("the extension's manifest", () => {
  test("has the version of its package", () => {
    const { version } = JSON.parse(
      readFileSync(new URL("../package.json", import.meta.url), "utf8"),
    );
    expect(manifest.version).toBe(version);
  });

  test("names files that are there, those of the build apart", () => {
    const paths = [
      ...JSON.stringify(manifest).matchAll(
        /"(?:\.\/)?((?:icons|snippets|walkthrough)\/[^"]+|[\w-]+-configuration\.json)"/gu,
      ),
    ];
    expect(paths.length).toBeGreaterThan(10);
    for (const [, path = ""] of paths) {
      expect(existsSync(new URL(path, extension)), path).toBe(true);
    }
  });

  test("knows the server's languages, and declares what menus and the walkthrough call", () => {
    const languages = manifest.contributes.languages.map((each: { id: string }) => each.id);
    expect(languages.sort()).toEqual(Object.values(languageIds).sort());
    const declared = new Set(
      manifest.contributes.commands.map((each: { command: string }) => each.command),
    );
    const called = [
      ...JSON.stringify(manifest).matchAll(/(?:command:|"command":")(routewright\.\w+)/gu),
    ];
    expect(called.length).toBeGreaterThan(10);
    for (const [, command] of called) expect(declared, command).toContain(command);
    expect(declared).toContain(clientCommands.preview);
    expect(declared).toContain(clientCommands.evaluate);
  });

  test("lists every setting in the readme", () => {
    const readme = read("README.md");
    for (const name of Object.keys(manifest.contributes.configuration.properties)) {
      const last = `.${name.split(".").slice(2).join(".")}`;
      expect(readme.includes(`\`${name}\``) || readme.includes(`\`${last}\``), name).toBe(true);
    }
  });

  test("hides no command in a folder that is not trusted: each says why it does nothing", () => {
    for (const { command, enablement = "" } of manifest.contributes.commands) {
      expect(enablement, command).not.toContain("isWorkspaceTrusted");
    }
  });
});

test("the snippet of a whole policy compiles", () => {
  const { body } = JSON.parse(read("snippets/routewright.json")).Policy;
  expect(findingsOf(expand(body.join("\n")))).toEqual([]);
});

function findingsOf(text: string): readonly string[] {
  const host = { read: () => text, resolve: () => undefined };
  return compile("main.route", host).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

/** A snippet as it stands when nothing is typed into its placeholders. */
function expand(snippet: string): string {
  let text = snippet.replace(/\$\{\d+\|([^,|]+)[^|]*\|\}/gu, "$1").replace(/\$\d+/gu, "");
  while (/\$\{\d+:[^{}]*\}/u.test(text)) text = text.replace(/\$\{\d+:([^{}]*)\}/gu, "$1");
  return text;
}

function read(path: string): string {
  return readFileSync(new URL(path, extension), "utf8");
}
