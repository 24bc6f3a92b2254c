import { hasErrors, type SourceText, type Staged } from "@routewright/diagnostics";
import {
  type ChannelConfiguration,
  decodeWorkers,
  type JsonNode,
  type LabelValue,
  readJson,
  type Worker,
  type WorkerSelector,
} from "@routewright/jobrouter";
import { parseExpectation } from "../report/expectation.ts";
import { workloadFile, workloadTooLarge, workloadValue } from "./catalogue.ts";
import { instantOf, timeOfDayMs } from "./duration.ts";
import { readPastJobs, readShiftList } from "./history.ts";
import { type Path, type Reading, report } from "./reading.ts";
import { dayNames } from "./schema.ts";
import { nameOf, shorten, validate } from "./validate.ts";
import { readDistribution, readTime, type WrittenDistribution } from "./values.ts";
import type {
  Arrivals,
  JobClass,
  JobLabel,
  LabelSource,
  LostJobRule,
  RateStep,
  Shifts,
  WeeklyShift,
  WorkerGroup,
  WorkerMember,
  Workload,
} from "./workload.ts";

/** A workload with its document, so that what is found out later can point into it. */
export interface DecodedWorkload {
  readonly workload: Workload;
  readonly source: SourceText;
  readonly root: JsonNode;
}

export const maxWorkers = 100_000;

/**
 * Reads a workload file and the files it names.
 *
 * @param readFile gives a file by the path that the workload has for it, or says why it cannot.
 */
export function decodeWorkload(
  source: SourceText,
  readFile: (path: string) => SourceText | string,
): Staged<DecodedWorkload | undefined> {
  const { value: root, diagnostics } = readJson(source);
  if (root === undefined) return { value: undefined, diagnostics };
  const reading: Reading = { source, root, diagnostics: [...diagnostics], readFile };
  const document = validate(reading);
  if (document === undefined) return { value: undefined, diagnostics: reading.diagnostics };
  // The schema has checked what the type says.
  const workload = readWorkload(document as WrittenWorkload, reading);
  const broken = hasErrors(reading.diagnostics);
  return {
    value: broken ? undefined : { workload, source, root },
    diagnostics: reading.diagnostics,
  };
}

type Time = number | string;

interface WrittenWorkload {
  readonly start?: string;
  readonly warmUp?: Time;
  readonly duration: Time;
  readonly drain?: Time;
  readonly replications?: number;
  readonly seed?: number;
  readonly confidence?: number;
  readonly serviceLevels?: readonly { readonly within: Time; readonly lost?: LostJobRule }[];
  readonly delays?: {
    readonly classification?: Time;
    readonly queueing?: Time;
    readonly matching?: Time;
  };
  readonly jobs: readonly WrittenClass[];
  readonly workers: readonly WrittenGroup[];
  readonly expect?: readonly string[];
}

type WrittenArrivals =
  | {
      readonly kind: "poisson";
      readonly perHour?: number;
      readonly rates?: readonly {
        readonly from: string;
        readonly perHour: number;
        readonly days?: readonly Day[];
      }[];
    }
  | { readonly kind: "intervals"; readonly of: WrittenDistribution }
  | {
      readonly kind: "history";
      readonly file: string;
      readonly columns?: Readonly<Record<string, string>>;
    };

type Day = (typeof dayNames)[number];

interface WrittenClass {
  readonly name: string;
  readonly arrivals: WrittenArrivals;
  readonly channelId: string;
  readonly classificationPolicyId?: string;
  readonly queueId?: string;
  readonly priority?: number;
  readonly requestedWorkerSelectors?: readonly WorkerSelector[];
  readonly labels?: Readonly<Record<string, LabelValue | WrittenLabel>>;
  readonly handling: WrittenDistribution;
  readonly wrapUp?: WrittenDistribution;
  readonly patience?: WrittenDistribution;
}

interface WrittenLabel {
  readonly chance?: number;
  readonly value?: LabelValue;
  readonly choose?: readonly { readonly value: LabelValue; readonly weight?: number }[];
  readonly number?: WrittenDistribution;
  readonly digits?: number;
}

