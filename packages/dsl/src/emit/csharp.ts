import {
  type Bundle,
  type ClassificationPolicy,
  canonicalObjects,
  type DistributionMode,
  type DistributionPolicy,
  type ExceptionAction,
  type ExceptionPolicy,
  type ExceptionRule,
  type FunctionRule,
  type LabelOperator,
  type Labels,
  type LabelValue,
  type Queue,
  type QueueSelector,
  type QueueSelectorAttachment,
  type RouterRule,
  type SecretText,
  type WebhookRule,
  type WorkerSelector,
  type WorkerSelectorAttachment,
} from "@routewright/jobrouter";
import type { EmittedFile } from "./emitted-file.ts";

/**
 * A C# program that creates or updates every object with the official client
 * (Azure.Communication.JobRouter 1.0.0). What that client's models cannot hold (a queue without
 * a distribution policy, ids of exception actions, …) is sent as JSON through its protocol
 * methods, so nothing is lost. Secrets are read from the environment when it runs.
 */
export function emitCSharp(bundle: Bundle): readonly EmittedFile[] {
  const objects = canonicalObjects(bundle.objects);
  const calls = [
    ...objects.distributionPolicies.map(distributionCall),
    ...objects.exceptionPolicies.map(exceptionCall),
    ...objects.queues.map(queueCall),
    ...objects.classificationPolicies.map(classificationCall),
  ];
  const text = `// Made by routewright from bundle ${bundle.hash}.
// Needs: dotnet add package Azure.Communication.JobRouter
using System;
using System.Collections.Generic;
using Azure.Communication.JobRouter;
using Azure.Core;

var client = new JobRouterAdministrationClient(FromEnvironment("ACS_CONNECTION_STRING"));

${calls.join("\n")}
static string FromEnvironment(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");
`;
  return [{ path: "Deploy.cs", text }];
}

function distributionCall(policy: DistributionPolicy): string {
  const { id, name, offerExpiresAfterSeconds, mode } = policy;
  if (offerExpiresAfterSeconds === undefined || mode === undefined) {
    return protocolCall("DistributionPolicy", policy);
  }
  const args = [text(id), seconds(offerExpiresAfterSeconds), modeText(mode)].join(", ");
  return optionsCall("DistributionPolicy", args, [set("Name", name, text)]);
}

function exceptionCall(policy: ExceptionPolicy): string {
  const { id, name, exceptionRules = [] } = policy;
  if (exceptionRules.some((rule) => rule.actions.some((action) => action.id !== undefined))) {
    return protocolCall("ExceptionPolicy", policy);
  }
  const args = `${text(id)}, ${list("ExceptionRule", exceptionRules.map(exceptionRule))}`;
  return optionsCall("ExceptionPolicy", args, [set("Name", name, text)]);
}

function queueCall(queue: Queue): string {
  const { id, name, distributionPolicyId, labels, exceptionPolicyId } = queue;
  if (distributionPolicyId === undefined) return protocolCall("Queue", queue);
  return optionsCall("Queue", `${text(id)}, ${text(distributionPolicyId)}`, [
    set("Name", name, text),
    set("ExceptionPolicyId", exceptionPolicyId, text),
    set("Labels", labels, labelsText),
  ]);
}

function classificationCall(policy: ClassificationPolicy): string {
  if (!isExpressible(policy)) return protocolCall("ClassificationPolicy", policy);
  return optionsCall("ClassificationPolicy", text(policy.id), [
    set("Name", policy.name, text),
    set("FallbackQueueId", policy.fallbackQueueId, text),
    set("QueueSelectorAttachments", policy.queueSelectorAttachments, (attachments) =>
      initialiser(attachments.map(queueAttachment)),
    ),
    set("PrioritizationRule", policy.prioritizationRule, ruleText),
    set("WorkerSelectorAttachments", policy.workerSelectorAttachments, (attachments) =>
      initialiser(attachments.map(workerAttachment)),
    ),
  ]);
}

/** The SDK's rule and selector models want values and whole credentials. */
function isExpressible(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isExpressible);
  const node = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(node, "labelOperator") && node.kind !== "passThrough") {
    if (node.value === undefined) return false;
  }
  if (node.kind === "static" && Object.keys(node).length === 1) return false;
  if (node.kind === "function" && node.credential !== undefined) {
    const credential = node.credential as NonNullable<FunctionRule["credential"]>;
    const { functionKey, appKey, clientId } = credential;
    const byKey = functionKey !== undefined && appKey === undefined && clientId === undefined;
    const byApp = functionKey === undefined && appKey !== undefined && clientId !== undefined;
    if (!byKey && !byApp) return false;
  }
  if (node.kind === "webhook") {
    const { clientCredential } = node as unknown as WebhookRule;
    if (clientCredential !== undefined) {
      if (clientCredential.clientId === undefined || clientCredential.clientSecret === undefined) {
        return false;
      }
    }
  }
  return Object.values(node).every(isExpressible);
}

