import type { Job, Labels, LabelValue, WorkerSelector } from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import type {
  AttachedSelector,
  AttachmentEntry,
  QueueVerdict,
  TraceEntry,
} from "../explain/trace.ts";
import type { Issue } from "../issue.ts";
import { cleanLabels, readLabel } from "../labels.ts";
import {
  candidateQueues,
  failingSelector,
  type KnownQueue,
  matchQueues,
  type QueueDirectory,
} from "../match/queues.ts";
import { defaultPriority, priorityOf } from "../rules/priority.ts";
import type { CompiledRule, RuleInput, RuleResult, RuleTrace } from "../rules/rule.ts";
import type { RuleAnswers } from "../rules/stubs.ts";
import { selectorsOf } from "../rules/value.ts";
import { showValue } from "../text.ts";
import type { CompiledAttachment, CompiledPolicy } from "./policy.ts";
import type { Classification, ClassifiedJob } from "./result.ts";
import { chooseAllocation } from "./weights.ts";

export interface DecisionContext {
  readonly queues: QueueDirectory;
  readonly assumptions: Assumptions;
  readonly answers: RuleAnswers;
  /** 0 ≤ x < 1, asked once for each weighted attachment, queue attachments first. */
  readonly choice: () => number;
}

/** Hears of each step as it is taken; whoever does not listen pays nothing for traces. */
export type Observer = (entry: TraceEntry) => void;

/**
 * Classifies a job as section by section the service does: queue attachments, the queue they
 * match, the priority, worker attachments. Every failure is found, not only the first.
 * The fast path remembers what this function decided and decides nothing of its own.
 */
export function decide(
  policy: CompiledPolicy | undefined,
  job: Job,
  context: DecisionContext,
  observe?: Observer,
): Classification {
  const labels = cleanLabels(job.labels);
  const decision = new Decision(labels, job, context, observe);
  if (policy === undefined) {
    const queue = decision.queueOf(undefined, []);
    return decision.finish(undefined, queue, decision.priorityOf(undefined), []);
  }
  const queueSelectors = decision.attach(policy.queueAttachments);
  const queue = decision.queueOf(policy.policy.fallbackQueueId, queueSelectors);
  const priority = decision.priorityOf(policy.priority);
  const workerSelectors = decision.attach(policy.workerAttachments);
  return decision.finish(policy.policy.id, queue, priority, workerSelectors);
}

interface ChosenQueue {
  readonly queueId: string | undefined;
  readonly from: ClassifiedJob["queueFrom"];
}

class Decision {
  readonly #labels: Labels;
  readonly #job: Job;
  readonly #context: DecisionContext;
  readonly #observe: Observer | undefined;
  readonly #input: RuleInput;
  readonly #errors: Issue[] = [];
  readonly #warnings: Issue[] = [];

  constructor(labels: Labels, job: Job, context: DecisionContext, observe: Observer | undefined) {
    this.#labels = labels;
    this.#job = job;
    this.#context = context;
    this.#observe = observe;
    this.#input = { job: labels, payload: { job: labels } };
  }

