import type { CommandResponse, ServiceError } from "./router.ts";
import type { JobStatus } from "./transition.ts";

export type Refusal = Extract<CommandResponse, { readonly ok: false }>;
export type ErrorDetail = NonNullable<ServiceError["details"]>[number];

/** One thing wrong with a body; a few are told, more would help nobody. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

const mostProblems = 20;

export function refuse(
  status: number,
  code: string,
  message: string,
  details?: readonly ErrorDetail[],
): Refusal {
  return {
    ok: false,
    status,
    error: { code, message, ...(details === undefined ? {} : { details }) },
  };
}

/** The recorded shape of a 400. */
export function invalid(problems: readonly Problem[]): Refusal {
  const details = problems.slice(0, mostProblems);
  return refuse(400, "BadRequest", "One or more validation errors occurred.", details);
}

export function notFound(what: string, id: string): Refusal {
  return refuse(404, "NotFound", `${what} not found. Id: ${id}`);
}

export function conflict(message: string): Refusal {
  return refuse(409, "Conflict", message);
}

/** `queued` → `Queued`: how the service spells a status in messages and events. */
export function pascal(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The recorded words, quotes as they were sent. */
export function cannotReclassify(actual: JobStatus): Refusal {
  return conflict(
    `Cannot reclassify job due to mismatch in job status. Expected: 'Queued', 'PendingClassification or ClassificationFailed, Actual: '${pascal(actual)}'`,
  );
}

/** Other actions in a wrong status (Q25), in the same words. */
export function wrongStatus(action: string, expected: string, actual: JobStatus): Refusal {
  return conflict(
    `Cannot ${action} job due to mismatch in job status. Expected: '${expected}', Actual: '${pascal(actual)}'`,
  );
}
