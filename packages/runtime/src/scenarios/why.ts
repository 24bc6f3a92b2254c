import type { ScenarioCommand, ScenarioFact } from "@routewright/jobrouter";
import { describeOffers, differingVerdicts, type OfferExplanation } from "../explain/offers.ts";
import type { Exclusion, Ranking } from "../rank/ranking.ts";
import { describeReason } from "../router/reasons.ts";
import type { Router } from "../router/router.ts";
import type { Happening, Reason } from "../router/transition.ts";
import type { ScenarioCheck } from "./report.ts";
import { showTime } from "./words.ts";

export type Why = Pick<ScenarioCheck, "offers" | "why">;

/** About whom it has to be explained who gets a job; `workerIds` absent: everybody. */
interface Question {
  readonly jobIds: readonly string[];
  readonly workerIds?: readonly string[];
}

/** As many jobs are explained when an expectation names none, and as many workers told. */
const mostJobs = 3;
const mostWorkers = 12;

/** What the router does not keep, to explain afterwards who got a job and who did not. */
export class OfferMemory {
  readonly #router: Router;
  readonly #startMs: number;
  /** By job, before its last offer. */
  readonly #rankings = new Map<string, Ranking>();
  /** By worker, why it stands as it does; commands aside. */
  readonly #causes = new Map<string, string>();

  constructor(router: Router, startMs: number) {
    this.#router = router;
    this.#startMs = startMs;
  }

  keepRanking(jobId: string, ranking: Ranking): void {
    const excluded = ranking.excluded.map(({ workerId, reasons }) => ({
      workerId,
      reasons: this.#withCauses(workerId, reasons),
    }));
    this.#rankings.set(jobId, { ...ranking, excluded });
  }

  keepState(happening: Happening, reason: Reason): void {
    if (happening.kind !== "workerState") return;
    if (reason.cause.kind === "command") this.#causes.delete(happening.workerId);
    else this.#causes.set(happening.workerId, describeReason(reason));
  }

  /** Of an expectation that does not hold now; nothing when it is not about who gets a job. */
  whyNot(fact: ScenarioFact): Why {
    if (fact.kind === "workers") return this.#whyWorkers(fact);
    const question = this.#questionOf(fact);
    return question === undefined ? {} : this.#explain(question);
  }

  /** Of a step that was refused. */
  whyRefused(does: ScenarioCommand): Why {
    if (does.kind !== "accept" && does.kind !== "decline") return {};
    const { jobId, workerId } = does;
    if (this.#isOffered(jobId, workerId)) return {};
    return this.#explain({ jobIds: [jobId], workerIds: [workerId] });
  }

  #questionOf(fact: ScenarioFact): Question | undefined {
    switch (fact.kind) {
      case "offer": {
        const { present, outcome, jobId, workerId } = fact;
        if (present) {
          const isOpen = outcome !== undefined && this.#isOffered(jobId, workerId);
          return isOpen ? undefined : this.#about(jobId, workerId);
        }
        // Who has the offer that nobody should have.
        const held = this.#openOffers(jobId, workerId);
        const jobIds = [...new Set(held.map((offer) => offer.jobId))].slice(0, mostJobs);
        return { jobIds, workerIds: held.map((offer) => offer.workerId) };
      }
      case "state":
        if (fact.of !== "job" || fact.negated || fact.state !== "assigned") return undefined;
        return this.#about(fact.id, fact.workerId);
      case "event": {
        const isOffer =
          fact.event === "RouterWorkerOfferIssued" || fact.event === "RouterWorkerOfferAccepted";
        if (!fact.present || !isOffer) return undefined;
        const { of, id } = fact;
        return this.#about(of === "job" ? id : undefined, of === "worker" ? id : undefined);
      }
      default:
        return undefined;
    }
  }

  #about(jobId: string | undefined, workerId: string | undefined): Question {
    const jobIds = jobId === undefined ? this.#waiting().slice(0, mostJobs) : [jobId];
    return workerId === undefined ? { jobIds } : { jobIds, workerIds: [workerId] };
  }

  /** The longest unchanged first. */
  #waiting(): readonly string[] {
    return this.#router
      .list("jobs", { status: "queued" })
      .map(({ body }) => String(body.id))
      .reverse();
  }

  #isOffered(jobId: string | undefined, workerId: string | undefined): boolean {
    return this.#openOffers(jobId, workerId).length > 0;
  }

  #openOffers(jobId: string | undefined, workerId: string | undefined) {
    const jobIds = jobId === undefined ? this.#waiting() : [jobId];
    return jobIds.flatMap((id) =>
      (this.#router.job(id)?.offers ?? [])
        .filter((offer) => workerId === undefined || offer.workerId === workerId)
        .map((offer) => ({ jobId: id, workerId: offer.workerId })),
    );
  }

  #explain({ jobIds, workerIds }: Question): Why {
    const offers = jobIds.flatMap((jobId): readonly OfferExplanation[] => {
      const explanation = this.#router.explainOffers(jobId, this.#rankings.get(jobId));
      if (explanation === undefined) return [];
      return [this.#withOwnFacts(explanation, workerIds)];
    });
    return this.#told(offers);
  }

  #withOwnFacts(
    explanation: OfferExplanation,
    workerIds: readonly string[] | undefined,
  ): OfferExplanation {
    const { job, workers } = explanation;
    // What was decided before has the causes of that time.
    const isDecided = job?.kind === "offers" || job?.kind === "assigned";
    const known = workers.filter(({ workerId }) => workerIds?.includes(workerId) ?? true);
    const unknown = (workerIds ?? []).filter((id) => this.#router.worker(id) === undefined);
    return {
      ...explanation,
      workers: [
        ...known.map((verdict) =>
          verdict.outcome !== "excluded" || isDecided
            ? verdict
            : { ...verdict, reasons: this.#withCauses(verdict.workerId, verdict.reasons) },
        ),
        ...unknown.map((workerId) => ({ outcome: "unknown", workerId }) as const),
      ],
    };
  }

  #withCauses(workerId: string, reasons: readonly Exclusion[]): readonly Exclusion[] {
    const because = this.#causes.get(workerId);
    if (because === undefined) return reasons;
    return reasons.map((reason) =>
      reason.kind === "unavailable" ? { ...reason, because } : reason,
    );
  }

  #whyWorkers({ jobId, workerIds }: Extract<ScenarioFact, { kind: "workers" }>): Why {
    const ranking = this.#router.explainJob(jobId)?.ranking;
    if (ranking === undefined) return this.#explain({ jobIds: [jobId], workerIds });
    const verdicts = differingVerdicts(ranking, workerIds);
    return this.#told([{ jobId, expired: [], workers: verdicts }]);
  }

  #told(offers: readonly OfferExplanation[]): Why {
    const showInstant = (atMs: number): string => showTime(atMs - this.#startMs);
    const why = offers.flatMap((explanation) => describeOffers(explanation, { showInstant }));
    if (why.length === 0) return {};
    const most = mostWorkers + offers.length;
    const more = why.length - most;
    return {
      offers,
      why: more <= 1 ? why : [...why.slice(0, most), `and ${more} more`],
    };
  }
}
