import {
  createDiagnostic,
  type Diagnostic,
  type SourceText,
  type Staged,
  sourceText,
} from "@routewright/diagnostics";
import type { ImportDeclaration, Program, TextLiteral } from "../parse/ast.ts";
import {
  duplicateImport,
  fileNotFound,
  importCycle,
  importNotFound,
  importPath,
  importRefused,
} from "./diagnostics.ts";
import type { ModuleHost } from "./module-host.ts";

/** One file of a program. `imports` holds what could be read, in source order, each once. */
export interface Module {
  readonly path: string;
  readonly program: Program;
  readonly imports: readonly Module[];
}

/**
 * Reads the entry and everything it imports: the entry first, then depth first in the order in
 * which files are met. Circles, missing and refused files are reported at the import; the rest
 * of the graph is still there, circles included: declarations have no order, so they do no harm.
 */
export function loadModules(
  entryPath: string,
  host: ModuleHost,
  parse: (source: SourceText) => Staged<Program>,
): Staged<readonly [Module, ...Module[]]> {
  const diagnostics: Diagnostic[] = [];
  const byPath = new Map<string, Loading>();

  const open = (path: string, text: string): Loading => {
    const parsed = parse(sourceText(text, path));
    for (const diagnostic of parsed.diagnostics) diagnostics.push(diagnostic);
    const opened: Loading = {
      path,
      program: parsed.value,
      imports: [],
      pending: parsed.value.declarations.filter((d) => d.kind === "import"),
      next: 0,
      open: true,
      seen: new Map(),
    };
    byPath.set(path, opened);
    return opened;
  };

  const entryText = host.read(entryPath);
  const entry = open(entryPath, entryText ?? "");
  if (entryText === undefined) {
    const { source } = entry.program;
    diagnostics.push(createDiagnostic(fileNotFound, { path: entryPath }, source, spanOfFile));
  }

  const order: [Module, ...Module[]] = [entry];
  // An explicit stack: a chain of imports may be longer than the call stack is deep.
  const stack: Loading[] = [entry];
  for (let current = stack.at(-1); current !== undefined; current = stack.at(-1)) {
    const declaration = current.pending[current.next++];
    if (declaration === undefined) {
      current.open = false;
      stack.pop();
      continue;
    }
    const specifier = declaration.path;
    if (specifier === undefined) continue;
    const path = resolveImport(current, specifier, host, diagnostics);
    if (path === undefined) continue;

    const known = byPath.get(path);
    if (known?.open) {
      const from = stack.indexOf(known);
      const chain = stack.slice(from).map((module) => module.path);
      diagnostics.push(
        createDiagnostic(
          importCycle,
          { chain: chain.length > 1 ? [...chain, path] : chain },
          current.program.source,
          specifier.span,
          {
            help: "harmless, but neither file can be read or reused alone: put what needs each other into one file",
          },
        ),
      );
      if (known !== current) current.imports.push(known);
      continue;
    }
    if (known !== undefined) {
      current.imports.push(known);
      continue;
    }
    const text = host.read(path);
    if (text === undefined) {
      const { source } = current.program;
      diagnostics.push(createDiagnostic(importNotFound, { path }, source, specifier.span));
      continue;
    }
    const opened = open(path, text);
    current.imports.push(opened);
    order.push(opened);
    stack.push(opened);
  }
  return { value: order, diagnostics };
}

interface Loading extends Module {
  readonly imports: Module[];
  readonly pending: readonly ImportDeclaration[];
  next: number;
  /** On the stack: an import of it closes a circle. */
  open: boolean;
  /** Where each path was first imported in this file. */
  readonly seen: Map<string, TextLiteral>;
}

const spanOfFile = { start: 0, end: 0 };

function resolveImport(
  from: Loading,
  specifier: TextLiteral,
  host: ModuleHost,
  diagnostics: Diagnostic[],
): string | undefined {
  const { source } = from.program;
  const written = specifier.value;
  if (!written.startsWith("./") && !written.startsWith("../")) {
    diagnostics.push(
      createDiagnostic(importPath, { path: written }, source, specifier.span, {
        fixes: [
          {
            title: `write \`./${written}\``,
            safe: false,
            edits: [
              {
                span: { start: specifier.span.start + 1, end: specifier.span.start + 1 },
                text: "./",
              },
            ],
          },
        ],
      }),
    );
    return undefined;
  }
  const path = host.resolve(from.path, written);
  if (path === undefined) {
    diagnostics.push(createDiagnostic(importRefused, { path: written }, source, specifier.span));
    return undefined;
  }
  const first = from.seen.get(path);
  if (first !== undefined) {
    diagnostics.push(
      createDiagnostic(duplicateImport, { path: written }, source, specifier.span, {
        related: [{ source, span: first.span, message: "first imported here" }],
      }),
    );
    return undefined;
  }
  from.seen.set(path, specifier);
  return path;
}
