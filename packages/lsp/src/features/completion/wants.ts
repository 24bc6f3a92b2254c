import type { SyntaxToken } from "@routewright/dsl";
import {
  armWants,
  comparisons,
  dotWants,
  durationWants,
  expression,
  expressionWants,
  lastIndexOf,
  nameOf,
  operand,
  queueOperand,
  ruleWants,
  tailWants,
  valuesBefore,
  valueWants,
} from "./expression-wants.ts";
import { endsValue, type Frame, type Place } from "./place.ts";
import { expectedListWants, habitWants, scenarioWants, timeLength } from "./scenario-wants.ts";
import type { Want } from "./want.ts";

export function wantsAt(place: Place): readonly Want[] {
  const frame = place.frames.at(-1);
  if (frame === undefined) return [];
  const { item } = place;
  const last = item.at(-1);
  const starts = startsOf(frame);
  if (last === undefined) return starts;
  const inItem = itemWants(place, frame, item, last);
  const own = item[0]?.image;
  const next = startsOf(own === undefined ? frame : { ...frame, seen: [...frame.seen, own] });
  // A new line begins a new item, unless the old one is waiting for more.
  if (place.isLineStart && isComplete(frame, item, last)) return [...next, ...inItem];
  if (last.image === "," && frame.kind !== "table" && frame.kind !== "cases") {
    return [...inItem, ...next];
  }
  return endsValue(last) ? [...inItem, ...next.filter(({ kind }) => kind === "items")] : inItem;
}

function isComplete(frame: Frame, item: readonly SyntaxToken[], last: SyntaxToken): boolean {
  if (frame.kind === "program" && item[0]?.image === "let") return endsValue(last);
  return endsValue(last) || last.image === "}" || item.length === 0;
}

/** What an item of the block may begin with. */
function startsOf(frame: Frame): readonly Want[] {
  const { kind, seen } = frame;
  switch (kind) {
    case "labels":
    case "unknown":
      return [];
    case "entries":
      return [{ kind: "labelKeys", side: frame.side ?? "job", rest: ": ", seen }];
    case "splitExpr":
    case "splitStatement":
      return [{ kind: "literals", values: ["50%", "10%", "20%", "80%"], detail: "share" }];
    case "table":
    case "cases":
      return columnWants(frame, [], true);
    case "list":
      return listWants(frame);
    case "group":
      return frame.head[0]?.image === "table" || frame.head[0]?.image === "cases"
        ? headGroupWants(frame)
        : operand(["job", "worker"]);
    case "call":
      return operand(["job", "worker"]);
    default:
      return [{ kind: "items", frame: kind, seen }];
  }
}

function headGroupWants(frame: Frame): readonly Want[] {
  if (frame.head.some(({ image }) => image === "->")) {
    return [{ kind: "words", words: ["queue", "priority"] }];
  }
  return frame.head[0]?.image === "cases"
    ? [{ kind: "labelKeys", side: "job", rest: "", seen: frame.seen }]
    : operand(["job"]);
}

function listWants(frame: Frame): readonly Want[] {
  const { head } = frame;
  const expected = expectedListWants(head);
  if (expected !== undefined) return expected;
  const last = head.at(-1);
  if (last?.image === "in") return valuesBefore(head.slice(0, -1), true) ?? operand(["job"]);
  if (last?.image === "queues") return [{ kind: "symbols", of: ["queue"] }];
  if (last?.image === "workers") return [{ kind: "locals", of: "worker" }];
  return operand(["job"]);
}

function itemWants(
  place: Place,
  frame: Frame,
  item: readonly SyntaxToken[],
  last: SyntaxToken,
): readonly Want[] {
  switch (frame.kind) {
    case "program":
      return declarationWants(item, last);
    case "labels":
      return labelDeclarationWants(item, last);
    case "entries":
      return entryWants(frame, item, last);
    case "matchExpr":
      return armWants(place, item, last);
    case "splitExpr":
      return last.image === "->"
        ? valueWants(place)
        : tailWants(item, last, ["->"], valueWants(place));
    case "table":
    case "cases":
      return columnWants(frame, item, false);
    case "group":
    case "call":
    case "list": {
      const starts = startsOf(frame);
      return expressionWants(item, last, { operand: starts, follow: [], side: place });
    }
    case "unknown":
      return [];
    default:
      return blockItemWants(frame, item, last);
  }
}

