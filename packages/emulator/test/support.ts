import { createHash, createHmac } from "node:crypto";
import type { Emulator } from "../src/index.ts";

export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}
export type Body = { readonly [name: string]: Body } & { readonly value?: readonly Body[] };

/** A client that signs as the official ones do. */
export function clientOf(emulator: Emulator) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const separator = path.includes("?") ? "&" : "?";
    const url = `/routing/${path}${separator}api-version=2023-11-01`;
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${emulator.endpoint}${url}`, {
      method,
      headers: {
        ...signed(emulator, method, url, text),
        ...(text === "" ? {} : { "content-type": "application/merge-patch+json" }),
        ...headers,
      },
      ...(text === "" ? {} : { body: text }),
    });
    const answered = await response.text();
    return {
      status: response.status,
      body: (answered === "" ? {} : JSON.parse(answered)) as Body,
      headers: response.headers,
    };
  };
}

export function signed(
  { accessKey, endpoint }: Pick<Emulator, "accessKey" | "endpoint">,
  method: string,
  url: string,
  body: string,
): Record<string, string> {
  const date = new Date().toUTCString();
  const hash = createHash("sha256").update(body).digest("base64");
  const text = `${method}\n${url}\n${date};${new URL(endpoint).host};${hash}`;
  const signature = createHmac("sha256", Buffer.from(accessKey, "base64"))
    .update(text)
    .digest("base64");
  return {
    "x-ms-date": date,
    "x-ms-content-sha256": hash,
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  };
}

export async function control(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${emulator.endpoint}/_emulator/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === "" ? {} : JSON.parse(text)) as Body,
    headers: response.headers,
  };
}

/** A queue with a policy, and a worker that takes its jobs; an offer outlasts a test. */
export async function setUp(call: ReturnType<typeof clientOf>): Promise<void> {
  await call("PATCH", "distributionPolicies/d", {
    offerExpiresAfterSeconds: 3600,
    mode: { kind: "longestIdle" },
  });
  await call("PATCH", "queues/q", { distributionPolicyId: "d" });
  await call("PATCH", "workers/w", {
    capacity: 1,
    queues: ["q"],
    channels: [{ channelId: "c", capacityCostPerJob: 1 }],
    availableForOffers: true,
  });
}
