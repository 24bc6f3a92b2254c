/** Lets messages and signals come in before the next slice. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
