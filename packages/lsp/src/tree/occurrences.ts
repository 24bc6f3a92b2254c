import type { SourceText, Span } from "@routewright/diagnostics";
import {
  type CheckedProgram,
  type Symbol as DeclaredSymbol,
  type Expr,
  formulaPlaces,
  type LabelInfo,
  type LanguageFunction,
  languageFunctions,
  type Name,
  type Program,
} from "@routewright/dsl";
import type { LabelSide } from "@routewright/jobrouter";
import { type FxNode, parseFormula } from "@routewright/powerfx";
import { resolveImport } from "../workspace/snapshot.ts";
import { childrenOf, type TreeNode } from "./nodes.ts";

/** What a word in a policy means. */
export type Entity =
  | { readonly kind: "symbol"; readonly symbol: DeclaredSymbol }
  | {
      readonly kind: "label";
      readonly side: LabelSide;
      readonly key: string;
      readonly info: LabelInfo | undefined;
    }
  /** A worker or a job that a test or scenario brings along; known only there. */
  | {
      readonly kind: "local";
      readonly of: string;
      readonly name: Name;
      readonly node: TreeNode;
      readonly source: SourceText;
    }
  | { readonly kind: "function"; readonly definition: LanguageFunction }
  | { readonly kind: "file"; readonly path: string };

export interface Occurrence {
  readonly source: SourceText;
  /** The word alone; inside its quotes, where it is a text. */
  readonly span: Span;
  readonly entity: Entity;
  readonly role: "declaration" | "reference" | "write";
  /** `id`: a text that is an object's id. `formula`: inside `powerfx"…"`. */
  readonly written: "name" | "id" | "formula" | "text";
  /** The expression, where it is one. */
  readonly expr?: Expr;
}

/** Equal for occurrences of one thing, also across programs that share its file. */
export function anchorOf(entity: Entity): unknown {
  switch (entity.kind) {
    case "symbol":
      return entity.symbol.declaration;
    case "label":
      return entity.info?.declaration ?? `${entity.side}.${entity.key}`;
    case "local":
      return entity.node;
    case "function":
      return entity.definition;
    case "file":
      return `file:${entity.path}`;
  }
}

/** Every word of a file that means something, in the order of the text. */
export function occurrencesIn(checked: CheckedProgram, program: Program): readonly Occurrence[] {
  const byProgram = cache.get(checked) ?? new Map<Program, readonly Occurrence[]>();
  cache.set(checked, byProgram);
  const known = byProgram.get(program);
  if (known !== undefined) return known;
  const found = new Collector(checked, program).collect();
  byProgram.set(program, found);
  return found;
}

const cache = new WeakMap<CheckedProgram, Map<Program, readonly Occurrence[]>>();

/** The word at an offset, its end included. */
export function occurrenceAt(
  occurrences: readonly Occurrence[],
  offset: number,
): Occurrence | undefined {
  let best: Occurrence | undefined;
  for (const occurrence of occurrences) {
    const { start, end } = occurrence.span;
    if (start > offset) break;
    if (offset <= end && (best === undefined || offset < end || best.span.end < offset)) {
      best = occurrence;
    }
  }
  return best;
}

interface Place {
  /** Whose labels an entry sets. */
  readonly side: LabelSide;
  readonly inQueueWhere: boolean;
  readonly locals: ReadonlyMap<string, Entity> | undefined;
}

class Collector {
  readonly #checked: CheckedProgram;
  readonly #program: Program;
  readonly #byName: ReadonlyMap<string, DeclaredSymbol>;
  readonly #symbols: ReadonlyMap<object, DeclaredSymbol>;
  readonly #found: Occurrence[] = [];

  constructor(checked: CheckedProgram, program: Program) {
    this.#checked = checked;
    this.#program = program;
    const tables = symbolTables(checked);
    this.#byName = tables.byName;
    this.#symbols = tables.byDeclaration;
  }

