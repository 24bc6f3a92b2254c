import { defineDecision } from "./decision.ts";
import { defineDeploy } from "./deploy.ts";
import { defineJobForm } from "./job-form.ts";
import { definePreview } from "./preview.ts";
import { defineTimeline } from "./timeline.ts";

export { DecisionView } from "./decision.ts";
export { DeployView } from "./deploy.ts";
export { type JobRequest, type RevealEvent, viewEvents } from "./events.ts";
export { JobFormView } from "./job-form.ts";
export { PreviewView } from "./preview.ts";
export { TimelineView } from "./timeline.ts";

/** Registers `<rw-preview>`, `<rw-deploy>`, `<rw-decision>`, `<rw-job-form>` and `<rw-timeline>`; once is enough. */
export function defineViews(): void {
  definePreview();
  defineDecision();
  defineJobForm();
  defineTimeline();
  defineDeploy();
}
