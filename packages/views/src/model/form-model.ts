import type { FormField, JobForm } from "@routewright/lsp/protocol";

type Value = string | number | boolean;

/** What stands in a field of the form, as text; absent and `""`: the job lacks the label. */
export type FieldTexts = ReadonlyMap<string, string>;

/** What a field holds before anybody wrote in it. */
export function initialText(field: FormField): string {
  if (field.default !== undefined) return String(field.default);
  if (field.optional) return "";
  const [first] = field.values ?? [];
  if (first !== undefined) return String(first);
  if (field.type === "boolean") return "false";
  return field.type === "number" ? String(field.min ?? 0) : "";
}

/** The label's value for a text; `undefined`: the job lacks the label. */
export function labelValueOf(field: FormField, text: string): Value | undefined {
  if (text === "") return undefined;
  const listed = field.values?.find((value) => String(value) === text);
  if (listed !== undefined) return listed;
  switch (field.type) {
    case "boolean":
      return text === "true";
    case "number":
      return Number.isFinite(Number(text)) ? Number(text) : undefined;
    case "text":
      return text;
    case "any":
      return anyValue(text);
  }
}

/** `true` and `12` are meant as written; quotes make a text of them. */
function anyValue(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  const quoted = /^"(.*)"$/su.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The labels of a job. Keys may be any text, `__proto__` too. */
export function labelsOf(
  fields: readonly FormField[],
  texts: FieldTexts,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = labelValueOf(field, texts.get(field.key) ?? "");
      return value === undefined ? [] : [[field.key, value]];
    }),
  );
}

/** A sample job's labels as texts of the fields; what is not a label is left out. */
export function textsOf(form: JobForm, sample: unknown): FieldTexts {
  const labels = memberOf(sample, "labels");
  return new Map(
    form.job.map((field) => {
      const value = memberOf(labels, field.key);
      const isLabel = ["string", "number", "boolean"].includes(typeof value);
      return [field.key, isLabel ? String(value) : ""];
    }),
  );
}

/** Pairs of texts in what was kept of an earlier page; what is none is left out. */
export function textPairsOf(kept: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((pair: unknown) => {
    const [key, value] = Array.isArray(pair) ? pair : [];
    return typeof key === "string" && typeof value === "string" ? [[key, value] as const] : [];
  });
}

export function sampleName(sample: unknown, index: number): string {
  const id = memberOf(sample, "id");
  return typeof id === "string" ? id : `job ${index + 1}`;
}

export function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
