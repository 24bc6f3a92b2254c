import type { Span } from "@routewright/diagnostics";
import type { IToken } from "chevrotain";
import type {
  Cell,
  ClassificationDeclaration,
  ClassificationItem,
  Expr,
  MatchStatement,
  SplitStatement,
  Statement,
  TableNode,
  TableRow,
  WhenStatement,
} from "./ast.ts";
import { DeclarationParser } from "./declaration-parser.ts";
import { syntaxUnexpected } from "./diagnostics.ts";
import * as t from "./tokens.ts";
import { type BlockShape, type Rule, typeSet } from "./tolerant-parser.ts";

export abstract class ClassificationParser extends DeclarationParser {
  protected readonly classificationDeclaration: Rule<ClassificationDeclaration> = this.rule(
    "classificationDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Classification);
      const name = this.needName(1, "after `classification`");
      const items = this.braces(classificationShape, this.classificationItem);
      return { kind: "classification", doc: this.doc(start), name, items, span: this.since(start) };
    },
  );

  private readonly classificationItem: Rule<ClassificationItem> = this.rule(
    "classificationItem",
    () => {
      const start = this.start();
      return this.OR<ClassificationItem>([
        { ALT: () => this.idItem() },
        { ALT: () => this.nameItem() },
        {
          ALT: () => {
            this.CONSUME(t.Fallback);
            const value = this.reference(1, "the name of a queue");
            return { kind: "fallback", value, span: this.since(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Queue);
            this.need(1, t.Assign, "after `queue`");
            const value = this.full(1);
            return { kind: "queueValue", value, span: this.since(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Priority);
            this.need(2, t.Assign, "after `priority`");
            const value = this.full(2);
            return { kind: "priorityValue", value, span: this.since(start) };
          },
        },
        { ALT: () => this.SUBRULE(this.table) },
        { ALT: () => this.SUBRULE(this.statement) },
      ]);
    },
  );

  // ── Statements ────────────────────────────────────────────────────────────────────────────

  private readonly statement: Rule<Statement> = this.rule("statement", () => {
    const level = this.enter();
    const start = this.start();
    const statement = this.OR<Statement>([
      {
        ALT: () => {
          this.CONSUME(t.Require);
          const requirement = this.SUBRULE(this.requirement);
          return { kind: "require", requirement, span: this.since(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.whenStatement) },
      { ALT: () => this.SUBRULE(this.matchStatement) },
      { ALT: () => this.SUBRULE(this.splitStatement) },
    ]);
    this.leave(level);
    return statement;
  });

  private readonly block: Rule<Statement[]> = this.rule("block", () =>
    this.braces(statementShape, this.statement),
  );

  private readonly whenStatement: Rule<WhenStatement> = this.rule("whenStatement", () => {
    const start = this.start();
    this.CONSUME(t.When);
    const condition = this.full(1);
    const body = this.SUBRULE(this.block);
    return { kind: "when", condition, body, span: this.since(start) };
  });

  private readonly matchStatement: Rule<MatchStatement> = this.rule("matchStatement", () => {
    const start = this.start();
    this.CONSUME(t.Match);
    const items = this.braces(matchStatementShape, this.matchStatementArm);
    const arms: WhenStatement[] = [];
    let otherwise: MatchStatement["otherwise"];
    for (const item of items) {
      if ("condition" in item) {
        if (otherwise !== undefined) this.afterOtherwise(item.span);
        arms.push(item);
      } else {
        otherwise ??= item;
      }
    }
    return { kind: "match", arms, otherwise, span: this.since(start) };
  });

  private readonly matchStatementArm: Rule<WhenStatement | OtherwiseBlock> = this.rule(
    "matchStatementArm",
    () =>
      this.OR<WhenStatement | OtherwiseBlock>([
        { ALT: () => this.SUBRULE(this.whenStatement) },
        {
          ALT: () => {
            const start = this.start();
            this.CONSUME(t.Otherwise);
            const body = this.SUBRULE(this.block);
            return { body, span: this.since(start) };
          },
        },
      ]),
  );

  private readonly splitStatement: Rule<SplitStatement> = this.rule("splitStatement", () => {
    const start = this.start();
    this.CONSUME(t.Split);
    const allocations = this.braces(splitStatementShape, this.allocation);
    return { kind: "split", allocations, span: this.since(start) };
  });

  private readonly allocation: Rule<SplitStatement["allocations"][number]> = this.rule(
    "allocation",
    () => {
      const start = this.start();
      const weight = this.value(1);
      const body = this.SUBRULE(this.block);
      return { weight, body, span: this.since(start) };
    },
  );

  // ── Tables ────────────────────────────────────────────────────────────────────────────────

  private readonly table: Rule<TableNode> = this.rule("table", () => {
    const start = this.start();
    this.CONSUME(t.Table);
    const open = this.need(1, t.LeftParen, "after `table`");
    const inputs = this.separated(1, () => this.full(1));
    this.close(1, t.RightParen, open, "the inputs");
    this.need(1, t.Arrow, "after the inputs");
    const outputs = this.SUBRULE(this.outputs);
    const items = this.braces(tableShape, this.tableItem);
    const rows: TableRow[] = [];
    let otherwise: TableNode["otherwise"];
    for (const item of items) {
      if ("cells" in item) {
        if (otherwise !== undefined) this.rowAfterOtherwise(item.span);
        rows.push(item);
      } else {
        otherwise ??= item;
      }
    }
    return { kind: "table", inputs, outputs, rows, otherwise, span: this.since(start) };
  });

  private rowAfterOtherwise(span: Span): void {
    this.ACTION(() =>
      this.problem(syntaxUnexpected, { token: "a row", where: "after `otherwise`" }, span),
    );
  }

  protected readonly outputs: Rule<Output[]> = this.rule("outputs", () => {
    const open = this.need(1, t.LeftParen, "before the outputs");
    const outputs = this.separated(1, () => this.SUBRULE(this.output));
    this.close(1, t.RightParen, open, "the outputs");
    return outputs.filter((output) => output !== undefined);
  });

  private readonly output: Rule<Output | undefined> = this.rule("output", () => {
    const start = this.start();
    if (!this.RECORDING_PHASE && !this.at(t.Queue) && !this.at(t.Priority)) {
      this.expected("`queue` or `priority`");
      return undefined;
    }
    const name = this.OR<Output["name"]>([
      {
        ALT: () => {
          this.CONSUME(t.Queue);
          return "queue";
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Priority);
          return "priority";
        },
      },
    ]);
    return { name, span: this.since(start) };
  });

  private readonly tableItem: Rule<TableRow | OtherwiseRow> = this.rule("tableItem", () =>
    this.OR<TableRow | OtherwiseRow>([
      {
        ALT: () => {
          const start = this.start();
          this.CONSUME(t.Otherwise);
          this.need(1, t.Arrow, "after `otherwise`");
          const values = this.rowValues(1);
          return { values, span: this.since(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.row) },
    ]),
  );

  /** `cell, cell -> value, value` */
  protected readonly row: Rule<TableRow> = this.rule("row", () => {
    const start = this.start();
    const cells = [this.SUBRULE(this.cell)];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      cells.push(this.SUBRULE1(this.cell));
    });
    this.need(1, t.Arrow, "after the cells");
    const values = this.rowValues(2);
    return { cells, values, span: this.since(start) };
  });

  private rowValues(idx: number): Expr[] {
    const values = [this.rowValue(idx)];
    this.many(idx, () => {
      this.consume(idx, t.Comma);
      values.push(this.rowValue(idx + 10));
    });
    return values;
  }

  private readonly cell: Rule<Cell> = this.rule("cell", () => {
    const start = this.start();
    cellStarts ??= typeSet([t.ComparisonSign]);
    if (
      !this.RECORDING_PHASE &&
      !this.operandFollows() &&
      !cellStarts.has(this.LA(1).tokenTypeIdx)
    ) {
      this.expected("a cell");
      return { kind: "any", span: this.since(this.previousEnd()) };
    }
    return this.OR<Cell>([
      {
        ALT: () => {
          this.CONSUME(t.Underscore);
          return { kind: "any", span: this.since(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Missing);
          return { kind: "missing", span: this.since(start) };
        },
      },
      {
        ALT: () => {
          const sign = this.CONSUME(t.ComparisonSign);
          const value = this.value(1);
          return {
            kind: "comparison",
            operator: comparisonOf(sign),
            value,
            span: this.since(start),
          };
        },
      },
      { ALT: () => this.valuesOrRange(start), IGNORE_AMBIGUITIES: true },
    ]);
  });

  private valuesOrRange(start: number): Cell {
    const values = [this.setValue(2)];
    const max = this.OPTION(() => {
      this.CONSUME(t.Range);
      return this.value(3);
    });
    const min = values[0];
    if (max !== undefined && min !== undefined && !this.RECORDING_PHASE) {
      return { kind: "range", min, max, span: this.since(start) };
    }
    this.MANY(() => {
      this.CONSUME(t.Bar);
      values.push(this.setValue(4));
    });
    return { kind: "values", values, span: this.since(start) };
  }
}

export function comparisonOf(sign: IToken): "==" | "!=" | "<" | "<=" | ">" | ">=" {
  switch (sign.tokenType) {
    case t.NotEqual:
      return "!=";
    case t.Less:
      return "<";
    case t.LessEqual:
      return "<=";
    case t.Greater:
      return ">";
    case t.GreaterEqual:
      return ">=";
    default:
      return "==";
  }
}

export type Output = TableNode["outputs"][number];
type OtherwiseBlock = NonNullable<MatchStatement["otherwise"]>;
type OtherwiseRow = NonNullable<TableNode["otherwise"]>;

let cellStarts: ReadonlySet<number> | undefined;

const statementTypes = [t.Require, t.When, t.Match, t.Split];
/** What may begin a value: weights and cells. */
const valueTypes = [
  t.TextToken,
  t.NumberToken,
  t.PercentToken,
  t.DurationToken,
  t.True,
  t.False,
  t.None,
  t.Minus,
  t.LeftParen,
  t.If,
  t.AnyName,
];
export const rowTypes = [...valueTypes, t.ComparisonSign];

const classificationShape: BlockShape = {
  where: "in a classification",
  what: "the classification",
  starts: [t.Id, t.NameWord, t.Fallback, t.Queue, t.Priority, t.Table, ...statementTypes],
};
const statementShape: BlockShape = {
  where: "in a block of requirements",
  what: "the block",
  starts: statementTypes,
};
const matchStatementShape: BlockShape = {
  where: "in `match`",
  what: "`match`",
  starts: [t.When, t.Otherwise],
};
const splitStatementShape: BlockShape = {
  where: "in `split`",
  what: "`split`",
  starts: valueTypes,
};
const tableShape: BlockShape = {
  where: "in a table",
  what: "the table",
  starts: [t.Otherwise, ...rowTypes],
};
