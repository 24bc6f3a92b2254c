import { hasErrors, mergeFindings, sourceText } from "@routewright/diagnostics";
import { importObjects } from "@routewright/dsl";
import { decodeObjects, secretNames } from "@routewright/jobrouter";
import type { ImportParams, ImportResult } from "../protocol.ts";
import { toProblem, type Wire } from "./compiled.ts";

/** Job Router JSON as a policy. Values of credentials are dropped, only their names come back. */
export function importJson({ text, name }: ImportParams, wire: Wire): ImportResult {
  const decoded = decodeObjects([sourceText(text, name ?? "pasted.json")]);
  if (hasErrors(decoded.diagnostics)) {
    return { ok: false, problems: decoded.diagnostics.map((each) => toProblem(each, wire)) };
  }
  const imported = importObjects(decoded.value);
  const problems = mergeFindings([...decoded.diagnostics, ...imported.diagnostics]).map((each) =>
    toProblem(each, wire),
  );
  if (hasErrors(imported.diagnostics)) return { ok: false, problems };
  const secrets = [...secretNames(decoded.value), ...Object.keys(imported.secrets)];
  return { ok: true, text: imported.text, secrets: [...new Set(secrets)].sort(), problems };
}
