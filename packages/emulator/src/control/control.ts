import {
  assumptions,
  type collections,
  createRouter,
  type Json,
  type JsonObject,
  loadRouter,
  type RouterEvent,
  type RuleValue,
  routerEventNames,
} from "@routewright/runtime";
import type { Deliveries } from "../events/delivery.ts";
import type { Feed } from "../events/feed.ts";
import { readSubscription } from "../events/subscription.ts";
import type { Faults } from "../faults.ts";
import type { Host } from "../host.ts";
import { type Answer, emptyAnswer, jsonAnswer } from "../http/answer.ts";
import {
  booleanOf,
  isJsonArray,
  memberOf,
  numberOf,
  onlyMembers,
  parseTime,
  readBody,
  textOf,
} from "../http/json-body.ts";
import { operationNames } from "../http/operations.ts";
import type { Query } from "../http/query.ts";
import { badRequest, notFound, Refusal } from "../http/refusal.ts";
import type { Snapshot } from "../journal/record.ts";
import { type Stubs, savedStubs } from "../rules/stubs.ts";
import { overview } from "./overview.ts";
import { isWholeSnapshot } from "./snapshot.ts";

export interface ControlRequest {
  readonly method: string;
  /** Path behind `/_emulator/`, decoded parts. */
  readonly parts: readonly string[];
  readonly query: Query;
  readonly body: Buffer | undefined;
}

export interface ControlContext {
  readonly host: Host;
  readonly feed: Feed;
  readonly faults: Faults;
  readonly deliveries: Deliveries;
  readonly stubs: Stubs;
  /** How often each operation was called. */
  readonly calls: ReadonlyMap<string, number>;
  readonly version: string;
}

type Handler = (request: ControlRequest, context: ControlContext) => Answer | Promise<Answer>;

/** `METHOD path`, with `*` for one part that may be anything. */
const routes: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ["GET", "", (_, { host, version }) => jsonAnswer(200, { version, ...clockView(host) })],
  ["GET", "overview", ({ query }, { host, feed }) => jsonAnswer(200, overview(host, feed, query))],
  ["GET", "clock", (_, { host }) => jsonAnswer(200, clockView(host))],
  ["POST", "clock", changeClock],
  ["POST", "seed", seed],
  ["POST", "reset", reset],
  ["GET", "snapshot", (_, { host }) => jsonAnswer(200, host.snapshot())],
  ["POST", "restore", restore],
  ["GET", "faults", (_, { faults }) => jsonAnswer(200, { value: faults.list() })],
  ["POST", "faults", ({ body }, { faults }) => jsonAnswer(201, faults.add(readBody(body)))],
  ["DELETE", "faults", clearFaults],
  ["DELETE", "faults/*", removeFault],
  ["GET", "coverage", (_, context) => jsonAnswer(200, coverage(context))],
  ["GET", "jobs/*/trace", trace],
  ["GET", "subscriptions", (_, { deliveries }) => jsonAnswer(200, { value: deliveries.list() })],
  ["PUT", "subscriptions/*", subscribe],
  ["DELETE", "subscriptions/*", unsubscribe],
  ["GET", "subscriptions/*/validate", validate],
  // CloudEvents webhooks may call back either way.
  ["POST", "subscriptions/*/validate", validate],
  ["GET", "stubs", (_, { stubs }) => jsonAnswer(200, Object.fromEntries(savedStubs(stubs)))],
  ["PUT", "stubs", setStub],
  ["DELETE", "stubs", clearStubs],
];

/** What the emulator can be told besides the API. Throws a refusal for what makes no sense. */
export function answerControl(
  request: ControlRequest,
  context: ControlContext,
): Answer | Promise<Answer> {
  const fitting = routes.filter(([, path]) => fits(path, request.parts));
  const route = fitting.find(([method]) => method === request.method);
  if (route !== undefined) return route[2](request, context);
  if (fitting.length === 0) throw notFound("There is no such control; see docs/emulator.md.");
  const allowed = fitting.map(([method]) => method).join(", ");
  throw new Refusal(
    405,
    { code: "MethodNotAllowed", message: `Use ${allowed} here.` },
    { Allow: allowed },
  );
}

function fits(path: string, parts: readonly string[]): boolean {
  const wanted = path === "" ? [] : path.split("/");
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => part === "*" || part === parts[index])
  );
}

function clockView(host: Host): object {
  const dueMs = host.router().nextDueMs();
  const { virtualMs, wallMs, scale, frozen } = host.clockState();
  return {
    now: new Date(virtualMs).toISOString(),
    wallClock: new Date(wallMs).toISOString(),
    scale,
    frozen,
    ...(dueMs === undefined ? {} : { nextDue: new Date(dueMs).toISOString() }),
    seed: host.settings.seed,
  };
}

