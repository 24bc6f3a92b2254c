export * from "./assumptions.ts";
export type { Classification, ClassifiedJob, FailedClassification } from "./classify/result.ts";
export {
  type BehaviourChange,
  type BehaviourGroup,
  type BehaviourReport,
  compareBehaviour,
  compareObjects,
} from "./compare/behaviour.ts";
export { createEngine, type Engine, type EngineOptions } from "./engine.ts";
export type { AtomTrace, OperandTrace } from "./explain/atoms.ts";
export { describeExclusion, describeReasons, describeSelector } from "./explain/describe.ts";
export {
  describeOffers,
  describeVerdict,
  type JobObstacle,
  type OfferExplanation,
  type OfferVerdict,
  type OfferWords,
  type Standing,
} from "./explain/offers.ts";
export { type Places, placesIn } from "./explain/places.ts";
export {
  type RenderOptions,
  renderRanking,
  renderTrace,
  type TraceRole,
} from "./explain/render.ts";
export * from "./explain/trace.ts";
export { type Issue, type IssueCode, issueCodes } from "./issue.ts";
export { type PreparedDistribution, prepareDistribution } from "./match/distribution.ts";
export { selectorHolds } from "./match/selectors.ts";
export {
  createWorkerPool,
  type Match,
  type MatchRequest,
  type PooledWorker,
  type WorkerLoad,
  type WorkerPool,
  type WorkerPoolOptions,
} from "./match/worker-pool.ts";
export type { WorkerSnapshot } from "./rank/rank.ts";
export * from "./rank/ranking.ts";
export * from "./router/command.ts";
export { createRouter, loadRouter } from "./router/create-router.ts";
export * from "./router/event.ts";
export { describeReason } from "./router/reasons.ts";
export * from "./router/router.ts";
export * from "./router/transition.ts";
export type { RuleTrace } from "./rules/rule.ts";
export { type RuleAnswers, type RulePayload, type RuleStub, StubFailure } from "./rules/stubs.ts";
export type { RuleValue } from "./rules/value.ts";
export * from "./scenarios/report.ts";
export { defaultStartMs, runScenario, type ScenarioOptions } from "./scenarios/run-scenario.ts";
export { describeHappening, showTime } from "./scenarios/words.ts";
export { describeFailure } from "./tests/failure.ts";
export * from "./tests/report.ts";
export { runTests, type TestOptions } from "./tests/run-tests.ts";
