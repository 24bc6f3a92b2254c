import type { Labels, WorkerSelector } from "@routewright/jobrouter";
import { fxToNumber } from "@routewright/powerfx";
import type { Assumptions } from "../assumptions.ts";
import { readLabel } from "../labels.ts";
import { defaultScoreValue } from "../rank/default-score.ts";
import { ruleScores } from "../rank/rule-score.ts";
import type { RuleResult } from "../rules/rule.ts";
import type { RuleAnswers } from "../rules/stubs.ts";
import type { Crew } from "./crew.ts";
import type { PreparedDistribution } from "./distribution.ts";
import type { FloorWorker } from "./floor.ts";
import { ScoreClasses, type ScoreTable, signatureOf, signaturePart } from "./score-classes.ts";

/** What of a job a score may depend on. */
export interface ScoredJob {
  readonly labels: Labels;
  /** Those in force: requested, then attached; without the expired ones. */
  readonly selectors: readonly WorkerSelector[];
}

export interface ScoringContext {
  readonly assumptions: Assumptions;
  readonly answers: RuleAnswers;
}

/** Lists of labels for which classes are kept at once. */
const mostClasses = 16;

/** The scores of a crew's workers, by distribution and kind of job. */
export class Scores<W extends FloorWorker> {
  readonly #crew: Crew<W>;
  readonly #context: ScoringContext;
  /** By the distribution where that says which labels are read, else by their names. */
  readonly #classes = new Map<unknown, ScoreClasses<W>>();

  constructor(crew: Crew<W>, context: ScoringContext) {
    this.#crew = crew;
    this.#context = context;
  }

  /** Up to date; `undefined`: each worker has to be asked for by itself (`ask`). */
  of(
    distribution: PreparedDistribution,
    job: ScoredJob,
  ): { readonly classes: ScoreClasses<W>; readonly table: ScoreTable } | undefined {
    const { reads, descending } = distribution;
    switch (reads.kind) {
      case "everything":
        return undefined;
      case "keys": {
        const classes = this.#classesOf(distribution, reads.workerKeys);
        const labels = distribution.sendsJobLabels ? job.labels : undefined;
        const signature =
          labels === undefined
            ? undefined
            : reads.jobKeys === "all"
              ? signatureOfAll(labels)
              : signatureOf(reads.jobKeys.map((key) => readLabel(labels, key)));
        const table = classes.table(signature, descending, (worker) =>
          this.#ruleScore(distribution, labels, worker),
        );
        return { classes, table };
      }
      case "job": {
        const { labelKeys } = this.#crew.floor;
        const keys = Object.keys(job.labels).filter((key) => labelKeys.has(key));
        for (const { key } of job.selectors) if (!keys.includes(key)) keys.push(key);
        // Keys are free text: the length tells where one ends.
        const classes = this.#classesOf(signatureOf(["", ...keys]), keys);
        const signature = (descending ? "-" : "+") + defaultSignature(keys, job);
        const table = classes.table(signature, descending, (worker) =>
          this.#known(
            defaultScoreValue(job.labels, job.selectors, worker, this.#context.assumptions),
          ),
        );
        return { classes, table };
      }
    }
  }

  /** Scores of some workers by asking for each, batch by batch where the rule takes batches. */
  ask(
    { scoring, scoringOptions }: PreparedDistribution,
    job: ScoredJob,
    workers: readonly W[],
  ): readonly number[] {
    if (scoring === undefined) return workers.map(() => Number.NaN);
    const { answers } = this.#context;
    return ruleScores(
      {
        rule: scoring,
        options: scoringOptions,
        jobLabels: job.labels,
        selectors: job.selectors,
        answers,
      },
      workers,
    ).map((score) => this.#known(score.ok ? score.score.value : undefined));
  }

  #classesOf(name: unknown, keys: readonly string[]): ScoreClasses<W> {
    let classes = this.#classes.get(name);
    if (classes === undefined) {
      if (this.#classes.size >= mostClasses) this.#classes.clear();
      classes = new ScoreClasses(this.#crew, keys);
      this.#classes.set(name, classes);
    }
    classes.refresh();
    return classes;
  }

  #ruleScore({ scoring }: PreparedDistribution, job: Labels | undefined, worker: Labels): number {
    const program = scoring?.program;
    return this.#known(
      program === undefined
        ? numberIn(scoring?.run({ payload: {} }, this.#context.answers))
        : fxToNumber(program.run(job, worker)),
    );
  }

  /** NaN where there is no score: the worker is left out (Q23). */
  #known(score: number | undefined): number {
    if (score !== undefined && !Number.isNaN(score)) return score;
    return this.#context.assumptions.Q23 === "scoreZero" ? 0 : Number.NaN;
  }
}

function numberIn(result: RuleResult | undefined): number | undefined {
  return result?.ok === true && typeof result.value === "number" ? result.value : undefined;
}

function signatureOfAll(labels: Labels): string {
  let signature = "";
  for (const key of Object.keys(labels)) {
    signature += signaturePart(key) + signaturePart(labels[key]);
  }
  return signature;
}

/** The default score counts the labels that no worker has, too. */
function defaultSignature(keys: readonly string[], { labels, selectors }: ScoredJob): string {
  let signature = `${Object.keys(labels).length};`;
  for (const key of keys) signature += signaturePart(readLabel(labels, key));
  for (const { key, labelOperator, value } of selectors) {
    signature += signaturePart(key) + signaturePart(labelOperator) + signaturePart(value);
  }
  return signature;
}