function changeClock({ body }: ControlRequest, { host }: ControlContext): Answer {
  const wanted = readBody(body);
  onlyMembers(wanted, ["set", "advance", "frozen", "scale", "reset"]);
  const set = textOf(wanted, "set");
  const frozen = booleanOf(wanted, "frozen");
  const scale = numberOf(wanted, "scale");
  const advanceMs = durationOf(memberOf(wanted, "advance"));
  const isReset = booleanOf(wanted, "reset") === true;
  if (scale !== undefined && !(scale > 0 && scale <= 1_000_000)) {
    throw badRequest("`scale` must be above 0 and at most 1000000.");
  }
  const setMs = set === undefined ? undefined : parseTime(set);
  if (set !== undefined && setMs === undefined) {
    throw badRequest("`set` must be a date and time such as 2026-11-15T00:05:12Z.");
  }
  if (setMs !== undefined && setMs < host.router().nowMs) {
    throw badRequest("`set` lies in the past of the emulator; time never goes back.");
  }
  host.changeClock((clock) => {
    if (isReset) clock.reset();
    if (setMs !== undefined) clock.set(setMs);
    if (frozen !== undefined) clock.freeze(frozen);
    if (scale !== undefined) clock.setScale(scale);
    if (advanceMs !== undefined) clock.set(clock.nowMs() + advanceMs);
  });
  return jsonAnswer(200, clockView(host));
}

const isoDuration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/u;
const longestAdvanceMs = 10 * 365 * 86_400_000;

/** Seconds, or an ISO 8601 duration such as `PT5M`. */
function durationOf(value: Json | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const ms = typeof value === "number" ? value * 1_000 : isoMs(value);
  if (ms === undefined || !(ms >= 0 && ms <= longestAdvanceMs)) {
    throw badRequest("`advance` must be seconds, or a duration such as PT5M; at most ten years.");
  }
  return Math.round(ms);
}

function isoMs(value: Json): number | undefined {
  const match = typeof value === "string" && value.length > 2 ? isoDuration.exec(value) : null;
  if (match === null) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  return (
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000
  );
}

/** Objects in the order in which they need each other. */
const seedOrder = [
  "distributionPolicies",
  "exceptionPolicies",
  "queues",
  "classificationPolicies",
  "workers",
  "jobs",
] as const satisfies readonly (typeof collections)[number][];

/** Upserts many objects; stops at the first that is refused, and says which. */
function seed({ body }: ControlRequest, { host }: ControlContext): Answer {
  return jsonAnswer(200, { upserted: seedObjects(readBody(body), host) });
}

export function seedObjects(objects: JsonObject, host: Host): number {
  onlyMembers(objects, seedOrder);
  let upserted = 0;
  for (const collection of seedOrder) {
    const items = memberOf(objects, collection);
    if (items === undefined || items === null) continue;
    if (!isJsonArray(items)) throw badRequest(`\`${collection}\` must be a list of objects.`);
    for (const item of items) {
      if (item === null || typeof item !== "object" || isJsonArray(item)) {
        throw badRequest(`\`${collection}\` must be a list of objects.`);
      }
      const id = textOf(item, "id");
      if (id === undefined || id === "")
        throw badRequest(`An object of \`${collection}\` has no id.`);
      const { response } = host.execute({ kind: "patch", collection, id, body: item });
      if (!response.ok) {
        const { error } = response;
        throw new Refusal(response.status, {
          ...error,
          message: `${collection}/${id}: ${error.message}`,
        });
      }
      upserted += 1;
    }
  }
  return upserted;
}

function reset({ body }: ControlRequest, { host }: ControlContext): Answer {
  const wanted = readBody(body);
  onlyMembers(wanted, ["seed"]);
  const seed = numberOf(wanted, "seed") ?? host.settings.seed;
  if (!Number.isSafeInteger(seed)) throw badRequest("`seed` must be a whole number.");
  host.reset(seed);
  return jsonAnswer(200, clockView(host));
}

function restore({ body }: ControlRequest, { host }: ControlContext): Answer {
  const snapshot = readSnapshot(body);
  host.restore(snapshot);
  return jsonAnswer(200, clockView(host));
}

/** Tried on a router of its own first, so that a bad snapshot changes nothing. */
function readSnapshot(body: Buffer | undefined): Snapshot {
  let value: unknown;
  try {
    value = JSON.parse((body ?? Buffer.alloc(0)).toString("utf8"));
  } catch {
    throw badRequest("The body is not valid JSON.");
  }
  const snapshot = value as Snapshot | null;
  if (typeof snapshot !== "object" || snapshot?.format !== "routewright-emulator/1") {
    throw badRequest("The body is not a snapshot of this emulator.");
  }
  try {
    createRouter(snapshot.settings);
    loadRouter(snapshot.router, snapshot.settings);
    if (!isWholeSnapshot(snapshot)) throw new Error();
  } catch {
    throw badRequest("The snapshot is damaged, or of another version.");
  }
  return snapshot;
}

