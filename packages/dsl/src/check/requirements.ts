import type { LabelValue } from "@routewright/jobrouter";
import type { Requirement } from "../parse/ast.ts";
import { type CheckContext, labelPath, report, type Scope } from "./context.ts";
import { contradictoryRequirements, impossibleRequirement } from "./diagnostics/meaning.ts";
import {
  misplacedRule,
  optionalPassThrough,
  passThroughBranch,
  passThroughExpedite,
  passThroughKeys,
  requirementTiming,
  splitContent,
  workerSelectorsOnly,
} from "./diagnostics/router.ts";
import { typeMismatch } from "./diagnostics/types.ts";
import { expectDuration } from "./expect.ts";
import { infer } from "./infer.ts";
import { ruleNames } from "./rules.ts";
import { checkRequirementCondition, isExpandable, type SelectorTerm } from "./selectors.ts";
import { compareValues, describeType, possibleOutcomes, scalarType } from "./types.ts";

/** Where a requirement stands. */
export interface RequirementPlace {
  readonly scope: Scope;
  /** `undefined` in a classification; elsewhere what takes requirements on workers only. */
  readonly workersOnly: string | undefined;
  /** It applies to some jobs only. */
  readonly branch: boolean;
  readonly split: boolean;
  readonly required: Required;
}

/** What is required of each label so far, in the blocks around. */
export interface Required {
  readonly outer: Required | undefined;
  readonly labels: Map<string, LabelDemand>;
}

interface LabelDemand {
  readonly equal?: SelectorTerm;
  readonly least?: SelectorTerm;
  readonly most?: SelectorTerm;
  readonly unequal: readonly SelectorTerm[];
}

export function newRequired(outer?: Required): Required {
  return { outer, labels: new Map() };
}

export function checkRequirement(
  ctx: CheckContext,
  requirement: Requirement,
  place: RequirementPlace,
): readonly SelectorTerm[] {
  const { scope } = place;
  if (requirement.expiresAfter !== undefined) {
    expectDuration(ctx, requirement.expiresAfter, scope, "the time that a requirement holds `for`");
  }
  if (requirement.kind === "condition") return checkCondition(ctx, requirement, place);
  if (requirement.kind === "rule") checkRuleRequirement(ctx, requirement, place);
  if (place.workersOnly !== undefined && requirement.side === "queue") {
    report(ctx, workerSelectorsOnly, { where: place.workersOnly }, scope.source, requirement.span);
  }
  reportTiming(
    ctx,
    requirement,
    scope,
    requirement.kind === "none" ? "nothing is required" : "a rule brings its own selectors",
  );
  return [];
}

function checkRuleRequirement(
  ctx: CheckContext,
  requirement: Extract<Requirement, { kind: "rule" }>,
  place: RequirementPlace,
): void {
  const refused = place.workersOnly !== undefined || place.branch || place.split;
  // What a rule reads is beside the point where no rule may stand.
  const scope = refused ? { ...place.scope, refused: {} } : place.scope;
  const typed = infer(ctx, requirement.rule, scope);
  if (typed.type.kind === "error") return;
  if (typed.type.kind !== "rule") {
    const found = describeType(typed.type);
    report(ctx, typeMismatch, { wanted: "a rule", found }, scope.source, requirement.rule.span);
  } else if (refused) {
    const rule = ruleNames[typed.rule ?? "function"];
    report(ctx, misplacedRule, { rule }, scope.source, requirement.rule.span, {
      help:
        place.workersOnly === undefined
          ? "a rule that brings selectors applies to every job; move it out of the block"
          : "list the requirements instead",
    });
  }
}

function reportTiming(
  ctx: CheckContext,
  requirement: Requirement,
  scope: Scope,
  why: string,
): void {
  if (requirement.expiresAfter !== undefined) {
    report(
      ctx,
      requirementTiming,
      { word: "for", why },
      scope.source,
      requirement.expiresAfter.span,
    );
  } else if (requirement.expedite !== undefined) {
    report(ctx, requirementTiming, { word: "expedite", why }, scope.source, requirement.span);
  }
}

function checkCondition(
  ctx: CheckContext,
  requirement: Extract<Requirement, { kind: "condition" }>,
  place: RequirementPlace,
): readonly SelectorTerm[] {
  const { scope } = place;
  const terms = checkRequirementCondition(ctx, requirement.condition, scope, ["worker", "queue"]);
  let timed = false;
  for (const term of terms) {
    if (term.side === "queue") {
      if (place.workersOnly !== undefined) {
        report(ctx, workerSelectorsOnly, { where: place.workersOnly }, term.source, term.span);
        continue;
      }
      if (!timed)
        reportTiming(ctx, requirement, scope, "a queue is chosen once, when the job is classified");
      timed = true;
    }
    if (term.value.kind === "passThrough") {
      checkPassThrough(ctx, term, { ...place, expedite: requirement.expedite === true });
    } else {
      checkDemand(ctx, term, place.required);
    }
  }
  return terms;
}

