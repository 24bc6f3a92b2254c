import {
  type JsonObject,
  type RuleAnswers,
  type RuleCall,
  type RulePayload,
  type RuleValue,
  StubFailure,
} from "@routewright/runtime";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { hostOf, readText } from "./answers.ts";
import { createTokens } from "./tokens.ts";

export interface RuleCallerOptions {
  readonly allowed: AllowedHosts;
  readonly timeoutMs: number;
  /** Answers known beforehand, by URI; they win over the network. */
  readonly stubs: RuleAnswers;
  /** Time as the wall shows it, for the life of tokens. */
  readonly wallClock: () => number;
}

export type RuleAnswer = { readonly value: RuleValue } | { readonly failure: string };

/** Calls functions and webhooks as the service does, or says why it did not get an answer. */
export function createRuleCaller(
  options: RuleCallerOptions,
): (call: RuleCall) => Promise<RuleAnswer> {
  const tokens = createTokens(options);

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
    let response = await post(call, signal);
    // A token may be withdrawn before its time: one more try, with a fresh one.
    if (response.status === 401 && tokens.forget(call)) {
      await response.body?.cancel();
      response = await post(call, signal);
    }
    const text = await readText(response);
    if (!response.ok) return { failure: `${hostOf(call.uri)} answered ${response.status}` };
    try {
      return { value: JSON.parse(text) as RuleValue };
    } catch {
      return { failure: `${hostOf(call.uri)} answered something that is not JSON` };
    }
  }

  async function post(call: RuleCall, signal: AbortSignal): Promise<Response> {
    const token = await tokens.of(call, signal);
    return fetch(call.uri, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...functionKeys(call),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(wirePayload(call.payload)),
      redirect: "error",
      signal,
    });
  }
}

function functionKeys({ credential }: RuleCall): Readonly<Record<string, string>> {
  if (credential?.kind !== "function") return {};
  const { functionKey, appKey, clientId } = credential;
  const key = typeof functionKey === "string" ? functionKey : appKey;
  return {
    ...(typeof key === "string" ? { "x-functions-key": key } : {}),
    ...(clientId === undefined ? {} : { "x-functions-clientid": clientId }),
  };
}

function answerOfStub(
  stub: NonNullable<ReturnType<RuleAnswers["get"]>>,
  payload: RulePayload,
): RuleAnswer {
  if (typeof stub === "function") {
    const value = stub(payload);
    if (value instanceof StubFailure) return { failure: value.why };
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

function failureText(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return cause === undefined ? error.message : `${error.message}: ${cause}`;
}
