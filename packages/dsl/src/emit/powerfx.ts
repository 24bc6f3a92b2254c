import type { Bundle, SourceLocation } from "@routewright/jobrouter";
import type { EmittedFile } from "./emitted-file.ts";
import { rulesIn } from "./formulas.ts";

/** Every formula of the bundle, with its pointer and the place it comes from as comments. */
export function emitPowerFx(bundle: Bundle): readonly EmittedFile[] {
  const places = new Map<string, SourceLocation>();
  for (const { pointer, formula, location } of bundle.sourceMap) {
    if (formula === undefined && !places.has(pointer)) places.set(pointer, location);
  }
  const blocks = rulesIn(bundle).flatMap(({ pointer, role, rule }) => {
    if (rule.kind !== "expression") return [];
    const location = places.get(`${pointer}/expression`) ?? places.get(pointer);
    const source = location === undefined ? undefined : bundle.sources[location.source];
    const lines = [comment(`${role}: ${pointer}`)];
    if (location !== undefined && source !== undefined) {
      lines.push(comment(`${source.path}:${location.line}:${location.column}`));
    }
    return [`${lines.join("\n")}\n${rule.expression}\n`];
  });
  const text = `${comment(`Made by routewright from bundle ${bundle.hash}.`)}\n\n${blocks.join("\n")}`;
  return [{ path: "formulas.fx", text }];
}

/** Names of files and objects may hold line ends, which would end the comment. */
function comment(text: string): string {
  return `// ${text.replace(/[\r\n\u0085\u2028\u2029]+/gu, " ")}`;
}
