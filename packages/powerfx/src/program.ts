import { bindFormula, type FxGlobal, type FxScope } from "./bind/binder.ts";
import { constant, type Ir, type Run } from "./bind/ir.ts";
import { fxDiagnostic } from "./messages.ts";
import { defaultMaxDepth, parseFormula } from "./parse/parser.ts";
import { compileClosures } from "./run/closures.ts";
import { traceFormula } from "./trace.ts";
import type { FxDiagnostic, FxNode } from "./tree.ts";
import { decimalFromJsonNumber, isPlainDecimal } from "./values/decimal.ts";
import { type FxType, types } from "./values/types.ts";
import { compileError, type FxError, type FxValue, fxError } from "./values/value.ts";

/** Labels of a job or worker. Only own properties count; other values read as missing. */
export type LabelBag = Readonly<Record<string, string | number | boolean>>;

/** The records a formula may read. A root that is absent here is an unknown name. */
export interface FxEvaluationScope {
  readonly job?: LabelBag;
  readonly worker?: LabelBag;
}

export interface FxLabelReference {
  readonly root: "job" | "worker";
  readonly name: string;
}

/** One comparison or test that was evaluated, in the order of evaluation. */
export interface FxAtomTrace {
  readonly span: { readonly start: number; readonly end: number };
  /** The atom as it is written. */
  readonly text: string;
  /** What it compared or tested, before implicit conversion. */
  readonly operands: readonly FxOperandTrace[];
  readonly value: FxValue;
}

export interface FxOperandTrace {
  readonly span: { readonly start: number; readonly end: number };
  readonly text: string;
  readonly value: FxValue;
}

export interface CompileOptions {
  /** Longest text, in UTF-16 units; the engine's default is 1,000. */
  readonly maxLength?: number;
  /** Deepest nesting; the engine's is 50. */
  readonly maxDepth?: number;
  /**
   * What a label that is not in the record means. `blank`: an untyped Blank, which is what the
   * service's own samples show. `error`: the strict engine, where the formula does not compile.
   */
  readonly missingLabels?: "blank" | "error";
  /** Whether JavaScript may be generated; it is never needed. */
  readonly codegen?: "auto" | "never";
}

export interface FormulaProgram {
  readonly text: string;
  readonly tree: FxNode;
  /** What is wrong whatever the labels are: syntax and limits. */
  readonly diagnostics: readonly FxDiagnostic[];
  /** The labels the formula reads, each once, in the order of their first use. */
  readonly labels: readonly FxLabelReference[];
  /** Never throws. A formula that does not bind gives an FxError of kind `compile`. */
  readonly evaluate: (scope: FxEvaluationScope) => FxValue;
  /** The same value, with each comparison and test that was evaluated on the way. */
  readonly trace: (scope: FxEvaluationScope) => {
    readonly value: FxValue;
    readonly atoms: readonly FxAtomTrace[];
  };
}

/** The engine's default limit on a formula's length. */
export const defaultMaxLength = 1_000;

/** Past this many different signatures a program stops caching; only hostile input gets here. */
const maxSpecialisations = 512;

/**
 * What a label's value says about its type. `integer` (below 2^31) and `number` are one type,
 * Decimal, told apart because arithmetic on the first needs no checks; `odd` is a number that no
 * Decimal holds as it stands.
 */
const labelCodes = { missing: 0, text: 1, integer: 2, number: 3, odd: 4, boolean: 5 } as const;
type LabelCode = (typeof labelCodes)[keyof typeof labelCodes];

interface Specialisation {
  readonly ir: Ir;
  readonly failure: FxError | undefined;
  readonly run: Run;
}

