import {
  compileFormula,
  type FormulaProgram,
  type FxLabelReference,
  type FxNode,
  isFxError,
  type LabelBag,
} from "@routewright/powerfx";
import { childrenOf, labelOf } from "../../explain/atoms.ts";

/**
 * A condition without logic in it, numbered: its truth is one bit of a job. Power Fx itself says
 * what an atom means; nothing here knows an operator's semantics.
 */
export interface Atom {
  readonly index: number;
  readonly labels: readonly FxLabelReference[];
  readonly simple: SimpleAtom | undefined;
  /** `undefined`: it fails, or does not fit the labels' types. Blank is false. */
  truth(job: LabelBag): boolean | undefined;
}

/**
 * An atom of which is known where its truth can change: `job.x = "a"` only at that text and at
 * the empty one, `job.x > 5` only at 5, `IsBlank(job.x)` only at the empty text; what logic makes
 * of such atoms, only where they do.
 */
export interface SimpleAtom {
  readonly literals: readonly (string | number | boolean)[];
}

/** The atoms of a policy, each text once. */
export class AtomTable {
  readonly atoms: Atom[] = [];
  readonly #byText = new Map<string, Atom>();

  /** An atom as an operand of logic: any type is taken as a condition. */
  of(text: string, node: FxNode): Atom {
    const own = text.slice(node.span.start, node.span.end);
    return this.#add(own, `(${own}) && true`, node);
  }

  /** A whole formula that is no logic: it holds where it yields `true`. */
  ofWhole(text: string, node: FxNode): Atom {
    return this.#add(`= ${text}`, text, node);
  }

  #add(key: string, formula: string, node: FxNode): Atom {
    const known = this.#byText.get(key);
    if (known !== undefined) return known;
    // The text is a part of a formula that was within the limits; parentheses do not count.
    const limits = { maxLength: formula.length, maxDepth: 100 };
    const simple = simpleAtom(node);
    // Asked once a class, which generating code for it would never pay.
    const asked = simple && compileFormula(formula, { ...limits, codegen: "never" });
    const program = asked?.labels.length === 1 ? asked : compileFormula(formula, limits);
    const atom: Atom = {
      index: this.atoms.length,
      labels: program.labels,
      simple,
      truth: (job) => truthOf(program, job),
    };
    this.atoms.push(atom);
    this.#byText.set(key, atom);
    return atom;
  }
}

/** The label of an atom that reads one label of the job and nothing else. */
export function onlyLabel(atom: Atom): string | undefined {
  const [first, second] = atom.labels;
  return first?.root === "job" && second === undefined ? first.name : undefined;
}

function truthOf(program: FormulaProgram, job: LabelBag): boolean | undefined {
  const value = program.evaluate({ job });
  return isFxError(value) ? undefined : value === true;
}

const comparisons: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);

const connectives: ReadonlySet<string> = new Set(["&&", "||", "not", "And", "Or", "Not"]);

function simpleAtom(node: FxNode): SimpleAtom | undefined {
  const children = childrenOf(node);
  const operator = node.kind === "call" ? node.callee : "op" in node ? node.op : "";
  if (connectives.has(operator)) {
    const parts = children.map(simpleAtom);
    if (parts.length === 0 || parts.includes(undefined)) return undefined;
    return { literals: parts.flatMap((part) => part?.literals ?? []) };
  }
  const isLabelOrLiteral = children.every(
    (child) => labelOf(child) !== undefined || literalOf(child) !== undefined || isBlank(child),
  );
  if (node.kind === "binary" && comparisons.has(node.op) && isLabelOrLiteral) {
    return { literals: children.map(literalOf).filter((literal) => literal !== undefined) };
  }
  if (node.kind === "call" && node.callee === "IsBlank" && children.length === 1) {
    return isLabelOrLiteral ? { literals: [] } : undefined;
  }
  return undefined;
}

/** `Blank()`, which only a missing label equals. */
function isBlank(node: FxNode): boolean {
  return node.kind === "call" && node.callee === "Blank" && node.args.length === 0;
}

/** A literal that JavaScript holds exactly; a number with more digits is no literal here. */
export function literalOf(node: FxNode): string | number | boolean | undefined {
  switch (node.kind) {
    case "text":
    case "boolean":
      return node.value;
    case "number": {
      const value = Number(node.text);
      return /^\d{1,15}$|^\d{1,9}\.\d{1,6}$/.test(node.text) ? value : undefined;
    }
    case "unary": {
      const operand = node.op === "-" ? literalOf(node.operand) : undefined;
      return typeof operand === "number" ? -operand : undefined;
    }
    default:
      return undefined;
  }
}
