import { type ChildProcess, spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

const key = "cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==";
const keyBytes = Buffer.from(key, "base64");
export const connections = 16;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const children: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** The same server library with constant answers: what HTTP itself costs. */
const bareServer = `
const { default: Fastify } = await import("fastify");
const app = Fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
const answer = JSON.stringify({ id: "j", status: "created", offers: [{ offerId: "o", jobId: "j" }], assignmentId: "a", labels: {}, priority: 1 });
app.route({ method: ["GET", "PATCH", "POST", "DELETE"], url: "/*", handler: (_, reply) => reply.header("content-type", "application/json").send(answer) });
console.log(await app.listen({ port: 0, host: "127.0.0.1" }));
`;

export const emulatorArgs = [
  "packages/cli/bin/routewright.js",
  ...["emulator", "--port", "0", "--json"],
];
export const bareArgs = ["--input-type=module", "-e", bareServer];

export interface Served {
  readonly endpoint: string;
  readonly process: ChildProcess;
}

/** Starts a server that prints its address; it ends with this process, or when it is killed. */
export async function serve(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  // It must not keep the bench from ending, which then ends it.
  child.unref();
  let printed = "";
  for await (const part of child.stdout) {
    printed += String(part);
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/u.exec(printed)?.[0];
    if (endpoint === undefined) continue;
    return { endpoint, process: child };
  }
  throw new Error(`the server did not start: ${args.join(" ").slice(0, 100)}`);
}

/** Resident memory in MiB, where the system tells it. */
export function memoryMiB({ process: { pid } }: Served): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    return Math.round(Number(/VmRSS:\s+(\d+)/u.exec(text)?.[1]) / 1024);
  } catch {
    return undefined;
  }
}

export interface Asked {
  readonly status: number;
  readonly text: string;
}

/** One request over a kept connection; throws what is no success. */
export async function send(
  endpoint: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>>,
  body: string,
): Promise<Asked> {
  const { hostname, port } = new URL(endpoint);
  const asked = request({ agent, hostname, port, method, path, headers });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let text = "";
  for await (const part of response) text += part.toString("utf8");
  const { statusCode: status } = response;
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
  return { status, text };
}

export type Ask = (method: string, path: string, body?: string) => Promise<Record<string, unknown>>;

/** A client of Job Router that signs as the official ones do. */
export function client(endpoint: string): Ask {
  const { host } = new URL(endpoint);
  return async (method, path, body = "") => {
    const separator = path.includes("?") ? "&" : "?";
    const url = `/routing/${path}${separator}api-version=2023-11-01`;
    const date = new Date().toUTCString();
    const hash = createHash("sha256").update(body).digest("base64");
    const signature = createHmac("sha256", keyBytes)
      .update(`${method}\n${url}\n${date};${host};${hash}`)
      .digest("base64");
    const headers = {
      "x-ms-date": date,
      "x-ms-content-sha256": hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      ...(body === "" ? {} : { "content-type": "application/merge-patch+json" }),
      "content-length": Buffer.byteLength(body),
    };
    const { text } = await send(endpoint, method, url, headers, body);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}
