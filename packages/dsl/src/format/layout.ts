import type {
  Cell,
  ClassificationItem,
  CommonItem,
  Declaration,
  DistributionItem,
  ExceptionActionNode,
  ExceptionRuleNode,
  ExpectationNode,
  Expr,
  LabelDeclaration,
  MatchStatement,
  QueueItem,
  SplitStatement,
  Statement,
  TableNode,
  TableRow,
  TestItem,
  TypeNode,
  WhenStatement,
} from "../parse/ast.ts";
import type { DetailedParse } from "../parse/parse.ts";
import * as t from "../parse/tokens.ts";
import {
  blank,
  columnWidth,
  concat,
  type Doc,
  firstLineWidth,
  flatWidth,
  formatWidth,
  group,
  hardline,
  indent,
  lastLineWidth,
  line,
  nothing,
  pad,
  space,
  widestOf,
} from "./doc.ts";
import { type ArrowRow, asTheyAre } from "./expression-layout.ts";
import { ScenarioLayout } from "./scenario-layout.ts";

/** Cells wider than this do not move the columns of their table. */
const cellLimit = 40;

/** How a whole program is laid out. */
export class Layout extends ScenarioLayout {
  private readonly declarations: readonly Declaration[];

  constructor(parsed: DetailedParse) {
    super(parsed);
    this.declarations = parsed.program.declarations;
  }

  program(): Doc {
    const parts: Doc[] = [];
    let wasLong = false;
    for (const [index, declaration] of this.declarations.entries()) {
      const isApart = this.cursor.hasBlankNext();
      const lead = this.cursor.lead(index === 0);
      const doc = this.declaration(declaration);
      const trailing = this.cursor.trailing();
      const width = flatWidth(doc);
      const around = lastLineWidth(lead) + firstLineWidth(trailing);
      const isLong = width === undefined || around + width > formatWidth;
      if (index > 0) parts.push(hardline, isApart || wasLong || isLong ? blank : nothing);
      parts.push(lead, doc, trailing);
      wasLong = isLong;
    }
    parts.push(this.declarations.length > 0 ? hardline : nothing);
    parts.push(this.cursor.dangling(this.declarations.length === 0));
    return concat(parts);
  }

  private declaration(node: Declaration): Doc {
    switch (node.kind) {
      case "import":
        return this.words(2);
      case "secret":
        return this.words(5);
      case "param": {
        const head = concat([this.words(2), this.cursor.take()]);
        const type = node.type === undefined ? nothing : this.type(node.type);
        return concat([head, space, type, this.defaultValue(node.defaultValue)]);
      }
      case "let": {
        const head = this.words(3);
        return concat([head, space, node.value === undefined ? nothing : this.expr(node.value)]);
      }
      case "channel": {
        const head = this.words(2);
        if (!this.cursor.at(t.LeftBrace)) return head;
        const body = this.block(node.items, (item) => this.common(item), {}, asTheyAre);
        return concat([head, space, body]);
      }
      case "labels": {
        const head = this.words(2);
        return concat([head, space, this.labels(node.labels)]);
      }
      case "distribution":
        return this.named(node.items, (item) => this.distributionItem(item));
      case "queue":
        return this.named(node.items, (item) => this.queueItem(item));
      case "exceptions":
        return this.named(node.items, (item) =>
          item.kind === "rule" ? this.exceptionRule(item) : this.common(item),
        );
      case "classification":
        return this.named(node.items, (item) => this.classificationItem(item));
      case "test":
        return this.named(node.items, (item) => this.testItem(item));
      case "scenario":
        return this.named(node.items, (item) => this.scenarioItem(item));
    }
  }

  private named<T>(items: readonly T[], item: (item: T) => Doc | ArrowRow): Doc {
    const head = this.words(2);
    return concat([head, space, this.rows(items, item)]);
  }

  private defaultValue(value: Expr | undefined): Doc {
    if (value === undefined) return nothing;
    return concat([space, this.cursor.take(), space, this.expr(value)]);
  }

  private common(item: CommonItem): Doc {
    return this.property(item.value);
  }

  // ── Labels ────────────────────────────────────────────────────────────────────────────────

  private labels(labels: readonly LabelDeclaration[]): Doc {
    return this.block(
      labels,
      (label) => {
        const key = this.cursor.take();
        const mark = label.optional ? this.cursor.take() : nothing;
        const colon = this.cursor.take();
        const type = label.type === undefined ? nothing : this.type(label.type);
        const value = concat([type, this.defaultValue(label.defaultValue)]);
        return { head: concat([key, mark, colon]), value };
      },
      {},
      (parts) => {
        const widths = parts.map((part) => flatWidth(part.head) ?? 0);
        const widest = widestOf(widths.filter((width) => width <= cellLimit));
        return parts.map((part, index) => {
          const padding = pad(Math.max(0, widest - (widths[index] ?? 0)));
          return concat([part.head, space, padding, part.value]);
        });
      },
    );
  }

