import { type JsonObject, routerEventNames } from "@routewright/runtime";
import {
  booleanOf,
  isJsonArray,
  memberOf,
  numberOf,
  onlyMembers,
  textOf,
} from "./http/json-body.ts";
import { operationNames } from "./http/operations.ts";
import { tooManyRequests } from "./http/rate-limit.ts";
import { badRequest, Refusal } from "./http/refusal.ts";

/** What goes wrong on purpose, for which requests or events, and how often. */
export interface Fault {
  readonly id: number;
  /** Operation names (see coverage) or event names; absent: all. */
  readonly only?: readonly string[];
  /** How likely it is for each, by a seeded draw; 1 when absent. */
  readonly share: number;
  /** After so many times it is spent; absent: never. */
  readonly count?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: "delay"; readonly delayMs: number }
  /** The connection ends without an answer. `afterwards`: the command was carried out first. */
  | { readonly kind: "disconnect"; readonly afterwards: boolean }
  | { readonly kind: "dropEvent" };

/** All faults with how often each has come, and where the draws stand; plain data. */
export interface FaultState {
  readonly faults: readonly (Fault & { readonly times: number })[];
  readonly nextId: number;
  readonly draw: number;
}

export interface Faults {
  add(body: JsonObject): Fault;
  list(): readonly (Fault & { readonly times: number })[];
  clear(id?: number): boolean;
  /** The effects on one request, in the order in which the faults were added. */
  ofRequest(operation: string): readonly FaultEffect[];
  dropsEvent(name: string): boolean;
  save(): FaultState;
  load(state: FaultState): void;
}

/** @param onChange whatever was added, was drawn for, has come or is gone: time to keep the state. */
export function createFaults(seed: number, onChange: () => void = () => undefined): Faults {
  const faults = new Map<number, { readonly fault: Fault; times: number }>();
  const random = mulberry32(seed);
  let nextId = 1;

  function hits(name: string, isEvent: boolean): readonly FaultEffect[] {
    const effects: FaultEffect[] = [];
    let hasChanged = false;
    for (const entry of faults.values()) {
      const { fault } = entry;
      if ((fault.effect.kind === "dropEvent") !== isEvent) continue;
      if (fault.only !== undefined && !fault.only.includes(name)) continue;
      if (fault.count !== undefined && entry.times >= fault.count) continue;
      hasChanged = true;
      if (fault.share < 1 && random.draw() >= fault.share) continue;
      entry.times += 1;
      effects.push(fault.effect);
    }
    if (hasChanged) onChange();
    return effects;
  }

  return {
    add(body) {
      const fault = { ...readFault(body), id: nextId++ };
      faults.set(fault.id, { fault, times: 0 });
      onChange();
      return fault;
    },
    list,
    clear(id) {
      const isThere = id === undefined || faults.delete(id);
      if (id === undefined) faults.clear();
      if (isThere) onChange();
      return isThere;
    },
    ofRequest: (operation) => (faults.size === 0 ? [] : hits(operation, false)),
    dropsEvent: (name) => faults.size > 0 && hits(name, true).length > 0,
    save: () => ({ faults: list(), nextId, draw: random.state() }),
    load(state) {
      faults.clear();
      for (const { times, ...fault } of state.faults) faults.set(fault.id, { fault, times });
      nextId = state.nextId;
      random.restart(state.draw);
    },
  };

  function list(): FaultState["faults"] {
    return [...faults.values()].map(({ fault, times }) => ({ ...fault, times }));
  }
}

/** The refusal of a `status` fault, in the service's form. */
export function refusalOf(effect: FaultEffect & { readonly kind: "status" }): Refusal {
  const { status, retryAfterSeconds } = effect;
  if (status === 429) return tooManyRequests(retryAfterSeconds ?? 10);
  const code =
    status === 503 ? "ServiceUnavailable" : status >= 500 ? "InternalServerError" : "Fault";
  return new Refusal(
    status,
    { code, message: "A fault that was asked for at /_emulator/faults." },
    retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) },
  );
}

function readFault(body: JsonObject): Omit<Fault, "id"> {
  const effect = readEffect(body);
  onlyMembers(body, [...membersOf[effect.kind], "share", "count"]);
  const known: readonly string[] = effect.kind === "dropEvent" ? routerEventNames : operationNames;
  const only = namesOf(body, effect.kind === "dropEvent" ? "events" : "operations", known);
  const share = numberOf(body, "share") ?? 1;
  if (share < 0 || share > 1) throw badRequest("`share` must be from 0 to 1.");
  const count = numberOf(body, "count");
  if (count !== undefined && (!Number.isInteger(count) || count < 1)) {
    throw badRequest("`count` must be a whole number of at least 1.");
  }
  return {
    ...(only === undefined ? {} : { only }),
    share,
    ...(count === undefined ? {} : { count }),
    effect,
  };
}

const membersOf: Readonly<Record<FaultEffect["kind"], readonly string[]>> = {
  status: ["status", "retryAfterSeconds", "operations"],
  delay: ["delayMs", "operations"],
  disconnect: ["disconnect", "operations"],
  dropEvent: ["dropEvent", "events"],
};

function readEffect(body: JsonObject): FaultEffect {
  const status = numberOf(body, "status");
  const delayMs = numberOf(body, "delayMs");
  const disconnect = textOf(body, "disconnect");
  const dropEvent = booleanOf(body, "dropEvent");
  const given = [status, delayMs, disconnect, dropEvent].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw badRequest("Give exactly one of `status`, `delayMs`, `disconnect` and `dropEvent`.");
  }
  if (status !== undefined) {
    const retryAfterSeconds = numberOf(body, "retryAfterSeconds");
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw badRequest("`status` must be from 400 to 599.");
    }
    if (
      retryAfterSeconds !== undefined &&
      !(retryAfterSeconds >= 0 && retryAfterSeconds <= 86_400)
    ) {
      throw badRequest("`retryAfterSeconds` must be from 0 to 86400.");
    }
    return {
      kind: "status",
      status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }
  if (delayMs !== undefined) {
    if (delayMs < 0 || delayMs > 600_000) throw badRequest("`delayMs` must be from 0 to 600000.");
    return { kind: "delay", delayMs };
  }
  if (disconnect !== undefined) {
    if (disconnect !== "before" && disconnect !== "after") {
      throw badRequest("`disconnect` must be `before` or `after`: whether the command is done.");
    }
    return { kind: "disconnect", afterwards: disconnect === "after" };
  }
  return { kind: "dropEvent" };
}

function namesOf(
  body: JsonObject,
  member: string,
  known: readonly string[],
): readonly string[] | undefined {
  const value = memberOf(body, member);
  if (value === undefined || value === null) return undefined;
  if (!isJsonArray(value)) throw badRequest(`\`${member}\` must be a list of names.`);
  return value.map((name) => {
    const found = known.find((each) => each === name);
    if (found === undefined) {
      throw badRequest(`\`${member}\` may hold ${known.join(", ")}.`);
    }
    return found;
  });
}

/** A small seeded generator, so that a run with faults can be repeated. */
function mulberry32(seed: number) {
  let state = seed | 0;
  return {
    draw() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
    state: () => state,
    restart(from: number) {
      state = from | 0;
    },
  };
}
