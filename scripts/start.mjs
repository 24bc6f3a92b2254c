// npm start: a real policy from source to decision, through the command that users run.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = join(root, "packages/cli/bin/routewright.js");
const policy = "examples/contact-centre/main.route";
const jobs = "examples/contact-centre/jobs.json";
const jobId = "third-call-about-a-parcel";

console.log("Brightwater's contact centre: twelve desks, three policies, over several files.");
step("Is anything wrong with it?", ["check", policy]);
step("Compile it: one artefact, which is tested, evaluated and deployed.", [
  ...["compile", policy, "--out", "node_modules/.cache/contact-centre.json"],
]);
step("Run its tests, and see how much of it they reach.", ["test", policy, "--coverage"]);
const job = JSON.parse(readFileSync(join(root, jobs), "utf8")).find(({ id }) => id === jobId);
step(
  "Ask why: somebody calls about a lost parcel for the third time.",
  [
    ...["eval", "node_modules/.cache/contact-centre.json", "--job", "-"],
    ...["--workers", "examples/contact-centre/workers.json", "--explain"],
  ],
  { shown: `jq '.[] | select(.id == "${jobId}")' ${jobs} | `, input: JSON.stringify(job) },
);
console.log(`\nNext: npx routewright init my-policies   (or read docs/language.md)`);

function step(title, args, { shown = "", input } = {}) {
  console.log(`\n── ${title}\n$ ${shown}npx routewright ${args.join(" ")}`);
  const { status, error } = spawnSync(process.execPath, [command, ...args], {
    cwd: root,
    input,
    stdio: [input === undefined ? "ignore" : "pipe", "inherit", "inherit"],
  });
  if (status === 0) return;
  if (error !== undefined) console.error(error.message);
  process.exit(status ?? 1);
}
