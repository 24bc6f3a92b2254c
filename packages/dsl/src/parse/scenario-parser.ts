import { closest } from "@routewright/diagnostics";
import type { IToken, TokenType } from "chevrotain";
import type {
  Expr,
  Habit,
  LabelEntry,
  Moment,
  Name,
  Requirement,
  ScenarioAction,
  ScenarioDeclaration,
  ScenarioDelay,
  ScenarioItem,
  ScenarioStep,
  ScenarioWorker,
  ScenarioWorkerItem,
} from "./ast.ts";
import { syntaxUnexpected } from "./diagnostics.ts";
import { tokenSpan } from "./lexer.ts";
import { ScenarioExpectationParser } from "./scenario-expectation-parser.ts";
import { workerTypes } from "./test-parser.ts";
import * as t from "./tokens.ts";
import { type BlockShape, nameOf, type Rule, showToken } from "./tolerant-parser.ts";

export abstract class ScenarioParser extends ScenarioExpectationParser {
  protected readonly scenarioDeclaration: Rule<ScenarioDeclaration> = this.rule(
    "scenarioDeclaration",
    () => {
      const start = this.start();
      this.CONSUME(t.Scenario);
      const name = this.needText(1, "after `scenario`: what it shows");
      const items = this.braces(scenarioShape, this.scenarioItem);
      return { kind: "scenario", doc: this.doc(start), name, items, span: this.since(start) };
    },
  );

  private readonly scenarioItem: Rule<ScenarioItem> = this.rule("scenarioItem", () => {
    const start = this.start();
    return this.OR<ScenarioItem>([
      { ALT: () => this.SUBRULE(this.scenarioWorker) },
      { ALT: () => this.SUBRULE(this.stubItem) },
      { ALT: () => this.SUBRULE(this.chooseItem) },
      {
        ALT: () => {
          this.CONSUME(t.Starts);
          const at = this.value(1);
          return { kind: "starts", at, span: this.since(start) };
        },
      },
      { ALT: () => this.SUBRULE(this.delayItem) },
      { ALT: () => this.SUBRULE(this.moment) },
    ]);
  });

  private readonly delayItem: Rule<ScenarioItem> = this.rule("delayItem", () => {
    const start = this.start();
    const what = this.OR<ScenarioDelay>([
      { ALT: () => this.word(this.CONSUME(t.Classifying), "classifying") },
      { ALT: () => this.word(this.CONSUME(t.Queueing), "queueing") },
      { ALT: () => this.word(this.CONSUME(t.Offering), "offering") },
    ]);
    this.need(1, t.Takes, `after \`${what}\``);
    const takes = this.value(1);
    return { kind: "delay", what, takes, span: this.since(start) };
  });

  private word<W>(_token: IToken, word: W): W {
    return word;
  }

  private readonly moment: Rule<Moment> = this.rule("moment", () => {
    const start = this.start();
    let from: Expr | undefined;
    const when = this.OR<Moment["when"]>([
      { ALT: () => this.word(this.CONSUME(t.At), "at") },
      { ALT: () => this.word(this.CONSUME(t.Within), "within") },
      { ALT: () => this.word(this.CONSUME1(t.Until), "until") },
      {
        ALT: () => {
          this.CONSUME(t.From);
          from = this.value(1);
          this.need(2, t.Until, "after the time from which it must hold");
          return "until";
        },
      },
    ]);
    const time = this.value(2);
    let steps: readonly ScenarioStep[] = [];
    if (this.RECORDING_PHASE || this.at(t.LeftBrace) || this.stepFollows()) {
      this.OR1([
        {
          ALT: () => {
            steps = this.braces(stepShape, this.step);
          },
        },
        {
          ALT: () => {
            steps = [this.SUBRULE(this.step)];
          },
        },
      ]);
    } else {
      this.expected("what happens then, or `expect …`");
    }
    return { kind: "moment", when, from, time, steps, span: this.since(start) };
  });

  /** Unless on the next line an item of the scenario begins that is no step. */
  private stepFollows(): boolean {
    const next = this.LA(1);
    if (!this.at(t.AnyName)) return false;
    if (!this.isLineStart(next) || this.isVerb(this.LA(2))) return true;
    return !this.startsItem(next, scenarioShape) || this.startsItem(next, plain);
  }

  private readonly scenarioWorker: Rule<ScenarioWorker> = this.rule("scenarioWorker", () => {
    const start = this.start();
    this.CONSUME(t.Worker);
    const name = this.needName(1, "after `worker`");
    const items = this.SUBRULE(this.scenarioWorkerBody);
    return { kind: "worker", name, items, span: this.since(start) };
  });

  private readonly scenarioWorkerBody: Rule<ScenarioWorkerItem[]> = this.rule(
    "scenarioWorkerBody",
    () => this.braces(scenarioWorkerShape, this.scenarioWorkerItem),
  );

  private readonly scenarioWorkerItem: Rule<ScenarioWorkerItem> = this.rule(
    "scenarioWorkerItem",
    () =>
      this.OR<ScenarioWorkerItem>([
        { ALT: () => this.SUBRULE(this.habitItem) },
        { ALT: () => this.SUBRULE(this.workerItem) },
      ]),
  );