interface WrittenGroup {
  readonly name: string;
  readonly count?: number;
  readonly file?: string;
  readonly queues?: readonly string[];
  readonly capacity?: number;
  readonly channels?: readonly ChannelConfiguration[];
  readonly labels?: Readonly<Record<string, LabelValue>>;
  readonly shifts?:
    | readonly { readonly from: string; readonly to: string; readonly days?: readonly Day[] }[]
    | { readonly file: string; readonly columns?: Readonly<Record<string, string>> };
  readonly answers?: {
    readonly accept?: number;
    readonly decline?: number;
    readonly delay?: WrittenDistribution;
    readonly retryAfter?: Time;
  };
  readonly absence?: WrittenDistribution;
  readonly speed?: number;
}

/** Monday, 1 January 2024. */
const usualStart = "2024-01-01T00:00:00Z";
const usualDrainMs = 4 * 3_600_000;

function readWorkload(written: WrittenWorkload, reading: Reading): Workload {
  const time = (value: Time | undefined, usual: number, ...path: Path): number =>
    value === undefined ? usual : Math.round(readTime(value, path, reading));
  const start = instantOf(written.start ?? usualStart);
  if (start === undefined) {
    const problem = `\`start\` cannot be \`${shorten(written.start ?? "")}\``;
    report(reading, workloadValue, { problem }, ["start"], {
      help: "write a date and a time, such as 2026-03-02T08:00:00Z or 2026-03-02T08:00:00+01:00",
    });
  }
  const { ms: startMs, offsetMs } = start ?? { ms: 0, offsetMs: 0 };
  const before = reading.diagnostics.length;
  const durationMs = time(written.duration, 0, "duration");
  if (durationMs < 1 && reading.diagnostics.length === before) {
    const problem = "`duration` must be longer than nothing";
    report(reading, workloadValue, { problem }, ["duration"]);
  }
  const jobs = readEach(written.jobs, "jobs", "class of jobs", reading, (each, path) =>
    readClass(each, path, startMs, reading),
  );
  const workers = readEach(written.workers, "workers", "group of workers", reading, (each, path) =>
    readGroup(each, path, startMs, reading),
  );
  checkWorkerIds(workers, reading);
  for (const [index, text] of (written.expect ?? []).entries()) {
    const parsed = parseExpectation(text);
    if (typeof parsed !== "string") continue;
    report(reading, workloadValue, { problem: parsed }, ["expect", index]);
  }
  const delays = written.delays ?? {};
  return {
    startMs,
    offsetMs,
    warmUpMs: time(written.warmUp, 0, "warmUp"),
    durationMs,
    drainMs: time(written.drain, usualDrainMs, "drain"),
    replications: written.replications ?? 1,
    seed: written.seed ?? 1,
    confidence: written.confidence ?? 0.95,
    serviceLevels: (written.serviceLevels ?? [{ within: 20 }]).map(({ within, lost }, index) => ({
      withinMs: time(within, 0, "serviceLevels", index, "within"),
      lost: lost ?? "counted",
    })),
    delays: {
      classificationMs: time(delays.classification, 0, "delays", "classification"),
      queueingMs: time(delays.queueing, 0, "delays", "queueing"),
      matchingMs: time(delays.matching, 0, "delays", "matching"),
    },
    jobs,
    workers,
    expect: written.expect ?? [],
  };
}

/** Reads a list of named things, whose names differ. */
function readEach<W extends { readonly name: string }, T>(
  list: readonly W[],
  member: string,
  what: string,
  reading: Reading,
  read: (written: W, path: Path) => T,
): readonly T[] {
  const names = new Set<string>();
  return list.map((written, index) => {
    if (names.has(written.name)) {
      const problem = `there are two of the ${what} \`${shorten(written.name)}\``;
      report(reading, workloadValue, { problem }, [member, index, "name"]);
    }
    names.add(written.name);
    return read(written, [member, index]);
  });
}

function readClass(written: WrittenClass, path: Path, startMs: number, reading: Reading): JobClass {
  const { name, channelId, classificationPolicyId, queueId, priority, patience } = written;
  return {
    name,
    arrivals: readArrivals(written.arrivals, [...path, "arrivals"], startMs, reading),
    channelId,
    ...(classificationPolicyId === undefined ? {} : { classificationPolicyId }),
    ...(queueId === undefined ? {} : { queueId }),
    ...(priority === undefined ? {} : { priority }),
    requestedWorkerSelectors: written.requestedWorkerSelectors ?? [],
    labels: Object.entries(written.labels ?? {}).map(([key, label]) =>
      readLabel(key, label, [...path, "labels", key], reading),
    ),
    handling: readDistribution(written.handling, [...path, "handling"], reading),
    wrapUp: readDistribution(written.wrapUp ?? 0, [...path, "wrapUp"], reading),
    ...(patience === undefined
      ? {}
      : { patience: readDistribution(patience, [...path, "patience"], reading) }),
  };
}

