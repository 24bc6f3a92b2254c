import { type Assumption, type AssumptionUser, assumptions } from "./assumptions.ts";

const users: Readonly<Record<AssumptionUser, string>> = {
  classification: "classification",
  ranking: "ranking",
  tests: "tests",
  language: "the language",
  router: "the router",
  emulator: "the emulator",
  deploy: "deploying",
};

/** The text of docs/fidelity.md, from the table; a test holds the file to it. */
export function fidelityPage(): string {
  const service = assumptions.filter(({ id }) => id.startsWith("Q"));
  const own = assumptions.filter(({ id }) => id.startsWith("R"));
  return `# Fidelity

What Job Router does where its documentation does not say so, as Routewright assumes it. This page
is written from the table in \`packages/runtime/src/assumptions.ts\` (\`UPDATE=1 npx vitest run
packages/runtime/test/fidelity.test.ts\` writes it anew); each entry is cited by \`eval --explain\`
where it had a part in an outcome.

Where an entry has choices, \`createEngine(objects, { assumptions: { Q13: "fail" } })\` picks another,
and so do \`createRouter\` and \`startEmulator\`; the first is the default. A running emulator tells all
of them at \`GET /_emulator/coverage\`, with what is in force, beside its operations and how often each
was called.

## Open questions about the service

${service.map(entry).join("\n\n")}

## Choices of a runtime that is offline

${own.map(entry).join("\n\n")}
`;
}

function entry(assumption: Assumption): string {
  const { id, name, question, source, date } = assumption;
  const choices = (assumption.choices ?? []).map(
    ({ value, meaning }, index) => `  - \`${value}\`${index === 0 ? " (default)" : ""}: ${meaning}`,
  );
  return [
    `### ${id}: ${question}`,
    "",
    `- Assumed: ${assumption.assumption}.`,
    `- Known: ${source}. Looked into on ${date}.`,
    `- Used by ${users[assumption.usedBy]}. Name: \`${name}\`.`,
    ...(choices.length === 0 ? [] : ["- Choices:", ...choices]),
  ].join("\n");
}
