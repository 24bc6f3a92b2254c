import type { Diagnostic, SourceText, Span } from "@routewright/diagnostics";
import type { ClassificationPolicy } from "@routewright/jobrouter";
import type { CheckedProgram } from "../check/checked.ts";
import type { Origin } from "../core/condition.ts";
import type { Declaration } from "../parse/ast.ts";
import { originalOf } from "../parse/moved.ts";
import { type FoundDecision, type FoundMapping, foundIn, type Lowering } from "./lowering.ts";

/**
 * What the policies of a program were lowered to, for the next state of the program. A policy is
 * taken over when its own words are the same (wherever they stand now) and so is everything that
 * a policy may speak of: all declarations but policies, tests and scenarios, the names of the
 * policies, and the parameters. The result is that of lowering all (`test/compile/memo.test.ts`).
 */
export class LoweringMemo {
  #environment: readonly unknown[] = [];
  #kept: ReadonlyMap<Declaration, Kept> = new Map();

  start(run: Lowering): Keeper {
    const environment = environmentOf(run.checked);
    const isSame =
      environment.length === this.#environment.length &&
      environment.every((part, index) => part === this.#environment[index]);
    return new Keeper(run, isSame ? this.#kept : new Map(), (kept) => {
      this.#environment = environment;
      this.#kept = kept;
    });
  }
}

/** What one policy came to, with places that tell which declaration they are in. */
interface Kept {
  readonly pointer: string;
  readonly policy: ClassificationPolicy;
  readonly mappings: readonly Relative<FoundMapping>[];
  readonly decisions: readonly Relative<FoundDecision>[];
  readonly diagnostics: readonly { readonly found: Diagnostic; readonly place: Place }[];
  /** The declarations that its places are in. */
  readonly around: ReadonlySet<Declaration>;
}

type Relative<T> = Omit<T, "origin"> & { readonly place: Place };

/** A place that moves with its declaration. */
interface Place {
  readonly declaration: Declaration;
  readonly start: number;
  readonly end: number;
}

/** One lowering with a memo. */
export class Keeper {
  readonly #run: Lowering;
  readonly #before: ReadonlyMap<Declaration, Kept>;
  readonly #after = new Map<Declaration, Kept>();
  readonly #places: Places;
  readonly #finish: (kept: ReadonlyMap<Declaration, Kept>) => void;

  constructor(
    run: Lowering,
    before: ReadonlyMap<Declaration, Kept>,
    finish: (kept: ReadonlyMap<Declaration, Kept>) => void,
  ) {
    this.#run = run;
    this.#before = before;
    this.#places = new Places(run.checked);
    this.#finish = finish;
  }

  keep(
    declaration: Declaration,
    pointer: string,
    make: () => ClassificationPolicy,
  ): ClassificationPolicy {
    const original = originalOf(declaration);
    const known = this.#before.get(original);
    if (known?.pointer === pointer && this.#repeat(known)) {
      this.#after.set(original, known);
      return known.policy;
    }
    const { mappings, decisions, diagnostics } = this.#run;
    const from = [mappings.length, decisions.length, diagnostics.length] as const;
    const policy = make();
    const kept = this.#relative(policy, pointer, {
      mappings: mappings.slice(from[0]),
      decisions: decisions.slice(from[1]),
      diagnostics: diagnostics.slice(from[2]),
    });
    if (kept !== undefined) this.#after.set(original, kept);
    return policy;
  }

  end(): void {
    this.#finish(this.#after);
  }

  /** Says again what a policy came to, where its words are now. */
  #repeat({ mappings, decisions, diagnostics, around }: Kept): boolean {
    const places = this.#places;
    for (const declaration of around) if (!places.has(declaration)) return false;
    // Mostly only the findings are wanted: the places of the rest can wait.
    this.#run.mappings.push(() =>
      mappings.map(({ place, ...rest }) => ({ ...rest, origin: places.originOf(place) })),
    );
    this.#run.decisions.push(() =>
      decisions.map(({ place, ...rest }) => ({ ...rest, origin: places.originOf(place) })),
    );
    for (const { found, place } of diagnostics) {
      this.#run.diagnostics.push({ ...found, ...places.originOf(place) });
    }
    return true;
  }

  #relative(
    policy: ClassificationPolicy,
    pointer: string,
    made: Pick<Lowering, "mappings" | "decisions" | "diagnostics">,
  ): Kept | undefined {
    const mappings: Relative<FoundMapping>[] = [];
    const decisions: Relative<FoundDecision>[] = [];
    const diagnostics: { found: Diagnostic; place: Place }[] = [];
    for (const { origin, ...rest } of foundIn(made.mappings)) {
      const place = this.#places.placeOf(origin);
      if (place === undefined) return undefined;
      mappings.push({ ...rest, place });
    }
    for (const { origin, ...rest } of foundIn(made.decisions)) {
      const place = this.#places.placeOf(origin);
      if (place === undefined) return undefined;
      decisions.push({ ...rest, place });
    }
    for (const found of made.diagnostics) {
      const place = this.#places.placeOf(found);
      // What points elsewhere, too, is found anew each time.
      if (place === undefined || found.related.length > 0 || found.fixes.length > 0) {
        return undefined;
      }
      diagnostics.push({ found, place });
    }
    const places = [...mappings, ...decisions, ...diagnostics].map(({ place }) => place);
    const around = new Set(places.map(({ declaration }) => declaration));
    return { pointer, policy, mappings, decisions, diagnostics, around };
  }
}

/** Where the declarations of a program stand. */
class Places {
  readonly #starts = new Map<Declaration, Origin>();
  readonly #bySource = new Map<SourceText, readonly Declaration[]>();

  constructor(checked: CheckedProgram) {
    for (const { source, declarations } of checked.programs) {
      this.#bySource.set(source, declarations);
      for (const declaration of declarations) {
        this.#starts.set(originalOf(declaration), { source, span: declaration.span });
      }
    }
  }

  has(original: Declaration): boolean {
    return this.#starts.has(original);
  }

  originOf({ declaration, start, end }: Place): Origin {
    const origin = this.#starts.get(declaration);
    if (origin === undefined) throw new Error("a place in a declaration that is gone");
    const from = origin.span.start;
    return { source: origin.source, span: { start: from + start, end: from + end } };
  }

  placeOf({ source, span }: { source: SourceText; span: Span }): Place | undefined {
    const declarations = this.#bySource.get(source) ?? [];
    let low = 0;
    let high = declarations.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((declarations[middle]?.span.start ?? 0) <= span.start) low = middle + 1;
      else high = middle;
    }
    const own = declarations[low - 1];
    if (own === undefined || span.end > own.span.end) return undefined;
    const from = own.span.start;
    return { declaration: originalOf(own), start: span.start - from, end: span.end - from };
  }
}

/** Everything that a policy may speak of, so that equal lists mean the same for all policies. */
function environmentOf(checked: CheckedProgram): readonly unknown[] {
  const parts: unknown[] = [];
  for (const { source, declarations } of checked.programs) {
    parts.push(source.path);
    for (const declaration of declarations) {
      switch (declaration.kind) {
        case "test":
        case "scenario":
        case "classification":
          break;
        default:
          parts.push(originalOf(declaration));
      }
    }
  }
  for (const symbol of checked.symbols) {
    if (symbol.kind === "classification") parts.push(symbol.name.text, symbol.id);
  }
  for (const [name, value] of checked.parameters) parts.push(name, JSON.stringify(value));
  return parts;
}
