import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Served, send, serve } from "./serve.ts";

/** The emulator of Azure Storage; the newest version that was seen to run on Node.js 20. */
const version = "3.35.0";
// Not below node_modules, which `npm ci` empties.
const folder = join(".cache", `azurite-${version}`);
const program = join(folder, "node_modules/azurite/dist/src/blob/main.js");
/** The account and key that Azurite's documentation gives to everybody. */
const account = "devstoreaccount1";
const accountKey = Buffer.from(
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  "base64",
);

/** Azurite's blobs in memory, without logs; fetched at first use, since it is as large as all else. */
export async function serveAzurite(): Promise<Served> {
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    console.error(`fetching azurite ${version} into ${folder} (once, some 190 MB)`);
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", `azurite@${version}`];
    const { status } = spawnSync("npm", args, {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0) throw new Error(`azurite ${version} cannot be had from the npm registry`);
  }
  return serve([
    program,
    ...["--blobPort", "0", "--silent", "--inMemoryPersistence", "--disableTelemetry"],
    "--skipApiVersionCheck",
  ]);
}

export async function makeContainer({ endpoint }: Served, name: string): Promise<void> {
  await ask(endpoint, "PUT", `/${account}/${name}`, "restype:container", "?restype=container");
}

/** Three signed requests: put, get, delete. */
export async function blobLife({ endpoint }: Served, path: string, body: string): Promise<void> {
  const url = `/${account}/${path}`;
  await ask(endpoint, "PUT", url, undefined, "", body);
  const read = await ask(endpoint, "GET", url);
  if (read !== body) throw new Error("azurite answered another blob");
  await ask(endpoint, "DELETE", url);
}

async function ask(
  endpoint: string,
  method: string,
  path: string,
  signedQuery?: string,
  query = "",
  body = "",
): Promise<string> {
  const isBlob = method === "PUT" && signedQuery === undefined;
  const own = {
    ...(isBlob ? { "x-ms-blob-type": "BlockBlob" } : {}),
    "x-ms-date": new Date().toUTCString(),
    "x-ms-version": "2021-10-04",
  };
  const length = Buffer.byteLength(body);
  const type = isBlob ? "application/json" : "";
  const text = [
    ...[method, "", "", length === 0 ? "" : length, "", type, "", "", "", "", "", ""],
    ...Object.entries(own).map(([name, value]) => `${name}:${value}`),
    `/${account}${path}`,
    ...(signedQuery === undefined ? [] : [signedQuery]),
  ].join("\n");
  const signature = createHmac("sha256", accountKey).update(text).digest("base64");
  const headers = {
    ...own,
    ...(type === "" ? {} : { "content-type": type }),
    "content-length": length,
    authorization: `SharedKey ${account}:${signature}`,
  };
  return (await send(endpoint, method, path + query, headers, body)).text;
}
