/** Attributes and listeners of an element; `undefined` and `false` leave an attribute out. */
export interface Properties {
  readonly class?: string | undefined;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
  readonly [attribute: string]:
    | string
    | number
    | boolean
    | undefined
    | Readonly<Record<string, (event: Event) => void>>;
}

type Child = Node | string | undefined;

/** Makes an element. Text stays text: nothing here is ever parsed as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "object") {
      for (const [type, listener] of Object.entries(value)) {
        element.addEventListener(type, listener);
      }
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) if (child !== undefined) element.append(child);
  return element;
}

/** A sheet for a shadow root, made once a component. */
export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** Sends what a component found out to whoever holds it; crosses the shadow root. */
export function emit<T>(from: HTMLElement, type: string, detail: T): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

export function define(name: string, view: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, view);
}
