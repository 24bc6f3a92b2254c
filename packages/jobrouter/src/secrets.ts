import { compareText } from "./defined.ts";
import type {
  ClassificationPolicy,
  DistributionPolicy,
  RouterObjects,
  RouterRule,
  SecretReference,
  SecretText,
} from "./model.ts";

/** Names of environment variables and the credentials they hold. Never to be printed. */
export type SecretValues = Readonly<Record<string, string>>;

/**
 * Puts the credentials in the place of their references.
 *
 * @param lookup gives the value of an environment variable, or nothing.
 * @returns the objects, with the references that were not found left in, and their names sorted.
 */
export function resolveSecrets(
  objects: RouterObjects,
  lookup: (env: string) => string | undefined,
): { readonly objects: RouterObjects; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const resolved = mapSecrets(objects, (secret) => {
    if (typeof secret === "string") return secret;
    const value = lookup(secret.$secret);
    if (value !== undefined) return value;
    missing.add(secret.$secret);
    return secret;
  });
  return { objects: resolved, missing: [...missing].sort(compareText) };
}

/** What a credential belongs to, for choosing the name of its variable. */
export interface SecretPlace {
  /** The id of the policy it was found in. */
  readonly ownerId: string;
  readonly property: "functionKey" | "appKey" | "clientSecret";
}

/**
 * Takes the credentials out: each becomes a reference to an environment variable, and the
 * values come back apart. Equal values of one property share a variable. The names are made of
 * the owner's id (`ROUTEWRIGHT_MAIN_FUNCTION_KEY`) and never clash with references already there.
 */
export function extractSecrets(objects: RouterObjects): {
  readonly objects: RouterObjects;
  readonly values: SecretValues;
} {
  const taken = new Set(secretNames(objects));
  const byValue = new Map<string, string>();
  const values: [string, string][] = [];
  const extracted = mapSecrets(objects, (secret, place) => {
    if (typeof secret !== "string") return secret;
    const key = `${place.property} ${secret}`;
    let env = byValue.get(key);
    if (env === undefined) {
      env = freeName(place, taken);
      taken.add(env);
      byValue.set(key, env);
      values.push([env, secret]);
    }
    return { $secret: env };
  });
  return { objects: extracted, values: Object.fromEntries(values) };
}

/** Replaces every credential by `${NAME}` (references) or `***` (values), for showing. */
export function redactSecrets(objects: RouterObjects): RouterObjects {
  return mapSecrets(objects, (secret) =>
    typeof secret === "string" ? "***" : `\${${secret.$secret}}`,
  );
}

/** The names of all references in the objects, sorted, each once. */
export function secretNames(objects: RouterObjects): readonly string[] {
  const names = new Set<string>();
  mapSecrets(objects, (secret) => {
    if (typeof secret !== "string") names.add(secret.$secret);
    return secret;
  });
  return [...names].sort(compareText);
}

/** Rebuilds the objects with every credential mapped; nothing else changes. */
export function mapSecrets(
  objects: RouterObjects,
  map: (secret: SecretText, place: SecretPlace) => SecretText,
): RouterObjects {
  return {
    ...objects,
    distributionPolicies: objects.distributionPolicies.map((policy) =>
      mapDistribution(policy, (rule) => mapRule(rule, policy.id, map)),
    ),
    classificationPolicies: objects.classificationPolicies.map((policy) =>
      mapClassification(policy, (rule) => mapRule(rule, policy.id, map)),
    ),
  };
}

type RuleMap = (rule: RouterRule) => RouterRule;

function mapDistribution(policy: DistributionPolicy, map: RuleMap): DistributionPolicy {
  if (policy.mode?.kind !== "bestWorker" || policy.mode.scoringRule === undefined) return policy;
  return { ...policy, mode: { ...policy.mode, scoringRule: map(policy.mode.scoringRule) } };
}

function mapClassification(policy: ClassificationPolicy, map: RuleMap): ClassificationPolicy {
  const { queueSelectorAttachments, prioritizationRule, workerSelectorAttachments } = policy;
  return {
    ...policy,
    ...(queueSelectorAttachments === undefined
      ? {}
      : {
          queueSelectorAttachments: queueSelectorAttachments.map((each) =>
            mapAttachment(each, map),
          ),
        }),
    ...(prioritizationRule === undefined ? {} : { prioritizationRule: map(prioritizationRule) }),
    ...(workerSelectorAttachments === undefined
      ? {}
      : {
          workerSelectorAttachments: workerSelectorAttachments.map((each) =>
            mapAttachment(each, map),
          ),
        }),
  };
}

function mapAttachment<
  T extends { readonly kind: string; readonly condition?: RouterRule; readonly rule?: RouterRule },
>(attachment: T, map: RuleMap): T {
  if (attachment.condition !== undefined) {
    return { ...attachment, condition: map(attachment.condition) };
  }
  return attachment.rule === undefined ? attachment : { ...attachment, rule: map(attachment.rule) };
}

function mapRule(
  rule: RouterRule,
  ownerId: string,
  map: (secret: SecretText, place: SecretPlace) => SecretText,
): RouterRule {
  if (rule.kind === "function" && rule.credential !== undefined) {
    const { functionKey, appKey } = rule.credential;
    return {
      ...rule,
      credential: {
        ...rule.credential,
        ...(functionKey === undefined
          ? {}
          : { functionKey: map(functionKey, { ownerId, property: "functionKey" }) }),
        ...(appKey === undefined ? {} : { appKey: map(appKey, { ownerId, property: "appKey" }) }),
      },
    };
  }
  if (rule.kind === "webhook" && rule.clientCredential?.clientSecret !== undefined) {
    const clientSecret = map(rule.clientCredential.clientSecret, {
      ownerId,
      property: "clientSecret",
    });
    return { ...rule, clientCredential: { ...rule.clientCredential, clientSecret } };
  }
  return rule;
}

const propertyWords = {
  functionKey: "FUNCTION_KEY",
  appKey: "APP_KEY",
  clientSecret: "CLIENT_SECRET",
} as const;

function freeName(place: SecretPlace, taken: ReadonlySet<string>): string {
  const owner = place.ownerId
    .toUpperCase()
    .replace(/[^A-Z0-9]+/gu, "_")
    .replace(/^_+|_+$/gu, "");
  const base = [
    "ROUTEWRIGHT",
    ...(owner === "" ? [] : [owner]),
    propertyWords[place.property],
  ].join("_");
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
  return name;
}

export type { SecretReference };
