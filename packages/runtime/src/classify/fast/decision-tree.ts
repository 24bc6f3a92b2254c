import type { Cells } from "./label-code.ts";

/** A member of a group with what it asks of each label. */
export interface TreeMember {
  /** What happens when it holds; members with one effect are alternatives. */
  readonly effect: number;
  /** By label: where it may hold. What holds everywhere is not listed. */
  readonly tests: ReadonlyMap<number, Cells>;
  /** What it asks besides, as expressions. */
  readonly others: readonly string[];
}

export type DecisionTree = Leaf | Branch | Switch;

/** What is left to be asked one by one, in the members' order. */
export interface Leaf {
  readonly kind: "leaf";
  readonly members: readonly TreeMember[];
  readonly left: readonly Cells[];
}

export interface Branch {
  readonly kind: "branch";
  readonly label: number;
  readonly wanted: Cells;
  readonly left: Cells;
  readonly whenWanted: DecisionTree;
  readonly otherwise: DecisionTree;
}

export interface Switch {
  readonly kind: "switch";
  readonly label: number;
  readonly arms: readonly { readonly cells: Cells; readonly tree: DecisionTree }[];
}

/** What is known of a label. */
export interface TreeLabel {
  readonly all: Cells;
  weightOf(cells: Cells): number;
  /** What a `case` can name. */
  readonly nameable: Cells;
}

/**
 * `all`: every effect whose member holds, in order; `first`: the first; `only`: one effect, and
 * where there are several it does not matter which.
 */
export type Rule = "all" | "first" | "only";

/** What a switch costs, where a comparison costs 1. */
const switchCost = 1.5;

export interface TreeLimits {
  /** Tests in the whole tree. */
  readonly size: number;
  /** Tests of one job, as far as can be guessed. */
  readonly cost: number;
}

/**
 * Asks of a job's labels in the order that leaves least to ask: each question is the one that
 * divides best what is still open, by guessed frequencies of values. It never looks at a clock, so
 * the same policy is laid out in the same way everywhere.
 * `undefined`: it would be beyond the limits.
 */
export function decisionTree(
  members: readonly TreeMember[],
  labels: readonly TreeLabel[],
  rule: Rule,
  limits: TreeLimits,
): DecisionTree | undefined {
  const settled = settle(members, rule);
  const everything = labels.map(({ all }) => all);
  // A test that a question answers for many members at once is not written for each.
  const tree = grow(settled, everything, Math.max(limits.size, sizeOf(settled)));
  return sizeOfTree(tree) > limits.size || costOfTree(tree, labels, rule) > limits.cost
    ? undefined
    : tree;

  function grow(own: readonly TreeMember[], left: readonly Cells[], allowed: number): DecisionTree {
    const cost = costIn(own);
    const question = cost <= 1 ? undefined : bestQuestion(own, cost, left, allowed);
    if (question === undefined) return { kind: "leaf", members: own, left };
    const { label } = question;
    const parts = question.parts.map((cells) => ({
      cells,
      members: narrow(own, label, cells, rule),
    }));
    const total = parts.reduce((sum, part) => sum + sizeOf(part.members), 1);
    // Each part may use its share: none grows at the cost of those after it.
    const grown = parts.map(({ cells, members: some }) => ({
      cells,
      tree: grow(some, left.with(label, cells), ((allowed - 1) * sizeOf(some)) / total),
    }));
    const [first, second] = grown;
    if (grown.length > 2 || first === undefined || second === undefined) {
      return { kind: "switch", label, arms: grown };
    }
    return {
      kind: "branch",
      label,
      wanted: first.cells,
      left: left[label] ?? 0n,
      whenWanted: first.tree,
      otherwise: second.tree,
    };
  }

  function bestQuestion(
    own: readonly TreeMember[],
    costNow: number,
    left: readonly Cells[],
    allowed: number,
  ): Question | undefined {
    let best: Question | undefined;
    let most = 0;
    for (const asked of askedLabels(own)) {
      const { label, rest } = asked;
      // Who does not ask this label stays, whatever the answer.
      if (rule !== "first" && Math.log((costNow + 1) / (rest.cost + 1)) <= most) break;
      const known = labels[label];
      if (known === undefined) continue;
      const here = left[label] ?? 0n;
      const whole = known.weightOf(here);
      const measure = rule === "first" ? measureFirst(own, label) : measureAll(asked);
      for (const parts of partitionsOf([...asked.groups.keys()], here, known.nameable)) {
        const questionCost = parts.length > 2 ? switchCost : 1;
        let expected = questionCost;
        let size = 1;
        for (const cells of parts) {
          const after = measure(cells);
          size += after.size;
          expected += (known.weightOf(cells) / whole) * after.cost;
        }
        // Going through the members as they are may be better.
        if (size > allowed || expected >= costNow) continue;
        const gain = Math.log((costNow + 1) / (expected - questionCost + 1)) / questionCost;
        if (gain > most) {
          most = gain;
          best = { label, parts };
        }
      }
    }
    return best;
  }
}