  private type(type: TypeNode): Doc {
    switch (type.kind) {
      case "named":
        return this.cursor.take();
      case "range":
        return this.range(type.min, type.max);
      case "set":
        return this.alternatives(type.values);
    }
  }

  /** `"NA" | "EU"` */
  private alternatives(values: readonly Expr[]): Doc {
    const parts: Doc[] = [];
    let first: Doc = nothing;
    for (const [index, value] of values.entries()) {
      if (index === 0) first = this.expr(value);
      else parts.push(line, this.cursor.take(), space, this.expr(value));
    }
    return group(concat([first, indent(concat(parts))]));
  }

  // ── Distribution and queue ────────────────────────────────────────────────────────────────

  private distributionItem(item: DistributionItem): Doc {
    switch (item.kind) {
      case "id":
      case "name":
      case "score":
        return this.property(item.value);
      case "mode":
      case "scoreOrder":
        return this.words(3);
      case "scoreUsing": {
        const head = this.words(2);
        if (item.parameters.length === 0) return concat([head, space, this.cursor.take()]);
        const parts: Doc[] = [head, space];
        for (const index of item.parameters.keys()) {
          if (index > 0) parts.push(this.cursor.takeComma(), space);
          parts.push(this.words(2));
        }
        return concat(parts);
      }
      case "batch": {
        const head = this.words(2);
        if (item.enabled === false) return concat([head, space, this.cursor.take()]);
        if (item.size === undefined) return head;
        const word = item.enabled === true ? concat([space, this.cursor.take()]) : nothing;
        return concat([head, word, space, this.expr(item.size)]);
      }
      case "offers": {
        const word = this.cursor.take();
        return concat([word, space, this.range(item.min, item.max)]);
      }
      case "expire": {
        const words = this.words(2);
        return concat([words, space, this.expr(item.after)]);
      }
      case "bypass": {
        const words = this.words(2);
        return concat([words, this.flag()]);
      }
    }
  }

  private queueItem(item: QueueItem): Doc {
    if (item.kind !== "labels") return this.property(item.value);
    const word = this.cursor.take();
    return concat([word, space, this.entries(item.entries)]);
  }

  // ── Exceptions ────────────────────────────────────────────────────────────────────────────

  private exceptionRule(rule: ExceptionRuleNode): ArrowRow {
    const words: Doc[] = [this.words(rule.trigger?.kind === "queueLength" ? 3 : 2)];
    if (rule.trigger !== undefined) {
      words.push(space, this.cursor.take(), space, this.expr(rule.trigger.threshold));
    }
    if (rule.ruleId !== undefined) {
      words.push(space, this.cursor.take(), space, this.expr(rule.ruleId));
    }
    const arrow = this.cursor.take();
    const only = rule.actions[0];
    const value =
      this.cursor.at(t.LeftBrace) || only === undefined
        ? this.block(rule.actions, (action) => this.action(action), {}, asTheyAre)
        : this.action(only);
    return { kind: "arrow", head: concat(words), arrow, value };
  }

  private action(action: ExceptionActionNode): Doc {
    const parts: Doc[] = [];
    const word = this.cursor.take();
    switch (action.kind) {
      case "cancel":
        if (action.disposition !== undefined) parts.push(space, this.expr(action.disposition));
        if (action.note !== undefined) {
          parts.push(this.cursor.trailingLine(), line, this.property(action.note));
        }
        break;
      case "reclassify":
        if (action.via !== undefined) parts.push(space, this.property(action.via));
        if (action.set !== undefined) {
          const set = this.cursor.take();
          parts.push(space, set, space, this.entries(action.set));
        }
        break;
      case "move":
        if (action.to !== undefined) parts.push(space, this.property(action.to));
        parts.push(this.moveSettings(action));
        break;
    }
    if (action.actionId !== undefined) {
      const comma = this.cursor.at(t.Comma) ? this.cursor.takeComma() : nothing;
      parts.push(comma, line, this.cursor.commentsBefore(), this.property(action.actionId));
    }
    return group(concat([word, indent(concat(parts))]));
  }

