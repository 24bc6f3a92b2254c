import type { Job } from "@routewright/jobrouter";
import { type AssumptionId, assumptions } from "../assumptions.ts";
import type { RuleTrace } from "../rules/rule.ts";
import { readsMissingLabel } from "./atoms.ts";
import type { AttachmentEntry, MatchEntry, TraceEntry } from "./trace.ts";

/** The assumptions that had a part in a decision, read off its trace; in the order of the table. */
export function citedAssumptions(
  job: Job,
  entries: readonly TraceEntry[],
): readonly AssumptionId[] {
  const cited = new Set<AssumptionId>();
  for (const entry of entries) {
    switch (entry.kind) {
      case "attachment":
        citeIssue(entry, cited);
        citeAttachment(entry, cited);
        break;
      case "match":
        citeMatch(entry, job, cited);
        break;
      case "queue":
        citeIssue(entry, cited);
        break;
      case "priority":
        citeIssue(entry, cited);
        if (entry.rule !== undefined) citeRule(entry.rule, cited);
        if (entry.rule?.value !== undefined && entry.rule.value !== entry.priority)
          cited.add("Q33");
        break;
    }
  }
  return inTableOrder(cited);
}

export function inTableOrder(cited: ReadonlySet<AssumptionId>): readonly AssumptionId[] {
  return assumptions.map(({ id }) => id).filter((id) => cited.has(id));
}

function citeIssue(
  entry: { readonly issue?: { readonly assumption?: AssumptionId } },
  cited: Set<AssumptionId>,
): void {
  if (entry.issue?.assumption !== undefined) cited.add(entry.issue.assumption);
}

function citeAttachment(entry: AttachmentEntry, cited: Set<AssumptionId>): void {
  if (entry.passThrough !== undefined && entry.passThrough.value === undefined) cited.add("Q15");
  if (entry.allocation !== undefined) cited.add("Q16");
  if (entry.attachment === "ruleEngine") cited.add("Q8");
  if (entry.rule === undefined) return;
  citeRule(entry.rule, cited);
  const { value } = entry.rule;
  if (entry.attachment !== "conditional" || value === undefined) return;
  if (value === null) cited.add("Q11");
  else if (typeof value !== "boolean") cited.add("R2");
}

function citeRule(rule: RuleTrace, cited: Set<AssumptionId>): void {
  if (rule.kind === "webhook") cited.add("Q7");
  if (rule.atoms.some(readsMissingLabel)) cited.add("R1");
}

function citeMatch(entry: MatchEntry, job: Job, cited: Set<AssumptionId>): void {
  let matched = false;
  for (const queue of entry.queues) {
    matched ||= queue.matched;
    if (queue.presumed && queue.matched) cited.add("Q6");
    const { failed } = queue;
    if (failed?.label === undefined) continue;
    if (typeof failed.label !== typeof failed.selector.selector.value) cited.add("Q17");
  }
  if (matched && job.queueId !== undefined) cited.add("Q14");
}
