import type { Bundle } from "@routewright/jobrouter";
import { emitBundle } from "./bundle.ts";
import { emitCSharp } from "./csharp.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { emitJobRouter } from "./job-router.ts";
import { emitJsonLogic } from "./json-logic.ts";
import { emitPowerFx } from "./powerfx.ts";
import { emitPython } from "./python.ts";
import { emitTypeScript } from "./typescript.ts";

/** What a bundle can be written as. */
export const emitTargets = [
  "bundle",
  "jobrouter",
  "powerfx",
  "jsonlogic",
  "python",
  "csharp",
  "typescript",
] as const;
export type EmitTarget = (typeof emitTargets)[number];

const emitters: Readonly<Record<EmitTarget, (bundle: Bundle) => readonly EmittedFile[]>> = {
  bundle: emitBundle,
  jobrouter: emitJobRouter,
  powerfx: emitPowerFx,
  jsonlogic: emitJsonLogic,
  python: emitPython,
  csharp: emitCSharp,
  typescript: emitTypeScript,
};

/** The files that say the bundle in another form. Paths are relative, with `/`. */
export function emit(bundle: Bundle, target: EmitTarget): readonly EmittedFile[] {
  return emitters[target](bundle);
}
