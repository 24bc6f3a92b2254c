/** Makes a record of what is there: members that are `undefined` are absent. */
export function defined<const T extends object>(record: T): Defined<T> {
  // The keys are ours, never a user's; this runs for every object of a bundle.
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(record) as (keyof T & string)[]) {
    if (record[key] !== undefined) result[key] = record[key];
  }
  return result as Defined<T>;
}

export type Defined<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The list, or nothing when it is empty. */
export function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

/** Ordinal, by UTF-16 code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
