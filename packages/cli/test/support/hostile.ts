import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a request told the service, or a service may know: it is what must not come to light. */
export interface Heard {
  readonly authorization: string;
  readonly body: string;
  readonly key: string;
}

/** What the service answers to lists, and to everything else. */
export interface Hostility {
  readonly list?: (heard: Heard, kind: string) => HostileAnswer;
  readonly other?: (heard: Heard) => HostileAnswer;
}

export interface HostileAnswer {
  readonly status: number;
  readonly type?: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HostileService {
  readonly connectionString: string;
  readonly key: string;
  /** All Authorization headers and bodies that it got. */
  readonly heard: readonly Heard[];
}

/** A service on loopback that repeats what it knows wherever it can. */
export async function hostileService(hostility: Hostility): Promise<HostileService> {
  const key = Buffer.from("planted access key + / of the hostile service").toString("base64");
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const now = { authorization: request.headers.authorization ?? "", body, key };
    heard.push(now);
    const kind = /^\/routing\/(\w+)\?/u.exec(request.url ?? "")?.[1];
    const empty = { status: 200, text: JSON.stringify({ value: [] }) };
    const answer: HostileAnswer =
      kind !== undefined && request.method === "GET"
        ? (hostility.list?.(now, kind) ?? empty)
        : (hostility.other?.(now) ?? { status: 404, text: "{}" });
    response
      .writeHead(answer.status, {
        "content-type": answer.type ?? "application/json",
        ...answer.headers,
      })
      .end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { connectionString: `endpoint=http://127.0.0.1:${port};accesskey=${key}`, key, heard };
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
