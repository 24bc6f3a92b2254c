import {
  type ClassificationPolicy,
  type DistributionPolicy,
  type ExceptionAction,
  type ExceptionPolicy,
  type LabelOperator,
  type Labels,
  type ObjectKind,
  operatorSigns,
  type Queue,
  type QueueSelector,
  type QueueSelectorAttachment,
  type RouterObjects,
  type RouterRule,
  type SecretText,
  type WorkerSelector,
  type WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import { quoteKey } from "../check/context.ts";
import { type ImportedLabels, isAutomatic, isQueueItself } from "./labels.ts";
import type { ImportNames } from "./names.ts";
import type { SourceWriter } from "./source-writer.ts";
import { duration, literal, percent, plainDecimal, quoteTextLiteral } from "./text.ts";

/** Where a rule stands; the same formula may need other words elsewhere. */
export type RulePosition = "condition" | "priority" | "score" | "selectors";

export interface WriteContext {
  readonly out: SourceWriter;
  readonly names: ImportNames;
  readonly labels: ImportedLabels;
  /** The words for a static or expression rule. */
  readonly ruleWords: (
    rule: RouterRule & { kind: "static" | "expression" },
    position: RulePosition,
  ) => string;
}

/** Writes all declarations. Every object's text says the value at its JSON pointer. */
export function writeObjects(objects: RouterObjects, context: WriteContext): void {
  writeLabels(context);
  const { out, names } = context;
  for (const [env, name] of names.secrets) {
    out.add(`secret ${name} from env ${quoteTextLiteral(env)}\n`);
  }
  objects.distributionPolicies.forEach((policy, index) => {
    out.saying(`/distributionPolicies/${index}`, () => writeDistribution(policy, index, context));
  });
  objects.exceptionPolicies.forEach((policy, index) => {
    out.saying(`/exceptionPolicies/${index}`, () => writeExceptions(policy, index, context));
  });
  objects.queues.forEach((queue, index) => {
    out.saying(`/queues/${index}`, () => writeQueue(queue, index, context));
  });
  objects.classificationPolicies.forEach((policy, index) => {
    out.saying(`/classificationPolicies/${index}`, () =>
      writeClassification(policy, index, context),
    );
  });
}

function writeLabels({ out, labels }: WriteContext): void {
  for (const side of ["job", "worker", "queue"] as const) {
    const declared = [...labels[side]].filter(([key, type]) => !isAutomatic(side, key, type));
    if (declared.length === 0) continue;
    out.add(`labels ${side} {\n`);
    for (const [key, type] of declared) out.add(`${quoteKey(key)}?: ${type}\n`);
    out.add("}\n\n");
  }
}

/** `queue main {` with its id, where that is another, and its name. */
function writeHead(
  word: string,
  kind: ObjectKind,
  object: { readonly id: string; readonly name?: string },
  pointer: string,
  { out, names }: WriteContext,
): void {
  const called = names.objects[kind].get(object.id) ?? object.id;
  out.add(`\n${word} ${called} {\n`);
  if (called !== object.id) {
    out.saying(`${pointer}/id`, () => out.add(`id ${quoteTextLiteral(object.id)}\n`));
  }
  const { name } = object;
  if (name !== undefined) {
    out.saying(`${pointer}/name`, () => out.add(`name ${quoteTextLiteral(name)}\n`));
  }
}

/** The name of an object of the set, or else its id as a text. */
function reference(kind: ObjectKind, id: string, { names }: WriteContext): string {
  return names.objects[kind].get(id) ?? quoteTextLiteral(id);
}

function writeEntries(labels: Labels, out: SourceWriter): void {
  out.add("{ ");
  const entries = Object.entries(labels).map(
    ([key, value]) => `${quoteKey(key)}: ${literal(value)}`,
  );
  out.add(entries.join(", "));
  out.add(" }");
}

// ── Distribution ────────────────────────────────────────────────────────────────────────────

const modeWords = {
  bestWorker: "best worker",
  longestIdle: "longest idle",
  roundRobin: "round robin",
} as const;

const parameterWords = { jobLabels: "job labels", workerSelectors: "worker selectors" } as const;

function writeDistribution(policy: DistributionPolicy, index: number, context: WriteContext): void {
  const { out } = context;
  const pointer = `/distributionPolicies/${index}`;
  writeHead("distribution", "distributionPolicies", policy, pointer, context);
  const { mode, offerExpiresAfterSeconds } = policy;
  if (mode !== undefined) {
    out.add(`mode ${modeWords[mode.kind]}\n`);
    if (mode.kind === "bestWorker") writeScoring(mode, `${pointer}/mode`, context);
    const { minConcurrentOffers: min, maxConcurrentOffers: max } = mode;
    if (min !== undefined || max !== undefined) {
      out.saying(`${pointer}/mode`, () => out.add(`offers ${min ?? ""}..${max ?? ""}\n`));
    }
    if (mode.bypassSelectors !== undefined) {
      out.add(mode.bypassSelectors ? "bypass selectors\n" : "bypass selectors false\n");
    }
  }
  if (offerExpiresAfterSeconds !== undefined) {
    out.saying(`${pointer}/offerExpiresAfterSeconds`, () =>
      out.add(`expire after ${duration(offerExpiresAfterSeconds)}\n`),
    );
  }
  out.add("}\n");
}

function writeScoring(
  mode: Extract<DistributionPolicy["mode"], { readonly kind: "bestWorker" }>,
  pointer: string,
  context: WriteContext,
): void {
  const { out } = context;
  const { scoringRule, scoringRuleOptions: options } = mode;
  if (scoringRule !== undefined) {
    out.saying(`${pointer}/scoringRule`, () =>
      out.add(`score ${ruleText(scoringRule, "score", context)}\n`),
    );
  }
  if (options === undefined) return;
  const { scoringParameters, descendingOrder, isBatchScoringEnabled, batchSize } = options;
  if (scoringParameters !== undefined) {
    const words = scoringParameters.map((parameter) => parameterWords[parameter]);
    out.add(`score using ${words.length === 0 ? "nothing" : words.join(", ")}\n`);
  }
  if (descendingOrder !== undefined) {
    out.add(`${descendingOrder ? "highest" : "lowest"} score first\n`);
  }
  if (isBatchScoringEnabled === true) {
    out.add(`batch scoring${batchSize === undefined ? "" : ` of ${batchSize}`}\n`);
    return;
  }
  if (isBatchScoringEnabled === false) out.add("batch scoring false\n");
  if (batchSize !== undefined) out.add(`batch size ${batchSize}\n`);
}

// ── Exceptions ──────────────────────────────────────────────────────────────────────────────

function writeExceptions(policy: ExceptionPolicy, index: number, context: WriteContext): void {
  const { out } = context;
  const pointer = `/exceptionPolicies/${index}`;
  writeHead("exceptions", "exceptionPolicies", policy, pointer, context);
  policy.exceptionRules?.forEach((rule, ruleIndex) => {
    const at = `${pointer}/exceptionRules/${ruleIndex}`;
    out.saying(at, () => {
      const { trigger } = rule;
      out.saying(`${at}/trigger`, () =>
        out.add(
          trigger.kind === "waitTime"
            ? `when waiting > ${duration(trigger.thresholdSeconds)}`
            : `when queue length > ${plainDecimal(trigger.threshold)}`,
        ),
      );
      out.add(` as ${quoteTextLiteral(rule.id)} -> `);
      if (rule.actions.length === 1) {
        for (const action of rule.actions) writeAction(action, `${at}/actions/0`, context);
        out.add("\n");
        return;
      }
      out.add("{\n");
      rule.actions.forEach((action, actionIndex) => {
        out.saying(`${at}/actions/${actionIndex}`, () =>
          writeAction(action, `${at}/actions/${actionIndex}`, context),
        );
        out.add("\n");
      });
      out.add("}\n");
    });
  });
  out.add("}\n");
}

function writeAction(action: ExceptionAction, pointer: string, context: WriteContext): void {
  const { out } = context;
  switch (action.kind) {
    case "cancel":
      out.add("cancel");
      if (action.dispositionCode !== undefined)
        out.add(` ${quoteTextLiteral(action.dispositionCode)}`);
      if (action.note !== undefined) out.add(` note ${quoteTextLiteral(action.note)}`);
      if (action.id !== undefined) out.add(` as ${quoteTextLiteral(action.id)}`);
      return;
    case "reclassify":
      out.add("reclassify");
      if (action.classificationPolicyId !== undefined) {
        out.add(
          ` via ${reference("classificationPolicies", action.classificationPolicyId, context)}`,
        );
      }
      if (action.labelsToUpsert !== undefined) {
        out.add(" set ");
        writeEntries(action.labelsToUpsert, out);
      }
      if (action.id !== undefined) out.add(` as ${quoteTextLiteral(action.id)}`);
      return;
    case "manualReclassify": {
      out.add("move");
      if (action.queueId !== undefined)
        out.add(` to ${reference("queues", action.queueId, context)}`);
      const parts: (() => void)[] = [];
      const { priority } = action;
      if (priority !== undefined) {
        parts.push(() =>
          out.saying(`${pointer}/priority`, () => out.add(`priority ${plainDecimal(priority)}`)),
        );
      }
      action.workerSelectors?.forEach((selector, index) => {
        parts.push(() =>
          out.saying(`${pointer}/workerSelectors/${index}`, () =>
            out.add(`require ${selectorText("worker", selector, context)}`),
          ),
        );
      });
      const { id } = action;
      if (id !== undefined) parts.push(() => out.add(`as ${quoteTextLiteral(id)}`));
      parts.forEach((part, index) => {
        out.add(index === 0 && action.queueId === undefined ? " " : ", ");
        part();
      });
    }
  }
}

// ── Queues ──────────────────────────────────────────────────────────────────────────────────

function writeQueue(queue: Queue, index: number, context: WriteContext): void {
  const { out } = context;
  const pointer = `/queues/${index}`;
  writeHead("queue", "queues", queue, pointer, context);
  const { distributionPolicyId, exceptionPolicyId, labels } = queue;
  if (distributionPolicyId !== undefined) {
    out.saying(`${pointer}/distributionPolicyId`, () =>
      out.add(`distribution ${reference("distributionPolicies", distributionPolicyId, context)}\n`),
    );
  }
  if (exceptionPolicyId !== undefined) {
    out.saying(`${pointer}/exceptionPolicyId`, () =>
      out.add(`exceptions ${reference("exceptionPolicies", exceptionPolicyId, context)}\n`),
    );
  }
  if (labels !== undefined) {
    out.saying(`${pointer}/labels`, () => {
      out.add("labels ");
      writeEntries(labels, out);
      out.add("\n");
    });
  }
  out.add("}\n");
}

// ── Classification ──────────────────────────────────────────────────────────────────────────

function writeClassification(
  policy: ClassificationPolicy,
  index: number,
  context: WriteContext,
): void {
  const { out } = context;
  const pointer = `/classificationPolicies/${index}`;
  writeHead("classification", "classificationPolicies", policy, pointer, context);
  const { fallbackQueueId, prioritizationRule } = policy;
  if (fallbackQueueId !== undefined) {
    out.saying(`${pointer}/fallbackQueueId`, () =>
      out.add(`fallback ${reference("queues", fallbackQueueId, context)}\n`),
    );
  }
  policy.queueSelectorAttachments?.forEach((attachment, place) => {
    const at = `${pointer}/queueSelectorAttachments/${place}`;
    out.saying(at, () => writeAttachment("queue", queueForm(attachment), at, context));
  });
  if (prioritizationRule !== undefined) {
    out.saying(`${pointer}/prioritizationRule`, () =>
      out.add(`priority = ${ruleText(prioritizationRule, "priority", context)}\n`),
    );
  }
  policy.workerSelectorAttachments?.forEach((attachment, place) => {
    const at = `${pointer}/workerSelectorAttachments/${place}`;
    out.saying(at, () => writeAttachment("worker", workerForm(attachment), at, context));
  });
  out.add("}\n");
}

/** An attachment of either side. */
type Attachment =
  | { readonly kind: "static"; readonly selector: WorkerSelector }
  | {
      readonly kind: "conditional";
      readonly condition: RouterRule;
      readonly selectors: readonly WorkerSelector[];
    }
  | {
      readonly kind: "passThrough";
      readonly key: string;
      readonly labelOperator: LabelOperator;
      readonly expiresAfterSeconds?: number;
    }
  | { readonly kind: "ruleEngine"; readonly rule: RouterRule }
  | {
      readonly kind: "weightedAllocation";
      readonly allocations: readonly {
        readonly weight: number;
        readonly selectors: readonly WorkerSelector[];
      }[];
    };

function queueForm(attachment: QueueSelectorAttachment): Attachment {
  switch (attachment.kind) {
    case "static":
      return { kind: "static", selector: attachment.queueSelector };
    case "conditional":
      return { ...attachment, selectors: attachment.queueSelectors };
    case "weightedAllocation":
      return {
        kind: "weightedAllocation",
        allocations: attachment.allocations.map(({ weight, queueSelectors }) => ({
          weight,
          selectors: queueSelectors,
        })),
      };
    default:
      return attachment;
  }
}

function workerForm(attachment: WorkerSelectorAttachment): Attachment {
  switch (attachment.kind) {
    case "static":
      return { kind: "static", selector: attachment.workerSelector };
    case "conditional":
      return { ...attachment, selectors: attachment.workerSelectors };
    case "weightedAllocation":
      return {
        kind: "weightedAllocation",
        allocations: attachment.allocations.map(({ weight, workerSelectors }) => ({
          weight,
          selectors: workerSelectors,
        })),
      };
    default:
      return attachment;
  }
}

function writeAttachment(
  side: "worker" | "queue",
  attachment: Attachment,
  pointer: string,
  context: WriteContext,
): void {
  const { out } = context;
  switch (attachment.kind) {
    case "static":
      out.add(`require ${selectorText(side, attachment.selector, context)}\n`);
      return;
    case "passThrough": {
      const key = quoteKey(attachment.key);
      const { expiresAfterSeconds: expires } = attachment;
      out.add(`require ${side}.${key} ${operatorSigns[attachment.labelOperator]} job.${key}`);
      out.add(`${expires === undefined ? "" : ` for ${duration(expires)}`}\n`);
      return;
    }
    case "ruleEngine":
      out.add(`require ${side} by ${ruleText(attachment.rule, "selectors", context)}\n`);
      return;
    case "conditional":
      out.saying(`${pointer}/condition`, () =>
        out.add(`when ${ruleText(attachment.condition, "condition", context)} `),
      );
      writeSelectors(side, attachment.selectors, context);
      return;
    case "weightedAllocation":
      out.saying(`${pointer}/allocations`, () => {
        out.add("split {\n");
        for (const { weight, selectors } of attachment.allocations) {
          out.add(`${percent(weight)} `);
          writeSelectors(side, selectors, context);
        }
        out.add("}\n");
      });
  }
}

function writeSelectors(
  side: "worker" | "queue",
  selectors: readonly WorkerSelector[],
  context: WriteContext,
): void {
  const { out } = context;
  out.add("{\n");
  if (selectors.length === 0) out.add(`require ${side} none\n`);
  for (const selector of selectors) out.add(`require ${selectorText(side, selector, context)}\n`);
  out.add("}\n");
}

function selectorText(
  side: "worker" | "queue",
  selector: WorkerSelector | QueueSelector,
  context: WriteContext,
): string {
  const { key, labelOperator, value } = selector;
  const operator = operatorSigns[labelOperator];
  let text: string;
  if (isQueueItself(side, selector) && typeof value === "string") {
    text = `queue ${operator} ${reference("queues", value, context)}`;
  } else {
    text = `${side}.${quoteKey(key)} ${operator} ${value === undefined ? "none" : literal(value)}`;
  }
  if ("expiresAfterSeconds" in selector && selector.expiresAfterSeconds !== undefined) {
    text += ` for ${duration(selector.expiresAfterSeconds)}`;
  }
  if ("expedite" in selector && selector.expedite !== undefined) {
    text += selector.expedite ? " expedite" : " expedite false";
  }
  return text;
}

// ── Rules ───────────────────────────────────────────────────────────────────────────────────

function ruleText(rule: RouterRule, position: RulePosition, context: WriteContext): string {
  switch (rule.kind) {
    case "static":
    case "expression":
      return context.ruleWords(rule, position);
    case "directMap":
      return "same labels as job";
    case "function": {
      const { functionKey, appKey, clientId } = rule.credential ?? {};
      return [
        `function ${quoteTextLiteral(rule.functionUri)}`,
        ...(functionKey === undefined ? [] : [`key ${secretName(functionKey, context)}`]),
        ...(appKey === undefined ? [] : [`app key ${secretName(appKey, context)}`]),
        ...(clientId === undefined ? [] : [`client id ${quoteTextLiteral(clientId)}`]),
      ].join(" ");
    }
    case "webhook": {
      const { authorizationServerUri: server, webhookUri } = rule;
      const { clientId, clientSecret } = rule.clientCredential ?? {};
      return [
        "webhook",
        ...(webhookUri === undefined ? [] : [quoteTextLiteral(webhookUri)]),
        ...(server === undefined ? [] : [`authorize ${quoteTextLiteral(server)}`]),
        ...(clientId === undefined ? [] : [`client id ${quoteTextLiteral(clientId)}`]),
        ...(clientSecret === undefined
          ? []
          : [`client secret ${secretName(clientSecret, context)}`]),
      ].join(" ");
    }
  }
}

function secretName(secret: SecretText, { names }: WriteContext): string {
  if (typeof secret === "string") throw new Error("credentials are taken out before writing");
  return names.secrets.get(secret.$secret) ?? secret.$secret;
}
