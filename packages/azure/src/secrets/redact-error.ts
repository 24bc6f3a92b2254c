import { ServiceFailure } from "../client/service-failure.ts";
import type { KnownSecrets } from "./known-secrets.ts";

/**
 * A failure as it may be shown. The original is not kept as its cause: it holds request and answer,
 * and whoever looks into it would find them.
 */
export function redactError(error: unknown, { redact }: KnownSecrets): unknown {
  if (error instanceof ServiceFailure) {
    return new ServiceFailure({
      status: error.status,
      code: redact(error.code),
      message: redact(error.message),
      details: error.details.map(({ code, message }) => ({
        code: redact(code),
        message: redact(message),
      })),
      request: redact(error.request),
    });
  }
  if (!(error instanceof Error)) return error;
  if (error.name === "RestError") {
    const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
    const shown = Object.assign(new Error(redact(error.message)), { code });
    shown.name = error.name;
    return shown;
  }
  // Keeps its class, which says what it is.
  error.message = redact(error.message);
  if (error.stack !== undefined) error.stack = redact(error.stack);
  return error;
}
