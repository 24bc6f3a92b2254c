import { h, sheet } from "./dom.ts";

/** How forms look. */
export const formSheet = sheet(`
  form { display: grid; gap: 12px; }
  .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(11em, 1fr)); gap: 8px 12px; }
  .field { display: grid; gap: 2px; align-content: start; }
  .field > label { display: flex; gap: 6px; overflow-wrap: anywhere; }
  .field > label .muted { font-size: 0.9em; }
  input, select, textarea {
    width: 100%; min-height: 2em; padding: 3px 6px; border: 1px solid var(--rw-input-border, var(--_border));
    border-radius: 2px; background: var(--_input); color: var(--_input-fg);
  }
  input::placeholder, textarea::placeholder { color: var(--rw-input-placeholder, var(--_muted)); opacity: 1; }
  select { appearance: auto; }
  textarea { font-family: var(--_mono); font-size: var(--_mono-size); min-height: 7em; resize: vertical; }
  .actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
  details > summary { cursor: pointer; color: var(--_muted); }
  details[open] > summary { margin-block-end: 4px; }
  details > .field + .field { margin-block-start: 8px; }
  [aria-invalid="true"] { border-color: var(--_bad); }
`);

/** A control with its name above. */
export function field(
  id: string,
  name: string,
  control: HTMLElement,
  note?: string,
  doc?: string,
): HTMLElement {
  control.id = id;
  return h(
    "div",
    { class: "field", title: doc },
    h("label", { for: id }, name, note === undefined ? "" : h("span", { class: "muted" }, note)),
    control,
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function choices(
  items: readonly Choice[],
  current: string,
  set: (value: string) => void,
): HTMLSelectElement {
  const select = h(
    "select",
    {},
    items.map(({ value, label }) => h("option", { value }, label)),
  );
  select.value = current;
  select.addEventListener("change", () => set(select.value));
  return select;
}

export function button(
  text: string,
  act: () => void,
  properties: {
    readonly class?: string;
    readonly disabled?: boolean;
    readonly title?: string;
  } = {},
): HTMLElement {
  return h(
    "button",
    { class: "action quiet", type: "button", ...properties, on: { click: act } },
    text,
  );
}
