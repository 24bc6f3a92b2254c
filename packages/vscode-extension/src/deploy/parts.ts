/**
 * What deploying needs, apart from the extension's own file: it is loaded when somebody plans, and
 * not when a policy is opened.
 */
export * from "@routewright/azure/node";
export { hasErrors, sourceText } from "@routewright/diagnostics";
export { decodeJobs, decodeObjects, extractSecrets, secretNames } from "@routewright/jobrouter";
export { compareObjects } from "@routewright/runtime";
