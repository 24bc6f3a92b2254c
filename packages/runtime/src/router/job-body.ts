import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import type { Json, JsonObject } from "./command.ts";
import type { Problem } from "./errors.ts";
import { isJsonList, isJsonObject, member } from "./json.ts";
import type { MatchingModeKind, NoteRecord } from "./records.ts";
import { conform, isPrimitive, mergePatch, namedLike, wrongType } from "./shape.ts";
import { priorityShape, workerSelectorShape } from "./shapes.ts";
import { readTime } from "./times.ts";

/** What a body says of a job. Absent: nothing; `null`: remove. */
export interface JobPatch {
  channelReference?: string | null;
  channelId?: string | null;
  classificationPolicyId?: string | null;
  queueId?: string | null;
  priority?: number | null;
  dispositionCode?: string | null;
  requestedWorkerSelectors?: readonly WorkerSelector[];
  /** Entries to set or, with `null`, to remove; `null` as a whole: all. */
  labels?: JsonObject | null;
  tags?: JsonObject | null;
  notes?: readonly NoteRecord[];
  matchingMode?: { readonly kind: MatchingModeKind; readonly scheduleAtMs?: number };
}

type Reader = (value: Json, patch: JobPatch, nowMs: number, problems: Problem[]) => void;

const readers: Readonly<Record<string, Reader>> = {
  channelReference: (value, patch, _, problems) => {
    patch.channelReference = textOf(value, "channelReference", problems);
  },
  channelId: (value, patch, _, problems) => {
    patch.channelId = textOf(value, "channelId", problems);
  },
  classificationPolicyId: (value, patch, _, problems) => {
    patch.classificationPolicyId = textOf(value, "classificationPolicyId", problems);
  },
  queueId: (value, patch, _, problems) => {
    patch.queueId = textOf(value, "queueId", problems);
  },
  dispositionCode: (value, patch, _, problems) => {
    patch.dispositionCode = textOf(value, "dispositionCode", problems);
  },
  priority: (value, patch, _, problems) => {
    if (value === null) patch.priority = null;
    else {
      const priority = conform(priorityShape, value, "priority", problems);
      if (typeof priority === "number") patch.priority = priority;
    }
  },
  requestedWorkerSelectors: (value, patch, _, problems) => {
    patch.requestedWorkerSelectors = selectorsOf(value, problems);
  },
  labels: (value, patch, _, problems) => {
    patch.labels = mapOf(value, "labels", problems);
  },
  tags: (value, patch, _, problems) => {
    patch.tags = mapOf(value, "tags", problems);
  },
  notes: (value, patch, nowMs, problems) => {
    patch.notes = notesOf(value, nowMs, problems);
  },
  matchingMode: (value, patch, _, problems) => {
    const mode = modeOf(value, problems);
    if (mode !== undefined) patch.matchingMode = mode;
  },
};

const exactReaders = new Map(Object.entries(readers));
const looseReaders = new Map(
  Object.entries(readers).map(([name, read]) => [name.toLowerCase(), read]),
);

/** Reads a body; what it says that may not be is told in `problems`. Unknown names say nothing (Q1). */
export function readJobPatch(body: JsonObject, nowMs: number, problems: Problem[]): JobPatch {
  const patch: JobPatch = {};
  for (const key in body) {
    if (!Object.hasOwn(body, key)) continue;
    const read = exactReaders.get(key) ?? looseReaders.get(key.toLowerCase());
    const value = body[key];
    if (value !== undefined) read?.(value, patch, nowMs, problems);
  }
  return patch;
}

function textOf(value: Json, name: string, problems: Problem[]): string | null {
  if (value === null || typeof value === "string") return value;
  wrongType(name, "a string", value, problems);
  return null;
}

function mapOf(value: Json, name: string, problems: Problem[]): JsonObject | null {
  if (value === null) return null;
  if (!isJsonObject(value)) {
    wrongType(name, "an object", value, problems);
    return null;
  }
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (entry === undefined || (entry !== null && !isPrimitive(entry))) {
      wrongType(
        `${name}.${key.slice(0, 60)}`,
        "a string, number or boolean",
        entry ?? null,
        problems,
      );
    }
  }
  return value;
}

/** What frozen lists say: they say it for ever, so they are read once however often they are sent. */
const readLists = new WeakMap<object, readonly WorkerSelector[]>();

