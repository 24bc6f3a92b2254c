export * from "./apply-fixes.ts";
export * from "./closest.ts";
export * from "./diagnostic.ts";
export * from "./render/index.ts";
export * from "./source-text.ts";
