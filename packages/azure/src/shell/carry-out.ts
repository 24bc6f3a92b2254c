import { printable } from "@routewright/diagnostics";
import { type ApplyProgress, type ApplyResult, apply } from "../apply/apply.ts";
import type { JournalEntry } from "../apply/journal.ts";
import { ServiceFailure } from "../client/service-failure.ts";
import { hashOfPlan } from "../files.ts";
import { kindWords } from "../objects.ts";
import type { Plan } from "../plan/plan.ts";
import { fingerprints } from "../secrets/fingerprint.ts";
import { changeState, type DeployState } from "../state/state.ts";
import { DeployProblem, isErrno } from "./problem.ts";
import { describeServiceFailure, helpFor, type Session } from "./session.ts";
import { type Journal, openJournal, saveState } from "./state-file.ts";

export interface CarryOutOptions {
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ApplyProgress) => void;
}

export type CarriedOut = Extract<ApplyResult, { readonly kind: "applied" | "stopped" }>;

/**
 * Carries out a plan with its journal, and records in the state what came of it.
 *
 * @throws DeployProblem when nothing was done: the plan is of another service or state, has
 * conflicts, lacks credentials, or something has moved since it was made.
 */
export async function carryOut(
  session: Session,
  plan: Plan,
  options: CarryOutOptions,
): Promise<CarriedOut> {
  checkPlan(session, plan);
  const { file, store, lookup } = session;
  if (plan.conflicts.length > 0) {
    throw refusalOf({ kind: "conflicts" });
  }
  if (plan.changes.length === 0 && file.exists) {
    if (file.interrupted !== undefined) saveState(file.path, changeState(session.state, {}));
    return { kind: "applied", state: {} };
  }
  // A plan from before there was a state file names the state that begins here.
  const { lineage, salt } = plan.state;
  const state = file.exists ? session.state : { ...session.state, lineage, salt };
  // Opened by the first entry, so that an apply that is refused leaves no file. The state must be
  // on the disk by then: after a crash the journal is read with it.
  let journal: Journal | undefined;
  const append = (entry: JournalEntry): void => {
    if (journal === undefined && !file.exists) saveState(file.path, state);
    journal ??= openJournal(file.path);
    journal.append(entry);
  };
  let result: ApplyResult;
  try {
    result = await apply(plan, {
      ...options,
      store,
      lookup,
      print: fingerprints(state.salt),
      planHash: hashOfPlan(plan),
      journal: append,
      ...(file.interrupted === undefined ? {} : { begun: file.interrupted.begun }),
    });
  } finally {
    journal?.close();
  }
  switch (result.kind) {
    case "applied": {
      const release = { bundleHash: plan.bundleHash, appliedAt: new Date().toISOString() };
      record(file.path, changeState(state, { ...result.state, release }));
      return result;
    }
    case "stopped":
      // Of a write whose answer never came only the journal knows.
      if (!result.isOpen) record(file.path, changeState(state, result.state));
      return result;
    default:
      throw refusalOf(result);
  }
}

/** What was written is on record in the journal already; it stays when the state cannot be written. */
function record(path: string, state: DeployState): void {
  try {
    saveState(path, state);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new DeployProblem(
      `the service was changed, and \`${printable(path)}\` could not be written: ${printable(error.message)}`,
      "nothing is lost: its journal has it all; make room or mend the permissions, then run the command again",
    );
  }
}

/** What each change that failed came to, in words. */
export function failuresOf(
  stopped: Extract<ApplyResult, { readonly kind: "stopped" }>,
): readonly string[] {
  return stopped.failures.map(({ change, cause }) => {
    const name = `${kindWords[change.kind]} \`${printable(change.id)}\``;
    const why =
      "moved" in cause
        ? `it was ${cause.moved} by somebody else meanwhile`
        : messageOf(cause.error);
    return `${change.action} ${name}: ${why}`;
  });
}

function checkPlan({ target, state, file }: Session, plan: Plan): void {
  if (plan.target !== target) {
    throw new DeployProblem(
      `the plan is for ${printable(plan.target)}, not for ${printable(target)}`,
      "connect to the service it was made for",
      "refused",
    );
  }
  const isFirst = plan.state.serial === 0 && !file.exists;
  if (!isFirst && (plan.state.lineage !== state.lineage || plan.state.serial !== state.serial)) {
    throw new DeployProblem(
      "the plan was made from another state; nothing was changed",
      "make it anew with `routewright plan --out`",
      "refused",
    );
  }
}

/** Nothing was written, for a reason that the service or the environment gives. */
export class NotApplied extends DeployProblem {
  readonly outcome: Exclude<ApplyResult, CarriedOut>["kind"];
  /** Of the credentials that it is about. */
  readonly names: readonly string[];
  constructor(result: Exclude<ApplyResult, CarriedOut>, message: string, help: string) {
    super(
      `${message}; nothing was changed`,
      help,
      result.kind === "missingSecrets" ? "misuse" : "refused",
    );
    this.outcome = result.kind;
    this.names = "names" in result ? result.names : [];
  }
}

function refusalOf(result: Exclude<ApplyResult, CarriedOut>): NotApplied {
  switch (result.kind) {
    case "conflicts":
      return new NotApplied(result, "the plan has conflicts", "see `routewright plan`");
    case "missingSecrets":
      return new NotApplied(
        result,
        `these credentials are not at hand: ${result.names.map(printable).join(", ")}`,
        "set the environment variables, or hand them over with --secrets-fd",
      );
    case "changedSecrets":
      return new NotApplied(
        result,
        `these credentials have other values than when the plan was made: ${result.names.map(printable).join(", ")}`,
        "make the plan anew",
      );
    case "stale": {
      const what = result.moved.map(
        ({ kind, id, how }) => `${kindWords[kind]} \`${printable(id)}\` was ${how}`,
      );
      return new NotApplied(
        result,
        `the service has moved since the plan was made: ${what.join(", ")}`,
        "make the plan anew and look at it",
      );
    }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ServiceFailure) {
    return `${describeServiceFailure(error)} (${helpFor(error)})`;
  }
  return printable(error instanceof Error ? error.message : String(error));
}
