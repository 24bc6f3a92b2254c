import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import type { RuleValue } from "./value.ts";

/**
 * Answers of `function` and `webhook` rules, by URI; nothing here calls a network. A rule without
 * an entry is unreachable, which fails as an unreachable function does in the service.
 */
export type RuleAnswers = ReadonlyMap<string, RuleStub>;

/**
 * `value`: the same answer every time. `fail`: reached, and failed. A function gets what the
 * service would send and answers, or fails with `undefined` or with a reason; what it throws is its
 * author's to see.
 */
export type RuleStub =
  | { readonly value: RuleValue }
  | { readonly fail: true; readonly why?: string }
  | ((payload: RulePayload) => RuleValue | StubFailure | undefined);

/** Why there is no answer; a class, since an answer may be any JSON. */
export class StubFailure {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

/** What the service posts; which parts depends on the rule's place and on `scoringParameters`. */
export interface RulePayload {
  readonly job?: Labels;
  readonly selectors?: readonly WorkerSelector[];
  /** With the automatic `Id`. */
  readonly worker?: Labels;
  /** Instead of `worker` in batch mode. */
  readonly workers?: readonly Labels[];
}

export const noAnswers: RuleAnswers = new Map();