// ── Declarations ────────────────────────────────────────────────────────────────────────────

function declarationWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  const words = item.map(({ image }) => image);
  switch (words[0]) {
    case "import":
      return item.length === 1 ? [{ kind: "paths" }] : [];
    case "labels":
      return item.length === 1 ? [{ kind: "words", words: ["job", "worker", "queue"] }] : [];
    case "secret":
      if (item.length === 2) return [{ kind: "words", words: ["from"] }];
      return last.image === "from" ? [{ kind: "words", words: ["env"] }] : [];
    case "param":
      if (last.image === ":" || last.image === "|") return [{ kind: "types", of: "param" }];
      if (last.image === "=")
        return [{ kind: "literals", values: paramValues(item), detail: "default" }];
      return [];
    case "let": {
      if (item.length < 3) return [];
      const body = item.slice(3);
      const operands = operand(["job", "worker"]);
      const bodyLast = body.at(-1);
      if (bodyLast === undefined) return operands;
      return expressionWants(body, bodyLast, { operand: operands, follow: [], side: undefined });
    }
    default:
      return [];
  }
}

/** The values that a parameter's type lists. */
function paramValues(item: readonly SyntaxToken[]): readonly string[] {
  const written = item
    .filter(({ kind }) => kind === "text" || kind === "number")
    .map((t) => t.image);
  return written.length > 0 ? written : ['""', "0", "true", "false"];
}

function labelDeclarationWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  if (last.image === ":" || last.image === "|") return [{ kind: "types", of: "label" }];
  if (last.image === "=") {
    const isBoolean = item.some(({ image }) => image === "boolean");
    return [
      {
        kind: "literals",
        values: isBoolean ? ["false", "true"] : paramValues(item),
        detail: "default",
      },
    ];
  }
  return [];
}

function entryWants(
  frame: Frame,
  item: readonly SyntaxToken[],
  last: SyntaxToken,
): readonly Want[] {
  const side = frame.side ?? "job";
  const key = item[0] === undefined ? "" : nameOf(item[0]);
  const values: readonly Want[] = [
    { kind: "labelValues", side, key },
    { kind: "symbols", of: ["param", "let"] },
  ];
  if (last.image === ":") return values;
  const body = item.slice(2);
  return body.length === 0 ? [] : tailWants(body, last, [], values);
}

// ── Items of blocks ─────────────────────────────────────────────────────────────────────────

const habits: ReadonlySet<string> = new Set(["accepts", "declines", "completes", "closes"]);

