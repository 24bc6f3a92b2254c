#!/usr/bin/env node
// Starts the bundle that `npm install` or `npm run build` made from the sources. V8's compiled
// form of it lies beside it: with that, starting takes about half the time. V8 looks itself
// whether the form fits this version of Node.js, and compiles anew when it does not.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { createRequire, wrap } = require("node:module");
const { Script } = require("node:vm");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const folder = join(__dirname, "../dist/bundle");
const requireFrom = createRequire(join(folder, "main.cjs"));
const loaded = new Map();
const isBuilding = process.env.ROUTEWRIGHT_WRITE_CACHE !== undefined;
const source = read(join(folder, "main.cjs"), "latin1");
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `routewright needs Node.js 20.19 or newer; this is ${process.versions.node}`,
    "install a newer Node.js",
  );
} else if (source === undefined) {
  fail("routewright is not built yet", "run `npm install`, or `npm run build`, in its folder");
} else {
  const { main } = load("main.cjs", source, read(join(folder, "main.cjs.cache")));
  main().then(() => isBuilding && writeCaches());
}

function load(name, source, cachedData) {
  const filename = join(folder, name);
  const script = new Script(wrap(source), { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  loaded.set(name, { module, script });
  const require = Object.assign((id) => loadPart(id) ?? requireFrom(id), requireFrom);
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, require, module, filename, folder);
  return module.exports;
}

/** A part that lies apart, if it has a compiled form; any other is left to Node.js. */
function loadPart(id) {
  const name = id.startsWith("./") ? id.slice(2) : "";
  const known = loaded.get(name);
  if (known !== undefined) return known.module.exports;
  const cachedData = name.endsWith(".cjs") ? read(join(folder, `${name}.cache`)) : undefined;
  if (cachedData === undefined && !(isBuilding && name.endsWith(".cjs"))) return undefined;
  return load(name, readFileSync(join(folder, name), "latin1"), cachedData);
}

/** Used by the build: what this call has compiled is what later calls need not. */
function writeCaches() {
  const { writeFileSync } = require("node:fs");
  for (const [name, { script }] of loaded) {
    writeFileSync(join(folder, `${name}.cache`), script.createCachedData());
  }
}

function read(path, encoding) {
  try {
    return readFileSync(path, encoding);
  } catch {
    return undefined;
  }
}

function fail(message, help) {
  console.error(`error ${message}\n  help: ${help}`);
  process.exitCode = 2;
}
