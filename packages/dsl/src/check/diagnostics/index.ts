import { constantDiagnostics } from "./constants.ts";
import { meaningDiagnostics } from "./meaning.ts";
import { nameDiagnostics } from "./names.ts";
import { routerDiagnostics } from "./router.ts";
import { scenarioDiagnostics } from "./scenarios.ts";
import { suppressionDiagnostics } from "./suppression.ts";
import { testDiagnostics } from "./tests.ts";
import { typeDiagnostics } from "./types.ts";

/** What the checker can find. */
export const checkDiagnostics = [
  ...nameDiagnostics,
  ...typeDiagnostics,
  ...constantDiagnostics,
  ...routerDiagnostics,
  ...meaningDiagnostics,
  ...testDiagnostics,
  ...scenarioDiagnostics,
  ...suppressionDiagnostics,
] as const;
