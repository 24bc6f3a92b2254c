import { createRequire } from "node:module";
import { randomNumbers } from "./random.ts";

interface Timer {
  done(callback: () => void): Timer;
}

interface SimJs {
  readonly Entity: new (
    ...args: never[]
  ) => {
    setTimer(duration: number): Timer;
    useFacility(facility: object, duration: number): Timer;
  };
  readonly Facility: new (name: string, discipline: number, servers: number) => object;
  readonly Sim: new () => { addEntity(kind: object): unknown; simulate(until: number): unknown };
}

/** simjs hands itself over as a property of `window` only. */
function loadSimJs(): SimJs {
  const shared: { window?: object; Sim?: SimJs } = globalThis as object;
  shared.window = shared;
  createRequire(import.meta.url)("simjs");
  delete shared.window;
  if (shared.Sim === undefined) throw new Error("simjs is not there");
  return shared.Sim;
}

const simJs = loadSimJs();

/** The same jobs at 20 facilities of 25 servers: first come, first served, no labels, no offers. */
export function runInFacilities(jobs: number, perSecond: number, handlingSeconds: number) {
  const random = randomNumbers(1);
  const exponential = (mean: number): number => -mean * Math.log(1 - random());
  const sim = new simJs.Sim();
  const facilities = Array.from(
    { length: 20 },
    (_, index) => new simJs.Facility(`f${index}`, 0, 25),
  );
  let made = 0;
  let events = 0;
  class Arrivals extends simJs.Entity {
    start(): void {
      events++;
      const facility = facilities[made % facilities.length];
      if (facility === undefined || made++ >= jobs) return;
      this.useFacility(facility, exponential(handlingSeconds)).done(() => {
        events++;
      });
      this.setTimer(exponential(1 / perSecond)).done(() => this.start());
    }
  }
  sim.addEntity(Arrivals);
  sim.simulate(1e9);
  return { events };
}
