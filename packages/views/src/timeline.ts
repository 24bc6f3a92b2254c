import type {
  DecisionStep,
  DecisionSteps,
  DecisionStepsResult,
  Variable,
  WireLocation,
} from "@routewright/lsp/protocol";
import { define, emit, h, sheet } from "./dom.ts";
import { viewEvents } from "./events.ts";
import { placeButton, problemList } from "./problems.ts";
import { sharedSheet } from "./theme.ts";

const ownSheet = sheet(`
  h2 { margin-block-end: 8px; }
  .columns { display: grid; grid-template-columns: minmax(16em, 3fr) minmax(14em, 2fr); gap: 16px; align-items: start; }
  @container (max-width: 36em) { .columns { grid-template-columns: 1fr; } }
  :host { container-type: inline-size; }
  ol { border-inline-start: 2px solid var(--_border); margin-inline-start: 7px; }
  ol > li {
    position: relative; display: grid; grid-template-columns: auto 1fr; gap: 0 10px;
    padding: 3px 8px 3px 16px; cursor: pointer; border-radius: 3px;
  }
  ol > li::before {
    content: ""; position: absolute; inset-inline-start: -6px; inset-block-start: 0.65em;
    width: 8px; height: 8px; border-radius: 50%;
    background: var(--_bg); border: 2px solid var(--_muted);
  }
  ol > li.applied::before, ol > li.result::before { border-color: var(--_good); background: var(--_good); }
  ol > li.failed::before { border-color: var(--_bad); background: var(--_bad); }
  ol > li[aria-selected="true"] { background: var(--_here); box-shadow: 0 0 0 1px var(--_here-border); }
  time { min-width: 1.6em; color: var(--_muted); font-variant-numeric: tabular-nums; }
  .what { overflow-wrap: anywhere; }
  .detail { position: sticky; inset-block-start: 0; display: grid; gap: 10px; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 10px; align-items: baseline; }
  dt { color: var(--_muted); overflow-wrap: anywhere; }
  dd { overflow-wrap: anywhere; }
  dl dl { grid-column: 1 / -1; margin-inline-start: 1em; }
  @media (forced-colors: active) {
    ol > li[aria-selected="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
    ol > li[aria-selected="true"] time { color: HighlightText; }
  }
`);

/** What came before stands in the list; a debugger has no list. */
const pastScope = "Before";

/** What happened, in order, one line each; the chosen line shows how things stood then. */
export class TimelineView extends HTMLElement {
  private list: readonly DecisionStep[] = [];
  private chosen = 0;
  private items: readonly HTMLElement[] = [];
  private readonly detail = h("div", { class: "detail", "aria-live": "polite" });

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sharedSheet, ownSheet];
  }

  set steps(result: DecisionStepsResult) {
    const reveal = (location: WireLocation): void => emit(this, viewEvents.reveal, location);
    this.shadowRoot?.replaceChildren(
      result.ok ? this.page(result) : problemList(result.problems, reveal),
    );
    if (result.ok) this.choose(Math.min(this.chosen, this.list.length - 1), false);
  }

  /** Which line is chosen, for a page that comes again. */
  get memory(): unknown {
    return this.chosen;
  }

  set memory(kept: unknown) {
    if (typeof kept === "number" && Number.isInteger(kept)) {
      this.chosen = kept;
      if (this.list.length > 0) this.choose(Math.min(kept, this.list.length - 1), false);
    }
  }

  private page({ title, steps }: DecisionSteps): HTMLElement {
    this.list = steps;
    this.items = steps.map(({ time, text, state }, index) =>
      h(
        "li",
        {
          class: state,
          role: "option",
          id: `step-${index}`,
          on: { click: () => this.choose(index, true) },
        },
        h("time", {}, time ?? String(index + 1)),
        h("span", { class: "what" }, text),
      ),
    );
    const keys: Readonly<Record<string, (at: number) => number>> = {
      ArrowDown: (at) => at + 1,
      ArrowUp: (at) => at - 1,
      Home: () => 0,
      End: () => steps.length - 1,
      PageDown: (at) => at + 10,
      PageUp: (at) => at - 10,
    };
    const list = h(
      "ol",
      {
        role: "listbox",
        tabindex: 0,
        "aria-label": title,
        on: {
          keydown: (event) => {
            const move = event instanceof KeyboardEvent ? keys[event.key] : undefined;
            if (move === undefined) return;
            event.preventDefault();
            this.choose(Math.max(0, Math.min(move(this.chosen), steps.length - 1)), true);
          },
        },
      },
      this.items,
    );
    return h("div", {}, h("h2", {}, title), h("div", { class: "columns" }, list, this.detail));
  }

  private choose(index: number, shows: boolean): void {
    const step = this.list[index];
    this.chosen = Math.max(0, index);
    for (const [at, item] of this.items.entries()) {
      item.setAttribute("aria-selected", String(at === index));
    }
    const item = this.items[index];
    item?.parentElement?.setAttribute("aria-activedescendant", item.id);
    this.detail.replaceChildren();
    if (step === undefined) return;
    const reveal = (location: WireLocation): void => emit(this, viewEvents.reveal, location);
    if (shows) {
      emit(this, viewEvents.remember, undefined);
      item?.scrollIntoView({ block: "nearest" });
      if (step.location !== undefined) reveal(step.location);
    }
    this.detail.append(
      h(
        "p",
        {},
        h("b", {}, step.name),
        " ",
        step.location === undefined ? "" : placeButton(step.location, reveal),
      ),
      ...step.scopes
        .filter(({ name }) => name !== pastScope)
        .map(({ name, variables }) =>
          h("section", { "aria-label": name }, h("h3", {}, name), variableList(variables)),
        ),
    );
  }
}

function variableList(variables: readonly Variable[]): HTMLElement {
  return h(
    "dl",
    {},
    variables.flatMap(({ name, value, children }) => [
      h("dt", {}, name),
      h("dd", {}, h("code", {}, value)),
      children === undefined || children.length === 0 ? undefined : variableList(children),
    ]),
  );
}

export function defineTimeline(): void {
  define("rw-timeline", TimelineView);
}
