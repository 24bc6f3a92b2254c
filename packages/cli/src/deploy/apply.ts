import process from "node:process";
import { createInterface } from "node:readline/promises";
import {
  type ApplyResult,
  apply as applyPlan,
  changeState,
  decodePlan,
  fingerprints,
  hashOfPlan,
  type JournalEntry,
  keyOf,
  kindWords,
  type Plan,
  renderPlan,
  ServiceFailure,
  sealWanted,
  type WireObject,
} from "@routewright/azure";
import { printable } from "@routewright/diagnostics";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { dataLimitBytes, kindOf, readText, stdinArgument } from "../io/read.ts";
import { err, out, outJson, styleOf } from "../io/terminal.ts";
import type { ApplyOptions } from "./options.ts";
import { describeServiceFailure, planFor, type Session, withSession } from "./session.ts";
import { type Journal, openJournal, saveState } from "./state-file.ts";
import { readWanted } from "./wanted.ts";

/** Carries out a saved plan, or makes one from a policy, shows it and asks. */
export async function apply(file: string | undefined, options: ApplyOptions): Promise<ExitCode> {
  const saved = await readPlan(file);
  if (saved !== undefined) {
    return withSession(options, true, (session) => run(session, saved, options));
  }
  const wanted = await readWanted(file, options);
  if (wanted === undefined) return exitCodes.findings;
  return withSession(options, true, async (plain) => {
    const lookup = (name: string): string | undefined => wanted.values[name] ?? plain.lookup(name);
    const session = { ...plain, lookup };
    const objects = sealWanted(wanted.objects, lookup, session.print);
    return planAndRun(session, { objects, hash: wanted.hash }, options);
  });
}

/** Shows the plan for what is wanted, asks unless `--yes`, and carries it out. */
export async function planAndRun(
  session: Session,
  wanted: { readonly objects: readonly WireObject[]; readonly hash: string },
  options: ApplyOptions,
): Promise<ExitCode> {
  const { plan } = await planFor(session, wanted, options.adopt === true);
  if (options.json !== true) out(renderPlan(plan, styleOf("stdout")));
  if (plan.conflicts.length > 0) return exitCodes.refused;
  if (plan.changes.length > 0 && options.yes !== true) await confirm(plan);
  return run(session, plan, options);
}

async function run(session: Session, plan: Plan, options: ApplyOptions): Promise<ExitCode> {
  checkPlan(session, plan);
  const { file, store, lookup } = session;
  if (plan.conflicts.length > 0) return report({ kind: "conflicts" }, plan, options);
  if (plan.changes.length === 0 && file.exists) {
    if (file.interrupted !== undefined) saveState(file.path, changeState(session.state, {}));
    return report({ kind: "applied", state: {} }, plan, options);
  }
  // A plan from before there was a state file names the state that begins here.
  const { lineage, salt } = plan.state;
  const state = file.exists ? session.state : { ...session.state, lineage, salt };
  const planHash = hashOfPlan(plan);
  // Opened by the first entry, so that an apply that is refused leaves no file. The state must be
  // on the disk by then: after a crash the journal is read with it.
  let journal: Journal | undefined;
  const append = (entry: JournalEntry): void => {
    if (journal === undefined && !file.exists) saveState(file.path, state);
    journal ??= openJournal(file.path);
    journal.append(entry);
  };
  const style = styleOf("stderr");
  let result: ApplyResult;
  try {
    result = await applyPlan(plan, {
      store,
      lookup,
      print: fingerprints(state.salt),
      planHash,
      journal: append,
      concurrency: options.concurrency,
      ...(file.interrupted === undefined ? {} : { begun: file.interrupted.begun }),
      onProgress: ({ change, done, total }) => {
        if (options.json === true) return;
        err(
          `${style.faint(`${done}/${total}`)} ${change.action} ${kindWords[change.kind]} ${printable(change.id)}\n`,
        );
      },
    });
  } finally {
    journal?.close();
  }
  if (result.kind === "applied") {
    const release = { bundleHash: plan.bundleHash, appliedAt: new Date().toISOString() };
    saveState(file.path, changeState(state, { ...result.state, release }));
  } else if (result.kind === "stopped" && !result.isOpen) {
    saveState(file.path, changeState(state, result.state));
  }
  return report(result, plan, options);
}