/** Worker selectors of a body, without what only the service adds. */
function selectorsOf(value: Json, problems: Problem[]): readonly WorkerSelector[] {
  if (value === null) return [];
  const known = typeof value === "object" ? readLists.get(value) : undefined;
  if (known !== undefined) return known;
  const before = problems.length;
  const selectors = readSelectors(value, problems);
  if (isJsonList(value) && Object.isFrozen(value) && value.every(Object.isFrozen)) {
    if (problems.length === before) readLists.set(value, selectors);
  }
  return selectors;
}

function readSelectors(value: Json, problems: Problem[]): readonly WorkerSelector[] {
  const shape = { is: "list", item: workerSelectorShape } as const;
  const list = conform(
    shape,
    mergePatch(shape, undefined, value),
    "requestedWorkerSelectors",
    problems,
  );
  return isJsonList(list)
    ? list.map((item) => cleanSelector(item as unknown as WorkerSelector))
    : [];
}

/** `expedite: false` and `status` are the service's to add. */
export function cleanSelector(selector: WorkerSelector): WorkerSelector {
  const { key, labelOperator, value, expiresAfterSeconds, expedite } = selector;
  return {
    key,
    labelOperator,
    ...(value === undefined ? {} : { value }),
    ...(expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds }),
    ...(expedite === true ? { expedite } : {}),
  };
}

function notesOf(value: Json, nowMs: number, problems: Problem[]): readonly NoteRecord[] {
  if (value === null) return [];
  if (!isJsonList(value)) {
    wrongType("notes", "a list", value, problems);
    return [];
  }
  const notes: NoteRecord[] = [];
  for (const [index, item] of value.entries()) {
    const at = `notes[${index}]`;
    const message = isJsonObject(item) ? namedLike(item, "message") : undefined;
    const addedAt = isJsonObject(item) ? namedLike(item, "addedAt") : undefined;
    if (typeof message !== "string") {
      wrongType(`${at}.message`, "a string", message ?? null, problems);
      continue;
    }
    const addedAtMs =
      addedAt === undefined || addedAt === null
        ? nowMs
        : typeof addedAt === "string"
          ? readTime(addedAt)
          : undefined;
    if (addedAtMs !== undefined) notes.push({ message, addedAtMs });
    else wrongType(`${at}.addedAt`, "a date-time of RFC 3339", addedAt ?? null, problems);
  }
  return notes.sort((a, b) => a.addedAtMs - b.addedAtMs);
}

function modeOf(value: Json, problems: Problem[]): JobPatch["matchingMode"] {
  if (value === null) return { kind: "queueAndMatch" };
  const kind = isJsonObject(value) ? namedLike(value, "kind") : undefined;
  if (kind === "queueAndMatch" || kind === "suspend") return { kind };
  if (kind !== "scheduleAndSuspend" || !isJsonObject(value)) {
    const kinds = "queueAndMatch, scheduleAndSuspend, suspend";
    return wrongType("matchingMode.kind", `one of ${kinds}`, kind ?? null, problems);
  }
  const scheduleAt = namedLike(value, "scheduleAt");
  const scheduleAtMs = typeof scheduleAt === "string" ? readTime(scheduleAt) : undefined;
  if (scheduleAtMs !== undefined) return { kind, scheduleAtMs };
  return wrongType(
    "matchingMode.scheduleAt",
    "a date-time of RFC 3339",
    scheduleAt ?? null,
    problems,
  );
}

const noLabels: Labels = Object.freeze({});

/** Labels or tags after a patch; the same object when nothing changed. */
export function patchLabels(stored: Labels, patch: JsonObject | null | undefined): Labels {
  if (patch === undefined) return stored;
  if (patch === null) return Object.keys(stored).length === 0 ? stored : noLabels;
  const keys = Object.keys(patch);
  const changes = keys.some((key) => {
    const value = patch[key];
    if (value === null || value === undefined) return Object.hasOwn(stored, key);
    return member(stored, key) !== value;
  });
  if (!changes) return stored;
  const entries = new Map(Object.entries(stored));
  for (const key of keys) {
    const value = patch[key];
    if (value === null || value === undefined) entries.delete(key);
    else if (isPrimitive(value)) entries.set(key, value === 0 ? 0 : value);
  }
  return Object.fromEntries(entries);
}

function isEmpty(object: JsonObject): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return false;
  return true;
}

/** The labels of a new job: a copy, since the caller may go on with its own. */
export function freshLabels(patch: JsonObject | null | undefined): Labels {
  if (patch === undefined || patch === null) return noLabels;
  if (isEmpty(patch)) return noLabels;
  const copy = { ...patch };
  for (const key of Object.keys(copy)) {
    const value = copy[key];
    if (value === null || value === undefined) delete copy[key];
    else if (value === 0) copy[key] = 0;
  }
  return copy as Labels;
}
