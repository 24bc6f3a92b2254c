/**
 * What a policy means, read straight off the tree and as plainly as possible: the second opinion
 * that compiled bundles are held against. Knows nothing of the core form, of Power Fx or of the
 * engine. Single files, resolved programs and the constructs of arbitrary-policy.ts only.
 */
import type {
  Cell,
  ClassificationDeclaration,
  Expr,
  LabelEntry,
  Program,
  QueueDeclaration,
  Requirement,
  Statement,
  TableNode,
} from "../../src/parse/ast.ts";

export type Scalar = string | number | boolean;
/** `undefined` is Blank. */
export type Value = Scalar | undefined;

export interface Selector {
  readonly key: string;
  readonly operator: string;
  readonly value: Scalar;
  readonly expiresAfterSeconds?: number;
  readonly expedite?: boolean;
}

export interface SubmittedJob {
  readonly labels: ReadonlyMap<string, Scalar>;
  readonly queueId: string | undefined;
  readonly priority: number;
}

export interface Meaning {
  /** `undefined`: no queue at all, so the classification fails. */
  readonly queueId: string | undefined;
  readonly priority: number;
  readonly workerSelectors: readonly Selector[];
}

export function interpret(
  program: Program,
  policyName: string,
  job: SubmittedJob,
  choice: number,
): Meaning {
  const world = readWorld(program);
  const policy = program.declarations.find(
    (declaration): declaration is ClassificationDeclaration =>
      declaration.kind === "classification" && declaration.name?.text === policyName,
  );
  if (policy === undefined) throw new Error(`no classification ${policyName}`);
  const reader: Reader = { world, job, choice };

  let priority = job.priority;
  let fallback: string | undefined;
  const queueSelectors: Selector[] = [];
  const workerSelectors: Selector[] = [];
  for (const item of policy.items) {
    switch (item.kind) {
      case "fallback":
        fallback = queueId(item.value, reader);
        break;
      case "queueValue":
        queueSelectors.push(...queueValue(item.value, reader));
        break;
      case "priorityValue":
        priority = wholePriority(evaluate(item.value, reader));
        break;
      case "table": {
        const values = tableRow(item, reader);
        item.outputs.forEach((output, index) => {
          const value = values?.[index];
          if (value === undefined) return;
          if (output.name === "queue") queueSelectors.push(...queueValue(value, reader));
          else priority = wholePriority(evaluate(value, reader));
        });
        break;
      }
      case "require":
      case "when":
      case "match":
      case "split":
        attach(item, reader, { queueSelectors, workerSelectors });
        break;
      case "id":
      case "name":
        break;
    }
  }
  return {
    queueId: selectQueue(queueSelectors, world) ?? job.queueId ?? fallback,
    priority,
    workerSelectors,
  };
}

// ── The world ───────────────────────────────────────────────────────────────────────────────

interface World {
  readonly queues: readonly { readonly id: string; readonly labels: ReadonlyMap<string, Scalar> }[];
  readonly queueIds: ReadonlyMap<string, string>;
  readonly lets: ReadonlyMap<string, Expr>;
}

interface Reader {
  readonly world: World;
  readonly job: SubmittedJob;
  readonly choice: number;
}

function readWorld(program: Program): World {
  const lets = new Map<string, Expr>();
  const queueIds = new Map<string, string>();
  const queues: { id: string; labels: Map<string, Scalar> }[] = [];
  for (const declaration of program.declarations) {
    if (declaration.kind === "let" && declaration.name && declaration.value) {
      lets.set(declaration.name.text, declaration.value);
    }
    if (declaration.kind === "queue" && declaration.name) {
      const id = declaredId(declaration) ?? declaration.name.text;
      queueIds.set(declaration.name.text, id);
      queues.push({ id, labels: new Map([["Id", id], ...queueLabels(declaration)]) });
    }
  }
  return { queues, queueIds, lets };
}

