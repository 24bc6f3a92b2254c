export * from "./index.ts";
export { type CarriedOut, carryOut, failuresOf, NotApplied } from "./shell/carry-out.ts";
export { type Access, connect, emulatorConnection, readConnectionString } from "./shell/connect.ts";
export { adoptObjects, forgetObjects, type NamedObject } from "./shell/ownership.ts";
export { DeployProblem, isErrno } from "./shell/problem.ts";
export {
  look,
  planFor,
  type Session,
  type SessionOptions,
  tellWithheld,
  type Wanted,
  withSession,
  withValues,
} from "./shell/session.ts";
export { defaultStatePath, saveState } from "./shell/state-file.ts";