  collect(): readonly Occurrence[] {
    for (const declaration of this.#program.declarations) {
      const isLocal = declaration.kind === "test" || declaration.kind === "scenario";
      const side = declaration.kind === "queue" ? "queue" : "job";
      this.#visit(declaration, {
        side,
        inQueueWhere: false,
        locals: isLocal ? this.#localsOf(declaration) : undefined,
      });
    }
    return this.#found.sort((a, b) => a.span.start - b.span.start);
  }

  #localsOf(declaration: TreeNode): ReadonlyMap<string, Entity> {
    const locals = new Map<string, Entity>();
    const pending: TreeNode[] = [...childrenOf(declaration)];
    for (let node = pending.shift(); node !== undefined; node = pending.shift()) {
      const name = node.kind === "worker" || node.kind === "job" ? nameIn(node) : undefined;
      if (name !== undefined && node.kind !== undefined && !locals.has(name.text)) {
        const { source } = this.#program;
        locals.set(name.text, { kind: "local", of: node.kind, name, node, source });
      }
      // What happens in a scenario stands further down, behind its time.
      if (name === undefined) pending.push(...childrenOf(node));
    }
    return locals;
  }

  #visit(node: TreeNode, place: Place): void {
    const inner = this.#enter(node, place);
    for (const child of childrenOf(node)) this.#visit(child, inner);
  }

  /** Records what stands in the node itself, and says what holds for its parts. */
  #enter(node: TreeNode, place: Place): Place {
    const symbol = this.#symbols.get(node);
    if (symbol !== undefined) {
      const { name } = symbol;
      const isText = symbol.kind === "test" || symbol.kind === "scenario";
      this.#add(
        isText ? inside(name.span) : name.span,
        { kind: "symbol", symbol },
        "declaration",
        isText ? "text" : "name",
      );
    }
    switch (node.kind) {
      case "import":
        this.#import(node);
        return place;
      case "labels":
        if ("side" in node && "labels" in node) this.#labelDeclarations(node);
        return place;
      case "name":
        this.#name(node as Extract<Expr, { kind: "name" }>, place);
        return place;
      case "text":
        this.#text(node as Extract<Expr, { kind: "text" }>);
        return place;
      case "label":
        this.#label(node as Extract<Expr, { kind: "label" }>);
        return place;
      case "call":
        this.#call(node as Extract<Expr, { kind: "call" }>);
        return place;
      case "powerfx":
        this.#formula(node as Extract<Expr, { kind: "powerfx" }>);
        return place;
      case "queueWhere":
        return { ...place, inQueueWhere: true };
      case "worker":
        this.#names(node, place, "declaration");
        return { ...place, side: "worker" };
      case "job":
        this.#names(node, place, "declaration");
        return { ...place, side: "job" };
      case "cases":
        for (const name of namesIn(node)) this.#labelKey("job", name, "write");
        return place;
      default:
        if (node.kind === undefined && "key" in node && "value" in node) {
          this.#labelKey(place.side, node.key as Name, "write");
        } else if (place.locals !== undefined && symbol === undefined) {
          this.#names(node, place, "reference");
          const isWorker = namesIn(node).some(({ text }) => {
            const local = place.locals?.get(text);
            return local?.kind === "local" && local.of === "worker";
          });
          if (isWorker && "labels" in node) return { ...place, side: "worker" };
        }
        return place;
    }
  }

  #names(node: TreeNode, place: Place, role: Occurrence["role"]): void {
    if (place.locals === undefined) return;
    for (const name of namesIn(node)) {
      const local = place.locals.get(name.text);
      if (local?.kind !== "local") continue;
      this.#add(name.span, local, local.name === name ? "declaration" : referenceOf(role), "name");
    }
  }

  #import(node: TreeNode): void {
    if (!("path" in node) || node.path === undefined) return;
    const literal = node.path as Extract<Expr, { kind: "text" }>;
    const path = resolveImport(this.#program.source.path, literal.value);
    if (path !== undefined)
      this.#add(inside(literal.span), { kind: "file", path }, "reference", "text");
  }

  #labelDeclarations(node: TreeNode): void {
    const { side, labels } = node as TreeNode & {
      readonly side: LabelSide | undefined;
      readonly labels: readonly { readonly key: Name }[];
    };
    if (side === undefined) return;
    for (const { key } of labels) this.#labelKey(side, key, "declaration");
  }

  #name(expr: Extract<Expr, { kind: "name" }>, place: Place): void {
    const symbol = this.#checked.references.get(expr);
    if (symbol === undefined && place.inQueueWhere) {
      const info = this.#checked.labels.queue.get(expr.name);
      if (info !== undefined) {
        this.#labelKey("queue", { text: expr.name, span: expr.span }, "reference", expr);
        return;
      }
    }
    const local = place.locals?.get(expr.name);
    const meant = symbol ?? (local === undefined ? this.#byName.get(expr.name) : undefined);
    if (meant !== undefined) {
      this.#add(expr.span, { kind: "symbol", symbol: meant }, "reference", "name", expr);
    } else if (local !== undefined) {
      this.#add(expr.span, local, "reference", "name", expr);
    }
  }

  #text(expr: Extract<Expr, { kind: "text" }>): void {
    const symbol = this.#checked.references.get(expr);
    if (symbol === undefined) return;
    this.#add(inside(expr.span), { kind: "symbol", symbol }, "reference", "id", expr);
  }

  #label(expr: Extract<Expr, { kind: "label" }>): void {
    if (expr.key.text !== "") this.#labelKey(expr.side, expr.key, "reference", expr);
  }

  #call(expr: Extract<Expr, { kind: "call" }>): void {
    const definition = languageFunctions.find(({ name }) => name === expr.callee.text);
    if (definition !== undefined)
      this.#add(expr.callee.span, { kind: "function", definition }, "reference", "name", expr);
  }

  #formula(expr: Extract<Expr, { kind: "powerfx" }>): void {
    const place = formulaPlaces(expr, this.#program.source);
    const pending: FxNode[] = [parseFormula(expr.text).tree];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (node.kind === "field" && node.receiver.kind === "name") {
        const side = node.receiver.name;
        if (side === "job" || side === "worker") {
          const entity = this.#labelEntity(side, node.name);
          this.#add(place(node.nameSpan), entity, "reference", "formula", expr);
        }
      }
      for (const value of Object.values(node)) pushNodes(value, pending);
    }
  }

  #labelKey(side: LabelSide, key: Name, role: Occurrence["role"], expr?: Expr): void {
    this.#add(key.span, this.#labelEntity(side, key.text), role, "name", expr);
  }

  #labelEntity(side: LabelSide, key: string): Entity {
    return { kind: "label", side, key, info: this.#checked.labels[side].get(key) };
  }

  #add(
    span: Span,
    entity: Entity,
    role: Occurrence["role"],
    written: Occurrence["written"],
    expr?: Expr,
  ): void {
    const { source } = this.#program;
    this.#found.push({
      source,
      span,
      entity,
      role,
      written,
      ...(expr === undefined ? {} : { expr }),
    });
  }
}

