import type { EmitTarget } from "@routewright/dsl";

/** The language's list, repeated so that help need not load the language; a test compares them. */
export const emitTargets = [
  "bundle",
  "jobrouter",
  "powerfx",
  "jsonlogic",
  "python",
  "csharp",
  "typescript",
] as const satisfies readonly EmitTarget[];

export const findingsReporters = ["pretty", "json", "sarif", "github"] as const;
export type FindingsReporter = (typeof findingsReporters)[number];

export const testReporters = ["pretty", "junit", "json"] as const;
export type TestReporter = (typeof testReporters)[number];
export const coverageFormats = ["lcov", "cobertura"] as const;
export type CoverageFormat = (typeof coverageFormats)[number];

/** What `--param` and `--params` gave. */
export interface ParameterOptions {
  readonly param: readonly (readonly [name: string, value: string])[];
  readonly params?: string;
}
