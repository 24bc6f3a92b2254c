/** The few assertions of the suite, for hosts without Node's. */
function ok(value: unknown, message = "a true value"): asserts value {
  if (!value) throw new Error(`expected ${message}`);
}

function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`);
}

function notEqual(actual: unknown, expected: unknown): void {
  if (actual === expected) throw new Error(`expected something else than ${String(expected)}`);
}

function deepEqual(actual: unknown, expected: unknown): void {
  equal(JSON.stringify(actual), JSON.stringify(expected));
}

function match(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`expected ${pattern} in ${text}`);
}

export default { ok, equal, notEqual, deepEqual, match };
