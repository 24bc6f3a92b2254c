import type { Labels, LabelValue } from "@routewright/jobrouter";

/** Whether a value may stand in a label at all (Q4: anything else reads as missing). */
export function isLabelValue(value: unknown): value is LabelValue {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** An own label; keys such as `__proto__` or `constructor` are labels like any other. */
export function readLabel(labels: Labels | undefined, key: string): LabelValue | undefined {
  if (labels === undefined || !Object.hasOwn(labels, key)) return undefined;
  const value: unknown = labels[key];
  return isLabelValue(value) ? value : undefined;
}

const noLabels: Labels = Object.freeze(Object.create(null) as Labels);

/**
 * Own labels without entries that are no label values; the very same object when there is nothing
 * to leave out. What comes out may be read by name: all it can inherit is no label value.
 */
export function cleanLabels(labels: Labels | undefined): Labels {
  if (labels === undefined || labels === null || typeof labels !== "object") return noLabels;
  const entries = Object.entries(labels);
  const clean = hasPlainPrototype(labels) && entries.every(([, value]) => isLabelValue(value));
  return clean ? labels : copyLabels(entries.filter(([, value]) => isLabelValue(value)));
}

/** Whether a bag inherits nothing but the methods of a plain object. */
export function hasPlainPrototype(labels: Labels): boolean {
  if (labels === null || typeof labels !== "object") return false;
  const prototype: unknown = Object.getPrototypeOf(labels);
  return prototype === Object.prototype || prototype === null;
}

/** The labels of a queue or worker with the `Id` that the service sets, whatever they say. */
export function withAutomaticId(labels: Labels | undefined, id: string): Labels {
  const entries = Object.entries(cleanLabels(labels)).filter(([key]) => key !== "Id");
  return copyLabels([...entries, ["Id", id]]);
}

/** No prototype, so that `__proto__` is a key and nothing is inherited. */
function copyLabels(entries: readonly (readonly [string, LabelValue])[]): Labels {
  const copy = Object.create(null) as Record<string, LabelValue>;
  for (const [key, value] of entries) copy[key] = value;
  return copy;
}
