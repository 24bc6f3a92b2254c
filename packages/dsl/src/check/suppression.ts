import {
  createDiagnostic,
  type Diagnostic,
  positionAt,
  type SourceText,
  type Span,
} from "@routewright/diagnostics";
import { analysisDiagnostics, dslDiagnostics } from "../diagnostics.ts";
import type { Comment, Program } from "../parse/ast.ts";
import {
  suppressedError,
  suppressionWithoutReason,
  unknownCode,
  unusedSuppression,
} from "./diagnostics/suppression.ts";
import { suggestion } from "./suggest.ts";

/** One code of one `// allow CODE: reason`. */
interface Allowance {
  readonly code: string;
  readonly span: Span;
  readonly source: SourceText;
  used: boolean;
  /** An error of that code stands there: it cannot be allowed. */
  error: boolean;
}

interface Allowances {
  readonly all: readonly Allowance[];
  /** By `line code`; lines are 1-based. */
  readonly at: ReadonlyMap<string, Allowance>;
  readonly found: readonly Diagnostic[];
}

/** Findings that `analyse` can tell; those of the compiler come later. */
export function analysisCodes(code: string): boolean {
  return judgedByAnalysis.has(code);
}

const judgedByAnalysis: ReadonlySet<string> = new Set(analysisDiagnostics.map(({ code }) => code));

/** The findings of the compiler, for a second pass over what `analyse` left. */
export function compilerCodes(code: string): boolean {
  return !analysisCodes(code);
}

/**
 * Leaves out warnings and hints that a comment allows, and adds reports on comments that allow
 * nothing. `judged` says which codes this stage could have found: only those can be unused.
 *
 * @param judgesComments whether to report what is wrong with a comment itself (no reason, an
 * unknown code); one stage does.
 */
export function suppress(
  programs: readonly Program[],
  diagnostics: readonly Diagnostic[],
  judged: (code: string) => boolean,
  judgesComments = false,
): readonly Diagnostic[] {
  const bySource = new Map<SourceText, Allowances>();
  for (const program of programs) {
    const allowances = readAllowances(program);
    if (allowances.all.length > 0 || allowances.found.length > 0)
      bySource.set(program.source, allowances);
  }
  if (bySource.size === 0) return diagnostics;

  const kept = diagnostics.filter((diagnostic) => {
    const allowances = bySource.get(diagnostic.source);
    if (allowances === undefined) return true;
    const { line } = positionAt(diagnostic.source, diagnostic.span.start);
    const allowance = allowances.at.get(`${line} ${diagnostic.code}`);
    if (allowance === undefined) return true;
    if (diagnostic.severity === "error") {
      allowance.error = true;
      return true;
    }
    allowance.used = true;
    return false;
  });
  for (const { all, found } of bySource.values()) {
    if (judgesComments) kept.push(...found);
    for (const allowance of all) {
      if (allowance.used || !judged(allowance.code)) continue;
      const { code, source, span } = allowance;
      kept.push(
        createDiagnostic(
          allowance.error ? suppressedError : unusedSuppression,
          { code },
          source,
          span,
        ),
      );
    }
  }
  return kept;
}

const knownCodes: ReadonlySet<string> = new Set(dslDiagnostics.map(({ code }) => code));
const noAllowances: Allowances = { all: [], at: new Map(), found: [] };

function readAllowances(program: Program): Allowances {
  const { source } = program;
  if (!program.comments.some(({ text }) => text.includes("allow"))) return noAllowances;
  const all: Allowance[] = [];
  const at = new Map<string, Allowance>();
  const found: Diagnostic[] = [];
  const known = knownCodes;
  const lines = new Lines(program);
  for (const comment of program.comments) {
    const match =
      comment.kind === "line" ? /^\s*allow\s+([^:]*)(?::(.*))?$/s.exec(comment.text) : null;
    if (match === null) continue;
    const [, codes = "", reason = ""] = match;
    // Prose that happens to start with "allow" names no code.
    if (!/^[a-z0-9-]+(\s*,\s*[a-z0-9-]+)*\s*$/.test(codes)) continue;
    if (match[2] === undefined && !known.has(codes.trim()) && !codes.includes("-")) continue;
    const line = lines.target(comment);
    if (reason.trim() === "") {
      found.push(
        createDiagnostic(suppressionWithoutReason, {}, source, comment.span, {
          help: "write `// allow code: reason`",
        }),
      );
    }
    let offset = source.text.indexOf(codes, comment.span.start);
    for (const part of codes.split(",")) {
      const code = part.trim();
      const start = offset + part.indexOf(code);
      const span = { start, end: start + code.length };
      offset += part.length + 1;
      if (!known.has(code)) {
        found.push(
          createDiagnostic(unknownCode, { code }, source, span, suggestion(code, known, span)),
        );
        continue;
      }
      const allowance: Allowance = { code, span, source, used: false, error: false };
      all.push(allowance);
      at.set(`${line} ${code}`, allowance);
    }
  }
  return { all, at, found };
}

/** Which line a comment speaks of: its own, or the next one that is not a comment of its own. */
class Lines {
  readonly #source: SourceText;
  readonly #commentOnly = new Set<number>();

  constructor(program: Program) {
    this.#source = program.source;
    for (const comment of program.comments) {
      const { line } = positionAt(program.source, comment.span.start);
      if (comment.kind !== "block" && this.#standsAlone(comment, line)) this.#commentOnly.add(line);
    }
  }

  target(comment: Comment): number {
    let { line } = positionAt(this.#source, comment.span.start);
    while (this.#commentOnly.has(line)) line++;
    return line;
  }

  #standsAlone(comment: Comment, line: number): boolean {
    const start = this.#source.lineStarts[line - 1] ?? 0;
    return this.#source.text.slice(start, comment.span.start).trim() === "";
  }
}
