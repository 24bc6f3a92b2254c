import type { Symbol as DeclaredSymbol } from "@routewright/dsl";
import type { LabelSide } from "@routewright/jobrouter";
import type { Frame } from "./place.ts";

/** What may come next, the likeliest first. */
export type Want =
  /** Words of the grammar. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** The beginning of a declaration, or of an item of a block. */
  | { readonly kind: "items"; readonly frame: Frame["kind"]; readonly seen: readonly string[] }
  | { readonly kind: "symbols"; readonly of: readonly DeclaredSymbol["kind"][] }
  /** Keys of a side's labels; `rest` is written behind one. */
  | {
      readonly kind: "labelKeys";
      readonly side: LabelSide;
      readonly rest: "" | ": ";
      readonly seen: readonly string[];
    }
  /** `job.region`, written whole. */
  | { readonly kind: "labelPaths"; readonly side: LabelSide }
  /** The values of one label. */
  | {
      readonly kind: "labelValues";
      readonly side: LabelSide;
      readonly key: string;
      readonly list?: boolean;
    }
  | { readonly kind: "valuesOf"; readonly name: string }
  | { readonly kind: "functions" }
  | { readonly kind: "types"; readonly of: "label" | "param" }
  | { readonly kind: "paths" }
  | { readonly kind: "literals"; readonly values: readonly string[]; readonly detail: string }
  | { readonly kind: "locals"; readonly of: string };
