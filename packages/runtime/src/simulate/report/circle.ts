import type { ReplicationResult } from "../model/result.ts";
import { showDuration } from "../workload/duration.ts";

/** Why a replication was given up: exceptions that go on for as long as nobody takes the job. */
export function describeCircle(circle: NonNullable<ReplicationResult["circle"]>): string {
  const { jobId, exceptions, atMs, exceptionPolicyId, ruleId, queueId } = circle;
  const rule = `\`${ruleId}\` of \`${exceptionPolicyId}\``;
  return `after ${showDuration(atMs)} exceptions had fired ${exceptions} times for one job, ${jobId}: rule ${rule} and others send it from queue to queue in a circle, the last time from \`${queueId}\``;
}
