/** A static type. Types alone decide which coercions happen. */
export type FxType =
  | { readonly kind: FxScalarKind }
  | ({ readonly kind: "record" } & FxColumns)
  | ({ readonly kind: "table" } & FxColumns)
  /** A built-in enumeration; its values are texts or numbers underneath. */
  | { readonly kind: "enum"; readonly name: string; readonly base: "text" | "decimal" };

export interface FxColumns {
  readonly fields: ReadonlyMap<string, FxType>;
  /** Its columns are the engine's own: none can be added or renamed. */
  readonly isSealed?: true;
}

export type FxScalarKind =
  /** The type of a bare `Blank()`: fits everywhere. */
  | "blank"
  | "boolean"
  | "decimal"
  /** An IEEE double; the engine's "Number". */
  | "float"
  | "text"
  | "date"
  | "time"
  | "datetime"
  | "guid"
  | "untyped"
  /** Of an expression that did not bind. */
  | "error"
  /** Of branches that do not fit together. */
  | "void";

export const types = {
  blank: { kind: "blank" },
  boolean: { kind: "boolean" },
  decimal: { kind: "decimal" },
  float: { kind: "float" },
  text: { kind: "text" },
  date: { kind: "date" },
  time: { kind: "time" },
  datetime: { kind: "datetime" },
  guid: { kind: "guid" },
  untyped: { kind: "untyped" },
  error: { kind: "error" },
  void: { kind: "void" },
} as const satisfies Readonly<Record<FxScalarKind, FxType>>;

export function recordType(fields: ReadonlyMap<string, FxType>): FxType {
  return { kind: "record", fields };
}

export function tableType(fields: ReadonlyMap<string, FxType>): FxType {
  return { kind: "table", fields };
}

export function sealedType(kind: "record" | "table", fields: ReadonlyMap<string, FxType>): FxType {
  return { kind, fields, isSealed: true };
}

/** The one-column table that functions make of scalars. */
export function valueTable(type: FxType): FxType {
  return tableType(new Map([["Value", type]]));
}

export function isNumeric(type: FxType): boolean {
  return type.kind === "decimal" || type.kind === "float";
}

export function isMoment(type: FxType): boolean {
  return type.kind === "date" || type.kind === "time" || type.kind === "datetime";
}

export function isAggregate(type: FxType): type is Extract<FxType, { kind: "record" | "table" }> {
  return type.kind === "record" || type.kind === "table";
}

const typeNames: Readonly<Record<FxType["kind"], string>> = {
  blank: "Blank",
  boolean: "Boolean",
  decimal: "Decimal",
  float: "Number",
  text: "Text",
  date: "Date",
  time: "Time",
  datetime: "DateTime",
  guid: "GUID",
  untyped: "Dynamic",
  error: "Error",
  void: "Void",
  record: "Record",
  table: "Table",
  enum: "Enum",
};

/** A type as messages name it. */
export function typeName(type: FxType): string {
  return type.kind === "enum" ? type.name : typeNames[type.kind];
}

export function sameType(a: FxType, b: FxType): boolean {
  if (a.kind === "enum") return b.kind === "enum" && a.name === b.name;
  if (isAggregate(a)) {
    if (!isAggregate(b) || a.kind !== b.kind || a.fields.size !== b.fields.size) return false;
    for (const [name, type] of a.fields) {
      const other = b.fields.get(name);
      if (other === undefined || !sameType(type, other)) return false;
    }
    return true;
  }
  return a.kind === b.kind;
}
