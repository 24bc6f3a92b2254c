import type { ParsedPattern, Pattern } from "./pattern.ts";
import { foldUnit, isHigh, isLineEnd, isLow, joinsWords, type UnitTest } from "./units.ts";

/** A match: where, and each group's range (in UTF-16 units), if it took part. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly ({ readonly start: number; readonly end: number } | undefined)[];
}

/**
 * Finds the first matches of a pattern, at most `limit` of them. A backtracking matcher of our
 * own, because JavaScript's cannot be stopped: after so many steps it gives up (`undefined`),
 * whatever the pattern.
 */
export type Matcher = (
  text: string,
  limit: number,
) => { readonly matches: readonly PatternMatch[] | undefined; readonly steps: number };

const maxSteps = 2_000_000;

/** A look-behind holds at most 250 characters, each of one or two units. */
const farthestBehind = 500;

const exhausted = Symbol("steps");

type Step = (at: number) => number;

export function compilePattern(pattern: ParsedPattern): Matcher {
  let text = "";
  let steps = 0;
  const starts: number[] = [-1];
  const ends: number[] = [-1];
  for (const _ of pattern.groups) {
    starts.push(-1);
    ends.push(-1);
  }
  const run = compile(pattern.tree, (at) => at);
  const { ignoreCase } = pattern;

  return (subject, limit) => {
    text = subject;
    steps = 0;
    const matches: PatternMatch[] = [];
    try {
      for (let from = 0; from <= text.length && matches.length < limit; ) {
        const found = findFrom(from);
        if (found === undefined) break;
        matches.push(found);
        from = found.end > found.start ? found.end : found.end + 1;
      }
      return { matches, steps };
    } catch (error) {
      // Too many steps, or a repetition too deep for the stack: the same to the caller.
      if (error === exhausted || error instanceof RangeError) return { matches: undefined, steps };
      throw error;
    }
  };

  function findFrom(from: number): PatternMatch | undefined {
    for (let at = from; at <= text.length; at++) {
      starts.fill(-1);
      ends.fill(-1);
      const end = run(at);
      if (end < 0) continue;
      return {
        start: at,
        end,
        groups: pattern.groups.map((_, index) => {
          const start = starts[index + 1] ?? -1;
          const stop = ends[index + 1] ?? -1;
          return start < 0 || stop < 0 ? undefined : { start, end: stop };
        }),
      };
    }
    return undefined;
  }

  function tick(): void {
    if (++steps > maxSteps) throw exhausted;
  }

  /** Where one unit of a set ends, or -1. */
  function afterSet(test: UnitTest): Step {
    return (at) => {
      tick();
      return at < text.length && test(text.charCodeAt(at)) ? at + 1 : -1;
    };
  }

  function afterAny(lineEnds: boolean): Step {
    return (at) => {
      tick();
      if (at >= text.length) return -1;
      const unit = text.charCodeAt(at);
      if (isHigh(unit) && isLow(text.charCodeAt(at + 1))) return at + 2;
      return lineEnds || !isLineEnd(unit) ? at + 1 : -1;
    };
  }

  /** Where one character ends that is matched by itself; `undefined` for all that can do more. */
  function single(node: Pattern): Step | undefined {
    if (node.kind === "set") return afterSet(node.test);
    return node.kind === "any" ? afterAny(node.lineEnds) : undefined;
  }

  function compile(node: Pattern, next: Step): Step {
    switch (node.kind) {
      case "set":
      case "any": {
        const after = node.kind === "set" ? afterSet(node.test) : afterAny(node.lineEnds);
        return (at) => {
          const end = after(at);
          return end < 0 ? -1 : next(end);
        };
      }
      case "sequence":
        return node.items.reduceRight<Step>((rest, item) => compile(item, rest), next);
      case "choice": {
        const options = node.options.map((option) => compile(option, next));
        return (at) => {
          for (const option of options) {
            const end = option(at);
            if (end >= 0) return end;
          }
          return -1;
        };
      }
      case "group":
        return compileGroup(node, next);
      case "backreference":
        return (at) => {
          const start = starts[node.index] ?? -1;
          const end = ends[node.index] ?? -1;
          if (start < 0 || end < 0) return -1;
          for (let offset = 0; offset < end - start; offset++) {
            tick();
            if (at + offset >= text.length) return -1;
            const own = text.charCodeAt(at + offset);
            const wanted = text.charCodeAt(start + offset);
            if (own !== wanted && !(ignoreCase && foldUnit(own) === foldUnit(wanted))) return -1;
          }
          return next(at + end - start);
        };
      case "assertion":
        return (at) => (holds(node.what, at) ? next(at) : -1);
      case "look":
        return compileLook(node, next);
      case "repeat": {
        const one = single(node.body);
        return one === undefined ? compileRepeat(node, next) : compileSingles(node, one, next);
      }
    }
  }

  function compileGroup(node: Extract<Pattern, { kind: "group" }>, next: Step): Step {
    const { index } = node;
    const opened: number[] = [];
    const body = compile(node.body, (at) => {
      const start = starts[index] ?? -1;
      const end = ends[index] ?? -1;
      const own = opened.pop() ?? at;
      starts[index] = own;
      ends[index] = at;
      const result = next(at);
      if (result < 0) {
        starts[index] = start;
        ends[index] = end;
      }
      opened.push(own);
      return result;
    });
    return (at) => {
      opened.push(at);
      const result = body(at);
      opened.pop();
      return result;
    };
  }

  function compileLook(node: Extract<Pattern, { kind: "look" }>, next: Step): Step {
    let target = -1;
    const body = compile(node.body, (at) => (node.behind && at !== target ? -1 : at));
    const found = (at: number): boolean => {
      if (!node.behind) return body(at) >= 0;
      const outer = target;
      target = at;
      let result = false;
      const farthest = Math.max(0, at - farthestBehind);
      for (let from = at; from >= farthest && !result; from--) result = body(from) >= 0;
      target = outer;
      return result;
    };
    return (at) => {
      // What a look-ahead captured is kept only where all that follows matches too.
      const startsBefore = [...starts];
      const endsBefore = [...ends];
      const result = found(at) !== node.negative ? next(at) : -1;
      if (result < 0) {
        for (const [index, start] of startsBefore.entries()) starts[index] = start;
        for (const [index, end] of endsBefore.entries()) ends[index] = end;
      }
      return result;
    };
  }

  /** One character at a time: a loop, so that long texts need no deep stack. */
  function compileSingles(
    node: Extract<Pattern, { kind: "repeat" }>,
    after: Step,
    next: Step,
  ): Step {
    const isAny = node.body.kind === "any";
    if (node.lazy) {
      return (at) => {
        let position = at;
        for (let count = 0; count <= node.max; count++) {
          if (count >= node.min) {
            const result = next(position);
            if (result >= 0) return result;
          }
          const end = after(position);
          if (end < 0) return -1;
          position = end;
        }
        return -1;
      };
    }
    return (at) => {
      let position = at;
      let count = 0;
      while (count < node.max) {
        const end = after(position);
        if (end < 0) break;
        position = end;
        count++;
      }
      for (; count >= node.min; count--) {
        const result = next(position);
        if (result >= 0) return result;
        const isPair =
          isAny &&
          position - 2 >= at &&
          isLow(text.charCodeAt(position - 1)) &&
          isHigh(text.charCodeAt(position - 2));
        position -= isPair ? 2 : 1;
      }
      return -1;
    };
  }

  function compileRepeat(node: Extract<Pattern, { kind: "repeat" }>, next: Step): Step {
    const { min, max, lazy } = node;
    let count = 0;
    let last = -1;
    const body = compile(node.body, (at) => (at === last && count > min ? -1 : loop(at)));
    const again = (at: number, done: number, from: number): number => {
      count = done + 1;
      last = at;
      const result = body(at);
      count = done;
      last = from;
      return result;
    };
    const leave = (at: number, done: number, from: number): number => {
      const result = next(at);
      count = done;
      last = from;
      return result;
    };
    const loop: Step = (at) => {
      tick();
      const done = count;
      const from = last;
      if (done < min) return again(at, done, from);
      if (lazy) {
        const result = leave(at, done, from);
        return result >= 0 || done >= max ? result : again(at, done, from);
      }
      if (done < max) {
        const result = again(at, done, from);
        if (result >= 0) return result;
      }
      return leave(at, done, from);
    };
    return (at) => {
      const outerCount = count;
      const outerLast = last;
      count = 0;
      last = -1;
      const result = loop(at);
      count = outerCount;
      last = outerLast;
      return result;
    };
  }

  function holds(what: Extract<Pattern, { kind: "assertion" }>["what"], at: number): boolean {
    tick();
    switch (what) {
      case "start":
        return at === 0;
      case "line-start":
        return at === 0 || (isLineEnd(text.charCodeAt(at - 1)) && !isBetweenCrLf(at));
      case "end": {
        if (at === text.length) return true;
        if (isBetweenCrLf(at)) return false;
        const isCrLf = text.startsWith("\r\n", at);
        return isLineEnd(text.charCodeAt(at)) && at + (isCrLf ? 2 : 1) === text.length;
      }
      case "line-end":
        return at === text.length || (isLineEnd(text.charCodeAt(at)) && !isBetweenCrLf(at));
      case "word":
        return isWordAt(at - 1) !== isWordAt(at);
      case "not-word":
        return isWordAt(at - 1) === isWordAt(at);
    }
  }

  function isBetweenCrLf(at: number): boolean {
    return at > 0 && text.charCodeAt(at - 1) === 13 && text.charCodeAt(at) === 10;
  }

  function isWordAt(at: number): boolean {
    return at >= 0 && at < text.length && joinsWords(text.charCodeAt(at));
  }
}
