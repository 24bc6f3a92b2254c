import { emit } from "@routewright/dsl";
import { compileFormula, type FxValue, fxToNumber, isFxError } from "@routewright/powerfx";
import fc from "fast-check";
import jsonLogic, { type RulesLogic } from "json-logic-js";
import { expect, test } from "vitest";
import { randomPolicy } from "../support/arbitrary-policy.ts";
import { bundleOf, compileText } from "../support/compile-text.ts";

interface Emitted {
  readonly rules: readonly {
    readonly pointer: string;
    readonly role: "condition" | "priority" | "score";
    readonly formula?: string;
    readonly rule: RulesLogic;
  }[];
  readonly unsupported: readonly { readonly reason: string }[];
}

const scores = [
  "(if worker.language == job.topic then 50 else 0) + worker.skill * 3",
  "match { when worker.manager -> 100 when worker.tier == job.tier -> worker.skill otherwise -> 1 }",
  'if worker.region in [job.region, "EU"] and worker.skill > job.waits then abs(job.value) else -worker.skill / 2',
  "job.waits - worker.skill",
  "if worker.zone is missing then 0 else len(worker.zone)",
];

const worker = fc.record(
  {
    language: fc.constantFrom("a", "bill", ""),
    skill: fc.integer({ min: 0, max: 10 }),
    manager: fc.boolean(),
    region: fc.constantFrom("NA", "EU"),
    tier: fc.constantFrom(1, 2, 3),
    zone: fc.constantFrom("NA", "x"),
  },
  { requiredKeys: [] },
);

test("JsonLogic of every condition, priority and score agrees with the runtime", {
  timeout: 180_000,
}, () => {
  const counts = { compared: 0, formulas: 0, rules: 0, unsupported: 0 };
  fc.assert(
    fc.property(
      randomPolicy(4),
      fc.constantFrom(...scores),
      fc.array(worker, { minLength: 4, maxLength: 4 }),
      ({ text, jobs }, score, workers) => {
        const whole = `${text}\ndistribution scored { mode best worker score ${score} }\n`;
        const { bundle } = compileText(whole);
        if (bundle === undefined) return;
        const emitted = readEmitted(bundle);
        counts.rules += emitted.rules.length;
        counts.unsupported += emitted.unsupported.length;
        for (const { role, formula, rule } of emitted.rules) {
          if (formula === undefined) continue;
          counts.formulas++;
          const program = compileFormula(formula);
          for (const [index, { labels }] of jobs.entries()) {
            const job = Object.fromEntries(labels);
            const data = role === "score" ? { job, worker: workers[index] ?? {} } : { job };
            const wanted = program.evaluate(data);
            if (isFxError(wanted)) continue;
            counts.compared++;
            const told: unknown = jsonLogic.apply(rule, data);
            const context = JSON.stringify({ formula, data });
            if (role === "condition") expect(told === true, context).toBe(wanted === true);
            else expect(plain(told), context).toBe(plain(numberOf(wanted)));
          }
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(counts.compared, JSON.stringify(counts)).toBeGreaterThan(5_000);
  // Functions of text and labels that every JavaScript object has cannot be said; most can.
  expect(counts.unsupported, JSON.stringify(counts)).toBeLessThan(counts.rules);
});

test("what JsonLogic cannot say is listed with the reason", () => {
  const bundle = bundleOf(`
labels job { topic: text constructor: text 'a.b': boolean waits: number }
classification c {
  when startsWith(job.topic, "x") { require worker.ok == true }
  when job.constructor == "x" { require worker.ok == true }
  when job.'a.b' { require worker.ok == true }
  when function "https://f.example/rule" { require worker.ok == true }
  priority = 10 / job.waits
}
labels worker { ok: boolean }
`);
  expect(readEmitted(bundle).rules).toEqual([]);
  expect(readEmitted(bundle).unsupported.map(({ reason }) => reason)).toEqual([
    "`StartsWith`",
    "the label key `constructor`, which every record has",
    "the label key `a.b`",
    "a function rule",
    "a division by something else than a constant",
  ]);
});

function readEmitted(bundle: ReturnType<typeof bundleOf>): Emitted {
  const [file] = emit(bundle, "jsonlogic");
  if (file === undefined) throw new Error("nothing was emitted");
  return JSON.parse(file.text) as Emitted;
}

/** Blank is no number, and no JsonLogic number either. */
function numberOf(value: FxValue): number | null {
  return value === null ? null : (fxToNumber(value) ?? Number.NaN);
}

function plain(value: unknown): unknown {
  return value === 0 ? 0 : value;
}
