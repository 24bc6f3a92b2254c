import type {
  QueueSelectorAttachment,
  RouterRule,
  WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import type { Condition, Origin } from "../core/condition.ts";
import { always } from "../core/simplify.ts";
import { cannotCompile } from "./diagnostics.ts";
import { decide, type Lowering, mapTo, report } from "./lowering.ts";
import { type FormulaPlace, lowerCondition, lowerRule, type StandaloneRule } from "./rules.ts";
import {
  expand,
  queueSelector,
  type SelectorSide,
  type SelectorTerm,
  workerSelector,
} from "./selectors.ts";

/** For which jobs something is attached. */
export interface Guarded {
  /** The jobs among those that `narrower` holds for; with `always`, all that are meant. */
  readonly within: (narrower: Condition) => Condition;
  /** A rule that is the whole condition (`when function "…"`); it cannot be joined with others. */
  readonly rule?: StandaloneRule;
  /** What was written: an arm, a block, a row. */
  readonly origin: Origin;
  /** The condition in it, where formulas are reported. */
  readonly conditionOrigin: Origin;
  /** How the condition came about, for the record. */
  readonly reason: () => string;
  /** What can be done when the formula gets too long. */
  readonly help: string;
}

/** Collects the attachments of one policy in order, with the places and reasons of each. */
export interface PolicyBuilder {
  readonly queueAttachments: readonly QueueSelectorAttachment[];
  readonly workerAttachments: readonly WorkerSelectorAttachment[];
  /** Selectors of one side for some jobs or for all; job labels among them are passed on. */
  attach(side: SelectorSide, terms: readonly SelectorTerm[], guarded: Guarded, more?: Attach): void;
  attachRule(side: SelectorSide, rule: StandaloneRule, guarded: Guarded): void;
  attachSplit(side: SelectorSide, shares: readonly Share[], guarded: Guarded): void;
}

export interface Attach {
  /** An empty list of selectors is meant. */
  readonly evenEmpty?: boolean;
}

export interface Share {
  readonly weight: number;
  readonly terms: readonly SelectorTerm[];
  readonly origin: Origin;
}

export function policyBuilder(run: Lowering, base: string): PolicyBuilder {
  const queueAttachments: QueueSelectorAttachment[] = [];
  const workerAttachments: WorkerSelectorAttachment[] = [];

  const nextPointer = (side: SelectorSide) =>
    side === "queue"
      ? `${base}/queueSelectorAttachments/${queueAttachments.length}`
      : `${base}/workerSelectorAttachments/${workerAttachments.length}`;

  const attachStatic = (term: SelectorTerm, reason: string) => {
    const pointer = nextPointer(term.side);
    mapTo(run, pointer, term.origin);
    if (term.side === "queue") {
      mapTo(run, `${pointer}/queueSelector`, term.origin);
      queueAttachments.push({ kind: "static", queueSelector: queueSelector(term) });
    } else {
      mapTo(run, `${pointer}/workerSelector`, term.origin);
      workerAttachments.push({ kind: "static", workerSelector: workerSelector(term) });
    }
    decide(run, pointer, "static", reason, term.origin);
  };

  const attachPassThrough = (term: SelectorTerm) => {
    const pointer = nextPointer(term.side);
    mapTo(run, pointer, term.origin);
    const shared = { kind: "passThrough", key: term.key, labelOperator: term.operator } as const;
    if (term.side === "queue") queueAttachments.push(shared);
    else {
      const seconds = term.expiresAfterSeconds;
      workerAttachments.push(
        seconds === undefined ? shared : { ...shared, expiresAfterSeconds: seconds },
      );
    }
    const reason = "compares with the job's label of the same key, for every job";
    decide(run, pointer, "passThrough", reason, term.origin);
  };

  const attachConditional = (
    side: SelectorSide,
    terms: readonly SelectorTerm[],
    guarded: Guarded,
    condition: Condition,
    origin: Origin,
    reason: string,
  ) => {
    const pointer = nextPointer(side);
    const rule = conditionRule(guarded, condition, `${pointer}/condition`);
    if (rule === undefined) return;
    mapTo(run, pointer, origin);
    const list = side === "queue" ? "queueSelectors" : "workerSelectors";
    for (const [index, term] of terms.entries()) {
      mapTo(run, `${pointer}/${list}/${index}`, term.origin);
    }
    if (side === "queue") {
      const queueSelectors = terms.map(queueSelector);
      queueAttachments.push({ kind: "conditional", condition: rule, queueSelectors });
    } else {
      const workerSelectors = terms.map(workerSelector);
      workerAttachments.push({ kind: "conditional", condition: rule, workerSelectors });
    }
    decide(run, pointer, "conditional", reason, origin);
  };

  const conditionRule = (
    guarded: Guarded,
    condition: Condition,
    pointer: string,
  ): RouterRule | undefined => {
    if (guarded.rule !== undefined) return lowerRule(run, guarded.rule, pointer);
    const place: FormulaPlace = {
      pointer,
      what: "this rule",
      origin: guarded.conditionOrigin,
      help: guarded.help,
    };
    return lowerCondition(run, condition, place);
  };

  const attachExpanded = (term: SelectorTerm, guarded: Guarded) => {
    const cases = guarded.rule === undefined ? expand(run, term) : undefined;
    if (cases === undefined) {
      report(run, cannotCompile, { what: "this for some jobs only" }, term.origin);
      return;
    }
    for (const { condition, term: constant } of cases) {
      const narrowed = guarded.within(condition);
      if (narrowed.kind === "constant" && !narrowed.value) continue;
      attachConditional(term.side, [constant], guarded, narrowed, term.origin, expandedReason);
    }
  };

  return {
    queueAttachments,
    workerAttachments,
    attach(side, terms, guarded, more = {}) {
      const condition = guarded.within(always);
      if (condition.kind === "constant" && guarded.rule === undefined) {
        if (!condition.value) {
          decide(run, base, "left out", "earlier arms hold whenever this one does", guarded.origin);
          return;
        }
        for (const term of terms) {
          if (term.value.kind === "constant") attachStatic(term, "applies to every job");
          else if (canPassOn(term)) attachPassThrough(term);
          else attachExpanded(term, guarded);
        }
        return;
      }
      const constants = terms.filter((term) => term.value.kind === "constant");
      if (constants.length > 0 || (more.evenEmpty === true && terms.length === 0)) {
        attachConditional(side, constants, guarded, condition, guarded.origin, guarded.reason());
      }
      for (const term of terms) {
        if (term.value.kind === "label") attachExpanded(term, guarded);
      }
    },
    attachRule(side, rule, guarded) {
      if (!isForAll(guarded)) {
        report(run, cannotCompile, { what: "a rule for some jobs only" }, guarded.origin);
        return;
      }
      const pointer = nextPointer(side);
      const origin = { source: rule.source, span: rule.expr.span };
      mapTo(run, pointer, origin);
      const made = lowerRule(run, rule, `${pointer}/rule`);
      if (side === "queue") queueAttachments.push({ kind: "ruleEngine", rule: made });
      else workerAttachments.push({ kind: "ruleEngine", rule: made });
      decide(run, pointer, "ruleEngine", "a rule gives the selectors", origin);
    },
    attachSplit(side, shares, guarded) {
      if (!isForAll(guarded)) {
        report(run, cannotCompile, { what: "a `split` for some jobs only" }, guarded.origin);
        return;
      }
      const pointer = nextPointer(side);
      mapTo(run, pointer, guarded.origin);
      const list = side === "queue" ? "queueSelectors" : "workerSelectors";
      for (const [index, share] of shares.entries()) {
        const at = `${pointer}/allocations/${index}`;
        mapTo(run, at, share.origin);
        for (const [place, term] of share.terms.entries()) {
          mapTo(run, `${at}/${list}/${place}`, term.origin);
        }
      }
      if (side === "queue") {
        const allocations = shares.map(({ weight, terms }) => ({
          weight,
          queueSelectors: terms.map(queueSelector),
        }));
        queueAttachments.push({ kind: "weightedAllocation", allocations });
      } else {
        const allocations = shares.map(({ weight, terms }) => ({
          weight,
          workerSelectors: terms.map(workerSelector),
        }));
        workerAttachments.push({ kind: "weightedAllocation", allocations });
      }
      decide(run, pointer, "weightedAllocation", "one share is drawn for each job", guarded.origin);
    },
  };
}

const expandedReason =
  "a job's label is passed on under its own key and for every job, so here each value has a rule";

function isForAll(guarded: Guarded): boolean {
  const condition = guarded.within(always);
  return guarded.rule === undefined && condition.kind === "constant" && condition.value;
}

/** Pass-through selectors keep their key, and cannot expedite. */
function canPassOn(term: SelectorTerm): boolean {
  return term.value.kind === "label" && term.value.label.key === term.key && term.expedite !== true;
}
