import { Buffer } from "node:buffer";
import {
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";
import { nameOfRequest, UnexpectedAnswer } from "../client/service-failure.ts";

/** How long one waits for a service, and how much one takes from it. */
export interface Patience {
  /** For one answer, from the first byte sent to the last received. */
  readonly perTryMs: number;
  /** The longest pause before the next try that a service may ask for. */
  readonly longestPauseMs: number;
  /** The longest answer. */
  readonly mostBytes: number;
}

export const usualPatience: Patience = {
  perTryMs: 60_000,
  longestPauseMs: 120_000,
  mostBytes: 64 * 2 ** 20,
};

const pauseHeaders = ["retry-after-ms", "x-ms-retry-after-ms", "retry-after"] as const;

/** A pause of this length is worth a word: the command would seem to hang. */
const noticedPauseMs = 3000;

/**
 * Bounds each try of a request; it belongs inside of what tries again. A try without an answer in
 * time, or whose answer breaks off, counts as a connection that failed, so that it is made again. An
 * answer that asks for a pause longer than anybody waits is taken as it is.
 *
 * @param onNotice for what takes its time; each is told once in a while, not for every request.
 */
export function withPatience(
  { perTryMs, longestPauseMs, mostBytes }: Patience,
  onNotice: (text: string) => void,
): PipelinePolicy {
  const told = new Set<string>();
  const tell = (text: string): void => {
    if (told.has(text)) return;
    told.add(text);
    onNotice(text);
  };
  return {
    name: "routewrightPatience",
    async sendRequest(request, next) {
      const { abortSignal, streamResponseStatusCodes } = request;
      const name = nameOfRequest({ request });
      const controller = new AbortController();
      let giveUp: (reason: Error) => void = () => undefined;
      const givenUp = new Promise<never>((_, reject) => {
        giveUp = (reason) => {
          // Not through the client: it waits for ever for an answer that it unpacks and that broke off.
          reject(reason);
          controller.abort();
        };
      });
      const noAnswer = `${name} was not answered in ${seconds(perTryMs)}`;
      const timer = setTimeout(() => giveUp(lost(noAnswer, "ETIMEDOUT", request)), perTryMs);
      const onAbort = (): void =>
        giveUp(Object.assign(new Error(`${name} was given up`), { name: "AbortError" }));
      abortSignal?.addEventListener("abort", onAbort);
      if (abortSignal?.aborted === true) onAbort();
      request.abortSignal = controller.signal;
      request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      const answered = async (): Promise<PipelineResponse> => {
        const response = await next(request);
        const { readableStreamBody: stream } = response;
        if (stream === undefined) return response;
        delete response.readableStreamBody;
        response.bodyAsText = await readAll(stream, mostBytes, request);
        return response;
      };
      try {
        const answer = answered();
        // When it is given up, nobody hears of what becomes of it.
        answer.catch(() => undefined);
        const response = await Promise.race([answer, givenUp]);
        const pauseMs = pauseOf(response);
        if (pauseMs > longestPauseMs) {
          for (const header of pauseHeaders) response.headers.delete(header);
          tell(`the service asks for a pause of ${seconds(pauseMs)}; that is not waited for`);
        } else if (pauseMs >= noticedPauseMs) {
          tell(`the service asks for a pause of ${seconds(pauseMs)}`);
        }
        return response;
      } catch (error) {
        if (isConnectionFailure(error)) tell("no answer from the service; trying again");
        throw error;
      } finally {
        clearTimeout(timer);
        abortSignal?.removeEventListener("abort", onAbort);
        // As it was for the next try, which asks whether the caller has given up.
        restore(request, "abortSignal", abortSignal);
        restore(request, "streamResponseStatusCodes", streamResponseStatusCodes);
      }
    },
  };
}

async function readAll(
  stream: NodeJS.ReadableStream,
  mostBytes: number,
  request: PipelineRequest,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      // Leaving the loop ends the stream, and its connection with it.
      if (size > mostBytes) break;
      chunks.push(bytes);
    }
  } catch {
    throw lost("the connection broke off in the middle of an answer", "ECONNRESET", request);
  }
  if (size <= mostBytes) return Buffer.concat(chunks).toString("utf8");
  const most = `${Math.round(mostBytes / 2 ** 20)} MB`;
  throw new UnexpectedAnswer(`${nameOfRequest({ request })} was answered with more than ${most}`);
}

/** A connection that failed, as the client's retries know it. */
function lost(message: string, code: "ETIMEDOUT" | "ECONNRESET", request: PipelineRequest): Error {
  return new RestError(message, { code, request });
}

function restore<T extends object, K extends keyof T>(target: T, key: K, value: T[K] | undefined) {
  if (value === undefined) delete target[key];
  else target[key] = value;
}

/** One that is tried again. */
function isConnectionFailure(error: unknown): boolean {
  return (
    error instanceof RestError &&
    ["ETIMEDOUT", "ECONNREFUSED", "ECONNRESET", "ENOTFOUND"].includes(error.code ?? "")
  );
}

function pauseOf({ status, headers }: PipelineResponse): number {
  if (status !== 429 && status !== 503) return 0;
  for (const name of pauseHeaders) {
    const text = headers.get(name);
    if (text === undefined || text === "") continue;
    const amount = Number(text);
    if (!Number.isNaN(amount)) return name === "retry-after" ? amount * 1000 : amount;
    const date = Date.parse(text);
    if (!Number.isNaN(date)) return date - Date.now();
  }
  return 0;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.ceil(ms / 1000).toLocaleString("en")} s`;
}
