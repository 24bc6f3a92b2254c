import { defined } from "../defined.ts";
import { type JsonNode, memberOf } from "../json/tree.ts";
import type { BundleScenario, LabelChanges, ScenarioStepData } from "../scenario.ts";
import { boolean, list, number, openMembers, type Reader, text, word } from "./members.ts";
import { jobObject, workerObject } from "./people.ts";
import { labelValue, workerSelector } from "./policies.ts";
import { comparison, location, stub } from "./shared.ts";

export const scenario: Reader<BundleScenario> = (node, name, reading) => {
  const members = openMembers(node, name, "a scenario", reading);
  if (members === undefined) return undefined;
  const scenarioName = members.required("name", text);
  const place = members.required("location", location);
  const rest = {
    startsAtMs: members.optional("startsAtMs", number),
    classifyingMs: members.optional("classifyingMs", number),
    queueingMs: members.optional("queueingMs", number),
    offeringMs: members.optional("offeringMs", number),
    choice: members.optional("choice", number),
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
  const atMs = members.required("atMs", number);
  const common = place === undefined || atMs === undefined ? undefined : { location: place, atMs };
  if (memberOf(node, "does") !== undefined) {
    const does = members.required("does", parts(commands));
    const refused = members.optional("refused", boolean);
    members.close();
    return common && does && (defined({ ...common, does, refused }) as ScenarioStepData);
  }
  const when = members.required("when", word(["at", "within", "until"]));
  const fromMs = members.optional("fromMs", number);
  const expects = members.required("expects", parts(facts));
  members.close();
  if (common === undefined || when === undefined || expects === undefined) return undefined;
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
    acceptsAfterMs: members.optional("acceptsAfterMs", number),
    declinesAfterMs: members.optional("declinesAfterMs", number),
    completesAfterMs: members.optional("completesAfterMs", number),
    closesAfterMs: members.optional("closesAfterMs", number),
  };
  members.close();
  return defined(read);
};

const namedWorker: Reader<object> = (node, _name, reading) => {
  const name = memberOf(node, "name");
  const worker = workerObject(node, ["name"], reading);
  return worker && { name: name?.kind === "text" ? name.value : worker.id, ...worker };
};

const channels: Reader<unknown> = (node, _name, reading) => {
  const worker: JsonNode = {
    kind: "object",
    span: node.span,
    members: [
      { key: "id", keySpan: node.span, value: { kind: "text", value: "w", span: node.span } },
      { key: "channels", keySpan: node.span, value: node },
    ],
  } as JsonNode;
  return workerObject(worker, [], reading)?.channels;
};

type Shape = Readonly<Record<string, readonly [reader: Reader<unknown>, optional?: "optional"]>>;

const id = [text] as const;
const maybeText = [text, "optional"] as const;
const maybeNumber = [number, "optional"] as const;
const side = [word(["job", "worker"])] as const;
const sameness = [word(["==", "!="])] as const;
const compares = [comparison] as const;
const ids = [list(text)] as const;

const commands: Readonly<Record<string, Shape>> = {
  job: {
    jobId: id,
    job: [jobObject],
    suspended: [boolean, "optional"],
    scheduledAtMs: maybeNumber,
  },
  worker: { worker: [namedWorker], habits: [habits] },
  accept: { workerId: id, jobId: id },
  decline: { workerId: id, jobId: id, retryAfterMs: maybeNumber },
  complete: { workerId: id, jobId: id, note: maybeText },
  close: {
    workerId: id,
    jobId: id,
    dispositionCode: maybeText,
    note: maybeText,
    afterMs: maybeNumber,
  },
  goOff: { workerId: id },
  comeBack: { workerId: id },
  setLabels: { of: side, id, labels: [changes] },
  changeWorker: {
    workerId: id,
    queues: [list(text), "optional"],
    capacity: maybeNumber,
    channels: [channels, "optional"],
  },
  move: { jobId: id, queueId: maybeText, priority: maybeNumber },
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
    event: id,
    of: [word(["job", "worker"]), "optional"],
    id: maybeText,
  },
  events: { of: side, id, events: ids },
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