function blockItemWants(
  frame: Frame,
  item: readonly SyntaxToken[],
  last: SyntaxToken,
): readonly Want[] {
  if (frame.kind === "scenario" || frame.kind === "moment") {
    const own = scenarioWants(item, frame.kind === "moment", requirementWants);
    return own ?? testWants(item.slice(timeLength(item)), last);
  }
  const first = item[0]?.image ?? "";
  if (frame.kind === "scenarioWorker" && habits.has(first)) return habitWants(last);
  const after = (word: string): boolean => last.image === word;
  const rest = item.slice(1);
  const constant: readonly Want[] = [{ kind: "symbols", of: ["param", "let"] }];
  switch (first) {
    case "id":
    case "name":
      return item.length === 1 ? constant : tailWants(rest, last, [], constant);
    case "distribution":
    case "exceptions":
      return item.length === 1 ? [{ kind: "symbols", of: [first] }] : [];
    case "fallback":
      return item.length === 1 ? [{ kind: "symbols", of: ["queue"] }] : [];
    case "mode":
      if (after("mode"))
        return [{ kind: "words", words: ["best worker", "longest idle", "round robin"] }];
      if (after("best")) return [{ kind: "words", words: ["worker"] }];
      if (after("longest")) return [{ kind: "words", words: ["idle"] }];
      return after("round") ? [{ kind: "words", words: ["robin"] }] : [];
    case "score":
      if (after("using") || after(","))
        return [{ kind: "words", words: ["job labels", "worker selectors", "nothing"] }];
      if (item.length > 1 && item[1]?.image === "using") {
        return [{ kind: "words", words: after("job") ? ["labels"] : ["selectors"] }];
      }
      return expression(
        rest,
        operand(["worker", "job"]),
        [],
        [{ kind: "words", words: ["using"] }],
      );
    case "highest":
    case "lowest":
      return [{ kind: "words", words: item.length === 1 ? ["score first"] : ["first"] }];
    case "batch":
      if (item.length === 1) return [{ kind: "words", words: ["scoring", "size"] }];
      return after("scoring") ? [{ kind: "words", words: ["of", "false"] }] : constant;
    case "offers":
      return [{ kind: "literals", values: ["1..1", "1..2", "1..5"], detail: "offers at a time" }];
    case "expire":
      if (item.length === 1) return [{ kind: "words", words: ["after"] }];
      return after("after") ? durationWants() : [];
    case "bypass":
      return [{ kind: "words", words: item.length === 1 ? ["selectors"] : ["true", "false"] }];
    case "labels":
      return [];
    case "queue":
      if (frame.kind === "classification") {
        if (item.length === 1) return [{ kind: "words", words: ["="] }];
        return expression(item.slice(2), queueOperand(), ["fallback"]);
      }
      return [];
    case "priority":
      if (item.length === 1) return [{ kind: "words", words: ["="] }];
      return expression(
        item.slice(2),
        [{ kind: "words", words: ["match", "if"] }, ...operand(["job"])],
        [],
      );
    case "table":
      return after(")") && !item.some(({ image }) => image === "->")
        ? [{ kind: "words", words: ["->"] }]
        : [];
    case "require":
      return requirementWants(rest, last);
    case "when":
      return frame.kind === "exceptions"
        ? exceptionWants(item, last)
        : expression(rest, operand(["job"]), ["{"]);
    case "match":
    case "split":
      return [];
    case "cancel":
    case "reclassify":
    case "move":
      return actionWants(item, last);
    default:
      break;
  }
  if (workerKinds.has(frame.kind)) return workerWants(item, last);
  if (frame.kind === "test") return testWants(item, last);
  return [];
}

const workerKinds: ReadonlySet<string> = new Set(["worker", "scenarioWorker", "changedWorker"]);

function requirementWants(rest: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  const start = operand(["worker", "queue"]);
  if (rest.length === 0) return start;
  if (last.image === "for") return durationWants();
  if (last.image === "by") return ruleWants();
  const tail: Want[] = [{ kind: "words", words: ["for", "expedite"] }];
  if (rest.length === 1 && (last.image === "worker" || last.image === "queue")) {
    return [{ kind: "words", words: [".", "by", "same labels as job", "none", "=="] }];
  }
  const from = lastIndexOf(rest, ["and", ","]) + 1;
  const term = rest.slice(from);
  const hasComparison = term.some(({ image }) => comparisons.includes(image));
  return expression(
    rest,
    hasComparison ? operand(["job"]) : start,
    endsValue(last) ? ["for", "expedite"] : [],
    hasComparison ? tail : [],
  );
}

function exceptionWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  const arrow = item.findIndex(({ image }) => image === "->");
  if (arrow >= 0) {
    const action = item.slice(arrow + 1);
    return action.length === 0
      ? [{ kind: "items", frame: "actions", seen: [] }]
      : actionWants(action, last);
  }
  if (item.length === 1) return [{ kind: "words", words: ["waiting >", "queue length >"] }];
  switch (last.image) {
    case "waiting":
    case "length":
      return [{ kind: "words", words: [">"] }];
    case "queue":
      return [{ kind: "words", words: ["length"] }];
    case ">":
      return item.some(({ image }) => image === "waiting")
        ? durationWants()
        : [
            { kind: "literals", values: ["10", "50", "100"], detail: "jobs" },
            { kind: "symbols", of: ["param", "let"] },
          ];
    default:
      return endsValue(last) ? [{ kind: "words", words: ["->", "as"] }] : [];
  }
}

