import {
  type Diagnostic,
  hasErrors,
  mergeFindings,
  type SourceText,
} from "@routewright/diagnostics";
import {
  analyseInSteps,
  type CheckedProgram,
  findRoots,
  type Lowered,
  LoweringMemo,
  lowerInSteps,
  type ModuleHost,
  readSyntax,
  type Syntax,
  updateSyntax,
} from "@routewright/dsl";
import type { Bundle } from "@routewright/jobrouter";
import { resolvePath } from "./paths.ts";

/** One program: what is reached from an entry file, and what was found out about it. */
export interface Analysis {
  readonly root: string;
  readonly checked: CheckedProgram;
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that had a part in it; `undefined`: a file that is not there. */
  readonly reads: ReadonlyMap<string, SourceText | undefined>;
}

/** What may stand in the settings and matters to the language. */
export interface SnapshotOptions {
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The files at one moment. Features ask nothing else. Whatever is worked out is kept, and handed
 * on to later moments as long as the texts it comes from are the same.
 */
export class Snapshot {
  readonly files: ReadonlyMap<string, SourceText>;
  /** Files that are part of the workspace, ordered: candidates for entries. */
  readonly members: readonly string[];
  readonly options: SnapshotOptions;
  readonly #memory: Memory;
  #roots: readonly string[] | undefined;
  #owners: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(
    files: ReadonlyMap<string, SourceText>,
    members: readonly string[],
    options: SnapshotOptions,
    memory: Memory,
  ) {
    this.files = files;
    this.members = members;
    this.options = options;
    this.#memory = memory;
  }

  source(path: string): SourceText | undefined {
    return this.files.get(path);
  }

  syntax(path: string): Syntax | undefined {
    const source = this.files.get(path);
    return source && this.#memory.syntaxOf(source);
  }

  /** Paths that a file imports and that may be imported, whether they exist or not. */
  importsOf(path: string): readonly string[] {
    const syntax = this.syntax(path);
    return syntax === undefined ? [] : this.#memory.importsOf(syntax, path);
  }

  /** Entries: files that nothing else imports. */
  roots(): readonly string[] {
    this.#roots ??= findRoots(this.members, (file) => this.importsOf(file));
    return this.#roots;
  }

  /** A file with everything it imports, and theirs. */
  reachable(path: string): ReadonlySet<string> {
    const seen = new Set([path]);
    for (const next of seen) {
      for (const imported of this.importsOf(next)) seen.add(imported);
    }
    return seen;
  }

  /** Entries of the programs a file is part of; only itself when there is none. */
  rootsOf(path: string): readonly string[] {
    this.#owners ??= this.#findOwners();
    return this.#owners.get(path) ?? [path];
  }

