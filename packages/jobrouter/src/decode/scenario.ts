import { jsonRange } from "../catalogue.ts";
import { defined } from "../defined.ts";
import { routerEventNames } from "../event-names.ts";
import { memberOf } from "../json/tree.ts";
import {
  type BundleScenario,
  type LabelChanges,
  latestScenarioStartMs,
  longestScenarioMs,
  type ScenarioStepData,
  scenarioJobStates,
  scenarioWorkerStates,
} from "../scenario.ts";
import {
  boolean,
  integer,
  list,
  number,
  openMembers,
  type Reader,
  report,
  text,
  within,
  word,
} from "./members.ts";
import { channel, jobObject, namedWorker } from "./people.ts";
import { labelValue, priority, workerSelector } from "./policies.ts";
import { choice, comparison, location, stub } from "./shared.ts";

const wholeNumber: Reader<number> = (node, name, reading) => {
  const value = number(node, name, reading);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  const found = String(value);
  report(reading, jsonRange, { name, wanted: "a whole number is wanted", found }, node.span);
  return undefined;
};

const ms = within(
  wholeNumber,
  0,
  longestScenarioMs,
  "milliseconds from 0 to those of a hundred years are wanted",
  "error",
);
const startMs = within(
  wholeNumber,
  0,
  latestScenarioStartMs,
  "an instant from 1970 to the year 9000 is wanted, in milliseconds since 1970",
  "error",
);

export const scenario: Reader<BundleScenario> = (node, name, reading) => {
  const members = openMembers(node, name, "a scenario", reading);
  if (members === undefined) return undefined;
  const scenarioName = members.required("name", text);
  const place = members.required("location", location);
  const rest = {
    startsAtMs: members.optional("startsAtMs", startMs),
    classifyingMs: members.optional("classifyingMs", ms),
    queueingMs: members.optional("queueingMs", ms),
    offeringMs: members.optional("offeringMs", ms),
    choice: members.optional("choice", choice),
  };
  const stubs = members.required("stubs", list(stub));
  const steps = members.required("steps", list(step));
  members.close();
  if (scenarioName === undefined || place === undefined) return undefined;
  if (stubs === undefined || steps === undefined) return undefined;
  return defined({ name: scenarioName, location: place, ...rest, stubs, steps });
};

const step: Reader<ScenarioStepData> = (node, name, reading) => {
  const members = openMembers(node, name, "a step", reading);
  if (members === undefined) return undefined;
  const place = members.required("location", location);
  const atMs = members.required("atMs", ms);
  const common = place === undefined || atMs === undefined ? undefined : { location: place, atMs };
  if (memberOf(node, "does") !== undefined) {
    const does = members.required("does", parts(commands));
    const refused = members.optional("refused", boolean);
    members.close();
    return common && does && (defined({ ...common, does, refused }) as ScenarioStepData);
  }
  const when = members.required("when", word(["at", "within", "until"]));
  const fromMs = members.optional("fromMs", ms);
  const expects = members.required("expects", fact);
  members.close();
  if (common === undefined || when === undefined || expects === undefined) return undefined;
  if (when === "until" && (fromMs ?? 0) >= common.atMs) {
    const wanted = "what holds `until` a time is looked at before it, so a later one is wanted";
    const at = memberOf(node, "atMs")?.span ?? node.span;
    report(reading, jsonRange, { name: "atMs", wanted, found: String(common.atMs) }, at);
    return undefined;
  }
  return defined({ ...common, when, fromMs, expects }) as ScenarioStepData;
};

const changes: Reader<LabelChanges> = (node, name, reading) => {
  const members = openMembers(node, name, "labels", reading);
  if (members === undefined || node.kind !== "object") return undefined;
  const entries: (readonly [string, string | number | boolean | null])[] = [];
  for (const { key, value } of node.members) {
    if (value.kind === "null") entries.push([key, null]);
    else {
      const read = labelValue(value, key, reading);
      if (read !== undefined) entries.push([key, read]);
    }
    members.ignore(key);
  }
  return Object.fromEntries(entries);
};

