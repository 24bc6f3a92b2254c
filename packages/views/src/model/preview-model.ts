import type {
  Preview,
  PreviewMapping,
  WireLocation,
  WirePosition,
  WireRange,
} from "@routewright/lsp/protocol";

/**
 * What the words at a place became: the mappings of the smallest piece of source around it, when
 * that stays on its line; else of the largest that begins on its line; else of what is around it.
 */
export function mappingsAt(preview: Preview, place: WireLocation): readonly PreviewMapping[] {
  const ours = preview.mappings.filter(({ source }) => source.uri === place.uri);
  const at = place.range.start;
  const around = ours.filter(({ source }) => holds(source.range, at));
  const smallest = around.toSorted((a, b) => compareSizes(a.source.range, b.source.range))[0];
  const begun = ours.filter(({ source }) => source.range.start.line === at.line);
  const largest = begun.toSorted((a, b) => compareSizes(b.source.range, a.source.range))[0];
  const staysOnLine =
    smallest !== undefined && smallest.source.range.start.line === smallest.source.range.end.line;
  const chosen = staysOnLine ? smallest : (largest ?? smallest);
  return chosen === undefined
    ? []
    : ours.filter(({ source }) => isSameRange(source.range, chosen.source.range));
}

/** The mapping of a place in a preview file: the smallest around it. */
export function mappingOf(
  preview: Preview,
  file: number,
  place: WirePosition,
): PreviewMapping | undefined {
  let found: PreviewMapping | undefined;
  for (const mapping of preview.mappings) {
    if (mapping.file !== file || !holds(mapping.range, place)) continue;
    if (found === undefined || compareSizes(mapping.range, found.range) < 0) found = mapping;
  }
  return found;
}

/** A piece of a line, as long as its colour and what it comes from stay the same. */
export interface Segment {
  readonly start: number;
  readonly text: string;
  readonly role: JsonRole | undefined;
}

export type JsonRole = "key" | "text" | "number" | "word";

/** Cuts a line of laid-out JSON at its tokens and at the ends of what is mapped on it. */
export function segmentsOf(
  line: string,
  lineNumber: number,
  ranges: readonly WireRange[],
): readonly Segment[] {
  const cuts = new Set([0, line.length]);
  const tokens = jsonTokens(line);
  for (const { start, end } of tokens) cuts.add(start).add(end);
  for (const { start, end } of ranges) {
    if (start.line === lineNumber) cuts.add(Math.min(start.character, line.length));
    if (end.line === lineNumber) cuts.add(Math.min(end.character, line.length));
  }
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((start, index) => ({
    start,
    text: line.slice(start, places[index + 1]),
    role: tokens.find((token) => token.start <= start && start < token.end)?.role,
  }));
}

interface JsonToken {
  readonly start: number;
  readonly end: number;
  readonly role: JsonRole;
}

function jsonTokens(line: string): readonly JsonToken[] {
  const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/gu;
  return [...line.matchAll(pattern)].map((match): JsonToken => {
    const [all, text, colon, number] = match;
    const role = text === undefined ? (number === undefined ? "word" : "number") : "text";
    return {
      start: match.index,
      end: match.index + (text ?? all).length,
      role: colon === undefined ? role : "key",
    };
  });
}

export function holds(range: WireRange, at: WirePosition): boolean {
  return comparePositions(range.start, at) <= 0 && comparePositions(at, range.end) <= 0;
}

export function comparePositions(a: WirePosition, b: WirePosition): number {
  return a.line - b.line || a.character - b.character;
}

/** By lines first, then by columns: what a person would call smaller comes first. */
function compareSizes(a: WireRange, b: WireRange): number {
  const lines = a.end.line - a.start.line - (b.end.line - b.start.line);
  return lines || a.end.character - a.start.character - (b.end.character - b.start.character);
}

function isSameRange(a: WireRange, b: WireRange): boolean {
  return comparePositions(a.start, b.start) === 0 && comparePositions(a.end, b.end) === 0;
}
