import { define, emit, h, sheet } from "./dom.ts";
import { viewEvents } from "./events.ts";
import type {
  DeployBehaviour,
  DeployChange,
  DeployLine,
  DeployModel,
  DeployOffer,
  DeployRequest,
} from "./model/deploy-model.ts";
import { sharedSheet } from "./theme.ts";

const ownSheet = sheet(`
  :host { display: grid; gap: 16px; max-width: 72em; }
  header { display: grid; gap: 10px; }
  .head { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: start; justify-content: space-between; }
  h1 { margin: 0; font-size: 1.3em; font-weight: 600; }
  .actions { display: flex; flex-wrap: wrap; gap: 8px; }
  .counts { display: flex; flex-wrap: wrap; gap: 6px 18px; }
  .counts b { font-size: 1.25em; }
  .counts .none { color: var(--_muted); }
  .counts .none b { font-weight: 400; }
  .banner { border-inline-start: 3px solid currentcolor; padding: 6px 10px; background: var(--_raised); }
  .banner p, .banner li { color: var(--_fg); }
  .banner ul { margin-block-start: 4px; display: grid; gap: 2px; }
  .conflicts li { padding: 6px 10px; border-inline-start: 3px solid var(--_bad); background: var(--_raised); }
  .conflicts li + li { margin-block-start: 6px; }
  .changes > li { border-block-start: 1px solid var(--_border); padding-block: 8px; }
  .changes > li:last-child { border-block-end: 1px solid var(--_border); }
  .title { display: flex; flex-wrap: wrap; gap: 2px 10px; align-items: baseline; }
  .title .sign { width: 1ch; font-family: var(--_mono); font-weight: 600; text-align: center; }
  .title .id { font-weight: 600; overflow-wrap: anywhere; }
  .title .reason { color: var(--_muted); }
  .title .links { margin-inline-start: auto; }
  .links { display: flex; flex-wrap: wrap; gap: 2px 14px; }
  .create { color: var(--_good); }
  .update, .drift, .jobs { color: var(--_warn); }
  .delete, .conflict { color: var(--_bad); }
  .same, .own, .forget { color: var(--_muted); }
  .lines { margin-block-start: 6px; padding-inline-start: calc(1ch + 10px); display: grid; gap: 3px; }
  .lines > li { display: grid; grid-template-columns: 1ch 1fr; gap: 0 10px; }
  .lines .sign { font-family: var(--_mono); }
  .lines .body { min-width: 0; overflow-wrap: anywhere; }
  .path { color: var(--_key); font-family: var(--_mono); font-size: var(--_mono-size); }
  .value { font-family: var(--_mono); font-size: var(--_mono-size); white-space: pre-wrap; }
  del, ins { text-decoration: none; }
  del { color: var(--_bad); text-decoration: line-through; }
  ins { color: var(--_good); }
  .side mark.delete { color: var(--_bad); }
  .side mark.create { color: var(--_good); }
  .side { display: grid; grid-template-columns: 1ch 1fr; gap: 0 8px; }
  .side mark { background: none; font-weight: 700; text-decoration: underline; text-underline-offset: 2px; }
  .since { color: var(--_warn); margin-block-start: 6px; padding-inline-start: calc(1ch + 10px); }
  .groups { margin-block-start: 4px; }
  .groups li { display: grid; grid-template-columns: 4ch 1fr; gap: 0 10px; padding-block: 3px; }
  .groups .count { text-align: end; font-variant-numeric: tabular-nums; }
  .groups .example { color: var(--_muted); }
  .groups .more { grid-column: 2; }
  .steps li { display: grid; gap: 2px; padding-block: 4px; }
  .steps code {
    display: block; padding: 4px 8px; margin-block: 2px;
    background: var(--_raised); border: 1px solid var(--_border); overflow-wrap: anywhere;
  }
  .steps .word { display: inline-block; max-width: 100%; }
  section { display: grid; gap: 6px; }
`);

