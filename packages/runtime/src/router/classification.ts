import type { Job } from "@routewright/jobrouter";
import type { Classification } from "../classify/result.ts";
import type { EngineOptions } from "../engine.ts";
import { type RuleAnswers, type RuleStub, StubFailure } from "../rules/stubs.ts";
import type { Asking, Core } from "./core.ts";
import { jobClassificationFailed, jobClassified } from "./events.ts";
import { revokeOffers } from "./offers.ts";
import { leaveQueue, proceed } from "./queueing.ts";
import { classifiedReason, failedReason } from "./reasons.ts";
import type { JobRecord } from "./records.ts";
import { callRule, endCalls } from "./rule-calls.ts";
import { armSelectorClock, putOn } from "./selector-clock.ts";
import type { Reason } from "./transition.ts";

/** Sends a job to be classified, out of its queue if it is in one. */
export function startClassification(core: Core, job: JobRecord, reason: Reason): void {
  revokeOffers(core, job, reason);
  leaveQueue(core, job);
  endCalls(core, job);
  core.setStatus(job, "pendingClassification", reason);
  core.scheduleStep(job, "classify", core.classificationDelayMs);
}

/** The step `classify`; asked again when an answer from outside has come. */
export function classifyNow(core: Core, job: JobRecord): void {
  const chance = core.random.state;
  const asked: Asking = { job, missing: [] };
  const classification = decide(core, job, asked);
  if (asked.missing.length > 0) {
    // Nothing has been decided; the random numbers are drawn anew when it is.
    core.random.state = chance;
    for (const { uri, payload } of asked.missing) callRule(core, job, uri, uri, payload);
    return;
  }
  job.classifiedFrom = {
    policyId: job.classificationPolicyId,
    queueId: job.queueId,
    priority: job.priority,
    labels: job.labels,
    chance,
    answers: job.answers === undefined ? [] : [...job.answers],
  };
  endCalls(core, job);
  if (classification.outcome === "failed") {
    core.setStatus(job, "classificationFailed", failedReason(classification));
    if (core.makesEvents) jobClassificationFailed(core, job, classification.errors);
    return;
  }
  job.priority = classification.priority;
  job.queueId = classification.queueId;
  // Attached selectors are computed anew, requested ones stay (Q34).
  job.attached = putOn(core, classification.attachedWorkerSelectors);
  armSelectorClock(core, job);
  if (core.makesEvents) jobClassified(core, job);
  if (core.tells("jobClassified")) {
    const happening = { kind: "jobClassified", jobId: job.id } as const;
    const { queueId } = job;
    core.tell(queueId === undefined ? happening : { ...happening, queueId }, classifiedReason);
  }
  proceed(core, job, classifiedReason);
}

function decide(core: Core, job: JobRecord, asked: Asking): Classification {
  const policyId = job.classificationPolicyId;
  // To classify a job without a policy is a failure, whoever asks (Q29).
  if (policyId === undefined) {
    return {
      outcome: "failed",
      policyId,
      errors: [
        {
          code: "ClassificationPolicyNotFound",
          message: "the job has no classification policy to be classified by",
          assumption: "Q29",
        },
      ],
    };
  }
  core.asking = asked;
  const classification = core.config.engineOf(policyId, engineOptions(core)).classify(asJob(job));
  core.asking = undefined;
  return classification;
}

/** The record is the job: only its absent members are there as `undefined`, which reads the same. */
function asJob(job: JobRecord): Job {
  return job as unknown as Job;
}

/** Of every engine of a router: chance and answers are the router's. */
export function engineOptions(core: Core): EngineOptions {
  return {
    choice: core.choice ?? (() => core.random.next()),
    ruleAnswers: core.asksShell ? shellAnswers(core) : core.ruleAnswers,
  };
}

/** Known answers first; then those that this job has been given; what is missing is noted. */
function shellAnswers(core: Core): RuleAnswers {
  const answers = new Map<string, RuleStub>();
  const get = (uri: string): RuleStub | undefined => {
    const known = core.ruleAnswers.get(uri);
    if (known !== undefined) return known;
    return (payload) => {
      const { asking } = core;
      const answer = asking?.job.answers?.get(uri);
      if (answer === undefined) {
        if (asking?.missing.every((other) => other.uri !== uri) === true) {
          asking.missing.push({ uri, payload });
        }
        return undefined;
      }
      return "value" in answer ? answer.value : new StubFailure(answer.failure);
    };
  };
  return Object.assign(answers, { get });
}