/** Job Router passes a label on under its own key, always; anything else has to be written out. */
export function checkPassThrough(
  ctx: CheckContext,
  term: SelectorTerm,
  place: { readonly branch: boolean; readonly split: boolean; readonly expedite: boolean },
): void {
  if (term.value.kind !== "passThrough") return;
  const { info } = term.value;
  const job = `\`${labelPath("job", info.key)}\``;
  const at = [term.source, term.span] as const;
  if (place.split) {
    report(ctx, splitContent, { found: `a label of the job (${job})` }, ...at, {
      help: "the shares of a `split` are fixed beforehand; put the requirement before it",
    });
    return;
  }
  if (isExpandable(info)) return;
  const help = `declare the values of ${job} (at most 20), and each gets a rule of its own`;
  if (term.key !== info.key) {
    const label = `\`${labelPath(term.side, term.key)}\``;
    report(ctx, passThroughKeys, { label, job }, ...at, {
      help: `give both labels one key, or ${help}`,
    });
  } else if (place.expedite) {
    report(ctx, passThroughExpedite, { job }, ...at, {
      help: `leave \`expedite\` out, or ${help}`,
    });
  } else if (place.branch) {
    report(ctx, passThroughBranch, { job }, ...at, { help: `require it of every job, or ${help}` });
  } else if (info.optional) {
    report(ctx, optionalPassThrough, { job }, ...at);
  }
}

/** Reports what no declared value meets, alone or together with what is required already. */
function checkDemand(ctx: CheckContext, term: SelectorTerm, required: Required): void {
  if (term.value.kind !== "constant" || term.value.value === undefined) return;
  const { value } = term.value;
  const label = `\`${labelPath(term.side, term.key)}\``;
  if (term.info !== undefined) {
    const declared = scalarType(term.info.type);
    const wanted = scalarType({ scalar: declared.scalar, values: [value] });
    if (!possibleOutcomes(term.operator, declared, wanted).canHold) {
      const related =
        term.info.declaration === undefined || term.info.source === undefined
          ? []
          : [
              {
                source: term.info.source,
                span: term.info.declaration.span,
                message: "declared here",
              },
            ];
      report(ctx, impossibleRequirement, { label }, term.source, term.span, { related });
      return;
    }
  }
  const key = `${term.side}.${term.key}`;
  const before = demandOf(required, key);
  const conflict = before === undefined ? undefined : conflictOf(before, term, value);
  if (conflict !== undefined) {
    report(ctx, contradictoryRequirements, { label }, term.source, term.span, {
      related: [{ source: conflict.source, span: conflict.span, message: "required here" }],
    });
    return;
  }
  required.labels.set(key, addDemand(before, term, value));
}

function demandOf(required: Required, key: string): LabelDemand | undefined {
  for (let block: Required | undefined = required; block !== undefined; block = block.outer) {
    const found = block.labels.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function constantOf(term: SelectorTerm): LabelValue | undefined {
  return term.value.kind === "constant" ? term.value.value : undefined;
}

function conflictOf(
  before: LabelDemand,
  term: SelectorTerm,
  value: LabelValue,
): SelectorTerm | undefined {
  const violates = (fixed: LabelValue, other: SelectorTerm): boolean => {
    const bound = constantOf(other);
    return bound !== undefined && typeof bound === typeof fixed
      ? !compareValues(other.operator, fixed, bound)
      : bound !== undefined && other.operator === "==";
  };
  if (before.equal !== undefined) {
    const fixed = constantOf(before.equal);
    return fixed !== undefined && violates(fixed, term) ? before.equal : undefined;
  }
  if (term.operator === "==") {
    return [before.least, before.most, ...before.unequal].find(
      (other) => other !== undefined && violates(value, other),
    );
  }
  const least = term.operator.startsWith(">") ? term : before.least;
  const most = term.operator.startsWith("<") ? term : before.most;
  if (least === undefined || most === undefined || term.operator === "!=") return undefined;
  const low = constantOf(least);
  const high = constantOf(most);
  if (typeof low !== "number" || typeof high !== "number") return undefined;
  const open = least.operator === ">" || most.operator === "<";
  return low > high || (low === high && open) ? (least === term ? most : least) : undefined;
}

/** More excluded values than this are not remembered: the search would grow with them. */
const mostUnequal = 20;

function addDemand(
  before: LabelDemand | undefined,
  term: SelectorTerm,
  value: LabelValue,
): LabelDemand {
  const demand: LabelDemand = before ?? { unequal: [] };
  const tighter = (other: SelectorTerm | undefined, sign: number) => {
    const bound = other === undefined ? undefined : constantOf(other);
    return typeof bound !== "number" || typeof value !== "number" || (value - bound) * sign >= 0;
  };
  switch (term.operator) {
    case "==":
      return { ...demand, equal: term };
    case "!=":
      return demand.unequal.length >= mostUnequal
        ? demand
        : { ...demand, unequal: [...demand.unequal, term] };
    case ">":
    case ">=":
      return tighter(demand.least, 1) ? { ...demand, least: term } : demand;
    case "<":
    case "<=":
      return tighter(demand.most, -1) ? { ...demand, most: term } : demand;
  }
}
