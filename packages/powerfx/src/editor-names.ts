import type { Span } from "@routewright/diagnostics";
import { type BindObserver, bindFormula, type FxFeatures, type FxScope } from "./bind/binder.ts";
import { constant, type Ir } from "./bind/ir.ts";
import type { FxEditorScope, FxLabelType } from "./editor.ts";
import { parseWithin } from "./limits.ts";
import type { FxNode } from "./tree.ts";
import { type FxType, recordType, typeName, types } from "./values/types.ts";

/** A name that may be written at a place, and what it is. */
export interface FxVisibleName {
  readonly name: string;
  readonly detail: string;
}

export interface FxVisibleNames {
  /** Columns of the rows around, innermost first, and names given by `As`. */
  readonly names: readonly FxVisibleName[];
  /** After a dot: the fields of what stands before it. */
  readonly fields: readonly FxVisibleName[];
}

const placeholder = "completion__";

/**
 * What the binder knows where a name is being written. A name is put there, so that the parser has
 * something to read; what is broken elsewhere only costs what depends on it.
 */
export function visibleNames(
  text: string,
  at: Span,
  scope: FxEditorScope,
  features: FxFeatures,
): FxVisibleNames {
  const { tree } = parseWithin(`${text.slice(0, at.start)}${placeholder}${text.slice(at.end)}`, {});
  const names = new Map<string, FxVisibleName>();
  let fields: readonly FxVisibleName[] = [];
  const field = (name: string, receiver: FxType): void => {
    if (name === placeholder) fields = fieldsOf(receiver);
  };
  bindFormula(tree, editorScope(scope, field), features, {
    field,
    name(name, rows) {
      if (name !== placeholder) return;
      for (const { type, alias } of [...rows].reverse()) {
        const visible = alias === undefined ? fieldsOf(type) : [described(alias, type)];
        for (const entry of visible) if (!names.has(entry.name)) names.set(entry.name, entry);
      }
      if (rows.some(({ alias }) => alias === undefined)) {
        names.set("ThisRecord", { name: "ThisRecord", detail: "the row" });
      }
    },
  });
  return { names: [...names.values()], fields };
}

function fieldsOf(type: FxType): readonly FxVisibleName[] {
  if (type.kind !== "record") return [];
  return [...type.fields].map(([name, own]) => described(name, own));
}

function described(name: string, type: FxType): FxVisibleName {
  return { name, detail: typeName(type) };
}

const labelTypes: Readonly<Record<FxLabelType, FxType>> = {
  text: types.text,
  number: types.decimal,
  boolean: types.boolean,
};

/** A label that is not declared reads as Blank. */
function editorScope(scope: FxEditorScope, observe: BindObserver["field"]): FxScope {
  return {
    global(name) {
      const labels = name === "job" || name === "worker" ? scope[name] : undefined;
      if (labels === undefined) return undefined;
      const fields = new Map([...labels].map(([key, type]) => [key, labelTypes[type]] as const));
      const whole = recordType(fields);
      return {
        whole: (node) => anything(node, whole),
        field(key, node) {
          observe(key, whole);
          return anything(node, fields.get(key) ?? types.blank);
        },
      };
    },
  };
}

/** Stands for a value of a type; it is never run. */
function anything(node: FxNode, type: FxType): Ir {
  return { ...constant(node, type, null), mayError: true };
}
