export type Parts = typeof import("./parts.ts");

/** Kept apart by the build: `dist/node/deploy.js`. */
export function loadParts(): Promise<Parts> {
  return import("./parts.ts");
}
