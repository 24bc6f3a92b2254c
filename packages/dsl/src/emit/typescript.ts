import {
  type Bundle,
  type BundleLabel,
  canonicalObjects,
  type ObjectKind,
  objectKinds,
} from "@routewright/jobrouter";
import type { EmittedFile } from "./emitted-file.ts";

/**
 * `deploy.ts` with the official client's path calls (@azure-rest/communication-job-router), and
 * `labels.ts` with the declared labels as types for the code that submits jobs.
 */
export function emitTypeScript(bundle: Bundle): readonly EmittedFile[] {
  return [
    { path: "deploy.ts", text: deployScript(bundle) },
    { path: "labels.ts", text: labelTypes(bundle) },
  ];
}

const routes: Readonly<Record<ObjectKind, string>> = {
  distributionPolicies: "/routing/distributionPolicies/{distributionPolicyId}",
  exceptionPolicies: "/routing/exceptionPolicies/{exceptionPolicyId}",
  queues: "/routing/queues/{queueId}",
  classificationPolicies: "/routing/classificationPolicies/{classificationPolicyId}",
};

function deployScript(bundle: Bundle): string {
  const objects = canonicalObjects(bundle.objects);
  const calls = objectKinds.flatMap((kind) =>
    objects[kind].map(
      ({ id, ...body }) =>
        `check(
  await client.path(${JSON.stringify(routes[kind])}, ${JSON.stringify(id)}).patch({
    contentType: "application/merge-patch+json",
    body: ${literal(body, "    ")},
  }),
);
`,
    ),
  );
  return `// Made by routewright from bundle ${bundle.hash}.
// Needs: npm install @azure-rest/communication-job-router
import createClient, { isUnexpected } from "@azure-rest/communication-job-router";

const client = createClient(fromEnvironment("ACS_CONNECTION_STRING"));

${calls.join("\n")}
function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(\`\${name} is not set\`);
  return value;
}

function check(response: Parameters<typeof isUnexpected>[0]): void {
  if (isUnexpected(response)) {
    throw new Error(\`HTTP \${response.status}: \${JSON.stringify(response.body)}\`);
  }
}
`;
}

function labelTypes(bundle: Bundle): string {
  const interfaces = (["job", "worker", "queue"] as const).map((side) => {
    const name = `${side[0]?.toUpperCase()}${side.slice(1)}Labels`;
    const members = bundle.labels[side].map(labelMember);
    return `export interface ${name} {\n${members.join("")}}\n`;
  });
  return `// Made by routewright from bundle ${bundle.hash}.\n\n${interfaces.join("\n")}`;
}

function labelMember(label: BundleLabel): string {
  const doc =
    label.doc === undefined
      ? ""
      : `  /** ${label.doc.replace(/\*\//gu, "*\\/").replace(/\s*\n\s*/gu, " ")} */\n`;
  const range =
    label.range === undefined ? "" : `  /** ${label.range.min} to ${label.range.max} */\n`;
  return `${doc}${range}  readonly ${propertyName(label.key)}${label.optional ? "?" : ""}: ${labelType(label)};\n`;
}

function labelType(label: BundleLabel): string {
  if (label.values !== undefined)
    return label.values.map((value) => JSON.stringify(value)).join(" | ");
  switch (label.type) {
    case "text":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "any":
      return "string | number | boolean";
  }
}

function literal(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join("")}${indent}]`;
  }
  if (Object.hasOwn(value, "$secret")) {
    return `fromEnvironment(${JSON.stringify((value as { readonly $secret: unknown }).$secret)})`;
  }
  const members = Object.entries(value).map(
    ([key, item]) => `${inner}${memberName(key)}: ${literal(item, inner)},\n`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join("")}${indent}}`;
}

/** `__proto__: x` in a literal would set the prototype; a computed key does not. */
function memberName(key: string): string {
  return key === "__proto__" ? '["__proto__"]' : propertyName(key);
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/u.test(key) ? key : JSON.stringify(key);
}
