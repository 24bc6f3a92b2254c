import process from "node:process";
import { createInterface } from "node:readline/promises";
import {
  type CarriedOut,
  carryOut,
  decodePlan,
  failuresOf,
  keyOf,
  kindWords,
  NotApplied,
  type Plan,
  planFor,
  renderPlan,
  type Session,
  sealWanted,
  type Wanted,
  withValues,
} from "@routewright/azure/node";
import { printable } from "@routewright/diagnostics";
import { type ExitCode, exitCodes, Failure } from "../failure.ts";
import { dataLimitBytes, kindOf, readText, stdinArgument } from "../io/read.ts";
import { err, out, outJson, planWidth, styleOf } from "../io/terminal.ts";
import type { ApplyOptions } from "./options.ts";
import { withSession } from "./session.ts";
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
    const session = withValues(plain, wanted.values);
    const objects = sealWanted(wanted.objects, session.lookup, session.print);
    return planAndRun(session, { objects, hash: wanted.hash }, options);
  });
}

/** Shows the plan for what is wanted, asks unless `--yes`, and carries it out. */
export async function planAndRun(
  session: Session,
  wanted: Wanted,
  options: ApplyOptions,
): Promise<ExitCode> {
  const { plan } = await planFor(session, wanted, options.adopt === true);
  if (options.json !== true) out(renderPlan(plan, styleOf("stdout"), planWidth()));
  if (plan.conflicts.length > 0) return exitCodes.refused;
  if (plan.changes.length > 0 && options.yes !== true) await confirm(plan);
  return run(session, plan, options);
}

async function run(session: Session, plan: Plan, options: ApplyOptions): Promise<ExitCode> {
  const style = styleOf("stderr");
  const stop = stopOnSignal();
  const result = await carryOut(session, plan, {
    concurrency: options.concurrency,
    signal: stop.signal,
    onProgress: ({ change, done, total }) => {
      if (options.json === true) return;
      err(
        `${style.faint(`${done}/${total}`)} ${change.action} ${kindWords[change.kind]} ${printable(change.id)}\n`,
      );
    },
  })
    .catch((error: unknown) => {
      if (options.json === true && error instanceof NotApplied) outJson({ outcome: error.outcome });
      throw error;
    })
    .finally(stop.forget);
  if (options.json === true) outJson(summary(result));
  if (result.kind === "applied") {
    if (options.json !== true) {
      out(
        plan.changes.length === 0
          ? `nothing to do, bundle ${plan.bundleHash}\n`
          : `applied: ${counted(plan.changes.length, "change")}, bundle ${plan.bundleHash}\n`,
      );
    }
    return exitCodes.fine;
  }
  for (const failure of failuresOf(result)) err(`${style.error("error")} ${failure}\n`);
  const count = result.left.length + result.failures.length;
  err(
    `  ${style.strong("help:")} ${count} of ${counted(plan.changes.length, "change")} ${count === 1 ? "is" : "are"} left; what was written is recorded, so apply again ${result.failures.length === 0 ? "to finish" : "when the cause is mended"}\n`,
  );
  return result.failures.some(({ cause }) => "moved" in cause)
    ? exitCodes.refused
    : exitCodes.findings;
}

/**
 * An interruption begins nothing more, waits for what is on its way and records it; a second one ends
 * at once, which the next run makes up for.
 */
function stopOnSignal(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const forget = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
  const onSignal = (): void => {
    forget();
    err("stopping: nothing more is begun; what is on its way is waited for\n");
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { signal: controller.signal, forget };
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function summary(result: CarriedOut): object {
  return {
    outcome: result.kind,
    written: (result.state.put ?? []).map(keyOf),
    removed: (result.state.drop ?? []).map(keyOf),
    ...(result.kind === "stopped"
      ? { failed: result.failures.map(({ change }) => keyOf(change)), left: result.left.map(keyOf) }
      : {}),
  };
}

async function confirm(plan: Plan): Promise<void> {
  const help = "look at the plan, then give --yes, or apply a saved plan";
  if (process.stdin.isTTY !== true)
    throw new Failure("nobody can be asked whether to apply this", help);
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(
      `Apply ${counted(plan.changes.length, "change")}? Only \`yes\` does: `,
    );
    if (answer.trim() !== "yes") throw new Failure("not applied", undefined, exitCodes.refused);
  } finally {
    dialogue.close();
  }
}

/** A file that is a saved plan, whatever it is called; nothing for policies, bundles and objects. */
async function readPlan(file: string | undefined): Promise<Plan | undefined> {
  if (file === undefined || file === stdinArgument || kindOf(file) !== "file") return undefined;
  if (file.endsWith(".route")) return undefined;
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
