import type { FileCoverage, WireRange } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { toRange } from "../client/convert.ts";

/** Coverage of one policy: rules as statements, arms and conditions as branches of them. */
export class PolicyCoverage extends vscode.FileCoverage {
  readonly details: readonly vscode.StatementCoverage[];

  constructor(uri: vscode.Uri, details: readonly vscode.StatementCoverage[]) {
    const branches = details.flatMap((statement) => statement.branches);
    super(uri, countOf(details), branches.length === 0 ? undefined : countOf(branches));
    this.details = details;
  }
}

export function coverageOf(file: FileCoverage): PolicyCoverage {
  const statements = file.rules.map(({ range, count }) => ({
    range,
    statement: new vscode.StatementCoverage(count, toRange(range)),
  }));
  const branches = [
    ...file.branches.map(({ range, label, count }) => ({ range, label, count })),
    ...file.conditions.flatMap(({ range, text, whenTrue, whenFalse }) => [
      { range, label: `${text} is true`, count: whenTrue },
      { range, label: `${text} is false`, count: whenFalse },
    ]),
  ];
  const loose: vscode.StatementCoverage[] = [];
  for (const { range, label, count } of branches) {
    const branch = new vscode.BranchCoverage(count, toRange(range), label);
    const owner = smallestAround(statements, range);
    if (owner !== undefined) owner.branches.push(branch);
    // A branch of no rule is still told: as a statement of its own.
    else loose.push(new vscode.StatementCoverage(count, toRange(range), [branch]));
  }
  const details = [...statements.map(({ statement }) => statement), ...loose];
  return new PolicyCoverage(vscode.Uri.parse(file.uri), details);
}

interface Placed {
  readonly range: WireRange;
  readonly statement: vscode.StatementCoverage;
}

function smallestAround(
  statements: readonly Placed[],
  range: WireRange,
): vscode.StatementCoverage | undefined {
  const inner = toRange(range);
  let best: Placed | undefined;
  for (const candidate of statements) {
    const outer = toRange(candidate.range);
    if (!outer.contains(inner)) continue;
    if (best === undefined || toRange(best.range).contains(outer)) best = candidate;
  }
  return best?.statement;
}

function countOf(
  items: readonly { readonly executed: number | boolean }[],
): vscode.TestCoverageCount {
  const covered = items.filter(({ executed }) => Number(executed) > 0).length;
  return new vscode.TestCoverageCount(covered, items.length);
}
