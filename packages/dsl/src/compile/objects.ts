import type { SourceText } from "@routewright/diagnostics";
import type {
  DistributionMode,
  DistributionPolicy,
  ExceptionAction,
  ExceptionPolicy,
  ExceptionRule,
  ExceptionTrigger,
  Labels,
  Queue,
  ScoringRuleOptions,
} from "@routewright/jobrouter";
import type { Origin } from "../core/condition.ts";
import type {
  DistributionDeclaration,
  DistributionItem,
  ExceptionActionNode,
  ExceptionRuleNode,
  ExceptionsDeclaration,
  LabelEntry,
  QueueDeclaration,
} from "../parse/ast.ts";
import { lowerValue } from "./classification.ts";
import { distributionWithoutMode } from "./diagnostics.ts";
import {
  defined,
  idOf,
  type Lowering,
  labelValue,
  mapTo,
  numberOf,
  pointerPart,
  report,
  secondsOf,
  textOf,
} from "./lowering.ts";
import { requirementTerms, workerSelector } from "./selectors.ts";

// ── Queues ──────────────────────────────────────────────────────────────────────────────────

export function lowerQueue(
  run: Lowering,
  declaration: QueueDeclaration,
  id: string,
  source: SourceText,
  base: string,
): Queue {
  mapTo(run, base, { source, span: declaration.span });
  let name: string | undefined;
  let distributionPolicyId: string | undefined;
  let exceptionPolicyId: string | undefined;
  let labels: Labels | undefined;
  for (const item of declaration.items) {
    const origin: Origin = { source, span: item.span };
    switch (item.kind) {
      case "id":
        mapTo(run, `${base}/id`, origin);
        break;
      case "name":
        mapTo(run, `${base}/name`, origin);
        name = textOf(run, item.value);
        break;
      case "distributionRef":
        mapTo(run, `${base}/distributionPolicyId`, origin);
        distributionPolicyId = idOf(run, item.value);
        break;
      case "exceptionsRef":
        mapTo(run, `${base}/exceptionPolicyId`, origin);
        exceptionPolicyId = idOf(run, item.value);
        break;
      case "labels":
        mapTo(run, `${base}/labels`, origin);
        labels = lowerLabels(run, item.entries, source, `${base}/labels`);
        break;
    }
  }
  return defined<Queue>({ id, name, distributionPolicyId, labels, exceptionPolicyId });
}

/** `Object.fromEntries` keeps a key like `__proto__` as the map's own. */
export function lowerLabels(
  run: Lowering,
  entries: readonly LabelEntry[],
  source: SourceText,
  pointer: string | undefined,
): Labels {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const value = labelValue(run, entry.value);
      if (value === undefined) return [];
      if (pointer !== undefined) {
        mapTo(run, `${pointer}/${pointerPart(entry.key.text)}`, { source, span: entry.span });
      }
      return [[entry.key.text, value]];
    }),
  );
}

// ── Distributions ───────────────────────────────────────────────────────────────────────────

const modes = {
  "best worker": "bestWorker",
  "longest idle": "longestIdle",
  "round robin": "roundRobin",
} as const;

const scoringParameters = {
  "job labels": "jobLabels",
  "worker selectors": "workerSelectors",
} as const;

export function lowerDistribution(
  run: Lowering,
  declaration: DistributionDeclaration,
  id: string,
  source: SourceText,
  base: string,
): DistributionPolicy {
  mapTo(run, base, { source, span: declaration.span });
  const { items } = declaration;
  const find = <K extends DistributionItem["kind"]>(kind: K) =>
    items.find((item): item is Extract<DistributionItem, { kind: K }> => item.kind === kind);
  const place = (pointer: string, item: DistributionItem | undefined) => {
    if (item !== undefined) mapTo(run, `${base}/${pointer}`, { source, span: item.span });
  };
  const name = find("name");
  const expire = find("expire");
  place("id", find("id"));
  place("name", name);
  place("offerExpiresAfterSeconds", expire);
  return defined<DistributionPolicy>({
    id,
    name: textOf(run, name?.value),
    offerExpiresAfterSeconds: secondsOf(run, expire?.after),
    mode: lowerMode(run, items, declaration, source, base),
  });
}

