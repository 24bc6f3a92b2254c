import type { Expr } from "../parse/ast.ts";
import type { Symbol as DeclaredSymbol } from "./checked.ts";
import { type CheckContext, errorTyped, report } from "./context.ts";
import { letCycle } from "./diagnostics/names.ts";
import { plainScope } from "./expect.ts";
import { infer } from "./infer.ts";
import { markMentioned } from "./resolve.ts";
import { walkExpr } from "./walk.ts";

type LetSymbol = Extract<DeclaredSymbol, { kind: "let" }>;

/** Types every `let`, each after those it is made of; circles are reported once. */
export function* inferLets(ctx: CheckContext): Generator<undefined, void> {
  for (const symbol of ctx.symbols) {
    if (symbol.kind !== "let") continue;
    yield;
    visit(ctx, symbol);
  }
}

interface Visit {
  readonly symbol: LetSymbol;
  readonly uses: readonly LetSymbol[];
  next: number;
}

/** Depth first with a stack of its own: chains of `let` may be longer than the call stack is deep. */
function visit(ctx: CheckContext, root: LetSymbol): void {
  if (ctx.typed.has(root)) return;
  const stack: Visit[] = [open(ctx, root)];
  const onStack = new Set<LetSymbol>([root]);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const used = top.uses[top.next++];
    if (used === undefined) {
      stack.pop();
      onStack.delete(top.symbol);
      if (!ctx.typed.has(top.symbol)) close(ctx, top.symbol);
    } else if (onStack.has(used)) {
      reportCycle(
        ctx,
        stack.map((v) => v.symbol),
        used,
      );
    } else if (!ctx.typed.has(used)) {
      stack.push(open(ctx, used));
      onStack.add(used);
    }
  }
}

function open(ctx: CheckContext, symbol: LetSymbol): Visit {
  const uses: LetSymbol[] = [];
  const add = (expr: Expr) => {
    if (expr.kind !== "name") return;
    const used = ctx.byName.get(expr.name);
    if (used?.kind === "let") uses.push(used);
  };
  if (symbol.declaration.value !== undefined) walkExpr(symbol.declaration.value, add);
  return { symbol, uses: uses.reverse(), next: 0 };
}

function close(ctx: CheckContext, symbol: LetSymbol): void {
  const { value } = symbol.declaration;
  if (value === undefined) {
    ctx.typed.set(symbol, errorTyped);
    return;
  }
  ctx.typed.set(symbol, infer(ctx, value, plainScope(symbol.source)));
}

function reportCycle(ctx: CheckContext, stack: readonly LetSymbol[], used: LetSymbol): void {
  const circle = stack.slice(stack.indexOf(used));
  // All members become errors, so that the circle is reported once and followed by nobody.
  for (const symbol of circle) {
    ctx.typed.set(symbol, errorTyped);
    ctx.used.add(symbol);
    if (symbol.declaration.value !== undefined) markMentioned(ctx, symbol.declaration.value);
  }
  const names = circle.map((symbol) => symbol.name.text);
  const chain = names.length > 1 ? [...names, used.name.text] : names;
  report(ctx, letCycle, { chain }, used.source, used.name.span, {
    related: circle.slice(1).map((symbol) => ({
      source: symbol.source,
      span: symbol.name.span,
      message: "by way of this",
    })),
  });
}
