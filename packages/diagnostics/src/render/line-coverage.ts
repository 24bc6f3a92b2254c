/** What a run reached of some files, in the terms that coverage files share. */
export interface CoverageSuite {
  /** What was tested. */
  readonly name: string;
  readonly files: readonly FileCoverage[];
}

export interface FileCoverage {
  readonly path: string;
  /** What is carried out as a whole; what other languages call functions. */
  readonly units: readonly UnitCoverage[];
  readonly branches: readonly BranchGroup[];
}

export interface UnitCoverage {
  /** Unique in its file. */
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly hits: number;
}

/** The ways on from one place. */
export interface BranchGroup {
  /** 1-based. */
  readonly line: number;
  /** How often each way was taken. */
  readonly taken: readonly number[];
}

export interface LineCoverage {
  readonly line: number;
  /** The most that anything on the line was reached. */
  readonly hits: number;
  readonly groups: readonly BranchGroup[];
}

/** The lines of a file that hold something to reach, in order. */
export function linesOf({ units, branches }: FileCoverage): readonly LineCoverage[] {
  const lines = new Map<number, { hits: number; groups: BranchGroup[] }>();
  const at = (line: number): { hits: number; groups: BranchGroup[] } => {
    const known = lines.get(line) ?? { hits: 0, groups: [] };
    lines.set(line, known);
    return known;
  };
  for (const { line, hits } of units) {
    const entry = at(line);
    entry.hits = Math.max(entry.hits, hits);
  }
  for (const group of branches) {
    const entry = at(group.line);
    entry.hits = Math.max(entry.hits, sum(group.taken));
    entry.groups.push(group);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([line, { hits, groups }]) => ({ line, hits, groups }));
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
