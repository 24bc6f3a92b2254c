import { analyse } from "../packages/dsl/src/check/analyse.ts";
import { exampleHost, examples } from "./test/support/files.ts";
import { positionAt } from "@routewright/diagnostics";
let n=0;
for (const e of examples) for (const s of e.parameterSets) {
  try {
  const r = analyse(e.entry, exampleHost(), { parameters: s.parameters });
  for (const d of r.diagnostics) { n++; const p=positionAt(d.source,d.span.start); console.log(`${d.source.path}:${p.line}:${p.column} ${d.severity}[${d.code}] ${d.message}${d.help?"\n    help: "+d.help:""}`); }
  } catch (x) { console.log("THROW", e.entry, (x as Error).stack?.split("\n").slice(0,4).join("\n")); }
}
console.log(n);