interface SymbolTables {
  readonly byName: ReadonlyMap<string, DeclaredSymbol>;
  readonly byDeclaration: ReadonlyMap<object, DeclaredSymbol>;
}

/** All symbols of a program by name (tests apart) and by declaration. */
export function symbolTables(checked: CheckedProgram): SymbolTables {
  const known = tables.get(checked);
  if (known !== undefined) return known;
  const byName = new Map<string, DeclaredSymbol>();
  const byDeclaration = new Map<object, DeclaredSymbol>();
  for (const symbol of checked.symbols) {
    byDeclaration.set(symbol.declaration, symbol);
    const isText = symbol.kind === "test" || symbol.kind === "scenario";
    if (!isText && !byName.has(symbol.name.text)) byName.set(symbol.name.text, symbol);
  }
  const made = { byName, byDeclaration };
  tables.set(checked, made);
  return made;
}

const tables = new WeakMap<CheckedProgram, SymbolTables>();

function referenceOf(role: Occurrence["role"]): Occurrence["role"] {
  return role === "declaration" ? "reference" : role;
}

function isName(node: TreeNode): node is TreeNode & Name {
  return node.kind === undefined && "text" in node && typeof node.text === "string";
}

function namesIn(node: TreeNode): readonly Name[] {
  return childrenOf(node).filter(isName);
}

function nameIn(node: TreeNode): Name | undefined {
  const name = "name" in node ? (node.name as TreeNode | undefined) : undefined;
  return name !== undefined && isName(name) ? name : undefined;
}

/** Without the quotes around it. */
function inside(span: Span): Span {
  return { start: span.start + 1, end: Math.max(span.start + 1, span.end - 1) };
}

function pushNodes(value: unknown, into: FxNode[]): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) pushNodes(item, into);
  } else if ("kind" in value && "span" in value) {
    into.push(value as FxNode);
  } else if ("value" in value) {
    pushNodes(value.value, into);
  }
}
