/** Where the emulator's time stands against the clock on the wall; plain data, kept in the journal. */
export interface ClockState {
  /** The emulator's time when the wall clock showed `wallMs`. */
  readonly virtualMs: number;
  readonly wallMs: number;
  /** Emulator seconds in a second of the wall clock; above 0. */
  readonly scale: number;
  readonly frozen: boolean;
}

/** The emulator's clock: runs with the wall clock until it is told otherwise, and never goes back. */
export interface Clock {
  nowMs(): number;
  state(): ClockState;
  /** Goes on from another state; times already given stay in the past. */
  load(state: ClockState): void;
  /** False when the time lies in the past: nothing is changed then. */
  set(atMs: number): boolean;
  freeze(frozen: boolean): void;
  setScale(scale: number): void;
  /** Back to the wall clock's pace, and to its time unless that lies in the past. */
  reset(): void;
  /** Wall-clock milliseconds until the emulator's time; undefined while frozen. */
  delayUntil(atMs: number): number | undefined;
}

export function createClock(wall: () => number): Clock {
  let anchor: ClockState = { virtualMs: wall(), wallMs: wall(), scale: 1, frozen: false };
  let latestMs = anchor.virtualMs;

  function nowMs(): number {
    const elapsedMs = anchor.frozen ? 0 : Math.max(0, wall() - anchor.wallMs) * anchor.scale;
    latestMs = Math.max(latestMs, Math.floor(anchor.virtualMs + elapsedMs));
    return latestMs;
  }

  function anchorAt(virtualMs: number, changes: Partial<ClockState> = {}): void {
    anchor = { ...anchor, virtualMs, wallMs: wall(), ...changes };
    latestMs = Math.max(latestMs, virtualMs);
  }

  return {
    nowMs,
    state: () => ({ ...anchor, virtualMs: nowMs(), wallMs: wall() }),
    load: (state) => {
      anchor = state;
      latestMs = Math.max(latestMs, state.virtualMs);
    },
    set: (atMs) => {
      if (atMs < nowMs()) return false;
      anchorAt(atMs);
      return true;
    },
    freeze: (frozen) => anchorAt(nowMs(), { frozen }),
    setScale: (scale) => anchorAt(nowMs(), { scale }),
    reset: () => anchorAt(Math.max(nowMs(), wall()), { scale: 1, frozen: false }),
    delayUntil: (atMs) =>
      anchor.frozen ? undefined : Math.max(0, Math.ceil((atMs - nowMs()) / anchor.scale)),
  };
}
