export {
  type ApplyFailure,
  type ApplyPorts,
  type ApplyProgress,
  type ApplyResult,
  apply,
  type Moved,
} from "./apply/apply.ts";
export {
  type Begun,
  decodeJournal,
  encodeEntry,
  type Interrupted,
  type JournalEntry,
  recover,
} from "./apply/journal.ts";
export { isUnexpected } from "./client/is-unexpected.ts";
export { createClient, type JobRouterClientOptions } from "./client/job-router-client.ts";
export type * from "./client/models.ts";
export { paginate } from "./client/paginate.ts";
export type * from "./client/routes.ts";
export { readFailure, ServiceFailure, UnexpectedAnswer } from "./client/service-failure.ts";
export { type Difference, differences } from "./compare/differences.ts";
export { leaveOutDefaults } from "./compare/leave-out-defaults.ts";
export {
  type Decoded,
  decodePlan,
  decodeState,
  encodeFile,
  type FileProblem,
  hashOfPlan,
} from "./files.ts";
export { clientStore } from "./live/client-store.ts";
export {
  type LiveObject,
  type LiveObjects,
  liveAsObjects,
  readDecoded,
  readLive,
} from "./live/read-live.ts";
export type { ObjectStore, StoredObject, WriteCondition, Written } from "./live/store.ts";
export {
  keyOf,
  kindWords,
  type ObjectKey,
  objectTexts,
  type WireObject,
  wireObjects,
} from "./objects.ts";
export {
  type DifferencePiece,
  type DifferenceText,
  describeDifference,
  describeParts,
  inReadingOrder,
} from "./plan/describe.ts";
export { type Drift, driftOf, makePlan, type PlanInput } from "./plan/make-plan.ts";
export type * from "./plan/plan.ts";
export { renderDifferences, renderPlan, renderPlanMarkdown, summaryOf } from "./plan/render.ts";
export { type Sides, sidesOf } from "./plan/sides.ts";
export { type Fingerprints, fingerprints } from "./secrets/fingerprint.ts";
export { createKnownSecrets, type KnownSecrets } from "./secrets/known-secrets.ts";
export { redactError } from "./secrets/redact-error.ts";
export { type SecretLookup, sealAgain, sealLive, sealWanted } from "./secrets/seal.ts";
export { settledObjects } from "./state/settle.ts";
export {
  changeState,
  type DeployState,
  emptyState,
  type OwnedObject,
  type Release,
  type StateChange,
} from "./state/state.ts";
