/** Writes docs/powerfx.md from the function table. */
import { writeFileSync } from "node:fs";
import { functionReference } from "@routewright/powerfx";

writeFileSync(new URL("../docs/powerfx.md", import.meta.url), functionReference());