  private readonly habitItem: Rule<ScenarioWorkerItem> = this.rule("habitItem", () => {
    const start = this.start();
    const kind = this.OR<Habit>([
      { ALT: () => this.word(this.CONSUME(t.Accepts), "accepts") },
      { ALT: () => this.word(this.CONSUME(t.Declines), "declines") },
      { ALT: () => this.word(this.CONSUME(t.Completes), "completes") },
      { ALT: () => this.word(this.CONSUME(t.Closes), "closes") },
    ]);
    const after = this.afterTime(1);
    return { kind, after, span: this.since(start) };
  });

  private afterTime(idx: number): Expr | undefined {
    return this.option(idx, () => {
      this.consume(idx, t.After);
      return this.value(idx);
    });
  }

  // ── Steps ─────────────────────────────────────────────────────────────────────────────────

  private readonly step: Rule<ScenarioStep> = this.rule("step", () => {
    const start = this.start();
    if (!this.RECORDING_PHASE && !this.isVerb(this.LA(2)) && !this.startsItem(this.LA(1), plain)) {
      this.reportNoStep();
    }
    const what = this.RECORDING_PHASE
      ? this.OR<ScenarioAction | ReturnType<ScenarioParser["expectStep"]>>([
          { ALT: () => this.expectStep() },
          { ALT: () => this.SUBRULE(this.plainAction) },
          { ALT: () => this.SUBRULE(this.personAction), IGNORE_AMBIGUITIES: true },
        ])
      : this.isVerb(this.LA(2))
        ? this.SUBRULE(this.personAction)
        : this.at(t.Expect)
          ? this.expectStep()
          : this.SUBRULE(this.plainAction);
    if (what.kind === "expect") return { ...what, span: this.since(start) };
    const refused = this.OPTION(() => this.CONSUME(t.Refused)) !== undefined;
    return { ...what, refused, span: this.since(start) };
  });

  private expectStep() {
    this.CONSUME(t.Expect);
    const expectation = this.SUBRULE(this.scenarioExpectation);
    return { kind: "expect", expectation } as const;
  }

  private isVerb(token: IToken): boolean {
    return verbs.some((type) => token.tokenType === type);
  }

  private reportNoStep(): never {
    const [name, verb] = [this.LA(1), this.LA(2)];
    const isPerson = this.isType(name, t.AnyName) && this.isType(verb, t.AnyName);
    const wrong = isPerson ? verb : name;
    const words = (isPerson ? verbs : plain.starts).map((type) => type.LABEL ?? "");
    const meant = closest(wrong.image, words);
    const span = tokenSpan(wrong);
    const where = isPerson ? `after ${showToken(name)}` : "here";
    this.problem(
      syntaxUnexpected,
      { token: showToken(wrong), where },
      span,
      meant === undefined
        ? { help: `steps begin with ${list(plain.starts)}, or with a worker who ${list(verbs)}` }
        : {
            help: `did you mean \`${meant}\`?`,
            fixes: [{ title: `write \`${meant}\``, safe: false, edits: [{ span, text: meant }] }],
          },
    );
    return this.abandon();
  }

