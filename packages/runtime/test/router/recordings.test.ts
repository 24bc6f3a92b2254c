import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Collection,
  collections,
  createRouter,
  type Json,
  type JsonObject,
  type Router,
  type RouterCommand,
} from "../../src/index.ts";
import { startMs } from "./driver.ts";
import { fixAttachments, inNamesOfNow, withTextValues } from "./recorded.ts";

/**
 * Recorded traffic, played as commands: the same states, properties and their order. Times, ids
 * of offers and assignments, and ETags are the service's own. Where the recording polls, virtual
 * time passes until the object looks as recorded, as time passed for the recording.
 */
const folder = new URL("./recordings/", import.meta.url);
/** Its pages of jobs from before it are `recorded-list.test.ts`'s. */
const listed = "11-ga-list-jobs-paged.json";
const files = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== listed);

interface Exchange {
  readonly method: "GET" | "PATCH" | "POST" | "DELETE";
  readonly url: string;
  readonly requestBody?: Json;
  readonly status: number;
  readonly responseBody: Json;
}

test("the recordings were found", () => {
  expect(files.length).toBe(11);
});

describe.each(files)("%s", (file) => {
  const { exchanges, apiVersion } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
    readonly apiVersion: string;
    readonly exchanges: readonly Exchange[];
  };

  test("plays as recorded", () => {
    const play = new Play(apiVersion, exchanges);
    for (const exchange of exchanges) play.exchange(exchange);
    expect(play.compared).toBeGreaterThan(0);
  });
});

test("an object as the value of a selector is refused, as recordings 04 and 05 sent it (Q4)", () => {
  const policies = ["04-queueing-conditional-selector", "05-queueing-fallback-queue"].map(
    (name) => {
      const text = readFileSync(new URL(`${name}.json`, folder), "utf8");
      const { exchanges } = JSON.parse(text) as { readonly exchanges: readonly Exchange[] };
      const sent = exchanges.find(({ url }) => url.includes("/classificationPolicies/"));
      return fixAttachments(inNamesOfNow(sent?.requestBody ?? {})) as JsonObject;
    },
  );
  for (const body of policies) {
    const command = { kind: "patch", collection: "classificationPolicies", id: "c", body } as const;
    const { response } = createRouter().step(command, startMs);
    expect(response).toMatchObject({ status: 400, error: { code: "BadRequest" } });
    expect(JSON.stringify(response)).toContain(
      "must be a string, number or boolean, not an object",
    );
  }
});

class Play {
  readonly #router: Router;
  readonly #isGeneral: boolean;
  /** Recorded ids of offers and assignments, and ours. */
  readonly #ids = new Map<string, string>();
  #nowMs = startMs;
  compared = 0;

