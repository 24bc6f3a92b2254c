import type { LabelValue } from "@routewright/jobrouter";
import type { Logic } from "../../rules/outline.ts";
import { atomOf, type Conjunction, isPositive, literal } from "./conjunctions.ts";
import { type DecisionTree, isCertain, type TreeLabel, type TreeMember } from "./decision-tree.ts";
import type { FastPolicy } from "./fast-policy.ts";
import { type LabelClasses, noClass } from "./label-classes.ts";
import { type Cells, type LabelCode, labelCode } from "./label-code.ts";
import type { Member } from "./rule-index.ts";

/** A name for something that generated code needs. */
export type Constant = (value: unknown) => string;

/** The labels of a policy and what its members ask of them, as JavaScript. */
export interface PolicyCode {
  /** Statements that read every label once. */
  readonly reads: string;
  /** Statements that hand odd labels to `leave`. */
  readonly guards: string;
  /** By label, for decision trees. */
  readonly treeLabels: readonly TreeLabel[];
  /** `undefined`: it never holds. */
  treeMember(member: Member, effect: number): TreeMember | undefined;
  /** Statements for a tree; `leaf` says what is done where it ends. */
  statements(tree: DecisionTree, leaf: (tests: readonly LeafTest[]) => string): string;
}

export interface LeafTest {
  readonly effect: number;
  /** `undefined`: it holds. */
  readonly test: string | undefined;
}

export function policyCode(fast: FastPolicy, constant: Constant, leave: string): PolicyCode {
  const codes = fast.classes.map((own, label) => labelCode(own, `v${label}`, leave));
  const labelOfAtom = new Map<number, number>();
  for (const [label, { atoms }] of fast.classes.entries()) {
    for (const { index } of atoms) labelOfAtom.set(index, label);
  }
  const reads = fast.classes.map(
    ({ key }, label) => `const v${label} = labels[${JSON.stringify(key)}];`,
  );
  const guards = codes.map((code, label) => {
    const own = fast.classes[label];
    if (own === undefined || own.atoms.length === 0) return "";
    return code?.guard ?? lookUp(own, label, constant, leave);
  });
  const computed = fast.computed.map((atom) => {
    const truth = constant((bag: Readonly<Record<string, LabelValue>>) => atom.truth(bag));
    const name = `t${atom.index}`;
    return `const ${name} = ${truth}(labels); if (${name} === undefined) return undefined;`;
  });

  return {
    reads: reads.join("\n"),
    guards: [...guards, ...computed].join("\n"),
    treeLabels: codes.map((code) => ({
      all: code?.all ?? 0n,
      weightOf: (cells) => code?.weightOf(cells) ?? 0,
      nameable: code?.nameable ?? 0n,
    })),
    treeMember,
    statements,
  };

  function treeMember({ conjunction, whole }: Member, effect: number): TreeMember | undefined {
    const byLabel = new Map<number, number[]>();
    const others: string[] = [];
    for (const code of conjunction) {
      const label = labelOfAtom.get(atomOf(code)) ?? -1;
      if (codes[label] === undefined) others.push(literalCode(code));
      else byLabel.set(label, [...(byLabel.get(label) ?? []), code]);
    }
    if (whole !== undefined) {
      others.push(
        logicCode(whole.logic, (node) => literalCode(literal(whole.atomIndex(node), true))),
      );
    }
    const tests = new Map<number, Cells>();
    for (const [label, own] of byLabel) {
      const cells = codes[label]?.cellsOf(own) ?? 0n;
      if (cells === 0n) return undefined;
      if (cells !== codes[label]?.all) tests.set(label, cells);
    }
    return others.includes("false")
      ? undefined
      : { effect, tests, others: others.filter((code) => code !== "true") };
  }

  function literalCode(code: number): string {
    const label = labelOfAtom.get(atomOf(code));
    if (label === undefined) return `${isPositive(code) ? "" : "!"}t${atomOf(code)}`;
    const own = codes[label];
    if (own !== undefined) return testOf(own, own.cellsOf([code]), own.all);
    const classes = fast.classes[label];
    return classes === undefined ? "false" : `${constant(holdsIn(classes, [code]))}(c${label})`;
  }

  function statements(tree: DecisionTree, leaf: (tests: readonly LeafTest[]) => string): string {
    switch (tree.kind) {
      case "leaf":
        return leaf(
          tree.members.map((member) => ({
            effect: member.effect,
            test: isCertain(member) ? undefined : memberTest(member, tree.left),
          })),
        );
      case "branch": {
        const own = codes[tree.label];
        const test = own === undefined ? "false" : testOf(own, tree.wanted, tree.left);
        const first = statements(tree.whenWanted, leaf);
        const second = statements(tree.otherwise, leaf);
        if (first === second) return first;
        if (first === "") return `if (!(${test})) {\n${second}\n}`;
        return `if (${test}) {\n${first}\n}${second === "" ? "" : ` else {\n${second}\n}`}`;
      }
      case "switch": {
        const own = codes[tree.label];
        const byBody = new Map<string, string[]>();
        for (const { cells, tree: arm } of tree.arms) {
          const body = statements(arm, leaf);
          const isNamed = own !== undefined && (cells & ~own.nameable) === 0n;
          const heads = isNamed
            ? own.valuesOf(cells).map((value) => `case ${value}:`)
            : ["default:"];
          byBody.set(body, [...(byBody.get(body) ?? []), ...heads]);
        }
        const arms = [...byBody].map(([body, heads]) => `${heads.join(" ")} {\n${body}\nbreak;\n}`);
        return `switch (v${tree.label}) {\n${arms.join("\n")}\n}`;
      }
    }
  }

  function memberTest({ tests, others }: TreeMember, left: readonly Cells[]): string {
    const parts = [...tests].map(([label, wanted]) => {
      const own = codes[label];
      return own === undefined ? "false" : testOf(own, wanted, left[label] ?? 0n);
    });
    return [...parts, ...others].map((part) => `(${part})`).join(" && ");
  }
}