function lowerMode(
  run: Lowering,
  items: readonly DistributionItem[],
  declaration: DistributionDeclaration,
  source: SourceText,
  base: string,
): DistributionMode | undefined {
  const pointer = `${base}/mode`;
  const mode = items.find((item) => item.kind === "mode");
  if (mode === undefined) {
    const item = items.find(({ kind }) => kind === "offers" || kind === "bypass");
    if (item !== undefined) {
      const what = item.kind === "offers" ? "offers" : "bypass selectors";
      report(
        run,
        distributionWithoutMode,
        { what },
        { source, span: item.span },
        {
          help: "say how workers are chosen: `mode longest idle`, `mode round robin` or `mode best worker`",
        },
      );
    }
    return undefined;
  }
  mapTo(run, pointer, { source, span: mode.span });
  let minConcurrentOffers: number | undefined;
  let maxConcurrentOffers: number | undefined;
  let bypassSelectors: boolean | undefined;
  let options: ScoringRuleOptions = {};
  let scoringRule: ReturnType<typeof lowerValue>;
  for (const item of items) {
    const origin: Origin = { source, span: item.span };
    const option = (property: keyof ScoringRuleOptions) =>
      mapTo(run, `${pointer}/scoringRuleOptions/${property}`, origin);
    switch (item.kind) {
      case "offers":
        minConcurrentOffers = numberOf(run, item.min);
        maxConcurrentOffers = numberOf(run, item.max);
        if (item.min !== undefined) mapTo(run, `${pointer}/minConcurrentOffers`, origin);
        if (item.max !== undefined) mapTo(run, `${pointer}/maxConcurrentOffers`, origin);
        break;
      case "bypass":
        bypassSelectors = item.value;
        mapTo(run, `${pointer}/bypassSelectors`, origin);
        break;
      case "score":
        scoringRule = lowerValue(
          run,
          { expr: item.value, source },
          `${pointer}/scoringRule`,
          "the score",
        );
        break;
      case "scoreUsing":
        option("scoringParameters");
        options = {
          ...options,
          scoringParameters: item.parameters.map((parameter) => scoringParameters[parameter.name]),
        };
        break;
      case "scoreOrder":
        option("descendingOrder");
        options = { ...options, descendingOrder: item.descending };
        break;
      case "batch": {
        const batchSize = numberOf(run, item.size);
        if (item.enabled !== undefined) {
          option("isBatchScoringEnabled");
          options = { ...options, isBatchScoringEnabled: item.enabled };
        }
        if (batchSize !== undefined) {
          option("batchSize");
          options = { ...options, batchSize };
        }
        break;
      }
      default:
        break;
    }
  }
  const shared = { minConcurrentOffers, maxConcurrentOffers, bypassSelectors };
  if (mode.mode !== "best worker") {
    return defined<DistributionMode>({ kind: modes[mode.mode], ...shared });
  }
  const hasOptions = Object.keys(options).length > 0;
  if (hasOptions) mapTo(run, `${pointer}/scoringRuleOptions`, { source, span: declaration.span });
  return defined<Extract<DistributionMode, { kind: "bestWorker" }>>({
    kind: "bestWorker",
    ...shared,
    scoringRule,
    scoringRuleOptions: hasOptions ? options : undefined,
  });
}

// ── Exceptions ──────────────────────────────────────────────────────────────────────────────

