import type {
  Expr,
  JobParts,
  LabelEntry,
  Moment,
  Requirement,
  ScenarioAction,
  ScenarioExpectation,
  ScenarioItem,
  ScenarioStep,
  ScenarioWorker,
  TestItem,
  WorkerItem,
} from "../parse/ast.ts";
import * as t from "../parse/tokens.ts";
import { concat, type Doc, group, indent, line, nothing, space } from "./doc.ts";
import { asTheyAre, ExpressionLayout } from "./expression-layout.ts";

type ScenarioJob = Extract<ScenarioAction, { readonly kind: "job" }>;

/** Scenarios, and what they share with tests and policies. */
export abstract class ScenarioLayout extends ExpressionLayout {
  /** `word value` */
  protected property(value: Expr): Doc {
    const word = this.cursor.take();
    return concat([word, space, this.expr(value)]);
  }

  protected entries(entries: readonly LabelEntry[]): Doc {
    return this.block(
      entries,
      (entry) => {
        const key = concat([this.cursor.take(), this.cursor.take()]);
        return concat([key, space, entry.value === undefined ? nothing : this.expr(entry.value)]);
      },
      { always: "joined" },
      asTheyAre,
    );
  }

  protected flag(): Doc {
    if (!this.cursor.at(t.True) && !this.cursor.at(t.False)) return nothing;
    return concat([space, this.cursor.take()]);
  }

  protected requirement(node: Requirement): Doc {
    const parts: Doc[] = [this.requirementKind(node)];
    if (node.expiresAfter !== undefined) parts.push(space, this.property(node.expiresAfter));
    if (node.expedite !== undefined) {
      const word = this.cursor.take();
      parts.push(space, word, this.flag());
    }
    return concat(parts);
  }

  protected requirementKind(node: Requirement): Doc {
    switch (node.kind) {
      case "condition":
        return this.expr(node.condition);
      case "none":
        return this.words(2);
      case "rule": {
        if (node.rule.kind === "sameLabels" && !this.cursor.atSecond(t.By)) return this.words(5);
        const words = this.words(2);
        return concat([words, space, this.expr(node.rule)]);
      }
    }
  }

  protected jobItem(item: TestItem & { readonly kind: "job" }): Doc {
    return this.job(this.cursor.take(), item, undefined);
  }

  /** `head`: `job`, and in a scenario its name. */
  private job(head: Doc, item: JobParts, matching: ScenarioJob["matching"]): Doc {
    const parts: Doc[] = [head];
    for (const value of [item.channel, item.via, item.queue, item.priority]) {
      if (value !== undefined) parts.push(space, this.property(value));
    }
    if (matching === "suspended") parts.push(space, this.cursor.take());
    else if (matching !== undefined) {
      const words = this.words(2);
      parts.push(space, words, space, this.expr(matching.scheduledAt));
    }
    if (this.cursor.at(t.LeftBrace)) parts.push(space, this.entries(item.labels));
    if (item.requesting.length > 0) {
      const requirements: Doc[] = [this.cursor.take(), space];
      for (const [index, requirement] of item.requesting.entries()) {
        if (index > 0) requirements.push(this.cursor.takeComma(), line);
        requirements.push(this.cursor.commentsBefore(), this.requirement(requirement));
      }
      parts.push(indent(concat([line, group(indent(concat(requirements)))])));
    }
    return group(concat(parts));
  }

  protected workerItem(item: WorkerItem): Doc {
    switch (item.kind) {
      case "id":
      case "capacity":
      case "load":
        return this.property(item.value);
      case "unavailable":
        return this.cursor.take();
      case "labels": {
        const word = this.cursor.take();
        return concat([word, space, this.entries(item.entries)]);
      }
      case "queues": {
        const word = this.cursor.take();
        return concat([word, space, this.list(item.values, (value) => this.expr(value))]);
      }
      case "channel": {
        const parts = [this.property(item.channel)];
        if (item.cost !== undefined) parts.push(space, this.property(item.cost));
        if (item.max !== undefined) parts.push(space, this.property(item.max));
        return concat(parts);
      }
    }
  }

  /** Commas between the names are optional; the usual form has them. */
  protected workerNames(count: number): Doc {
    const parts: Doc[] = [this.cursor.take()];
    for (let index = 0; index < count; index++) {
      if (index > 0) {
        parts.push(this.cursor.at(t.Comma) ? this.cursor.takeComma() : this.cursor.comma(), space);
      }
      parts.push(this.cursor.take());
    }
    if (this.cursor.at(t.Comma)) this.cursor.skip();
    parts.push(this.cursor.take());
    return concat(parts);
  }

  // ── Scenarios ─────────────────────────────────────────────────────────────────────────────

  protected scenarioItem(item: ScenarioItem): Doc {
    switch (item.kind) {
      case "worker":
        return this.person(item);
      case "stub":
        return this.stub(item);
      case "choose":
      case "starts":
        return this.property(item.at);
      case "delay": {
        const words = this.words(2);
        return concat([words, space, this.expr(item.takes)]);
      }
      case "moment":
        return this.moment(item);
    }
  }

