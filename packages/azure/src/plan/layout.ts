/** A stretch of text in one colour. */
export interface Run {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * Lines of at most `width` columns, broken between words; a word that is longer than a line keeps
 * one of its own. The first line begins with `start`, the others as far in as `hang` says.
 */
export function wrap(
  runs: readonly Run[],
  width: number,
  start: string,
  hang: string,
): readonly string[] {
  const lines: string[] = [];
  let line = start;
  let column = [...start.replace(colours, "")].length;
  let isFresh = true;
  for (const word of words(runs)) {
    const text = word.map((run) => run.text).join("");
    if (!isFresh && column + [...text.trimEnd()].length > width) {
      lines.push(line.trimEnd());
      line = hang;
      column = [...hang].length;
    }
    for (const run of word) line += run.paint === undefined ? run.text : run.paint(run.text);
    column += [...text].length;
    isFresh = false;
  }
  return [...lines, line.trimEnd()];
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "gu");

/** Words with the space behind them; pieces that no space parts are one. */
function words(runs: readonly Run[]): readonly (readonly Run[])[] {
  const found: Run[][] = [];
  let isOpen = false;
  for (const { text, paint } of runs) {
    for (const word of text.match(/\S*\s+|\S+/gu) ?? []) {
      const run = paint === undefined ? { text: word } : { text: word, paint };
      const last = found.at(-1);
      if (isOpen && last !== undefined) last.push(run);
      else found.push([run]);
      isOpen = !/\s$/u.test(word);
    }
  }
  return found;
}
