/** After the messages that are waiting. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => later(resolve));
}

const later: (callback: () => void) => void =
  typeof setImmediate === "function"
    ? (callback) => setImmediate(callback)
    : (callback) => setTimeout(callback, 0);
