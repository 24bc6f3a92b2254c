import type { Span } from "@routewright/diagnostics";
import type { TokenType } from "chevrotain";
import {
  type LabelEntry,
  type Name,
  type OfferOutcome,
  offerOutcomes,
  type ScenarioExpectation,
  type SubjectState,
  subjectStates,
} from "./ast.ts";
import { TestParser } from "./test-parser.ts";
import * as t from "./tokens.ts";
import { nameOf, type Rule } from "./tolerant-parser.ts";

/** What follows `expect` in a scenario. */
export abstract class ScenarioExpectationParser extends TestParser {
  protected readonly scenarioExpectation: Rule<ScenarioExpectation> = this.rule(
    "scenarioExpectation",
    () => {
      const start = this.start();
      if (!this.RECORDING_PHASE && !this.isNamedExpectation() && !this.isAboutSubject()) {
        if (!this.at(t.AnyName) || this.isLineStart(this.LA(1)) || this.at(t.Expect)) {
          this.expected("what is expected: `offer of …`, `queue of …`, or a job and its state");
          return this.abandon();
        }
      }
      const what =
        this.RECORDING_PHASE || !this.isAboutSubject()
          ? this.OR<Without<ScenarioExpectation>>([
              { ALT: () => this.SUBRULE(this.absentExpectation) },
              { ALT: () => this.offerExpectation(true) },
              { ALT: () => this.eventExpectation(true) },
              { ALT: () => this.SUBRULE(this.factExpectation) },
              { ALT: () => this.SUBRULE(this.listExpectation) },
              {
                ALT: () => this.SUBRULE(this.subjectExpectation),
                IGNORE_AMBIGUITIES: true,
              },
            ])
          : this.SUBRULE1(this.subjectExpectation);
      return { ...what, span: this.since(start) };
    },
  );

  private isNamedExpectation(): boolean {
    return named.has(this.LA(1).tokenType);
  }

  /** `j1 queued`, `j1 not queued`, `j1 requires …`, `j1 no longer requires …` */
  private isAboutSubject(): boolean {
    if (!this.at(t.AnyName)) return false;
    const next = this.LA(2).tokenType;
    if (next === t.No) return this.LA(3).tokenType === t.Longer;
    if (next !== t.Not && next !== t.Requires && !stateTypes.has(next)) return false;
    return !(named.has(this.LA(1).tokenType) && this.LA(3).tokenType === t.Of);
  }

  private readonly absentExpectation: Rule<Without<ScenarioExpectation>> = this.rule(
    "absentExpectation",
    () => {
      this.CONSUME(t.No);
      if (!this.RECORDING_PHASE && !absent.has(this.LA(1).tokenType)) {
        this.expected("`offer`, `queue` or `event`");
        return this.abandon();
      }
      return this.OR<Without<ScenarioExpectation>>([
        { ALT: () => this.offerExpectation(false) },
        { ALT: () => this.eventExpectation(false) },
        {
          ALT: () => {
            this.CONSUME(t.Queue);
            return { kind: "noQueueOf", subject: this.ofName(20) };
          },
        },
      ]);
    },
  );

  private offerExpectation(present: boolean): Without<ScenarioExpectation> {
    this.consume(10, t.Offer);
    const job = this.option(10, () => this.ofName(10));
    const worker = this.option(11, () => {
      this.consume(11, t.To);
      return this.needName(11, "the name of a worker");
    });
    const outcome = this.option(12, () =>
      this.or<OfferOutcome | undefined>(
        12,
        offerTypes.map((type, index) => ({
          ALT: () => {
            this.consume(index, type);
            return offerOutcomes[index];
          },
        })),
      ),
    );
    return { kind: "offer", present, job, worker, outcome };
  }

  private eventExpectation(present: boolean): Without<ScenarioExpectation> {
    this.consume(30, t.Event);
    const event = this.needName(30, "the name of an event");
    const subject = this.option(30, () => this.ofName(31));
    return { kind: "event", present, event, subject };
  }

  private ofName(idx: number): Name | undefined {
    this.need(idx, t.Of);
    return this.needName(100 + idx);
  }

  /** What is asked of one job or worker: `queue of j1 == …`. */
  private readonly factExpectation: Rule<Without<ScenarioExpectation>> = this.rule(
    "factExpectation",
    () =>
      this.OR<Without<ScenarioExpectation>>([
        { ALT: () => this.equalityFact("queueOf", 1, t.Queue) },
        { ALT: () => this.equalityFact("dispositionOf", 2, t.Disposition) },
        { ALT: () => this.equalityFact("noteOf", 3, t.Note) },
        { ALT: () => this.numberFact("priorityOf", 4, t.Priority) },
        { ALT: () => this.numberFact("loadOf", 5, t.Load) },
        {
          ALT: () => {
            this.CONSUME(t.Labels);
            const subject = this.ofName(6);
            const labels: LabelEntry[] = this.SUBRULE(this.entries);
            return { kind: "labelsOf", subject, labels };
          },
        },
      ]),
  );

