import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { emitTargets } from "@routewright/dsl";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram, emitTargets as ownTargets, version } from "../src/index.ts";

const root = new URL("../../../", import.meta.url);
const page = new URL("docs/cli.md", root);
const program = createProgram();

describe("docs/cli.md", () => {
  test("has a section for each command, and for no other", () => {
    const sections = [...read(page).matchAll(/^## `routewright (\w+)`$/gmu)].map(
      (match) => match[1],
    );
    expect(sections).toEqual(program.commands.map((command) => command.name()));
  });

  test.each(program.commands.map((command) => [command.name(), command] as const))(
    "lists the options of %s as the program has them (UPDATE_DOCS=1 rewrites them)",
    (name, command) => {
      const block = new RegExp(`<!-- options: ${name} -->\n(.*?)<!-- end -->`, "su");
      const wanted = optionTable(command);
      if (process.env.UPDATE_DOCS === "1") {
        const text = read(page).replace(block, `<!-- options: ${name} -->\n${wanted}<!-- end -->`);
        writeFileSync(page, text);
      }
      expect(block.exec(read(page))?.[1]).toBe(wanted);
    },
  );
});

test("each command's help has examples", () => {
  for (const command of program.commands) {
    let text = "";
    command.configureOutput({ writeOut: (part) => (text += part) });
    command.outputHelp();
    expect(text, command.name()).toContain(`\nExamples:\n  $ routewright ${command.name()}`);
  }
});

describe("docs/dependencies.md", () => {
  test("gives a reason for each dependency, and for no other", () => {
    const rows = [
      ...read(new URL("docs/dependencies.md", root)).matchAll(/^\| `([^`]+)` \| (.+) \|$/gmu),
    ];
    expect(rows.map((row) => row[1]).sort()).toEqual([...dependencies()].sort());
    for (const [, name, reason = ""] of rows) {
      expect(reason.length, `a reason for ${name}`).toBeGreaterThan(15);
    }
  });
});

test("--emit takes every target of the language", () => {
  expect([...ownTargets].sort()).toEqual([...emitTargets].sort());
});

test("the version is the package's", () => {
  expect(version).toBe(JSON.parse(read(new URL("../package.json", import.meta.url))).version);
});

function optionTable(command: Command): string {
  const rows = [
    ...command.registeredArguments.map((each) => {
      const name = each.variadic ? `${each.name().replace(/\.+$/u, "")}...` : each.name();
      return [each.required ? `<${name}>` : `[${name}]`, each.description] as const;
    }),
    ...command.options.map((option) => {
      const choices =
        option.argChoices === undefined
          ? ""
          : `: ${option.argChoices.map((each) => `\`${each}\``).join(", ")}`;
      const { defaultValue } = option;
      const usual =
        typeof defaultValue === "string" || typeof defaultValue === "number"
          ? ` (default: \`${defaultValue}\`)`
          : "";
      const required = option.mandatory ? " (required)" : "";
      return [option.flags, `${option.description}${choices}${usual}${required}`] as const;
    }),
  ];
  return `\n| argument | meaning |\n| --- | --- |\n${rows.map(([flags, text]) => `| \`${flags}\` | ${text} |\n`).join("")}\n`;
}

function dependencies(): ReadonlySet<string> {
  const names = new Set<string>();
  const folders = readdirSync(new URL("packages/", root)).map((name) => `packages/${name}/`);
  for (const folder of ["", "examples/", ...folders]) {
    const file = new URL(`${folder}package.json`, root);
    if (!existsSync(file)) continue;
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file));
    for (const name of [...Object.keys(dependencies), ...Object.keys(devDependencies)]) {
      if (!name.startsWith("@routewright/")) names.add(name);
    }
  }
  return names;
}

function read(url: URL): string {
  return readFileSync(url, "utf8");
}
