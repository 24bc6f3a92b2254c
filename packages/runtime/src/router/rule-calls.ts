import type { RulePayload } from "../rules/stubs.ts";
import type { AnswerRuleCommand } from "./command.ts";
import type { Core, OpenCall } from "./core.ts";
import { notFound } from "./errors.ts";
import type { JobRecord } from "./records.ts";
import type { CommandResponse, RuleCall } from "./router.ts";
import { credentialOf } from "./rule-credentials.ts";
import { batchPart } from "./score-calls.ts";

/** Asks the shell for an answer that a job waits for. `key`: where the answer is kept. */
export function callRule(
  core: Core,
  job: JobRecord,
  key: string,
  uri: string,
  payload: RulePayload,
  workers?: OpenCall["workers"],
): void {
  const callId = `call-${++core.callCount}`;
  core.openCalls.set(callId, workers === undefined ? { job, key } : { job, key, workers });
  job.openCalls++;
  const credential = credentialOf(core, uri);
  const call: RuleCall =
    credential === undefined ? { callId, uri, payload } : { callId, uri, payload, credential };
  core.calls.push(call);
}

/** Nobody waits for the job's calls any more; their answers will find no call. */
export function endCalls(core: Core, job: JobRecord): void {
  job.answers = undefined;
  if (job.openCalls === 0) return;
  job.openCalls = 0;
  for (const [callId, call] of core.openCalls) {
    if (call.job === job) core.openCalls.delete(callId);
  }
}

/**
 * @param resume goes on with the job once all of its calls are answered.
 */
export function answerRule(
  core: Core,
  command: AnswerRuleCommand,
  resume: (job: JobRecord) => void,
): CommandResponse {
  const call = core.openCalls.get(command.callId);
  if (call === undefined) return notFound("Rule call", command.callId);
  core.openCalls.delete(command.callId);
  const { job } = call;
  job.answers ??= new Map();
  if (call.workers === undefined) job.answers.set(call.key, command.answer);
  for (const [workerId, key] of call.workers ?? []) {
    job.answers.set(key, batchPart(command.answer, workerId));
  }
  job.openCalls--;
  if (job.openCalls === 0) resume(job);
  return { ok: true, status: 200, result: {} };
}
