import type { FormField, JobForm, Preview, WireRange } from "@routewright/lsp/protocol";
import {
  initialText,
  labelsOf,
  labelValueOf,
  mappingOf,
  mappingsAt,
  segmentsOf,
  textsOf,
} from "@routewright/views/model";
import { describe, expect, test } from "vitest";

const uri = "file:///main.route";
const preview: Preview = {
  ok: true,
  entry: uri,
  hash: "sha256:0",
  files: [{ kind: "queues", id: "west", name: "queues/west.json", text: '{\n  "id": "west"\n}\n' }],
  mappings: [
    { file: 0, range: range(0, 0, 2, 1), source: { uri, range: range(4, 0, 8, 1) } },
    { file: 0, range: range(1, 8, 1, 14), source: { uri, range: range(5, 2, 5, 11) } },
    { file: 0, range: range(1, 2, 1, 6), source: { uri, range: range(5, 2, 5, 11) } },
  ],
  problems: [],
};

describe("a preview", () => {
  test("marks all that the smallest words around the cursor became", () => {
    const found = mappingsAt(preview, at(5, 4));
    expect(found).toEqual([preview.mappings[1], preview.mappings[2]]);
  });

  test("marks what begins on the line where nothing is around the cursor", () => {
    expect(mappingsAt(preview, at(4, 99))).toHaveLength(1);
    expect(mappingsAt(preview, at(20, 0))).toEqual([]);
    expect(mappingsAt(preview, { ...at(5, 4), uri: "file:///other.route" })).toEqual([]);
  });

  test("leads back from a value to its words", () => {
    expect(mappingOf(preview, 0, { line: 1, character: 9 })).toBe(preview.mappings[1]);
    expect(mappingOf(preview, 0, { line: 2, character: 0 })).toBe(preview.mappings[0]);
    expect(mappingOf(preview, 1, { line: 0, character: 0 })).toBeUndefined();
  });

  test("cuts lines at tokens and at mapped ranges, and loses nothing", () => {
    const line = '  "ratio": -1.5, "on": true, "text": "a\\"b"';
    const segments = segmentsOf(line, 3, [range(3, 38, 3, 40)]);
    expect(segments.map(({ text }) => text).join("")).toBe(line);
    const roles = segments.flatMap(({ text, role }) => (role === undefined ? [] : [[text, role]]));
    expect(roles).toEqual([
      ['"ratio"', "key"],
      ["-1.5", "number"],
      ['"on"', "key"],
      ["true", "word"],
      ['"text"', "key"],
      ['"', "text"],
      ["a\\", "text"],
      ['"b"', "text"],
    ]);
  });
});

describe("a job's form", () => {
  const region: FormField = { key: "region", type: "text", optional: false, values: ["NA", "EU"] };
  const waits: FormField = { key: "waits", type: "number", optional: true, min: 0, max: 9 };
  const hostile: FormField = { key: "__proto__", type: "any", optional: true };

  test("begins with what fits", () => {
    expect(initialText(region)).toBe("NA");
    expect(initialText(waits)).toBe("");
    expect(initialText({ ...waits, optional: false, min: 3 })).toBe("3");
    expect(initialText({ ...waits, default: 5 })).toBe("5");
  });

  test("makes values of the label's type", () => {
    expect(labelValueOf(region, "EU")).toBe("EU");
    expect(labelValueOf(waits, "7.5")).toBe(7.5);
    expect(labelValueOf(waits, "")).toBeUndefined();
    expect(labelValueOf(waits, "many")).toBeUndefined();
    expect(labelValueOf(hostile, '"12"')).toBe("12");
    expect(labelValueOf(hostile, "12")).toBe(12);
    expect(labelValueOf(hostile, "false")).toBe(false);
  });

  test("leaves missing labels out, and takes any key", () => {
    const texts = new Map([
      ["region", "EU"],
      ["waits", ""],
      ["__proto__", "1"],
    ]);
    const labels = labelsOf([region, waits, hostile], texts);
    expect(Object.entries(labels)).toEqual([
      ["region", "EU"],
      ["__proto__", 1],
    ]);
  });

  test("takes a sample job, and empties what it lacks", () => {
    const form = { job: [region, waits, hostile] } as unknown as JobForm;
    const texts = textsOf(form, { labels: { region: "EU", waits: null } });
    expect([...texts.values()]).toEqual(["EU", "", ""]);
    expect([...textsOf(form, "nonsense").values()]).toEqual(["", "", ""]);
  });
});

function range(line: number, character: number, endLine: number, end: number): WireRange {
  return { start: { line, character }, end: { line: endLine, character: end } };
}

function at(line: number, character: number) {
  return { uri, range: range(line, character, line, character) };
}
