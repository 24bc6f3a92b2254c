import type { SourceText, Staged } from "@routewright/diagnostics";
import type {
  Bundle,
  BundleChannel,
  BundleLabel,
  BundleSecret,
  BundleSource,
  BundleTest,
  ConstructDecision,
  SourceMapping,
  TestExpectation,
} from "../bundle.ts";
import { bundleFormat, bundleHash } from "../catalogue.ts";
import { defined } from "../defined.ts";
import { readJson } from "../json/read.ts";
import { type JsonNode, memberOf } from "../json/tree.ts";
import { bundleFormatName, sealBundle } from "../seal.ts";
import {
  boolean,
  byKind,
  list,
  number,
  openMembers,
  type Reader,
  type Reading,
  report,
  text,
  word,
} from "./members.ts";
import { collectKeyed } from "./objects.ts";
import { jobObject, namedWorker } from "./people.ts";
import { labels, labelValue, workerSelector } from "./policies.ts";
import { scenario } from "./scenario.ts";
import { choice, comparison, location, offset, stub } from "./shared.ts";

/**
 * Reads a bundle and checks that its content has the hash it says. Nothing is returned for a
 * text that is not a bundle, is of another format, or was changed by hand.
 */
export function decodeBundle(source: SourceText): Staged<Bundle | undefined> {
  const read = readJson(source);
  if (read.value === undefined) return { value: undefined, diagnostics: read.diagnostics };
  const reading: Reading = { source, diagnostics: [...read.diagnostics] };
  const bundle = isBundle(read.value, reading) ? readBundle(read.value, reading) : undefined;
  const broken = reading.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  return { value: broken ? undefined : bundle, diagnostics: reading.diagnostics };
}

function isBundle(node: JsonNode, reading: Reading): boolean {
  const format = memberOf(node, "format");
  const start = { start: node.span.start, end: Math.min(node.span.start + 1, node.span.end) };
  if (format?.kind === "text" && format.value === bundleFormatName) return true;
  if (format?.kind === "text" && format.value.startsWith("routewright-bundle/")) {
    const shown = format.value.slice(0, 60);
    const problem = `\`${shown}\` is a bundle of another version; this is \`${bundleFormatName}\``;
    report(reading, bundleFormat, { problem }, format.span, {
      help: "compile the sources again with this version of routewright",
    });
  } else {
    const problem = `this is not a bundle: it has no \`"format": "${bundleFormatName}"\``;
    report(reading, bundleFormat, { problem }, format?.span ?? start, {
      help: "bundles are made by `routewright compile`",
    });
  }
  return false;
}

function readBundle(node: JsonNode, reading: Reading): Bundle | undefined {
  const members = openMembers(node, "the bundle", "a bundle", reading);
  if (members === undefined) return undefined;
  members.ignore("format");
  const apiVersion = members.required("apiVersion", text);
  const hash = members.required("hash", text);
  const parts = {
    parameters: members.required("parameters", labels),
    channels: members.required("channels", list(channel)),
    labels: members.required("labels", labelTables),
    secrets: members.required("secrets", list(secret)),
    objects: members.required("objects", (objects) => collectKeyed(objects, reading)),
    tests: members.required("tests", list(test)),
    scenarios: members.optional("scenarios", list(scenario)) ?? [],
    sources: members.required("sources", list(bundleSource)),
    sourceMap: members.required("sourceMap", list(mapping)),
    decisions: members.required("decisions", list(decision)),
  };
  members.close();
  if (reading.diagnostics.some((diagnostic) => diagnostic.severity === "error")) return undefined;
  if (apiVersion === undefined || hash === undefined || !isComplete(parts)) return undefined;
  const content: Omit<Bundle, "hash"> = { format: bundleFormatName, apiVersion, ...parts };
  const bundle = sealBundle(content);
  if (bundle.hash !== hash) {
    report(
      reading,
      bundleHash,
      { written: hash.slice(0, 80), actual: bundle.hash },
      memberOf(node, "hash")?.span ?? node.span,
      { help: "the file was changed after it was compiled; compile the sources again" },
    );
    return undefined;
  }
  return bundle;
}

function isComplete<T extends object>(
  parts: T,
): parts is T & { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.values(parts).every((part) => part !== undefined);
}

const channel: Reader<BundleChannel> = (node, name, reading) => {
  const members = openMembers(node, name, "a channel", reading);
  const channelName = members?.required("name", text);
  const id = members?.required("id", text);
  members?.close();
  return channelName === undefined || id === undefined ? undefined : { name: channelName, id };
};

const secret: Reader<BundleSecret> = (node, name, reading) => {
  const members = openMembers(node, name, "a secret", reading);
  const secretName = members?.required("name", text);
  const env = members?.required("env", text);
  members?.close();
  return secretName === undefined || env === undefined ? undefined : { name: secretName, env };
};

const bundleSource: Reader<BundleSource> = (node, name, reading) => {
  const members = openMembers(node, name, "a source", reading);
  const path = members?.required("path", text);
  const content = members?.required("text", text);
  members?.close();
  return path === undefined || content === undefined ? undefined : { path, text: content };
};

