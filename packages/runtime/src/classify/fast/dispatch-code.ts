import type { LabelCode } from "./label-code.ts";

/** A member of a group with what it asks of each label. */
export interface CodedMember {
  readonly step: number;
  /** By label: the atoms, and the expression for them. */
  readonly tests: ReadonlyMap<number, { readonly codes: readonly number[]; readonly code: string }>;
  /** What it asks besides, as expressions. */
  readonly others: readonly string[];
}

/** What a step does when it applies; empty: nothing. `last` ends a first-match chain. */
export interface StepCode {
  readonly code: string;
  readonly last: boolean;
}

/** Lists this short are gone through as they are. */
const shortEnough = 3;

/** A switch must leave at most this part of the members on average. */
const worthwhile = 0.7;

export class Dispatch {
  readonly #labels: readonly LabelCode[];
  readonly #stepCode: (step: number) => StepCode;
  /** Tests that may still be written: a function that is too long is not optimised. */
  #budget: number;

  constructor(labels: readonly LabelCode[], stepCode: (step: number) => StepCode, budget: number) {
    this.#labels = labels;
    this.#stepCode = stepCode;
    this.#budget = budget;
  }

  get isOverBudget(): boolean {
    return this.#budget < 0;
  }

  /** Statements that carry out every member's step that holds, in order. */
  emit(members: readonly CodedMember[], depth = 0): string {
    const label = members.length > shortEnough && depth < 5 ? this.#bestLabel(members) : undefined;
    const own = label === undefined ? undefined : this.#labels[label];
    if (label === undefined || own === undefined) return this.#chain(members);
    const byBody = new Map<string, string[]>();
    for (const { value, holds } of own.cases) {
      const left = members.flatMap((member): readonly CodedMember[] => {
        const test = member.tests.get(label);
        if (test === undefined) return [member];
        return holds(test.codes) ? [without(member, label)] : [];
      });
      const body = this.emit(left, depth + 1);
      byBody.set(body, [...(byBody.get(body) ?? []), `case ${JSON.stringify(value)}:`]);
      if (this.isOverBudget) return "";
    }
    const cases = [...byBody].map(([body, heads]) => `${heads.join(" ")} {\n${body}\nbreak; }`);
    const rest = members.filter(({ tests }) => {
      const test = tests.get(label);
      return test === undefined || !own.needsCase(test.codes);
    });
    return `switch (v${label}) {\n${cases.join("\n")}\ndefault: {\n${this.#chain(rest)}\n} }`;
  }

  #bestLabel(members: readonly CodedMember[]): number | undefined {
    let best: number | undefined;
    let least = members.length * worthwhile;
    for (const [label, { cases }] of this.#labels.entries()) {
      if (cases.length < 2) continue;
      let left = 0;
      let asking = 0;
      for (const { tests } of members) {
        const test = tests.get(label);
        if (test === undefined) continue;
        asking++;
        left += cases.filter(({ holds }) => holds(test.codes)).length;
      }
      const average = left / cases.length + (members.length - asking);
      if (average < least) {
        best = label;
        least = average;
      }
    }
    return best;
  }

  #chain(members: readonly CodedMember[]): string {
    const byStep = new Map<number, string[]>();
    for (const { step, tests, others } of members) {
      const parts = [...[...tests.values()].map(({ code }) => code), ...others];
      if (parts.includes("false")) continue;
      const asked = parts.filter((part) => part !== "true");
      this.#budget -= asked.length + 1;
      const list = byStep.get(step);
      const test = asked.map((part) => `(${part})`).join(" && ");
      if (list === undefined) byStep.set(step, [test]);
      else list.push(test);
    }
    const lines: string[] = [];
    for (const [step, tests] of byStep) {
      const { code, last } = this.#stepCode(step);
      if (code === "") continue;
      const always = tests.includes("");
      const prefix = last && lines.length > 0 ? "else " : "";
      const test = tests.map((one) => (tests.length > 1 ? `(${one})` : one)).join(" || ");
      lines.push(always ? `${prefix}{ ${code} }` : `${prefix}if (${test}) { ${code} }`);
      if (always && last) break;
    }
    return lines.join("\n");
  }
}

function without(member: CodedMember, label: number): CodedMember {
  const tests = new Map(member.tests);
  tests.delete(label);
  return { ...member, tests };
}
