import { createServer, type IncomingMessage, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Stands between a client and a service, and counts. */
export interface Between {
  readonly connectionString: string;
  /** How many requests came. */
  count(): number;
  /** Before a request, by its number from 1, is passed on; false: it is not. */
  before: (request: number, method: string) => boolean | Promise<boolean>;
  /** When it was carried out, before it is answered; false: it is not. */
  after: (request: number, method: string) => boolean | Promise<boolean>;
}

export async function standBetween(service: {
  readonly port: number;
  readonly accessKey: string;
}): Promise<Between> {
  let count = 0;
  const server = createServer(async (incoming, outgoing) => {
    const number = ++count;
    const method = incoming.method ?? "";
    const body = await bodyOf(incoming);
    if (!(await between.before(number, method))) return void outgoing.destroy();
    // The signature covers the host that the client was told, so it goes on as it came.
    const passed = send(
      {
        host: "127.0.0.1",
        port: service.port,
        method,
        path: incoming.url,
        headers: incoming.headers,
      },
      async (answer) => {
        const text = await bodyOf(answer);
        if (!(await between.after(number, method))) return void outgoing.destroy();
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(text);
      },
    );
    passed.on("error", () => outgoing.destroy());
    passed.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const between: Between = {
    connectionString: `endpoint=http://127.0.0.1:${port};accesskey=${service.accessKey}`,
    count: () => count,
    before: () => true,
    after: () => true,
  };
  return between;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
