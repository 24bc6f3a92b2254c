/** The door `@routewright/diagnostics/render`: apart, so that a run without findings loads none of it. */
export { renderCobertura } from "./cobertura.ts";
export { renderGithub } from "./github.ts";
export { renderJson } from "./json.ts";
export { type JunitCase, type JunitSuite, renderJunit } from "./junit.ts";
export { renderLcov } from "./lcov.ts";
export type { BranchGroup, CoverageSuite, FileCoverage, UnitCoverage } from "./line-coverage.ts";
export { type PrettyOptions, renderPretty } from "./pretty.ts";
export { renderSarif, type SarifOptions } from "./sarif.ts";
