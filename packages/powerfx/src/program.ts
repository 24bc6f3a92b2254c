import type { Span } from "@routewright/diagnostics";
import type { FxFeatures } from "./bind/binder.ts";
import {
  admitNumber,
  collectLabels,
  type FxLabelReference,
  isBag,
  type LabelBag,
  labelCode,
  readLabel,
} from "./labels.ts";
import { type ParseLimits, parseWithin } from "./limits.ts";
import { type GuardedRun, readAndRun } from "./run/read.ts";
import { generateGuarded, type SpecialisedFormula, specialiseFormula } from "./specialise.ts";
import { traceFormula } from "./trace.ts";
import type { FxDiagnostic, FxNode } from "./tree.ts";
import { compileError, type FxValue } from "./values/value.ts";

/** The records a formula may read. A root that is absent here is an unknown name. */
export interface FxEvaluationScope {
  readonly job?: LabelBag | undefined;
  readonly worker?: LabelBag | undefined;
}

/** One comparison or test that was evaluated, in the order of evaluation. */
export interface FxAtomTrace {
  readonly span: Span;
  /** The atom as it is written. */
  readonly text: string;
  /** What it compared or tested, before implicit conversion. */
  readonly operands: readonly FxOperandTrace[];
  readonly value: FxValue;
}

export interface FxOperandTrace {
  readonly span: Span;
  readonly text: string;
  readonly value: FxValue;
}

export interface CompileOptions extends ParseLimits {
  /**
   * What a label that is not in the record means. `blank`: an untyped Blank, which is what the
   * service's own samples show. `error`: the strict engine, where the formula does not compile.
   */
  readonly missingLabels?: "blank" | "error";
  /**
   * Whether JavaScript may be generated; it is never needed, and not used where forbidden.
   * `auto` waits until a signature comes back, `eager` does not.
   */
  readonly codegen?: "auto" | "eager" | "never";
  readonly features?: FxFeatures;
}

/**
 * A compiled formula. Labels have no declared types, so it is specialised for each *signature*
 * (which records are there, and the type of each label it reads) it meets; the specialisations
 * are kept.
 *
 * To run one formula often, call `run`. To run many formulas over the same labels, read each
 * label once, ask `specialise` for the signature at hand, and either call `run(slots)` of each
 * or join their `fragment`s into one generated function.
 */
export interface FormulaProgram {
  readonly text: string;
  readonly tree: FxNode;
  /** What is wrong whatever the labels are: syntax and limits. */
  readonly diagnostics: readonly FxDiagnostic[];
  /** The labels the formula reads, each once, in the order of their first use: its slots. */
  readonly labels: readonly FxLabelReference[];
  /**
   * Records it uses as a whole (`With(job, …)`): then what it gives may depend on labels that are
   * not in `labels`, and only `evaluate`, `run` and `trace` see them all.
   */
  readonly wholeRecords: readonly ("job" | "worker")[];
  /** Never throws. A formula that does not bind gives an FxError of kind `compile`. */
  readonly evaluate: (scope: FxEvaluationScope) => FxValue;
  /** `evaluate` without the wrapping object: the hot path, which allocates nothing. */
  readonly run: (job?: LabelBag, worker?: LabelBag) => FxValue;
  /** The same value, with each comparison and test that was evaluated on the way. */
  readonly trace: (scope: FxEvaluationScope) => {
    readonly value: FxValue;
    readonly atoms: readonly FxAtomTrace[];
  };
  /** The signature of some labels: see `SpecialisedFormula.signature`. */
  readonly signatureOf: (scope: FxEvaluationScope) => string;
  /** The formula bound for one signature; made once and kept. */
  readonly specialise: (signature: string) => SpecialisedFormula;
}

/** Past this many different signatures a program starts over; only hostile input gets here. */
const maxSpecialisations = 256;

/** So many specialisations are tried in turn before the signature is worked out. */
const maxTried = 8;

/** Code is generated for a signature when it comes up the third time. */
const runsBeforeGenerating = 2;

interface Specialisation {
  readonly formula: SpecialisedFormula;
  runs: number;
}