function declaredId(queue: QueueDeclaration): string | undefined {
  for (const item of queue.items) {
    if (item.kind === "id" && item.value.kind === "text") return item.value.value;
  }
  return undefined;
}

function queueLabels(queue: QueueDeclaration): readonly (readonly [string, Scalar])[] {
  return queue.items.flatMap((item) => (item.kind === "labels" ? item.entries.map(entry) : []));
}

function entry({ key, value }: LabelEntry): readonly [string, Scalar] {
  return [key.text, literal(value)];
}

function literal(value: Expr | undefined): Scalar {
  switch (value?.kind) {
    case "text":
    case "number":
    case "boolean":
      return value.value;
    case "unary":
      return -(literal(value.operand) as number);
    default:
      throw new Error(`not a literal: ${value?.kind}`);
  }
}

/** Q13: among several queues that match, the one whose id comes first. */
function selectQueue(selectors: readonly Selector[], world: World): string | undefined {
  if (selectors.length === 0) return undefined;
  const matching = world.queues.filter(({ labels }) =>
    selectors.every((selector) => holds(selector, labels.get(selector.key))),
  );
  return matching.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1))[0];
}

/** Q17. */
function holds(selector: Selector, actual: Value): boolean {
  const { operator, value } = selector;
  if (operator === "==") return actual === value;
  if (operator === "!=") return actual !== value;
  if (typeof actual !== "number" || typeof value !== "number") return false;
  return compareNumbers(operator, actual, value);
}

// ── Statements ──────────────────────────────────────────────────────────────────────────────

interface Attached {
  readonly queueSelectors: Selector[];
  readonly workerSelectors: Selector[];
}

function attach(statement: Statement, reader: Reader, attached: Attached): void {
  const all = (body: readonly Statement[]): void => {
    for (const inner of body) attach(inner, reader, attached);
  };
  switch (statement.kind) {
    case "require":
      for (const { side, selector } of requirement(statement.requirement, reader)) {
        (side === "queue" ? attached.queueSelectors : attached.workerSelectors).push(selector);
      }
      break;
    case "when":
      if (evaluate(statement.condition, reader) === true) all(statement.body);
      break;
    case "match": {
      const arm = statement.arms.find(({ condition }) => evaluate(condition, reader) === true);
      all(arm?.body ?? statement.otherwise?.body ?? []);
      break;
    }
    case "split": {
      const weights = statement.allocations.map(({ weight }) => fraction(weight));
      all(statement.allocations[chosen(weights, reader.choice)]?.body ?? []);
      break;
    }
  }
}

function requirement(
  node: Requirement,
  reader: Reader,
): readonly { readonly side: "worker" | "queue"; readonly selector: Selector }[] {
  if (node.kind !== "condition") throw new Error(`requirement ${node.kind}`);
  const extras = {
    ...(node.expiresAfter === undefined ? {} : { expiresAfterSeconds: seconds(node.expiresAfter) }),
    ...(node.expedite === undefined ? {} : { expedite: node.expedite }),
  };
  return conjuncts(node.condition).flatMap((condition) =>
    selectorOf(condition, reader).map(({ side, selector }) => ({
      side,
      selector: { ...selector, ...extras },
    })),
  );
}

function conjuncts(condition: Expr): readonly Expr[] {
  return condition.kind === "binary" && condition.operator === "and"
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];
}

function selectorOf(
  condition: Expr,
  reader: Reader,
): readonly { readonly side: "worker" | "queue"; readonly selector: Selector }[] {
  if (condition.kind === "label" && condition.side !== "job") {
    return [
      { side: condition.side, selector: { key: condition.key.text, operator: "==", value: true } },
    ];
  }
  if (condition.kind === "unary" && condition.operand.kind === "label") {
    const { side, key } = condition.operand;
    if (side !== "job") return [{ side, selector: { key: key.text, operator: "!=", value: true } }];
  }
  if (condition.kind !== "binary") throw new Error(`selector ${condition.kind}`);
  const { left, right, operator } = condition;
  if (left.kind === "queueSelf") {
    return [{ side: "queue", selector: { key: "Id", operator, value: queueId(right, reader) } }];
  }
  const target = selectorTarget(left);
  const [side, key] = target ?? selectorTarget(right) ?? [];
  if (side === undefined || key === undefined) throw new Error("no label on either side");
  const value = evaluate(target === undefined ? left : right, reader);
  // Q15: a job without the label attaches nothing for that key.
  if (value === undefined) return [];
  const written = target === undefined ? (mirrored[operator] ?? operator) : operator;
  return [{ side, selector: { key, operator: written, value } }];
}

