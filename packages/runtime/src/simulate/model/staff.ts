import type { StepArea } from "../statistics/time-average.ts";
import type { ShiftSpan, WorkerMember, Workload } from "../workload/workload.ts";
import type { WorkerResult } from "./result.ts";
import { shiftSpans } from "./shift-times.ts";
import type { SeriesTally, Window } from "./tally.ts";

/** One worker during a run: where they are, and what their time has gone to. */
export class StaffMember {
  readonly member: WorkerMember;
  readonly groupIndex: number;
  readonly number: number;
  readonly #groupName: string;
  readonly #window: Window;
  readonly #busyArea: StepArea;
  readonly #staffedArea: StepArea;
  readonly #spans: readonly ShiftSpan[];
  readonly #costs: ReadonlyMap<string, number>;
  #next = 0;
  #onShift = false;
  #away = false;
  #jobs = 0;
  #usedCapacity = 0;
  #lastMs = 0;
  /** How often this worker has stayed away; names the stream of the next absence. */
  absences = 0;
  readonly #sums = {
    staffedMs: 0,
    busyMs: 0,
    overtimeMs: 0,
    awayMs: 0,
    capacityMs: 0,
    jobs: 0,
  };

  constructor(
    member: WorkerMember,
    group: { readonly name: string; readonly index: number; readonly number: number },
    clock: Pick<Workload, "startMs" | "offsetMs">,
    horizonMs: number,
    window: Window,
    series: SeriesTally,
  ) {
    this.member = member;
    this.groupIndex = group.index;
    this.number = group.number;
    this.#groupName = group.name;
    this.#window = window;
    this.#busyArea = series.busy;
    this.#staffedArea = series.staffed;
    this.#spans = shiftSpans(member.shifts, clock, horizonMs);
    this.#costs = new Map(
      member.channels.map(({ channelId, capacityCostPerJob }) => [channelId, capacityCostPerJob]),
    );
  }

  get onShift(): boolean {
    return this.#onShift;
  }

  /** When the next shift starts, or this one ends; `undefined`: never. */
  nextTurnMs(): number | undefined {
    const span = this.#spans[this.#next];
    return this.#onShift ? span?.toMs : span?.fromMs;
  }

  /** Comes or goes. */
  turn(atMs: number): void {
    this.#account(atMs);
    if (this.#onShift) this.#next++;
    this.#onShift = !this.#onShift;
    this.#away = false;
    this.#staffedArea.change(this.#onShift ? 1 : -1, atMs);
  }

  leaveDesk(atMs: number): void {
    this.#account(atMs);
    this.#away = true;
  }

  comeBack(atMs: number): void {
    this.#account(atMs);
    this.#away = false;
  }

  take(channelId: string, atMs: number): void {
    this.#account(atMs);
    if (atMs >= this.#window.fromMs && atMs < this.#window.untilMs) this.#sums.jobs++;
    this.#usedCapacity += this.#costs.get(channelId) ?? 0;
    if (this.#jobs++ === 0) this.#busyArea.change(1, atMs);
  }

  release(channelId: string, atMs: number): void {
    this.#account(atMs);
    this.#usedCapacity -= this.#costs.get(channelId) ?? 0;
    if (--this.#jobs === 0) this.#busyArea.change(-1, atMs);
  }

  result(atMs: number): WorkerResult {
    this.#account(atMs);
    const { id, capacity } = this.member;
    return { id, group: this.#groupName, ...this.#sums, capacity };
  }

  #account(atMs: number): void {
    const from = Math.max(this.#lastMs, this.#window.fromMs);
    const length = Math.min(atMs, this.#window.untilMs) - from;
    this.#lastMs = atMs;
    if (length <= 0) return;
    const sums = this.#sums;
    if (this.#onShift) sums.staffedMs += length;
    if (this.#onShift && this.#away) sums.awayMs += length;
    if (this.#jobs === 0) return;
    sums.busyMs += length;
    sums.capacityMs += this.#usedCapacity * length;
    if (!this.#onShift) sums.overtimeMs += length;
  }
}
