import type {
  LabelOperator,
  LabelValue,
  QueueSelector,
  WorkerSelector,
} from "@routewright/jobrouter";
import { labelOperators } from "@routewright/jobrouter";
import type { FxValue } from "@routewright/powerfx";
import { FxRecord, FxTable, fxToNumber } from "@routewright/powerfx";
import { isLabelValue } from "../labels.ts";

/** What a rule yields, as JSON; `null` is Power Fx's Blank and "nothing". */
export type RuleValue =
  | null
  | LabelValue
  | readonly RuleValue[]
  | { readonly [key: string]: RuleValue };

/** An evaluated formula as JSON; what JSON cannot hold becomes its text. Errors never arrive here. */
export function ruleValueOf(value: FxValue): RuleValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  const number = fxToNumber(value);
  if (number !== undefined) return number;
  if (value instanceof FxTable)
    return value.rows.map((row) => (row === null ? null : ruleValueOf(row)));
  if (value instanceof FxRecord) {
    const record = Object.create(null) as Record<string, RuleValue>;
    for (const [name, field] of value.fields) record[name] = ruleValueOf(field);
    return record;
  }
  return String(value);
}

/**
 * The selectors that a `ruleEngine` rule yielded (Q8): a list of `{key, labelOperator, value}`
 * (one record alone is a list of one), nothing for blank, and for queues a text as `Id equal`.
 * `undefined`: something else.
 */
export function selectorsOf(
  value: RuleValue,
  side: "queue" | "worker",
): readonly WorkerSelector[] | undefined {
  if (value === null) return [];
  if (typeof value === "string") {
    return side === "queue" ? [{ key: "Id", labelOperator: "equal", value }] : undefined;
  }
  if (typeof value !== "object") return undefined;
  const items: readonly RuleValue[] = isList(value) ? value : [value];
  const selectors: WorkerSelector[] = [];
  for (const item of items) {
    const selector = selectorOf(item, side);
    if (selector === undefined) return undefined;
    selectors.push(selector);
  }
  return selectors;
}

function selectorOf(item: RuleValue, side: "queue" | "worker"): WorkerSelector | undefined {
  if (item === null || typeof item !== "object" || isList(item)) return undefined;
  const key = own(item, "key");
  const labelOperator = operatorOf(own(item, "labelOperator") ?? own(item, "operator"));
  const value = own(item, "value");
  if (typeof key !== "string" || labelOperator === undefined) return undefined;
  if (value !== undefined && value !== null && !isLabelValue(value)) return undefined;
  const selector: QueueSelector = {
    key,
    labelOperator,
    ...(value === undefined || value === null ? {} : { value }),
  };
  if (side === "queue") return selector;
  const expiresAfterSeconds = own(item, "expiresAfterSeconds");
  const expedite = own(item, "expedite");
  return {
    ...selector,
    ...(typeof expiresAfterSeconds === "number" ? { expiresAfterSeconds } : {}),
    ...(typeof expedite === "boolean" ? { expedite } : {}),
  };
}

/** Documented payloads spell operators `GreaterThanEqual`; the wire spells `greaterThanOrEqual`. */
function operatorOf(value: RuleValue | undefined): LabelOperator | undefined {
  if (typeof value !== "string") return undefined;
  const wanted = value.toLowerCase();
  if (wanted === "greaterthanequal") return "greaterThanOrEqual";
  if (wanted === "lessthanequal") return "lessThanOrEqual";
  return labelOperators.find((operator) => operator.toLowerCase() === wanted);
}

function own(record: { readonly [key: string]: RuleValue }, key: string): RuleValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function isList(value: RuleValue): value is readonly RuleValue[] {
  return Array.isArray(value);
}