/** The questions that may be asked of a label: what some member asks, and what all do, at once. */
function partitionsOf(
  asked: readonly Cells[],
  here: Cells,
  nameable: Cells,
): readonly (readonly Cells[])[] {
  const pairs = asked.map((wanted) => [wanted, here & ~wanted]);
  if (asked.length < 2 || (here & nameable) === 0n) return pairs;
  const arms = partition(here, asked);
  const others = arms.filter((cells) => (cells & ~nameable) !== 0n);
  return arms.length > 2 && others.length < 2 ? [...pairs, arms] : pairs;
}

interface Question {
  readonly label: number;
  readonly parts: readonly Cells[];
}

/** Cells that no test tells apart stay together. */
function partition(here: Cells, tests: readonly Cells[]): readonly Cells[] {
  let parts: readonly Cells[] = [here];
  for (const wanted of tests) {
    parts = parts.flatMap((part) => [part & wanted, part & ~wanted].filter((own) => own !== 0n));
  }
  return parts;
}

/** Who may still hold where a label is in these cells, and what they still ask. */
function narrow(
  members: readonly TreeMember[],
  label: number,
  cells: Cells,
  rule: Rule,
): readonly TreeMember[] {
  const left: TreeMember[] = [];
  for (const member of members) {
    const wanted = member.tests.get(label);
    if (wanted === undefined) {
      left.push(member);
      continue;
    }
    const own = wanted & cells;
    if (own === 0n) continue;
    const tests = new Map(member.tests);
    if (own === cells) tests.delete(label);
    else tests.set(label, own);
    left.push({ ...member, tests });
  }
  return settle(left, rule);
}

interface Measured {
  /** What going through the members costs. */
  readonly cost: number;
  readonly size: number;
}

/** What members ask of one label; those that ask the same are counted together. */
interface AskedLabel {
  readonly label: number;
  readonly groups: ReadonlyMap<Cells, AskedCells>;
  /** Members that do not ask it. */
  readonly rest: Measured;
}

interface AskedCells extends Measured {
  /** What they cost and take once this test is answered. */
  readonly met: Measured;
}

/** The labels that members ask, those first that most depends on. */
function askedLabels(members: readonly TreeMember[]): readonly AskedLabel[] {
  const byLabel = new Map<number, Map<Cells, AskedCells>>();
  for (const { tests, others } of members) {
    const asks = tests.size + others.length;
    for (const [label, wanted] of tests) {
      let groups = byLabel.get(label);
      if (groups === undefined) {
        groups = new Map();
        byLabel.set(label, groups);
      }
      const own = groups.get(wanted);
      groups.set(wanted, {
        cost: (own?.cost ?? 0) + costOf(asks),
        size: (own?.size ?? 0) + asks + 1,
        met: {
          cost: (own?.met.cost ?? 0) + costOf(asks - 1),
          size: (own?.met.size ?? 0) + asks,
        },
      });
    }
  }
  const whole = { cost: costIn(members), size: sizeOf(members) };
  return [...byLabel]
    .map(([label, groups]) => {
      let { cost, size } = whole;
      for (const own of groups.values()) {
        cost -= own.cost;
        size -= own.size;
      }
      return { label, groups, rest: { cost, size } };
    })
    .sort((a, b) => a.rest.cost - b.rest.cost || a.label - b.label);
}

