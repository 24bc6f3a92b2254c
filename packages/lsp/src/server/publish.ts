import type { Diagnostic } from "@routewright/diagnostics";
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as WireDiagnostic,
} from "vscode-languageserver";
import { toRange } from "./convert.ts";
import type { Session } from "./session.ts";
import { nextTurn } from "./turns.ts";

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
} as const;

/** How long the compiler works before somebody else may. */
const sliceMs = 5;

/** How often the compiler lets a question go first that waits for something else. */
const mostTurns = 20;

/** Findings that grey their words out. */
const unnecessary: ReadonlySet<string> = new Set([
  "unused-declaration",
  "unused-label",
  "unused-suppression",
  "duplicate-import",
]);

export function toWireDiagnostic(session: Session, diagnostic: Diagnostic): WireDiagnostic {
  const { source, span, severity, message, code, help, related, fixes } = diagnostic;
  if (code === "import-not-found" && session.settings.readWorkspace === false) {
    return unreadImport(toRange(source, span));
  }
  return {
    range: toRange(source, span),
    severity: severities[severity],
    code,
    source: "routewright",
    message: help === undefined ? message : `${message}\n${help}`,
    ...(unnecessary.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length === 0
      ? {}
      : {
          relatedInformation: related.map((each) => ({
            location: {
              uri: session.uriOf(each.source.path),
              range: toRange(each.source, each.span),
            },
            message: each.message,
          })),
        }),
    data: { fixes: fixes.length },
  };
}

/** Nobody looked whether the file is there: that is no mistake of the policy's. */
function unreadImport(range: WireDiagnostic["range"]): WireDiagnostic {
  return {
    range,
    severity: severities.hint,
    code: "import-not-read",
    source: "routewright",
    message:
      "this file is not read, since the folder is not trusted; what it declares is known once it is opened, or the folder trusted",
    data: { fixes: 0 },
  };
}

/**
 * Sends findings as the work goes on: syntax first, where it says something else than before, the
 * rest when it is known. Nothing is sent about a text that has changed meanwhile. A slower stage
 * has its place behind the two in `#stages`.
 */
export class Publisher {
  readonly #session: Session;
  /** Bumped by every change; work for an older one stops. */
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #touched = new Set<string>();
  /** What was last said about the syntax of a file, without its places. */
  readonly #syntax = new Map<string, string>();
  /** Files that have findings at the client, with what they are. */
  readonly #sent = new Map<string, string>();
  readonly #listeners: (() => void)[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /** Whether findings are sent, rather than asked for. */
  get pushes(): boolean {
    const wanted = this.#session.settings.diagnostics ?? "auto";
    if (wanted !== "auto") return wanted === "push";
    return this.#session.client.textDocument?.diagnostic === undefined;
  }

  /** Called after every full pass. */
  onSettled(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A text or a setting has changed; `path` absent: perhaps everything. */
  changed(path?: string): void {
    this.#generation++;
    if (path !== undefined) this.#touched.add(path);
    clearTimeout(this.#timer);
    // After what is waiting already: an answer that someone waits for comes before.
    this.#timer = setTimeout(() => void this.#run(this.#generation), 0);
  }

  async #run(generation: number): Promise<void> {
    try {
      const isCurrent = (): boolean => generation === this.#generation;
      for (const path of this.#touched) this.#publishSyntax(path);
      this.#touched.clear();
      await this.#session.ready();
      await this.#pause();
      if (!isCurrent()) return;
      await this.#publishAll(isCurrent);
      if (isCurrent()) for (const listener of this.#listeners) listener();
    } catch (error) {
      this.#session.report("finding mistakes", error);
    }
  }

  #publishSyntax(path: string): void {
    const document = this.#session.workspace.document(path);
    const syntax = this.#session.snapshot.syntax(path);
    if (document === undefined || syntax === undefined || !this.pushes) return;
    const summary = syntax.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n");
    // While the same is wrong as before, the full answer may as well be waited for.
    if (this.#syntax.get(path) === summary) return;
    this.#syntax.set(path, summary);
    this.#send(path, syntax.diagnostics);
  }

  async #publishAll(isCurrent: () => boolean): Promise<void> {
    const { snapshot } = this.#session;
    // One slice may go over many small files.
    let since = performance.now();
    const goesOn = async (): Promise<boolean> => {
      if (performance.now() - since < sliceMs) return true;
      await this.#pause();
      since = performance.now();
      return isCurrent();
    };
    // Which files are entries takes reading them all.
    for (const path of snapshot.files.keys()) {
      if (!(await goesOn())) return;
      snapshot.syntax(path);
    }
    const open = [...this.#session.workspace.documents].map(({ path }) => path);
    const roots = [
      ...new Set([...open.flatMap((path) => snapshot.rootsOf(path)), ...snapshot.roots()]),
    ];
    for (const root of roots) {
      const steps = snapshot.lowering(root);
      do {
        if (!(await goesOn())) return;
      } while (steps.next().done !== true);
    }
    if (!this.pushes) return;
    const paths = new Set([...snapshot.files.keys()]);
    for (const path of paths) {
      if (!(await goesOn())) return;
      this.#send(path, snapshot.findingsIn(path));
    }
    for (const path of [...this.#sent.keys()]) if (!paths.has(path)) this.#send(path, []);
  }

  /** Lets others have their turn: what has come in, and whoever waits for an answer. */
  async #pause(): Promise<void> {
    for (let turn = 0; turn < 2 || (this.#session.isAsked && turn < mostTurns); turn++) {
      await nextTurn();
    }
  }

  #send(path: string, findings: readonly Diagnostic[]): void {
    const session = this.#session;
    const document = session.workspace.document(path);
    const diagnostics = findings.map((finding) => toWireDiagnostic(session, finding));
    const summary = JSON.stringify(diagnostics);
    const isSame = (this.#sent.get(path) ?? "[]") === summary;
    if (isSame && document === undefined) return;
    this.#sent.set(path, summary);
    session.sendDiagnostics({
      uri: session.uriOf(path),
      ...(document === undefined ? {} : { version: document.version }),
      diagnostics,
    });
  }

  dispose(): void {
    this.#generation++;
    clearTimeout(this.#timer);
  }
}
