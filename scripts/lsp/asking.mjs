// How the rows of the table ask: places in fixtures, texts of their own, chosen actions.
import assert from "node:assert/strict";
import { applyEdits, find } from "./client.mjs";
import { labels, main } from "./fixtures.mjs";

export const doc = (server, name) => ({ textDocument: { uri: server.uri(name) } });
export const at = (server, text, piece, plus, name = "main.route") => ({
  ...doc(server, name),
  position: find(text, piece, plus),
});

/** Opens a text of its own, so that a row leaves nothing to the next. */
let scratchNumber = 0;
export async function scratch(server, text) {
  const name = `scratch${++scratchNumber}.route`;
  const findings = server.next(name, () => true);
  await server.open(name, text);
  return { name, uri: server.uri(name), findings: await findings };
}

export async function settled(server, name, fits) {
  const now = server.published.get(server.uri(name));
  return now !== undefined && fits(now) ? now : await server.next(name, fits);
}

export async function actionsFor(server, text, piece, { plus = 0, length = 0, only } = {}) {
  const { name, uri } = await scratch(server, text);
  const start = find(text, piece, plus);
  const end = find(text, piece, plus + length);
  const actions = await server.request("textDocument/codeAction", {
    textDocument: { uri },
    range: { start, end },
    context: { diagnostics: [], ...(only === undefined ? {} : { only: [only] }) },
  });
  const apply = async (title) => {
    const action = actions.find((each) => each.title.startsWith(title));
    assert(action, `no action \`${title}…\` among ${actions.map((each) => each.title)}`);
    assert.equal(action.edit, undefined, "edits come when the action is chosen");
    const { edit } = await server.request("codeAction/resolve", action);
    return applyEdits(text, edit.changes[uri] ?? []);
  };
  return { actions, apply, name, uri };
}

export const alone = main
  .replace('import "./labels.route"\n', `${labels}\n`)
  .replaceAll("xbox_na", "own_na")
  .replaceAll("fallback_desk", "own_desk")
  .replaceAll("skilled", "own_skilled")
  .replaceAll("classification xbox", "classification own")
  .replaceAll("premium jobs", "own jobs");
