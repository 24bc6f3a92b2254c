#!/usr/bin/env node
// Starts the bundle that `npm install` or `npm run build` made from the sources. V8's compiled
// form of it lies beside it: with that, starting takes about half the time. V8 looks itself
// whether the form fits this version of Node.js, and compiles anew when it does not.
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { createRequire, wrap } = require("node:module");
const { Script } = require("node:vm");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const bundle = join(__dirname, "../dist/bundle/main.cjs");
const source = read(bundle, "latin1");
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `routewright needs Node.js 20.19 or newer; this is ${process.versions.node}`,
    "install a newer Node.js",
  );
} else if (source === undefined) {
  fail("routewright is not built yet", "run `npm install`, or `npm run build`, in its folder");
} else {
  const cachedData = read(`${bundle}.cache`);
  const script = new Script(wrap(source), { filename: bundle, ...(cachedData && { cachedData }) });
  const loaded = { exports: {} };
  const load = script.runInThisContext();
  load.call(loaded.exports, loaded.exports, createRequire(bundle), loaded, bundle, dirname(bundle));
  loaded.exports.main().then(() => process.env.ROUTEWRIGHT_WRITE_CACHE && writeCache(script));
}

/** Used by the build: what this call has compiled is what later calls need not. */
function writeCache(script) {
  require("node:fs").writeFileSync(`${bundle}.cache`, script.createCachedData());
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
