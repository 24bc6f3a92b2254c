import { isDeepStrictEqual } from "node:util";
import { printable } from "@routewright/diagnostics";
import { hashOfText } from "@routewright/jobrouter";
import type { RunIdentity, RunResult } from "@routewright/runtime/simulate";
import { Failure } from "../failure.ts";
import { readJsonFile } from "../io/json-file.ts";
import { dataLimitBytes } from "../io/read.ts";

/** A share of a run's replications, as `--shard` writes it and `merge` reads it. */
export interface SimulationPart {
  readonly format: "routewright-simulation-part/1";
  readonly run: RunIdentity;
  readonly shard: { readonly index: number; readonly of: number };
  readonly results: readonly RunResult[];
  /** Of all the rest as JSON: what was changed since is no measurement. */
  readonly hash: string;
}

export function partOf(
  run: RunIdentity,
  shard: SimulationPart["shard"],
  results: readonly RunResult[],
): SimulationPart {
  const sorted = [...results].sort((a, b) => a.own.replication - b.own.replication);
  const part = { format: "routewright-simulation-part/1", run, shard, results: sorted } as const;
  return { ...part, hash: hashOfText(JSON.stringify(part)) };
}

/** The replications of shard `index` (from 1): every `of`-th one. */
export function replicationsOf(count: number, shard: SimulationPart["shard"]): readonly number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return all.filter((replication) => replication % shard.of === shard.index - 1);
}

/** Reads parts of one run, each of its replications once. */
export async function readParts(
  paths: readonly string[],
): Promise<{ readonly run: RunIdentity; readonly results: readonly RunResult[] }> {
  let first: { readonly path: string; readonly part: SimulationPart } | undefined;
  const found = new Map<number, { readonly path: string; readonly result: RunResult }>();
  for (const path of paths) {
    const part = await readJsonFile(path, dataLimitBytes);
    if (!isPart(part)) {
      throw new Failure(
        `\`${printable(path)}\` is no part of a simulation`,
        "parts are written by `routewright simulate --shard I/N --out FILE`",
      );
    }
    const { hash, ...rest } = part;
    if (hash !== hashOfText(JSON.stringify(rest))) {
      throw new Failure(
        `\`${printable(path)}\` was changed since it was written`,
        "write it again, with the same --shard",
      );
    }
    first ??= { path, part };
    if (!isDeepStrictEqual(part.run, first.part.run)) {
      throw new Failure(
        `\`${printable(path)}\` and \`${printable(first.path)}\` are parts of different runs: they differ in ${differences(part.run, first.part.run)}`,
        "all shards take the same policy, workload, seed and options",
      );
    }
    for (const result of part.results) {
      const { replication } = result.own;
      const other = found.get(replication);
      if (other !== undefined) {
        throw new Failure(
          `replication ${replication + 1} is in \`${printable(other.path)}\` and in \`${printable(path)}\``,
          "name each part once",
        );
      }
      found.set(replication, { path, result });
    }
  }
  if (first === undefined) throw new Failure("there is no part to merge");
  const { run } = first.part;
  for (let replication = 0; replication < run.replications; replication++) {
    if (found.has(replication)) continue;
    const { of } = first.part.shard;
    throw new Failure(
      `replication ${replication + 1} of ${run.replications} is in none of the parts`,
      `it is in shard ${(replication % of) + 1}/${of}`,
    );
  }
  return { run, results: [...found.values()].map(({ result }) => result) };
}

/** Whether a file says that it is a part; its hash says whether it still is as it was written. */
function isPart(value: unknown): value is SimulationPart {
  if (typeof value !== "object" || value === null) return false;
  const part: Partial<Record<keyof SimulationPart, unknown>> = value;
  return (
    part.format === "routewright-simulation-part/1" &&
    typeof part.run === "object" &&
    part.run !== null &&
    typeof part.shard === "object" &&
    part.shard !== null &&
    Array.isArray(part.results)
  );
}

function differences(a: RunIdentity, b: RunIdentity): string {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof RunIdentity)[];
  return keys.filter((key) => !isDeepStrictEqual(a[key], b[key])).join(", ");
}
