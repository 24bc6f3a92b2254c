import type { JobRecord, SelectorState } from "./records.ts";

/** Above any count of jobs: arrivals within one rank. */
export const arrivalsPerRank = 2 ** 40;

/** Expedited first, then by priority, then by age: lower is earlier, and no two jobs are the same. */
export function orderKeyOf(job: JobRecord): number {
  const rank = (isExpedited(job) ? 0 : 256) + (100 - job.priority);
  return rank * arrivalsPerRank + job.arrival;
}

/** Expedited while a selector that asks for it is active. */
function isExpedited(job: JobRecord): boolean {
  return job.requested.some(expedites) || job.attached.some(expedites);
}

function expedites({ expired, selector }: SelectorState): boolean {
  return selector.expedite === true && !expired;
}
