import type { Span } from "@routewright/diagnostics";
import type { JsonNode } from "@routewright/jobrouter";

/** The place of what a JSON pointer names; of the nearest thing around it when it is absent. */
export function spanOfPointer(tree: JsonNode | undefined, pointer: string): Span {
  let node = tree;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const next: JsonNode | undefined =
      node?.kind === "object"
        ? node.members.find((member) => member.key === key)?.value
        : node?.kind === "array"
          ? node.items[Number(key)]
          : undefined;
    if (next === undefined) break;
    node = next;
  }
  return node?.span ?? { start: 0, end: 0 };
}