function actionWants(action: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  const constants: readonly Want[] = [{ kind: "symbols", of: ["param", "let"] }];
  const isWord = last.kind !== "text";
  if (last.image === "as" && isWord) return [];
  switch (action[0]?.image) {
    case "cancel":
      return last.image === "note" ? constants : [{ kind: "words", words: ["note", "as"] }];
    case "reclassify":
      if (last.image === "via" && isWord) return [{ kind: "symbols", of: ["classification"] }];
      return [{ kind: "words", words: ["via", "set", "as"] }];
    case "move":
      if (last.image === "to" && isWord) return [{ kind: "symbols", of: ["queue"] }];
      if (last.image === "priority" && isWord) return constants;
      if (action.some(({ image }) => image === "require")) {
        const from = lastIndexOf(action, ["require"]) + 1;
        return [...requirementWants(action.slice(from), last), ...moveWords()];
      }
      return moveWords();
    default:
      return [];
  }
}

function moveWords(): readonly Want[] {
  return [{ kind: "words", words: ["to", "priority", "require", "as"] }];
}

// ── Tests ───────────────────────────────────────────────────────────────────────────────────

function workerWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  switch (item[0]?.image) {
    case "channel":
      return item.length === 1
        ? [{ kind: "symbols", of: ["channel"] }]
        : [{ kind: "words", words: ["cost", "max"] }];
    case "queues":
      return last.image === "queues" ? [{ kind: "words", words: ["["] }] : [];
    case "capacity":
      return [{ kind: "literals", values: ["1", "2", "3"], detail: "capacity" }];
    case "load":
      return [{ kind: "literals", values: ["0.5", "1"], detail: "load" }];
    default:
      return [];
  }
}

function testWants(item: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  switch (item[0]?.image) {
    case "job":
      switch (last.image) {
        case "on":
          return [{ kind: "symbols", of: ["channel"] }];
        case "via":
          return [{ kind: "symbols", of: ["classification"] }];
        case "in":
          return [{ kind: "symbols", of: ["queue"] }];
        case "requesting":
          return operand(["worker"]);
        default: {
          const from = lastIndexOf(item, ["requesting"]) + 1;
          if (from > 0) return requirementWants(item.slice(from), last);
          return [{ kind: "words", words: ["on", "via", "in", "priority", "requesting"] }];
        }
      }
    case "stub":
      return last.image === "->"
        ? [{ kind: "words", words: ["fails"] }, ...operand([])]
        : item.length > 1
          ? [{ kind: "words", words: ["->"] }]
          : [{ kind: "symbols", of: ["let", "param"] }];
    case "expect":
      return expectationWants(item.slice(1), last);
    case "cases":
      return last.image === ")" && !item.some(({ image }) => image === "->")
        ? [{ kind: "words", words: ["->"] }]
        : [];
    default:
      return [];
  }
}