const signs = { create: "+", update: "~", delete: "−", own: "=", forget: "=", drift: "~" } as const;
const spoken = {
  create: "create",
  update: "update",
  delete: "delete",
  own: "take note of",
  forget: "forget",
  drift: "changed",
} as const;

/** A plan to look at before it is applied, or what others changed. */
export class DeployView extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sharedSheet, ownSheet];
  }

  set model(model: DeployModel) {
    const ask = (request: DeployRequest): void => emit(this, viewEvents.deploy, request);
    const copy = (text: string): void => emit(this, viewEvents.copy, text);
    const { conflicts, notices, changes, behaviour, nextSteps } = model;
    const parts: (HTMLElement | undefined)[] = [
      header(model, ask),
      model.banner === undefined ? undefined : banner(model.banner),
      conflicts.length === 0
        ? undefined
        : section(
            "In the way",
            h(
              "ul",
              { class: "conflicts" },
              conflicts.map(({ message, help, offer }) =>
                h(
                  "li",
                  {},
                  h("p", {}, message),
                  h("p", { class: "muted" }, help),
                  offer === undefined ? undefined : offerButton(offer, ask),
                ),
              ),
            ),
          ),
      notices.length === 0
        ? undefined
        : h(
            "ul",
            { class: "warn" },
            notices.map((text) => h("li", {}, text)),
          ),
      changes.length === 0
        ? undefined
        : h(
            "ul",
            { class: "changes", "aria-label": "Changes" },
            changes.map((change) => changeItem(change, ask)),
          ),
      behaviour === undefined ? undefined : section("What it does", behaviourOf(behaviour)),
      nextSteps.length === 0
        ? undefined
        : section(
            "Next",
            h(
              "ul",
              { class: "steps" },
              nextSteps.map(({ text, command, offer }) =>
                h(
                  "li",
                  {},
                  h("span", {}, text),
                  h("code", {}, ...wholeWords(command)),
                  h(
                    "div",
                    { class: "links" },
                    button("Copy", () => copy(command)),
                    offer === undefined ? undefined : offerButton(offer, ask),
                  ),
                ),
              ),
            ),
          ),
    ];
    this.shadowRoot?.replaceChildren(...parts.filter((part) => part !== undefined));
  }
}

