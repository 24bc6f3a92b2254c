import type { FormField, JobForm, JobFormResult, WireLocation } from "@routewright/lsp/protocol";
import { define, emit, h } from "./dom.ts";
import { type JobRequest, viewEvents } from "./events.ts";
import { choices, field, formSheet } from "./form-parts.ts";
import {
  initialText,
  labelsOf,
  memberOf,
  sampleName,
  textPairsOf,
  textsOf,
} from "./model/form-model.ts";
import { problemList } from "./problems.ts";
import { sharedSheet } from "./theme.ts";

const workersHelp = 'A JSON list, as in Job Router: [{ "id": "ann", "queues": ["…"], … }]';

/** A job as a form with the declared labels. Tells of every change, so that results keep up. */
export class JobFormView extends HTMLElement {
  private form: JobForm | undefined;
  private readonly texts = new Map<string, string>();
  private policyId = "";
  private channelId = "";
  private choice = "0";
  private workers = "";

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sharedSheet, formSheet];
  }

  /** A new form keeps what was written into fields that are still there. */
  set jobForm(result: JobFormResult) {
    if (!result.ok) {
      if (this.form === undefined) {
        const reveal = (at: WireLocation): void => emit(this, viewEvents.reveal, at);
        this.shadowRoot?.replaceChildren(problemList(result.problems, reveal));
      }
      return;
    }
    const isSame = JSON.stringify(result) === JSON.stringify(this.form);
    this.form = result;
    for (const field of result.job) {
      if (!this.texts.has(field.key)) this.texts.set(field.key, initialText(field));
    }
    if (!result.policies.some(({ id }) => id === this.policyId)) {
      this.policyId = result.policies[0]?.id ?? "";
    }
    if (!result.channels.some(({ id }) => id === this.channelId)) {
      this.channelId = result.channels[0]?.id ?? "";
    }
    if (!isSame) this.render(result);
  }

  /** Chooses the classification that is asked. */
  set policy(id: string) {
    this.policyId = id;
    if (this.form !== undefined) this.render(this.form);
  }

  /** What was written, for a page that comes again. */
  get memory(): unknown {
    const { policyId, channelId, choice, workers } = this;
    return { texts: [...this.texts], policyId, channelId, choice, workers };
  }

  set memory(kept: unknown) {
    const text = (key: string, otherwise: string): string => {
      const value = memberOf(kept, key);
      return typeof value === "string" ? value : otherwise;
    };
    for (const [key, value] of textPairsOf(memberOf(kept, "texts"))) this.texts.set(key, value);
    this.policyId = text("policyId", this.policyId);
    this.channelId = text("channelId", this.channelId);
    this.choice = text("choice", this.choice);
    this.workers = text("workers", this.workers);
    if (this.form !== undefined) this.render(this.form);
  }

  /** The job as it stands in the form. */
  get request(): JobRequest {
    const workers = parseWorkers(this.workers);
    const choice = Number(this.choice);
    return {
      job: {
        ...(this.channelId === "" ? {} : { channelId: this.channelId }),
        labels: labelsOf(this.form?.job ?? [], this.texts),
      },
      ...(this.policyId === "" ? {} : { policyId: this.policyId }),
      ...(workers === undefined ? {} : { workers }),
      ...(Number.isFinite(choice) && choice !== 0 ? { choice } : {}),
    };
  }

  private render(form: JobForm): void {
    const changed = (): void => this.changed();
    const samples = form.samples;
    this.shadowRoot?.replaceChildren(
      h(
        "form",
        {
          "aria-label": "Job",
          on: {
            submit: (event) => {
              event.preventDefault();
              changed();
            },
          },
        },
        samples.length === 0
          ? undefined
          : field(
              "sample",
              "Fill in from",
              choices(
                [
                  { value: "", label: "a sample job…" },
                  ...samples.map((sample, index) => ({
                    value: String(index),
                    label: sampleName(sample, index),
                  })),
                ],
                "",
                (value) => this.take(form, samples[Number(value)]),
              ),
            ),
        h(
          "div",
          { class: "fields" },
          form.policies.length < 2
            ? undefined
            : field(
                "policy",
                "Classification",
                choices(
                  form.policies.map(({ id, name }) => ({ value: id, label: name })),
                  this.policyId,
                  (value) => {
                    this.policyId = value;
                    changed();
                  },
                ),
              ),
          form.channels.length < 2
            ? undefined
            : field(
                "channel",
                "Channel",
                choices(
                  form.channels.map(({ id, name }) => ({ value: id, label: name })),
                  this.channelId,
                  (value) => {
                    this.channelId = value;
                    changed();
                  },
                ),
              ),
          form.job.map((label) =>
            field(
              `label-${label.key}`,
              label.key,
              this.control(label, changed),
              label.optional ? "may be missing" : undefined,
              label.doc,
            ),
          ),
        ),
        this.more(changed),
        h(
          "div",
          { class: "actions" },
          h("button", { class: "action", type: "submit" }, "Evaluate"),
          h(
            "button",
            {
              class: "action quiet",
              type: "button",
              on: { click: () => emit(this, viewEvents.debug, this.request) },
            },
            "Step through",
          ),
        ),
      ),
    );
  }

  private more(changed: () => void): HTMLElement {
    const text = h("textarea", { id: "workers", spellcheck: "false", title: workersHelp });
    text.value = this.workers;
    text.placeholder = workersHelp;
    text.addEventListener("input", () => {
      this.workers = text.value;
      const isWrong = this.workers.trim() !== "" && parseWorkers(this.workers) === undefined;
      text.setAttribute("aria-invalid", String(isWrong));
      changed();
    });
    const choice = h("input", { id: "choice", type: "number", min: 0, max: 1, step: 0.01 });
    choice.value = this.choice;
    choice.addEventListener("input", () => {
      this.choice = choice.value;
      changed();
    });
    return h(
      "details",
      { open: this.workers !== "" },
      h("summary", {}, "Workers and weighted choices"),
      field("workers", "Workers to rank", text),
      field("choice", "Where weighted choices fall, from 0 to 1", choice),
    );
  }

  private control(field: FormField, changed: () => void): HTMLElement {
    const current = this.texts.get(field.key) ?? "";
    const set = (text: string): void => {
      this.texts.set(field.key, text);
      changed();
    };
    const values = field.values ?? (field.type === "boolean" ? [true, false] : undefined);
    if (values !== undefined) {
      // A job may lack a label that is not optional; the policy's tests would say so.
      const listed = values.map((value) => ({ value: String(value), label: String(value) }));
      return choices([{ value: "", label: "(missing)" }, ...listed], current, set);
    }
    const input = h("input", {
      type: field.type === "number" ? "number" : "text",
      step: field.type === "number" ? "any" : undefined,
      min: field.min,
      max: field.max,
      placeholder: "(missing)",
      autocomplete: "off",
      spellcheck: "false",
    });
    input.value = current;
    input.addEventListener("input", () => set(input.value));
    return input;
  }

  private take(form: JobForm, sample: unknown): void {
    if (sample === undefined) return;
    for (const [key, text] of textsOf(form, sample)) this.texts.set(key, text);
    const policyId = memberOf(sample, "classificationPolicyId");
    if (form.policies.some(({ id }) => id === policyId)) this.policyId = String(policyId);
    const channelId = memberOf(sample, "channelId");
    if (form.channels.some(({ id }) => id === channelId)) this.channelId = String(channelId);
    this.render(form);
    this.changed();
  }

  private changed(): void {
    emit(this, viewEvents.remember, undefined);
    emit(this, viewEvents.evaluate, this.request);
  }
}

function parseWorkers(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function defineJobForm(): void {
  define("rw-job-form", JobFormView);
}
