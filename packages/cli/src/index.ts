/** The option table, for documentation and its tests; the command itself is `main.ts`. */
export { createProgram, emitTargets, run } from "./program.ts";
export { version } from "./version.ts";
