export { printable } from "./excerpt.ts";
export * from "./github.ts";
export * from "./json.ts";
export * from "./junit.ts";
export * from "./pretty.ts";
export * from "./sarif.ts";
export * from "./style.ts";
export * from "./summary.ts";
