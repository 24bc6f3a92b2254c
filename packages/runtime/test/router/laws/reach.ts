import {
  assumptions,
  type Collection,
  type CommandResponse,
  collections,
  type JsonObject,
  type RouterCommand,
  type RouterEvent,
  type RouterOptions,
  routerEventNames,
  type Transition,
} from "../../../src/index.ts";
import { legalJobMoves, legalWorkerMoves } from "./transitions.ts";

/** How often each thing came about that the laws are about: of what never did they prove nothing. */
export class Reach {
  readonly counts = new Map<string, number>();

  add(key: string, count = 1): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }

  options(options: RouterOptions): void {
    for (const [id, value] of Object.entries(options.assumptions ?? {})) {
      this.add(`assumed: ${id} ${value}`);
    }
    for (const name of delays) if ((options[name] ?? 0) > 0) this.add(`delay: ${name}`);
  }

  answered(command: RouterCommand, response: CommandResponse): void {
    const what =
      command.kind === "patch" || command.kind === "delete"
        ? `${command.kind} ${command.collection}`
        : command.kind;
    this.add(`command: ${what} ${response.status}`);
    if (response.ok) return;
    const { code, message, details } = response.error;
    if (details === undefined) this.add(`refusal: ${code}, ${pattern(message)}`);
    for (const detail of details ?? []) this.add(`refusal: ${code}, ${detail.code}`);
  }

  event({ name, data }: RouterEvent): void {
    this.add(`event: ${name}`);
    if (name === "RouterJobReceived") {
      const isScheduled = data.scheduledOn !== undefined;
      const isSuspended = data.unavailableForMatching === true;
      const mode = isScheduled ? "scheduleAndSuspend" : isSuspended ? "suspend" : "queueAndMatch";
      this.add(`matching mode: ${mode}`);
    }
    if (name === "RouterJobWorkerSelectorsExpired") {
      for (const side of ["Requested", "Attached"]) {
        const expired = data[`expired${side}WorkerSelectors`] as unknown as readonly JsonObject[];
        if (expired.length > 0) this.add(`selector expired: ${side.toLowerCase()}`);
      }
    }
    if (name === "RouterWorkerUpdated") {
      for (const property of data.updatedWorkerProperties as unknown as readonly string[]) {
        this.add(`worker updated: ${property}`);
      }
    }
  }

  transition({ happening, reason: { cause } }: Transition): void {
    switch (happening.kind) {
      case "jobStatus":
        this.add(`job: ${happening.from ?? "new"} → ${happening.to}`);
        break;
      case "workerState":
        this.add(`worker: ${happening.from ?? "new"} → ${happening.to}`);
        break;
      case "exceptionAction":
        this.add(`exception: ${cause.kind} ${happening.action.kind}`);
        break;
      case "offerIssued":
        if (cause.kind === "matched") this.add(`distribution mode: ${cause.mode}`);
        break;
      case "offerDeclined": {
        const retries = happening.retryOfferAtMs !== undefined;
        this.add(`offer ends: declined${retries ? ", with another time" : ""}`);
        break;
      }
      case "offerRevoked": {
        const by = cause.kind === "command" ? `${cause.kind} ${cause.command}` : cause.kind;
        this.add(`offer ends: revoked by ${by}`);
        break;
      }
      case "offerAccepted":
      case "offerExpired":
        this.add(`offer ends: ${happening.kind.replace("offer", "").toLowerCase()}`);
        break;
      default:
        break;
    }
    if (cause.kind === "timer") this.add(`timer: ${cause.what}`);
  }

  /** What has to come about in a long run and did not. */
  missing(): readonly string[] {
    return wanted.filter((key) => !this.counts.has(key));
  }

  lines(): readonly string[] {
    return [...this.counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, count]) => `${String(count).padStart(10)}  ${key}`);
  }
}

const delays = ["classificationDelayMs", "queueingDelayMs", "matchingDelayMs"] as const;

/** A message without the ids and statuses in it. */
function pattern(message: string): string {
  return message
    .replaceAll(/(Id|OfferId|WorkerId): [^,]*/gu, "$1")
    .replaceAll(/(?<=Actual: )'\w+'/gu, "…")
    .replaceAll(/\r\n -- : /gu, "; ")
    .replace("Validation failed: ; ", "Validation failed: ")
    .slice(0, 150);
}

const statusesOfPatch = [200, 201, 400, 412];
const refusalsOfDelete: Readonly<Record<Collection, number>> = {
  classificationPolicies: 400,
  distributionPolicies: 400,
  exceptionPolicies: 400,
  queues: 409,
  jobs: 409,
  workers: 409,
};

