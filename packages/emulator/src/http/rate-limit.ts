import { Refusal } from "./refusal.ts";

/** As documented: this many in the window, and then nothing for as long as the window. */
export const serviceRate = { requests: 1_000, windowMs: 10_000 } as const;

export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** Counts requests in fixed windows of real time; throws 429 for what the service would refuse. */
export function createRateLimiter(limit: RateLimit): (nowMs: number) => void {
  let windowEndsMs = 0;
  let seen = 0;
  let refusedUntilMs = 0;
  return (nowMs) => {
    if (nowMs >= refusedUntilMs) {
      if (nowMs >= windowEndsMs) {
        windowEndsMs = nowMs + limit.windowMs;
        seen = 0;
      }
      seen += 1;
      if (seen <= limit.requests) return;
      refusedUntilMs = nowMs + limit.windowMs;
      windowEndsMs = refusedUntilMs;
    }
    throw tooManyRequests(Math.ceil((refusedUntilMs - nowMs) / 1_000));
  };
}

export function tooManyRequests(retryAfterSeconds: number): Refusal {
  return new Refusal(
    429,
    {
      code: "TooManyRequests",
      message: `The request rate limit was exceeded; try again after ${retryAfterSeconds} seconds.`,
    },
    { "Retry-After": String(retryAfterSeconds) },
  );
}
