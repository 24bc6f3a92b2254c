import { randomBytes } from "node:crypto";
import type { JsonObject, RuleAnswers } from "@routewright/runtime";
import type { BearerRule } from "./auth/bearer.ts";
import { createClock } from "./clock.ts";
import { seedObjects } from "./control/control.ts";
import { createDeliveries, type ResumedSubscription } from "./events/delivery.ts";
import { createFeed } from "./events/feed.ts";
import { createFaults } from "./faults.ts";
import { createHost, type Host } from "./host.ts";
import { type RateLimit, serviceRate } from "./http/rate-limit.ts";
import { Refusal } from "./http/refusal.ts";
import { createServer } from "./http/server.ts";
import { type Journal, JournalProblem, openJournal, rewriteJournal } from "./journal/journal.ts";
import { type JournalRecord, journalFormat, type RouterSettings } from "./journal/record.ts";
import { allowHosts, isLoopback } from "./rules/allowed-hosts.ts";
import { createRuleCaller } from "./rules/caller.ts";
import type { Stubs } from "./rules/stubs.ts";

export const emulatorVersion = "0.1.0";

export interface EmulatorOptions {
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Default `127.0.0.1`. Beyond loopback an `accessKey` must be given. */
  readonly host?: string;
  /** Base64, as in a connection string; made up when absent. */
  readonly accessKey?: string;
  /** False: nobody is asked for a signature or token. */
  readonly auth?: boolean;
  readonly bearer?: BearerRule;
  /** Serve HTTPS with a certificate made on the spot. */
  readonly https?: boolean;
  /** A folder to keep everything in; memory only when absent. */
  readonly data?: string;
  readonly seed?: number;
  readonly assumptions?: Readonly<Record<string, string>>;
  /** How long classification, queuing and matching take, in milliseconds; 0 by default. */
  readonly classificationDelayMs?: number;
  readonly queueingDelayMs?: number;
  readonly matchingDelayMs?: number;
  /** Refuse api-versions that are not known. */
  readonly strict?: boolean;
  /** `true`: the service's documented limit. */
  readonly rateLimit?: boolean | RateLimit;
  readonly bodyLimitBytes?: number;
  /** Hosts beyond loopback that rules and events may be sent to. */
  readonly allowHosts?: readonly string[];
  readonly ruleTimeoutMs?: number;
  /** Answers of function and webhook rules by URI. */
  readonly stubs?: RuleAnswers;
  /** Objects to begin with: lists of objects by collection. */
  readonly objects?: JsonObject;
  /** How many events are kept for reading. */
  readonly keepEvents?: number;
  readonly wallClock?: () => number;
  readonly onWarning?: (text: string) => void;
}

export interface Emulator {
  readonly endpoint: string;
  readonly port: number;
  readonly accessKey: string;
  /** `endpoint=…;accesskey=…`, what clients are made from. */
  readonly connectionString: string;
  /** PEM, with `https`. */
  readonly certificate?: string;
  stop(): Promise<void>;
}

/** A way of starting that cannot work, with how to mend it. */
export class EmulatorProblem extends Error {
  readonly help: string;
  constructor(message: string, help: string) {
    super(message);
    this.name = "EmulatorProblem";
    this.help = help;
  }
}

/** A longer journal is replaced by a snapshot when the emulator stops, so that starting stays quick. */
const longestJournalRecords = 10_000;