  constructor(apiVersion: string, exchanges: readonly Exchange[]) {
    this.#isGeneral = apiVersion === "2023-11-01";
    this.#router = createRouter({
      classificationDelayMs: 1000,
      queueingDelayMs: 500,
      matchingDelayMs: 500,
    });
    // What existed before the recording began, it had left in the service.
    const met = new Set<string>();
    for (const { method, url, status, requestBody, responseBody } of exchanges) {
      const { collection, id } = placeOf(url);
      if (met.has(id) || (method !== "PATCH" && collection !== "jobs")) continue;
      met.add(id);
      if (method === "GET") {
        this.#step({ kind: "patch", collection, id, body: translated(responseBody) });
      }
      if (method !== "PATCH") continue;
      if (this.#isGeneral && status === 200) {
        const body = collection === "workers" ? withoutOwn(responseBody) : requestBody;
        this.#step({ kind: "patch", collection, id, body: translated(body) });
      }
    }
    this.#wait(5000);
  }

  exchange(exchange: Exchange): void {
    const { method, url, status, responseBody } = exchange;
    const { collection, id } = placeOf(url);
    this.#nowMs += 10;
    if (method === "GET") {
      if (url.includes("/position")) {
        expect(this.#router.position(id)).toEqual(responseBody);
      } else this.#poll(collection, id, translated(responseBody));
      this.compared++;
      return;
    }
    const { response } = this.#step(this.#commandOf(exchange));
    if (response === undefined) throw new Error("no response");
    this.compared++;
    if (!response.ok) {
      expect(response.status, url).toBe(status);
      const { communicationError } = responseBody as { communicationError: JsonObject };
      const { target, ...error } = communicationError;
      expect(target).toContain(url.split("?")[0]?.replace("https://endpoint", ""));
      // In April 2023 the message was the text of an exception.
      const isOld = String(error.message).startsWith("Exception of type");
      expect(isOld ? { ...response.error, message: error.message } : response.error).toEqual(error);
      return;
    }
    // Statuses of upserts in the preview tell nothing; see the order of its first months.
    if (this.#isGeneral || method !== "PATCH") expect(response.status, url).toBe(status);
    if (responseBody === null) return;
    this.#learn(translated(responseBody), response.result ?? {});
    this.#compare(response.result ?? {}, translated(responseBody), url);
  }

  #commandOf({ method, url, requestBody }: Exchange): RouterCommand {
    const { collection, id, rest } = placeOf(url);
    if (method === "DELETE") return { kind: "delete", collection, id };
    if (method === "PATCH") {
      return { kind: "patch", collection, id, body: translated(requestBody) };
    }
    const sent = (requestBody ?? {}) as Record<string, string>;
    const action = /:(\w+)$/u.exec(rest === "" ? url : rest)?.[1] ?? /:(\w+)/u.exec(url)?.[1];
    const part = /\/(?:offers|assignments)\/([^:]+):/u.exec(url)?.[1] ?? sent.assignmentId ?? "";
    const ours = this.#ids.get(part) ?? part;
    switch (action) {
      case "accept":
      case "decline":
        return { kind: action, workerId: id, offerId: ours };
      case "complete":
      case "close":
      case "unassign":
        return { kind: action, jobId: id, assignmentId: ours };
      default: {
        const { dispositionCode } = sent;
        return {
          kind: "cancel",
          jobId: id,
          ...(dispositionCode === undefined ? {} : { dispositionCode }),
        };
      }
    }
  }

  #step(command: RouterCommand) {
    return this.#router.step(command, this.#nowMs);
  }

  #wait(ms: number): void {
    this.#nowMs += ms;
    this.#router.advance(this.#nowMs);
  }

  /** Lets time pass until the object looks as recorded, for a while. */
  #poll(collection: Collection, id: string, recorded: JsonObject): void {
    // Two jobs of a recording went their ways at different speeds.
    const isPassing = ["pendingClassification", "waitingForActivation"].includes(
      String(recorded.status),
    );
    if (isPassing && this.#router.job(id)?.status === "queued") return;
    // The service answered from a copy that had not heard of the change yet.
    if (isLate(recorded) && this.#router.worker(id)?.assignedJobs.length === 0) return;
    let problem: unknown;
    for (let tries = 0; tries < 60; tries++) {
      const own = this.#router.view(collection, id)?.body ?? {};
      try {
        this.#learn(recorded, own);
        this.#compare(own, recorded, id);
        return;
      } catch (error) {
        problem = error;
      }
      this.#wait(50);
    }
    throw problem;
  }

  #learn(recorded: JsonObject, own: JsonObject): void {
    for (const [name, list] of [
      ["offerId", "offers"],
      ["assignmentId", "assignedJobs"],
    ] as const) {
      const [theirs] = (recorded[list] ?? []) as readonly JsonObject[];
      const [ours] = (own[list] ?? []) as readonly JsonObject[];
      if (theirs !== undefined && ours !== undefined) {
        this.#ids.set(String(theirs[name]), String(ours[name]));
      }
    }
    if (recorded.assignmentId !== undefined && own.assignmentId !== undefined) {
      this.#ids.set(String(recorded.assignmentId), String(own.assignmentId));
    }
  }

  #compare(own: JsonObject, recorded: JsonObject, what: string): void {
    const expected = this.#masked(recorded);
    // Before matching modes there was only one.
    const { matchingMode, ...others } = own;
    const hasMode = recorded.matchingMode !== undefined || matchingMode === undefined;
    const actual = this.#masked(hasMode ? own : others);
    expect(actual, what).toEqual(expected);
    // Order of properties too; labels are the client's.
    expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
  }

  #masked(body: JsonObject): JsonObject {
    let text = JSON.stringify(body, (key, value: unknown) => {
      if (key === "etag") return undefined;
      if (key === "labels") return Object.fromEntries(Object.entries(value ?? {}).sort());
      if (/At$/u.test(key) && typeof value === "string") return "(time)";
      return value;
    });
    for (const [theirs, ours] of this.#ids) text = text.replaceAll(theirs, ours);
    // Ids of actions that were sent without one.
    return JSON.parse(text.replaceAll(/("note":"[^"]*","id":)"[0-9a-f-]{36}"/gu, '$1"(id)"'));
  }
}

function isLate(recorded: JsonObject): boolean {
  return Array.isArray(recorded.assignedJobs) && recorded.assignedJobs.length > 0;
}

function withoutOwn(body: Json): Json {
  const { queues, capacity, labels, channels } = body as JsonObject;
  return { queues, capacity, labels, channels } as Json;
}

function translated(body: Json | undefined): JsonObject {
  return withTextValues(fixAttachments(inNamesOfNow(body ?? {}))) as JsonObject;
}

function placeOf(url: string): { collection: Collection; id: string; rest: string } {
  const path = url.split("?")[0] ?? "";
  const found = /\/routing\/(\w+)\/([^/:]+)(.*)$/u.exec(path);
  const collection = collections.find((known) => known === found?.[1]);
  if (found === null || collection === undefined) throw new Error(`not understood: ${url}`);
  return { collection, id: found[2] ?? "", rest: found[3] ?? "" };
}
