import type { SyntaxToken } from "@routewright/dsl";
import type { LabelSide } from "@routewright/jobrouter";
import { endsValue, type Place } from "./place.ts";
import type { Want } from "./want.ts";

export const comparisons = ["==", "!=", "<", "<=", ">", ">="];
const durations = ["30s", "60s", "90s", "5m", "15m", "1h"];

// ── Expressions ─────────────────────────────────────────────────────────────────────────────

export function armWants(
  place: Place,
  item: readonly SyntaxToken[],
  last: SyntaxToken,
): readonly Want[] {
  const arrow = lastIndexOf(item, ["->"]);
  const value = valueWants(place);
  if (item[0]?.image === "otherwise") {
    return arrow < 0
      ? [{ kind: "words", words: ["->"] }]
      : expression(item.slice(arrow + 1), value, []);
  }
  if (arrow >= 0) return expression(item.slice(arrow + 1), value, []);
  return tailWants(item.slice(1), last, ["->"], operand(conditionSides(place)));
}

/** A job's queue and priority are decided before any worker is looked at. */
function conditionSides(place: Place): readonly LabelSide[] {
  const isOfJob = place.frames.some(
    ({ head: [first, second] }) =>
      (first?.image === "queue" || first?.image === "priority") && second?.image === "=",
  );
  return isOfJob ? ["job"] : ["job", "worker"];
}

/** What the arms of a `match` or `split` give: told by what it is for. */
export function valueWants(place: Place): readonly Want[] {
  for (const frame of place.frames.toReversed()) {
    const [first, second] = frame.head;
    if (first?.image === "queue" && second?.image === "=") return queueOperand();
    if (first?.image === "priority" && second?.image === "=") return operand(["job"]);
    if (first?.image === "score") return operand(["worker", "job"]);
    if (first?.image === "let") return [...queueOperand(), ...operand(["job", "worker"])];
  }
  return operand(["job", "worker"]);
}

export function queueOperand(): readonly Want[] {
  return [
    { kind: "symbols", of: ["queue"] },
    { kind: "symbols", of: ["let", "param"] },
    {
      kind: "words",
      words: [
        "match",
        "queue where",
        "if",
        "split",
        "function",
        "webhook",
        "powerfx",
        "same labels as job",
      ],
    },
  ];
}

export function operand(sides: readonly LabelSide[]): readonly Want[] {
  return [
    { kind: "words", words: sides },
    ...sides.map((side): Want => ({ kind: "labelPaths", side })),
    { kind: "symbols", of: ["let", "param"] },
    { kind: "functions" },
    { kind: "words", words: ["not", "if", "match", "true", "false", "powerfx"] },
  ];
}

export function ruleWants(): readonly Want[] {
  return [
    { kind: "words", words: ["function", "webhook", "powerfx", "static", "same labels as job"] },
  ];
}

export function durationWants(): readonly Want[] {
  return [
    { kind: "literals", values: durations, detail: "duration" },
    { kind: "symbols", of: ["let", "param"] },
  ];
}

export function expression(
  tokens: readonly SyntaxToken[],
  operands: readonly Want[],
  follow: readonly string[],
  more: readonly Want[] = [],
): readonly Want[] {
  const last = tokens.at(-1);
  if (last === undefined) return [...operands, ...more];
  return [...tailWants(tokens, last, follow, operands), ...more];
}

export function expressionWants(
  tokens: readonly SyntaxToken[],
  last: SyntaxToken,
  {
    operand: operands,
    follow,
  }: {
    readonly operand: readonly Want[];
    readonly follow: readonly string[];
    readonly side: unknown;
  },
): readonly Want[] {
  return tailWants(tokens, last, follow, operands);
}

