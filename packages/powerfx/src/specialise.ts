import { bindFormula, type FxFeatures, type FxGlobal } from "./bind/binder.ts";
import { constant, type Ir, type Run, type Slots } from "./bind/ir.ts";
import {
  admitNumber,
  type FxLabelReference,
  isInherited,
  type LabelCode,
  type LabelRoot,
  labelIr,
} from "./labels.ts";
import { compileClosures } from "./run/closures.ts";
import { type Fragment, type FragmentNames, generateFragment } from "./run/generate.ts";
import type { GuardedRun } from "./run/read.ts";
import type { FxDiagnostic, FxNode } from "./tree.ts";
import { isPlainDecimal } from "./values/decimal.ts";
import { type FxType, recordType, types } from "./values/types.ts";
import { compileError, type FxError, FxRecord, type FxValue } from "./values/value.ts";

/** A formula over labels of known types. */
export interface SpecialisedFormula {
  /** `j` or `-`, `w` or `-` (is there such a record), then one code a label: see `LabelCode`. */
  readonly signature: string;
  /** The static type of the result. */
  readonly type: FxType;
  readonly diagnostics: readonly FxDiagnostic[];
  /** Why it does not bind for these types; `run` then returns it. */
  readonly failure: FxError | undefined;
  /** False only where the result can be shown never to be Blank (an Error). */
  readonly mayBlank: boolean;
  readonly mayError: boolean;
  /**
   * Runs on label values by slot (the order of `FormulaProgram.labels`). The values must have the
   * signature's types; nothing is checked. Closures: no code is generated.
   */
  readonly run: (slots: Slots) => FxValue;
  /**
   * The same as JavaScript text, for a caller that generates one function for many formulas; each
   * label must already be in the variable `names.slot` tells, with the signature's type.
   */
  readonly fragment: (names: FragmentNames) => Fragment;
  readonly ir: Ir;
  /** What `run` calls. */
  readonly closure: Run;
}

export interface SpecialiseInput {
  readonly tree: FxNode;
  readonly labels: readonly FxLabelReference[];
  readonly missingLabels: "blank" | "error";
  readonly features: FxFeatures;
}

export function specialiseFormula(input: SpecialiseInput, signature: string): SpecialisedFormula {
  const { tree, labels } = input;
  const slotOf = new Map(labels.map((label, index) => [`${label.root}.${label.name}`, index]));
  const global = (root: LabelRoot): FxGlobal => ({
    whole: (node) => wholeRecord(node, root, labels, signature),
    field(name, node) {
      const index = slotOf.get(`${root}.${name}`);
      const code = index === undefined ? "-" : codeAt(signature, index);
      if (index === undefined || code === "-") {
        return input.missingLabels === "blank" ? constant(node, types.blank, null) : undefined;
      }
      return labelIr(node, index, code);
    },
  });
  const bound = bindFormula(
    tree,
    {
      global: (name) => {
        if (name === "job") return signature.startsWith("j") ? global("job") : undefined;
        if (name === "worker") return signature.charAt(1) === "w" ? global("worker") : undefined;
        return undefined;
      },
    },
    input.features,
  );
  const failed = bound.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const failure = failed ? compileError(bound.diagnostics) : undefined;
  const ir = failure === undefined ? bound.ir : constant(tree, types.error, failure);
  const closure = compileClosures(ir);
  return {
    signature,
    type: ir.type,
    diagnostics: bound.diagnostics,
    failure,
    mayBlank: ir.mayBlank,
    mayError: ir.mayError || failed,
    run: (slots) => closure(slots, null),
    closure,
    fragment: (names) => generateFragment(ir, names),
    ir,
  };
}

