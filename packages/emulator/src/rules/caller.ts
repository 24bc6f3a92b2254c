import type {
  JsonObject,
  RuleAnswers,
  RuleCall,
  RulePayload,
  RuleValue,
} from "@routewright/runtime";
import type { AllowedHosts } from "./allowed-hosts.ts";

export interface RuleCallerOptions {
  readonly allowed: AllowedHosts;
  readonly timeoutMs: number;
  /** Answers known beforehand, by URI; they win over the network. */
  readonly stubs: RuleAnswers;
}

export type RuleAnswer = { readonly value: RuleValue } | { readonly failure: string };

const largestAnswerBytes = 1_048_576;

/** Calls functions and webhooks as the service does, or says why it did not get an answer. */
export function createRuleCaller(
  options: RuleCallerOptions,
): (call: RuleCall) => Promise<RuleAnswer> {
  const tokens = new Map<string, { readonly token: string; readonly untilMs: number }>();

  return async (call) => {
    try {
      const stub = options.stubs.get(call.uri);
      if (stub !== undefined) return answerOfStub(stub, call.payload);
      return await callOutside(call);
    } catch (error) {
      return { failure: failureText(error, options.timeoutMs) };
    }
  };

  async function callOutside(call: RuleCall): Promise<RuleAnswer> {
    if (!options.allowed(call.uri)) {
      return {
        failure: `${hostOf(call.uri)} is not among the hosts that may be called (--allow-host)`,
      };
    }
    const signal = AbortSignal.timeout(options.timeoutMs);
    const response = await fetch(call.uri, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(await credentialHeaders(call, signal)),
      },
      body: JSON.stringify(wirePayload(call.payload)),
      redirect: "error",
      signal,
    });
    const text = await readText(response);
    if (!response.ok) return { failure: `${hostOf(call.uri)} answered ${response.status}` };
    try {
      return { value: JSON.parse(text) as RuleValue };
    } catch {
      return { failure: `${hostOf(call.uri)} answered something that is not JSON` };
    }
  }

  async function credentialHeaders(
    call: RuleCall,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>> {
    const { credential } = call;
    if (credential === undefined) return {};
    if (credential.kind === "function") {
      const { functionKey, appKey, clientId } = credential;
      const key = typeof functionKey === "string" ? functionKey : appKey;
      return {
        ...(typeof key === "string" ? { "x-functions-key": key } : {}),
        ...(clientId === undefined ? {} : { "x-functions-clientid": clientId }),
      };
    }
    const { authorizationServerUri, clientId, clientSecret } = credential;
    if (authorizationServerUri === undefined) return {};
    const token = await accessToken(
      authorizationServerUri,
      clientId ?? "",
      typeof clientSecret === "string" ? clientSecret : "",
      signal,
    );
    return { authorization: `Bearer ${token}` };
  }

  /** OAuth 2 client credentials; kept until shortly before the token expires. */
  async function accessToken(
    uri: string,
    clientId: string,
    clientSecret: string,
    signal: AbortSignal,
  ): Promise<string> {
    const key = JSON.stringify([uri, clientId, clientSecret]);
    const kept = tokens.get(key);
    if (kept !== undefined && kept.untilMs > Date.now()) return kept.token;
    if (!options.allowed(uri)) {
      throw new Error(`${hostOf(uri)} is not among the hosts that may be called (--allow-host)`);
    }
    const response = await fetch(uri, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
      }),
      redirect: "error",
      signal,
    });
    const text = await readText(response);
    if (!response.ok) throw new Error(`the token server answered ${response.status}`);
    const { access_token: token, expires_in: seconds } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    if (typeof token !== "string") throw new Error("the token server gave no access_token");
    const livesMs = (typeof seconds === "number" ? seconds : 0) * 1_000;
    tokens.set(key, { token, untilMs: Date.now() + livesMs - 60_000 });
    return token;
  }
}

function answerOfStub(
  stub: NonNullable<ReturnType<RuleAnswers["get"]>>,
  payload: RulePayload,
): RuleAnswer {
  if (typeof stub === "function") {
    const value = stub(payload);
    return value === undefined ? { failure: "the stub failed" } : { value };
  }
  return "value" in stub ? { value: stub.value } : { failure: "the stub fails on purpose" };
}

/** Selectors go out as the documentation shows them: `operator` in PascalCase, all members there. */
function wirePayload(payload: RulePayload): JsonObject {
  const { selectors, ...rest } = payload;
  return {
    ...(rest as JsonObject),
    ...(selectors === undefined
      ? {}
      : {
          selectors: selectors.map(({ key, labelOperator, value, expiresAfterSeconds }) => ({
            key,
            operator: documentedOperator(labelOperator),
            value: value ?? null,
            expiresAfterSeconds: expiresAfterSeconds ?? null,
          })),
        }),
  };
}

function documentedOperator(operator: string): string {
  const name = operator.replace("OrEqual", "Equal");
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > largestAnswerBytes) throw new Error("the answer is larger than 1 MiB");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function failureText(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return cause === undefined ? error.message : `${error.message}: ${cause}`;
}

function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host : "an address that is not a URL";
}
