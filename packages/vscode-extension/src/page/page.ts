import {
  DecisionView,
  DeployView,
  defineViews,
  JobFormView,
  PreviewView,
  TimelineView,
  viewEvents,
} from "@routewright/views";
import type { FromPage, ToPage } from "./messages.ts";

/** The script of every panel's page: hands what the extension sends to the components, and back. */

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

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
  }
});

for (const kind of Object.values(viewEvents)) {
  addEventListener(kind, (event) => {
    if (event instanceof CustomEvent) host.postMessage({ kind, detail: event.detail });
  });
}
host.postMessage({ kind: "ready" });

function each<T extends HTMLElement>(view: abstract new () => T, show: (view: T) => void): void {
  for (const element of document.querySelectorAll("*")) if (element instanceof view) show(element);
}
