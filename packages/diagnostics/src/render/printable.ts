/** Text for a terminal: no control characters, no changes of reading direction. */
export function printable(text: string): string {
  return text.replace(unprintable, nameCharacter);
}

// Controls, line and paragraph separators, direction marks, byte order marks, lone surrogates.
const unprintable =
  /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

function nameCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
