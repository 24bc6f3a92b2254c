import type {
  Decision,
  EvaluateResult,
  Evaluation,
  RankingView,
  TraceAtom,
  TraceStep,
  WireLocation,
} from "@routewright/lsp/protocol";
import { define, emit, h, sheet } from "./dom.ts";
import { viewEvents } from "./events.ts";
import { placeButton, problemList } from "./problems.ts";
import { sharedSheet } from "./theme.ts";

const ownSheet = sheet(`
  :host { display: grid; gap: 14px; }
  .outcome { display: flex; flex-wrap: wrap; gap: 8px 20px; }
  .outcome div { min-width: 6em; }
  .outcome dt { color: var(--_muted); }
  .outcome dd { font-size: 1.25em; font-weight: 600; overflow-wrap: anywhere; }
  .outcome dd.list { font: inherit; }
  .requires { display: flex; flex-wrap: wrap; gap: 6px; margin-block-start: 4px; }
  .requires li { border: 1px solid var(--_border); border-radius: 3px; padding: 1px 7px; }
  .title { display: flex; justify-content: space-between; align-items: baseline; margin-block-end: 4px; }
  .steps > li { display: grid; grid-template-columns: 1.6em 1fr auto; gap: 0 4px; align-items: baseline; padding-block: 3px; }
  .steps > li + li { border-block-start: 1px solid var(--_border); }
  .steps .passedOver .what { color: var(--_muted); }
  .what { overflow-wrap: anywhere; }
  .atoms { grid-column: 2 / -1; }
  .atoms li { display: flex; flex-wrap: wrap; gap: 0 10px; }
  .atoms code { overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; }
  th { text-align: start; font-weight: 400; color: var(--_muted); }
  th, td { padding: 3px 10px 3px 0; border-block-end: 1px solid var(--_border); vertical-align: top; }
  details > summary { cursor: pointer; color: var(--_muted); }
`);

const stepMarks = {
  applied: { mark: "✓", role: "good", label: "applied" },
  passedOver: { mark: "–", role: "muted", label: "did not apply" },
  failed: { mark: "✗", role: "bad", label: "failed" },
  result: { mark: "→", role: "good", label: "result" },
} as const;

const groups = [
  { title: "Queue", kinds: ["queueRule", "match", "queue"] },
  { title: "Priority", kinds: ["priority"] },
  { title: "Worker requirements", kinds: ["workerRule"] },
] as const satisfies readonly { title: string; kinds: readonly TraceStep["kind"][] }[];

/** What one job gets, and why. */
export class DecisionView extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sharedSheet, ownSheet];
  }

  set evaluation(result: EvaluateResult | undefined) {
    const reveal = (location: WireLocation): void => emit(this, viewEvents.reveal, location);
    const parts =
      result === undefined
        ? []
        : result.ok
          ? this.parts(result, reveal)
          : [problemList(result.problems, reveal)];
    this.shadowRoot?.replaceChildren(...parts);
  }

  private parts(
    evaluation: Evaluation,
    reveal: (location: WireLocation) => void,
  ): readonly HTMLElement[] {
    const copy = h(
      "button",
      {
        class: "link",
        type: "button",
        on: { click: () => emit(this, viewEvents.copy, evaluation.lines.join("\n")) },
      },
      "Copy as text",
    );
    return [
      h(
        "section",
        { "aria-label": "Decision", "aria-live": "polite" },
        outcome(evaluation.decision),
      ),
      ...(evaluation.problems.length > 0 ? [problemList(evaluation.problems, reveal)] : []),
      ...groups.flatMap(({ title, kinds }, index) => {
        const steps = evaluation.trace.filter(({ kind }) => kinds.some((known) => known === kind));
        if (steps.length === 0) return [];
        const heading = h("div", { class: "title" }, h("h2", {}, title), index === 0 ? copy : "");
        return [h("section", { "aria-label": title }, heading, stepList(steps, reveal))];
      }),
      ...(evaluation.ranking === undefined ? [] : [ranking(evaluation.ranking)]),
      ...(evaluation.assumptions.length === 0 ? [] : [assumptions(evaluation)]),
    ];
  }
}

