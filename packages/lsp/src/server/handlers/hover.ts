import { type Hover, type HoverParams, MarkupKind } from "vscode-languageserver";
import { hover } from "../../features/hover.ts";
import { toRange } from "../convert.ts";
import { answering, askedAt, type Feature } from "./feature.ts";

export const hoverFeature: Feature = {
  name: "hover",
  capabilities: () => ({ hoverProvider: true }),
  register(session) {
    session.connection.onHover(
      answering(session, "hover", null, (params: HoverParams): Hover | null => {
        const asked = askedAt(session, params);
        const found = asked && hover(asked.snapshot, asked.path, asked.offset);
        if (asked === undefined || found === undefined) return null;
        return {
          contents: { kind: MarkupKind.Markdown, value: found.markdown },
          range: toRange(asked.source, found.span),
        };
      }),
    );
  },
};