  protected stub(item: Extract<TestItem, { readonly kind: "stub" }>): Doc {
    const head = this.property(item.uri);
    const arrow = this.cursor.take();
    const answer = item.answer === "fails" ? this.cursor.take() : this.expr(item.answer);
    return concat([head, space, arrow, space, answer]);
  }

  private person(worker: ScenarioWorker): Doc {
    const words = this.words(2);
    const body = this.block(
      worker.items,
      (item) => {
        if (!("after" in item)) return this.workerItem(item);
        const verb = this.cursor.take();
        return concat([verb, item.after === undefined ? nothing : this.spaced(item.after)]);
      },
      {},
      asTheyAre,
    );
    return concat([words, space, body]);
  }

  private spaced(value: Expr): Doc {
    return concat([space, this.property(value)]);
  }

  private moment(item: Moment): Doc {
    const parts: Doc[] = [];
    if (item.from !== undefined) parts.push(this.property(item.from), space);
    parts.push(this.property(item.time), space);
    const [only] = item.steps;
    parts.push(
      this.cursor.at(t.LeftBrace) || only === undefined
        ? this.block(item.steps, (step) => this.step(step), {}, asTheyAre)
        : this.step(only),
    );
    return concat(parts);
  }

  private step(step: ScenarioStep): Doc {
    if (step.kind === "expect") {
      const word = this.cursor.take();
      return concat([word, space, this.scenarioExpectation(step.expectation)]);
    }
    const action = this.scenarioAction(step);
    return step.refused ? concat([action, space, this.cursor.take()]) : action;
  }

  private scenarioAction(action: ScenarioAction): Doc {
    switch (action.kind) {
      case "job":
        return this.job(this.words(2), action, action.matching);
      case "worker":
        return this.person(action.worker);
      case "accepts":
      case "goesOff":
      case "comesBack":
        return this.words(3);
      case "declines":
        return this.sentence(3, [action.retryAfter]);
      case "completes":
        return this.sentence(3, [action.note]);
      case "closes": {
        const parts = [this.words(3)];
        if (action.disposition !== undefined) parts.push(space, this.expr(action.disposition));
        parts.push(this.sentence(0, [action.note, action.after]));
        return concat(parts);
      }
      case "set": {
        const words = this.words(2);
        return concat([words, space, this.entries(action.labels)]);
      }
      case "change": {
        const words = this.words(2);
        const body = this.block(action.items, (part) => this.workerItem(part), {}, asTheyAre);
        return concat([words, space, body]);
      }
      case "move": {
        const parts = [this.sentence(2, [action.to])];
        if (action.priority !== undefined) {
          const comma = this.cursor.at(t.Comma) ? this.cursor.takeComma() : nothing;
          parts.push(comma, space, this.property(action.priority));
        }
        return concat(parts);
      }
      case "reclassify":
        return this.sentence(2, [action.via]);
      case "cancel": {
        const parts = [this.words(2)];
        if (action.disposition !== undefined) parts.push(space, this.expr(action.disposition));
        parts.push(this.sentence(0, [action.note]));
        return concat(parts);
      }
      case "unassign":
        return this.words(action.suspended ? 3 : 2);
      case "release":
        return this.words(2);
    }
  }

  /** Some words, and properties behind them. */
  private sentence(count: number, properties: readonly (Expr | undefined)[]): Doc {
    const parts: Doc[] = count === 0 ? [] : [this.words(count)];
    for (const value of properties) {
      if (value !== undefined) parts.push(this.spaced(value));
    }
    return concat(parts);
  }

  private scenarioExpectation(node: ScenarioExpectation): Doc {
    switch (node.kind) {
      case "offer": {
        const ends = [node.job, node.worker].filter((name) => name !== undefined).length;
        const outcome = node.outcome === undefined ? 0 : 1;
        return this.words((node.present ? 1 : 2) + 2 * ends + outcome);
      }
      case "state":
        return this.words(2 + (node.negated ? 1 : 0) + (node.to === undefined ? 0 : 2));
      case "requires": {
        const words = this.words(node.active ? 2 : 4);
        return concat([words, space, this.requirement(node.requirement)]);
      }
      case "queueOf":
      case "priorityOf":
      case "loadOf":
      case "dispositionOf":
      case "noteOf": {
        const words = this.words(4);
        return concat([words, space, this.expr(node.value)]);
      }
      case "noQueueOf":
        return this.words(4);
      case "labelsOf": {
        const words = this.words(3);
        return concat([words, space, this.entries(node.labels)]);
      }
      case "waiting": {
        const words = this.words(2);
        const queue = this.expr(node.queue);
        return concat([words, space, queue, space, this.workerNames(node.jobs.length)]);
      }
      case "workersFor": {
        const words = this.words(3);
        return concat([words, space, this.workerNames(node.workers.length)]);
      }
      case "event":
        return this.words((node.present ? 2 : 3) + (node.subject === undefined ? 0 : 2));
      case "events": {
        const words = this.words(3);
        return concat([words, space, this.workerNames(node.events.length)]);
      }
    }
  }
}