function selectorTarget(node: Expr): readonly ["worker" | "queue", string] | undefined {
  if (node.kind === "label" && node.side !== "job") return [node.side, node.key.text];
  return undefined;
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

// ── Queues ──────────────────────────────────────────────────────────────────────────────────

function queueValue(value: Expr, reader: Reader): readonly Selector[] {
  switch (value.kind) {
    case "if": {
      if (evaluate(value.condition, reader) === true) return queueValue(value.then, reader);
      return value.otherwise === undefined ? [] : queueValue(value.otherwise, reader);
    }
    case "match": {
      const arm = value.arms.find(({ condition }) => evaluate(condition, reader) === true);
      const chosenValue = arm?.value ?? value.otherwise?.value;
      return chosenValue === undefined ? [] : queueValue(chosenValue, reader);
    }
    case "split": {
      const weights = value.allocations.map(({ weight }) => fraction(weight));
      const allocation = value.allocations[chosen(weights, reader.choice)];
      return allocation === undefined ? [] : queueValue(allocation.value, reader);
    }
    case "queueWhere":
      return conjuncts(value.condition).flatMap((condition) => whereSelector(condition, reader));
    default:
      return [{ key: "Id", operator: "==", value: queueId(value, reader) }];
  }
}

/** In `queue where`, a bare name on the left is a label of the queue. */
function whereSelector(condition: Expr, reader: Reader): readonly Selector[] {
  if (condition.kind !== "binary" || condition.left.kind !== "name") {
    throw new Error(`label match ${condition.kind}`);
  }
  const value = evaluate(condition.right, reader);
  if (value === undefined) return [];
  return [{ key: condition.left.name, operator: condition.operator, value }];
}

function queueId(value: Expr, reader: Reader): string {
  if (value.kind === "text") return value.value;
  const id = value.kind === "name" ? reader.world.queueIds.get(value.name) : undefined;
  if (id === undefined) throw new Error(`not a queue: ${value.kind}`);
  return id;
}

function chosen(weights: readonly number[], choice: number): number {
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    if (choice < sum) return index;
  }
  return weights.length - 1;
}

function fraction(weight: Expr): number {
  if (weight.kind === "percent") return weight.fraction;
  return literal(weight) as number;
}

function seconds(duration: Expr): number {
  if (duration.kind !== "duration") throw new Error(`not a duration: ${duration.kind}`);
  return duration.seconds;
}

/** Q33. */
function wholePriority(value: Value): number {
  if (typeof value !== "number") throw new Error(`not a priority: ${value}`);
  const rounded = Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
  return Math.max(-100, Math.min(100, rounded)) + 0;
}

// ── Tables ──────────────────────────────────────────────────────────────────────────────────

function tableRow(table: TableNode, reader: Reader): readonly Expr[] | undefined {
  const inputs = table.inputs.map((input) => evaluate(input, reader));
  const row = table.rows.find(({ cells }) =>
    cells.every((cell, index) => cellHolds(cell, inputs[index], reader)),
  );
  return row?.values ?? table.otherwise?.values;
}

function cellHolds(cell: Cell, input: Value, reader: Reader): boolean {
  switch (cell.kind) {
    case "any":
      return true;
    case "missing":
      return input === undefined;
    case "values":
      return cell.values.some((value) => evaluate(value, reader) === input);
    case "range":
      return (
        ordered(">=", input, evaluate(cell.min, reader)) &&
        ordered("<=", input, evaluate(cell.max, reader))
      );
    case "comparison":
      return compare(cell.operator, input, evaluate(cell.value, reader));
  }
}