function expectationWants(rest: readonly SyntaxToken[], last: SyntaxToken): readonly Want[] {
  const first = rest[0]?.image;
  if (first === undefined) {
    return [
      {
        kind: "words",
        words: [
          "queue ==",
          "priority ==",
          "require",
          "no queue",
          "no require",
          "workers",
          "failed",
          "score of",
        ],
      },
      { kind: "locals", of: "any" },
    ];
  }
  switch (first) {
    case "queue":
      if (rest.length === 1) return [{ kind: "words", words: ["==", "!="] }];
      return last.image === "==" || last.image === "!=" ? [{ kind: "symbols", of: ["queue"] }] : [];
    case "priority":
      return rest.length === 1
        ? [{ kind: "words", words: comparisons }]
        : [{ kind: "symbols", of: ["param", "let"] }];
    case "no":
      if (rest.length === 1) return [{ kind: "words", words: ["queue", "require"] }];
      return rest[1]?.image === "require" ? requirementWants(rest.slice(2), last) : [];
    case "require":
      return requirementWants(rest.slice(1), last);
    case "workers":
      return [{ kind: "words", words: ["["] }];
    case "score":
      if (rest.length === 1) return [{ kind: "words", words: ["of"] }];
      return last.image === "of"
        ? [{ kind: "locals", of: "worker" }]
        : [{ kind: "words", words: comparisons }];
    default:
      if (last.image === "excluded") return [{ kind: "words", words: ["by"] }];
      if (last.image === "by") return [{ kind: "labelPaths", side: "worker" }];
      if (last.image === ".") return dotWants(rest);
      return [{ kind: "words", words: ["excluded"] }];
  }
}

// ── Tables ──────────────────────────────────────────────────────────────────────────────────

function columnWants(
  frame: Frame,
  row: readonly SyntaxToken[],
  isRowStart: boolean,
): readonly Want[] {
  const arrow = row.findIndex(({ image }) => image === "->");
  const last = row.at(-1);
  if (arrow < 0) {
    if (row[0]?.image === "otherwise") return [{ kind: "words", words: ["->"] }];
    const column = countCommas(row);
    const label = inputColumns(frame)[column];
    const cells: Want[] = [
      ...(label === undefined ? [] : [label]),
      { kind: "words", words: ["_", "missing", ...(isRowStart ? ["otherwise"] : [])] },
      { kind: "symbols", of: ["param", "let"] },
    ];
    return last !== undefined && endsValue(last)
      ? [{ kind: "words", words: ["->"] }, ...cells]
      : cells;
  }
  const column = countCommas(row.slice(arrow));
  return outputColumns(frame)[column] === "queue"
    ? [
        { kind: "symbols", of: ["queue"] },
        { kind: "symbols", of: ["param", "let"] },
      ]
    : [{ kind: "symbols", of: ["param", "let"] }];
}

function countCommas(tokens: readonly SyntaxToken[]): number {
  let depth = 0;
  let count = 0;
  for (const { image } of tokens) {
    if (image === "(" || image === "[") depth++;
    else if (image === ")" || image === "]") depth--;
    else if (image === "," && depth === 0) count++;
  }
  return count;
}

/** What each input of a table reads, as values to offer. */
function inputColumns({ head, kind }: Frame): readonly (Want | undefined)[] {
  const columns: (Want | undefined)[] = [];
  for (const group of groupsOf(head)[0] ?? []) {
    const [first, dot, key] = group;
    if (kind === "cases" && first !== undefined) {
      columns.push({ kind: "labelValues", side: "job", key: nameOf(first) });
    } else if (
      first?.image === "job" &&
      dot?.image === "." &&
      key !== undefined &&
      group.length === 3
    ) {
      columns.push({ kind: "labelValues", side: "job", key: nameOf(key) });
    } else if (first !== undefined && group.length === 1) {
      columns.push({ kind: "valuesOf", name: nameOf(first) });
    } else columns.push(undefined);
  }
  return columns;
}

function outputColumns({ head }: Frame): readonly string[] {
  return (groupsOf(head)[1] ?? []).map((group) => group[0]?.image ?? "");
}

/** `(a, b) -> (c)` as lists of token lists. */
function groupsOf(head: readonly SyntaxToken[]): readonly (readonly SyntaxToken[])[][] {
  const groups: SyntaxToken[][][] = [];
  let depth = 0;
  for (const token of head) {
    if (token.image === "(" && depth++ === 0) {
      groups.push([[]]);
      continue;
    }
    if (token.image === ")" && --depth === 0) continue;
    if (depth === 0) continue;
    const group = groups.at(-1);
    if (token.image === "," && depth === 1) group?.push([]);
    else group?.at(-1)?.push(token);
  }
  return groups;
}
