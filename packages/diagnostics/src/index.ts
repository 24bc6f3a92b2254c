export * from "./apply-fixes.ts";
export * from "./closest.ts";
export * from "./diagnostic.ts";
export * from "./merge.ts";
export { printable } from "./render/printable.ts";
export * from "./render/style.ts";
export * from "./render/summary.ts";
export * from "./source-text.ts";
