import type { LabelSide, LabelValue } from "@routewright/jobrouter";
import type {
  Declaration,
  Expr,
  LabelDeclaration,
  LabelsDeclaration,
  Name,
  TypeNode,
} from "../parse/ast.ts";
import type { Module } from "../source/import-graph.ts";
import type { Symbol as DeclaredSymbol, LabelInfo, LabelType } from "./checked.ts";
import { reportOutside } from "./compare.ts";
import { type CheckContext, quoteKey, report, type Scope } from "./context.ts";
import { textTooLong } from "./diagnostics/constants.ts";
import {
  duplicateLabel,
  duplicateName,
  duplicateTest,
  secretEnvironment,
} from "./diagnostics/names.ts";
import {
  declaredType,
  duplicateValue,
  emptyRange,
  mixedValues,
  typeMismatch,
} from "./diagnostics/types.ts";
import { expectConstant, expectLabelValue, plainScope } from "./expect.ts";
import { describeType, scalarNameOf, scalarType, writeValue } from "./types.ts";

/** Enters every name of a file, so that the order of declarations does not matter. */
export function declareNames(ctx: CheckContext, module: Module): void {
  const { source } = module.program;
  const tests = ctx.testNames;
  for (const declaration of module.program.declarations) {
    if (declaration.kind === "import" || declaration.kind === "labels") continue;
    if (declaration.kind === "test" || declaration.kind === "scenario") {
      if (declaration.name === undefined) continue;
      const name: Name = { text: declaration.name.value, span: declaration.name.span };
      const symbol: DeclaredSymbol =
        declaration.kind === "test"
          ? { kind: "test", name, declaration, source }
          : { kind: "scenario", name, declaration, source };
      ctx.symbols.push(symbol);
      const first = tests.get(name.text);
      if (first === undefined) tests.set(name.text, symbol);
      else {
        report(ctx, duplicateTest, { name: name.text }, source, name.span, {
          related: [{ source: first.source, span: first.name.span, message: "first here" }],
        });
      }
      continue;
    }
    if (declaration.name === undefined) continue;
    const symbol = {
      kind: declaration.kind,
      name: declaration.name,
      declaration,
      source,
    } as DeclaredSymbol;
    const first = ctx.byName.get(symbol.name.text);
    ctx.symbols.push(symbol);
    if (first === undefined) {
      ctx.byName.set(symbol.name.text, symbol);
      continue;
    }
    const free = freeName(ctx, symbol.name.text);
    report(ctx, duplicateName, { name: symbol.name.text }, source, symbol.name.span, {
      related: [{ source: first.source, span: first.name.span, message: "first defined here" }],
      help: "rename one of them: a name means one thing in the whole program",
      fixes: [
        {
          title: `rename to \`${free}\``,
          safe: false,
          edits: [{ span: symbol.name.span, text: free }],
        },
      ],
    });
  }
}

function freeName(ctx: CheckContext, name: string): string {
  // The second of two gets 2; only a name that was copied often needs a look further on.
  for (let number = 2; number < 50; number++) {
    const candidate = `${name}_${number}`;
    if (!ctx.byName.has(candidate)) return quoteKey(candidate);
  }
  return quoteKey(`${name}_copy`);
}

export function checkSecret(
  ctx: CheckContext,
  declaration: Extract<Declaration, { kind: "secret" }>,
  scope: Scope,
): void {
  const { env } = declaration;
  if (env === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/.test(env.value)) return;
  report(ctx, secretEnvironment, { name: env.value }, scope.source, env.span, {
    help: "use letters, digits and `_`, not starting with a digit",
  });
}

/** Labels that the service gives every worker and queue by itself. */
export function automaticLabels(): Readonly<Record<LabelSide, Map<string, LabelInfo>>> {
  const id = (side: LabelSide): [string, LabelInfo] => [
    "Id",
    { side, key: "Id", type: { scalar: "text" }, optional: false },
  ];
  return { job: new Map(), worker: new Map([id("worker")]), queue: new Map([id("queue")]) };
}

const longestKey = 500;

export function declareLabels(
  ctx: CheckContext,
  declaration: LabelsDeclaration,
  module: Module,
): void {
  const { side } = declaration;
  const { source } = module.program;
  const scope = plainScope(source);
  if (side === undefined) return;
  for (const label of declaration.labels) {
    const key = label.key.text;
    const first = ctx.labels[side].get(key);
    const type = labelType(ctx, label, scope);
    const info: LabelInfo = {
      side,
      key,
      type,
      optional: label.optional,
      declaration: label,
      source,
    };
    if (key.length > longestKey) {
      const sizes = { what: "a label's key", length: key.length, limit: longestKey };
      report(ctx, textTooLong, sizes, source, label.key.span);
    }
    const defaultValue = checkDefault(ctx, label, type, scope);
    if (first?.declaration !== undefined && first.source !== undefined) {
      report(ctx, duplicateLabel, { side, key }, source, label.key.span, {
        related: [
          {
            source: first.source,
            span: first.declaration.key.span,
            message: "first declared here",
          },
        ],
      });
      continue;
    }
    ctx.labels[side].set(key, defaultValue === undefined ? info : { ...info, defaultValue });
  }
}

