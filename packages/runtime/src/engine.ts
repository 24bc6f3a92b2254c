import type {
  DistributionPolicy,
  Job,
  RouterObjects,
  Worker,
  WorkerSelector,
} from "@routewright/jobrouter";
import { type Assumptions, defaultAssumptions } from "./assumptions.ts";
import { type DecisionContext, decide } from "./classify/decide.ts";
import { fastClassifier } from "./classify/fast/fast-policy.ts";
import { type CompiledPolicy, compilePolicy } from "./classify/policy.ts";
import type { Classification, FailedClassification } from "./classify/result.ts";
import { citedAssumptions } from "./explain/cited.ts";
import type { ExplainedClassification, TraceEntry } from "./explain/trace.ts";
import { queueDirectory } from "./match/queues.ts";
import { rankWorkers, type WorkerSnapshot } from "./rank/rank.ts";
import type { Ranking } from "./rank/ranking.ts";
import { type CompiledRule, compileRule } from "./rules/rule.ts";
import { noAnswers, type RuleAnswers } from "./rules/stubs.ts";

export interface EngineOptions {
  /** Answers of function and webhook rules, by URI; without one a rule is unreachable. */
  readonly ruleAnswers?: RuleAnswers;
  /**
   * Where the weighted choices fall, 0 ≤ x < 1; asked once for each weighted attachment of the
   * policy, queue attachments first. Always 0 when absent.
   */
  readonly choice?: () => number;
  /** Other answers to open questions; see the table of assumptions. */
  readonly assumptions?: Partial<Assumptions>;
  /**
   * Whether JavaScript may be generated: `auto`, for policies that have classified some hundred
   * jobs; `always`, from the first job on. It changes speed only, and is never needed.
   */
  readonly codegen?: "auto" | "always" | "never";
}

export interface Engine {
  readonly objects: RouterObjects;
  readonly assumptions: Assumptions;
  /**
   * Queue, priority and worker selectors of a job, by its own policy or the one named. Never
   * throws: what makes the service's classification fail is in the result.
   */
  classify(job: Job, policyId?: string): Classification;
  /** What `classify` gives, and why. */
  explain(job: Job, policyId?: string): ExplainedClassification;
  /**
   * Which of the workers may be offered the job, best first, and why the others may not. The
   * target is a classification of the job, or a queue id (then only requested selectors count),
   * or nothing: the job's own queue. A failed classification ranks nobody.
   */
  rank(
    job: Job,
    workers: readonly Worker[],
    target?: Classification | string,
    snapshot?: WorkerSnapshot,
  ): Ranking;
  /** The same objects, compiled already, under other options; those not given stay. */
  with(options: EngineOptions): Engine;
}

/** Compiles Job Router objects for deciding. Objects may come from a bundle or from Azure. */
export function createEngine(objects: RouterObjects, options: EngineOptions = {}): Engine {
  return engineOver(compileObjects(objects), options);
}

interface CompiledObjects {
  readonly objects: RouterObjects;
  readonly policies: ReadonlyMap<string, CompiledPolicy>;
  readonly distributions: ReadonlyMap<string, CompiledDistribution>;
  readonly queues: DecisionContext["queues"];
}

interface CompiledDistribution {
  readonly policy: DistributionPolicy;
  readonly scoring: CompiledRule | undefined;
}

function compileObjects(objects: RouterObjects): CompiledObjects {
  return {
    objects,
    policies: new Map(
      objects.classificationPolicies.map((policy, index) => [
        policy.id,
        compilePolicy(policy, `/objects/classificationPolicies/${index}`),
      ]),
    ),
    distributions: new Map(
      objects.distributionPolicies.map((policy, index) => [
        policy.id,
        compileDistribution(policy, `/objects/distributionPolicies/${index}`),
      ]),
    ),
    queues: queueDirectory(objects.queues),
  };
}

function compileDistribution(policy: DistributionPolicy, pointer: string): CompiledDistribution {
  const rule = policy.mode?.kind === "bestWorker" ? policy.mode.scoringRule : undefined;
  const scoring = rule === undefined ? undefined : compileRule(rule, `${pointer}/mode/scoringRule`);
  return { policy, scoring };
}

function engineOver(compiled: CompiledObjects, options: EngineOptions): Engine {
  const assumptions: Assumptions = { ...defaultAssumptions, ...options.assumptions };
  const context: DecisionContext = {
    queues: compiled.queues,
    assumptions,
    answers: options.ruleAnswers ?? noAnswers,
    choice: options.choice ?? (() => 0),
  };

  const fastOptions = { codegen: options.codegen ?? "auto" } as const;
  // Made when a policy is first used; an engine may hold many policies and classify one job.
  const classifiers = new Map<string, (job: Job) => Classification>();
  const classifierOf = (id: string): ((job: Job) => Classification) => {
    const policy = compiled.policies.get(id);
    const classifier =
      policy === undefined
        ? () => noSuchPolicy(id)
        : (fastClassifier(policy, context, fastOptions) ?? ((job) => decide(policy, job, context)));
    if (policy !== undefined) classifiers.set(id, classifier);
    return classifier;
  };
  // Jobs come in runs of one policy; comparing ids is cheaper than hashing them.
  let lastId: string | undefined;
  let lastClassifier: (job: Job) => Classification = () => noSuchPolicy("");

  return {
    objects: compiled.objects,
    assumptions,
    classify(job, policyId) {
      const id = policyId ?? job.classificationPolicyId;
      if (id === undefined) return decide(undefined, job, context);
      if (id !== lastId) {
        lastClassifier = classifiers.get(id) ?? classifierOf(id);
        lastId = id;
      }
      return lastClassifier(job);
    },
    explain(job, policyId) {
      const id = policyId ?? job.classificationPolicyId;
      const policy = id === undefined ? undefined : compiled.policies.get(id);
      const entries: TraceEntry[] = [];
      const classification =
        id !== undefined && policy === undefined
          ? noSuchPolicy(id)
          : decide(policy, job, context, (entry) => entries.push(entry));
      return {
        classification,
        trace: {
          policyId: id,
          pointer: policy?.pointer,
          entries,
          assumptions: citedAssumptions(job, entries),
        },
      };
    },
    rank(job, workers, target, snapshot = {}) {
      const { queueId, attached } = targetOf(job, target);
      const queue = queueId === undefined ? undefined : compiled.queues.find(queueId)?.queue;
      const distributionId = queue?.distributionPolicyId;
      const distribution =
        distributionId === undefined ? undefined : compiled.distributions.get(distributionId);
      const failed = typeof target === "object" && target.outcome === "failed";
      return rankWorkers(failed ? [] : workers, {
        job,
        queueId,
        attached,
        distribution: distribution?.policy,
        scoring: distribution?.scoring,
        assumptions,
        answers: context.answers,
        snapshot,
      });
    },
    with: (others) => engineOver(compiled, { ...options, ...others }),
  };
}

function targetOf(
  job: Job,
  target: Classification | string | undefined,
): { readonly queueId: string | undefined; readonly attached: readonly WorkerSelector[] } {
  if (target === undefined) return { queueId: job.queueId, attached: [] };
  if (typeof target === "string") return { queueId: target, attached: [] };
  if (target.outcome === "failed") return { queueId: undefined, attached: [] };
  return { queueId: target.queueId, attached: target.attachedWorkerSelectors };
}

function noSuchPolicy(policyId: string): FailedClassification {
  return {
    outcome: "failed",
    policyId,
    errors: [
      {
        code: "ClassificationPolicyNotFound",
        message: `there is no classification policy \`${policyId}\``,
        assumption: "Q6",
      },
    ],
  };
}
