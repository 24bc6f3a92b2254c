import type { Cell, Expr } from "../parse/ast.ts";
import type { LabelInfo, Type } from "./checked.ts";
import { reportOutside } from "./compare.ts";
import { type CheckContext, report, type Scope } from "./context.ts";
import {
  cannotOrder,
  duplicateValue,
  emptyRange,
  incomparableTypes,
  neverHolds,
} from "./diagnostics/types.ts";
import { expectLabelValue } from "./expect.ts";
import {
  describeType,
  isOrdering,
  possibleOutcomes,
  scalarNameOf,
  scalarType,
  writeValue,
} from "./types.ts";

/** A column of a table: what its cells are compared with. */
export interface Column {
  readonly type: Type;
  readonly subject: Expr | string;
  readonly info: LabelInfo | undefined;
}

/** A cell of a decision table: constants that its column can have. */
export function checkCell(ctx: CheckContext, cell: Cell, column: Column, scope: Scope): void {
  const { type, subject, info } = column;
  switch (cell.kind) {
    case "any":
      return;
    case "missing":
      if (type.kind !== "scalar" || type.maybeMissing || typeof subject === "string") return;
      report(ctx, neverHolds, { reason: "this column is never missing" }, scope.source, cell.span);
      return;
    case "values": {
      const seen = new Set<unknown>();
      for (const expr of cell.values) {
        const value = cellValue(ctx, expr, column, scope);
        if (
          value === undefined ||
          reportOutside(ctx, value, expr, scalarOf(type), subject, info, scope)
        )
          continue;
        if (seen.has(value))
          report(
            ctx,
            duplicateValue,
            { value: `\`${writeValue(value)}\`` },
            scope.source,
            expr.span,
          );
        seen.add(value);
      }
      return;
    }
    case "comparison": {
      const value = cellValue(ctx, cell.value, column, scope);
      if (value === undefined) return;
      const own = scalarType({ scalar: scalarNameOf(value), values: [value] });
      if (isOrdering(cell.operator) && typeof value !== "number") {
        report(
          ctx,
          cannotOrder,
          { operator: cell.operator, found: describeType(own) },
          scope.source,
          cell.span,
        );
        return;
      }
      if (
        !isOrdering(cell.operator) &&
        reportOutside(ctx, value, cell.value, scalarOf(type), subject, info, scope)
      )
        return;
      if (type.kind !== "scalar" || possibleOutcomes(cell.operator, type, own).canHold) return;
      report(ctx, neverHolds, { reason: "no value of this column fits" }, scope.source, cell.span);
      return;
    }
    case "range": {
      const min = cellValue(ctx, cell.min, column, scope);
      const max = cellValue(ctx, cell.max, column, scope);
      if (min === undefined || max === undefined) return;
      if (typeof min !== "number" || typeof max !== "number") {
        report(
          ctx,
          cannotOrder,
          { operator: "..", found: describeType(scalarType(scalarNameOf(min))) },
          scope.source,
          cell.span,
        );
        return;
      }
      if (min > max) {
        report(ctx, emptyRange, { min, max }, scope.source, cell.span);
        return;
      }
      const range = scalarType({ scalar: "number", range: { min, max } });
      if (
        type.kind !== "scalar" ||
        possibleOutcomes("==", { ...type, maybeMissing: false }, range).canHold
      )
        return;
      report(ctx, neverHolds, { reason: "no value of this column fits" }, scope.source, cell.span);
      return;
    }
  }
}

function scalarOf(type: Type) {
  return type.kind === "scalar" ? type : scalarType("any");
}

/** The constant of a cell, of the column's type; what is not is reported. */
function cellValue(ctx: CheckContext, expr: Expr, column: Column, scope: Scope) {
  const value = expectLabelValue(ctx, expr, scope, "a cell of a table");
  const { type } = column;
  if (value === undefined || type.kind !== "scalar") return value;
  const own = scalarNameOf(value);
  if (type.scalar === "any" || type.scalar === own) return value;
  const sides = { left: describeType(type), right: describeType(scalarType(own)) };
  report(ctx, incomparableTypes, sides, scope.source, expr.span);
  return undefined;
}

/** Equal for cells that are written alike. */
export function cellKey(ctx: CheckContext, cell: Cell): string {
  const key = (expr: Expr) => {
    const constant = ctx.constants.get(expr);
    return constant === undefined ? `? ${expr.span.start}` : JSON.stringify(constant);
  };
  switch (cell.kind) {
    case "values":
      return `values ${cell.values.map(key).join(" ")}`;
    case "range":
      return `range ${key(cell.min)} ${key(cell.max)}`;
    case "comparison":
      return `${cell.operator} ${key(cell.value)}`;
    default:
      return cell.kind;
  }
}
