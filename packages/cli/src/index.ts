/** The option table, for documentation and its tests; the command itself is `main.ts`. */
export { emitTargets } from "./choices.ts";
export { createProgram, run } from "./program.ts";
export { version } from "./version.ts";