// ── Expressions ─────────────────────────────────────────────────────────────────────────────

function evaluate(expr: Expr, reader: Reader): Value {
  const value = (inner: Expr): Value => evaluate(inner, reader);
  switch (expr.kind) {
    case "text":
    case "number":
    case "boolean":
      return expr.value;
    case "name": {
      const named = reader.world.lets.get(expr.name);
      if (named === undefined) throw new Error(`unknown ${expr.name}`);
      return value(named);
    }
    case "label":
      if (expr.side !== "job") throw new Error(`${expr.side} label in a job's value`);
      return reader.job.labels.get(expr.key.text);
    case "unary":
      return expr.operator === "not" ? value(expr.operand) !== true : -number(value(expr.operand));
    case "binary":
      switch (expr.operator) {
        case "and":
          return value(expr.left) === true && value(expr.right) === true;
        case "or":
          return value(expr.left) === true || value(expr.right) === true;
        case "+":
          return number(value(expr.left)) + number(value(expr.right));
        case "-":
          return number(value(expr.left)) - number(value(expr.right));
        case "*":
          return number(value(expr.left)) * number(value(expr.right));
        case "/":
          return number(value(expr.left)) / number(value(expr.right));
        case "&":
          return text(value(expr.left)) + text(value(expr.right));
        default:
          return compare(expr.operator, value(expr.left), value(expr.right));
      }
    case "inList": {
      const wanted = value(expr.value);
      return expr.items.some((item) => value(item) === wanted) !== expr.negated;
    }
    case "inRange": {
      const tested = value(expr.value);
      const within =
        ordered(">=", tested, value(expr.min)) && ordered("<=", tested, value(expr.max));
      return within !== expr.negated;
    }
    case "isMissing":
      return (value(expr.value) === undefined) !== expr.negated;
    case "if":
      if (value(expr.condition) === true) return value(expr.then);
      return expr.otherwise === undefined ? undefined : value(expr.otherwise);
    case "match": {
      const arm = expr.arms.find(({ condition }) => value(condition) === true);
      const result = arm?.value ?? expr.otherwise?.value;
      return result === undefined ? undefined : value(result);
    }
    case "call":
      return call(expr.callee.text, expr.args.map(value));
    default:
      throw new Error(`not a value: ${expr.kind}`);
  }
}

function compare(operator: string, left: Value, right: Value): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  return ordered(operator, left, right);
}

function ordered(operator: string, left: Value, right: Value): boolean {
  return compareNumbers(operator, number(left), number(right));
}

function compareNumbers(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      throw new Error(`operator ${operator}`);
  }
}

function call(name: string, args: readonly Value[]): Value {
  const lower = (index: number): string => text(args[index]).toLowerCase();
  const numbers = () => args.filter((arg) => arg !== undefined).map(number);
  switch (name) {
    case "startsWith":
      return lower(0).startsWith(lower(1));
    case "endsWith":
      return lower(0).endsWith(lower(1));
    case "contains":
      return lower(0).includes(lower(1));
    case "len":
      return text(args[0]).length;
    case "lower":
      return lower(0);
    case "upper":
      return text(args[0]).toUpperCase();
    case "left":
      return text(args[0]).slice(0, number(args[1]));
    case "abs":
      return Math.abs(number(args[0]));
    case "min":
      return numbers().length === 0 ? undefined : Math.min(...numbers());
    case "max":
      return numbers().length === 0 ? undefined : Math.max(...numbers());
    default:
      throw new Error(`function ${name}`);
  }
}

function number(value: Value): number {
  if (value === undefined) return 0;
  if (typeof value !== "number") throw new Error(`not a number: ${value}`);
  return value;
}

function text(value: Value): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw new Error(`not a text: ${value}`);
  return value;
}