  private equalityFact(
    kind: "queueOf" | "dispositionOf" | "noteOf",
    idx: number,
    type: TokenType,
  ): Without<ScenarioExpectation> {
    this.consume(idx, type);
    const subject = this.ofName(idx);
    const operator = this.comparison(idx + 40);
    if (!this.RECORDING_PHASE && operator !== "==" && operator !== "!=") {
      this.expected("`==` or `!=`");
      return this.abandon();
    }
    const value = this.value(idx);
    return { kind, subject, operator: operator === "!=" ? "!=" : "==", value };
  }

  private numberFact(
    kind: "priorityOf" | "loadOf",
    idx: number,
    type: TokenType,
  ): Without<ScenarioExpectation> {
    this.consume(idx, type);
    const subject = this.ofName(idx);
    const operator = this.comparison(idx + 40);
    const value = this.value(idx);
    return { kind, subject, operator, value };
  }

  private readonly listExpectation: Rule<Without<ScenarioExpectation>> = this.rule(
    "listExpectation",
    () =>
      this.OR<Without<ScenarioExpectation>>([
        {
          ALT: () => {
            this.CONSUME(t.Waiting);
            this.need(1, t.In, "after `waiting`");
            const queue = this.reference(1, "the name of a queue");
            return { kind: "waiting", queue, jobs: this.SUBRULE1(this.nameList) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Workers);
            this.need(2, t.For, "after `workers`");
            const subject = this.needName(2, "the name of a job");
            return { kind: "workersFor", subject, workers: this.SUBRULE2(this.nameList) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Events);
            const subject = this.ofName(3);
            return { kind: "events", subject, events: this.SUBRULE3(this.nameList) };
          },
        },
      ]),
  );

  private readonly subjectExpectation: Rule<Without<ScenarioExpectation>> = this.rule(
    "subjectExpectation",
    () => {
      const subject = nameOf(this.CONSUME(t.AnyName));
      if (this.RECORDING_PHASE || this.at(t.Requires) || this.at(t.No)) {
        const longer = this.OPTION(() => {
          this.CONSUME(t.No);
          this.need(1, t.Longer, "after `no`");
          return true;
        });
        this.need(2, t.Requires);
        const requirement = this.SUBRULE(this.requirement);
        if (!this.RECORDING_PHASE) {
          return { kind: "requires", subject, active: longer === undefined, requirement };
        }
      }
      const negated = this.OPTION1(() => this.CONSUME(t.Not)) !== undefined;
      if (!this.RECORDING_PHASE && !stateTypes.has(this.LA(1).tokenType)) {
        this.expected(`a state (${subjectStates.join(", ")})`);
        return this.abandon();
      }
      const state = this.OR<SubjectState>(
        [...stateTypes].map(([type, name], index) => ({
          ALT: () => {
            this.consume(10 + index, type);
            return name;
          },
        })),
      );
      const to = this.OPTION2({
        GATE: () => state === "assigned",
        DEF: () => {
          this.CONSUME(t.To);
          return this.needName(5, "the name of a worker");
        },
      });
      return { kind: "state", subject, negated, state, to };
    },
  );
}

/** The parts of a node before its place is known. */
type Without<N extends { readonly span: Span }> = N extends unknown ? Omit<N, "span"> : never;

const offerTypes: readonly TokenType[] = [t.Issued, t.Accepted, t.Declined, t.Expired, t.Revoked];

const absent: ReadonlySet<TokenType> = new Set([t.Offer, t.Queue, t.Event]);

/** The words that begin an expectation which does not begin with a job or a worker. */
const named: ReadonlySet<TokenType> = new Set([
  t.No,
  t.Offer,
  t.Queue,
  t.Priority,
  t.Labels,
  t.Disposition,
  t.Note,
  t.Load,
  t.Waiting,
  t.Workers,
  t.Event,
  t.Events,
]);

const stateTypes: ReadonlyMap<TokenType, SubjectState> = new Map(
  subjectStates.flatMap((state): (readonly [TokenType, SubjectState])[] => {
    const type = t.wordTypes.get(state);
    return type === undefined ? [] : [[type, state]];
  }),
);
