import {
  createRouter,
  loadRouter,
  type Router,
  type RouterCommand,
  type RouterEvent,
  type RouterOptions,
  type StepResult,
  type Transition,
} from "../../../src/index.ts";
import { Dice } from "../dice.ts";
import { law, same } from "./broken.ts";
import { CommandSource } from "./commands.ts";
import { EventJudge } from "./event-judge.ts";
import {
  checkNoneLost,
  checkNoneMissed,
  checkState,
  type Picture,
  pictureOf,
} from "./invariants.ts";
import type { Reach } from "./reach.ts";
import { LegalityJudge } from "./transitions.ts";
import { firstCommands, randomOptions, startMs } from "./world.ts";

interface Entry {
  readonly command: RouterCommand;
  readonly atMs: number;
}

/** What was played, to be played again. */
interface Log {
  readonly entries: Entry[];
  readonly events: string[];
  /** What was saved on the way, by the number of commands before. */
  readonly saved: Map<number, string>;
  endMs: number;
  end: string;
}

/**
 * Plays one random sequence and holds it to the laws.
 *
 * @param thorough looks for missed offers after every command, to find where a failure begins.
 * @throws LawBroken
 */
export function playSequence(
  seed: number,
  commands: number,
  reach: Reach,
  thorough: boolean = false,
): void {
  const dice = new Dice(seed);
  const options = randomOptions(dice);
  reach.options(options);
  const log = record(dice, options, commands, reach, thorough);
  replay(dice, options, log);
  reach.add("save and load: on the way", log.saved.size);
  if (dice.chance(0.25)) {
    replayWithoutEvents(options, log);
    reach.add("replay: without events");
  }
}

function record(
  dice: Dice,
  options: RouterOptions,
  commands: number,
  reach: Reach,
  thorough: boolean,
): Log {
  const transitions = new LegalityJudge();
  const judge = new EventJudge();
  const illegal: string[] = [];
  const source = new CommandSource(dice);
  const observe = (transition: Transition): void => {
    const problem = transitions.judge(transition);
    if (problem !== undefined) illegal.push(problem);
    const { happening } = transition;
    if (happening.kind === "offerRevoked" || happening.kind === "offerDeclined") {
      source.ended(happening.workerId, happening.offerId);
    }
    reach.transition(transition);
  };
  const router = createRouter({ ...options, observe });
  const log: Log = { entries: [], events: [], saved: new Map(), endMs: startMs, end: "" };
  let before: Picture | undefined;

  const heard = (made: readonly RouterEvent[]): void => {
    for (const event of made) {
      const problem = judge.judge(event);
      law(problem === undefined, () => String(problem));
      log.events.push(JSON.stringify(event));
      reach.event(event);
    }
  };
  const settle = (result: StepResult): void => {
    law(illegal.length === 0, () => illegal.join("; "));
    heard(result.events);
    source.asked(result.calls);
    const now = pictureOf(router);
    checkState(router, options, before, now);
    const untold = judge.compare(router, now);
    law(untold === undefined, () => String(untold));
    if (dice.chance(0.15) || thorough) checkNoneMissed(router, options, now);
    before = now;
  };
  const advance = (atMs: number): void => {
    log.endMs = atMs;
    // Replays do without: calling late gives the same as calling often.
    const result = router.advance(atMs);
    if (result.events.length > 0) settle(result);
  };
  const step = (command: RouterCommand): void => {
    const result = router.step(command, log.endMs);
    log.entries.push({ command, atMs: log.endMs });
    const { response } = result;
    law(response !== undefined, () => "no response");
    reach.answered(command, response);
    settle(result);
  };

  const first = [...firstCommands(dice)];
  const saves = new Set(Array.from({ length: 3 }, () => 1 + dice.below(commands)));
  try {
    for (let count = 1; count <= commands; count++) {
      advance(log.endMs + source.wait(router));
      step(first.shift() ?? source.next(router));
      if (!saves.has(count)) continue;
      const saved = router.save();
      checkNoneLost(router, saved.state);
      log.saved.set(count, JSON.stringify(saved));
    }
    advance(log.endMs + 200_000);
    const saved = router.save();
    checkNoneLost(router, saved.state);
    log.end = JSON.stringify(saved);
    return log;
  } catch (error) {
    const last = log.entries.at(-1);
    throw new Error(`after command ${log.entries.length}, ${JSON.stringify(last?.command)}`, {
      cause: error,
    });
  }
}

/** The log replays to the same bytes, though the router is saved and loaded on the way. */
function replay(dice: Dice, options: RouterOptions, log: Log): void {
  // With one load at random, and with all of them.
  const loads = dice.chance(0.5) ? [...log.saved.keys()] : [dice.pick([...log.saved.keys()])];
  let router = createRouter(options);
  let heard = 0;
  const hear = (events: readonly RouterEvent[]): void => {
    for (const event of events) {
      const text = JSON.stringify(event);
      law(text === log.events[heard], () => `replayed ${text}, not ${log.events[heard]}`);
      heard++;
    }
  };
  for (const [index, { command, atMs }] of log.entries.entries()) {
    hear(router.step(command, atMs).events);
    const saved = log.saved.get(index + 1);
    if (saved === undefined) continue;
    same(JSON.stringify(router.save()), saved, () => `another state after ${index + 1} commands`);
    if (!loads.includes(index + 1)) continue;
    router = loadRouter(JSON.parse(saved), options);
    same(JSON.stringify(router.save()), saved, () => `another state loaded after ${index + 1}`);
  }
  hear(router.advance(log.endMs).events);
  law(heard === log.events.length, () => `${heard} events replayed of ${log.events.length}`);
  same(endOf(router), log.end, () => "another state at the end of the replay");
}

/** Without events the state comes to the same. */
function replayWithoutEvents(options: RouterOptions, log: Log): void {
  const router = createRouter({ ...options, makesEvents: false });
  for (const { command, atMs } of log.entries) {
    const { events } = router.step(command, atMs);
    law(events.length === 0, () => "events without being asked for");
  }
  router.advance(log.endMs);
  const withoutCount = (text: string): string => text.replace(/"eventSequence":\d+/u, "");
  same(
    withoutCount(endOf(router)),
    withoutCount(log.end),
    () => "another state at the end of the replay without events",
  );
}

function endOf(router: Router): string {
  return JSON.stringify(router.save());
}
