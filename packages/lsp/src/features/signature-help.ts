import { languageFunctions } from "@routewright/dsl";
import type { Snapshot } from "../workspace/snapshot.ts";
import { placeAt } from "./completion/place.ts";
import { signatureOf } from "./entity-docs.ts";

export interface SignatureHelp {
  readonly label: string;
  readonly doc: string;
  /** Offsets in `label`. */
  readonly parameters: readonly { readonly start: number; readonly end: number }[];
  readonly active: number;
}

/** The call around an offset, and which of its arguments the offset is in. */
export function signatureHelp(
  snapshot: Snapshot,
  path: string,
  offset: number,
): SignatureHelp | undefined {
  const source = snapshot.source(path);
  const syntax = snapshot.syntax(path);
  if (source === undefined || syntax === undefined) return undefined;
  const frames = placeAt(source.text, syntax, offset)?.frames ?? [];
  const call = frames.findLast((frame) => frame.kind === "call");
  const callee = call?.head.at(-1)?.image;
  const definition = languageFunctions.find(({ name }) => name === callee);
  if (call === undefined || definition === undefined) return undefined;
  const label = signatureOf(definition);
  let from = label.indexOf("(") + 1;
  const parameters = definition.parameters.map(({ name }) => {
    const start = label.indexOf(name, from);
    const end = /[,)]/u.exec(label.slice(start))?.index ?? name.length;
    from = start + end;
    return { start, end: from };
  });
  const last = definition.parameters.length - 1;
  const active = definition.variadic === true ? Math.min(call.seen.length, last) : call.seen.length;
  return { label, doc: definition.doc, parameters, active };
}
