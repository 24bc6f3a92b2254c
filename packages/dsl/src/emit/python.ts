import {
  type Bundle,
  canonicalObjects,
  type ObjectKind,
  objectKinds,
} from "@routewright/jobrouter";
import type { EmittedFile } from "./emitted-file.ts";
import { wireClasses } from "./wire-classes.ts";

/**
 * A Python script that creates or updates every object with the official client
 * (azure-communication-jobrouter 1.0.0). Secrets are read from the environment when it runs.
 */
export function emitPython(bundle: Bundle): readonly EmittedFile[] {
  const objects = canonicalObjects(bundle.objects);
  const classes = new Set<string>();
  const calls: string[] = [];

  const write = (value: unknown, position: Position, indent: string): string => {
    if (typeof value === "string") return pythonText(value);
    if (typeof value === "number") return JSON.stringify(value);
    if (typeof value === "boolean") return value ? "True" : "False";
    const inner = `${indent}    `;
    if (Array.isArray(value)) {
      if (value.length === 0) return "[]";
      const items = value.map((item) => `${inner}${write(item, position, inner)},\n`);
      return `[\n${items.join("")}${indent}]`;
    }
    const members = Object.entries(value as object);
    const secret = secretName(value);
    if (secret !== undefined) {
      return `os.environ[${pythonText(secret)}]`;
    }
    if (position === "labels") {
      const items = members.map(
        ([key, item]) => `${inner}${pythonText(key)}: ${write(item, "scalar", inner)},\n`,
      );
      return items.length === 0 ? "{}" : `{\n${items.join("")}${indent}}`;
    }
    const className = classOf(position, value as object);
    classes.add(className);
    const items = members
      .filter(([key]) => key !== "kind")
      .map(
        ([key, item]) =>
          `${inner}${snakeCase(key)}=${write(item, positionOf(position, key), inner)},\n`,
      );
    return items.length === 0 ? `${className}()` : `${className}(\n${items.join("")}${indent})`;
  };

  for (const kind of objectKinds) {
    for (const { id, ...members } of objects[kind]) {
      const { method, position } = operations[kind];
      calls.push(
        `    client.${method}(\n        ${pythonText(id)},\n        ${write(members, position, "        ")},\n    )\n`,
      );
    }
  }
  const text = [
    `# Made by routewright from bundle ${bundle.hash}.`,
    "# Needs: pip install azure-communication-jobrouter",
    "import os",
    "",
    "from azure.communication.jobrouter import JobRouterAdministrationClient",
    ...importLines(classes),
    "",
    "",
    "def deploy(client: JobRouterAdministrationClient) -> None:",
    calls.length === 0 ? "    pass\n" : calls.join("\n"),
    "",
    'if __name__ == "__main__":',
    "    deploy(",
    "        JobRouterAdministrationClient.from_connection_string(",
    '            conn_str=os.environ["ACS_CONNECTION_STRING"]',
    "        )",
    "    )",
    "",
  ].join("\n");
  return [{ path: "deploy.py", text }];
}

type Position =
  | "distributionPolicy"
  | "exceptionPolicy"
  | "queue"
  | "classificationPolicy"
  | "rule"
  | "queueAttachment"
  | "workerAttachment"
  | "queueSelector"
  | "workerSelector"
  | "queueAllocation"
  | "workerAllocation"
  | "mode"
  | "scoringOptions"
  | "exceptionRule"
  | "trigger"
  | "action"
  | "functionCredential"
  | "webhookCredential"
  | "labels"
  | "scalar";

const operations: Readonly<
  Record<ObjectKind, { readonly method: string; readonly position: Position }>
> = {
  distributionPolicies: { method: "upsert_distribution_policy", position: "distributionPolicy" },
  exceptionPolicies: { method: "upsert_exception_policy", position: "exceptionPolicy" },
  queues: { method: "upsert_queue", position: "queue" },
  classificationPolicies: {
    method: "upsert_classification_policy",
    position: "classificationPolicy",
  },
};

/** What stands under a property; `allocations` depends on the side it is on. */
function positionOf(parent: Position, key: string): Position {
  switch (key) {
    case "queueSelectorAttachments":
      return "queueAttachment";
    case "workerSelectorAttachments":
      return "workerAttachment";
    case "queueSelector":
    case "queueSelectors":
      return "queueSelector";
    case "workerSelector":
    case "workerSelectors":
      return "workerSelector";
    case "allocations":
      return parent === "queueAttachment" ? "queueAllocation" : "workerAllocation";
    case "condition":
    case "rule":
    case "prioritizationRule":
    case "scoringRule":
      return "rule";
    case "scoringRuleOptions":
      return "scoringOptions";
    case "mode":
      return "mode";
    case "exceptionRules":
      return "exceptionRule";
    case "trigger":
      return "trigger";
    case "actions":
      return "action";
    case "credential":
      return "functionCredential";
    case "clientCredential":
      return "webhookCredential";
    case "labels":
    case "labelsToUpsert":
      return "labels";
    default:
      return "scalar";
  }
}

function classOf(position: Position, value: object): string {
  switch (position) {
    case "distributionPolicy":
      return "DistributionPolicy";
    case "exceptionPolicy":
      return "ExceptionPolicy";
    case "queue":
      return "RouterQueue";
    case "classificationPolicy":
      return "ClassificationPolicy";
    case "queueSelector":
      return "RouterQueueSelector";
    case "workerSelector":
      return "RouterWorkerSelector";
    case "queueAllocation":
      return "QueueWeightedAllocation";
    case "workerAllocation":
      return "WorkerWeightedAllocation";
    case "scoringOptions":
      return "ScoringRuleOptions";
    case "exceptionRule":
      return "ExceptionRule";
    case "functionCredential":
      return "FunctionRouterRuleCredential";
    case "webhookCredential":
      return "OAuth2WebhookClientCredential";
    case "rule":
    case "queueAttachment":
    case "workerAttachment":
    case "mode":
    case "trigger":
    case "action": {
      const names: Readonly<Record<string, string>> = wireClasses[position];
      const kind = "kind" in value ? String(value.kind) : "";
      const name = Object.hasOwn(names, kind) ? names[kind] : undefined;
      if (name === undefined) throw new Error(`no model class for ${position} of kind ${kind}`);
      return name;
    }
    case "labels":
    case "scalar":
      throw new Error(`${position} has no model class`);
  }
}

function importLines(classes: ReadonlySet<string>): readonly string[] {
  if (classes.size === 0) return [];
  return [
    "from azure.communication.jobrouter.models import (",
    ...[...classes].sort().map((name) => `    ${name},`),
    ")",
  ];
}

function secretName(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "$secret")
    ? String((value as { readonly $secret: unknown }).$secret)
    : undefined;
}

/** JSON's escapes are Python's too, and characters outside the BMP stay as they are. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