const wanted: readonly string[] = [
  ...collections.flatMap((collection) => [
    ...statusesOfPatch.map((status) => `command: patch ${collection} ${status}`),
    ...[204, 404, refusalsOfDelete[collection]].map(
      (status) => `command: delete ${collection} ${status}`,
    ),
  ]),
  "command: patch jobs 409",
  ...["reclassify", "cancel", "complete", "close", "unassign", "accept"].flatMap((kind) =>
    [200, 404, 409].map((status) => `command: ${kind} ${status}`),
  ),
  ...["decline", "answerRule"].flatMap((kind) =>
    [200, 404].map((status) => `command: ${kind} ${status}`),
  ),
  ...[
    "InvalidId",
    "InvalidBody",
    "InvalidProperty",
    "MissingProperty",
    "QueueNotFound",
    "ClassificationPolicyNotFound",
    "DistributionPolicyNotFound",
    "ActiveJobWithClassificationPolicyExist",
    "QueueExistsWithDistributionPolicy",
    "QueueExistsWithExceptionPolicy",
  ].map((code) => `refusal: BadRequest, ${code}`),
  ...[
    "Classification policy not found. Id",
    "Distribution policy not found. Id",
    "Exception policy not found. Id",
    "Queue not found. Id",
    "Job not found. Id",
    "Worker not found. Id",
    "Assignment not found. Id",
    "Rule call not found. Id",
    "AcceptOfferCommandHandler: Offer not found. OfferId, WorkerId",
    "DeclineOfferCommandHandler: Offer not found. OfferId, WorkerId",
  ].map((message) => `refusal: NotFound, ${message}`),
  ...[
    "Cannot reclassify job due to mismatch in job status. Expected: 'Queued', 'PendingClassification or ClassificationFailed, Actual: …",
    "Cannot cancel job due to mismatch in job status. Expected: 'any status before Assigned', Actual: …",
    "Cannot complete job due to mismatch in job status. Expected: 'Assigned', Actual: …",
    "Cannot close job due to mismatch in job status. Expected: 'Completed', Actual: …",
    "Cannot unassign job due to mismatch in job status. Expected: 'Assigned', Actual: …",
    "Cannot unassign job: it has been unassigned 3 times already, which is the most a job may be",
    "Cannot update job due to mismatch in job status. Actual: …",
    "Cannot delete job due to mismatch in job status. Expected: 'Cancelled', 'Closed' or 'ClassificationFailed', Actual: …",
    "Cannot delete worker: there are jobs assigned to it",
    "Offer has been accepted by another worker. OfferId",
    "Validation failed: There is active job with this queue",
    "Validation failed: There is classification policy with this queue as fallback queue",
    "Validation failed: There is an assigned worker to this queue",
  ].map((message) => `refusal: Conflict, ${message}`),
  "refusal: PreconditionFailed, The condition in the If-Match header is not met.",
  "refusal: PreconditionFailed, The condition in the If-Unmodified-Since header is not met.",
  ...routerEventNames.map((name) => `event: ${name}`),
  ...["queueAndMatch", "suspend", "scheduleAndSuspend"].map((mode) => `matching mode: ${mode}`),
  ...["longestIdle", "roundRobin", "bestWorker"].map((mode) => `distribution mode: ${mode}`),
  ...["accepted", "declined", "declined, with another time", "expired"].map(
    (end) => `offer ends: ${end}`,
  ),
  ...[
    "command patch",
    "command delete",
    "command cancel",
    "command reclassify",
    "jobChanged",
    "workerChanged",
    "otherWorkerAccepted",
    "offerTimedOut",
    "waitTime",
    "timer",
  ].map((cause) => `offer ends: revoked by ${cause}`),
  ...["waitTime", "queueLength"].flatMap((trigger) =>
    ["cancel", "manualReclassify", "reclassify"].map((action) => `exception: ${trigger} ${action}`),
  ),
  ...["requested", "attached"].map((side) => `selector expired: ${side}`),
  ...[
    "AvailableForOffers",
    "TotalCapacity",
    "QueueAssignments",
    "Labels",
    "Tags",
    "ChannelConfigurations",
  ].map((property) => `worker updated: ${property}`),
  ...["queueing", "closeAt", "selectorExpiry", "idleWorker", "jobLife"].map(
    (what) => `timer: ${what}`,
  ),
  ...Object.entries(legalJobMoves).flatMap(([from, targets]) =>
    targets.map((to) => `job: ${from} → ${to}`),
  ),
  ...Object.entries(legalWorkerMoves).flatMap(([from, targets]) =>
    targets.map((to) => `worker: ${from} → ${to}`),
  ),
  ...assumptions.flatMap((assumption) =>
    "choices" in assumption
      ? assumption.choices.map(({ value }) => `assumed: ${assumption.id} ${value}`)
      : [],
  ),
  ...delays.map((name) => `delay: ${name}`),
  "save and load: on the way",
  "replay: without events",
];
