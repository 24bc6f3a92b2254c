import { type Bundle, encodeBundle } from "@routewright/jobrouter";
import type { EmittedFile } from "./emitted-file.ts";

/** The bundle itself. */
export function emitBundle(bundle: Bundle): readonly EmittedFile[] {
  return [{ path: "bundle.json", text: encodeBundle(bundle) }];
}
