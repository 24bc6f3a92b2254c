import { operatorSigns, type WorkerSelector } from "@routewright/jobrouter";
import type { Exclusion } from "../rank/ranking.ts";
import type { RuleTrace } from "../rules/rule.ts";
import { showSeconds, showValue } from "../text.ts";

/** `language == "en" for 5m expedite`, as a policy says it. */
export function describeSelector(selector: WorkerSelector): string {
  const { key, labelOperator, value, expiresAfterSeconds, expedite } = selector;
  const duration =
    expiresAfterSeconds === undefined ? "" : ` for ${showSeconds(expiresAfterSeconds)}`;
  const front = expedite === true ? " expedite" : "";
  return `${key} ${operatorSigns[labelOperator]} ${showValue(value)}${duration}${front}`;
}

const mostListed = 3;

/** `a, b, c and 4 more` */
export function listSome(names: readonly string[]): string {
  const more = names.length - mostListed;
  if (more <= 0) return names.join(", ");
  return `${names.slice(0, mostListed).join(", ")} and ${more} more`;
}

/** Why a worker may not get a job, in a few words. */
export function describeExclusion(exclusion: Exclusion): string {
  switch (exclusion.kind) {
    case "unavailable": {
      const state = exclusion.state === undefined ? "" : `is ${exclusion.state}, `;
      const because = exclusion.because === undefined ? "" : `: ${exclusion.because}`;
      return `${state === "" ? "is " : state}not available for offers${because}`;
    }
    case "queue":
      return exclusion.queueId === undefined
        ? "the job has no queue"
        : `does not serve queue ${showValue(exclusion.queueId)}`;
    case "channel":
      return `does not take channel ${showValue(exclusion.channelId)}`;
    case "capacity": {
      const { free, cost, capacity, jobIds = [] } = exclusion;
      if (capacity < cost) return `too little capacity (needs ${cost}, has ${capacity} in all)`;
      const taken = jobIds.length === 0 ? "" : `, taken by ${listSome(jobIds)}`;
      return `no capacity left (needs ${cost}, has ${free} of ${capacity}${taken})`;
    }
    case "jobs":
      return `has ${exclusion.assigned} of at most ${exclusion.max} jobs of the channel`;
    case "selector":
      return `${exclusion.from} ${describeSelector(exclusion.selector)}, but ${exclusion.selector.key} is ${showValue(exclusion.label)}`;
    case "offered":
      return "has an open offer of it";
    case "declined":
      return "has declined it";
    case "offers":
      return `has ${exclusion.open} of at most ${exclusion.max} open offers`;
    case "score":
      return exclusion.issue.message;
  }
}

/**
 * What the result of a formula rests on, as facts about labels: `job.region is "EU"`. Empty when
 * it rests on nothing that varies.
 */
export function describeReasons(rule: RuleTrace): string {
  const facts = new Set<string>();
  for (const atom of rule.atoms) {
    if (!atom.decisive) continue;
    if (atom.error !== undefined) {
      facts.add(`${atom.text} fails: ${atom.error}`);
      continue;
    }
    const labels = atom.operands.filter(({ label }) => label !== undefined);
    for (const { label, text, value } of labels) {
      const name = label === undefined ? text : `${label.root}.${label.name}`;
      facts.add(`${name} is ${value === null ? "missing" : showValue(value)}`);
    }
    if (labels.length === 0) facts.add(`${atom.text} is ${showValue(atom.value)}`);
  }
  return [...facts].join(" and ");
}
