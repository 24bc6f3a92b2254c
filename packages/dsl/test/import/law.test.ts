import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { positionAt, sourceText } from "@routewright/diagnostics";
import { compile, format, importObjects, type ModuleHost } from "@routewright/dsl";
import {
  canonicalJson,
  canonicalObjects,
  decodeObjects,
  objectKinds,
  type RouterObjects,
  resolveSecrets,
} from "@routewright/jobrouter";
import fc from "fast-check";
import { expect, test } from "vitest";
import { routerObjects } from "../../../jobrouter/test/support/arbitrary-objects.ts";

/** objects → source → objects, with the credentials put back. */
function throughTheLanguage(objects: RouterObjects): string {
  const imported = importObjects(objects);
  expect(imported.diagnostics.map((each) => each.message)).toEqual([]);
  expect(format(sourceText(imported.text)).text, "it is formatted").toBe(imported.text);
  const host: ModuleHost = {
    read: (path) => (path === "import.route" ? imported.text : undefined),
    resolve: () => undefined,
  };
  const compiled = compile("import.route", host, {});
  const errors = compiled.diagnostics.filter((each) => each.severity === "error");
  expect(
    errors.map((each) => `${positionAt(each.source, each.span.start).line}: ${each.message}`),
  ).toEqual([]);
  if (compiled.value === undefined) throw new Error("no bundle and no error");
  const resolved = resolveSecrets(compiled.value.objects, (env) =>
    Object.hasOwn(imported.secrets, env) ? imported.secrets[env] : undefined,
  );
  return canonicalJson(canonicalObjects(resolved.objects));
}

test("objects → import → compile gives the same objects", () => {
  fc.assert(
    fc.property(routerObjects, (objects) => {
      expect(throughTheLanguage(objects)).toBe(canonicalJson(canonicalObjects(objects)));
    }),
    { numRuns: 1000 },
  );
}, 180_000);

const wire = new URL("../../../jobrouter/test/fixtures/wire/", import.meta.url);
const files = readdirSync(wire).filter((file) =>
  /^\w*(?:Policies|Queues)_(?!Delete|GetQueueStat)\w+\.json$/u.test(file),
);

test("the folder of wire examples was found", () => {
  expect(files).toHaveLength(10);
});

test.each(files)("%s comes back as it was", (file) => {
  const { value, diagnostics } = decodeObjects([
    sourceText(readFileSync(new URL(file, wire), "utf8"), file),
  ]);
  expect(diagnostics).toEqual([]);
  expect(objectKinds.some((kind) => value[kind].length > 0)).toBe(true);
  expect(throughTheLanguage(value)).toBe(canonicalJson(value));
});

const examples = fileURLToPath(new URL("../../../../examples/", import.meta.url));

/** The folders of objects that an example says it compiles to. */
function expectedFolders(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (name === "node_modules" || !statSync(path).isDirectory()) return [];
    return name === "expected" ? [path] : expectedFolders(path);
  });
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((path) => path.endsWith(".json"))
    .sort();
}

const folders = expectedFolders(examples.replace(/\/$/u, ""));

test("the folders of examples were found", () => {
  expect(folders.length).toBeGreaterThan(10);
});

test.each(folders.map((folder) => folder.slice(examples.length)))(
  "%s comes back as it was",
  (folder) => {
    const sources = jsonFiles(`${examples}${folder}`).map((path) =>
      sourceText(readFileSync(path, "utf8"), path),
    );
    const { value, diagnostics } = decodeObjects(sources);
    expect(diagnostics.map((each) => `${each.source.path}: ${each.message}`)).toEqual([]);
    expect(objectKinds.some((kind) => value[kind].length > 0)).toBe(true);
    expect(throughTheLanguage(value)).toBe(canonicalJson(value));
  },
);
