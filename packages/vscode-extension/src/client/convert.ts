import type { Problem, WireLocation, WirePosition, WireRange } from "@routewright/lsp/protocol";
import * as vscode from "vscode";

/** Between the protocol's values and the editor's. */

export function toPosition({ line, character }: WirePosition): vscode.Position {
  return new vscode.Position(line, character);
}

export function toRange({ start, end }: WireRange): vscode.Range {
  return new vscode.Range(toPosition(start), toPosition(end));
}

export function toLocation({ uri, range }: WireLocation): vscode.Location {
  return new vscode.Location(vscode.Uri.parse(uri), toRange(range));
}

export function fromPosition({ line, character }: vscode.Position): WirePosition {
  return { line, character };
}

/** One line for a message box: the first problem, and how many more there are. */
export function summarise(problems: readonly Problem[]): string {
  const [first] = problems;
  if (first === undefined) return "no reason is known";
  const more = problems.length - 1;
  const rest = more === 0 ? "" : ` (and ${more} more; see Problems)`;
  return `${first.message}${first.help === undefined ? "" : `: ${first.help}`}${rest}`;
}

/** A path on the disk, or a URI: `untitled:Untitled-1` is one too, `c:\\policies` is none. */
export function toUri(text: string): vscode.Uri {
  return /^[a-z][a-z0-9+.-]+:/iu.test(text) ? vscode.Uri.parse(text) : vscode.Uri.file(text);
}
