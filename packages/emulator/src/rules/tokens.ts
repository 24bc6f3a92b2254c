import type { RuleCall } from "@routewright/runtime";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { hostOf, readText } from "./answers.ts";

export interface TokenOptions {
  readonly allowed: AllowedHosts;
  readonly wallClock: () => number;
}

/** Access tokens of webhook rules: OAuth 2 client credentials, kept while they are good. */
export interface Tokens {
  /** Undefined for a call that needs none. Throws what is wrong, without secrets. */
  of(call: RuleCall, signal: AbortSignal): Promise<string | undefined>;
  /** The next call gets a fresh one; false when the call needs none. */
  forget(call: RuleCall): boolean;
}

interface Kept {
  readonly token: string;
  readonly untilMs: number;
}

export function createTokens({ allowed, wallClock }: TokenOptions): Tokens {
  const kept = new Map<string, Kept>();
  /** Calls at the same time share one request. */
  const asked = new Map<string, Promise<Kept>>();

  async function fetchToken(credential: Credential, signal: AbortSignal): Promise<Kept> {
    const { uri, clientId, clientSecret } = credential;
    if (!allowed(uri)) {
      throw new Error(`${hostOf(uri)} is not among the hosts that may be called (--allow-host)`);
    }
    const response = await fetch(uri, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
      }),
      headers: { accept: "application/json" },
      redirect: "error",
      signal,
    });
    const text = await readText(response);
    if (!response.ok) throw new Error(`the token server answered ${response.status}`);
    const { access_token: token, expires_in: seconds } = parsed(text);
    if (typeof token !== "string" || token === "") {
      throw new Error("the token server gave no access_token");
    }
    // Some servers write the number as text.
    const livesMs = Math.max(0, Number(seconds ?? 0) * 1_000 || 0);
    // Given up a little early, so that it does not run out on its way.
    return { token, untilMs: wallClock() + livesMs - Math.min(60_000, livesMs / 10) };
  }

  return {
    async of(call, signal) {
      const credential = credentialOf(call);
      if (credential === undefined) return undefined;
      const { key } = credential;
      const known = kept.get(key);
      if (known !== undefined && known.untilMs > wallClock()) return known.token;
      const running = asked.get(key) ?? fetchToken(credential, signal);
      asked.set(key, running);
      try {
        const fresh = await running;
        kept.set(key, fresh);
        return fresh.token;
      } finally {
        if (asked.get(key) === running) asked.delete(key);
      }
    },
    forget(call) {
      const credential = credentialOf(call);
      if (credential !== undefined) kept.delete(credential.key);
      return credential !== undefined;
    },
  };
}

interface Credential {
  readonly key: string;
  readonly uri: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

function credentialOf({ credential }: RuleCall): Credential | undefined {
  if (credential?.kind !== "webhook") return undefined;
  const { authorizationServerUri: uri, clientId = "", clientSecret: secret } = credential;
  if (uri === undefined) return undefined;
  const clientSecret = typeof secret === "string" ? secret : "";
  return { key: JSON.stringify([uri, clientId, clientSecret]), uri, clientId, clientSecret };
}

/** What does not parse is not shown: it may hold a token. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, without the text.
  }
  throw new Error("the token server answered something that is not a JSON object");
}