export function compileFormula(text: string, options: CompileOptions = {}): FormulaProgram {
  const maxLength = options.maxLength ?? defaultMaxLength;
  const missing = options.missingLabels ?? "blank";
  const tooLong = text.length > maxLength;
  const parsed = tooLong
    ? {
        tree: { kind: "error", text: "", span: { start: 0, end: text.length } } as const,
        diagnostics: [
          fxDiagnostic("ErrTextTooLarge", { start: 0, end: text.length }, [String(maxLength)]),
        ],
      }
    : parseFormula(text, { maxDepth: options.maxDepth ?? defaultMaxDepth });
  const { tree, diagnostics } = parsed;
  const labels = collectLabels(tree);
  const slotOf = new Map(labels.map((label, index) => [`${label.root}.${label.name}`, index]));
  const specialisations = new Map<string, Specialisation>();
  const brokenBefore = diagnostics.some((diagnostic) => diagnostic.severity === "error");
  const broken = brokenBefore ? compileError(diagnostics) : undefined;

  return {
    text,
    tree,
    diagnostics,
    labels,
    evaluate(scope) {
      if (broken !== undefined) return broken;
      const slots: FxValue[] = [];
      const { failure, run } = specialised(scope, slots);
      return failure ?? run(slots, null);
    },
    trace(scope) {
      if (broken !== undefined) return { value: broken, atoms: [] };
      const slots: FxValue[] = [];
      const { failure, ir } = specialised(scope, slots);
      return failure === undefined ? traceFormula(text, ir, slots) : { value: failure, atoms: [] };
    },
  };

  function specialised(scope: FxEvaluationScope, slots: FxValue[]): Specialisation {
    const job = scope.job;
    const worker = scope.worker;
    const codes: LabelCode[] = [];
    let signature = `${job === undefined ? "-" : "j"}${worker === undefined ? "-" : "w"}`;
    for (const label of labels) {
      const bag = label.root === "job" ? job : worker;
      const value = bag === undefined ? null : readLabel(bag, label.name);
      const code = labelCode(value);
      codes.push(code);
      slots.push(code === labelCodes.odd ? admitNumber(value) : value);
      signature += code;
    }
    const known = specialisations.get(signature);
    if (known !== undefined) return known;
    const made = specialise(codes, job !== undefined, worker !== undefined);
    if (specialisations.size < maxSpecialisations) specialisations.set(signature, made);
    return made;
  }

  function specialise(
    codes: readonly LabelCode[],
    hasJob: boolean,
    hasWorker: boolean,
  ): Specialisation {
    const global = (root: "job" | "worker"): FxGlobal => ({
      type: types.blank,
      field: (name, node) => {
        const index = slotOf.get(`${root}.${name}`);
        const code = index === undefined ? labelCodes.missing : codes[index];
        if (index === undefined || code === undefined || code === labelCodes.missing) {
          return missing === "blank" ? constant(node, types.blank, null) : undefined;
        }
        return labelIr(node, index, code);
      },
    });
    const scope: FxScope = {
      global: (name) =>
        (name === "job" && hasJob) || (name === "worker" && hasWorker) ? global(name) : undefined,
    };
    const bound = bindFormula(tree, scope);
    const failed = bound.diagnostics.some((diagnostic) => diagnostic.severity === "error");
    return {
      ir: bound.ir,
      failure: failed ? compileError(bound.diagnostics) : undefined,
      run: compileClosures(bound.ir),
    };
  }
}

const labelTypes: Readonly<Record<LabelCode, FxType>> = [
  types.blank,
  types.text,
  types.decimal,
  types.decimal,
  types.decimal,
  types.boolean,
];

function labelIr(node: FxNode, index: number, code: LabelCode): Ir {
  return {
    op: "slot",
    node,
    index,
    type: labelTypes[code],
    mayBlank: false,
    mayError: code === labelCodes.odd,
    ...(code === labelCodes.integer ? { bound: 2 ** 31 } : {}),
  };
}

function readLabel(bag: LabelBag, name: string): string | number | boolean | null {
  if (!Object.hasOwn(bag, name)) return null;
  const value: unknown = bag[name];
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      return null;
  }
}

function labelCode(value: string | number | boolean | null): LabelCode {
  switch (typeof value) {
    case "string":
      return labelCodes.text;
    case "boolean":
      return labelCodes.boolean;
    case "number":
      if ((value | 0) === value) return labelCodes.integer;
      return isPlainDecimal(value) ? labelCodes.number : labelCodes.odd;
    default:
      return labelCodes.missing;
  }
}

function admitNumber(value: FxValue): FxValue {
  const admitted = typeof value === "number" ? decimalFromJsonNumber(value) : undefined;
  return admitted ?? fxError("Numeric", "the label's number is out of a Decimal's range");
}

function collectLabels(tree: FxNode): readonly FxLabelReference[] {
  const found = new Map<string, FxLabelReference>();
  visit(tree);
  return [...found.values()];

  function visit(node: FxNode): void {
    switch (node.kind) {
      case "field":
        if (node.receiver.kind === "name") {
          const root = node.receiver.name;
          if (root === "job" || root === "worker") {
            const key = `${root}.${node.name}`;
            if (!found.has(key)) found.set(key, { root, name: node.name });
          }
        }
        visit(node.receiver);
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
