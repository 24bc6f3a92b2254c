import { languageFunctions, tokenTable } from "@routewright/dsl";
import { isRouterEventName } from "@routewright/jobrouter";
import { symbolTables } from "../../tree/occurrences.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { docsOf, type EntityDocs, eventDocs, functionDocs } from "../entity-docs.ts";
import { fence } from "../hover.ts";
import type { CompletionData } from "./completion.ts";
import { itemSnippets } from "./snippets.ts";

/** The documentation of an item of a completion list, as Markdown. */
export function resolveCompletion(
  snapshot: Snapshot,
  path: string,
  about: CompletionData,
): string | undefined {
  const { checked } = snapshot.recentAnalysisOf(path);
  switch (about.kind) {
    case "symbol": {
      const symbol = symbolTables(checked).byName.get(about.name);
      return symbol && show(docsOf(checked, { kind: "symbol", symbol }));
    }
    case "label": {
      const { side, key } = about;
      const info = checked.labels[side].get(key);
      return info && show(docsOf(checked, { kind: "label", side, key, info }));
    }
    case "function": {
      const definition = languageFunctions.find(({ name }) => name === about.name);
      return definition && show(functionDocs(definition));
    }
    case "word": {
      if (isRouterEventName(about.word)) return show(eventDocs(about.word));
      const entry = tokenTable.find(({ image }) => image === about.word);
      return entry && show({ code: entry.image, text: entry.doc });
    }
    case "item":
      return itemSnippets[about.frame]?.find(({ word }) => word === about.word)?.doc;
  }
}

function show({ code, text }: EntityDocs): string {
  return text === "" ? fence(code) : `${fence(code)}\n\n${text}`;
}
