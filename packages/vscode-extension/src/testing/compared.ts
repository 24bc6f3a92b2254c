/**
 * The two values of a failed comparison, when both sides speak of the same thing: `priority == 5`
 * and `priority is 1` are `5` and `1`. Other expectations are sentences: side by side they would
 * only say twice what the message says.
 */
export function comparedValues(
  expected: string,
  actual: string,
): { readonly expected: string; readonly actual: string } | undefined {
  const wanted = /^(.+?) == (.+)$/su.exec(expected);
  const [, subject = "", value = ""] = wanted ?? [];
  const found = `${subject} is `;
  const lists = `${subject} are `;
  if (subject === "") return undefined;
  if (actual.startsWith(found)) return { expected: value, actual: actual.slice(found.length) };
  if (actual.startsWith(lists)) return { expected: value, actual: actual.slice(lists.length) };
  return undefined;
}
