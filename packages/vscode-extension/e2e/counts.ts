/** Runs named checks one after the other, says how each went, and counts. */
export interface Checks {
  check(name: string, run: () => Promise<void>): Promise<void>;
  readonly passed: number;
  readonly failed: number;
}

export function startChecks(
  report: (line: string) => void,
  onFailure: (name: string) => Promise<void> = async () => {},
): Checks {
  let passed = 0;
  let failed = 0;
  return {
    async check(name, run) {
      const before = Date.now();
      try {
        await run();
        passed++;
        report(`ok ${name} (${Date.now() - before} ms)`);
      } catch (error) {
        failed++;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        report(`not ok ${name} (${Date.now() - before} ms)\n    ${text.replace(/\n/gu, "\n    ")}`);
        await onFailure(name);
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
  timeoutMs = 20_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
