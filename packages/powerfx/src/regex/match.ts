import { isLineEnd, isWord, type ParsedPattern, type Pattern } from "./pattern.ts";

/** A match: where, and each group's range (in UTF-16 units), if it took part. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly ({ readonly start: number; readonly end: number } | undefined)[];
}

/**
 * A backtracking matcher of our own, because JavaScript's cannot be stopped: after so many steps
 * it gives up (`timeout`), whatever the pattern.
 */
export type Matcher = (text: string, from: number) => PatternMatch | "timeout" | undefined;

const maxSteps = 2_000_000;

const exhausted = Symbol("steps");

type Step = (at: number) => number;

export function compilePattern(pattern: ParsedPattern): Matcher {
  let text = "";
  let steps = 0;
  const starts: number[] = [];
  const ends: number[] = [];
  const accept: Step = (at) => at;
  const run = compile(pattern.tree, accept);
  const { ignoreCase } = pattern;

  return (subject, from) => {
    text = subject;
    steps = 0;
    try {
      for (let at = from; at <= text.length; at++) {
        if (at > 0 && isLow(at) && isHigh(at - 1)) continue;
        starts.fill(-1);
        ends.fill(-1);
        const end = run(at);
        if (end >= 0) {
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
      }
      return undefined;
    } catch (error) {
      // Too many steps, or a repetition too deep for the stack: the same to the caller.
      if (error === exhausted || error instanceof RangeError) return "timeout";
      throw error;
    }
  };

  function isHigh(at: number): boolean {
    const code = text.charCodeAt(at);
    return code >= 0xd800 && code <= 0xdbff;
  }

  function isLow(at: number): boolean {
    const code = text.charCodeAt(at);
    return code >= 0xdc00 && code <= 0xdfff;
  }

  function tick(): void {
    if (++steps > maxSteps) throw exhausted;
  }

  /** Where one character of a set ends, or -1. */
  function after(test: (code: number) => boolean, at: number): number {
    tick();
    const code = text.codePointAt(at);
    return code !== undefined && test(code) ? at + (code > 0xffff ? 2 : 1) : -1;
  }

  function compile(node: Pattern, next: Step): Step {
    switch (node.kind) {
      case "set":
        return (at) => {
          const end = after(node.test, at);
          return end < 0 ? -1 : next(end);
        };
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
          tick();
          const start = starts[node.index] ?? -1;
          const end = ends[node.index] ?? -1;
          if (start < 0 || end < 0) return -1;
          const captured = text.slice(start, end);
          const candidate = text.slice(at, at + captured.length);
          const same = ignoreCase
            ? candidate.toLowerCase() === captured.toLowerCase()
            : candidate === captured;
          return same ? next(at + captured.length) : -1;
        };
      case "assertion":
        return (at) => (holds(node.what, at) ? next(at) : -1);
      case "look":
        return compileLook(node, next);
      case "repeat":
        return node.body.kind === "set"
          ? compileSetRepeat(node, node.body.test, next)
          : compileRepeat(node, next);
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
      for (let from = at; from >= 0 && !result; from--) result = body(from) >= 0;
      target = outer;
      return result;
    };
    return (at) => (found(at) !== node.negative ? next(at) : -1);
  }

  /** One character at a time: a loop, so that long texts need no deep stack. */
  function compileSetRepeat(
    node: Extract<Pattern, { kind: "repeat" }>,
    test: (code: number) => boolean,
    next: Step,
  ): Step {
    if (node.lazy) {
      return (at) => {
        let position = at;
        for (let count = 0; count <= node.max; count++) {
          if (count >= node.min) {
            const result = next(position);
            if (result >= 0) return result;
          }
          const end = after(test, position);
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
        const end = after(test, position);
        if (end < 0) break;
        position = end;
        count++;
      }
      for (; count >= node.min; count--) {
        const result = next(position);
        if (result >= 0) return result;
        position -= position - 2 >= at && isLow(position - 1) && isHigh(position - 2) ? 2 : 1;
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
    if (at < 0 || at >= text.length) return false;
    const code = text.codePointAt(isLow(at) && at > 0 && isHigh(at - 1) ? at - 1 : at) ?? 0;
    return isWord(code);
  }
}
