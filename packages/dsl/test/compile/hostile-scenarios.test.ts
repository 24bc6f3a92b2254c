import { sourceText } from "@routewright/diagnostics";
import { type Bundle, decodeBundle, encodeBundle } from "@routewright/jobrouter";
import { runTests } from "@routewright/runtime";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleOf } from "../support/compile-text.ts";

/** Every kind of step and of expectation. */
const bundle = bundleOf(`
labels job { topic: text waits?: 0..100 }
labels worker { topic: text }
channel chat
distribution d { mode best worker score 1 offers 1..2, expire after 60s }
exceptions late {
  when waiting > 5m -> reclassify via c set { waits: 99 }
  when queue length > 1 -> cancel "full" note "n"
}
queue q { distribution d exceptions late }
queue r { distribution d }
classification c {
  queue = if job.waits > 50 then r else q
  priority = function "https://f.example/rule"
  require worker.topic == job.topic for 2m
}
test "t" {
  job on chat via c { topic: "a" }
  worker ann { labels { topic: "a" } }
  stub "https://f.example/rule" -> 5
  choose 0.5
  expect queue == q expect priority == 5 expect workers [ann] expect require worker.topic == "a"
}
scenario "s" {
  starts "2026-03-01T09:00:00Z" choose 0.5
  stub "https://f.example/rule" -> 5
  classifying takes 1s queueing takes 1s offering takes 1s
  worker ann { queues [q, r], capacity 2, channel chat cost 1 max 2, labels { topic: "a" }, accepts after 20s, completes after 30s, closes after 1m }
  worker bob { queues [q], capacity 1, channel chat, labels { topic: "b" } }
  at 0s {
    job j1 on chat via c { topic: "a" }
    job j2 on chat via c suspended { topic: "b" }
    job j3 on chat in q priority 3 scheduled at 10m { topic: "b" } requesting worker.topic == "b" for 1m expedite
    expect no queue of j1
  }
  within 10s expect offer of j1 to ann issued
  until 10s expect no event RouterJobCancelled of j1
  at 30s { release j2 set j2 { waits: none } set ann { topic: "a" } change bob { capacity 2 } }
  at 50s { bob declines j2 for 10s bob accepts j2 refused }
  at 55s { move j2 to r, priority 7 reclassify j2 via c unassign j2 refused }
  at 2m { bob goes off expect bob inactive expect load of ann >= 0 expect waiting in q [] expect workers for j2 [] }
  at 3m { bob comes back expect j2 no longer requires worker.topic == "b" expect j1 closed expect priority of j2 == 7 }
  at 6m { expect queue of j2 == r expect labels of j2 { waits: none } expect events of j1 [RouterJobReceived, RouterJobQueued] }
  at 7m { cancel j2 "c" note "n" refused expect disposition of j2 != "c" expect note of j2 != "n" expect queue of j3 != r }
  at 8m { ann completes j1 note "n" refused ann closes j1 "d" note "n" after 5m refused }
}
`);

const original = encodeBundle(bundle);
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const hostile: readonly Json[] = [
  ...[null, true, false, "", "constructor", "__proto__", "toString", "j1", "ann", "\ud800"],
  ...[-1, 0.5, 1, 2 ** 31, 2 ** 53, 1e21, 1e308, -1e308],
  ...[[], {}, [[]], [null], { kind: "job" }, { kind: "__proto__" }],
];
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  from: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.constantFrom("hostile", "hostile", "remove", "copy", "repeat"),
  value: fc.constantFrom(...hostile),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

interface Place {
  readonly owner: Json[] | { [key: string]: Json };
  readonly key: string | number;
}

/** Everything inside scenarios and tests, and inside the objects that they are played with. */
function placesIn(root: { [key: string]: Json }): readonly Place[] {
  const places: Place[] = [];
  const visit = (owner: Place["owner"]): void => {
    const keys = Array.isArray(owner) ? owner.keys() : Object.keys(owner);
    for (const key of keys) {
      const value = Array.isArray(owner) ? owner[Number(key)] : owner[key];
      places.push({ owner, key });
      if (typeof value === "object" && value !== null) visit(value);
    }
  };
  for (const part of ["scenarios", "scenarios", "tests", "objects"]) {
    const value = root[part];
    if (typeof value === "object" && value !== null) visit(value);
  }
  return places;
}

function get({ owner, key }: Place): Json | undefined {
  return Array.isArray(owner) ? owner[Number(key)] : owner[key];
}

function set({ owner, key }: Place, value: Json): void {
  if (Array.isArray(owner)) owner[Number(key)] = value;
  else
    Object.defineProperty(owner, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function mutate(changes: readonly Mutation[]): string {
  const root = JSON.parse(original) as { [key: string]: Json };
  for (const { at, from, how, value } of changes) {
    const places = placesIn(root);
    const place = places[Math.floor(at * places.length)];
    const other = places[Math.floor(from * places.length)];
    if (place === undefined || other === undefined) continue;
    if (how === "hostile") set(place, value);
    else if (how === "copy") set(place, structuredClone(get(other) ?? null));
    else if (Array.isArray(place.owner)) {
      const copies = how === "repeat" ? [get(place) ?? null, get(place) ?? null] : [];
      place.owner.splice(Number(place.key), 1, ...copies.map((each) => structuredClone(each)));
    } else if (how === "remove") delete place.owner[place.key];
  }
  return JSON.stringify(root);
}

/** Decodes, and seals what was changed: only then does it get past the hash. */
function decode(text: string): Bundle | undefined {
  const first = decodeBundle(sourceText(text));
  const errors = first.diagnostics.filter(({ severity }) => severity === "error");
  for (const { span, message } of first.diagnostics) {
    expect(span.end, message).toBeLessThanOrEqual(text.length);
    expect(span.start, message).toBeLessThanOrEqual(span.end);
    // Not the file as a whole: the place that is wrong.
    expect(span.end - span.start, message).toBeLessThan(text.length);
  }
  const [only] = errors;
  if (errors.length !== 1 || only?.code !== "bundle-hash") {
    expect(first.value === undefined, "refused with a reason").toBe(errors.length > 0);
    return first.value;
  }
  const right = /`([^`]+)` is right/.exec(only.message)?.[1] ?? "";
  const sealed = decodeBundle(sourceText(text.replace(bundle.hash, right)));
  expect(sealed.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return sealed.value;
}

test("the scenario passes as it is", () => {
  const [result] = runTests(decode(original) ?? bundle).scenarios;
  expect(result?.checks.filter(({ passed }) => !passed)).toEqual([]);
});

test("whatever is changed in it is refused with its place or played to the end", {
  timeout: 300_000,
}, () => {
  const counts = { refused: 0, played: 0 };
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = decode(mutate(changes));
      if (changed === undefined) {
        counts.refused++;
        return;
      }
      counts.played++;
      for (const { checks, timeline } of runTests(changed, { busyLimit: 500 }).scenarios) {
        expect(checks.every(({ expected, actual }) => expected !== "" && actual !== "")).toBe(true);
        expect(timeline.every(({ text }) => text !== "")).toBe(true);
      }
    }),
    { numRuns: Number(process.env.LAW_RUNS ?? 1_500) },
  );
  expect(counts.refused).toBeGreaterThan(100);
  expect(counts.played).toBeGreaterThan(100);
});
