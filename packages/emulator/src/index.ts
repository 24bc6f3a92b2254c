export { collections } from "@routewright/runtime";
export type { BearerRule } from "./auth/bearer.ts";
export {
  type Emulator,
  type EmulatorOptions,
  EmulatorProblem,
  emulatorVersion,
  startEmulator,
} from "./emulator.ts";
export { JournalProblem, journalPath } from "./journal/journal.ts";
export { type JournalRecord, readLines, type Snapshot } from "./journal/record.ts";
export { isLoopback } from "./rules/allowed-hosts.ts";