function header(model: DeployModel, ask: (request: DeployRequest) => void): HTMLElement {
  const { kind, name, target, policy, counts, actions } = model;
  return h(
    "header",
    {},
    h(
      "div",
      { class: "head" },
      h(
        "div",
        {},
        h("h1", {}, kind === "plan" ? `Plan for ${name}` : `Drift in ${name}`),
        h("p", { class: "muted" }, policy === undefined ? target : `${policy} → ${target}`),
      ),
      h(
        "div",
        { class: "actions" },
        actions.map(({ id, label, isMain }) =>
          h(
            "button",
            {
              class: isMain ? "action" : "action quiet",
              type: "button",
              "data-action": id,
              on: { click: () => ask({ kind: "action", id }) },
            },
            label,
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "counts", "aria-live": "polite" },
      counts.map(({ role, count, words }) =>
        h("span", { class: count === 0 ? "none" : role }, h("b", {}, String(count)), ` ${words}`),
      ),
    ),
  );
}

function banner({ role, text, lines = [] }: NonNullable<DeployModel["banner"]>): HTMLElement {
  return h(
    "div",
    { class: `banner ${role}`, role: "status" },
    h("p", {}, text),
    lines.length === 0
      ? undefined
      : h(
          "ul",
          {},
          lines.map((line) => h("li", {}, line)),
        ),
  );
}

function changeItem(change: DeployChange, ask: (request: DeployRequest) => void): HTMLElement {
  const { key, action, kind, id, reason, lines, drift, hasDiff, offer } = change;
  return h(
    "li",
    { "data-key": key },
    h(
      "div",
      { class: "title" },
      h(
        "span",
        { class: `sign ${action}`, role: "img", "aria-label": spoken[action] },
        signs[action],
      ),
      h("span", { class: action }, kind),
      h("span", { class: "id" }, id),
      h("span", { class: "reason" }, reason),
      h(
        "span",
        { class: "links" },
        offer === undefined ? undefined : offerButton(offer, ask),
        hasDiff ? button("Open diff", () => ask({ kind: "diff", key })) : undefined,
      ),
    ),
    lines.length === 0 ? undefined : lineList(lines),
    drift.length === 0
      ? undefined
      : h("p", { class: "since" }, "Since it was last applied, somebody else changed:"),
    drift.length === 0 ? undefined : lineList(drift),
  );
}

function lineList(lines: readonly DeployLine[]): HTMLElement {
  const roles = { "+": "create", "-": "delete", "~": "update" } as const;
  return h(
    "ul",
    { class: "lines" },
    lines.map((line) =>
      h(
        "li",
        {},
        h("span", { class: `sign ${roles[line.sign]}` }, line.sign === "-" ? "−" : line.sign),
        h("div", { class: "body" }, h("span", { class: "path" }, line.path), ": ", ...values(line)),
      ),
    ),
  );
}

function values({ note, before, after, pieces }: DeployLine): readonly (HTMLElement | string)[] {
  if (note !== undefined) return [h("span", { class: "muted" }, note)];
  if (pieces !== undefined) return [side(pieces, "before"), side(pieces, "after")];
  const shown: (HTMLElement | string)[] = [];
  if (before !== undefined) shown.push(h("del", { class: "value" }, before));
  if (before !== undefined && after !== undefined) shown.push(" → ");
  if (after !== undefined) shown.push(h("ins", { class: "value" }, after));
  return shown;
}

/** One of two long texts whole, with what the other does not have marked. */
function side(pieces: NonNullable<DeployLine["pieces"]>, which: "before" | "after"): HTMLElement {
  return h(
    "div",
    { class: "side" },
    h("span", { class: which === "before" ? "delete" : "create" }, which === "before" ? "−" : "+"),
    h(
      "span",
      { class: "value" },
      pieces
        .filter((piece) => piece.side === "both" || piece.side === which)
        .map((piece) =>
          piece.side === "both"
            ? piece.text
            : h("mark", { class: which === "before" ? "delete" : "create" }, piece.text),
        ),
    ),
  );
}

function behaviourOf({ jobs, changed, groups, more }: DeployBehaviour): HTMLElement {
  const told =
    changed === 0
      ? `Of ${jobs} sample jobs none changes.`
      : `Of ${jobs} sample jobs ${changed} ${changed === 1 ? "changes" : "change"}:`;
  return h(
    "div",
    {},
    h("p", {}, told),
    h(
      "ul",
      { class: "groups" },
      groups.map(({ count, example, changes }) =>
        h(
          "li",
          {},
          h("span", { class: "count" }, `${count} ×`),
          h(
            "span",
            {},
            `${changes.join("; ")} `,
            h("span", { class: "example" }, `e.g. ${example}`),
          ),
        ),
      ),
      more === 0
        ? undefined
        : h("li", {}, h("span", { class: "more muted" }, `and ${more} more kinds of change`)),
    ),
  );
}

/** A line breaks between the words of a command, not inside `--key-env`. */
function wholeWords(command: string): readonly (HTMLElement | string)[] {
  return command.split(" ").flatMap((word) => [h("span", { class: "word" }, word), " "]);
}

function offerButton(
  { kind, keys, label }: DeployOffer,
  ask: (request: DeployRequest) => void,
): HTMLElement {
  return button(label, () => ask({ kind, keys }));
}

function section(title: string, content: HTMLElement): HTMLElement {
  return h("section", { "aria-label": title }, h("h2", {}, title), content);
}

function button(label: string, click: () => void): HTMLElement {
  return h("button", { class: "link", type: "button", on: { click } }, label);
}

export function defineDeploy(): void {
  define("rw-deploy", DeployView);
}
