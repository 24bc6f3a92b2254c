import type { SourceText, Span } from "@routewright/diagnostics";
import type { LabelSide } from "@routewright/jobrouter";
import type { Expr, Name } from "../parse/ast.ts";
import type { Symbol as DeclaredSymbol, LabelInfo } from "./checked.ts";
import {
  type CheckContext,
  labelPath,
  quoteKey,
  report,
  type Scope,
  symbolNouns,
} from "./context.ts";
import { notImported, unknownLabel, unknownName, wrongKind } from "./diagnostics/names.ts";
import { suggestion } from "./suggest.ts";
import { walkExpr } from "./walk.ts";

/** What a name means where it stands; reports a name that means nothing. Marks it as used. */
export function resolveName(
  ctx: CheckContext,
  scope: Scope,
  name: string,
  span: Span,
  wanted?: DeclaredSymbol["kind"],
): DeclaredSymbol | undefined {
  const symbol = symbolOf(ctx, name, wanted);
  if (symbol === undefined) {
    report(
      ctx,
      unknownName,
      wanted === undefined ? { name } : { name, wanted: symbolNouns[wanted] },
      scope.source,
      span,
      scope.source.text[span.start] === "'"
        ? quotedText(name, span)
        : nearName(ctx, name, span, wanted),
    );
    return undefined;
  }
  ctx.used.add(symbol);
  checkVisible(ctx, scope, name, span, symbol.source, symbol.name.span);
  return symbol;
}

function nearName(
  ctx: CheckContext,
  name: string,
  span: Span,
  wanted: DeclaredSymbol["kind"] | undefined,
) {
  const declared = namesOf(ctx, wanted);
  if (declared === undefined) return {};
  if (wanted !== undefined) return meantOrDeclared(name, declared, span, wanted);
  // Where a value or a type may stand, a word of the language may be what is misspelt.
  return suggestion(name, [...declared, ...valueWords], span, (found) =>
    valueWords.includes(found) ? found : quoteKey(found),
  );
}

const valueWords = ["true", "false", "text", "number", "boolean", "duration"];

/** Of a name that was given twice, which is reported, the one of the kind that is wanted. */
function symbolOf(
  ctx: CheckContext,
  name: string,
  wanted: DeclaredSymbol["kind"] | undefined,
): DeclaredSymbol | undefined {
  const first = ctx.byName.get(name);
  if (first === undefined || wanted === undefined || first.kind === wanted) return first;
  return ctx.symbols.find((each) => each.kind === wanted && each.name.text === name) ?? first;
}

/** What was meant, or else what is there to choose from. */
function meantOrDeclared(
  name: string,
  declared: readonly string[],
  span: Span,
  wanted: DeclaredSymbol["kind"],
): ReturnType<typeof suggestion> {
  const meant = suggestion(name, declared, span, quoteKey);
  if (meant.help !== undefined || declared.length > 8) return meant;
  if (declared.length > 0) {
    return { help: `declared: ${declared.map((text) => `\`${quoteKey(text)}\``).join(", ")}` };
  }
  if (name.length > 100) return {};
  return { help: `none is declared: \`${wanted} ${quoteKey(name)}\` would declare it` };
}

/** `'NA'` is a name; who comes from another language meant a text. */
function quotedText(name: string, span: Span) {
  const text = JSON.stringify(name);
  return {
    help: "a text is written in double quotes",
    fixes: [{ title: `change to \`${text}\``, safe: false, edits: [{ span, text }] }],
  };
}

/** Marks what is mentioned in an expression that is not looked into any further. */
export function markMentioned(ctx: CheckContext, expr: Expr): void {
  walkExpr(expr, (inner) => {
    if (inner.kind === "name") {
      const symbol = ctx.byName.get(inner.name);
      if (symbol !== undefined) ctx.used.add(symbol);
    } else if (inner.kind === "label") {
      const info = ctx.labels[inner.side].get(inner.key.text);
      if (info !== undefined) ctx.usedLabels.add(info);
    }
  });
}

/**
 * A reference to an object or channel: its name, or a constant text that is its id (then nothing
 * need be declared, and `undefined` comes back without a report).
 */
export function resolveReference(
  ctx: CheckContext,
  scope: Scope,
  expr: Expr,
  wanted: DeclaredSymbol["kind"],
): DeclaredSymbol | undefined {
  if (expr.kind === "text") return resolveId(ctx, expr, expr.value, wanted);
  if (expr.kind !== "name") return undefined;
  const symbol = resolveName(ctx, scope, expr.name, expr.span, wanted);
  if (symbol === undefined) return undefined;
  ctx.references.set(expr, symbol);
  if (symbol.kind === wanted) return symbol;
  report(
    ctx,
    wrongKind,
    {
      name: expr.name,
      found: article(symbolNouns[symbol.kind]),
      wanted: article(symbolNouns[wanted]),
    },
    scope.source,
    expr.span,
    { related: [{ source: symbol.source, span: symbol.name.span, message: "declared here" }] },
  );
  return undefined;
}

/** The declared object with this id, if there is one. */
export function resolveId(
  ctx: CheckContext,
  expr: Expr,
  id: string,
  wanted: DeclaredSymbol["kind"],
): DeclaredSymbol | undefined {
  const symbol = ctx.byId.get(`${wanted}:${id}`);
  if (symbol === undefined) return undefined;
  ctx.references.set(expr, symbol);
  ctx.used.add(symbol);
  return symbol;
}

export function resolveLabel(
  ctx: CheckContext,
  scope: Scope,
  side: LabelSide,
  key: Name,
): LabelInfo | undefined {
  const info = ctx.labels[side].get(key.text);
  if (info === undefined) {
    const candidates = ctx.suggestionsLeft-- > 0 ? ctx.labels[side].keys() : [];
    const extras = suggestion(key.text, candidates, key.span, quoteKey);
    const other = (["job", "worker", "queue"] as const).find((s) => ctx.labels[s].has(key.text));
    const elsewhere =
      other === undefined ? {} : { help: `there is \`${labelPath(other, key.text)}\`` };
    report(ctx, unknownLabel, { side, key: key.text }, scope.source, key.span, {
      ...elsewhere,
      ...extras,
    });
    return undefined;
  }
  ctx.usedLabels.add(info);
  const isElsewhere = info.source !== undefined && info.source !== scope.source;
  if (isElsewhere && info.declaration !== undefined) {
    const declared = info.declaration.key.span;
    checkVisible(ctx, scope, labelPath(side, key.text), key.span, info.source, declared);
  }
  return info;
}

/** What there is to suggest; `undefined` once enough has been suggested in this check. */
function namesOf(
  ctx: CheckContext,
  wanted: DeclaredSymbol["kind"] | undefined,
): readonly string[] | undefined {
  if (ctx.suggestionsLeft-- <= 0) return undefined;
  return ctx.symbols
    .filter(
      (s) =>
        s.kind !== "test" && s.kind !== "scenario" && (wanted === undefined || s.kind === wanted),
    )
    .map((s) => s.name.text);
}

function checkVisible(
  ctx: CheckContext,
  scope: Scope,
  name: string,
  span: Span,
  declaredIn: SourceText,
  declared: Span,
): void {
  if (declaredIn === scope.source || ctx.visible(scope.source).has(declaredIn)) return;
  report(ctx, notImported, { name, path: declaredIn.path }, scope.source, span, {
    help: "import that file, or a file that imports it",
    related: [{ source: declaredIn, span: declared, message: "declared here" }],
  });
}

export function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
