import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { unauthorized } from "../http/refusal.ts";

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly url: string;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer | undefined;
}

const scheme = /^HMAC-SHA256\s+SignedHeaders=([^&\s]+)&Signature=([A-Za-z0-9+/=]+)$/u;
const required = ["host", "x-ms-content-sha256"] as const;
/** A signed request may be this much older or newer than the clock on the wall. */
export const clockSkewMs = 15 * 60_000;

/**
 * Checks `Authorization: HMAC-SHA256 SignedHeaders=…&Signature=…`. Clients sign the query as it is
 * sent, or as `URLSearchParams` writes it anew (space as `+`), and one of them doubled the port
 * behind the host; each is taken. Throws the 401 that says what does not fit, never the key.
 */
export function verifyHmac(request: SignedRequest, key: Buffer, wallClockMs: number): void {
  const match = scheme.exec(request.header("authorization") ?? "");
  if (match === null)
    throw unauthorized("The Authorization header is not a valid HMAC-SHA256 one.");
  const [, list = "", signature = ""] = match;
  const names = list.toLowerCase().split(";");
  const dateName = names.includes("x-ms-date") ? "x-ms-date" : "date";
  if (!names.includes(dateName) || !required.every((name) => names.includes(name))) {
    throw unauthorized("SignedHeaders must name x-ms-date, host and x-ms-content-sha256.");
  }
  verifyDate(request.header(dateName), dateName, wallClockMs);
  const contentHash = createHash("sha256")
    .update(request.body ?? "")
    .digest("base64");
  if (request.header("x-ms-content-sha256") !== contentHash) {
    throw unauthorized("x-ms-content-sha256 is not the hash of the body.");
  }
  const given = Buffer.from(signature, "base64");
  for (const url of queryForms(request.url)) {
    for (const host of hostForms(request.header("host") ?? "")) {
      const values = names.map((name) => (name === "host" ? host : (request.header(name) ?? "")));
      const text = `${request.method}\n${url}\n${values.join(";")}`;
      const expected = createHmac("sha256", key).update(text).digest();
      if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    }
  }
  throw unauthorized(
    "The signature does not fit: another access key, or a request that was changed on its way.",
  );
}

function verifyDate(text: string | undefined, name: string, wallClockMs: number): void {
  const atMs = text === undefined ? Number.NaN : Date.parse(text);
  if (Number.isNaN(atMs)) throw unauthorized(`The header ${name} is missing or not a date.`);
  if (Math.abs(atMs - wallClockMs) > clockSkewMs) {
    throw unauthorized(`The date in ${name} is more than 15 minutes off.`);
  }
}

function queryForms(url: string): readonly string[] {
  const at = url.indexOf("?");
  if (at < 0) return [url];
  const written = `${url.slice(0, at)}?${new URLSearchParams(url.slice(at + 1)).toString()}`;
  return written === url ? [url] : [url, written];
}

function hostForms(host: string): readonly string[] {
  const port = /:\d+$/u.exec(host)?.[0];
  return port === undefined ? [host] : [host, `${host}${port}`];
}
