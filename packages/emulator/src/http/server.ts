import { randomUUID } from "node:crypto";
import type { ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { answerControl, type ControlContext, eventFilter } from "../control/control.ts";
import { envelope, type StoredEvent } from "../events/schemas.ts";
import { schemaOf } from "../events/subscription.ts";
import { type FaultEffect, refusalOf } from "../faults.ts";
import { pageFile } from "../page/page.ts";
import { type Answer, httpDate, refusalAnswer, refusalOfFault } from "./answer.ts";
import { apiVersionOf, namedVersions } from "./api-version.ts";
import { checkApi, checkControl, type GateOptions } from "./gate.ts";
import { nameOf, operationOf } from "./operations.ts";
import { versionOfToken } from "./paging.ts";
import { readQuery } from "./query.ts";
import { createRateLimiter, type RateLimit } from "./rate-limit.ts";
import { badRequest, Refusal } from "./refusal.ts";
import { answerRouting } from "./routing.ts";

export interface ServerSettings {
  readonly gate: GateOptions;
  readonly strict: boolean;
  readonly bodyLimitBytes: number;
  readonly rateLimit?: RateLimit;
  readonly https?: ServerOptions;
  readonly wallClock: () => number;
  /** A fault of ours, for the terminal. */
  readonly onFault: (error: unknown) => void;
}

export type ServerContext = ControlContext & { readonly calls: Map<string, number> };

/** For what is no HTTP at all, or did not come within the time for headers. */
const badHttp = [
  "HTTP/1.1 400 Bad Request",
  "connection: close",
  "content-type: application/json; charset=utf-8",
  "",
  '{"communicationError":{"code":"BadRequest","message":"The request is not valid HTTP, or came too slowly.","target":""}}',
].join("\r\n");
/** Snapshots are larger than any request of the API. */
const controlBodyLimitBytes = 256 * 1_048_576;
const mutating = new Set(["PATCH", "POST", "PUT"]);
const bodyTypes = /^(?:application\/(?:merge-patch\+|[\w.-]+\+)?json|text\/json)(?:\s*;.*)?$/iu;

/** The HTTP side: reads requests, asks who may, and writes answers. Holds no rules of the router. */
export function createServer(settings: ServerSettings, context: ServerContext): FastifyInstance {
  const shared = {
    logger: false,
    bodyLimit: settings.bodyLimitBytes,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 10_000 },
    clientErrorHandler: (_error: Error, socket: Socket) => {
      if (socket.writable) socket.end(badHttp);
    },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const path = pathOf(request.raw.url ?? "");
      void send(reply, refusalAnswer(badRequest(error.message), path));
    },
  } as const;
  const timeouts = { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 };
  const app: FastifyInstance =
    settings.https === undefined
      ? Fastify({ ...shared, http: timeouts })
      : (Fastify({
          ...shared,
          https: { ...timeouts, ...settings.https },
        }) as unknown as FastifyInstance);
  const limit =
    settings.rateLimit === undefined ? undefined : createRateLimiter(settings.rateLimit);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    void send(
      reply,
      refusalAnswer(refusalFrom(error, settings.onFault), pathOf(request.raw.url ?? "")),
    );
  });
  app.setNotFoundHandler((request, reply) => answer(request, reply));
  const options = { method: ["GET", "PATCH", "POST", "PUT", "DELETE"] };
  app.route({ ...options, url: "/_emulator/*", bodyLimit: controlBodyLimitBytes, handler: answer });
  app.route({ ...options, url: "/*", handler: answer });
  return app;

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const path = pathOf(request.raw.url ?? "");
    try {
      const given = await dispatch(request, reply, path);
      if (given === "hijacked") return reply;
      if (!context.host.isSettled) await durable();
      return send(reply, given, request);
    } catch (error) {
      return send(reply, refusalAnswer(refusalFrom(error, settings.onFault), path), request);
    }
  }

  /** Dated by the emulator's clock: clients take the time of a reading from there. */
  function send(reply: FastifyReply, answer: Answer, request?: FastifyRequest): FastifyReply {
    const clientRequestId = request?.headers["x-ms-client-request-id"];
    reply
      .code(answer.status)
      .headers({
        ...answer.headers,
        date: httpDate(context.host.clockState().virtualMs),
        "api-supported-versions": namedVersions,
        "x-cache": "CONFIG_NOCACHE",
      })
      .header("trace-id", randomUUID().replaceAll("-", ""));
    if (typeof clientRequestId === "string") {
      reply.header("x-ms-client-request-id", clientRequestId);
    }
    return answer.body === undefined ? reply.send() : reply.send(answer.body);
  }

  async function durable(): Promise<void> {
    try {
      await context.host.settled();
    } catch (error) {
      settings.onFault(error);
      throw new Refusal(503, {
        code: "ServiceUnavailable",
        message: "The journal cannot be written; nothing is accepted any more.",
      });
    }
  }

  async function dispatch(
    request: FastifyRequest,
    reply: FastifyReply,
    path: string,
  ): Promise<Answer | "hijacked"> {
    const url = request.raw.url ?? "";
    const at = url.indexOf("?");
    const query = readQuery(at < 0 ? "" : url.slice(at + 1));
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    const signed = { method: request.method, url, header: headerOf(request), body };
    const [, root = ""] = path.split("/");
    if (root !== "routing") {
      checkControl(signed, settings.gate, settings.wallClock());
      if (root === "_emulator") {
        const parts = path
          .split("/")
          .slice(2)
          .filter((part) => part !== "")
          .map(decodePart);
        if (parts[0] === "events" && parts.length === 1 && request.method === "GET") {
          return streamEvents(request, reply, query);
        }
        return answerControl({ method: request.method, parts, query, body }, context);
      }
      const page = request.method === "GET" ? pageFile(path) : undefined;
      if (page !== undefined) return page;
    }
    limit?.(settings.wallClock());
    if (root === "routing") checkApi(signed, settings.gate, settings.wallClock());
    const operation = operationOf(request.method, path);
    const token = query.get("continuationtoken");
    const version = apiVersionOf(
      query.get("api-version") ?? (token === undefined ? undefined : versionOfToken(token)),
      settings.strict,
    );
    checkBodyType(request, body);
    const name = nameOf(operation);
    context.calls.set(name, (context.calls.get(name) ?? 0) + 1);
    const effects = context.faults.ofRequest(name);
    for (const effect of effects) {
      if (await isCutOff(effect, reply)) return "hijacked";
    }
    const { host } = context;
    const given = answerRouting({ operation, query, version, body, header: signed.header }, host);
    if (effects.some((effect) => effect.kind === "disconnect")) {
      await durable();
      reply.hijack();
      reply.raw.destroy();
      return "hijacked";
    }
    return version.warning === undefined
      ? given
      : { ...given, headers: { ...given.headers, warning: version.warning } };
  }

  async function isCutOff(effect: FaultEffect, reply: FastifyReply): Promise<boolean> {
    if (effect.kind === "status") throw refusalOf(effect);
    if (effect.kind === "delay") await wait(effect.delayMs);
    if (effect.kind !== "disconnect" || effect.afterwards) return false;
    reply.hijack();
    reply.raw.destroy();
    return true;
  }

  function streamEvents(
    request: FastifyRequest,
    reply: FastifyReply,
    query: ReadonlyMap<string, string>,
  ): "hijacked" {
    const isSse = (request.headers.accept ?? "").includes("text/event-stream");
    const schema = schemaOf(query.get("schema"));
    const wanted = eventFilter(query);
    const after = sequenceOf(query.get("after") ?? headerOf(request)("last-event-id"));
    const { seed } = context.host.settings;
    const write = (event: StoredEvent): void => {
      if (!wanted(event)) return;
      const json = JSON.stringify(envelope(event, schema, seed));
      reply.raw.write(
        isSse ? `id: ${event.sequence}\nevent: ${event.name}\ndata: ${json}\n\n` : `${json}\n`,
      );
      // A reader that does not read must not fill the memory.
      if (reply.raw.writableLength > 8 * 1_048_576) reply.raw.destroy();
    };
    context.host.router();
    reply.hijack();
    reply.raw.writeHead(200, {
      "content-type": isSse ? "text/event-stream" : "application/x-ndjson; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    for (const event of context.feed.after(after)) write(event);
    if (!isSse && query.get("follow") !== "true") {
      reply.raw.end();
      return "hijacked";
    }
    reply.raw.flushHeaders();
    if (isSse) reply.raw.write(":\n\n");
    const stop = context.feed.listen(write);
    reply.raw.on("close", stop);
    return "hijacked";
  }
}

function sequenceOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,15}$/u.test(text)) throw badRequest("`after` must be an event's sequence number.");
  return Number(text);
}

function checkBodyType(request: FastifyRequest, body: Buffer | undefined): void {
  const type = request.headers["content-type"];
  if (!mutating.has(request.method) || body === undefined || body.length === 0) return;
  if (type === undefined || bodyTypes.test(type)) return;
  throw new Refusal(415, {
    code: "UnsupportedMediaType",
    message: "The body must be application/merge-patch+json for PATCH, else application/json.",
  });
}

/** A refusal as it is; what Fastify refuses (size, encoding) in our form; else a fault of ours. */
function refusalFrom(error: unknown, onFault: (error: unknown) => void): Refusal {
  if (error instanceof Refusal) return error;
  const status =
    error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
      ? error.statusCode
      : 500;
  if (status === 413) {
    return new Refusal(413, { code: "RequestEntityTooLarge", message: "The body is too large." });
  }
  if (status >= 400 && status < 500 && error instanceof Error) {
    return new Refusal(status, { code: "BadRequest", message: error.message });
  }
  onFault(error);
  return refusalOfFault();
}

function headerOf(request: FastifyRequest): (name: string) => string | undefined {
  return (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
}

function pathOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? url : url.slice(0, at);
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest("The path holds a `%` that does not begin an encoded character.");
  }
}
