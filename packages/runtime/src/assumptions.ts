/**
 * What Job Router does where nothing documented says so, as this runtime assumes it. One table,
 * read by the engine, by `explain`, and by docs/fidelity.md (generated from it, held by a test).
 * The questions and their numbers are those of the project's reference brief on the service.
 */
export interface Assumption {
  /** Stable; cited by traces. `Q`: open question of the service; `R`: choice of an offline runtime. */
  readonly id: string;
  /** The same as a word. */
  readonly name: string;
  readonly question: string;
  readonly assumption: string;
  /** Values of `EngineOptions.assumptions[id]`, the default first; absent: not switchable. */
  readonly choices?: readonly AssumptionChoice[];
  /** The room that uses the answer. */
  readonly usedBy: AssumptionUser;
  /** What is known and from where. */
  readonly source: string;
  /** ISO date on which the question was last looked into. */
  readonly date: string;
}

export interface AssumptionChoice {
  readonly value: string;
  readonly meaning: string;
}

export type AssumptionUser =
  | "classification"
  | "ranking"
  | "tests"
  | "language"
  | "router"
  | "emulator"
  | "deploy";

const reviewed = "2026-11-24";

function define<const A extends Omit<Assumption, "date">>(
  assumption: A,
): A & { readonly date: string } {
  return { ...assumption, date: reviewed };
}

