// npx tsx -C @routewright/source scripts/lsp-sessions.ts [--edits N] [--seed N]
// Plays random edits against the language service: no feature may fail, and what is kept between
// edits must give the findings of a fresh start. Prints the heap after the first tenth and at the
// end: with `node --expose-gc` the two tell whether anything leaks.
import { parseArgs } from "node:util";
import { playSession } from "../packages/lsp/test/support/sessions.ts";

const { values } = parseArgs({
  options: { edits: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const edits = Number(values.edits);
const perSession = 2_000;
const sessions = Math.ceil(edits / perSession);
const heaps: number[] = [];
let asked = 0;
let compared = 0;
const started = performance.now();
for (let index = 0; index < sessions; index++) {
  const report = playSession(Number(values.seed) + index, Math.min(perSession, edits));
  asked += report.asked;
  compared += report.compared;
  globalThis.gc?.();
  heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
}
const early = heaps[Math.floor(heaps.length / 10)] ?? 0;
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${sessions * Math.min(perSession, edits)} edits, ${asked} questions, ${compared} comparisons in ${seconds} s; heap ${early.toFixed(0)} MB early, ${(heaps.at(-1) ?? 0).toFixed(0)} MB at the end`,
);
