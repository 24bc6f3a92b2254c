import { constant, type Ir } from "./bind/ir.ts";
import type { FxNode } from "./tree.ts";
import { decimalFromJsonNumber, isPlainDecimal } from "./values/decimal.ts";
import { type FxType, types } from "./values/types.ts";
import { type FxValue, fxError } from "./values/value.ts";

/**
 * Labels of a job or worker, as own properties of a plain object (a literal, what `JSON.parse`
 * gives, or an object without prototype; other prototypes are not looked out for). What every
 * object inherits (`constructor`, `toString`) is no label. Values of other types read as missing.
 */
export type LabelBag = Readonly<Record<string, string | number | boolean>>;

export type LabelRoot = "job" | "worker";

export interface FxLabelReference {
  readonly root: LabelRoot;
  readonly name: string;
}

/**
 * What a label's value says about its type, one character of a signature. `i` (a whole number
 * below 2^31) and `n` are one type, Decimal, told apart because arithmetic on the first needs no
 * checks; `o` is a number that no Decimal holds as it stands.
 */
export type LabelCode = "-" | "t" | "i" | "n" | "o" | "b";

export function labelCode(value: unknown): LabelCode {
  switch (typeof value) {
    case "string":
      return "t";
    case "boolean":
      return "b";
    case "number":
      if ((value | 0) === value) return "i";
      return isPlainDecimal(value) ? "n" : "o";
    default:
      return "-";
  }
}

/** Whether every object has something of this name that is not its own. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

export function isBag(value: LabelBag | undefined): value is LabelBag {
  return typeof value === "object" && value !== null;
}

/** Reads a label: its value, or Blank where there is none. */
export function readLabel(bag: LabelBag, name: string): FxValue {
  const value: unknown = !isInherited(name) || Object.hasOwn(bag, name) ? bag[name] : undefined;
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      return null;
  }
}

/** A label's number as the engine would hold it, for the codes that need a conversion. */
export function admitNumber(value: FxValue): FxValue {
  const admitted = typeof value === "number" ? decimalFromJsonNumber(value) : undefined;
  return admitted ?? fxError("Numeric", "the label's number is out of a Decimal's range");
}

const labelTypes: Readonly<Record<LabelCode, FxType>> = {
  "-": types.blank,
  t: types.text,
  i: types.decimal,
  n: types.decimal,
  o: types.decimal,
  b: types.boolean,
};

/** The lowered read of a label that has the given code; a missing one is an untyped Blank. */
export function labelIr(node: FxNode, index: number, code: LabelCode): Ir {
  if (code === "-") return constant(node, types.blank, null);
  return {
    op: "slot",
    node,
    index,
    type: labelTypes[code],
    mayBlank: false,
    mayError: code === "o",
    ...(code === "i" ? { bound: 2 ** 31 } : {}),
    ...(code === "n" ? { plain: true } : {}),
  };
}

export interface LabelUse {
  /** The labels that a formula reads, each once, in order of first use. */
  readonly labels: readonly FxLabelReference[];
  /** The records it uses as a whole (`With(job, …)`), and so with every label they have. */
  readonly wholeRecords: readonly LabelRoot[];
}

export function collectLabels(tree: FxNode): LabelUse {
  const found = new Map<string, FxLabelReference>();
  const whole = new Set<LabelRoot>();
  visit(tree);
  return { labels: [...found.values()], wholeRecords: [...whole] };

  function visit(node: FxNode): void {
    switch (node.kind) {
      case "name":
        if (isRoot(node.name)) whole.add(node.name);
        return;
      case "field":
        if (node.receiver.kind === "name" && isRoot(node.receiver.name)) {
          const root = node.receiver.name;
          const key = `${root}.${node.name}`;
          if (!found.has(key)) found.set(key, { root, name: node.name });
        } else visit(node.receiver);
        return;
      case "unary":
      case "as":
        visit(node.operand);
        return;
      case "binary":
        visit(node.left);
        visit(node.right);
        return;
      case "call":
        node.args.forEach(visit);
        return;
      case "record":
        for (const field of node.fields) visit(field.value);
        return;
      case "table":
        node.items.forEach(visit);
        return;
      case "interpolated":
        node.parts.forEach(visit);
        return;
      default:
        return;
    }
  }
}

function isRoot(name: string): name is LabelRoot {
  return name === "job" || name === "worker";
}
