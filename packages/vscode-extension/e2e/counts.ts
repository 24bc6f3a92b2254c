export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs named checks one after the other, says how each went, and counts. */
export interface Checks extends Counts {
  check(name: string, run: () => Promise<void>): Promise<void>;
  /** What has to work but is no check by itself: told and counted only when it fails. */
  attempt(name: string, run: () => Promise<void>): Promise<void>;
}

export function startChecks(
  report: (line: string) => void,
  onFailure: (name: string) => Promise<void> = async () => {},
): Checks {
  let passed = 0;
  let failed = 0;
  const fail = async (name: string, ms: number, error: unknown): Promise<void> => {
    failed++;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report(`not ok ${name} (${ms} ms)\n    ${text.replace(/\n/gu, "\n    ")}`);
    await onFailure(name);
  };
  return {
    async check(name, run) {
      const before = Date.now();
      try {
        await run();
        passed++;
        report(`ok ${name} (${Date.now() - before} ms)`);
      } catch (error) {
        await fail(name, Date.now() - before, error);
      }
    },
    async attempt(name, run) {
      const before = Date.now();
      try {
        await run();
      } catch (error) {
        await fail(name, Date.now() - before, error);
      }
    },
    get passed() {
      return passed;
    },
    get failed() {
      return failed;
    },
  };
}

/** Asks until the answer is there; no fixed sleeps anywhere else. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
