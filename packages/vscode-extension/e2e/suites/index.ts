import type { Suite } from "../screen.ts";
import { debugging } from "./debugging.ts";
import { editing } from "./editing.ts";
import { importing } from "./importing.ts";
import { panels } from "./panels.ts";
import { reloading } from "./reloading.ts";
import { testing } from "./testing.ts";
import { walkthrough } from "./walkthrough.ts";

/** What is done through the screen, in this order, in one window. */
export const suites: Readonly<Record<string, Suite>> = {
  editing,
  testing,
  panels,
  debugging,
  importing,
  reloading,
  walkthrough,
};