function readArrivals(
  written: WrittenArrivals,
  path: Path,
  startMs: number,
  reading: Reading,
): Arrivals {
  switch (written.kind) {
    case "poisson": {
      const { perHour, rates } = written;
      if ((perHour === undefined) === (rates === undefined)) {
        const problem = "poisson arrivals take either `perHour` or `rates`";
        report(reading, workloadValue, { problem }, path);
      }
      const steps = rates ?? [{ from: "00:00", perHour: perHour ?? 0 }];
      return { kind: "poisson", week: weekOf(steps, path, reading) };
    }
    case "intervals": {
      const of = readDistribution(written.of, [...path, "of"], reading);
      if (of.kind === "constant" && of.value < 1) {
        const problem = "jobs that come every 0s would never end";
        report(reading, workloadValue, { problem }, [...path, "of"]);
      }
      return { kind: "intervals", of };
    }
    case "history": {
      const { file, columns = {} } = written;
      return {
        kind: "history",
        jobs: readPastJobs(file, [...path, "file"], columns, startMs, reading),
      };
    }
  }
}

function weekOf(
  steps: NonNullable<Extract<WrittenArrivals, { kind: "poisson" }>["rates"]>,
  path: Path,
  reading: Reading,
): readonly (readonly RateStep[])[] {
  return dayNames.map((day) => {
    const own = steps
      .map((step, index) => ({ ...step, index, fromMs: timeOfDayMs(step.from) ?? 0 }))
      .filter(({ days }) => days === undefined || days.includes(day))
      .sort((a, b) => a.fromMs - b.fromMs || a.index - b.index);
    for (const [position, { from, fromMs, index }] of own.entries()) {
      if (own[position + 1]?.fromMs !== fromMs) continue;
      const later = own[position + 1]?.index ?? index;
      const problem = `two rates start at ${from} on the same day`;
      report(reading, workloadValue, { problem }, [...path, "rates", later, "from"]);
      break;
    }
    return own.map(({ fromMs, perHour }) => ({ fromMs, perHour }));
  });
}

function readLabel(
  key: string,
  written: LabelValue | WrittenLabel,
  path: Path,
  reading: Reading,
): JobLabel {
  if (typeof written !== "object") {
    return { key, chance: 1, source: { kind: "value", value: written } };
  }
  const { chance = 1, value, choose, number, digits = 0 } = written;
  if ([value, choose, number].filter((each) => each !== undefined).length !== 1) {
    const problem = `${nameOf(path)} takes one of \`value\`, \`choose\` and \`number\``;
    report(reading, workloadValue, { problem }, path);
  }
  if (choose !== undefined && !choose.some(({ weight = 1 }) => weight > 0)) {
    const problem = "all weights are 0; nothing could be chosen";
    report(reading, workloadValue, { problem }, [...path, "choose"]);
  }
  const source: LabelSource =
    choose !== undefined
      ? {
          kind: "choose",
          choices: choose.map((each) => ({ value: each.value, weight: each.weight ?? 1 })),
        }
      : number !== undefined
        ? {
            kind: "number",
            of: readDistribution(number, [...path, "number"], reading, "number"),
            digits,
          }
        : { kind: "value", value: value ?? "" };
  return { key, chance, source };
}

function readGroup(
  written: WrittenGroup,
  path: Path,
  startMs: number,
  reading: Reading,
): WorkerGroup {
  const { accept = 1, decline = 0, delay = 0, retryAfter } = written.answers ?? {};
  if (accept + decline > 1 + 1e-9) {
    const problem = "`accept` and `decline` add up to more than 1";
    report(reading, workloadValue, { problem }, [...path, "answers"]);
  }
  return {
    name: written.name,
    members: readMembers(written, path, startMs, reading),
    speed: written.speed ?? 1,
    answers: {
      accept,
      decline,
      delay: readDistribution(delay, [...path, "answers", "delay"], reading),
      ...(retryAfter === undefined
        ? {}
        : {
            retryMs: Math.round(readTime(retryAfter, [...path, "answers", "retryAfter"], reading)),
          }),
    },
    absence: readDistribution(written.absence ?? 60, [...path, "absence"], reading),
  };
}

