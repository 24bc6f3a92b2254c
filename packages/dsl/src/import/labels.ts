import type {
  LabelOperator,
  LabelSide,
  Labels,
  LabelValue,
  QueueSelector,
  RouterObjects,
  RouterRule,
} from "@routewright/jobrouter";
import { type FxNode, parseFormula } from "@routewright/powerfx";
import { languageFunctions } from "../functions.ts";

export type ImportedType = "text" | "number" | "boolean" | "any";
/** The labels that the objects speak of, each side sorted by key. */
export type ImportedLabels = Readonly<Record<LabelSide, ReadonlyMap<string, ImportedType>>>;

/**
 * Finds the labels that objects use, and their types: from the values they are compared with or
 * given, and from what formulas do with them. Labels that are compared with each other have one
 * type. A label with evidence for several types, or for none, is `any`.
 */
export function inferLabels(objects: RouterObjects): ImportedLabels {
  const found = new Map<string, Evidence>();
  const use = (side: LabelSide, key: string): Evidence => {
    const name = `${side} ${key}`;
    let evidence = found.get(name);
    if (evidence === undefined) {
      evidence = { side, key, types: new Set(), same: [] };
      found.set(name, evidence);
    }
    return evidence;
  };

  for (const queue of objects.queues) useLabels("queue", queue.labels, use);
  for (const policy of objects.exceptionPolicies) {
    for (const action of (policy.exceptionRules ?? []).flatMap((rule) => rule.actions)) {
      if (action.kind === "reclassify") useLabels("job", action.labelsToUpsert, use);
      if (action.kind === "manualReclassify") {
        for (const selector of action.workerSelectors ?? []) useSelector("worker", selector, use);
      }
    }
  }
  for (const policy of objects.distributionPolicies) {
    if (policy.mode?.kind === "bestWorker") useRule(policy.mode.scoringRule, "number", use);
  }
  for (const policy of objects.classificationPolicies) {
    useRule(policy.prioritizationRule, "number", use);
    for (const attachment of policy.queueSelectorAttachments ?? []) {
      if (attachment.kind === "static") useSelector("queue", attachment.queueSelector, use);
      else if (attachment.kind === "passThrough") usePassThrough("queue", attachment, use);
      else if (attachment.kind === "ruleEngine") useRule(attachment.rule, undefined, use);
      else {
        if (attachment.kind === "conditional") useRule(attachment.condition, "boolean", use);
        const lists =
          attachment.kind === "conditional"
            ? [attachment.queueSelectors]
            : attachment.allocations.map((allocation) => allocation.queueSelectors);
        for (const selector of lists.flat()) useSelector("queue", selector, use);
      }
    }
    for (const attachment of policy.workerSelectorAttachments ?? []) {
      if (attachment.kind === "static") useSelector("worker", attachment.workerSelector, use);
      else if (attachment.kind === "passThrough") usePassThrough("worker", attachment, use);
      else if (attachment.kind === "ruleEngine") useRule(attachment.rule, undefined, use);
      else {
        if (attachment.kind === "conditional") useRule(attachment.condition, "boolean", use);
        const lists =
          attachment.kind === "conditional"
            ? [attachment.workerSelectors]
            : attachment.allocations.map((allocation) => allocation.workerSelectors);
        for (const selector of lists.flat()) useSelector("worker", selector, use);
      }
    }
  }
  return settle(found);
}

interface Evidence {
  readonly side: LabelSide;
  readonly key: string;
  readonly types: Set<ImportedType>;
  readonly same: Evidence[];
}

type Use = (side: LabelSide, key: string) => Evidence;

function useLabels(side: LabelSide, labels: Labels | undefined, use: Use): void {
  for (const [key, value] of Object.entries(labels ?? {})) use(side, key).types.add(typeOf(value));
}

function useSelector(side: "worker" | "queue", selector: QueueSelector, use: Use): void {
  const { key, labelOperator, value } = selector;
  if (isQueueItself(side, selector)) return;
  const { types } = use(side, key);
  if (value !== undefined) types.add(typeOf(value));
  if (isMagnitude(labelOperator)) types.add("number");
}

/** `require queue == …`: the automatic label `Id`, compared with a text, needs no declaration. */
export function isQueueItself(side: "worker" | "queue", selector: QueueSelector): boolean {
  return (
    side === "queue" &&
    selector.key === "Id" &&
    typeof selector.value === "string" &&
    !isMagnitude(selector.labelOperator)
  );
}

function usePassThrough(
  side: "worker" | "queue",
  attachment: { readonly key: string; readonly labelOperator: LabelOperator },
  use: Use,
): void {
  const job = use("job", attachment.key);
  const other = use(side, attachment.key);
  join(job, other);
  if (isMagnitude(attachment.labelOperator)) job.types.add("number");
}

function isMagnitude(operator: LabelOperator): boolean {
  return operator !== "equal" && operator !== "notEqual";
}

