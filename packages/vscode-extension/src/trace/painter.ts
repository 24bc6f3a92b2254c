import type { TraceStep } from "@routewright/lsp/protocol";
import * as vscode from "vscode";
import { toRange } from "../client/convert.ts";
import { type Mark, marksOf } from "./marks.ts";

/** Paints how a decision went onto the rules of the policies that are open. */
export interface TracePainter extends vscode.Disposable {
  paint(trace: readonly TraceStep[]): void;
  clear(): void;
  /** What is painted now. */
  readonly marks: readonly Mark[];
}

export function tracePainter(): TracePainter {
  const types = {
    applied: decoration("routewright.appliedBackground", "routewright.appliedNote"),
    passedOver: decoration(undefined, "routewright.passedOverNote"),
    failed: decoration("routewright.failedBackground", "routewright.failedNote"),
  };
  let marks: readonly Mark[] = [];

  const draw = (): void => {
    for (const editor of vscode.window.visibleTextEditors) {
      const here = marks.filter(({ location }) => isOf(location.uri, editor));
      for (const state of ["applied", "passedOver", "failed"] as const) {
        editor.setDecorations(
          types[state],
          here.filter((mark) => mark.state === state).map(optionsOf),
        );
      }
    }
  };
  const set = (next: readonly Mark[]): void => {
    marks = next;
    void vscode.commands.executeCommand("setContext", "routewright.hasTrace", marks.length > 0);
    draw();
  };
  const listeners = [
    vscode.window.onDidChangeVisibleTextEditors(draw),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // Places of another text paint the wrong rules; the next result brings new ones.
      const isPainted = marks.some(({ location }) => location.uri === document.uri.toString());
      if (contentChanges.length > 0 && isPainted) set([]);
    }),
  ];
  return {
    paint: (trace) => set(marksOf(trace)),
    clear: () => set([]),
    get marks() {
      return marks;
    },
    dispose() {
      for (const listener of listeners) listener.dispose();
      for (const type of Object.values(types)) type.dispose();
    },
  };
}

function decoration(background: string | undefined, note: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    ...(background === undefined ? {} : { backgroundColor: new vscode.ThemeColor(background) }),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    overviewRulerColor: new vscode.ThemeColor(note),
    after: { color: new vscode.ThemeColor(note), margin: "0 0 0 1.5em" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

function optionsOf({ location, note }: Mark): vscode.DecorationOptions {
  return { range: toRange(location.range), renderOptions: { after: { contentText: note } } };
}

function isOf(uri: string, editor: vscode.TextEditor): boolean {
  return vscode.Uri.parse(uri).toString() === editor.document.uri.toString();
}
