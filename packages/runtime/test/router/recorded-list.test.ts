import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { preconditionsOf, type Step } from "../../../../scripts/recordings/preconditions.ts";
import { type Recording, subjectOf } from "../../../../scripts/recordings/recording.ts";
import { translate } from "../../../../scripts/recordings/translate.ts";
import {
  type Collection,
  collections,
  createRouter,
  type Json,
  type JsonObject,
  type Router,
  type RouterCommand,
  type StoredView,
} from "../../src/index.ts";

/**
 * Recording 11: four pages of jobs that had been made over months. Their lives are told by what the
 * pages show of them, and are lived again at those times; then the pages are asked for as the router
 * gives them. The continuation tokens are the emulator's business.
 */
const file = new URL("./recordings/11-ga-list-jobs-paged.json", import.meta.url);
const name = "11-ga-list-jobs-paged.json";
const pageSize = 20;

test("jobs of months are listed in the recorded pages", () => {
  const recording = translate({
    ...(JSON.parse(readFileSync(file, "utf8")) as Omit<Recording, "name">),
    name,
  });
  // The steps make a job this long before the time at which it was queued.
  const router = createRouter({ queueingDelayMs: 600, matchingDelayMs: 150 });
  for (const step of preconditionsOf(recording)) {
    router.advance(step.atMs);
    const { response } = router.step(commandOf(router, step), step.atMs);
    expect(response, step.path).toMatchObject({ ok: true });
  }
  const pages: number[] = [];
  const ours: StoredView[] = [];
  const recorded: JsonObject[] = [];
  for (const { method, url, status, requestBody, responseBody, date } of recording.exchanges) {
    const { collection, id } = subjectOf(url);
    const atMs = Math.max(router.nowMs, Date.parse(date));
    if (method === "GET") {
      const last = ours.at(-1);
      const after = last === undefined ? {} : { after: placeOf(last) };
      const page = router.list("jobs", { ...after, limit: pageSize });
      const { value } = responseBody as unknown as { readonly value: readonly JsonObject[] };
      expect(page.length, url).toBe(value.length);
      pages.push(page.length);
      ours.push(...page);
      recorded.push(...value);
      continue;
    }
    const place = { collection: collectionOf(collection), id: String(id) };
    const command: RouterCommand =
      method === "DELETE"
        ? { kind: "delete", ...place }
        : { kind: "patch", ...place, body: requestBody as JsonObject };
    const { response } = router.step(command, atMs);
    expect(response?.status, `${method} ${url}`).toBe(status);
    if (response?.ok !== false) continue;
    const { communicationError } = responseBody as unknown as { communicationError: JsonObject };
    const { target: _, ...error } = communicationError;
    expect(response.error).toEqual(error);
  }
  expect(pages).toEqual([20, 20, 20, 1]);
  compare(ours, recorded);
});

function placeOf({ body, lastModifiedMs }: StoredView) {
  return { lastModifiedMs, id: String(body.id) };
}

function commandOf(router: Router, { method, path, body, through }: Step): RouterCommand {
  const [collection = "", id = ""] = path.split(/[/:]/u).map(decodeURIComponent);
  if (method === "PATCH") {
    return { kind: "patch", collection: collectionOf(collection), id, body };
  }
  const action = path.split(":").at(-1);
  const note = typeof body.note === "string" ? { note: body.note } : {};
  const code = body.dispositionCode;
  const dispositionCode = typeof code === "string" ? { dispositionCode: code } : {};
  if (action === "cancel") return { kind: "cancel", jobId: id, ...note, ...dispositionCode };
  const { jobId = "", workerId = "" } = through ?? {};
  if (action === "accept") {
    const offers = router.worker(workerId)?.offers ?? [];
    const offerId = offers.find((offer) => offer.jobId === jobId)?.offerId ?? "none";
    return { kind: "accept", workerId, offerId };
  }
  const assignmentId = router.job(jobId)?.assignments[0]?.assignmentId ?? "none";
  return action === "complete"
    ? { kind: "complete", jobId, assignmentId, ...note }
    : { kind: "close", jobId, assignmentId, ...note, ...dispositionCode };
}

function collectionOf(text: string): Collection {
  const found = collections.find((known) => known === text);
  if (found === undefined) throw new Error(`no collection ${text}`);
  return found;
}

/** The same jobs in the same order, but that the service's within a second is any (Q37). */
function compare(ours: readonly StoredView[], recorded: readonly JsonObject[]): void {
  const byId = (a: JsonObject, b: JsonObject): number => (String(a.id) < String(b.id) ? -1 : 1);
  expect(ours.map(({ body }) => masked(body)).sort(byId)).toEqual(recorded.map(masked).sort(byId));
  const seconds = new Map(
    ours.map(({ body, lastModifiedMs }) => [body.id, Math.floor(lastModifiedMs / 1000)]),
  );
  const newestFirst = [...seconds.values()].sort((a, b) => b - a);
  expect([...seconds.values()]).toEqual(newestFirst);
  expect(recorded.map(({ id }) => seconds.get(id))).toEqual(newestFirst);
}

/** Without ETags, ids of assignments and fractions of times, which are the service's own. */
function masked(body: JsonObject): JsonObject {
  const { etag: _, assignments, ...others } = body;
  const text = JSON.stringify({
    ...others,
    assignments: Object.values((assignments ?? {}) as JsonObject).map((assignment) => ({
      ...(assignment as JsonObject),
      assignmentId: "(id)",
    })),
  } as Json);
  return JSON.parse(text.replaceAll(/(T\d\d:\d\d:\d\d)(\.\d+)?\+00:00/gu, "(time)"));
}