export function lowerExceptions(
  run: Lowering,
  declaration: ExceptionsDeclaration,
  id: string,
  source: SourceText,
  base: string,
): ExceptionPolicy {
  mapTo(run, base, { source, span: declaration.span });
  let name: string | undefined;
  const exceptionRules: ExceptionRule[] = [];
  const rules = declaration.items.filter((item) => item.kind === "rule");
  const taken = new Set(rules.flatMap(({ ruleId }) => textOf(run, ruleId) ?? []));
  for (const item of declaration.items) {
    const origin: Origin = { source, span: item.span };
    if (item.kind === "rule") {
      const pointer = `${base}/exceptionRules/${exceptionRules.length}`;
      mapTo(run, pointer, origin);
      const rule = lowerExceptionRule(run, item, taken, source, pointer);
      if (rule !== undefined) exceptionRules.push(rule);
    } else {
      mapTo(run, `${base}/${item.kind}`, origin);
      if (item.kind === "name") name = textOf(run, item.value);
    }
  }
  return defined<ExceptionPolicy>({
    id,
    name,
    exceptionRules: exceptionRules.length === 0 ? undefined : exceptionRules,
  });
}

function lowerExceptionRule(
  run: Lowering,
  rule: ExceptionRuleNode,
  taken: Set<string>,
  source: SourceText,
  pointer: string,
): ExceptionRule | undefined {
  if (rule.trigger === undefined) return undefined;
  const trigger: ExceptionTrigger =
    rule.trigger.kind === "waiting"
      ? { kind: "waitTime", thresholdSeconds: secondsOf(run, rule.trigger.threshold) ?? 0 }
      : { kind: "queueLength", threshold: numberOf(run, rule.trigger.threshold) ?? 0 };
  mapTo(run, `${pointer}/trigger`, { source, span: rule.trigger.span });
  const id = textOf(run, rule.ruleId) ?? freeRuleId(trigger, taken);
  if (rule.ruleId !== undefined) mapTo(run, `${pointer}/id`, { source, span: rule.ruleId.span });
  return {
    id,
    trigger,
    actions: rule.actions.map((action, index) =>
      lowerAction(run, action, source, `${pointer}/actions/${index}`),
    ),
  };
}

/** The service wants an id for each rule; without one it is named after what triggers it. */
function freeRuleId(trigger: ExceptionTrigger, taken: Set<string>): string {
  const name =
    trigger.kind === "waitTime"
      ? `waiting-${trigger.thresholdSeconds}s`
      : `queue-length-${trigger.threshold}`;
  let id = name;
  for (let number = 2; taken.has(id); number++) id = `${name}-${number}`;
  taken.add(id);
  return id;
}

function lowerAction(
  run: Lowering,
  action: ExceptionActionNode,
  source: SourceText,
  pointer: string,
): ExceptionAction {
  mapTo(run, pointer, { source, span: action.span });
  const id = textOf(run, action.actionId);
  switch (action.kind) {
    case "cancel":
      return defined<Extract<ExceptionAction, { kind: "cancel" }>>({
        kind: "cancel",
        id,
        note: textOf(run, action.note),
        dispositionCode: textOf(run, action.disposition),
      });
    case "reclassify":
      return defined<Extract<ExceptionAction, { kind: "reclassify" }>>({
        kind: "reclassify",
        id,
        classificationPolicyId: idOf(run, action.via),
        labelsToUpsert:
          action.set === undefined
            ? undefined
            : lowerLabels(run, action.set, source, `${pointer}/labelsToUpsert`),
      });
    case "move": {
      const terms = action.requirements.flatMap((requirement) =>
        requirement.kind === "condition" ? requirementTerms(run, requirement, source) : [],
      );
      for (const [index, term] of terms.entries()) {
        mapTo(run, `${pointer}/workerSelectors/${index}`, term.origin);
      }
      return defined<Extract<ExceptionAction, { kind: "manualReclassify" }>>({
        kind: "manualReclassify",
        id,
        queueId: idOf(run, action.to),
        priority: numberOf(run, action.priority),
        workerSelectors: terms.length === 0 ? undefined : terms.map(workerSelector),
      });
    }
  }
}
