import type { LabelSide } from "@routewright/jobrouter";
import type { Symbol as DeclaredSymbol } from "./checked.ts";
import { type CheckContext, report } from "./context.ts";
import { unusedDeclaration, unusedLabel } from "./diagnostics/names.ts";

/**
 * Declarations that nothing mentions. A program without queues, policies and tests is a library:
 * what it declares is for others to use.
 */
export function reportUnused(ctx: CheckContext): void {
  if (isLibrary(ctx)) return;
  const channels = ctx.symbols.some((s) => s.kind === "channel" && ctx.used.has(s));
  for (const symbol of ctx.symbols) {
    if (ctx.used.has(symbol) || !mayBeUnused(symbol, channels)) continue;
    // The second of two with one name is reported for that already.
    if (ctx.byName.get(symbol.name.text) !== symbol) continue;
    const { kind, name } = symbol;
    report(ctx, unusedDeclaration, { kind, name: name.text }, symbol.source, name.span, {
      fixes: [
        { title: "remove it", safe: false, edits: [{ span: symbol.declaration.span, text: "" }] },
      ],
    });
  }
  const usedUnseen = labelsUsedUnseen(ctx);
  for (const side of ["job", "worker", "queue"] as const) {
    for (const info of ctx.labels[side].values()) {
      if (info.declaration === undefined || info.source === undefined) continue;
      if (ctx.usedLabels.has(info) || usedUnseen(side, info.key)) continue;
      report(ctx, unusedLabel, { side, key: info.key }, info.source, info.declaration.key.span, {
        fixes: [
          { title: "remove it", safe: false, edits: [{ span: info.declaration.span, text: "" }] },
        ],
      });
    }
  }
}

function isLibrary(ctx: CheckContext): boolean {
  return ctx.symbols.every((symbol) => {
    switch (symbol.kind) {
      case "queue":
      case "classification":
      case "test":
      case "scenario":
        return false;
      default:
        return true;
    }
  });
}

/** Queues, classifications and tests are what a program is for; channels are named by tests only. */
function mayBeUnused(symbol: DeclaredSymbol, channelsAreUsed: boolean): boolean {
  switch (symbol.kind) {
    case "queue":
    case "classification":
    case "test":
    case "scenario":
      return false;
    case "channel":
      return channelsAreUsed;
    default:
      return true;
  }
}

/** Labels that Job Router reads without a word of the policy about them. */
function labelsUsedUnseen(ctx: CheckContext): (side: LabelSide, key: string) => boolean {
  let sent = false;
  let passedOn = false;
  for (const expr of ctx.types.keys()) {
    if (expr.kind === "function" || expr.kind === "webhook") sent = true;
    else if (expr.kind === "sameLabels") passedOn = true;
  }
  // The default score compares the labels of job and worker that have one key.
  const compared = ctx.symbols.some(
    (symbol) =>
      symbol.kind === "distribution" &&
      symbol.declaration.items.some(
        (item) => item.kind === "mode" && item.mode === "best worker",
      ) &&
      !symbol.declaration.items.some((item) => item.kind === "score"),
  );
  return (side, key) => {
    if (sent && side !== "queue") return true;
    if (passedOn && (side === "job" || ctx.labels.job.has(key))) return true;
    if (!compared || side === "queue") return false;
    return ctx.labels[side === "job" ? "worker" : "job"].has(key);
  };
}
