import type { Span } from "@routewright/diagnostics";

/**
 * Any node of a tree, a name or an item: whatever has a span. The trees are plain data, so that
 * their parts can be found without knowing their kinds; a new kind of node needs nothing here.
 */
export interface TreeNode {
  readonly span: Span;
  readonly kind?: string;
}

/** The nodes directly inside a node, in the order of the text. */
export function childrenOf(node: object): readonly TreeNode[] {
  const found: TreeNode[] = [];
  for (const value of Object.values(node)) collect(value, found);
  if (found.length > 1) {
    found.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  }
  return found;
}

function collect(value: unknown, found: TreeNode[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else if (isNode(value)) {
    found.push(value);
  }
}

function isNode(value: object): value is TreeNode {
  if (!("span" in value) || typeof value.span !== "object" || value.span === null) return false;
  return "start" in value.span && "end" in value.span;
}

/** From the outermost node that holds an offset (its end included) to the innermost. */
export function pathTo(roots: readonly TreeNode[], offset: number): readonly TreeNode[] {
  const path: TreeNode[] = [];
  let level = roots;
  for (;;) {
    const next = bestAt(level, offset);
    if (next === undefined) return path;
    path.push(next);
    level = childrenOf(next);
  }
}

/** Of two that touch at the offset, the one that begins there. */
function bestAt(nodes: readonly TreeNode[], offset: number): TreeNode | undefined {
  let best: TreeNode | undefined;
  for (const node of nodes) {
    if (node.span.start > offset) break;
    if (offset <= node.span.end) best = node;
  }
  return best;
}

/** Visits a node and everything in it, in the order of the text, without recursion. */
export function walk(root: TreeNode, visit: (node: TreeNode) => void): void {
  const pending: TreeNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    visit(node);
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) pending.push(child);
    }
  }
}

export function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