  finish(
    policyId: string | undefined,
    queue: ChosenQueue,
    priority: number,
    selectors: readonly AttachedSelector[],
  ): Classification {
    if (this.#errors.length > 0) return { outcome: "failed", policyId, errors: this.#errors };
    return {
      outcome: "classified",
      policyId,
      queueId: queue.queueId,
      queueFrom: queue.from,
      priority,
      attachedWorkerSelectors: selectors.map(({ selector }) => selector),
      warnings: this.#warnings,
    };
  }

  attach(attachments: readonly CompiledAttachment[]): readonly AttachedSelector[] {
    const selectors: AttachedSelector[] = [];
    for (const attachment of attachments) {
      const entry = this.#attachOne(attachment);
      if (entry.issue !== undefined) this.#errors.push(entry.issue);
      selectors.push(...entry.selectors);
      this.#observe?.(entry);
    }
    return selectors;
  }

  #attachOne(attachment: CompiledAttachment): AttachmentEntry {
    const base = {
      kind: "attachment",
      side: attachment.side,
      index: attachment.index,
      pointer: attachment.pointer,
      attachment: attachment.kind,
    } as const;
    switch (attachment.kind) {
      case "static":
        return { ...base, applied: true, selectors: attachment.selectors };
      case "passThrough":
        return { ...base, ...this.#passThrough(attachment) };
      case "conditional": {
        const result = this.#run(attachment.condition);
        const issue = result.ok
          ? this.#blankIssue(result.value, attachment.condition)
          : result.issue;
        const applied = result.ok && result.value === true;
        return {
          ...base,
          applied,
          selectors: applied ? attachment.selectors : [],
          ...traceOf(result),
          ...(issue === undefined ? {} : { issue }),
        };
      }
      case "ruleEngine": {
        const { pointer } = attachment.rule;
        const result = this.#run(attachment.rule);
        const selectors = result.ok ? selectorsOf(result.value, attachment.side) : undefined;
        const issue = result.ok
          ? selectors === undefined
            ? selectorsIssue(result.value, attachment.side, pointer)
            : undefined
          : result.issue;
        return {
          ...base,
          applied: selectors !== undefined && selectors.length > 0,
          selectors: (selectors ?? []).map((selector) => ({ selector, pointer })),
          ...traceOf(result),
          ...(issue === undefined ? {} : { issue }),
        };
      }
      case "weightedAllocation": {
        const choice = this.#context.choice();
        const index = chooseAllocation(
          attachment.allocations.map(({ weight }) => weight),
          choice,
          this.#context.assumptions,
        );
        const chosen = index === undefined ? undefined : attachment.allocations[index];
        return {
          ...base,
          applied: chosen !== undefined,
          selectors: chosen?.selectors ?? [],
          allocation: { choice, ...(index === undefined ? {} : { index }) },
        };
      }
    }
  }

  #passThrough(
    attachment: Extract<CompiledAttachment, { kind: "passThrough" }>,
  ): Pick<AttachmentEntry, "applied" | "selectors" | "passThrough"> {
    const { key, pointer } = attachment;
    const value = readLabel(this.#labels, key);
    if (value === undefined) {
      // A selector `equal` without a value holds for nothing.
      const never: AttachedSelector = { selector: { key, labelOperator: "equal" }, pointer };
      const applied = this.#context.assumptions.Q15 === "neverMatches";
      return { applied, selectors: applied ? [never] : [], passThrough: { key } };
    }
    const selector = passThroughSelector(attachment, value);
    return { applied: true, selectors: [{ selector, pointer }], passThrough: { key, value } };
  }

  #blankIssue(value: unknown, rule: CompiledRule): Issue | undefined {
    if (value !== null || this.#context.assumptions.Q11 !== "blankFails") return undefined;
    return {
      code: "ConditionBlank",
      message: "the condition yields blank",
      pointer: rule.pointer,
      assumption: "Q11",
    };
  }

  /** The queue that all selectors together match, else the job's own, else the fallback. */
  queueOf(
    fallbackQueueId: string | undefined,
    selectors: readonly AttachedSelector[],
  ): ChosenQueue {
    const { queues, assumptions } = this.#context;
    const matching = matchQueues(
      selectors.map(({ selector }) => selector),
      queues,
      assumptions,
    );
    if (this.#observe !== undefined && selectors.length > 0)
      this.#observeMatch(selectors, matching);
    const own = this.#job.queueId;
    const first = matching[0];
    if (first !== undefined && !(own !== undefined && assumptions.Q14 === "ownQueueWins")) {
      return this.#chosen(first.id, "selectors", this.#ambiguity(matching));
    }
    if (own !== undefined) return this.#chosen(own, "job", this.#missingQueue(own, "the job"));
    if (fallbackQueueId !== undefined) {
      const issue = this.#missingQueue(fallbackQueueId, "the fallback");
      return this.#chosen(fallbackQueueId, "fallback", issue);
    }
    return this.#chosen(undefined, "nowhere", {
      code: "NoQueue",
      message: "no queue matches, the job has none, and there is no fallback",
      assumption: "Q12",
    });
  }