/** A record of the labels there are; fields that are missing are no fields of it. */
function wholeRecord(
  node: FxNode,
  root: LabelRoot,
  labels: readonly FxLabelReference[],
  signature: string,
): Ir {
  const fields = new Map<string, FxType>();
  const args: Ir[] = [];
  labels.forEach((label, index) => {
    const code = codeAt(signature, index);
    if (label.root !== root || code === "-") return;
    const ir = labelIr(node, index, code);
    fields.set(label.name, ir.type);
    args.push(ir);
  });
  const names = [...fields.keys()];
  return {
    op: "lazy",
    node,
    type: recordType(fields),
    args,
    mayBlank: false,
    mayError: false,
    call: (runs, slots, rows) =>
      new FxRecord(new Map(runs.map((run, index) => [names[index] ?? "", run(slots, rows)]))),
  };
}

export function codeAt(signature: string, index: number): LabelCode {
  const code = signature.charAt(index + 2);
  return code === "t" || code === "i" || code === "n" || code === "o" || code === "b" ? code : "-";
}

/**
 * One generated function for a specialised formula, with its own type guards. `undefined` where
 * the platform forbids code generation (a content security policy).
 */
export function generateGuarded(
  formula: SpecialisedFormula,
  labels: readonly FxLabelReference[],
  miss: GuardedRun,
): GuardedRun | undefined {
  const constants: unknown[] = [];
  const names = new Map<unknown, string>();
  let temporaries = 0;
  const constantName = (value: unknown): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = `k${constants.length}`;
    constants.push(value);
    names.set(value, name);
    return name;
  };
  const { signature } = formula;
  const lines: string[] = [];
  for (const [index, root] of (["job", "worker"] as const).entries()) {
    const present = signature.charAt(index) !== "-";
    const isRecord = `typeof ${root} === "object" && ${root} !== null`;
    lines.push(`if (${present ? `!(${isRecord})` : isRecord}) return miss(job, worker);`);
  }
  labels.forEach((label, index) => {
    const code = codeAt(signature, index);
    const present = signature.charAt(label.root === "job" ? 0 : 1) !== "-";
    if (!present) {
      lines.push(`const l${index} = null;`);
      return;
    }
    const key = JSON.stringify(label.name);
    const read = `${label.root}[${key}]`;
    const own = isInherited(label.name);
    lines.push(
      `${code === "o" ? "let" : "const"} l${index} = ${own ? `hasOwn(${label.root}, ${key}) ? ${read} : undefined` : read};`,
      `if (${guards[code](`l${index}`)}) return miss(job, worker);`,
    );
    if (code === "o") lines.push(`l${index} = admitNumber(l${index});`);
  });
  const { expression, temporaries: used } = formula.fragment({
    slot: (index) => `l${index}`,
    slots: labels.length,
    constant: constantName,
    temporary: () => `t${temporaries++}`,
  });
  if (used.length > 0) lines.push(`let ${used.join(", ")};`);
  lines.push(`return ${expression};`);
  const helpers = { hasOwn, admitNumber, isPlainDecimal, miss };
  try {
    // Only names made here and JSON literals are in this text; see generateFragment.
    const make = new Function(
      ...Object.keys(helpers),
      ...constants.map((_, index) => `k${index}`),
      `"use strict"; return function (job, worker) { ${lines.join("\n")} };`,
    );
    return make(...Object.values(helpers), ...constants);
  } catch {
    return undefined;
  }
}

const hasOwn: (value: object, key: string) => boolean = Object.hasOwn;

/** JavaScript that is true where a variable's value does not have the code. */
const guards: Readonly<Record<LabelCode, (name: string) => string>> = {
  "-": (l) =>
    `${l} !== undefined && (typeof ${l} === "string" || typeof ${l} === "number" || typeof ${l} === "boolean")`,
  t: (l) => `typeof ${l} !== "string"`,
  b: (l) => `typeof ${l} !== "boolean"`,
  i: (l) => `typeof ${l} !== "number" || (${l} | 0) !== ${l}`,
  n: (l) => `typeof ${l} !== "number" || (${l} | 0) === ${l} || !isPlainDecimal(${l})`,
  o: (l) => `typeof ${l} !== "number" || (${l} | 0) === ${l} || isPlainDecimal(${l})`,
};