export function compileFormula(text: string, options: CompileOptions = {}): FormulaProgram {
  const missingLabels = options.missingLabels ?? "blank";
  const features = options.features ?? {};
  const runsBefore = options.codegen === "eager" ? 0 : runsBeforeGenerating;
  const { tree, diagnostics } = parseWithin(text, options);
  const { labels, wholeRecords } = collectLabels(tree);
  const broken = diagnostics.some((diagnostic) => diagnostic.severity === "error")
    ? compileError(diagnostics)
    : undefined;
  let mayGenerate = options.codegen !== "never";
  const specialisations = new Map<string, Specialisation>();
  const wholes = new Map<string, SpecialisedFormula>();
  // Functions that guard their own types, each falling to the one before.
  let entry: GuardedRun =
    broken !== undefined ? () => broken : wholeRecords.length > 0 ? runWhole : slow;
  let chained = 0;
  // Filled and read within one call that runs no one else's code in between.
  const slots: FxValue[] = [];
  for (const _ of labels) slots.push(null);

  return {
    text,
    tree,
    diagnostics,
    labels,
    wholeRecords,
    evaluate: (scope) => run(scope.job, scope.worker),
    run,
    trace(scope) {
      if (broken !== undefined) return { value: broken, atoms: [] };
      const { formula, values } =
        wholeRecords.length > 0
          ? bindWhole(scope.job, scope.worker)
          : {
              formula: find(signatureOf(scope.job, scope.worker)).formula,
              values: fillSlots(scope.job, scope.worker, []),
            };
      if (formula.failure !== undefined) return { value: formula.failure, atoms: [] };
      return traceFormula(text, formula.ir, values);
    },
    signatureOf: (scope) => signatureOf(scope.job, scope.worker),
    specialise: (signature) => find(signature).formula,
  };

  function run(job?: LabelBag, worker?: LabelBag): FxValue {
    return entry(job, worker);
  }

  function slow(job: LabelBag | undefined, worker: LabelBag | undefined): FxValue {
    const found = find(signatureOf(job, worker));
    if (++found.runs > runsBefore) {
      const next = chained < maxTried ? entry : slow;
      const guarded = guard(found.formula, next);
      if (guarded !== undefined) {
        chained = chained < maxTried ? chained + 1 : 1;
        entry = guarded;
        return guarded(job, worker);
      }
    }
    return found.formula.run(fillSlots(job, worker, slots));
  }

  function guard(formula: SpecialisedFormula, miss: GuardedRun): GuardedRun | undefined {
    if (mayGenerate) {
      const generated = generateGuarded(formula, labels, miss);
      if (generated !== undefined) return generated;
      mayGenerate = false;
    }
    const { signature, closure: run } = formula;
    return readAndRun({ labels, signature, run, slots, miss });
  }

  function runWhole(job: LabelBag | undefined, worker: LabelBag | undefined): FxValue {
    const { formula, values } = bindWhole(job, worker);
    return formula.run(values);
  }

  /** With whole records the labels are those at hand: the same text, bound to each set of them. */
  function bindWhole(
    job: LabelBag | undefined,
    worker: LabelBag | undefined,
  ): { readonly formula: SpecialisedFormula; readonly values: readonly FxValue[] } {
    const all = [...labels];
    const seen = new Set(labels.map((label) => `${label.root}.${label.name}`));
    for (const root of wholeRecords) {
      const bag = root === "job" ? job : worker;
      for (const name of isBag(bag) ? Object.keys(bag) : []) {
        if (!seen.has(`${root}.${name}`)) all.push({ root, name });
      }
    }
    let signature = `${isBag(job) ? "j" : "-"}${isBag(worker) ? "w" : "-"}`;
    const values = all.map(({ root, name }) => {
      const bag = root === "job" ? job : worker;
      const value = isBag(bag) ? readLabel(bag, name) : null;
      const code = labelCode(value);
      signature += code;
      return code === "o" ? admitNumber(value) : value;
    });
    const key = `${signature} ${JSON.stringify(all)}`;
    let formula = wholes.get(key);
    if (formula === undefined) {
      formula = specialiseFormula({ tree, labels: all, missingLabels, features }, signature);
      if (wholes.size >= maxSpecialisations) wholes.clear();
      wholes.set(key, formula);
    }
    return { formula, values };
  }

  function signatureOf(job: LabelBag | undefined, worker: LabelBag | undefined): string {
    let signature = `${isBag(job) ? "j" : "-"}${isBag(worker) ? "w" : "-"}`;
    for (const label of labels) {
      const bag = label.root === "job" ? job : worker;
      signature += isBag(bag) ? labelCode(readLabel(bag, label.name)) : "-";
    }
    return signature;
  }

  function fillSlots(
    job: LabelBag | undefined,
    worker: LabelBag | undefined,
    into: FxValue[],
  ): FxValue[] {
    for (const [index, label] of labels.entries()) {
      const bag = label.root === "job" ? job : worker;
      const value = isBag(bag) ? readLabel(bag, label.name) : null;
      into[index] = labelCode(value) === "o" ? admitNumber(value) : value;
    }
    return into;
  }

  function find(signature: string): Specialisation {
    const known = specialisations.get(signature);
    if (known !== undefined) return known;
    if (specialisations.size >= maxSpecialisations) specialisations.clear();
    const made: Specialisation = {
      formula: specialiseFormula({ tree, labels, missingLabels, features }, signature),
      runs: 0,
    };
    specialisations.set(signature, made);
    return made;
  }
}
