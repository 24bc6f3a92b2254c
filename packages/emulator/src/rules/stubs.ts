import type { RuleStub, RuleValue } from "@routewright/runtime";

/** Answers of functions and webhooks, by URI; they win over the network. */
export type Stubs = Map<string, RuleStub>;

export type StubEntry = readonly [
  uri: string,
  stub: { readonly value: RuleValue } | { readonly fail: true },
];

/** Those that are data: what a program gave as a function lives as long as the program. */
export function savedStubs(stubs: Stubs): readonly StubEntry[] {
  return [...stubs].flatMap(([uri, stub]): readonly StubEntry[] =>
    typeof stub === "function" ? [] : [[uri, stub]],
  );
}

export function loadStubs(stubs: Stubs, entries: readonly StubEntry[]): void {
  for (const [uri, stub] of stubs) if (typeof stub !== "function") stubs.delete(uri);
  for (const [uri, stub] of entries) stubs.set(uri, stub);
}