function optionsCall(
  kind: string,
  args: string,
  properties: readonly (string | undefined)[],
): string {
  const written = properties.filter((property) => property !== undefined);
  const body = written.length === 0 ? "" : `\n{\n${indented(written.join(",\n"))},\n}`;
  return `await client.Create${kind}Async(new Create${kind}Options(${args})${body});\n`;
}

function protocolCall(kind: string, object: { readonly id: string }): string {
  const { id, ...body } = object;
  return `await client.Update${kind}Async(${text(id)}, RequestContent.Create(${anonymous(body)}));\n`;
}

/** JSON as a dictionary expression: property names stay exactly as they are. */
function anonymous(value: unknown): string {
  if (typeof value === "string") return text(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return value.length === 0
      ? "Array.Empty<object>()"
      : `new object[]\n{\n${indented(value.map(anonymous).join(",\n"))},\n}`;
  }
  if (Object.hasOwn(value, "$secret")) return secretText(value as SecretText);
  const members = Object.entries(value).map(([key, item]) => `[${text(key)}] = ${anonymous(item)}`);
  return `new Dictionary<string, object>\n{\n${indented(members.join(",\n"))},\n}`;
}

function modeText(mode: DistributionMode): string {
  const shared = [
    set("MinConcurrentOffers", mode.minConcurrentOffers, String),
    set("MaxConcurrentOffers", mode.maxConcurrentOffers, String),
    set("BypassSelectors", mode.bypassSelectors, String),
  ];
  switch (mode.kind) {
    case "longestIdle":
      return created("LongestIdleMode", "", shared);
    case "roundRobin":
      return created("RoundRobinMode", "", shared);
    case "bestWorker": {
      const options = mode.scoringRuleOptions;
      const optionsText =
        options === undefined
          ? undefined
          : created("ScoringRuleOptions", "", [
              set("BatchSize", options.batchSize, String),
              set("IsBatchScoringEnabled", options.isBatchScoringEnabled, String),
              set("DescendingOrder", options.descendingOrder, String),
              set("ScoringParameters", options.scoringParameters, (parameters) =>
                initialiser(
                  parameters.map((name) => `ScoringRuleParameterSelector.${pascalCase(name)}`),
                ),
              ),
            ]);
      return created("BestWorkerMode", "", [
        ...shared,
        set("ScoringRule", mode.scoringRule, ruleText),
        set("ScoringRuleOptions", optionsText, String),
      ]);
    }
  }
}

function ruleText(rule: RouterRule): string {
  switch (rule.kind) {
    case "static":
      return created("StaticRouterRule", valueText(rule.value ?? ""), []);
    case "expression":
      return created("ExpressionRouterRule", text(rule.expression), []);
    case "directMap":
      return created("DirectMapRouterRule", "", []);
    case "function":
      return created("FunctionRouterRule", uri(rule.functionUri), [
        set("Credential", rule.credential, functionCredential),
      ]);
    case "webhook": {
      const credential = rule.clientCredential;
      const args = [
        rule.authorizationServerUri === undefined ? "null" : uri(rule.authorizationServerUri),
        credential === undefined
          ? "null"
          : created(
              "OAuth2WebhookClientCredential",
              `${text(credential.clientId ?? "")}, ${secretText(credential.clientSecret ?? "")}`,
              [],
            ),
        rule.webhookUri === undefined ? "null" : uri(rule.webhookUri),
      ];
      return created("WebhookRouterRule", args.join(", "), []);
    }
  }
}

function functionCredential(credential: NonNullable<FunctionRule["credential"]>): string {
  const args =
    credential.functionKey === undefined
      ? `${secretText(credential.appKey ?? "")}, ${text(credential.clientId ?? "")}`
      : secretText(credential.functionKey);
  return created("FunctionRouterRuleCredential", args, []);
}

function queueAttachment(attachment: QueueSelectorAttachment): string {
  switch (attachment.kind) {
    case "static":
      return created("StaticQueueSelectorAttachment", queueSelector(attachment.queueSelector), []);
    case "conditional":
      return created("ConditionalQueueSelectorAttachment", ruleText(attachment.condition), [
        set("QueueSelectors", attachment.queueSelectors, (all) =>
          initialiser(all.map(queueSelector)),
        ),
      ]);
    case "passThrough":
      return created(
        "PassThroughQueueSelectorAttachment",
        `${text(attachment.key)}, ${operator(attachment.labelOperator)}`,
        [],
      );
    case "ruleEngine":
      return created("RuleEngineQueueSelectorAttachment", ruleText(attachment.rule), []);
    case "weightedAllocation":
      return created(
        "WeightedAllocationQueueSelectorAttachment",
        list(
          "QueueWeightedAllocation",
          attachment.allocations.map(({ weight, queueSelectors }) =>
            created(
              "QueueWeightedAllocation",
              `${weight}, ${list("RouterQueueSelector", queueSelectors.map(queueSelector))}`,
              [],
            ),
          ),
        ),
        [],
      );
  }
}

