/** A law that does not hold; only then the text is made. */
export class LawBroken extends Error {
  override readonly name = "LawBroken";
}

/** The first place where two texts part. */
export function same(text: string, other: string, what: () => string): void {
  if (text === other) return;
  let place = 0;
  while (text[place] === other[place]) place++;
  const near = (of: string): string => of.slice(Math.max(0, place - 200), place + 100);
  throw new LawBroken(`${what()}\n     ${near(text)}\n     ${near(other)}`);
}

export function law(holds: boolean, text: () => string): asserts holds {
  if (!holds) throw new LawBroken(text());
}
