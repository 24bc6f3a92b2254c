export type { Action, ActionKind } from "./features/actions/action.ts";
export { actionsAt } from "./features/actions/actions.ts";
export { codeLenses } from "./features/code-lenses.ts";
export { type Completion, complete } from "./features/completion/completion.ts";
export { resolveCompletion } from "./features/completion/resolve.ts";
export { formatting, onTypeFormatting, rangeFormatting } from "./features/formatting.ts";
export { type Hover, hover } from "./features/hover.ts";
export { inlayHints } from "./features/inlay-hints.ts";
export { inlineValues } from "./features/inline-values.ts";
export {
  definition,
  highlights,
  implementations,
  references,
  typeDefinition,
} from "./features/navigate.ts";
export { prepareRename, rename, renameFiles } from "./features/rename.ts";
export { semanticTokens } from "./features/semantic-tokens.ts";
export { signatureHelp } from "./features/signature-help.ts";
export { documentLinks, folds, linkedEditing, selectionRanges } from "./features/structure.ts";
export { documentSymbols, workspaceSymbols } from "./features/symbols.ts";
export * from "./protocol.ts";
export { Snapshot } from "./workspace/snapshot.ts";
export { type OpenDocument, Workspace } from "./workspace/workspace.ts";