const labelTables: Reader<Bundle["labels"]> = (node, name, reading) => {
  const members = openMembers(node, name, "the label tables", reading);
  const job = members?.required("job", list(label));
  const worker = members?.required("worker", list(label));
  const queue = members?.required("queue", list(label));
  members?.close();
  if (job === undefined || worker === undefined || queue === undefined) return undefined;
  return { job, worker, queue };
};

const label: Reader<BundleLabel> = (node, name, reading) => {
  const members = openMembers(node, name, "a label", reading);
  if (members === undefined) return undefined;
  const key = members.required("key", text);
  const type = members.required("type", word(["text", "number", "boolean", "any"]));
  const optional = members.required("optional", boolean);
  const rest = {
    values: members.optional("values", list(labelValue)),
    range: members.optional("range", range),
    default: members.optional("default", labelValue),
    doc: members.optional("doc", text),
  };
  members.close();
  if (key === undefined || type === undefined || optional === undefined) return undefined;
  return defined({ key, type, optional, ...rest });
};

const range: Reader<{ readonly min: number; readonly max: number }> = (node, name, reading) => {
  const members = openMembers(node, name, "a range", reading);
  const min = members?.required("min", number);
  const max = members?.required("max", number);
  members?.close();
  return min === undefined || max === undefined ? undefined : { min, max };
};

const mapping: Reader<SourceMapping> = (node, name, reading) => {
  const members = openMembers(node, name, "a mapping", reading);
  const pointer = members?.required("pointer", text);
  const formula = members?.optional("formula", formulaPart);
  const place = members?.required("location", location);
  members?.close();
  if (pointer === undefined || place === undefined) return undefined;
  return defined({ pointer, formula, location: place });
};

const formulaPart: Reader<{ readonly start: number; readonly end: number }> = (
  node,
  name,
  reading,
) => {
  const members = openMembers(node, name, "a part of a formula", reading);
  const start = members?.required("start", offset);
  const end = members?.required("end", offset);
  members?.close();
  return start === undefined || end === undefined ? undefined : { start, end };
};

const decision: Reader<ConstructDecision> = (node, name, reading) => {
  const members = openMembers(node, name, "a decision", reading);
  const pointer = members?.required("pointer", text);
  const construct = members?.required("construct", text);
  const reason = members?.required("reason", text);
  const place = members?.required("location", location);
  members?.close();
  if (pointer === undefined || construct === undefined) return undefined;
  if (reason === undefined || place === undefined) return undefined;
  return { pointer, construct, reason, location: place };
};

// ── Tests ───────────────────────────────────────────────────────────────────────────────────

const test: Reader<BundleTest> = (node, name, reading) => {
  const members = openMembers(node, name, "a test", reading);
  if (members === undefined) return undefined;
  const testName = members.required("name", text);
  const row = members.optional("row", offset);
  const place = members.required("location", location);
  const classificationPolicyId = members.optional("classificationPolicyId", text);
  const job = members.required("job", jobObject);
  const workers = members.required("workers", list(namedWorker));
  const stubs = members.required("stubs", list(stub));
  const chosen = members.optional("choice", choice);
  const expectations = members.required("expectations", list(expectation));
  members.close();
  if (testName === undefined || place === undefined || job === undefined) return undefined;
  if (workers === undefined || stubs === undefined || expectations === undefined) return undefined;
  return defined({
    name: testName,
    row,
    location: place,
    classificationPolicyId,
    job,
    workers,
    stubs,
    choice: chosen,
    expectations,
  });
};

const expectation = byKind<TestExpectation>("an expectation", {
  queue: (members) => {
    const operator = members.required("operator", word(["==", "!="]));
    const queueId = members.required("queueId", text);
    const place = members.required("location", location);
    if (operator === undefined || queueId === undefined || place === undefined) return undefined;
    return { kind: "queue", operator, queueId, location: place };
  },
  noQueue: (members) => {
    const place = members.required("location", location);
    return place === undefined ? undefined : { kind: "noQueue", location: place };
  },
  priority: (members) => {
    const operator = members.required("operator", comparison);
    const value = members.required("value", number);
    const place = members.required("location", location);
    if (operator === undefined || value === undefined || place === undefined) return undefined;
    return { kind: "priority", operator, value, location: place };
  },
  failed: (members) => {
    const place = members.required("location", location);
    return place === undefined ? undefined : { kind: "failed", location: place };
  },
  selector: (members) => {
    const present = members.required("present", boolean);
    const selector = members.required("selector", workerSelector);
    const place = members.required("location", location);
    if (present === undefined || selector === undefined || place === undefined) return undefined;
    return { kind: "selector", present, selector, location: place };
  },
  workers: (members) => {
    const workerIds = members.required("workerIds", list(text));
    const place = members.required("location", location);
    if (workerIds === undefined || place === undefined) return undefined;
    return { kind: "workers", workerIds, location: place };
  },
  excluded: (members) => {
    const workerId = members.required("workerId", text);
    const key = members.optional("key", text);
    const place = members.required("location", location);
    if (workerId === undefined || place === undefined) return undefined;
    return defined({ kind: "excluded", workerId, key, location: place });
  },
  score: (members) => {
    const workerId = members.required("workerId", text);
    const operator = members.required("operator", comparison);
    const value = members.required("value", number);
    const place = members.required("location", location);
    if (workerId === undefined || operator === undefined) return undefined;
    if (value === undefined || place === undefined) return undefined;
    return { kind: "score", workerId, operator, value, location: place };
  },
});
