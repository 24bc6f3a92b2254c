export type * from "./bundle.ts";
export * from "./model.ts";
