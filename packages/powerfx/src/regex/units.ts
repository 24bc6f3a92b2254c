/**
 * Sets of characters as .NET has them: by UTF-16 unit, with the categories of Unicode, and case
 * by the invariant culture. What is beyond 16 bits is two units, in no category.
 */
export type UnitTest = (unit: number) => boolean;

/** Remembers what the platform's expression says of each unit. */
function remembered(expression: RegExp): UnitTest {
  let known: Uint8Array | undefined;
  return (unit) => {
    known ??= new Uint8Array(0x10000);
    const before = known[unit] ?? 0;
    if (before !== 0) return before === 1;
    const answer = expression.test(String.fromCharCode(unit));
    known[unit] = answer ? 1 : 2;
    return answer;
  };
}

export const isWord = remembered(/^[\p{L}\p{Mn}\p{Nd}\p{Pc}]$/u);
export const isDigit = remembered(/^\p{Nd}$/u);
export const isSpace = remembered(/^[\p{Z}\t-\r\u0085]$/u);

/** Word characters as `\b` sees them: the joiners too. */
export function joinsWords(unit: number): boolean {
  return isWord(unit) || unit === 0x200c || unit === 0x200d;
}

export function isLineEnd(unit: number): boolean {
  return (unit >= 10 && unit <= 13) || unit === 0x85 || unit === 0x2028 || unit === 0x2029;
}

export function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

export function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

const categoryTests = new Map<string, UnitTest>();

/** `ignoreCase` makes one of the three cases of letters. */
export function inCategory(name: string, ignoreCase: boolean): UnitTest {
  const key = ignoreCase && /^L[ult]$/.test(name) ? "cased" : name;
  const known = categoryTests.get(key);
  if (known !== undefined) return known;
  const test = remembered(
    new RegExp(key === "cased" ? "^[\\p{Lu}\\p{Ll}\\p{Lt}]$" : `^\\p{${name}}$`, "u"),
  );
  categoryTests.set(key, test);
  return test;
}

/** The unit all other cases of a unit share. */
export function foldUnit(unit: number): number {
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}

/** Units that are the same but for their case, by what they fold to; only where there are two. */
let families: ReadonlyMap<number, readonly number[]> | undefined;

function familiesOfCase(): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (let unit = 0; unit < 0x10000; unit++) {
    const folded = foldUnit(unit);
    if (folded === unit) continue;
    const family = found.get(folded);
    if (family === undefined) found.set(folded, [folded, unit]);
    else family.push(unit);
  }
  return found;
}

/** The test, or with other cases of what it holds. */
export function withCases(test: UnitTest, ignoreCase: boolean): UnitTest {
  if (!ignoreCase) return test;
  return (unit) => {
    if (test(unit)) return true;
    families ??= familiesOfCase();
    const family = families.get(foldUnit(unit));
    return family?.some(test) ?? false;
  };
}
