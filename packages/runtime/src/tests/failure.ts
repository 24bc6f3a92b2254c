/**
 * What went wrong with an expectation, as one sentence that names its subject once:
 * `priority is 1, expected 5`.
 */
export function describeFailure(check: {
  readonly expected: string;
  readonly actual: string;
}): string {
  const { expected, actual } = check;
  const subject = /^(.+?) (?:is|are) /.exec(actual)?.[1];
  const rest =
    subject !== undefined && expected.startsWith(`${subject} `)
      ? expected.slice(subject.length + 1)
      : expected;
  const wanted = rest.startsWith("== ")
    ? rest.slice("== ".length)
    : rest.replace(/^!= /, "anything but ");
  return `${actual}, expected ${wanted}`;
}
