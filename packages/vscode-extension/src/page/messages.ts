import type {
  DecisionStepsResult,
  EvaluateResult,
  JobFormResult,
  PreviewResult,
  WireLocation,
} from "@routewright/lsp/protocol";
import type { DeployModel } from "@routewright/views/model";

/** What a panel's page is sent. */
export type ToPage =
  | { readonly kind: "preview"; readonly preview: PreviewResult }
  | { readonly kind: "place"; readonly place: WireLocation | undefined }
  | { readonly kind: "form"; readonly form: JobFormResult }
  | { readonly kind: "policy"; readonly policyId: string }
  | { readonly kind: "evaluation"; readonly evaluation: EvaluateResult }
  | { readonly kind: "timeline"; readonly steps: DecisionStepsResult }
  | { readonly kind: "deploy"; readonly model: DeployModel };

/** What a page sends: `ready` once, then the events of its components by their names. */
export interface FromPage {
  readonly kind: string;
  readonly detail?: unknown;
}