const habits: Reader<object> = (node, name, reading) => {
  const members = openMembers(node, name, "habits", reading);
  if (members === undefined) return undefined;
  const read = {
    acceptsAfterMs: members.optional("acceptsAfterMs", ms),
    declinesAfterMs: members.optional("declinesAfterMs", ms),
    completesAfterMs: members.optional("completesAfterMs", ms),
    closesAfterMs: members.optional("closesAfterMs", ms),
  };
  members.close();
  return defined(read);
};

type Shape = Readonly<Record<string, readonly [reader: Reader<unknown>, optional?: "optional"]>>;

const id = [text] as const;
const maybeText = [text, "optional"] as const;
const maybeTime = [ms, "optional"] as const;
const side = [word(["job", "worker"])] as const;
const sameness = [word(["==", "!="])] as const;
const compares = [comparison] as const;
const ids = [list(text)] as const;

const commands: Readonly<Record<string, Shape>> = {
  job: {
    jobId: id,
    job: [jobObject],
    suspended: [boolean, "optional"],
    scheduledAtMs: maybeTime,
  },
  worker: { worker: [namedWorker], habits: [habits] },
  accept: { workerId: id, jobId: id },
  decline: { workerId: id, jobId: id, retryAfterMs: maybeTime },
  complete: { workerId: id, jobId: id, note: maybeText },
  close: {
    workerId: id,
    jobId: id,
    dispositionCode: maybeText,
    note: maybeText,
    afterMs: maybeTime,
  },
  goOff: { workerId: id },
  comeBack: { workerId: id },
  setLabels: { of: side, id, labels: [changes] },
  changeWorker: {
    workerId: id,
    queues: [list(text), "optional"],
    capacity: [integer, "optional"],
    channels: [list(channel), "optional"],
  },
  move: { jobId: id, queueId: maybeText, priority: [priority, "optional"] },
  reclassify: { jobId: id, classificationPolicyId: maybeText },
  cancel: { jobId: id, dispositionCode: maybeText, note: maybeText },
  unassign: { jobId: id, suspended: [boolean, "optional"] },
  release: { jobId: id },
};

const facts: Readonly<Record<string, Shape>> = {
  offer: {
    present: [boolean],
    jobId: maybeText,
    workerId: maybeText,
    outcome: [word(["issued", "accepted", "declined", "expired", "revoked"]), "optional"],
  },
  state: { of: side, id, negated: [boolean], state: id, workerId: maybeText },
  selector: { jobId: id, active: [boolean], selector: [workerSelector] },
  queue: { jobId: id, operator: sameness, queueId: maybeText },
  priority: { jobId: id, operator: compares, value: [number] },
  load: { workerId: id, operator: compares, value: [number] },
  disposition: { jobId: id, operator: sameness, value: id },
  note: { jobId: id, operator: sameness, value: id },
  labels: { of: side, id, labels: [changes] },
  waiting: { queueId: id, jobIds: ids },
  workers: { jobId: id, workerIds: ids },
  event: {
    present: [boolean],
    event: [word(routerEventNames)],
    of: [word(["job", "worker"]), "optional"],
    id: maybeText,
  },
  events: { of: side, id, events: [list(word(routerEventNames))] },
};

const jobState = word(scenarioJobStates);
const workerState = word(scenarioWorkerStates);

const fact: Reader<object> = (node, name, reading) => {
  const read: { readonly kind?: unknown; readonly of?: unknown } | undefined = parts(facts)(
    node,
    name,
    reading,
  );
  const state = read?.kind === "state" ? memberOf(node, "state") : undefined;
  if (state === undefined) return read;
  const known = (read?.of === "job" ? jobState : workerState)(state, "state", reading);
  return known === undefined ? undefined : read;
};

/** An object whose `kind` says which members it has. */
function parts(shapes: Readonly<Record<string, Shape>>): Reader<object> {
  return (node, name, reading) => {
    const members = openMembers(node, name, "a part of a scenario", reading);
    const kind = members?.required("kind", word(Object.keys(shapes)));
    if (members === undefined || kind === undefined) return undefined;
    const read: Record<string, unknown> = { kind };
    let isWhole = true;
    for (const [key, [reader, optional]] of Object.entries(shapes[kind] ?? {})) {
      const value =
        optional === undefined ? members.required(key, reader) : members.optional(key, reader);
      if (value !== undefined) read[key] = value;
      else if (optional === undefined) isWhole = false;
    }
    members.close();
    return isWhole ? read : undefined;
  };
}