function outcome(decision: Decision): HTMLElement {
  if (decision.outcome === "failed") {
    return h(
      "div",
      {},
      h("p", { class: "bad" }, h("b", {}, "Classification fails")),
      h(
        "ul",
        {},
        decision.errors.map((error) => h("li", {}, error)),
      ),
    );
  }
  const queue = decision.queueName ?? decision.queueId;
  const field = (term: string, value: string, title?: string): HTMLElement =>
    h("div", {}, h("dt", {}, term), h("dd", { title }, value));
  return h(
    "div",
    {},
    h(
      "dl",
      { class: "outcome" },
      field("Queue", queue ?? "none", decision.queueId),
      field("Priority", String(decision.priority)),
      h(
        "div",
        {},
        h("dt", {}, "Worker must have"),
        decision.requires.length === 0
          ? h("dd", {}, "nothing in particular")
          : h(
              "dd",
              { class: "list" },
              h(
                "ul",
                { class: "requires" },
                decision.requires.map((text) => h("li", {}, h("code", {}, text))),
              ),
            ),
      ),
    ),
    decision.warnings.map((text) => h("p", { class: "warn" }, text)),
  );
}

function stepList(
  steps: readonly TraceStep[],
  reveal: (location: WireLocation) => void,
): HTMLElement {
  return h(
    "ol",
    { class: "steps" },
    steps.map((step) => {
      const { mark, role, label } = stepMarks[step.state];
      return h(
        "li",
        { class: step.state },
        h("span", { class: role, role: "img", "aria-label": label }, mark),
        h("span", { class: "what" }, step.text),
        step.location === undefined ? h("span") : placeButton(step.location, reveal),
        step.atoms.length === 0 ? undefined : atomList(step.atoms),
      );
    }),
  );
}

function atomList(atoms: readonly TraceAtom[]): HTMLElement {
  return h(
    "ul",
    { class: "atoms" },
    atoms.map(({ text, value, operands }) =>
      h(
        "li",
        {},
        h("code", {}, text),
        h("span", { class: value === "true" ? "good" : "muted" }, value),
        operands.flatMap((operand) =>
          // A literal is its own value, and a condition's is told already.
          operand.text === operand.value || operand.text === text
            ? []
            : [h("span", { class: "muted" }, `${operand.text} is ${operand.value}`)],
        ),
      ),
    ),
  );
}

function ranking({ mode, workers, excluded }: RankingView): HTMLElement {
  return h(
    "section",
    { "aria-label": "Workers" },
    h("div", { class: "title" }, h("h2", {}, "Workers"), h("span", { class: "muted" }, mode)),
    workers.length === 0 ? h("p", { class: "bad" }, "Nobody may get the job.") : undefined,
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "Asked"),
          h("th", { scope: "col" }, "Worker"),
          h("th", { scope: "col" }, "Score, or why not"),
        ),
      ),
      h(
        "tbody",
        {},
        workers.map(({ id, score }, index) =>
          h(
            "tr",
            {},
            h("td", {}, String(index + 1)),
            h("td", {}, id),
            h("td", {}, score === undefined ? "" : String(score)),
          ),
        ),
        excluded.map(({ id, reasons }) =>
          h(
            "tr",
            { class: "muted" },
            h("td", { "aria-label": "not asked" }, "✗"),
            h("td", {}, id),
            h("td", {}, reasons.join("; ")),
          ),
        ),
      ),
    ),
  );
}

function assumptions({ assumptions: known }: Evaluation): HTMLElement {
  return h(
    "details",
    {},
    h(
      "summary",
      {},
      `Rests on ${known.length === 1 ? "1 assumption" : `${known.length} assumptions`}`,
    ),
    h(
      "ul",
      {},
      known.map(({ id, text }) => h("li", {}, h("b", {}, `${id} `), text)),
    ),
  );
}

export function defineDecision(): void {
  define("rw-decision", DecisionView);
}
