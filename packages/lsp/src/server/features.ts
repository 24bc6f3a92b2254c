import type { ServerCapabilities } from "vscode-languageserver";
import { actionsFeature } from "./handlers/actions.ts";
import { completionFeature } from "./handlers/completion.ts";
import { diagnosticsFeature } from "./handlers/diagnostics.ts";
import { editingFeature } from "./handlers/editing.ts";
import type { Feature } from "./handlers/feature.ts";
import { hoverFeature } from "./handlers/hover.ts";
import { lensesFeature } from "./handlers/lenses.ts";
import { navigationFeature } from "./handlers/navigation.ts";
import { policyFeature } from "./handlers/policy.ts";
import { renameFeature } from "./handlers/rename.ts";
import { signatureFeature } from "./handlers/signature-help.ts";
import { symbolsFeature } from "./handlers/symbols.ts";
import { tokensFeature } from "./handlers/tokens.ts";
import type { Publisher } from "./publish.ts";
import type { Session } from "./session.ts";

/** Every feature: a new one is a file and a line here. */
const features: readonly Feature[] = [
  completionFeature,
  hoverFeature,
  policyFeature,
  actionsFeature,
  diagnosticsFeature,
  editingFeature,
  lensesFeature,
  navigationFeature,
  renameFeature,
  signatureFeature,
  symbolsFeature,
  tokensFeature,
];

export function capabilities(session: Session, publisher: Publisher): ServerCapabilities {
  return Object.assign(
    {},
    ...features.map((feature) => feature.capabilities(session, publisher)),
  ) as ServerCapabilities;
}

export function registerFeatures(session: Session, publisher: Publisher): void {
  for (const feature of features) feature.register(session, publisher);
}