function typeOf(value: LabelValue): ImportedType {
  return typeof value === "string" ? "text" : typeof value === "number" ? "number" : "boolean";
}

function join(a: Evidence, b: Evidence): void {
  a.same.push(b);
  b.same.push(a);
}

// ── Formulas ────────────────────────────────────────────────────────────────────────────────

function useRule(rule: RouterRule | undefined, wanted: ImportedType | undefined, use: Use): void {
  if (rule?.kind === "expression") walk(parseFormula(rule.expression).tree, wanted, use);
}

/** `wanted`: the type that the place of a node gives it. */
function walk(node: FxNode, wanted: ImportedType | undefined, use: Use): void {
  const label = labelOf(node, use);
  if (label !== undefined) {
    if (wanted !== undefined) label.types.add(wanted);
    return;
  }
  switch (node.kind) {
    case "unary":
      walk(node.operand, node.op === "not" ? "boolean" : "number", use);
      return;
    case "binary":
      walkBinary(node, use);
      return;
    case "call":
      walkCall(node, wanted, use);
      return;
    case "interpolated":
      for (const part of node.parts) walk(part, undefined, use);
      return;
    case "table":
      for (const item of node.items) walk(item, undefined, use);
      return;
    case "record":
      for (const field of node.fields) walk(field.value, undefined, use);
      return;
    case "field":
      walk(node.receiver, undefined, use);
      return;
    case "as":
      walk(node.operand, undefined, use);
      return;
    default:
      return;
  }
}

function walkBinary(node: Extract<FxNode, { kind: "binary" }>, use: Use): void {
  const { op, left, right } = node;
  if (op === "&&" || op === "||") {
    walk(left, "boolean", use);
    walk(right, "boolean", use);
  } else if (op === "&" || op === "in" || op === "exactin") {
    walk(left, "text", use);
    walk(right, "text", use);
  } else if (op === "=" || op === "<>") {
    const leftLabel = labelOf(left, use);
    const rightLabel = labelOf(right, use);
    if (leftLabel !== undefined && rightLabel !== undefined) join(leftLabel, rightLabel);
    walk(left, resultOf(right), use);
    walk(right, resultOf(left), use);
  } else {
    walk(left, "number", use);
    walk(right, "number", use);
  }
}

function walkCall(
  node: Extract<FxNode, { kind: "call" }>,
  wanted: ImportedType | undefined,
  use: Use,
): void {
  const { callee, args } = node;
  if (callee === "If") {
    args.forEach((arg, index) => {
      walk(arg, index % 2 === 0 && index < args.length - 1 ? "boolean" : wanted, use);
    });
    return;
  }
  if (callee === "And" || callee === "Or" || callee === "Not") {
    for (const arg of args) walk(arg, "boolean", use);
    return;
  }
  const known = languageFunctions.find((entry) => entry.powerFx.name === callee);
  args.forEach((arg, index) => {
    const parameter = known?.parameters[Math.min(index, known.parameters.length - 1)];
    walk(arg, parameter?.type, use);
  });
}

/** The type of a node that says it by itself. */
function resultOf(node: FxNode): ImportedType | undefined {
  switch (node.kind) {
    case "number":
      return "number";
    case "text":
    case "interpolated":
      return "text";
    case "boolean":
      return "boolean";
    case "unary":
      return node.op === "not" ? "boolean" : "number";
    case "binary":
      if (node.op === "&") return "text";
      return ["+", "-", "*", "/", "^"].includes(node.op) ? "number" : "boolean";
    case "call":
      return languageFunctions.find((entry) => entry.powerFx.name === node.callee)?.result;
    default:
      return undefined;
  }
}

function labelOf(node: FxNode, use: Use): Evidence | undefined {
  if (node.kind !== "field" || node.receiver.kind !== "name") return undefined;
  const side = node.receiver.name;
  return side === "job" || side === "worker" ? use(side, node.name) : undefined;
}

// ── Result ──────────────────────────────────────────────────────────────────────────────────

function settle(found: ReadonlyMap<string, Evidence>): ImportedLabels {
  const types = new Map<Evidence, ImportedType>();
  for (const start of found.values()) {
    if (types.has(start)) continue;
    const group = new Set([start]);
    for (const member of group) for (const other of member.same) group.add(other);
    const evidence = new Set([...group].flatMap((member) => [...member.types]));
    const [only] = evidence;
    for (const member of group) {
      types.set(member, evidence.size === 1 && only !== undefined ? only : "any");
    }
  }
  const side = (wanted: LabelSide) =>
    new Map(
      [...types]
        .filter(([label]) => label.side === wanted)
        .map(([label, type]) => [label.key, type] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    );
  return { job: side("job"), worker: side("worker"), queue: side("queue") };
}

/** Whether a label has to be declared: a worker's and a queue's `Id` are there by themselves. */
export function isAutomatic(side: LabelSide, key: string, type: ImportedType): boolean {
  return side !== "job" && key === "Id" && type === "text";
}