export const assumptions = [
  define({
    id: "Q1",
    name: "unknownProperties",
    question: "unknown properties in a PATCH",
    assumption: "ignored silently by the service; our decoder warns",
    usedBy: "router",
    source: "not recorded",
  }),
  define({
    id: "Q2",
    name: "patchOfOtherKind",
    question: "merge patch over a polymorphic value with a different `kind`",
    assumption: "the object is replaced when `kind` changes, else merged deeply",
    usedBy: "router",
    source: "deep merge recorded (2022-07-18-preview); a change of kind is not",
  }),
  define({
    id: "Q3",
    name: "errorBodies",
    question: "bodies of 401, 404, 412, 429 and of a bad api-version",
    assumption:
      "`communicationError` with `Unauthorized`, `NotFound`, `PreconditionFailed`, `TooManyRequests`, `BadRequest`; `target` is the path; 429 with `Retry-After: 10`",
    usedBy: "emulator",
    source: "inferred from the recorded shape of other errors",
  }),
  define({
    id: "Q4",
    name: "nonPrimitiveValues",
    question: "label or selector values that are not text, number or boolean",
    assumption:
      "refused by the decoder; where one reaches the engine all the same, a label reads as missing and a selector never holds",
    usedBy: "classification",
    source: "the API description; issue 24511 of azure-sdk-for-python (400)",
  }),
  define({
    id: "Q5",
    name: "ids",
    question: "allowed ids",
    assumption: "1 to 50 of `[A-Za-z0-9_.-]` in the language; the runtime takes any",
    usedBy: "language",
    source: "not documented",
  }),
  define({
    id: "Q6",
    name: "danglingReferences",
    question: "references to objects that do not exist",
    assumption: "a job whose queue or policy does not exist is refused",
    choices: [
      {
        value: "refuse",
        meaning: "only queues among the objects exist; a job sent elsewhere fails",
      },
      {
        value: "presume",
        meaning:
          "a queue that a job, a fallback or an `Id equal` selector names exists elsewhere, with no label but `Id` (used by tests of a bundle, whose source may name queues declared elsewhere)",
      },
    ],
    usedBy: "classification",
    source: "not documented",
  }),
  define({
    id: "Q7",
    name: "webhookPayload",
    question: "payload of a webhook rule",
    assumption: "the same as of a function rule",
    usedBy: "classification",
    source: "not documented",
  }),
  define({
    id: "Q8",
    name: "ruleEngineResult",
    question: "what the rule of a `ruleEngine` attachment yields",
    assumption:
      "a list of selectors; for queues also a text, meaning `Id equal <text>`; blank is an empty list; `directMap` gives one `equal` selector per job label",
    usedBy: "classification",
    source:
      "documented as a collection of selectors; an example of the API description returns a queue id",
  }),
  define({
    id: "Q9",
    name: "namesInScope",
    question: "`selectors`, `workers` and `queue` in expressions",
    assumption: "not in scope: `job` in classification, `worker` and `job` in scoring",
    usedBy: "ranking",
    source: "no expression that uses them is known",
  }),
  define({
    id: "Q10",
    name: "quotedLabelNames",
    question: "label names that are no Power Fx identifiers",
    assumption: "`job.'name'`, with `'` doubled",
    usedBy: "language",
    source: "Power Fx itself; untested on the service",
  }),
  define({
    id: "Q11",
    name: "expressionErrors",
    question: "errors and blanks of expressions",
    assumption:
      "an error in a condition fails the classification; a blank condition does not hold; a priority that is an error or no number fails the classification",
    choices: [
      { value: "blankIsFalse", meaning: "a blank condition does not hold" },
      { value: "blankFails", meaning: "a blank condition fails the classification" },
    ],
    usedBy: "classification",
    source: "documented for failing functions only",
  }),
  define({
    id: "Q12",
    name: "noQueue",
    question: "neither a matching queue, nor an own one, nor a fallback",
    assumption: "the classification fails, with the code `NoQueue` (ours)",
    choices: [
      { value: "fail", meaning: "the classification fails" },
      { value: "leaveUnqueued", meaning: "the job is classified and has no queue" },
    ],
    usedBy: "classification",
    source: "inferred",
  }),
  define({
    id: "Q13",
    name: "severalQueues",
    question: "several queues match",
    assumption: "the lowest queue id in ordinal order, with a warning",
    choices: [
      { value: "lowestId", meaning: "the queue with the lowest id gets the job" },
      { value: "fail", meaning: "the classification fails, with the code `AmbiguousQueue` (ours)" },
    ],
    usedBy: "classification",
    source: "not documented",
  }),
  define({
    id: "Q14",
    name: "matchAgainstOwnQueue",
    question: "a matching queue against the job's own `queueId` at creation",
    assumption: "the match wins, then the own queue, then the fallback",
    choices: [
      { value: "matchWins", meaning: "a matching queue replaces the job's own" },
      { value: "ownQueueWins", meaning: "a job that names a queue keeps it" },
    ],
    usedBy: "classification",
    source: "documented for reclassification; no recording has both",
  }),
  define({
    id: "Q15",
    name: "passThroughWithoutLabel",
    question: "pass-through of a label that the job lacks",
    assumption: "nothing is attached for that key",
    choices: [
      { value: "attachNothing", meaning: "nothing is attached for that key" },
      { value: "neverMatches", meaning: "a selector is attached that nothing meets" },
    ],
    usedBy: "classification",
    source: "one recorded job ended in the fallback queue, which both readings explain",
  }),
  define({
    id: "Q16",
    name: "weights",
    question: "how a weighted allocation chooses, and weights that do not sum to 1",
    assumption:
      "by cumulative weight over a given random number, normalised by the sum; a weight below 0 counts as 0; one number per attachment, queue attachments first",
    choices: [
      { value: "normalise", meaning: "weights are divided by their sum" },
      { value: "asGiven", meaning: "what is missing to 1 attaches nothing" },
    ],
    usedBy: "classification",
    source: "not documented",
  }),
  define({
    id: "Q17",
    name: "operatorTypes",
    question: "label operators on values of different types",
    assumption:
      "`equal` and `notEqual`: same JSON type and value, text minding case; the other four: two numbers, else false; a missing label: only `notEqual` holds",
    choices: [
      { value: "exact", meaning: "text minds case" },
      { value: "ignoreCase", meaning: "`equal` and `notEqual` on text ignore case" },
    ],
    usedBy: "classification",
    source: "`notEqual` on a missing label is documented; the rest is not",
  }),
  define({
    id: "Q18",
    name: "selectorExpiry",
    question: "start of a selector's expiry clock; order of expedited jobs",
    assumption:
      "starts when the selector is put on the job; among expedited jobs priority, then time. Offline every selector is active",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q19",
    name: "enqueuedAtAfterMove",
    question: "`enqueuedAt` and the wait clock after a move to another queue",
    assumption:
      "kept on reclassification within the queue and on unassign (recorded); reset when the queue changes",
    usedBy: "router",
    source: "recorded in part (2022-07-18-preview)",
  }),
  define({
    id: "Q20",
    name: "minConcurrentOffers",
    question: "effect of `minConcurrentOffers`",
    assumption: "none: as many offers as there are eligible workers, up to the maximum",
    usedBy: "router",
    source: "not explained",
  }),
  define({
    id: "Q21",
    name: "combinedScore",
    question: "default score of a job with labels and selectors",
    assumption:
      "(sum of label matches + sum of selector scores) / (number of labels + number of selectors); 0 when there are none",
    choices: [
      { value: "pooledMean", meaning: "one mean over labels and selectors together" },
      { value: "meanOfParts", meaning: "the mean of the two parts' means" },
    ],
    usedBy: "ranking",
    source: "each part is documented with examples, their combination is not",
  }),
  define({
    id: "Q22",
    name: "selectorValueZero",
    question: "default score of a magnitude selector with value 0",
    assumption: "x is the difference itself, not divided",
    choices: [
      { value: "difference", meaning: "x is the difference itself" },
      { value: "leaveOut", meaning: "scoring fails and the worker is left out" },
    ],
    usedBy: "ranking",
    source: "a .NET sample with selector value 0 expects the higher label first",
  }),
  define({
    id: "Q23",
    name: "scoringFailure",
    question: "a scoring rule that fails, yields no number, or leaves a worker out of a batch",
    assumption: "that worker is left out",
    choices: [
      { value: "leaveOut", meaning: "that worker is left out" },
      { value: "scoreZero", meaning: "that worker scores 0" },
    ],
    usedBy: "ranking",
    source: "not documented",
  }),
  define({
    id: "Q24",
    name: "retryInThePast",
    question: "`retryOfferAt` in the past",
    assumption: "treated as not given",
    usedBy: "router",
    source: "the .NET client sends year 1 for unset (recorded)",
  }),
  define({
    id: "Q25",
    name: "wrongStatus",
    question: "cancel when assigned, complete when queued, …",
    assumption: "409 `Conflict`; an assigned job cannot be cancelled",
    usedBy: "router",
    source: "not recorded",
  }),
  define({
    id: "Q26",
    name: "fourthUnassign",
    question: "the fourth unassign of a job",
    assumption: "409 `Conflict`",
    usedBy: "router",
    source: "the limit of 3 is documented, the error is not",
  }),
  define({
    id: "Q27",
    name: "deletions",
    question: "deletion of a busy worker or of an active job",
    assumption:
      "worker: refused with 409 while jobs are assigned, offers are revoked otherwise; job: refused with 409 unless cancelled, closed or classificationFailed",
    usedBy: "router",
    source: "not recorded",
  }),
  define({
    id: "Q28",
    name: "queueLengthBoundary",
    question: "exactly when a queue-length trigger fires",
    assumption: "when as many jobs as the threshold, or more, are queued already",
    choices: [
      { value: "reached", meaning: "threshold or more jobs are queued already" },
      { value: "above", meaning: "more jobs than the threshold are queued already" },
    ],
    usedBy: "router",
    source: "a .NET sample with threshold 10; the concept page can be read one off",
  }),
  define({
    id: "Q29",
    name: "reclassifyWithoutPolicy",
    question: "`reclassify` without a policy id",
    assumption: "the job's own policy; if it has none, the classification fails",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q30",
    name: "exceptionRulesAndActions",
    question: "several exception rules, several actions, firing again",
    assumption:
      "rules in order, every one that fires runs; actions in order, ending after one that takes the job out of the queue; each rule at most once per job and stay in that queue",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q31",
    name: "estimatedWait",
    question: "estimated waiting time",
    assumption:
      "left out until jobs were completed; then (jobs ahead × mean handling time) / eligible workers, rounded up",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q32",
    name: "eventSpelling",
    question: "operators and names inside events",
    assumption: "the operators of 2023-11-01 under the old property names",
    usedBy: "router",
    source: "documented samples disagree with each other",
  }),
  define({
    id: "Q33",
    name: "priorityResult",
    question: "fractions, text and values out of range as a priority",
    assumption:
      "rounded half away from zero, clamped to -100…100 with a warning; a text that is a number counts as that number",
    choices: [
      { value: "roundAndClamp", meaning: "rounded, clamped with a warning, numeric text accepted" },
      {
        value: "strict",
        meaning: "anything but a whole number from -100 to 100 fails the classification",
      },
    ],
    usedBy: "classification",
    source: 'the API description\'s example has a static rule with the text "2"',
  }),
  define({
    id: "Q34",
    name: "selectorsOnReclassify",
    question: "attached selectors on reclassification",
    assumption: "computed anew; requested ones untouched",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q35",
    name: "roundRobinCircle",
    question: "what orders the round-robin circle",
    assumption: "the worker id, in ordinal order",
    usedBy: "ranking",
    source: "not documented",
  }),
  define({
    id: "Q36",
    name: "workerInSeveralQueues",
    question: "which of its queues a worker serves first",
    assumption: "the job that comes first by expedite, priority and age over all of its queues",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q37",
    name: "listTies",
    question: "order of objects created within one second in lists",
    assumption: "by id",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "Q38",
    name: "manualReclassifySelectors",
    question: "`manualReclassify.workerSelectors` over requested selectors",
    assumption: "they replace them when the action lists any",
    choices: [
      { value: "replace", meaning: "the action's selectors replace the requested ones" },
      { value: "add", meaning: "the action's selectors join the requested ones" },
    ],
    usedBy: "router",
    source: 'the API text says "updated"; tests assert only that they are there',
  }),
  define({
    id: "Q39",
    name: "patchOfFinishedJob",
    question: "PATCH of a job that is assigned, completed, closed or cancelled",
    assumption:
      "labels, tags, notes, priority and disposition may change, and nothing follows from it; what would queue it again is refused with 409",
    usedBy: "router",
    source: "not recorded",
  }),
  define({
    id: "R1",
    name: "missingLabel",
    question: "a label in an expression that the job or worker lacks",
    assumption:
      "reads as Blank of unknown type: equal to nothing but Blank, 0 when ordered or added",
    usedBy: "classification",
    source: "a .NET sample scores a worker without the label 1, the `else` of its `If`",
  }),
  define({
    id: "R2",
    name: "conditionOfOtherType",
    question: "a condition that yields a number, a text or a list",
    assumption: "attaches nothing: only `true` attaches",
    usedBy: "classification",
    source: "documented: attached if the condition is true",
  }),
  define({
    id: "R3",
    name: "scoringParametersOfDefaultScore",
    question: "`scoringParameters` without a `scoringRule`",
    assumption:
      "no effect: they say what is sent to a rule, and the default score reads everything",
    usedBy: "ranking",
    source: "wording of the API description",
  }),
  define({
    id: "R4",
    name: "batchedExpression",
    question: "batch scoring with a rule that is neither a function nor a webhook",
    assumption: "the rule is evaluated for each worker",
    usedBy: "ranking",
    source: "inferred; `workers` is not in scope (Q9)",
  }),
  define({
    id: "R5",
    name: "snapshotTies",
    question: "who has been available longest, where the input does not say",
    assumption: "workers given earlier have been available longer",
    usedBy: "ranking",
    source: "an offline snapshot holds no history",
  }),
  define({
    id: "R6",
    name: "jobWithoutChannel",
    question: "ranking for a job without a channel",
    assumption: "channels and capacity are not looked at",
    usedBy: "ranking",
    source: "lets a test leave them out",
  }),
  define({
    id: "R7",
    name: "queueWithoutDistribution",
    question:
      "the order of workers for a queue whose distribution policy, or its mode, is not known",
    assumption: "longest idle",
    usedBy: "ranking",
    source: "the service always has one; lets partial objects be looked at",
  }),
  define({
    id: "R8",
    name: "conditionalWithSeveralPairs",
    question: "`If` with several conditions, and `If` inside `If`, which compiled formulas hold",
    assumption: "work as in Power Fx; the samples of the service show one condition at a time",
    usedBy: "classification",
    source: "reference of Power Fx; job-router reference, every expression found",
  }),
  define({
    id: "R9",
    name: "languageVersion",
    question: "which rules of Power Fx the service applies",
    assumption:
      "those of version 1 with decimal numbers: what a default-made engine has done since May 2023",
    usedBy: "classification",
    source: "history of the engine's source; nothing is said by the service",
  }),
  define({
    id: "R10",
    name: "availableSince",
    question: "since when a worker counts as available, which ends ties",
    assumption:
      "since it registered or last got capacity back, whichever is later; of the same instant, in the order in which it happened",
    choices: [
      { value: "lastFreed", meaning: "the last time it registered or got capacity back" },
      { value: "registered", meaning: "the time it registered" },
    ],
    usedBy: "router",
    source: "documented as the worker available longest, without a definition",
  }),
  define({
    id: "R11",
    name: "idleWorker",
    question: "a registered worker that does nothing for seven days",
    assumption:
      "is deregistered; what it does itself (a PATCH of it, accept, decline, complete, close) is activity, and so are open offers and assignments",
    choices: [
      { value: "deregister", meaning: "it is deregistered after seven days" },
      { value: "keep", meaning: "it stays registered" },
    ],
    usedBy: "router",
    source: "documented; what counts as activity is not",
  }),
  define({
    id: "R12",
    name: "jobLife",
    question: "a job that is not finished within 90 days",
    assumption: "stays: recorded jobs were still queued after 224 days, whatever is documented",
    choices: [
      { value: "keep", meaning: "it stays" },
      {
        value: "cancel",
        meaning: "it is cancelled with the disposition `Expired`, unless somebody has it",
      },
    ],
    usedBy: "router",
    source: "documented as 90 days; contradicted by recordings of 2023-11-01",
  }),
  define({
    id: "R13",
    name: "missedSchedule",
    question: "a schedule for a time that has passed",
    assumption: "fails: `scheduleFailed`",
    choices: [
      { value: "fail", meaning: "the scheduling fails" },
      { value: "activate", meaning: "the job is activated at once" },
    ],
    usedBy: "router",
    source: "a failure is documented, its boundary is not",
  }),
  define({
    id: "R14",
    name: "declineWithRetry",
    question: "who may get a declined job before `retryOfferAt`",
    assumption: "everybody but the decliner",
    choices: [
      { value: "othersAtOnce", meaning: "other workers get it at once" },
      { value: "jobWaits", meaning: "nobody gets an offer of it before that time" },
    ],
    usedBy: "router",
    source: 'the API text: "re-matched to eligible workers at the retry time"',
  }),
  define({
    id: "R15",
    name: "exceptionCircle",
    question: "queues whose exception rules send a job round in a circle",
    assumption: "a rule of a queue fires for a job at most once at one instant",
    usedBy: "router",
    source: "not documented; without it such a job would move for ever",
  }),
  define({
    id: "R16",
    name: "exceptionToNowhere",
    question: "an exception action that names a queue that does not exist",
    assumption: "the action is left out, the next one runs",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "R17",
    name: "offersOfChangedWorker",
    question: "which open offers a worker loses when its capacity shrinks or its channels change",
    assumption: "all; and with changed queues those of queues that it no longer serves",
    choices: [
      { value: "all", meaning: "all open offers are revoked" },
      { value: "unfit", meaning: "only offers that no longer fit are revoked" },
    ],
    usedBy: "router",
    source: "documented for capacity and channels without saying which offers",
  }),
  define({
    id: "R18",
    name: "changedPolicies",
    question: "changes of policies and queues while jobs wait",
    assumption: "hold for waiting jobs at once; open offers stay",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "R19",
    name: "repairOfFailedJob",
    question: "a PATCH that repairs a job whose classification failed",
    assumption:
      "changed labels, policy or queue classify it again; without a policy it is queued as it is",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "R20",
    name: "reclassifyingPolicy",
    question:
      "the job's own `classificationPolicyId` after an exception reclassifies it by another",
    assumption: "becomes that of the action",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "R21",
    name: "priorityUpdate",
    question: "a PATCH that changes nothing but the priority of a queued job",
    assumption: "changes its place in the queue; offers stay, no event is sent",
    usedBy: "router",
    source: "priority is not among the documented reasons to revoke",
  }),
  define({
    id: "R22",
    name: "incompleteObjects",
    question: "a job without a channel, or with neither queue nor policy",
    assumption: "refused with 400",
    usedBy: "router",
    source: "the description calls every property optional",
  }),
  define({
    id: "R23",
    name: "lengthOfStay",
    question: "the clocks of selectors and waiting while a job is assigned",
    assumption:
      "stand still in effect: what ran out meanwhile counts at once when the job is unassigned",
    usedBy: "router",
    source: "not documented",
  }),
  define({
    id: "R24",
    name: "conditionOnCreate",
    question: "`If-Unmodified-Since` on a PATCH that makes an object",
    assumption: "holds for an object that is not there, so that the PATCH makes it",
    usedBy: "deploy",
    source:
      "documented for updates; `apply` sends it so as not to overwrite what others made meanwhile, and when it is refused though nothing is there, sends the PATCH without it",
  }),
  define({
    id: "R25",
    name: "versionOfNextPage",
    question: "a request for a next page that names no api-version",
    assumption: "answered in the version of the request that gave the link",
    usedBy: "emulator",
    source:
      "recorded links name no version; the Python and JavaScript clients add theirs, the Java client follows the link as it is",
  }),
  define({
    id: "R26",
    name: "webhookToken",
    question: "how the token of a webhook rule is fetched, kept and renewed",
    assumption:
      "by client credentials in the body of a POST; kept for its life less a tenth, at most a minute; fetched anew, once, when the webhook answers 401; without one the rule fails",
    usedBy: "emulator",
    source: "only the members of the credential are documented",
  }),
  define({
    id: "R27",
    name: "unknownVersions",
    question: "an api-version that is not known here",
    assumption:
      "a newer one is served as the newest known, with a `Warning` header (`--strict` refuses it); an older one is refused, its wire form being another",
    usedBy: "emulator",
    source: "the service's own list of versions is recorded as of November 2023",
  }),
] as const satisfies readonly Assumption[];

type Entry = (typeof assumptions)[number];
export type AssumptionId = Entry["id"];

type Switchable = Extract<Entry, { readonly choices: readonly AssumptionChoice[] }>;

/** The answers in force, one per switchable assumption. */
export type Assumptions = {
  readonly [E in Switchable as E["id"]]: E["choices"][number]["value"];
};

/** The default is the first choice of each entry (held by a test). */
export const defaultAssumptions: Assumptions = {
  Q6: "refuse",
  Q11: "blankIsFalse",
  Q12: "fail",
  Q13: "lowestId",
  Q14: "matchWins",
  Q15: "attachNothing",
  Q16: "normalise",
  Q17: "exact",
  Q21: "pooledMean",
  Q22: "difference",
  Q23: "leaveOut",
  Q28: "reached",
  Q33: "roundAndClamp",
  Q38: "replace",
  R10: "lastFreed",
  R11: "deregister",
  R12: "keep",
  R13: "fail",
  R14: "othersAtOnce",
  R17: "all",
};

export function findAssumption(id: string): Assumption | undefined {
  return assumptions.find((assumption) => assumption.id === id);
}
