export { explainWorkloadCode } from "./explain.ts";
export type * from "./model/result.ts";
export type { Replication, SimulationInput } from "./model/simulation.ts";
export { startReplication } from "./model/simulation.ts";
export { type Distribution, meanOf, samplerOf } from "./random/distribution.ts";
export { createStreams, type Random, type Streams } from "./random/streams.ts";
export { describeCircle } from "./report/circle.ts";
export { type Expectation, parseExpectation, showMeasured } from "./report/expectation.ts";
export { type PageAssets, renderPage } from "./report/html.ts";
export {
  endsMet,
  measureJobs,
  occupancyOf,
  serviceLevelOf,
  titleOfLevel,
} from "./report/measures.ts";
export type * from "./report/page.ts";
export { nameOfMeasure, reportPage, showReduction } from "./report/page.ts";
export * from "./report/summary.ts";
export * from "./statistics/histogram.ts";
export { type Estimate, estimate, oneSidedBound } from "./statistics/interval.ts";
export {
  identifyRun,
  maxReplications,
  runReplication,
  type SimulationTask,
  type TaskHooks,
  type TaskPolicy,
} from "./task.ts";
export {
  type Replications,
  type ReplicationThread,
  runReplications,
} from "./threads/run-replications.ts";
export {
  type FromReplications,
  serveReplications,
  type ToReplications,
} from "./threads/serve-replications.ts";
export { unansweredRules } from "./unanswered.ts";
export { workloadDiagnostics } from "./workload/catalogue.ts";
export { type DecodedWorkload, decodeWorkload } from "./workload/decode.ts";
export { showDuration } from "./workload/duration.ts";
export { resolveWorkload } from "./workload/resolve.ts";
export { workloadSchema } from "./workload/schema.ts";
export type * from "./workload/workload.ts";