function labelType(ctx: CheckContext, label: LabelDeclaration, scope: Scope): LabelType {
  if (label.type === undefined) return { scalar: "any" };
  if (label.type.kind === "named" && label.type.name === "duration") {
    const what = { what: "a label", type: "duration" };
    report(ctx, declaredType, what, scope.source, label.type.span, {
      help: "labels are text, number or boolean; count seconds in a number",
    });
    return { scalar: "number" };
  }
  return readType(ctx, label.type, scope);
}

/** The type that was written; what is wrong in it is reported and left out. */
export function readType(ctx: CheckContext, node: TypeNode, scope: Scope): LabelType {
  switch (node.kind) {
    case "named":
      return { scalar: node.name === "duration" ? "any" : node.name };
    case "range": {
      const min = rangeEnd(ctx, node.min, scope);
      const max = rangeEnd(ctx, node.max, scope);
      if (min === undefined || max === undefined) return { scalar: "number" };
      if (min <= max) return { scalar: "number", range: { min, max } };
      report(ctx, emptyRange, { min, max }, scope.source, node.span);
      return { scalar: "number" };
    }
    case "set":
      return readSet(ctx, node.values, scope);
  }
}

function rangeEnd(ctx: CheckContext, expr: Expr, scope: Scope): number | undefined {
  const constant = expectConstant(ctx, expr, scope, "the end of a range");
  if (constant === undefined || constant.kind === "number") return constant?.value;
  const found = constant.kind === "text" ? "text" : `a ${constant.kind}`;
  report(ctx, typeMismatch, { wanted: "a number", found }, scope.source, expr.span);
  return undefined;
}

function readSet(ctx: CheckContext, exprs: readonly Expr[], scope: Scope): LabelType {
  const values = new Set<LabelValue>();
  let scalar: "text" | "number" | "boolean" | undefined;
  let broken = false;
  for (const expr of exprs) {
    const value = expectLabelValue(ctx, expr, scope, "a value of a set");
    if (value === undefined) {
      broken = true;
      continue;
    }
    const own = scalarNameOf(value);
    scalar ??= own;
    if (own !== scalar) {
      const found = `\`${writeValue(value)}\``;
      report(ctx, mixedValues, { first: scalar, found }, scope.source, expr.span, {
        help: "declare the label as `any` where it really has values of several types",
      });
      broken = true;
    } else if (values.has(value)) {
      report(ctx, duplicateValue, { value: `\`${writeValue(value)}\`` }, scope.source, expr.span);
    }
    values.add(value);
  }
  if (scalar === undefined) return { scalar: "any" };
  return broken ? { scalar } : { scalar, values: [...values] };
}

function checkDefault(
  ctx: CheckContext,
  label: LabelDeclaration,
  type: LabelType,
  scope: Scope,
): LabelValue | undefined {
  if (label.defaultValue === undefined) return undefined;
  return checkLabelValue(ctx, label.defaultValue, type, quoteKey(label.key.text), undefined, scope);
}

/** A constant for a label: of its type, and among its values. */
export function checkLabelValue(
  ctx: CheckContext,
  expr: Expr,
  type: LabelType,
  label: string,
  declared: LabelInfo | undefined,
  scope: Scope,
): LabelValue | undefined {
  const value = expectLabelValue(ctx, expr, scope, "the value of a label");
  if (value === undefined) return undefined;
  if (type.scalar !== "any" && scalarNameOf(value) !== type.scalar) {
    const found = describeType(scalarType(scalarNameOf(value)));
    const wanted = describeType(scalarType(type.scalar));
    const related =
      declared?.declaration === undefined || declared.source === undefined
        ? []
        : [
            {
              source: declared.source,
              span: declared.declaration.key.span,
              message: "declared here",
            },
          ];
    report(ctx, typeMismatch, { wanted, found }, scope.source, expr.span, { related });
    return undefined;
  }
  checkValueLength(ctx, value, expr, scope);
  return reportOutside(ctx, value, expr, type, label, declared, scope) ? undefined : value;
}

/** The longest text that the service's preview descriptions allow in a selector or a static rule. */
const longestValue = 500;

export function checkValueLength(
  ctx: CheckContext,
  value: LabelValue | undefined,
  expr: Expr,
  scope: Scope,
): void {
  if (typeof value !== "string" || value.length <= longestValue) return;
  const sizes = { what: "a value", length: value.length, limit: longestValue };
  report(ctx, textTooLong, sizes, scope.source, expr.span);
}
