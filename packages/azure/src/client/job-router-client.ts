import {
  createCommunicationAuthPolicy,
  isKeyCredential,
  parseClientArguments,
} from "@azure/communication-common";
import type { KeyCredential, TokenCredential } from "@azure/core-auth";
import { type Client, type ClientOptions, getClient } from "@azure-rest/core-client";
import { apiVersion } from "@routewright/jobrouter";
import type { JobRouterClient } from "./routes.ts";

/**
 * The one file that the official package `@azure-rest/communication-job-router` would replace:
 * the same factory, the same requests. That package cannot be had from the registry this project
 * is built from.
 */
export type JobRouterClientOptions = ClientOptions;

/** @param connectionString `endpoint=https://…;accesskey=…` */
export function createClient(
  connectionString: string,
  options?: JobRouterClientOptions,
): JobRouterClient;
/** @param credential a token credential is refused over plain HTTP by Azure's pipeline. */
export function createClient(
  endpoint: string,
  credential: KeyCredential | TokenCredential,
  options?: JobRouterClientOptions,
): JobRouterClient;
export function createClient(
  endpointOrConnectionString: string,
  credentialOrOptions?: KeyCredential | TokenCredential | JobRouterClientOptions,
  maybeOptions: JobRouterClientOptions = {},
): JobRouterClient {
  const [given, options] = isCredential(credentialOrOptions)
    ? [credentialOrOptions, maybeOptions]
    : [undefined, credentialOrOptions ?? {}];
  const { url, credential } = parseClientArguments(endpointOrConnectionString, given);
  const prefix = options.userAgentOptions?.userAgentPrefix;
  const agent = "azsdk-js-communication-job-router-rest/1.0.0";
  const client: Client = getClient(url, {
    apiVersion,
    ...options,
    userAgentOptions: { userAgentPrefix: prefix === undefined ? agent : `${prefix} ${agent}` },
  });
  client.pipeline.addPolicy(createCommunicationAuthPolicy(credential));
  return client as JobRouterClient;
}

function isCredential(
  value: KeyCredential | TokenCredential | JobRouterClientOptions | undefined,
): value is KeyCredential | TokenCredential {
  return (
    value !== undefined &&
    (isKeyCredential(value) || ("getToken" in value && typeof value.getToken === "function"))
  );
}