function checkPlan({ target, state, file }: Session, plan: Plan): void {
  if (plan.target !== target) {
    throw new Failure(
      `the plan is for ${printable(plan.target)}, not for ${printable(target)}`,
      "connect to the service it was made for",
      exitCodes.refused,
    );
  }
  const isFirst = plan.state.serial === 0 && !file.exists;
  if (!isFirst && (plan.state.lineage !== state.lineage || plan.state.serial !== state.serial)) {
    throw new Failure(
      "the plan was made from another state; nothing was changed",
      "make it anew with `routewright plan --out`",
      exitCodes.refused,
    );
  }
}

function report(result: ApplyResult, plan: Plan, options: ApplyOptions): ExitCode {
  if (options.json === true) outJson(summary(result));
  const style = styleOf("stderr");
  switch (result.kind) {
    case "applied":
      if (options.json !== true)
        out(`applied: ${plan.changes.length} changes, bundle ${plan.bundleHash}\n`);
      return exitCodes.fine;
    case "conflicts":
      throw new Failure(
        "the plan has conflicts; nothing was changed",
        "see `routewright plan`",
        exitCodes.refused,
      );
    case "missingSecrets":
      throw new Failure(
        `these credentials are not at hand: ${result.names.map(printable).join(", ")}; nothing was changed`,
        "set the environment variables, or hand them over with --secrets-fd",
      );
    case "changedSecrets":
      throw new Failure(
        `these credentials have other values than when the plan was made: ${result.names.map(printable).join(", ")}; nothing was changed`,
        "make the plan anew",
        exitCodes.refused,
      );
    case "stale": {
      const what = result.moved.map(
        ({ kind, id, how }) => `${kindWords[kind]} \`${printable(id)}\` was ${how}`,
      );
      throw new Failure(
        `the service has moved since the plan was made: ${what.join(", ")}; nothing was changed`,
        "make the plan anew and look at it",
        exitCodes.refused,
      );
    }
    case "stopped": {
      for (const { change, cause } of result.failures) {
        const name = `${kindWords[change.kind]} \`${printable(change.id)}\``;
        const why =
          "moved" in cause
            ? `it was ${cause.moved} by somebody else meanwhile`
            : messageOf(cause.error);
        err(`${style.error("error")} ${change.action} ${name}: ${why}\n`);
      }
      const count = result.left.length + result.failures.length;
      err(
        `  ${style.strong("help:")} ${count} of ${plan.changes.length} changes are left; what was written is recorded, so apply again when the cause is mended\n`,
      );
      return result.failures.some(({ cause }) => "moved" in cause)
        ? exitCodes.refused
        : exitCodes.findings;
    }
  }
}

function summary(result: ApplyResult): object {
  if (result.kind !== "applied" && result.kind !== "stopped") return { outcome: result.kind };
  return {
    outcome: result.kind,
    written: (result.state.put ?? []).map(keyOf),
    removed: (result.state.drop ?? []).map(keyOf),
    ...(result.kind === "stopped"
      ? { failed: result.failures.map(({ change }) => keyOf(change)), left: result.left.map(keyOf) }
      : {}),
  };
}

function messageOf(error: unknown): string {
  if (error instanceof ServiceFailure) return describeServiceFailure(error);
  return printable(error instanceof Error ? error.message : String(error));
}

async function confirm(plan: Plan): Promise<void> {
  const help = "look at the plan, then give --yes, or apply a saved plan";
  if (process.stdin.isTTY !== true)
    throw new Failure("nobody can be asked whether to apply this", help);
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(
      `Apply ${plan.changes.length} changes? Only \`yes\` does: `,
    );
    if (answer.trim() !== "yes") throw new Failure("not applied", undefined, exitCodes.refused);
  } finally {
    dialogue.close();
  }
}

/** A file that is a saved plan; nothing for policies, bundles and objects. */
async function readPlan(file: string | undefined): Promise<Plan | undefined> {
  if (file === undefined || file === stdinArgument || kindOf(file) !== "file") return undefined;
  if (!file.endsWith(".json")) return undefined;
  const text = await readText(file, dataLimitBytes);
  if (!/"format"\s*:\s*"routewright-plan\//u.test(text.slice(0, 200))) return undefined;
  const decoded = decodePlan(text);
  if ("value" in decoded) return decoded.value;
  throw new Failure(
    `\`${printable(file)}\` cannot be applied: ${decoded.problem.message}`,
    decoded.problem.help,
    exitCodes.refused,
  );
}