/** Whether a value is in the wanted cells, asked in the shorter way. */
function testOf(own: LabelCode, wanted: Cells, left: Cells): string {
  if (wanted === 0n || wanted === left) return String(wanted !== 0n);
  const direct = own.comparisons(wanted, left);
  const opposite = own.comparisons(left & ~wanted, left);
  return comparisonsIn(opposite) < comparisonsIn(direct)
    ? `!(${opposite.join(" || ")})`
    : direct.map((code) => (direct.length > 1 ? `(${code})` : code)).join(" || ");
}

function comparisonsIn(alternatives: readonly string[]): number {
  return alternatives.reduce((sum, code) => sum + code.split(" && ").length, 0);
}

/** Conditions of any kind: the class is looked up, and what holds for it remembered. */
function lookUp(own: LabelClasses, label: number, constant: Constant, leave: string): string {
  const classOf = constant(own.classOf);
  const kind = constant((raw: unknown) => (typeof raw === "object" ? undefined : raw));
  return `const c${label} = ${classOf}(${kind}(v${label})); if (c${label} === ${noClass}) ${leave}`;
}

function holdsIn(own: LabelClasses, codes: Conjunction): (found: number) => boolean {
  const known: boolean[] = [];
  return (found) => {
    known[found] ??= codes.every((code) => {
      const local = own.atoms.findIndex(({ index }) => index === atomOf(code));
      return (own.truths[found]?.[local] === true) === isPositive(code);
    });
    return known[found] === true;
  };
}

function logicCode(logic: Logic, atom: (node: Logic["node"]) => string): string {
  switch (logic.kind) {
    case "constant":
      return String(logic.value);
    case "atom":
      return `(${atom(logic.node)})`;
    case "not":
      return `!${logicCode(logic.term, atom)}`;
    case "and":
    case "or": {
      const terms = logic.terms.map((term) => logicCode(term, atom));
      return `(${terms.join(logic.kind === "and" ? " && " : " || ")})`;
    }
    case "choose": {
      const arms = logic.branches.map(
        ({ condition, value }) => `${logicCode(condition, atom)} ? ${logicCode(value, atom)} : `,
      );
      const rest = logic.otherwise === undefined ? "false" : logicCode(logic.otherwise, atom);
      return `(${arms.join("")}${rest})`;
    }
    case "value":
      return "false";
  }
}