function readMembers(
  written: WrittenGroup,
  path: Path,
  startMs: number,
  reading: Reading,
): readonly WorkerMember[] {
  const { name, file, queues, capacity, channels, labels, count, shifts } = written;
  const shiftsOf = readShifts(shifts, [...path, "shifts"], startMs, reading);
  const member = (worker: Worker): WorkerMember => {
    const own = shiftsOf(worker.id);
    return {
      id: worker.id,
      queues: worker.queues ?? [],
      capacity: worker.capacity ?? 1,
      channels: worker.channels ?? [],
      labels: Object.entries(worker.labels ?? {}),
      ...(own === undefined ? {} : { shifts: own }),
    };
  };
  if (file !== undefined) {
    const other = [queues, capacity, channels, labels, count].some((each) => each !== undefined);
    if (other) {
      const problem = "with `file`, the workers are described there";
      report(reading, workloadValue, { problem }, [...path, "file"]);
      return [];
    }
    return readWorkerFile(file, [...path, "file"], reading).map(member);
  }
  if (queues === undefined || channels === undefined) {
    const missing = queues === undefined ? "queues" : "channels";
    const problem = `the group \`${shorten(name)}\` lacks \`${missing}\``;
    report(reading, workloadValue, { problem }, path, {
      help: "describe the workers here, or name their `file`",
    });
    return [];
  }
  const one = (id: string): WorkerMember =>
    member({ id, queues, channels, capacity: capacity ?? 1, labels: labels ?? {} });
  if (count === undefined) return [one(name)];
  return Array.from({ length: count }, (_, index) => one(`${name}-${index + 1}`));
}

function readWorkerFile(file: string, path: Path, reading: Reading): readonly Worker[] {
  const source = reading.readFile(file);
  if (typeof source === "string") {
    report(reading, workloadFile, { path: shorten(file), problem: source }, path);
    return [];
  }
  const { value, diagnostics } = decodeWorkers(source);
  reading.diagnostics.push(...diagnostics);
  return value;
}

function readShifts(
  written: WrittenGroup["shifts"],
  path: Path,
  startMs: number,
  reading: Reading,
): (workerId: string) => Shifts | undefined {
  if (written === undefined) return () => undefined;
  if ("file" in written) {
    const { file, columns = {} } = written;
    const spans = readShiftList(file, [...path, "file"], columns, startMs, reading);
    return (workerId) => ({ kind: "listed", spans: spans.get(workerId) ?? [] });
  }
  const shifts = written.map(({ from, to, days = dayNames }, index): WeeklyShift => {
    const fromMs = timeOfDayMs(from) ?? 0;
    const toMs = timeOfDayMs(to) ?? 0;
    if (fromMs === toMs) {
      const problem = "the shift ends when it starts";
      report(reading, workloadValue, { problem }, [...path, index, "to"], {
        help: "a shift around the clock is one without `shifts`, or 00:00 to 24:00",
      });
    }
    return {
      days: days.map((day) => dayNames.indexOf(day)),
      fromMs,
      toMs: toMs > fromMs ? toMs : toMs + 86_400_000,
    };
  });
  return () => ({ kind: "weekly", shifts });
}

function checkWorkerIds(groups: readonly WorkerGroup[], reading: Reading): void {
  const ids = new Set<string>();
  for (const [index, { members }] of groups.entries()) {
    for (const { id } of members) {
      if (ids.has(id)) {
        const problem = `there are two workers \`${shorten(id)}\``;
        report(reading, workloadValue, { problem }, ["workers", index, "name"]);
        return;
      }
      ids.add(id);
    }
  }
  if (ids.size > maxWorkers) {
    const limit = maxWorkers.toLocaleString("en");
    const what = `there are ${ids.size.toLocaleString("en")} workers`;
    report(reading, workloadTooLarge, { what, limit }, ["workers"]);
  }
}
