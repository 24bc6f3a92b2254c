import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { printable } from "@routewright/diagnostics";
import { createClient } from "../client/job-router-client.ts";
import type { JobRouterClient } from "../client/routes.ts";
import type { KnownSecrets } from "../secrets/known-secrets.ts";
import { usualPatience, withPatience } from "./patience.ts";
import { DeployProblem } from "./problem.ts";

export interface Connection {
  readonly client: JobRouterClient;
  /** The endpoint without a trailing slash; names the service in plans and states. */
  readonly target: string;
  /** What the client is let in with, and whatever else must not be shown. */
  readonly secrets: KnownSecrets;
}

/** How one is let in. */
export type Access =
  /** @param from what holds it, for messages: the text itself is a secret. */
  | { readonly kind: "connectionString"; readonly text: string; readonly from: string }
  | { readonly kind: "key"; readonly endpoint: string; readonly key: string }
  /** A Microsoft Entra token of whoever is signed in on this machine. */
  | { readonly kind: "identity"; readonly endpoint: string };

/** Where `routewright emulator` listens, and with which key, unless it is told otherwise. */
export const emulatorConnection =
  "endpoint=http://localhost:7171;accesskey=cm91dGV3cmlnaHQtZW11bGF0b3Ita2V5LW5vdC1hLXNlY3JldA==";

/** Says no with a reason before anything is sent. Never repeats a connection string: it is a secret. */
export async function connect(
  access: Access,
  secrets: KnownSecrets,
  onNotice: (text: string) => void,
): Promise<Connection> {
  const connected = (target: string, client: JobRouterClient): Connection => {
    client.pipeline.addPolicy(rememberHeaders(secrets), { afterPhase: "Sign" });
    client.pipeline.addPolicy(withPatience(usualPatience, onNotice), { afterPhase: "Sign" });
    return { target, client, secrets };
  };
  switch (access.kind) {
    case "connectionString": {
      const { endpoint, key } = readConnectionString(access.text, access.from);
      secrets.add(key);
      return connected(endpoint, createClient(endpoint, { key }, clientOptions(endpoint)));
    }
    case "key": {
      const target = endpointOf(access.endpoint);
      secrets.add(access.key);
      return connected(target, createClient(target, { key: access.key }, clientOptions(target)));
    }
    case "identity": {
      const target = endpointOf(access.endpoint);
      if (target.startsWith("http:")) {
        throw new DeployProblem(
          "a token is never sent over plain http",
          "use https, or a key: --key-env NAME or --connection-string-env NAME",
        );
      }
      const { DefaultAzureCredential } = await import("@azure/identity");
      return connected(
        target,
        createClient(target, new DefaultAzureCredential(), clientOptions(target)),
      );
    }
  }
}

/** @throws DeployProblem when it is none; it is not repeated. */
export function readConnectionString(
  text: string,
  from: string,
): { readonly endpoint: string; readonly key: string } {
  const parts = new Map(
    text.split(";").flatMap((part) => {
      const [, name = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/su.exec(part) ?? [];
      return name === "" ? [] : [[name.toLowerCase(), value] as const];
    }),
  );
  const [address = "", key = ""] = [parts.get("endpoint"), parts.get("accesskey")];
  const why = /^\s*["']/u.test(text)
    ? "it stands in quotation marks"
    : address === "" || key === ""
      ? `it has no \`${address === "" ? "endpoint" : "accesskey"}=…\``
      : /^[A-Za-z0-9+/]+={0,2}$/u.test(key)
        ? undefined
        : "its access key is no Base64";
  if (why !== undefined) {
    throw new DeployProblem(
      `\`${printable(from)}\` holds no connection string: ${why} (it is not shown, since it may be a secret)`,
      "it looks like endpoint=https://….communication.azure.com/;accesskey=…",
    );
  }
  return { endpoint: endpointOf(address), key };
}

/** @throws DeployProblem for what is no address of a service, or not a safe one. */
export function endpointOf(text: string): string {
  if (/accesskey|@/iu.test(text)) {
    throw new DeployProblem(
      "what is given as the endpoint holds a credential (it is not shown)",
      "an endpoint is an address alone; connection strings go into a variable: --connection-string-env NAME",
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/u.test(url.protocol) ||
    url.pathname !== "/" ||
    url.search !== ""
  ) {
    throw new DeployProblem(
      `\`${printable(text)}\` is no endpoint`,
      "an endpoint looks like https://contoso.unitedstates.communication.azure.com",
    );
  }
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol === "http:" && !isLocal) {
    throw new DeployProblem(
      `\`${printable(text)}\` would send your key's signature and your policies in the clear`,
      "use https; plain http is for an emulator on this machine",
    );
  }
  return url.origin;
}

function clientOptions(target: string) {
  return {
    allowInsecureConnection: target.startsWith("http:"),
    userAgentOptions: { userAgentPrefix: "routewright" },
  };
}

/** Signatures and tokens are secrets too, and a service may repeat the header that it got. */
function rememberHeaders(secrets: KnownSecrets): PipelinePolicy {
  return {
    name: "routewrightRememberHeaders",
    sendRequest(request, next) {
      const header = request.headers.get("authorization") ?? "";
      secrets.addPassing(header);
      secrets.addPassing(/(?:^Bearer\s+|&Signature=)(\S+)$/iu.exec(header)?.[1] ?? "");
      return next(request);
    },
  };
}
