import { durationMs, showDuration } from "../workload/duration.ts";

/** What is wanted of a run, as `80% within 20s at 95% confidence` or `mean wait of queue vip < 30s`. */
export interface Expectation {
  readonly text: string;
  readonly measure: ExpectedMeasure;
  readonly scope: Scope;
  readonly operator: "<" | "<=" | ">" | ">=";
  /** Milliseconds, or a share of 1, or a number. */
  readonly value: number;
  /** Absent: the mean over the replications decides by itself. */
  readonly confidence?: number;
}

export type ExpectedMeasure =
  | { readonly kind: "serviceLevel"; readonly withinMs: number }
  | { readonly kind: "meanWait" | "maxWait" }
  | { readonly kind: "waitQuantile"; readonly q: number }
  | { readonly kind: "abandonment" | "occupancy" | "unserved" | "escalations" };

export type Scope =
  | { readonly kind: "all" }
  | { readonly kind: "queue" | "class" | "priority" | "group"; readonly name: string };

const help =
  "write it as `80% within 20s at 95% confidence`, `90% of queue vip within 10s`, `mean wait < 30s`, `p90 wait of class chat < 2m`, `abandonment < 5%`, `occupancy of group voice < 85%`, `unserved <= 0` or `escalations < 10%`";

/** A text says what is wrong with it. */
export function parseExpectation(text: string): Expectation | string {
  const words = tokensOf(text);
  let at = 0;
  const peek = (): string | undefined => words[at]?.toLowerCase();
  const fail = (): string => {
    const found =
      words[at] === undefined ? "it ends too early" : `\`${words[at]}\` does not fit there`;
    return `\`${text}\` is no expectation: ${found}; ${help}`;
  };
  const takeWord = (word: string): boolean => {
    if (peek() !== word) return false;
    at++;
    return true;
  };
  const takePercent = (): number | undefined => {
    const percent = /^(\d+(?:\.\d+)?)%$/u.exec(words[at] ?? "")?.[1];
    if (percent === undefined || Number(percent) > 100) return undefined;
    at++;
    return Number(percent) / 100;
  };
  const takeDuration = (): number | undefined => {
    const ms = /[a-z]$/iu.test(words[at] ?? "") ? durationMs(words[at] ?? "") : undefined;
    if (ms !== undefined) at++;
    return ms;
  };
  const takeScope = (): Scope | undefined => {
    if (!takeWord("of")) return { kind: "all" };
    const kind = peek();
    if (kind !== "queue" && kind !== "class" && kind !== "priority" && kind !== "group")
      return undefined;
    at++;
    const name = words[at++];
    return name === undefined ? undefined : { kind, name: unquoted(name) };
  };
  const finish = (partial: Omit<Expectation, "text" | "confidence">): Expectation | string => {
    const isGroup = partial.scope.kind === "group";
    if (isGroup !== (partial.measure.kind === "occupancy") && partial.scope.kind !== "all") {
      return `\`${text}\` is no expectation: ${isGroup ? "a group has an occupancy only" : "an occupancy is one of a group, or of all"}; ${help}`;
    }
    if (at === words.length) return { text, ...partial };
    if (!takeWord("at")) return fail();
    const confidence = takePercent();
    if (confidence === undefined || confidence <= 0 || confidence >= 1) return fail();
    if (!takeWord("confidence") || at < words.length) return fail();
    return { text, ...partial, confidence };
  };

  const share = takePercent();
  if (share !== undefined) {
    const scope = takeScope();
    if (scope === undefined || !takeWord("within")) return fail();
    const withinMs = takeDuration();
    if (withinMs === undefined) return fail();
    return finish({
      measure: { kind: "serviceLevel", withinMs },
      scope,
      operator: ">=",
      value: share,
    });
  }
  const measure = takeMeasure();
  if (measure === undefined) return fail();
  const scope = takeScope();
  if (scope === undefined) return fail();
  const operator = words[at];
  if (operator !== "<" && operator !== "<=" && operator !== ">" && operator !== ">=") return fail();
  at++;
  const isWait =
    measure.kind === "meanWait" || measure.kind === "maxWait" || measure.kind === "waitQuantile";
  const value = isWait ? takeDuration() : (takePercent() ?? takeNumber());
  if (value === undefined) return fail();
  return finish({ measure, scope, operator, value });

  function takeNumber(): number | undefined {
    const word = words[at] ?? "";
    if (!/^\d+(?:\.\d+)?$/u.test(word)) return undefined;
    at++;
    return Number(word);
  }

  function takeMeasure(): ExpectedMeasure | undefined {
    const word = peek();
    at++;
    switch (word) {
      case "mean":
        return takeWord("wait") ? { kind: "meanWait" } : undefined;
      case "max":
        return takeWord("wait") ? { kind: "maxWait" } : undefined;
      case "median":
        return takeWord("wait") ? { kind: "waitQuantile", q: 0.5 } : undefined;
      case "abandonment":
      case "occupancy":
      case "unserved":
      case "escalations":
        return { kind: word };
      default: {
        const q = /^p(\d{1,2}(?:\.\d+)?)$/u.exec(word ?? "")?.[1];
        if (q !== undefined && takeWord("wait"))
          return { kind: "waitQuantile", q: Number(q) / 100 };
        at--;
        return undefined;
      }
    }
  }
}

/** A measured value in the unit of its measure. */
export function showMeasured(measure: ExpectedMeasure, value: number): string {
  switch (measure.kind) {
    case "meanWait":
    case "maxWait":
    case "waitQuantile":
      return showDuration(value);
    default:
      return `${Number((value * 100).toFixed(2))}%`;
  }
}

/** Words, signs and texts in quotes. */
function tokensOf(text: string): readonly string[] {
  return text.match(/"[^"]*"|'[^']*'|[<>]=?|[^\s<>"']+/gu) ?? [];
}

function unquoted(word: string): string {
  return /^(["']).*\1$/u.test(word) ? word.slice(1, -1) : word;
}
