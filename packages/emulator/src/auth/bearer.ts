import { timingSafeEqual } from "node:crypto";
import { unauthorized } from "../http/refusal.ts";

/**
 * Which bearer tokens are taken. There is no tenant to ask, so nothing proves who made a token:
 * `jwt` takes any unexpired JSON Web Token for Azure Communication Services, `none` refuses all,
 * and a token of one's own takes exactly that.
 */
export type BearerRule = "jwt" | "none" | { readonly token: string };

const audience = /^https:\/\/communication\.azure\.com\/*(?:\.default)?$/u;

export function verifyBearer(header: string, rule: BearerRule, wallClockMs: number): void {
  const token = /^Bearer\s+(\S+)$/iu.exec(header)?.[1];
  if (token === undefined) throw unauthorized("The Authorization header holds no bearer token.");
  if (rule === "none") throw unauthorized("This emulator takes no bearer tokens.");
  if (typeof rule === "object") {
    if (!sameText(token, rule.token)) throw unauthorized("The bearer token is not the one agreed.");
    return;
  }
  const claims = claimsOf(token);
  if (claims === undefined) throw unauthorized("The bearer token is not a JSON Web Token.");
  const { aud, exp, nbf } = claims;
  if (typeof aud !== "string" || !audience.test(aud)) {
    throw unauthorized("The token's audience is not https://communication.azure.com.");
  }
  if (typeof exp !== "number" || exp * 1_000 <= wallClockMs) {
    throw unauthorized("The bearer token has expired.");
  }
  if (typeof nbf === "number" && nbf * 1_000 > wallClockMs + 5 * 60_000) {
    throw unauthorized("The bearer token is not valid yet.");
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