  private readonly personAction: Rule<ScenarioAction> = this.rule("personAction", () => {
    const worker = nameOf(this.CONSUME(t.AnyName));
    return this.OR<ScenarioAction>([
      {
        ALT: () => {
          this.CONSUME(t.Accepts);
          return { kind: "accepts", worker, job: this.jobName(1) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Declines);
          const job = this.jobName(2);
          const retryAfter = this.OPTION(() => {
            this.CONSUME(t.For);
            return this.value(2);
          });
          return { kind: "declines", worker, job, retryAfter };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Completes);
          const job = this.jobName(3);
          return { kind: "completes", worker, job, note: this.noteText(3) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Closes);
          const job = this.jobName(4);
          const disposition = this.dispositionCode(14);
          const note = this.noteText(4);
          return { kind: "closes", worker, job, disposition, note, after: this.afterTime(24) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Goes);
          this.need(5, t.Off, "after `goes`");
          return { kind: "goesOff", worker };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Comes);
          this.need(6, t.Back, "after `comes`");
          return { kind: "comesBack", worker };
        },
      },
    ]);
  });

  private jobName(idx: number): Name | undefined {
    return this.needName(40 + idx, "where a job is named");
  }

  /** A name before a verb is a worker: with it the next step begins. */
  private dispositionCode(idx: number): Expr | undefined {
    return this.RECORDING_PHASE || !this.isVerb(this.LA(2)) ? this.optionalValue(idx) : undefined;
  }

  private noteText(idx: number): Expr | undefined {
    return this.option(30 + idx, () => {
      this.consume(idx, t.Note);
      return this.value(30 + idx);
    });
  }

  private readonly plainAction: Rule<ScenarioAction> = this.rule("plainAction", () =>
    this.OR<ScenarioAction>([
      { ALT: () => this.SUBRULE(this.jobStep) },
      { ALT: () => ({ kind: "worker", worker: this.SUBRULE(this.scenarioWorker) }) },
      { ALT: () => this.SUBRULE(this.setStep) },
      { ALT: () => this.SUBRULE(this.changeStep) },
      { ALT: () => this.SUBRULE(this.moveStep) },
      {
        ALT: () => {
          this.CONSUME(t.Reclassify);
          const job = this.jobName(1);
          const via = this.OPTION1(() => {
            this.CONSUME(t.Via);
            return this.reference(1, "the name of a classification");
          });
          return { kind: "reclassify", job, via };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Cancel);
          const job = this.jobName(2);
          const disposition = this.dispositionCode(2);
          return { kind: "cancel", job, disposition, note: this.noteText(2) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Unassign);
          const job = this.jobName(3);
          const suspended = this.OPTION3(() => this.CONSUME(t.Suspended)) !== undefined;
          return { kind: "unassign", job, suspended };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Release);
          return { kind: "release", job: this.jobName(4) };
        },
      },
    ]),
  );

  private readonly jobStep: Rule<ScenarioAction> = this.rule("jobStep", () => {
    this.CONSUME(t.Job);
    const name = this.needName(10, "after `job`");
    const head = this.jobHead();
    const matching = this.OPTION6<"suspended" | { readonly scheduledAt: Expr }>(() =>
      this.OR6<"suspended" | { readonly scheduledAt: Expr }>([
        { ALT: () => this.word(this.CONSUME(t.Suspended), "suspended") },
        {
          ALT: () => {
            this.CONSUME(t.Scheduled);
            this.need(6, t.At, "after `scheduled`");
            return { scheduledAt: this.value(6) };
          },
        },
      ]),
    );
    const labels: LabelEntry[] = this.OPTION7(() => this.SUBRULE(this.entries)) ?? [];
    const requesting: Requirement[] = [];
    this.OPTION8(() => {
      this.CONSUME(t.Requesting);
      requesting.push(this.SUBRULE1(this.requirement));
      this.MANY({
        GATE: () => this.isNextStepRequirement(),
        DEF: () => {
          this.CONSUME(t.Comma);
          requesting.push(this.SUBRULE2(this.requirement));
        },
      });
    });
    return { kind: "job", name, ...head, matching, labels, requesting };
  });

  /** Behind a comma: another requirement, not the next step or item. */
  private isNextStepRequirement(): boolean {
    const next = this.LA(2);
    if (next.tokenType === t.RightBrace || this.isVerb(this.LA(3))) return false;
    const begins = this.startsItem(next, scenarioShape) || this.startsItem(next, plain);
    return !begins || this.isRequirementAhead();
  }

  private readonly setStep: Rule<ScenarioAction> = this.rule("setStep", () => {
    this.CONSUME(t.SetWord);
    const target = this.needName(1, "after `set`: a job or a worker");
    const labels = this.SUBRULE(this.entries);
    return { kind: "set", target, labels };
  });

  private readonly changeStep: Rule<ScenarioAction> = this.rule("changeStep", () => {
    this.CONSUME(t.Change);
    const worker = this.needName(1, "after `change`: a worker");
    const items = this.SUBRULE(this.workerBody);
    return { kind: "change", worker, items };
  });

  private readonly moveStep: Rule<ScenarioAction> = this.rule("moveStep", () => {
    this.CONSUME(t.Move);
    const job = this.jobName(1);
    const to = this.OPTION(() => {
      this.CONSUME(t.To);
      return this.reference(1, "the name of a queue");
    });
    const priority = this.OPTION1({
      GATE: () => this.LA(this.LA(1).tokenType === t.Comma ? 2 : 1).tokenType === t.Priority,
      DEF: () => {
        this.OPTION2(() => this.CONSUME(t.Comma));
        this.CONSUME(t.Priority);
        return this.value(1);
      },
    });
    return { kind: "move", job, to, priority };
  });
}

function list(types: readonly TokenType[]): string {
  return types.map((type) => `\`${type.LABEL ?? type.name}\``).join(", ");
}

const verbs: readonly TokenType[] = [t.Accepts, t.Declines, t.Completes, t.Closes, t.Goes, t.Comes];

const scenarioShape: BlockShape = {
  where: "in a scenario",
  what: "the scenario",
  starts: [
    t.Worker,
    t.Stub,
    t.Choose,
    t.Starts,
    t.Classifying,
    t.Queueing,
    t.Offering,
    t.At,
    t.Within,
    t.Until,
    t.From,
  ],
};

/** Steps that do not begin with the name of a worker. */
const plain: BlockShape = {
  where: "in a scenario",
  what: "the steps",
  starts: [
    t.Job,
    t.Worker,
    t.Expect,
    t.SetWord,
    t.Change,
    t.Move,
    t.Reclassify,
    t.Cancel,
    t.Unassign,
    t.Release,
  ],
};

const stepShape: BlockShape = {
  where: "among the steps of a moment",
  what: "the steps",
  starts: [t.AnyName],
};

const scenarioWorkerShape: BlockShape = {
  where: "in a worker",
  what: "the worker",
  starts: [...workerTypes, t.Accepts, t.Declines, t.Completes, t.Closes],
};
