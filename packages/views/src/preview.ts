import type {
  Preview,
  PreviewFile,
  PreviewMapping,
  PreviewResult,
  WireLocation,
} from "@routewright/lsp/protocol";
import { define, emit, h, sheet } from "./dom.ts";
import { viewEvents } from "./events.ts";
import { comparePositions, mappingOf, mappingsAt, segmentsOf } from "./model/preview-model.ts";
import { problemList } from "./problems.ts";
import { sharedSheet } from "./theme.ts";

const ownSheet = sheet(`
  .stale { opacity: 0.6; }
  section { border: 1px solid var(--_border); border-radius: 3px; margin-block-end: 10px; overflow: clip; }
  header {
    display: flex; gap: 8px; align-items: baseline; justify-content: space-between;
    padding: 5px 10px; background: var(--_raised); border-block-end: 1px solid var(--_border);
  }
  header .link { font-weight: 600; overflow-wrap: anywhere; }
  .kind { color: var(--_muted); white-space: nowrap; }
  pre { margin: 0; padding: 6px 0; overflow-x: auto; line-height: 1.5; }
  .line { display: block; min-height: 1.5em; padding-inline: 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
  .line > span { cursor: pointer; }
  .key { color: var(--_key); }
  .text { color: var(--_text); }
  .number { color: var(--_number); }
  .word { color: var(--_word); }
  .line > span { scroll-margin-block: 5em; }
  .here { background: var(--_here); box-shadow: 0 0 0 1px var(--_here-border); }
  .why {
    position: sticky; inset-block-end: 0; margin: 0; padding: 8px 10px;
    background: var(--_raised); border: 1px solid var(--_border); border-radius: 3px;
  }
  .why:empty { display: none; }
  .why b { font-weight: 600; }
  .notes { margin-block-end: 10px; }
  @media (forced-colors: active) { .here { forced-color-adjust: none; color: MarkText; } }
`);

const kinds: Readonly<Record<PreviewFile["kind"], string>> = {
  distributionPolicies: "distribution policy",
  exceptionPolicies: "exception policy",
  queues: "queue",
  classificationPolicies: "classification policy",
};

interface Piece {
  readonly file: number;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly element: HTMLElement;
}

/** The compiled objects of a policy. Marks what the words at `place` became; a click goes back. */
export class PreviewView extends HTMLElement {
  private shown: Preview | undefined;
  private here: WireLocation | undefined;
  private pieces: readonly Piece[] = [];
  private readonly body = h("div");
  private readonly why = h("p", { class: "why", role: "status" });

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sharedSheet, ownSheet];
    root.append(this.body, this.why);
  }

  /** A result that was refused leaves the last objects standing, greyed, below the problems. */
  set preview(result: PreviewResult) {
    this.body.replaceChildren();
    if (result.ok) this.shown = result;
    if (!result.ok) {
      this.body.append(
        h(
          "div",
          { class: "notes" },
          problemList(result.problems, (at) => this.reveal(at)),
        ),
      );
    }
    if (this.shown === undefined) return;
    const { shown } = this;
    const pieces: Piece[] = [];
    this.body.append(
      h(
        "div",
        { class: result.ok ? "" : "stale" },
        shown.files.length === 0
          ? h("p", { class: "muted" }, "The policy declares no objects.")
          : undefined,
        shown.files.map((file, index) => this.section(shown, file, index, pieces)),
      ),
    );
    this.pieces = pieces;
    this.mark();
  }

  /** Where the cursor of the policy is. */
  set place(place: WireLocation | undefined) {
    this.here = place;
    this.mark();
  }

  private section(
    preview: Preview,
    file: PreviewFile,
    index: number,
    pieces: Piece[],
  ): HTMLElement {
    const whole = mappingOf(preview, index, { line: 0, character: 0 });
    const ranges = preview.mappings.flatMap((mapping) =>
      mapping.file === index ? [mapping.range] : [],
    );
    const lines = file.text.replace(/\n$/u, "").split("\n");
    return h(
      "section",
      { "aria-label": `${kinds[file.kind]} ${file.id}` },
      h(
        "header",
        {},
        h(
          "button",
          {
            class: "link",
            type: "button",
            disabled: whole === undefined,
            title: "Show in the policy",
            on: { click: () => whole && this.reveal(whole.source) },
          },
          file.id,
        ),
        h("span", { class: "kind" }, kinds[file.kind]),
      ),
      h(
        "pre",
        { tabindex: 0, "aria-label": file.name },
        lines.map((text, line) =>
          h(
            "code",
            { class: "line" },
            segmentsOf(text, line, ranges).map((segment) => {
              const element = h("span", { class: segment.role }, segment.text);
              element.addEventListener("click", () => {
                const place = { line, character: segment.start };
                const mapping = mappingOf(preview, index, place);
                if (mapping !== undefined) this.reveal(mapping.source);
              });
              const { start } = segment;
              pieces.push({ file: index, line, start, end: start + segment.text.length, element });
              return element;
            }),
          ),
        ),
      ),
    );
  }

  private mark(): void {
    const found =
      this.shown === undefined || this.here === undefined ? [] : mappingsAt(this.shown, this.here);
    let first: HTMLElement | undefined;
    let last: HTMLElement | undefined;
    for (const piece of this.pieces) {
      // White space marked for itself would be boxes around nothing.
      const isBlank = piece.element.textContent?.trim() === "";
      const isHere = !isBlank && found.some((mapping) => covers(mapping, piece));
      piece.element.classList.toggle("here", isHere);
      if (isHere) {
        first ??= piece.element;
        last = piece.element;
      }
    }
    // All of it where it fits, else its beginning.
    last?.scrollIntoView({ block: "nearest" });
    first?.scrollIntoView({ block: "nearest" });
    this.why.replaceChildren();
    const told = found.find(({ construct }) => construct !== undefined);
    if (told?.construct !== undefined) {
      this.why.append(
        h("b", {}, told.construct),
        told.reason === undefined ? "" : `: ${told.reason}`,
      );
    }
  }

  private reveal(location: WireLocation): void {
    emit(this, viewEvents.reveal, location);
  }
}

function covers(mapping: PreviewMapping, piece: Piece): boolean {
  if (mapping.file !== piece.file) return false;
  const start = { line: piece.line, character: piece.start };
  const end = { line: piece.line, character: piece.end };
  return (
    comparePositions(mapping.range.start, start) <= 0 &&
    comparePositions(end, mapping.range.end) <= 0
  );
}

export function definePreview(): void {
  define("rw-preview", PreviewView);
}
