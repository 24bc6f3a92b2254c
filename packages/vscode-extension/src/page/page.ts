import {
  DecisionView,
  DeployView,
  defineViews,
  JobFormView,
  PreviewView,
  SimulationFormView,
  SimulationReportView,
  TimelineView,
  viewEvents,
} from "@routewright/views";
import type { FromPage, PageMemory, ToPage } from "./messages.ts";

/** The script of every panel's page: hands what the extension sends to the components, and back. */

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): PageMemory | undefined;
  setState(state: PageMemory): void;
};

defineViews();
const host = acquireVsCodeApi();

addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  switch (data.kind) {
    case "preview":
      each(PreviewView, (view) => {
        view.preview = data.preview;
      });
      return;
    case "place":
      each(PreviewView, (view) => {
        view.place = data.place;
      });
      return;
    case "form":
      each(JobFormView, (view) => {
        view.jobForm = data.form;
        if (data.form.ok) host.postMessage({ kind: viewEvents.evaluate, detail: view.request });
      });
      return;
    case "policy":
      each(JobFormView, (view) => {
        view.policy = data.policyId;
      });
      return;
    case "evaluation":
      each(DecisionView, (view) => {
        view.evaluation = data.evaluation;
      });
      return;
    case "deploy":
      each(DeployView, (view) => {
        view.model = data.model;
      });
      return;
    case "timeline":
      each(TimelineView, (view) => {
        view.steps = data.steps;
      });
      return;
    case "simulationForm":
      each(SimulationFormView, (view) => {
        view.simulationForm = data.form;
      });
      return;
    case "simulationChoice":
      each(SimulationFormView, (view) => {
        view.choice = data.choice;
      });
      return;
    case "simulation":
      each(SimulationReportView, (view) => {
        view.state = data.state;
      });
      each(SimulationFormView, (view) => {
        view.busy = data.state.kind === "running";
      });
      return;
    case "remember":
      keep({ host: data.memory });
      return;
  }
});

for (const kind of Object.values(viewEvents)) {
  addEventListener(kind, (event) => {
    if (!(event instanceof CustomEvent)) return;
    if (kind !== viewEvents.remember) host.postMessage({ kind, detail: event.detail });
    else if (isRemembering(event.target)) {
      const { target } = event;
      keep({ views: { ...host.getState()?.views, [target.localName]: target.memory } });
    }
  });
}
const kept = host.getState()?.views ?? {};
each(HTMLElement, (element) => {
  const { localName } = element;
  if (isRemembering(element) && Object.hasOwn(kept, localName)) element.memory = kept[localName];
});
// The editor names its theme on the body; what is drawn on a canvas has to be told.
new MutationObserver(() => each(SimulationReportView, (view) => view.redraw())).observe(
  document.body,
  { attributes: true, attributeFilter: ["class"] },
);
host.postMessage({ kind: "ready" });

function keep(memory: PageMemory): void {
  host.setState({ ...host.getState(), ...memory });
}

type Remembering = HTMLElement & { memory: unknown };

function isRemembering(target: unknown): target is Remembering {
  return target instanceof HTMLElement && "memory" in target;
}

function each<T extends HTMLElement>(view: abstract new () => T, show: (view: T) => void): void {
  for (const element of document.querySelectorAll("*")) if (element instanceof view) show(element);
}