  #chosen(
    queueId: string | undefined,
    from: ClassifiedJob["queueFrom"],
    issue: Issue | undefined,
  ): ChosenQueue {
    if (issue !== undefined) {
      if (this.#isQueueError(issue)) this.#errors.push(issue);
      else if (issue.code === "AmbiguousQueue") this.#warnings.push(issue);
    }
    const pointer = queueId === undefined ? undefined : this.#context.queues.find(queueId)?.pointer;
    this.#observe?.({
      kind: "queue",
      from,
      ...(queueId === undefined ? {} : { queueId }),
      ...(pointer === undefined ? {} : { pointer }),
      ...(issue === undefined ? {} : { issue }),
    });
    return { queueId, from };
  }

  #isQueueError(issue: Issue): boolean {
    const { assumptions } = this.#context;
    switch (issue.code) {
      case "AmbiguousQueue":
        return assumptions.Q13 === "fail";
      case "NoQueue":
        return assumptions.Q12 === "fail";
      default:
        return true;
    }
  }

  #ambiguity(matching: readonly KnownQueue[]): Issue | undefined {
    if (matching.length < 2) return undefined;
    const ids = matching.map(({ id }) => `\`${id}\``).join(", ");
    return { code: "AmbiguousQueue", message: `several queues match: ${ids}`, assumption: "Q13" };
  }

  #missingQueue(queueId: string, whose: string): Issue | undefined {
    const { queues, assumptions } = this.#context;
    if (assumptions.Q6 === "presume" || queues.find(queueId) !== undefined) return undefined;
    return {
      code: "QueueNotFound",
      message: `there is no queue \`${queueId}\`, which ${whose} names`,
      assumption: "Q6",
    };
  }

  #observeMatch(selectors: readonly AttachedSelector[], matching: readonly KnownQueue[]): void {
    const { queues, assumptions } = this.#context;
    const plain = selectors.map(({ selector }) => selector);
    const candidates = candidateQueues(plain, queues, assumptions);
    const others = queues.all.filter((queue) => !candidates.includes(queue));
    const verdicts = [...candidates, ...others].map((queue): QueueVerdict => {
      const failing = failingSelector(plain, queue.labels, assumptions);
      const failed = failing && selectors[plain.indexOf(failing.selector)];
      return {
        queueId: queue.id,
        ...(queue.pointer === undefined ? {} : { pointer: queue.pointer }),
        presumed: queue.queue === undefined,
        matched: matching.includes(queue) || (failing === undefined && queue.queue === undefined),
        ...(failing === undefined || failed === undefined
          ? {}
          : {
              failed: {
                selector: failed,
                ...(failing.label === undefined ? {} : { label: failing.label }),
              },
            }),
      };
    });
    this.#observe?.({ kind: "match", selectors, queues: verdicts });
  }

  priorityOf(rule: CompiledRule | undefined): number {
    if (rule === undefined) {
      const own = this.#job.priority;
      const priority = own ?? defaultPriority;
      this.#observe?.({ kind: "priority", from: own === undefined ? "default" : "job", priority });
      return priority;
    }
    const result = this.#run(rule);
    const priority = result.ok
      ? priorityOf(result.value, rule.pointer, this.#context.assumptions)
      : result;
    const issue = priority.ok ? priority.warning : priority.issue;
    if (issue !== undefined) (priority.ok ? this.#warnings : this.#errors).push(issue);
    this.#observe?.({
      kind: "priority",
      from: "rule",
      ...(priority.ok ? { priority: priority.priority } : {}),
      ...traceOf(result),
      ...(issue === undefined ? {} : { issue }),
    });
    return priority.ok ? priority.priority : defaultPriority;
  }

  #run(rule: CompiledRule): RuleResult & { readonly trace?: RuleTrace } {
    const { answers } = this.#context;
    return this.#observe === undefined
      ? rule.run(this.#input, answers)
      : rule.explain(this.#input, answers);
  }
}

export function passThroughSelector(
  attachment: Extract<CompiledAttachment, { kind: "passThrough" }>,
  value: LabelValue,
): WorkerSelector {
  const { key, labelOperator, expiresAfterSeconds } = attachment;
  return expiresAfterSeconds === undefined
    ? { key, labelOperator, value }
    : { key, labelOperator, value, expiresAfterSeconds };
}

function traceOf(result: { readonly trace?: RuleTrace }): { readonly rule?: RuleTrace } {
  return result.trace === undefined ? {} : { rule: result.trace };
}

function selectorsIssue(value: unknown, side: "queue" | "worker", pointer: string): Issue {
  const expected = side === "queue" ? "a list of selectors or a queue id" : "a list of selectors";
  return {
    code: "SelectorsNotUnderstood",
    message: `the rule yields ${showValue(value)}, not ${expected}`,
    pointer,
    assumption: "Q8",
  };
}
