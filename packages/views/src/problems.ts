import type { Problem, WireLocation } from "@routewright/lsp/protocol";
import { h } from "./dom.ts";

const marks = {
  error: { mark: "✗", role: "bad" },
  warning: { mark: "!", role: "warn" },
  hint: { mark: "i", role: "muted" },
} as const;

/** Why something could not be shown, each with its place and what to do about it. */
export function problemList(
  problems: readonly Problem[],
  reveal: (location: WireLocation) => void,
): HTMLElement {
  return h(
    "ul",
    { class: "problems" },
    problems.map(({ severity, message, help, location }) =>
      h(
        "li",
        {},
        h("span", { class: marks[severity].role, "aria-label": severity }, marks[severity].mark),
        h(
          "span",
          {},
          `${message} `,
          location === undefined ? undefined : placeButton(location, reveal),
        ),
        help === undefined ? undefined : h("span", { class: "help" }, help),
      ),
    ),
  );
}

/** `main.route:41`, which shows the place. */
export function placeButton(
  location: WireLocation,
  reveal: (location: WireLocation) => void,
): HTMLElement {
  return h(
    "button",
    { class: "link", type: "button", on: { click: () => reveal(location) } },
    placeLabel(location),
  );
}

export function placeLabel({ uri, range }: WireLocation): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  return `${decode(name)}:${range.start.line + 1}`;
}

/** A URI may hold a lone `%`, which does not decode. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
