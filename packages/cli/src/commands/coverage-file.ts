import type { CoverageSuite, FileCoverage } from "@routewright/diagnostics/render";
import type { Bundle, SourceLocation } from "@routewright/jobrouter";
import type { Coverage } from "@routewright/runtime";

interface Reached {
  readonly location?: SourceLocation;
}

/**
 * Coverage by files and lines: rules are units; the ways of an attachment's condition, the arms of
 * a value and the truths of a comparison are branches. What has no place in a source is left out.
 */
export function coverageSuite(name: string, bundle: Bundle, coverage: Coverage): CoverageSuite {
  const files = bundle.sources.map(({ path }, source): FileCoverage => {
    const here = <T extends Reached>(all: readonly T[]): readonly (T & Required<Reached>)[] =>
      all.filter((each): each is T & Required<Reached> => each.location?.source === source);
    const units = [
      ...here(coverage.rules).map(({ pointer, location, applied }) => ({
        name: pointer.replace("/objects/", ""),
        line: location.line,
        hits: applied,
      })),
      ...here(coverage.exceptions).map(({ pointer, location, triggered }) => ({
        name: pointer.replace("/objects/", ""),
        line: location.line,
        hits: triggered,
      })),
    ];
    // Ways on from one place: those of one formula or attachment that begin on one line.
    const ways = new Map<string, { readonly line: number; readonly taken: number[] }>();
    for (const { pointer, location, taken } of here(coverage.branches)) {
      const key = `${pointer} ${location.line}`;
      const group = ways.get(key) ?? { line: location.line, taken: [] };
      group.taken.push(taken);
      ways.set(key, group);
    }
    const truths = here(coverage.conditions).map(({ location, whenTrue, whenFalse }) => ({
      line: location.line,
      taken: [whenTrue, whenFalse],
    }));
    return { path, units, branches: [...ways.values(), ...truths] };
  });
  return {
    name,
    files: files.filter(({ units, branches }) => units.length + branches.length > 0),
  };
}
