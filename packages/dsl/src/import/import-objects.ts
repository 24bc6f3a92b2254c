import {
  compareDiagnostics,
  createDiagnostic,
  type Diagnostic,
  hasErrors,
  type SourceText,
  type Span,
  sourceText,
} from "@routewright/diagnostics";
import {
  canonicalJson,
  canonicalObjects,
  extractSecrets,
  type JsonNode,
  objectKinds,
  type RouterObjects,
  readJson,
  type SecretValues,
} from "@routewright/jobrouter";
import { format } from "../format/format.ts";
import { jsonInexact, jsonRefused } from "./catalogue.ts";
import { compileText } from "./compile-text.ts";
import { inferLabels } from "./labels.ts";
import { chooseNames } from "./names.ts";
import { spanOfPointer } from "./pointer.ts";
import { createRuleWords } from "./rule-words.ts";
import { createSourceWriter, type SourceWriter } from "./source-writer.ts";
import { writeObjects } from "./write-objects.ts";

export interface ImportOptions {
  /**
   * `convert` (the default): formulas become expressions of the language where those compile to
   * exactly the same formula. `raw`: every formula stays as it is.
   */
  readonly formulas?: "convert" | "raw";
}

export interface Imported {
  /** The source, formatted. */
  readonly text: string;
  /** Credentials that stood in the objects, by the environment variable that the source names. */
  readonly secrets: SecretValues;
  /** Each points into the canonical JSON of the objects, credentials taken out. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Writes Job Router objects as a policy: references in the place of ids, declared labels, and
 * conditions of the language in the place of formulas where they mean exactly the same. Compiled
 * again, the text gives the same objects; that is tried here, and where the language refuses
 * something or cannot say it exactly, an error tells which part of the JSON it is.
 */
export function importObjects(objects: RouterObjects, options: ImportOptions = {}): Imported {
  const { objects: extracted, values } = extractSecrets(canonicalObjects(objects));
  const json = canonicalJson(extracted);
  const places = sourceText(json, "<objects>");
  const unwritable = findUnwritable(readJson(places).value, places);
  const written = write(extracted, options.formulas ?? "convert");
  const diagnostics = unwritable.length > 0 ? unwritable : compare(written, json, places);
  return {
    text: format(sourceText(written.text(), "import.route")).text,
    secrets: values,
    diagnostics,
  };
}

/** What no source text can hold: keys of several lines, and a split into no shares. */
function findUnwritable(tree: JsonNode | undefined, places: SourceText): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const pending: { readonly node: JsonNode; readonly pointer: string }[] = [];
  if (tree !== undefined) pending.push({ node: tree, pointer: "" });
  const refuse = (pointer: string, span: Span, reason: string) =>
    found.push(createDiagnostic(jsonRefused, { pointer, reason }, places, span));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, pointer } = next;
    if (node.kind === "array") {
      for (const [index, item] of node.items.entries()) {
        pending.push({ node: item, pointer: `${pointer}/${index}` });
      }
    }
    if (node.kind !== "object") continue;
    const isLabelMap = /\/(?:labels|labelsToUpsert)$/u.test(pointer);
    for (const { key, keySpan, value } of node.members) {
      const at = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (isLabelMap) {
        if (hasLineBreak(key)) refuse(at, keySpan, keyOnOneLine);
      } else if (key === "key" && value.kind === "text") {
        if (hasLineBreak(value.value)) refuse(at, value.span, keyOnOneLine);
      } else if (key === "allocations" && value.kind === "array" && value.items.length === 0) {
        refuse(at, value.span, "the weights add up to 0, not to 1");
      } else {
        pending.push({ node: value, pointer: at });
      }
    }
  }
  return found.sort(compareDiagnostics);
}

const keyOnOneLine = "a label's key cannot have a line break";

function hasLineBreak(text: string): boolean {
  return /[\r\n]/u.test(text);
}

function write(objects: RouterObjects, formulas: "convert" | "raw"): SourceWriter {
  const labels = inferLabels(objects);
  const out = createSourceWriter();
  const ruleWords = createRuleWords(labels, formulas);
  writeObjects(objects, { out, names: chooseNames(objects), labels, ruleWords });
  return out;
}

/** Compiles what was written and reports what does not come back. */
function compare(written: SourceWriter, json: string, places: SourceText): readonly Diagnostic[] {
  const { objects, diagnostics } = compileText(written.text());
  const tree = readJson(places).value;
  const spanOf = (pointer: string) => spanOfPointer(tree, pointer);
  if (objects === undefined) {
    return diagnostics
      .filter((diagnostic) => diagnostic.severity === "error")
      .map((diagnostic) => {
        const pointer = written.pointerAt(diagnostic.span.start) ?? "";
        return createDiagnostic(
          jsonRefused,
          { pointer, reason: diagnostic.message },
          places,
          spanOf(pointer),
          diagnostic.help === undefined ? {} : { help: diagnostic.help },
        );
      });
  }
  const back = canonicalJson(canonicalObjects(objects));
  if (back === json) return [];
  const original = JSON.parse(json) as RouterObjects;
  const found: Diagnostic[] = [];
  for (const kind of objectKinds) {
    original[kind].forEach((object, index) => {
      const other = objects[kind].find((candidate) => candidate.id === object.id);
      if (canonicalJson(other) === canonicalJson(object)) return;
      const pointer = `/${kind}/${index}`;
      found.push(createDiagnostic(jsonInexact, { pointer }, places, spanOf(pointer)));
    });
  }
  if (!hasErrors(found)) {
    found.push(createDiagnostic(jsonInexact, { pointer: "" }, places, spanOf("")));
  }
  return found;
}
