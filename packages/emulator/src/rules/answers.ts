const largestAnswerBytes = 1_048_576;

/** The text of an answer from outside, unless it is too large for one. */
export async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > largestAnswerBytes) throw new Error("the answer is larger than 1 MiB");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** An address as messages name it: without its path and query, which may hold keys. */
export function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host : "an address that is not a URL";
}
