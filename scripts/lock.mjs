// Keeps package-lock.json fit for every machine: `node scripts/lock.mjs` reports, `--write` mends.
// A registry mirror that carries one platform only leaves the others' optional packages out of
// the lock, and `npm ci` then refuses it everywhere; an address names a host others cannot reach.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
const { packages } = lock;
const findings = [];

for (const [place, entry] of Object.entries(packages)) {
  if (/^[a-z+]+:/u.test(entry.resolved ?? "")) {
    findings.push(`${place}: names the registry's address`);
    delete entry.resolved;
  }
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const candidates = [`${place}/node_modules/${name}`, `node_modules/${name}`];
    if (candidates.some((candidate) => Object.hasOwn(packages, candidate))) continue;
    findings.push(`node_modules/${name}: missing, wanted by ${place}`);
    packages[`node_modules/${name}`] = missingEntry(name, range, entry.dev);
  }
}

for (const [place, entry] of Object.entries(packages)) {
  if (place.includes("node_modules")) continue;
  for (const [name, range] of Object.entries({ ...entry.dependencies, ...entry.devDependencies })) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/u.test(range)) {
      findings.push(`${place || "."}: ${name} is not pinned to one version (${range})`);
    }
  }
}

if (process.argv.includes("--write")) {
  lock.packages = Object.fromEntries(
    Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
for (const finding of findings) console.error(`package-lock.json: ${finding}`);
process.exitCode = findings.length > 0 && !process.argv.includes("--write") ? 1 : 0;

/** An entry as npm would write it for a package of another platform, without what only the registry knows. */
function missingEntry(name, range, dev) {
  const os = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/u.exec(
    name,
  )?.[1];
  const cpu = /-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)\b/u.exec(name)?.[1];
  const libc = /-(?:linux)-.*?(musl|gnu)/u.exec(name)?.[1];
  return {
    version: range.replace(/^[~^]/u, ""),
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev === true ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc: [libc === "gnu" ? "glibc" : "musl"] }),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}