/** What may follow a part of an expression. */
export function tailWants(
  tokens: readonly SyntaxToken[],
  last: SyntaxToken,
  follow: readonly string[],
  operands: readonly Want[],
): readonly Want[] {
  const before = tokens.slice(0, -1);
  if (last.image === ".") return dotWants(tokens);
  if (last.kind !== "text" && last.kind !== "rawText") {
    if (comparisons.includes(last.image)) {
      return [...(valuesBefore(before, false) ?? []), ...operands];
    }
    switch (last.image) {
      case "in":
        return [{ kind: "words", words: ["["] }, ...(valuesBefore(before, true) ?? [])];
      case "is":
        return [{ kind: "words", words: ["missing", "present"] }];
      case "where":
        return [{ kind: "labelKeys", side: "queue", rest: "", seen: [] }];
      case "queue":
        return [{ kind: "words", words: ["where", ...afterValue(tokens, last)] }];
      case "same":
        return [{ kind: "words", words: ["labels as job", "labels"] }];
      case "labels":
        return [{ kind: "words", words: ["as"] }];
      case "as":
        return [{ kind: "words", words: ["job"] }];
      case "key":
      case "secret":
        return [{ kind: "symbols", of: ["secret"] }];
      case "app":
        return [{ kind: "words", words: ["key"] }];
      case "client":
        return [{ kind: "words", words: ["id", "secret"] }];
      case "not": {
        const previous = before.at(-1);
        return previous !== undefined && endsValue(previous)
          ? [{ kind: "words", words: ["in"] }]
          : operands;
      }
      default:
        break;
    }
  }
  if (!endsValue(last)) {
    const isWhere =
      lastIndexOf(tokens, ["where"]) >= 0 && (last.image === "and" || last.image === "or");
    return isWhere
      ? [{ kind: "labelKeys", side: "queue", rest: "", seen: [] }, ...operands]
      : operands;
  }
  const after = afterValue(tokens, last);
  // A label alone is a condition only where it is true or false: mostly it is compared first.
  const compared = after.filter((word) => word === "==" || word === "!=");
  const words = [...openWords(tokens), ...compared, ...follow, ...after];
  return [{ kind: "words", words: [...new Set(words)] }];
}

/** `then` and `else`, where an `if` waits for them. */
export function openWords(tokens: readonly SyntaxToken[]): readonly string[] {
  const state: string[] = [];
  for (const { image, kind } of tokens) {
    if (kind === "text") continue;
    if (image === "if") state.push("then");
    else if (image === "then") state[state.length - 1] = "else";
    else if (image === "else") state.pop();
  }
  const open = state.at(-1);
  return open === undefined ? [] : [open];
}

export function afterValue(tokens: readonly SyntaxToken[], last: SyntaxToken): readonly string[] {
  const ruleAt = lastIndexOf(tokens, ["function", "webhook"]);
  if (ruleAt >= 0) {
    return tokens[ruleAt]?.image === "function"
      ? ["key", "app key", "client id"]
      : ["authorize", "client id", "client secret"];
  }
  const from =
    lastIndexOf(tokens, ["and", "or", "when", "if", "then", "else", "where", "->", "("]) + 1;
  const term = tokens.slice(from);
  const isCompared = term.some(
    ({ image }) => comparisons.includes(image) || image === "in" || image === "is",
  );
  if (isCompared || last.image === "]") return ["and", "or"];
  return ["==", "!=", "and", "or", "in", "is", "not in", "<", ">", "<=", ">=", "+", "-", "*", "/"];
}

export function dotWants(tokens: readonly SyntaxToken[]): readonly Want[] {
  const side = tokens.at(-2)?.image;
  return side === "job" || side === "worker" || side === "queue"
    ? [{ kind: "labelKeys", side, rest: "", seen: [] }]
    : [];
}

/** The values of the label that ends a list of tokens: `… job.region`. */
export function valuesBefore(
  tokens: readonly SyntaxToken[],
  list: boolean,
): readonly Want[] | undefined {
  let end = tokens.length;
  if (tokens[end - 1]?.image === "not") end--;
  const key = tokens[end - 1];
  const dot = tokens[end - 2];
  const side = tokens[end - 3]?.image;
  if (key === undefined || !endsValue(key)) return undefined;
  if (dot?.image === "." && (side === "job" || side === "worker" || side === "queue")) {
    return [{ kind: "labelValues", side, key: nameOf(key), list }];
  }
  if (key.kind !== "name" && key.kind !== "quoted" && key.kind !== "word") return undefined;
  const isQueueLabel = lastIndexOf(tokens, ["where"]) >= 0;
  if (key.image === "queue") return [{ kind: "symbols", of: ["queue"] }];
  return isQueueLabel
    ? [{ kind: "labelValues", side: "queue", key: nameOf(key), list }, ...sidePaths(["job"])]
    : [{ kind: "valuesOf", name: nameOf(key) }];
}

export function sidePaths(sides: readonly LabelSide[]): readonly Want[] {
  return sides.map((side): Want => ({ kind: "labelPaths", side }));
}

export function lastIndexOf(tokens: readonly SyntaxToken[], images: readonly string[]): number {
  return tokens.findLastIndex(
    ({ image, kind }) => kind !== "text" && kind !== "rawText" && images.includes(image),
  );
}

/** The name that a token means, without quotes. */
export function nameOf({ image, kind }: SyntaxToken): string {
  return kind === "quoted" ? image.slice(1, -1).replaceAll("''", "'") : image;
}