  private moveSettings(action: ExceptionActionNode & { readonly kind: "move" }): Doc {
    const parts: Doc[] = [];
    let isFirst = action.to === undefined;
    let requirement = 0;
    for (;;) {
      const hasComma =
        this.cursor.at(t.Comma) &&
        (this.cursor.atSecond(t.Priority) || this.cursor.atSecond(t.Require));
      if (hasComma && isFirst) this.cursor.skip();
      const comma = hasComma && !isFirst ? this.cursor.takeComma() : nothing;
      const isPriority = this.cursor.at(t.Priority);
      if (!isPriority && !this.cursor.at(t.Require)) break;
      // Settings of a move are told apart by commas.
      parts.push(isFirst ? nothing : comma === nothing ? this.cursor.comma() : comma);
      parts.push(isFirst ? space : line, this.cursor.commentsBefore());
      isFirst = false;
      if (isPriority) {
        parts.push(
          action.priority === undefined ? this.cursor.take() : this.property(action.priority),
        );
        continue;
      }
      const next = action.requirements[requirement++];
      const word = this.cursor.take();
      parts.push(word, space, next === undefined ? nothing : this.requirement(next));
    }
    return concat(parts);
  }

  // ── Classification ────────────────────────────────────────────────────────────────────────

  private classificationItem(item: ClassificationItem): Doc {
    switch (item.kind) {
      case "id":
      case "name":
      case "fallback":
        return this.property(item.value);
      case "queueValue":
      case "priorityValue": {
        const words = this.words(2);
        return concat([words, space, this.expr(item.value)]);
      }
      case "table":
        return this.table(item);
      default:
        return this.statement(item);
    }
  }

  private statement(node: Statement): Doc {
    switch (node.kind) {
      case "require": {
        const word = this.cursor.take();
        return concat([word, space, this.requirement(node.requirement)]);
      }
      case "when":
        return this.whenStatement(node);
      case "match":
        return this.matchStatement(node);
      case "split":
        return this.splitStatement(node);
    }
  }

  private statements(body: readonly Statement[]): Doc {
    return this.block(body, (statement) => this.statement(statement), {}, asTheyAre);
  }

  private whenStatement(node: WhenStatement): Doc {
    const word = this.cursor.take();
    const condition = this.expr(node.condition);
    return concat([group(concat([word, space, condition])), space, this.statements(node.body)]);
  }

  private matchStatement(node: MatchStatement): Doc {
    const word = this.cursor.take();
    const arms: readonly (WhenStatement | NonNullable<MatchStatement["otherwise"]>)[] = [
      ...node.arms,
      ...(node.otherwise === undefined ? [] : [node.otherwise]),
    ];
    const body = this.block(
      arms,
      (arm) => {
        if ("kind" in arm) return this.whenStatement(arm);
        const otherwise = this.cursor.take();
        return concat([otherwise, space, this.statements(arm.body)]);
      },
      {},
      asTheyAre,
    );
    return concat([word, space, body]);
  }

  private splitStatement(node: SplitStatement): Doc {
    const word = this.cursor.take();
    const body = this.block(
      node.allocations,
      (allocation) => {
        const weight = this.expr(allocation.weight);
        return concat([weight, space, this.statements(allocation.body)]);
      },
      {},
      asTheyAre,
    );
    return concat([word, space, body]);
  }

  // ── Tables ────────────────────────────────────────────────────────────────────────────────

  private table(node: TableNode): Doc {
    const word = this.cursor.take();
    const inputs = this.list(node.inputs, (input) => this.expr(input));
    const arrow = this.cursor.take();
    const outputs = this.list(node.outputs, () => this.cursor.take());
    const rows = [...node.rows, ...(node.otherwise === undefined ? [] : [node.otherwise])];
    const body = this.tableRows(rows);
    return concat([word, space, inputs, space, arrow, space, outputs, space, body]);
  }

  private tableRows(rows: readonly (TableRow | NonNullable<TableNode["otherwise"]>)[]): Doc {
    return this.block(
      rows,
      (row) => {
        const cells: Doc[] = [];
        if ("cells" in row) {
          for (const [index, cell] of row.cells.entries()) {
            if (index > 0) cells.push(this.cursor.takeComma());
            cells.push(this.cell(cell));
          }
        } else {
          cells.push(this.cursor.take());
        }
        const arrow = this.cursor.take();
        const values: Doc[] = [];
        for (const [index, value] of row.values.entries()) {
          if (index > 0) values.push(this.cursor.takeComma());
          values.push(this.rowExpr(value));
        }
        return { cells, arrow, values };
      },
      { always: "broken" },
      alignTable,
    );
  }

