import type { ServiceError } from "@routewright/runtime";

/** What the service would refuse, on its way out as an answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: ServiceError;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: ServiceError, headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.name = "Refusal";
    this.status = status;
    this.error = error;
    this.headers = headers;
  }
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, { code: "BadRequest", message });
}

/** A 400 in the form of the service's validation errors: one detail for each thing wrong. */
export function invalid(code: string, message: string): Refusal {
  return new Refusal(400, {
    code: "BadRequest",
    message: "One or more validation errors occurred.",
    details: [{ code, message }],
  });
}

export function notFound(message: string): Refusal {
  return new Refusal(404, { code: "NotFound", message });
}

export function unauthorized(message: string): Refusal {
  return new Refusal(
    401,
    { code: "Unauthorized", message },
    { "WWW-Authenticate": "HMAC-SHA256, Bearer" },
  );
}

/**
 * The body that the service sends, which is not that of its API description: `communicationError`
 * with the path as target, and details only when there are any.
 */
export function errorBody(error: ServiceError, target: string): string {
  const { code, message, details } = error;
  return JSON.stringify({
    communicationError: {
      code,
      message,
      target,
      ...(details === undefined || details.length === 0 ? {} : { details }),
    },
  });
}
