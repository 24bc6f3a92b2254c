import type { CheckedProgram } from "@routewright/dsl";
import type { Bundle, BundleLabel } from "@routewright/jobrouter";
import type { FormField, JobFormParams, JobFormResult } from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { compileDocument, type Wire } from "./compiled.ts";

/** Declared labels as fields of a form, and what a job may name. */
export function jobForm(
  snapshot: Snapshot,
  params: JobFormParams,
  samples: readonly unknown[],
  wire: Wire,
): JobFormResult {
  const compiled = compileDocument(snapshot, params, wire);
  if (!compiled.ok) return compiled;
  const { bundle, entry } = compiled;
  const { symbols, labels } = snapshot.analysis(entry).checked;
  return {
    ok: true,
    entry: wire.uri(entry),
    policies: symbols.flatMap((symbol) => {
      if (symbol.kind !== "classification") return [];
      const location = wire.location(symbol.source.path, symbol.name.span);
      if (location === undefined) return [];
      return [{ id: symbol.id ?? symbol.name.text, name: symbol.name.text, location }];
    }),
    channels: named(symbols, "channel"),
    queues: named(symbols, "queue"),
    job: fieldsOf(bundle, "job", labels),
    worker: fieldsOf(bundle, "worker", labels),
    samples,
  };
}

function named(
  symbols: ReturnType<Snapshot["analysis"]>["checked"]["symbols"],
  kind: "channel" | "queue",
): readonly { readonly id: string; readonly name: string }[] {
  return symbols
    .filter((symbol) => symbol.kind === kind)
    .map(({ id, name }) => ({ id: id ?? name.text, name: name.text }));
}

/** In the order of their declarations; the bundle's is that of the keys. */
function fieldsOf(
  bundle: Bundle,
  side: "job" | "worker",
  declared: CheckedProgram["labels"],
): readonly FormField[] {
  const order = new Map([...declared[side].keys()].map((key, index) => [key, index]));
  const at = ({ key }: BundleLabel): number => order.get(key) ?? order.size;
  return bundle.labels[side].toSorted((a, b) => at(a) - at(b)).map(fieldOf);
}

function fieldOf(label: BundleLabel): FormField {
  const { key, type, optional, values, range, doc } = label;
  return {
    key,
    type,
    optional,
    ...(values === undefined ? {} : { values }),
    ...(range === undefined ? {} : { min: range.min, max: range.max }),
    ...(label.default === undefined ? {} : { default: label.default }),
    ...(doc === undefined ? {} : { doc }),
  };
}
