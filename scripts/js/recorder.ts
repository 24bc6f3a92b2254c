import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it went over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Name and value in turn, as sent and in the order sent. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface Recorder {
  readonly endpoint: string;
  readonly requests: readonly WireRequest[];
  stop(): Promise<void>;
}

/** Passes everything on to a server, unchanged, and keeps what it was sent. */
export async function startRecorder(target: string): Promise<Recorder> {
  const requests: WireRequest[] = [];
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const body = Buffer.concat(parts);
      const { method = "", url = "", rawHeaders } = incoming;
      requests.push({ method, target: url, headers: rawHeaders, body });
      const onward = ask({ hostname, port, method, path: url, headers: rawHeaders }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      });
      onward.on("error", () => outgoing.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * Where two records of the same calls differ, in words. Names and order of headers count, and all
 * values but those that no two calls have in common: dates, signatures made of them, request ids, the
 * port of the recorder, and which version of which client it is.
 */
export function wireDifferences(
  mine: readonly WireRequest[],
  theirs: readonly WireRequest[],
): readonly string[] {
  const length = Math.max(mine.length, theirs.length);
  return Array.from({ length }, (_, index): string | undefined => {
    const own = render(mine[index]);
    const official = render(theirs[index]);
    if (own.join("\n") === official.join("\n")) return undefined;
    return [
      `request ${index + 1}, ${own[0] ?? "none of ours"}`,
      ...own.filter((line) => !official.includes(line)).map((line) => `  ours:     ${line}`),
      ...official.filter((line) => !own.includes(line)).map((line) => `  official: ${line}`),
    ].join("\n");
  }).filter((each) => each !== undefined);
}

function render(request: WireRequest | undefined): readonly string[] {
  if (request === undefined) return [];
  const { method, target, headers, body } = request;
  return [
    `${method} ${target}`,
    ...Array.from({ length: headers.length / 2 }, (_, index) => {
      const name = headers[2 * index] ?? "";
      return `${name}: ${settled(name.toLowerCase(), headers[2 * index + 1] ?? "")}`;
    }),
    body.toString("latin1"),
  ];
}

function settled(name: string, value: string): string {
  switch (name) {
    case "x-ms-date":
      return Number.isNaN(Date.parse(value)) ? value : new Date(0).toUTCString();
    case "x-ms-client-request-id":
      return value.replace(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/u, "ID");
    case "authorization":
      return value.replace(/(?<=Signature=)[A-Za-z0-9+/]{43}=$/u, "SIGNATURE");
    case "host":
      return value.replace(/(?<=^127\.0\.0\.1:)\d+$/u, "PORT");
    case "user-agent":
      return value.replace(/(?<=azsdk-js-communication-job-router-rest\/)[\w.-]+/u, "VERSION");
    default:
      return value;
  }
}
