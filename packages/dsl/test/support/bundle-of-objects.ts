import {
  apiVersion,
  type Bundle,
  bundleFormatName,
  type RouterObjects,
  sealBundle,
} from "@routewright/jobrouter";

/** A bundle of nothing but objects, for emitters. */
export function bundleOfObjects(objects: RouterObjects): Bundle {
  return sealBundle({
    format: bundleFormatName,
    apiVersion,
    parameters: {},
    channels: [],
    labels: { job: [], worker: [], queue: [] },
    secrets: [],
    objects,
    tests: [],
    sources: [],
    sourceMap: [],
    decisions: [],
  });
}
