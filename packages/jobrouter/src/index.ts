export type * from "./bundle.ts";
export {
  canonicalJob,
  canonicalJson,
  canonicalObjects,
  canonicalRule,
  canonicalWorker,
} from "./canonical.ts";
export { jobRouterDiagnostics } from "./catalogue.ts";
export { decodeBundle } from "./decode/bundle.ts";
export { decodeObjects, isPathStep, problemOfId } from "./decode/objects.ts";
export { decodeJobs, decodeWorkers } from "./decode/people.ts";
export { compareText } from "./defined.ts";
export * from "./event-docs.ts";
export * from "./event-names.ts";
export { explainJsonCode } from "./explain.ts";
export { hashOf, hashOfText, sortedJson } from "./hash.ts";
export { readJson } from "./json/read.ts";
export { describeNode, type JsonNode, memberOf } from "./json/tree.ts";
export * from "./model.ts";
export * from "./scenario.ts";
export { bundleFormatName, bundleHashOf, encodeBundle, sealBundle } from "./seal.ts";
export {
  extractSecrets,
  mapSecrets,
  redactSecrets,
  resolveSecrets,
  type SecretPlace,
  type SecretValues,
  secretNames,
} from "./secrets.ts";
