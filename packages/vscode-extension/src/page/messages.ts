import type {
  DecisionStepsResult,
  EvaluateResult,
  JobFormResult,
  PreviewResult,
  WireLocation,
} from "@routewright/lsp/protocol";
import type { SimulationChoice, SimulationForm, SimulationState } from "@routewright/views/events";
import type { DeployModel } from "@routewright/views/model";

/** What a panel's page is sent. */
export type ToPage =
  | { readonly kind: "preview"; readonly preview: PreviewResult }
  | { readonly kind: "place"; readonly place: WireLocation | undefined }
  | { readonly kind: "form"; readonly form: JobFormResult }
  | { readonly kind: "policy"; readonly policyId: string }
  | { readonly kind: "evaluation"; readonly evaluation: EvaluateResult }
  | { readonly kind: "timeline"; readonly steps: DecisionStepsResult }
  | { readonly kind: "deploy"; readonly model: DeployModel }
  | { readonly kind: "simulationForm"; readonly form: SimulationForm }
  | { readonly kind: "simulationChoice"; readonly choice: SimulationChoice }
  | { readonly kind: "simulation"; readonly state: SimulationState }
  | { readonly kind: "remember"; readonly memory: unknown };

/** What a page sends: `ready` once, then the events of its components by their names. */
export interface FromPage {
  readonly kind: string;
  readonly detail?: unknown;
}

/** What the editor keeps of a page over a reload: the panel's own, and that of its components. */
export interface PageMemory {
  readonly host?: unknown;
  /** By tag. */
  readonly views?: Readonly<Record<string, unknown>>;
}