  #findOwners(): ReadonlyMap<string, readonly string[]> {
    const owners = new Map<string, string[]>();
    for (const root of this.roots()) {
      for (const path of this.reachable(root)) {
        const known = owners.get(path);
        if (known === undefined) owners.set(path, [root]);
        else known.push(root);
      }
    }
    return owners;
  }

  analysis(root: string): Analysis {
    return atOnce(this.analysing(root));
  }

  /** The same in small steps, for whoever wants to look up in between. */
  *analysing(root: string): Generator<undefined, Analysis> {
    const known = this.#memory.analyses.get(root);
    if (known !== undefined && this.#isCurrent(known)) return known.analysis;
    const reads = new Map<string, SourceText | undefined>();
    const host: ModuleHost = {
      read: (path) => {
        const source = this.files.get(path);
        reads.set(path, source);
        return source?.text;
      },
      resolve: resolveImport,
    };
    const { value, diagnostics } = yield* analyseInSteps(root, host, {
      parameters: this.options.parameters,
      parse: (source) => {
        const own = this.files.get(source.path);
        const syntax = this.#memory.syntaxOf(own ?? source);
        return { value: syntax.program, diagnostics: syntax.diagnostics };
      },
    });
    const analysis: Analysis = { root, checked: value, diagnostics, reads };
    this.#memory.analyses.set(root, { analysis, options: this.options, lowered: undefined });
    return analysis;
  }

  /** The program that answers for a file: its own where it is an entry. */
  analysisOf(path: string): Analysis {
    return this.analysis(this.rootsOf(path)[0] ?? path);
  }

  /** What is known already of that program, perhaps from a moment ago; for answers in a hurry. */
  recentAnalysisOf(path: string): Analysis {
    const root = this.rootsOf(path)[0] ?? path;
    return this.#memory.analyses.get(root)?.analysis ?? this.analysis(root);
  }

  /** The bundle of a program, `undefined` where it has errors; sealed when first asked for. */
  bundle(root: string): Bundle | undefined {
    const lowered = this.lowered(root);
    lowered.bundle ??= lowered.seal?.();
    return lowered.bundle;
  }

  /** What compiling a program found. */
  lowered(root: string): Lowering {
    return atOnce(this.lowering(root));
  }

  /** The same in small steps, for whoever wants to look up in between. */
  *lowering(root: string): Generator<undefined, Lowering> {
    const analysis = yield* this.analysing(root);
    const known = this.#memory.analyses.get(root);
    if (known?.analysis === analysis && known.lowered !== undefined) return known.lowered;
    const lowered: Lowering = hasErrors(analysis.diagnostics)
      ? { diagnostics: [], seal: undefined, bundle: undefined, byFile: undefined }
      : {
          ...(yield* lowerInSteps(analysis.checked, this.#memory.loweringOf(root))),
          bundle: undefined,
          byFile: undefined,
        };
    if (known?.analysis === analysis) known.lowered = lowered;
    return lowered;
  }

  /** What `routewright check` says of a program. */
  findings(root: string): readonly Diagnostic[] {
    return [...this.analysis(root).diagnostics, ...this.lowered(root).diagnostics];
  }

  /** What `routewright check`, run on the workspace, says of a file. */
  findingsIn(path: string): readonly Diagnostic[] {
    const found = this.rootsOf(path).map((root) => this.#findingsByFile(root).get(path));
    const [first = none, ...more] = found;
    return more.length === 0 ? first : mergeFindings(found.flatMap((each) => each ?? none));
  }

  #findingsByFile(root: string): ReadonlyMap<string, readonly Diagnostic[]> {
    const lowered = this.lowered(root);
    if (lowered.byFile === undefined) {
      const byFile = new Map<string, Diagnostic[]>();
      for (const finding of mergeFindings(this.findings(root))) {
        const own = byFile.get(finding.source.path);
        if (own === undefined) byFile.set(finding.source.path, [finding]);
        else own.push(finding);
      }
      lowered.byFile = byFile;
    }
    return lowered.byFile;
  }

  #isCurrent({ analysis, options }: Remembered): boolean {
    if (options !== this.options) return false;
    for (const [path, source] of analysis.reads) {
      if (this.files.get(path) !== source) return false;
    }
    return true;
  }
}

interface Remembered {
  readonly analysis: Analysis;
  readonly options: SnapshotOptions;
  lowered: Lowering | undefined;
}

interface Lowering extends Lowered {
  bundle: Bundle | undefined;
  /** What is said of the program, by file. */
  byFile: ReadonlyMap<string, readonly Diagnostic[]> | undefined;
}

const none: readonly Diagnostic[] = [];

function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** What one snapshot leaves to the next. */
export class Memory {
  readonly analyses = new Map<string, Remembered>();
  readonly #syntax = new WeakMap<SourceText, Syntax>();
  /** What was read of an earlier state of a text that is not read yet. */
  readonly #before = new WeakMap<SourceText, Syntax>();
  readonly #lowering = new Map<string, LoweringMemo>();
  readonly #imports = new WeakMap<Syntax, readonly string[]>();

  syntaxOf(source: SourceText): Syntax {
    const known = this.#syntax.get(source);
    if (known !== undefined) return known;
    const before = this.#before.get(source);
    const syntax = before === undefined ? readSyntax(source) : updateSyntax(before, source);
    this.#before.delete(source);
    this.#syntax.set(source, syntax);
    return syntax;
  }

  /** One text has become another: what was read of it helps to read the other. */
  replaced(before: SourceText, after: SourceText): void {
    const read = this.#syntax.get(before) ?? this.#before.get(before);
    if (read !== undefined) this.#before.set(after, read);
  }

  importsOf(syntax: Syntax, path: string): readonly string[] {
    const known = this.#imports.get(syntax);
    if (known !== undefined) return known;
    const imports = syntax.program.declarations.flatMap((declaration) => {
      if (declaration.kind !== "import" || declaration.path === undefined) return [];
      const resolved = resolveImport(path, declaration.path.value);
      return resolved === undefined ? [] : [resolved];
    });
    this.#imports.set(syntax, imports);
    return imports;
  }

  /** What lowering a program came to last, for the next time. */
  loweringOf(root: string): LoweringMemo {
    const known = this.#lowering.get(root) ?? new LoweringMemo();
    this.#lowering.set(root, known);
    return known;
  }

  /** Forgets programs whose entries are gone. */
  keepOnly(roots: ReadonlySet<string>): void {
    for (const root of this.analyses.keys()) if (!roots.has(root)) this.analyses.delete(root);
    for (const root of this.#lowering.keys()) if (!roots.has(root)) this.#lowering.delete(root);
  }
}

/** Only `.route` files are imported, so that a policy cannot show other files in its findings. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) return undefined;
  if (!specifier.endsWith(".route") || specifier.includes("\0")) return undefined;
  return resolvePath(from, specifier);
}