function clearFaults(_: ControlRequest, { faults }: ControlContext): Answer {
  faults.clear();
  return emptyAnswer(204);
}

function clearStubs(_: ControlRequest, { host, stubs }: ControlContext): Answer {
  stubs.clear();
  host.record({ kind: "stubs", stubs: [] });
  return emptyAnswer(204);
}

function removeFault({ parts }: ControlRequest, { faults }: ControlContext): Answer {
  if (!faults.clear(Number(parts[1]))) throw notFound("There is no fault with this id.");
  return emptyAnswer(204);
}

function coverage({ calls, host }: ControlContext): object {
  const source = "API description of 2023-11-01";
  const inForce: Readonly<Record<string, string>> = host.settings.assumptions;
  return {
    operations: operationNames.map((name) => ({
      name,
      implemented: true,
      source,
      calls: calls.get(name) ?? 0,
    })),
    assumptions: assumptions.map((assumption) => ({
      ...assumption,
      ...("choices" in assumption
        ? { inForce: inForce[assumption.id] ?? assumption.choices[0]?.value }
        : {}),
    })),
  };
}

function trace({ parts }: ControlRequest, { host }: ControlContext): Answer {
  const jobId = parts[1] ?? "";
  const router = host.router();
  const job = router.view("jobs", jobId);
  const explanation = router.explainJob(jobId);
  if (job === undefined || explanation === undefined)
    throw notFound(`The job ${jobId} was not found.`);
  return jsonAnswer(200, {
    job: job.body,
    ...explanation,
    offers: router.explainOffers(jobId),
    transitions: host.transitionsOf(jobId),
  });
}

async function subscribe(
  { parts, body }: ControlRequest,
  { host, deliveries }: ControlContext,
): Promise<Answer> {
  const name = parts[1] ?? "";
  if (!/^[\w-]{1,64}$/u.test(name)) {
    throw badRequest("A subscription's name has 1 to 64 letters, digits, `-` and `_`.");
  }
  const subscription = readSubscription(readBody(body));
  const { status, awaits } = await deliveries.subscribe(name, subscription);
  host.record({
    kind: "subscribe",
    name,
    subscription,
    ...(awaits === undefined ? {} : { awaits }),
    from: status.told,
  });
  return jsonAnswer(201, status);
}

function unsubscribe({ parts }: ControlRequest, { host, deliveries }: ControlContext): Answer {
  const name = parts[1] ?? "";
  if (!deliveries.unsubscribe(name)) throw notFound("There is no subscription with this name.");
  host.record({ kind: "unsubscribe", name });
  return emptyAnswer(204);
}

function validate({ parts, query }: ControlRequest, { host, deliveries }: ControlContext): Answer {
  const name = parts[1] ?? "";
  if (!deliveries.validate(name, query.get("code") ?? "")) {
    throw notFound("There is no subscription with this name and code.");
  }
  host.record({ kind: "validated", name });
  return jsonAnswer(200, { message: "Webhook successfully validated as a subscription endpoint" });
}

function setStub({ body }: ControlRequest, { host, stubs }: ControlContext): Answer {
  const wanted = readBody(body);
  const uri = textOf(wanted, "uri");
  if (uri === undefined)
    throw badRequest("`uri` is missing: the rule's functionUri or webhookUri.");
  onlyMembers(wanted, ["uri", "value", "fail"]);
  if (booleanOf(wanted, "fail") === true) stubs.set(uri, { fail: true });
  else {
    const value = memberOf(wanted, "value");
    if (value === undefined) throw badRequest("Give a `value` to answer with, or `fail`: true.");
    stubs.set(uri, { value: value as RuleValue });
  }
  host.record({ kind: "stubs", stubs: savedStubs(stubs) });
  return emptyAnswer(204);
}

/** Which kept events a listing or stream is about. */
export function eventFilter(query: Query): (event: RouterEvent) => boolean {
  const type = query.get("type")?.replace(/^Microsoft\.Communication\./u, "");
  if (type !== undefined && !routerEventNames.some((name) => name === type)) {
    throw badRequest(`\`type\` must be one of ${routerEventNames.join(", ")}.`);
  }
  const subject = query.get("subject");
  return (event) =>
    (type === undefined || event.name === type) &&
    (subject === undefined || event.subject.startsWith(subject));
}