/** What `narrow` would leave, without doing it: most questions are only considered. */
function measureAll({ groups, rest }: AskedLabel): (cells: Cells) => Measured {
  const list = [...groups];
  return (cells) => {
    let { cost, size } = rest;
    for (const [wanted, group] of list) {
      const own = wanted & cells;
      if (own === 0n) continue;
      const left = own === cells ? group.met : group;
      cost += left.cost;
      size += left.size;
    }
    return { cost, size };
  };
}

/** What comes after a member that holds is not asked. */
function measureFirst(members: readonly TreeMember[], label: number): (cells: Cells) => Measured {
  return (cells) => {
    let cost = 0;
    let size = 0;
    for (const { tests, others } of members) {
      const wanted = tests.get(label);
      const own = wanted === undefined ? cells : wanted & cells;
      if (own === 0n) continue;
      const asks = tests.size - (wanted !== undefined && own === cells ? 1 : 0) + others.length;
      size += asks + 1;
      if (asks === 0) break;
      cost += costOf(asks);
    }
    return { cost, size };
  };
}

/** Leaves out what makes no difference any more. */
function settle(members: readonly TreeMember[], rule: Rule): readonly TreeMember[] {
  const certain = members.findIndex(isCertain);
  if (certain < 0) return members;
  if (rule === "first") return members.slice(0, certain + 1);
  const effects = new Set(members.filter(isCertain).map(({ effect }) => effect));
  if (rule === "only" && effects.size > 1) return members.filter(isCertain);
  const done = new Set<number>();
  return members.filter((member) => {
    if (!effects.has(member.effect)) return true;
    if (!isCertain(member) || done.has(member.effect)) return false;
    done.add(member.effect);
    return true;
  });
}

export function isCertain({ tests, others }: TreeMember): boolean {
  return tests.size === 0 && others.length === 0;
}

/** What it costs to go through the members one by one. */
function costIn(members: readonly TreeMember[]): number {
  return members.reduce((cost, { tests, others }) => cost + costOf(tests.size + others.length), 0);
}

/** The first of several tests that must all hold is asked always, the second every other time. */
function costOf(tests: number): number {
  return 2 - 2 ** (1 - tests);
}

function costOfTree(tree: DecisionTree, labels: readonly TreeLabel[], rule: Rule): number {
  switch (tree.kind) {
    case "leaf":
      return rule === "first" ? costOfChain(tree, labels) : costIn(tree.members);
    case "branch": {
      const share = shareOf(labels[tree.label], tree.wanted, tree.left);
      const whenWanted = costOfTree(tree.whenWanted, labels, rule);
      return 1 + share * whenWanted + (1 - share) * costOfTree(tree.otherwise, labels, rule);
    }
    case "switch": {
      const left = tree.arms.reduce((set, { cells }) => set | cells, 0n);
      return tree.arms.reduce(
        (sum, arm) =>
          sum + shareOf(labels[tree.label], arm.cells, left) * costOfTree(arm.tree, labels, rule),
        switchCost,
      );
    }
  }
}

/** Each member is asked where none before it holds. */
function costOfChain({ members, left }: Leaf, labels: readonly TreeLabel[]): number {
  let reached = 1;
  let cost = 0;
  for (const { tests, others } of members) {
    cost += reached * costOf(tests.size + others.length);
    let share = 1;
    for (const [label, wanted] of tests) {
      share *= shareOf(labels[label], wanted, left[label] ?? 0n);
    }
    reached *= 1 - share;
  }
  return cost;
}

/** What part of the values that are left is wanted. */
function shareOf(label: TreeLabel | undefined, wanted: Cells, left: Cells): number {
  return label === undefined ? 1 : label.weightOf(wanted) / label.weightOf(left);
}

function sizeOfTree(tree: DecisionTree): number {
  switch (tree.kind) {
    case "leaf":
      return sizeOf(tree.members);
    case "branch":
      return 1 + sizeOfTree(tree.whenWanted) + sizeOfTree(tree.otherwise);
    case "switch":
      return tree.arms.reduce((sum, arm) => sum + sizeOfTree(arm.tree), 1);
  }
}

function sizeOf(members: readonly TreeMember[]): number {
  return members.reduce((size, { tests, others }) => size + tests.size + others.length + 1, 0);
}
