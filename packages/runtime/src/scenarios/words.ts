import type { Happening } from "../router/transition.ts";

/** `0:05:00`, with milliseconds where there are some. */
export function showTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = ms % 1000 === 0 ? "" : `.${String(ms % 1000).padStart(3, "0")}`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${rest}`;
}

/** What happened, in words. */
export function describeHappening(happening: Happening): string {
  switch (happening.kind) {
    case "jobStatus": {
      const { jobId, from, to, queueId, priority } = happening;
      const where = queueId === undefined || to !== "queued" ? "" : ` in ${queueId}`;
      const rank = priority === undefined || to !== "queued" ? "" : `, priority ${priority}`;
      const before = from === undefined || from === to ? "" : `, was ${from}`;
      return `${jobId} is ${to}${where}${rank}${before}`;
    }
    case "jobClassified":
      return `${happening.jobId} is classified${happening.queueId === undefined ? "" : ` for ${happening.queueId}`}`;
    case "jobDeleted":
      return `${happening.jobId} is deleted`;
    case "exceptionTriggered":
      return `exception ${happening.ruleId} of ${happening.exceptionPolicyId} is triggered for ${happening.jobId}`;
    case "exceptionAction":
      return `${happening.action.kind} of exception ${happening.ruleId} is done to ${happening.jobId}`;
    case "selectorsExpired": {
      const keys = [...happening.requested, ...happening.attached].map(({ key }) => key);
      return `${happening.jobId} no longer requires ${keys.join(", ")}`;
    }
    case "offerIssued":
      return `${happening.jobId} is offered to ${happening.workerId}`;
    case "offerAccepted":
      return `${happening.workerId} has accepted ${happening.jobId}`;
    case "offerDeclined":
      return `${happening.workerId} has declined ${happening.jobId}`;
    case "offerRevoked":
      return `the offer of ${happening.jobId} to ${happening.workerId} is revoked`;
    case "offerExpired":
      return `the offer of ${happening.jobId} to ${happening.workerId} expires`;
    case "unassigned":
      return `${happening.jobId} is taken from ${happening.workerId}`;
    case "assignmentClosed":
      return `${happening.workerId} is through with ${happening.jobId}`;
    case "workerState": {
      const before = happening.from === undefined ? "" : `, was ${happening.from}`;
      return `${happening.workerId} is ${happening.to}${before}`;
    }
    case "workerUpdated":
      return `${happening.workerId} is changed`;
    case "workerDeleted":
      return `${happening.workerId} is deleted`;
  }
}