  private cell(cell: Cell): Doc {
    switch (cell.kind) {
      case "any":
      case "missing":
        return this.cursor.take();
      case "values": {
        const parts: Doc[] = [];
        for (const [index, value] of cell.values.entries()) {
          if (index > 0) parts.push(space, this.cursor.take(), space);
          parts.push(this.rowExpr(value));
        }
        return concat(parts);
      }
      case "range": {
        const low = this.rowExpr(cell.min);
        const dots = this.cursor.take();
        return concat([low, dots, this.rowExpr(cell.max)]);
      }
      case "comparison": {
        const sign = this.cursor.take();
        return concat([sign, space, this.rowExpr(cell.value)]);
      }
    }
  }

  // ── Tests ─────────────────────────────────────────────────────────────────────────────────

  private testItem(item: TestItem): Doc {
    switch (item.kind) {
      case "job":
        return this.jobItem(item);
      case "worker": {
        const words = this.words(2);
        const body = this.block(item.items, (part) => this.workerItem(part), {}, asTheyAre);
        return concat([words, space, body]);
      }
      case "stub":
        return this.stub(item);
      case "choose":
        return this.property(item.at);
      case "expect": {
        const word = this.cursor.take();
        return concat([word, space, this.expectation(item.expectation)]);
      }
      case "cases": {
        const word = this.cursor.take();
        const inputs = this.list(item.inputs, () => this.cursor.take());
        const arrow = this.cursor.take();
        const outputs = this.list(item.outputs, () => this.cursor.take());
        const body = this.tableRows(item.rows);
        return concat([word, space, inputs, space, arrow, space, outputs, space, body]);
      }
    }
  }

  private expectation(node: ExpectationNode): Doc {
    switch (node.kind) {
      case "queue":
      case "priority": {
        const words = this.words(2);
        return concat([words, space, this.expr(node.value)]);
      }
      case "noQueue":
        return this.words(2);
      case "failed":
        return this.cursor.take();
      case "require": {
        const words = this.words(node.present ? 1 : 2);
        return concat([words, space, this.requirement(node.requirement)]);
      }
      case "workers": {
        const word = this.cursor.take();
        return concat([word, space, this.workerNames(node.workers.length)]);
      }
      case "excluded": {
        const words = this.words(2);
        if (node.by === undefined) return words;
        const by = this.cursor.take();
        return concat([words, space, by, space, this.expr(node.by)]);
      }
      case "score": {
        const words = this.words(4);
        return concat([words, space, this.expr(node.value)]);
      }
    }
  }
}

interface TableRowDocs {
  readonly cells: readonly Doc[];
  readonly arrow: Doc;
  readonly values: readonly Doc[];
}

/** `cells` and `values` hold a comma before each part but the first: part, comma, part, … */
function alignTable(rows: readonly TableRowDocs[]): readonly Doc[] {
  const cellWidths = columnWidths(rows.map((row) => row.cells));
  const valueWidths = columnWidths(rows.map((row) => row.values));
  const headWidth = widestOf(rows.map((row) => lineWidth(row.cells, cellWidths) ?? 0));
  return rows.map((row) => {
    const own = lineWidth(row.cells, cellWidths);
    const padding = own === undefined ? nothing : pad(headWidth - own);
    const head = columns(row.cells, cellWidths);
    const values = columns(row.values, valueWidths);
    return concat([head, space, padding, row.arrow, space, values]);
  });
}

function columnWidths(rows: readonly (readonly Doc[])[]): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    // The last column needs no padding.
    for (let at = 0; at < row.length - 2; at += 2) {
      const part = row[at];
      const width = part === undefined ? 0 : (columnWidth(part) ?? 0);
      if (width <= cellLimit) widths[at / 2] = Math.max(widths[at / 2] ?? 0, width);
    }
  }
  return widths;
}

function columns(parts: readonly Doc[], widths: readonly number[]): Doc {
  const docs: Doc[] = [];
  for (const [at, part] of parts.entries()) {
    docs.push(part);
    if (at % 2 === 0) continue;
    // What may begin a line of its own needs no column.
    if (columnWidth(parts[at + 1] ?? nothing) === undefined) {
      docs.push(space);
      continue;
    }
    const width = columnWidth(parts[at - 1] ?? nothing) ?? 0;
    docs.push(space, pad(Math.max(0, (widths[(at - 1) / 2] ?? 0) - width)));
  }
  return concat(docs);
}

/** The width of a row's cells in their columns; `undefined` when they cannot be on one line. */
function lineWidth(parts: readonly Doc[], widths: readonly number[]): number | undefined {
  let total = 0;
  for (const [at, part] of parts.entries()) {
    const own = columnWidth(part);
    if (own === undefined) return undefined;
    if (at % 2 === 1) total += own + 1;
    else total += at < parts.length - 1 ? Math.max(own, widths[at / 2] ?? 0) : own;
  }
  return total;
}
