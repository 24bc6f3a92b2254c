import type { Bundle } from "@routewright/jobrouter";
import { pathTo } from "../tree/nodes.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { fence } from "./hover.ts";

const mostLines = 24;

/** Which Job Router construct the words at an offset became, why, and how it is written there. */
export function becomes(snapshot: Snapshot, path: string, offset: number): string | undefined {
  const bundle = snapshot.bundle(snapshot.rootsOf(path)[0] ?? path);
  if (bundle === undefined) return undefined;
  const own = bundle.decisions.filter(
    ({ location }) => bundle.sources[location.source]?.path === path,
  );
  const around = own.filter(({ location }) => location.start <= offset && offset <= location.end);
  // A word of a statement speaks of what the statement became.
  const statement = pathTo(snapshot.syntax(path)?.program.declarations ?? [], offset).findLast(
    ({ kind }) => kind !== undefined && statements.has(kind),
  );
  const inside =
    statement === undefined
      ? []
      : own.filter(
          ({ location }) =>
            statement.span.start <= location.start && location.end <= statement.span.end,
        );
  const best = smallest(around) ?? inside[0];
  if (best === undefined) return undefined;
  const value = valueAt(bundle, best.pointer);
  const written = value === undefined ? "" : (JSON.stringify(value, null, 2) ?? "");
  const lines = written.split("\n");
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines), "…"] : lines;
  const code = written === "" ? "" : `\n\n${fence(shown.join("\n"), "json")}`;
  return `Becomes **${best.construct}**: ${best.reason}.${code}`;
}

const statements: ReadonlySet<string> = new Set([
  "require",
  "when",
  "match",
  "split",
  "queueValue",
  "priorityValue",
  "table",
  "fallback",
  "score",
]);

function smallest(decisions: Bundle["decisions"]): Bundle["decisions"][number] | undefined {
  const size = ({ location }: Bundle["decisions"][number]): number => location.end - location.start;
  return decisions.toSorted((a, b) => size(a) - size(b))[0];
}

/** What stands at a JSON pointer of a bundle. */
export function valueAt(bundle: Bundle, pointer: string): unknown {
  let value: unknown = bundle;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
