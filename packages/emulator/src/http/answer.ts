import { errorBody, Refusal } from "./refusal.ts";

/** What goes back to the client, before the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for 204. */
  readonly body?: string | Buffer;
}

const jsonType = "application/json; charset=utf-8";

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { ...headers, "content-type": jsonType }, body: JSON.stringify(value) };
}

export function emptyAnswer(status: number): Answer {
  return { status, headers: {} };
}

/** @param path the request's, without its query. */
export function refusalAnswer(refusal: Refusal, path: string): Answer {
  return {
    status: refusal.status,
    headers: { ...refusal.headers, "content-type": jsonType },
    body: errorBody(refusal.error, path),
  };
}

/** Anything else that was thrown is our fault: said without its inside. */
export function refusalOfFault(): Refusal {
  return new Refusal(500, {
    code: "InternalServerError",
    message: "An internal server error has occurred.",
  });
}

/** A date of HTTP, whole seconds. */
export function httpDate(atMs: number): string {
  return new Date(atMs).toUTCString();
}