function workerAttachment(attachment: WorkerSelectorAttachment): string {
  switch (attachment.kind) {
    case "static":
      return created(
        "StaticWorkerSelectorAttachment",
        workerSelector(attachment.workerSelector),
        [],
      );
    case "conditional":
      return created("ConditionalWorkerSelectorAttachment", ruleText(attachment.condition), [
        set("WorkerSelectors", attachment.workerSelectors, (all) =>
          initialiser(all.map(workerSelector)),
        ),
      ]);
    case "passThrough": {
      const expiry =
        attachment.expiresAfterSeconds === undefined
          ? ""
          : `, ${seconds(attachment.expiresAfterSeconds)}`;
      return created(
        "PassThroughWorkerSelectorAttachment",
        `${text(attachment.key)}, ${operator(attachment.labelOperator)}${expiry}`,
        [],
      );
    }
    case "ruleEngine":
      return created("RuleEngineWorkerSelectorAttachment", ruleText(attachment.rule), []);
    case "weightedAllocation":
      return created(
        "WeightedAllocationWorkerSelectorAttachment",
        list(
          "WorkerWeightedAllocation",
          attachment.allocations.map(({ weight, workerSelectors }) =>
            created(
              "WorkerWeightedAllocation",
              `${weight}, ${list("RouterWorkerSelector", workerSelectors.map(workerSelector))}`,
              [],
            ),
          ),
        ),
        [],
      );
  }
}

function queueSelector(selector: QueueSelector): string {
  return created("RouterQueueSelector", selectorArguments(selector), []);
}

function workerSelector(selector: WorkerSelector): string {
  return created("RouterWorkerSelector", selectorArguments(selector), [
    set("ExpiresAfter", selector.expiresAfterSeconds, seconds),
    set("Expedite", selector.expedite, String),
  ]);
}

function selectorArguments({ key, labelOperator, value }: QueueSelector): string {
  return `${text(key)}, ${operator(labelOperator)}, ${valueText(value ?? "")}`;
}

function exceptionRule(rule: ExceptionRule): string {
  const trigger =
    rule.trigger.kind === "queueLength"
      ? created("QueueLengthExceptionTrigger", String(rule.trigger.threshold), [])
      : created("WaitTimeExceptionTrigger", seconds(rule.trigger.thresholdSeconds), []);
  return created("ExceptionRule", `${text(rule.id)}, ${trigger}`, [
    set("Actions", rule.actions, (actions) => initialiser(actions.map(exceptionAction))),
  ]);
}

function exceptionAction(action: ExceptionAction): string {
  switch (action.kind) {
    case "cancel":
      return created("CancelExceptionAction", "", [
        set("Note", action.note, text),
        set("DispositionCode", action.dispositionCode, text),
      ]);
    case "reclassify":
      return created("ReclassifyExceptionAction", "", [
        set("ClassificationPolicyId", action.classificationPolicyId, text),
        set("LabelsToUpsert", action.labelsToUpsert, labelsText),
      ]);
    case "manualReclassify":
      return created("ManualReclassifyExceptionAction", "", [
        set("QueueId", action.queueId, text),
        set("Priority", action.priority, String),
        set("WorkerSelectors", action.workerSelectors, (all) =>
          initialiser(all.map(workerSelector)),
        ),
      ]);
  }
}

function labelsText(labels: Labels): string {
  return initialiser(
    Object.entries(labels).map(([key, value]) => `[${text(key)}] = ${valueText(value)}`),
  );
}

function created(name: string, args: string, properties: readonly (string | undefined)[]): string {
  const written = properties.filter((property) => property !== undefined);
  if (written.length === 0) return `new ${name}(${args})`;
  return `new ${name}(${args})\n{\n${indented(written.join(",\n"))},\n}`;
}

function set<T>(
  name: string,
  value: T | undefined,
  write: (value: T) => string,
): string | undefined {
  return value === undefined ? undefined : `${name} = ${write(value)}`;
}

function list(type: string, items: readonly string[]): string {
  return items.length === 0 ? `new List<${type}>()` : `new List<${type}>\n${braces(items)}`;
}

/** `{ … }` after a get-only collection property adds to it. */
function initialiser(items: readonly string[]): string {
  return items.length === 0 ? "{ }" : `\n${braces(items)}`;
}

function braces(items: readonly string[]): string {
  return `{\n${indented(items.join(",\n"))},\n}`;
}

/** Line feeds never occur inside our literals (they are escaped), so every one is layout. */
function indented(lines: string): string {
  return lines.replace(/^/gmu, "    ");
}

function seconds(value: number): string {
  return `TimeSpan.FromSeconds(${value})`;
}

function uri(value: string): string {
  return `new Uri(${text(value)})`;
}

function valueText(value: LabelValue): string {
  return `new RouterValue(${typeof value === "number" ? numberText(value) : typeof value === "string" ? text(value) : value})`;
}

/** Whole numbers past what JavaScript counts exactly may be past C#'s integers. */
function numberText(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? `${value}d` : String(value);
}

function secretText(value: SecretText): string {
  return typeof value === "string" ? text(value) : `FromEnvironment(${text(value.$secret)})`;
}

function operator(name: LabelOperator): string {
  return `LabelOperator.${pascalCase(name)}`;
}

function pascalCase(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** JSON's escapes are C#'s too; the line ends that C# alone knows are escaped as well. */
function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
