import { defineDecision } from "./decision.ts";
import { defineDeploy } from "./deploy.ts";
import { defineJobForm } from "./job-form.ts";
import { definePreview } from "./preview.ts";
import { defineSimulationForm } from "./simulation-form.ts";
import { defineSimulationReport } from "./simulation-report.ts";
import { defineTimeline } from "./timeline.ts";

export { DecisionView } from "./decision.ts";
export { DeployView } from "./deploy.ts";
export * from "./events.ts";
export { JobFormView } from "./job-form.ts";
export { PreviewView } from "./preview.ts";
export { SimulationFormView } from "./simulation-form.ts";
export { SimulationReportView } from "./simulation-report.ts";
export { TimelineView } from "./timeline.ts";

/**
 * Registers `<rw-preview>`, `<rw-deploy>`, `<rw-decision>`, `<rw-job-form>`, `<rw-timeline>`,
 * `<rw-simulation-form>` and `<rw-simulation-report>`; once is enough.
 */
export function defineViews(): void {
  definePreview();
  defineDecision();
  defineJobForm();
  defineTimeline();
  defineDeploy();
  defineSimulationForm();
  defineSimulationReport();
}
