/** A TextMate grammar, as editors read it from JSON. */
export interface Grammar {
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes?: readonly string[];
  readonly patterns: readonly Pattern[];
  readonly repository: Readonly<Record<string, Pattern>>;
}

export interface Pattern {
  readonly include?: string;
  readonly name?: string;
  readonly contentName?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly Pattern[];
}

export type Captures = Readonly<Record<string, { readonly name: string }>>;

export function anyOf(images: readonly string[]): string {
  // Longest first: an alternation takes the first that fits.
  return [...images]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map((image) => image.replace(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&"))
    .join("|");
}
