import { type BearerRule, verifyBearer } from "../auth/bearer.ts";
import { type SignedRequest, verifyHmac } from "../auth/hmac.ts";
import { isLoopback } from "../rules/allowed-hosts.ts";
import { Refusal, unauthorized } from "./refusal.ts";

export interface GateOptions {
  /** Absent: anybody may ask (`--no-auth`). */
  readonly accessKey?: Buffer;
  readonly bearer: BearerRule;
  /** Listening beyond loopback: control needs the key as well. */
  readonly isOpen: boolean;
}

/** Who may use the API. Throws 401. */
export function checkApi(request: SignedRequest, options: GateOptions, wallClockMs: number): void {
  const { accessKey, bearer } = options;
  if (accessKey === undefined) return;
  const header = request.header("authorization");
  if (header === undefined) throw unauthorized("The request has no Authorization header.");
  if (/^Bearer\s/iu.test(header)) verifyBearer(header, bearer, wallClockMs);
  else verifyHmac(request, accessKey, wallClockMs);
}

/**
 * Who may control the emulator and see its page. On loopback every local program may, and no web
 * page of elsewhere: the host must be a loopback name (no DNS rebinding), and a page's origin its
 * own. Beyond loopback the access key is asked for, as the password of HTTP Basic or by HMAC.
 */
export function checkControl(
  request: SignedRequest,
  options: GateOptions,
  wallClockMs: number,
): void {
  const host = request.header("host") ?? "";
  const hostname = host.replace(/:\d+$/u, "");
  if (!options.isOpen && !isLoopback(hostname))
    throw forbidden("This name is not a loopback name.");
  const origin = request.header("origin");
  if (origin !== undefined && hostOf(origin) !== host) {
    throw forbidden("Requests of other web pages are refused.");
  }
  if (!options.isOpen || options.accessKey === undefined) return;
  const header = request.header("authorization") ?? "";
  if (header.startsWith("HMAC-SHA256")) {
    verifyHmac(request, options.accessKey, wallClockMs);
    return;
  }
  const password = /^Basic\s+(\S+)$/iu.exec(header)?.[1];
  const given = Buffer.from(password ?? "", "base64")
    .toString("utf8")
    .replace(/^[^:]*:/u, "");
  if (given !== options.accessKey.toString("base64")) {
    throw new Refusal(
      401,
      { code: "Unauthorized", message: "The access key is asked for, as the password." },
      { "WWW-Authenticate": 'Basic realm="routewright emulator", charset="UTF-8"' },
    );
  }
}

function forbidden(message: string): Refusal {
  return new Refusal(403, { code: "Forbidden", message });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
