import { define, emit, h } from "./dom.ts";
import {
  type FileChoice,
  type SimulationChoice,
  type SimulationForm,
  viewEvents,
} from "./events.ts";
import { button, choices, field, formSheet } from "./form-parts.ts";
import { simulationChoiceOf } from "./model/simulation-model.ts";
import { sharedSheet } from "./theme.ts";

/** What to simulate: a policy, who calls and who answers, and how often. */
export class SimulationFormView extends HTMLElement {
  private form: SimulationForm = { policies: [], workloads: [], answers: [] };
  private chosen: SimulationChoice = {};
  private isBusy = false;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sharedSheet, formSheet];
  }

  set simulationForm(form: SimulationForm) {
    this.form = form;
    this.render();
  }

  /** What is named is chosen; the rest stays as it is. */
  set choice(choice: SimulationChoice) {
    this.choose(choice);
    this.render();
  }

  get choice(): SimulationChoice {
    return this.chosen;
  }

  /** While something runs, nothing else is started. */
  set busy(busy: boolean) {
    if (busy === this.isBusy) return;
    this.isBusy = busy;
    this.render();
  }

  get memory(): unknown {
    return this.chosen;
  }

  set memory(kept: unknown) {
    this.chosen = simulationChoiceOf(kept);
    this.render();
  }

  private choose(part: SimulationChoice): void {
    this.chosen = { ...this.chosen, ...part };
    emit(this, viewEvents.remember, undefined);
  }

  private render(): void {
    const { policies, workloads, answers } = this.form;
    const { chosen } = this;
    const policy = known(policies, chosen.policy) ?? policies[0]?.uri;
    const workload = known(workloads, chosen.workload) ?? workloads[0]?.uri;
    const ready = policy !== undefined && workload !== undefined && !this.isBusy;
    const whole = (): SimulationChoice => simulationChoiceOf({ ...this.chosen, policy, workload });
    this.shadowRoot?.replaceChildren(
      h(
        "form",
        {
          "aria-label": "Simulation",
          on: {
            submit: (event) => {
              event.preventDefault();
              if (ready) emit(this, viewEvents.simulate, whole());
            },
          },
        },
        h(
          "div",
          { class: "fields" },
          field(
            "policy",
            "Policy",
            choices(named(policies, "no policy in this folder"), policy ?? "", (uri) => {
              this.choose({ policy: uri });
              this.render();
            }),
          ),
          field(
            "workload",
            "Workload",
            choices(named(workloads, "none yet"), workload ?? "", (uri) => {
              this.choose({ workload: uri });
              this.render();
            }),
            undefined,
            "A JSON file: who calls and how often, who answers and when, what is wanted",
          ),
          this.optional("compare", "Compare with", "no other policy", policies, policy),
          this.number("replications", "Replications", 1, 100_000),
          this.number("seed", "Seed", 0, Number.MAX_SAFE_INTEGER),
          this.optional("answers", "Answers of functions", "none", answers),
        ),
        workloads.length > 0
          ? undefined
          : h(
              "p",
              { class: "muted" },
              "A workload says who calls and how often, and who answers. There is none in this folder yet: a new one is made to suit the policy, with numbers to put right.",
            ),
        h(
          "div",
          { class: "actions" },
          h("button", { class: "action", type: "submit", disabled: !ready }, "Simulate"),
          button("New Workload", () => emit(this, viewEvents.newWorkload, whole()), {
            disabled: policy === undefined,
          }),
          button("Browse…", () => emit(this, viewEvents.browse, undefined)),
          button("Copy as Command", () => emit(this, viewEvents.copyCommand, whole()), {
            disabled: policy === undefined || workload === undefined,
          }),
        ),
      ),
    );
  }

  private optional(
    name: "compare" | "answers",
    title: string,
    none: string,
    files: readonly FileChoice[],
    without?: string,
  ): HTMLElement {
    const offered = files.filter(({ uri }) => uri !== without);
    const items = [{ value: "", label: none }, ...named(offered, undefined)];
    const current = known(offered, this.chosen[name]) ?? "";
    return field(
      name,
      title,
      choices(items, current, (uri) => {
        const { [name]: _before, ...rest } = this.chosen;
        this.chosen = rest;
        this.choose(uri === "" ? {} : { [name]: uri });
      }),
    );
  }

  private number(
    name: "replications" | "seed",
    title: string,
    min: number,
    max: number,
  ): HTMLElement {
    const input = h("input", {
      type: "number",
      min,
      max,
      step: 1,
      placeholder: "from workload",
      autocomplete: "off",
    });
    input.value = String(this.chosen[name] ?? "");
    input.addEventListener("input", () => {
      const { [name]: _before, ...rest } = this.chosen;
      this.chosen = rest;
      input.setAttribute("aria-invalid", String(!input.validity.valid));
      const value = input.valueAsNumber;
      this.choose(input.validity.valid && Number.isInteger(value) ? { [name]: value } : {});
    });
    return field(name, title, input);
  }
}

function known(files: readonly FileChoice[], uri: string | undefined): string | undefined {
  return files.find((file) => file.uri === uri)?.uri;
}

function named(files: readonly FileChoice[], none: string | undefined) {
  return files.length === 0 && none !== undefined
    ? [{ value: "", label: none }]
    : files.map(({ uri, name }) => ({ value: uri, label: name }));
}

export function defineSimulationForm(): void {
  define("rw-simulation-form", SimulationFormView);
}
