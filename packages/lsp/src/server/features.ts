import type { ServerCapabilities } from "vscode-languageserver";
import { completionFeature } from "./handlers/completion.ts";
import type { Feature } from "./handlers/feature.ts";
import { hoverFeature } from "./handlers/hover.ts";
import { policyFeature } from "./handlers/policy.ts";
import type { Publisher } from "./publish.ts";
import type { Session } from "./session.ts";

/** Every feature: a new one is a file and a line here. */
const features: readonly Feature[] = [completionFeature, hoverFeature, policyFeature];

export function capabilities(session: Session, publisher: Publisher): ServerCapabilities {
  return Object.assign(
    {},
    ...features.map((feature) => feature.capabilities(session, publisher)),
  ) as ServerCapabilities;
}

export function registerFeatures(session: Session, publisher: Publisher): void {
  for (const feature of features) feature.register(session, publisher);
}