/** Serves the Job Router API until stopped. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const address = options.host ?? "127.0.0.1";
  const isOpen = !isLoopback(address);
  if (isOpen && options.accessKey === undefined) {
    throw new EmulatorProblem(
      `listening on ${address} would let other machines in without a key of yours`,
      "give an access key as well, or leave the host out to stay on loopback",
    );
  }
  if (isOpen && options.auth === false) {
    throw new EmulatorProblem(
      `listening on ${address} without authentication would let everybody in`,
      "leave out the one or the other",
    );
  }
  const accessKey = options.accessKey ?? randomBytes(32).toString("base64");
  const keyBytes = Buffer.from(accessKey, "base64");
  // Node.js takes almost anything for base64; the clients do not.
  if (keyBytes.length === 0 || keyBytes.toString("base64") !== accessKey) {
    throw new EmulatorProblem(
      "the access key is not base64",
      "make one with `openssl rand -base64 32`",
    );
  }
  const wallClock = options.wallClock ?? Date.now;
  const onWarning = options.onWarning ?? (() => undefined);
  const opened = options.data === undefined ? undefined : await openData(options.data, onWarning);
  const settings = settingsOf(options);
  const seedOfRun = startOf(opened?.records)?.seed ?? settings.seed;
  const feed = createFeed(options.keepEvents ?? 10_000);
  const faults = createFaults(seedOfRun, () =>
    host?.record({ kind: "faults", state: faults.save() }),
  );
  const allowed = allowHosts(options.allowHosts ?? []);
  const stubs: Stubs = new Map(options.stubs);
  const callRule = createRuleCaller({
    allowed,
    timeoutMs: options.ruleTimeoutMs ?? 10_000,
    stubs,
    wallClock,
  });
  let isStopped = false;
  let host: Host | undefined;
  let endpoint = "";
  const deliveries = createDeliveries({
    seed: seedOfRun,
    allowed,
    ownUrl: () => endpoint,
    onDelivered: (name, sequence) => host?.record({ kind: "delivered", name, sequence }),
    timeoutMs: 30_000,
    latest: () => feed.latest,
  });
  if (opened !== undefined && opened.records.length === 0) {
    opened.journal.append({ kind: "start", format: journalFormat, settings });
  }
  const running = createHost(
    {
      settings,
      clock: createClock(wallClock),
      feed,
      faults,
      stubs,
      onRewind: (sequence) => deliveries.rewind(sequence),
      asksShell: true,
      ...(opened === undefined ? {} : { journal: opened.journal }),
      call: (call) => {
        void callRule(call).then((answer) => {
          if (!isStopped) host?.execute({ kind: "answerRule", callId: call.callId, answer });
        });
      },
    },
    opened?.records ?? [],
  );
  host = running;
  for (const [name, resumed] of subscriptionsOf(opened?.records ?? [])) {
    deliveries.resume(name, resumed, feed.after(resumed.told));
  }
  feed.listen((event) => deliveries.publish(event));
  if (options.objects !== undefined) {
    try {
      seedObjects(options.objects, running);
    } catch (error) {
      deliveries.stop();
      await running.stop();
      throw error instanceof Refusal ? objectsProblem(error) : error;
    }
  }

  const certificate = options.https === true ? await makeCertificate(address) : undefined;
  const app = createServer(
    {
      gate: {
        ...(options.auth === false ? {} : { accessKey: keyBytes }),
        bearer: options.bearer ?? "jwt",
        isOpen,
      },
      strict: options.strict === true,
      bodyLimitBytes: options.bodyLimitBytes ?? 1_048_576,
      ...rateLimitOf(options.rateLimit),
      ...(certificate === undefined ? {} : { https: certificate }),
      wallClock,
      onFault: (error) =>
        onWarning(`a fault of the emulator: ${error instanceof Error ? error.stack : error}`),
    },
    {
      host: running,
      feed,
      faults,
      deliveries,
      stubs,
      calls: new Map(),
      version: emulatorVersion,
    },
  );
  await app.listen({ port: options.port ?? 0, host: address }).catch(async (error: unknown) => {
    deliveries.stop();
    await running.stop();
    throw error;
  });
  const bound = app.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const scheme = certificate === undefined ? "http" : "https";
  const shown = address.includes(":") ? `[${address}]` : address;
  endpoint = `${scheme}://${isLoopback(address) || address !== "0.0.0.0" ? shown : "127.0.0.1"}:${port}`;
  return {
    endpoint,
    port,
    accessKey,
    connectionString: `endpoint=${endpoint}/;accesskey=${accessKey}`,
    ...(certificate === undefined ? {} : { certificate: certificate.cert }),
    async stop() {
      if (isStopped) return;
      isStopped = true;
      const subscriptions = deliveries.save();
      deliveries.stop();
      await app.close();
      if (options.data !== undefined && running.journaled > longestJournalRecords) {
        await running.settled();
        rewriteJournal(options.data, shortened(running, subscriptions));
      }
      await running.stop();
    },
  };
}

function objectsProblem({ message, error }: Refusal): EmulatorProblem {
  const why = (error.details ?? []).map((detail) => detail.message);
  // What details say better is left out.
  const which = why.length > 0 ? message.replace(/One or more .*\.$/u, "") : message;
  return new EmulatorProblem(
    `the objects to begin with were refused: ${which}${why.join("; ")}`,
    "lists by collection are wanted, and what an object names must be among them or there already",
  );
}

function shortened(
  host: Host,
  subscriptions: ReadonlyMap<string, ResumedSubscription>,
): readonly JournalRecord[] {
  return [
    { kind: "snapshot", snapshot: host.snapshot() },
    { kind: "clock", state: host.clockState() },
    ...[...subscriptions].map(
      ([name, { told, ...rest }]): JournalRecord => ({
        kind: "subscribe",
        name,
        ...rest,
        from: told,
      }),
    ),
  ];
}

function settingsOf(options: EmulatorOptions): RouterSettings {
  return {
    seed: options.seed ?? 0,
    classificationDelayMs: options.classificationDelayMs ?? 0,
    queueingDelayMs: options.queueingDelayMs ?? 0,
    matchingDelayMs: options.matchingDelayMs ?? 0,
    assumptions: options.assumptions ?? {},
  };
}

function startOf(records: readonly JournalRecord[] | undefined): RouterSettings | undefined {
  const first = records?.[0];
  if (first?.kind === "start") return first.settings;
  return first?.kind === "snapshot" ? first.snapshot.settings : undefined;
}

async function openData(
  folder: string,
  onWarning: (text: string) => void,
): Promise<{ readonly journal: Journal; readonly records: readonly JournalRecord[] }> {
  const opened = await openJournal(folder);
  for (const warning of opened.warnings) onWarning(warning);
  const [first] = opened.records;
  if (first?.kind === "start" && first.format !== journalFormat) {
    await opened.journal.close();
    throw new JournalProblem(
      `${folder} was written by another version (${first.format})`,
      "use the version that wrote it, or another folder",
    );
  }
  return opened;
}

function subscriptionsOf(
  records: readonly JournalRecord[],
): ReadonlyMap<string, ResumedSubscription> {
  const found = new Map<string, ResumedSubscription>();
  const change = (name: string, told: number | undefined): void => {
    const known = found.get(name);
    if (known !== undefined && told !== undefined) found.set(name, { ...known, told });
  };
  for (const record of records) {
    switch (record.kind) {
      case "subscribe": {
        const { name, subscription, awaits, from } = record;
        found.set(name, {
          subscription,
          ...(awaits === undefined ? {} : { awaits }),
          told: from,
        });
        break;
      }
      case "validated": {
        const known = found.get(record.name);
        if (known !== undefined) {
          found.set(record.name, { subscription: known.subscription, told: known.told });
        }
        break;
      }
      case "unsubscribe":
        found.delete(record.name);
        break;
      case "delivered":
        change(record.name, record.sequence);
        break;
      // Events began anew.
      case "start":
        for (const name of found.keys()) change(name, 0);
        break;
      case "snapshot":
        for (const name of found.keys())
          change(name, record.snapshot.events?.at(-1)?.sequence ?? 0);
        break;
      default:
    }
  }
  return found;
}

function rateLimitOf(wanted: EmulatorOptions["rateLimit"]): { readonly rateLimit?: RateLimit } {
  if (wanted === undefined || wanted === false) return {};
  return { rateLimit: wanted === true ? serviceRate : wanted };
}

async function makeCertificate(
  address: string,
): Promise<{ readonly key: string; readonly cert: string }> {
  // Loaded only here: making certificates takes longer to load than the rest of the emulator.
  const { generate } = await import("selfsigned");
  const names = [
    { type: 2 as const, value: "localhost" },
    { type: 7 as const, ip: "127.0.0.1" },
    { type: 7 as const, ip: "::1" },
    ...(isLoopback(address) ? [] : [{ type: 2 as const, value: address }]),
  ];
  const made = await generate([{ name: "commonName", value: "routewright emulator" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  return { key: made.private, cert: made.cert };
}
