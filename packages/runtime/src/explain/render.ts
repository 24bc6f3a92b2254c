import type { Bundle } from "@routewright/jobrouter";
import { type AssumptionId, findAssumption } from "../assumptions.ts";
import type { Classification } from "../classify/result.ts";
import type { Ranking, ScorePart } from "../rank/ranking.ts";
import type { RuleTrace } from "../rules/rule.ts";
import { showValue } from "../text.ts";
import { describeExclusion, describeReasons, describeSelector } from "./describe.ts";
import { type Places, placesIn } from "./places.ts";
import type {
  AttachmentEntry,
  ExplainedClassification,
  MatchEntry,
  PriorityEntry,
  QueueEntry,
  QueueVerdict,
} from "./trace.ts";

/** What a piece of a line is, for whoever wants to colour it. */
export type TraceRole = "heading" | "good" | "bad" | "place" | "detail";

export interface RenderOptions {
  /** Colours nothing when absent. */
  readonly style?: (text: string, role: TraceRole) => string;
  /** Leaves out attachments that did not apply. */
  readonly appliedOnly?: boolean;
  /** Longest piece of source shown, in UTF-16 units. */
  readonly width?: number;
}

type Mapped = Pick<Bundle, "sources" | "sourceMap">;

interface Page {
  readonly places: Places;
  readonly style: (text: string, role: TraceRole) => string;
  readonly width: number;
  readonly appliedOnly: boolean;
}

/**
 * A trace as lines for people, in the words of the source; in the formulas' own where there is
 * no source map, as for objects read from Azure.
 */
export function renderTrace(
  bundle: Mapped | undefined,
  explained: ExplainedClassification,
  options: RenderOptions = {},
): readonly string[] {
  const page = pageFor(bundle, options);
  const { classification, trace } = explained;
  const lines = [...renderOutcome(classification, page)];
  const section = (title: string, body: readonly string[]): void => {
    if (body.length === 0) return;
    lines.push(page.style(title, "heading"), ...body.map((line) => `  ${line}`));
  };
  const attachments = (side: "queue" | "worker"): readonly string[] =>
    oncePerPlace(
      trace.entries.filter(
        (entry): entry is AttachmentEntry => entry.kind === "attachment" && entry.side === side,
      ),
      page,
    ).flatMap((entry) => renderAttachment(entry, page));
  const queueLines = trace.entries.flatMap((entry): readonly string[] => {
    if (entry.kind === "match") return renderMatch(entry, page);
    return entry.kind === "queue" ? [renderQueue(entry, page)] : [];
  });
  section("queue", [...attachments("queue"), ...queueLines]);
  section(
    "priority",
    trace.entries.flatMap((entry) =>
      entry.kind === "priority" ? renderPriority(entry, page) : [],
    ),
  );
  section("worker requirements", attachments("worker"));
  section("assumptions", renderAssumptions(trace.assumptions));
  return lines;
}

/** A ranking as lines for people: the workers in order with their scores, and the others. */
export function renderRanking(
  _bundle: Mapped | undefined,
  ranking: Ranking,
  options: RenderOptions = {},
): readonly string[] {
  const page = pageFor(undefined, options);
  const lines = [page.style(`workers, ${describeMode(ranking)}`, "heading")];
  if (ranking.workers.length === 0) {
    const nobody =
      ranking.excluded.length === 0 ? "there are no workers" : "nobody may get the job";
    lines.push(`  ${page.style(nobody, "bad")}`);
  }
  for (const [index, worker] of ranking.workers.entries()) {
    const score = worker.score === undefined ? "" : `  score ${formatNumber(worker.score.value)}`;
    const load = ranking.mode === "longestIdle" ? `  load ${formatNumber(worker.loadRatio)}` : "";
    lines.push(`  ${page.style(`${index + 1}. ${worker.workerId}`, "good")}${score}${load}`);
    for (const line of scoreDetails(worker.score?.parts, worker.score?.rule)) {
      lines.push(`     ${page.style(line, "detail")}`);
    }
  }
  for (const { workerId, reasons } of ranking.excluded) {
    const why = reasons.map(describeExclusion).join("; ");
    lines.push(`  ${page.style(`✗ ${workerId}`, "bad")}  ${why}`);
  }
  if (ranking.assumptions.length > 0) {
    lines.push(page.style("assumptions", "heading"));
    lines.push(...renderAssumptions(ranking.assumptions).map((line) => `  ${line}`));
  }
  return lines;
}

function pageFor(bundle: Mapped | undefined, options: RenderOptions): Page {
  return {
    places: placesIn(bundle),
    style: options.style ?? ((text) => text),
    width: options.width ?? 72,
    appliedOnly: options.appliedOnly ?? false,
  };
}

function renderOutcome(classification: Classification, page: Page): readonly string[] {
  if (classification.outcome === "failed") {
    return [
      page.style("classification fails", "bad"),
      ...classification.errors.map(({ code, message, pointer, range }) => {
        const place = pointer === undefined ? undefined : page.places.find(pointer, range);
        const at = place === undefined ? "" : `${page.style(page.places.label(place), "place")}  `;
        return `  ${at}${code}: ${message}`;
      }),
    ];
  }
  const { queueId, priority, attachedWorkerSelectors, warnings } = classification;
  const queue = queueId === undefined ? "no queue" : `queue ${queueId}`;
  const count = attachedWorkerSelectors.length;
  const selectors = count === 1 ? "1 worker selector" : `${count} worker selectors`;
  return [
    page.style(`${queue}, priority ${priority}, ${selectors}`, "good"),
    ...warnings.map(({ code, message }) => `  ${code}: ${message}`),
  ];
}

/**
 * What one piece of source became several attachments for (one per value of a label, say) is told
 * once when none of them applies, and not at all beside one that does.
 */
function oncePerPlace(entries: readonly AttachmentEntry[], page: Page): readonly AttachmentEntry[] {
  const placeOf = (entry: AttachmentEntry): string | undefined => {
    const location = page.places.find(entry.pointer);
    return location && `${location.source}:${location.start}:${location.end}`;
  };
  const told = new Set<string | undefined>(entries.filter(tellsSomething).map(placeOf));
  return entries.filter((entry) => {
    const place = placeOf(entry);
    if (place === undefined || tellsSomething(entry)) return true;
    if (told.has(place)) return false;
    told.add(place);
    return true;
  });
}

function tellsSomething(entry: AttachmentEntry): boolean {
  return entry.applied || entry.issue !== undefined;
}

function renderAttachment(entry: AttachmentEntry, page: Page): readonly string[] {
  if (!entry.applied && page.appliedOnly && entry.issue === undefined) return [];
  const what = sourceOf(entry.pointer, describeAttachment(entry), page);
  const mark = entry.applied ? page.style("✓", "good") : page.style("✗", "bad");
  const why = whyOf(entry);
  const lines = [`${mark} ${what}${why === "" ? "" : `  ${page.style(why, "detail")}`}`];
  if (entry.applied) {
    const selectors = entry.selectors.map(({ selector }) => describeSelector(selector)).join(", ");
    if (selectors !== "") lines.push(`    ${page.style(`attaches ${selectors}`, "detail")}`);
  }
  return lines;
}

function describeAttachment(entry: AttachmentEntry): string {
  const place = `${entry.side}SelectorAttachments[${entry.index}]`;
  const formula = entry.rule?.formula;
  return formula === undefined
    ? `${place} ${entry.attachment}`
    : `${place} ${entry.attachment}: ${formula}`;
}

function whyOf(entry: AttachmentEntry): string {
  if (entry.issue !== undefined) return `fails: ${entry.issue.message}`;
  const { passThrough, allocation, rule } = entry;
  if (passThrough !== undefined) {
    const { key, value } = passThrough;
    return `because job.${key} is ${showValue(value)}`;
  }
  if (allocation !== undefined) {
    const { choice, index } = allocation;
    const where = index === undefined ? "no share" : `share ${index + 1}`;
    return `because the choice ${formatNumber(choice)} falls in ${where}`;
  }
  if (rule === undefined) return "";
  const reasons = describeReasons(rule);
  if (reasons !== "") return `because ${reasons}`;
  if (entry.attachment === "static") return "";
  const asked = rule.uri === undefined ? "" : ` ${rule.uri}`;
  return `because the ${rule.kind} rule${asked} gives ${showValue(rule.value)}`;
}

function renderMatch(entry: MatchEntry, page: Page): readonly string[] {
  // Where a queue is asked for by its id, all the others fail at that: nothing to be told.
  const telling = entry.queues.filter((queue) => queue.failed?.selector.selector.key !== "Id");
  const missing = entry.selectors.filter(
    ({ selector }) => selector.key === "Id" && telling.length === 0 && selector.value !== undefined,
  );
  return [
    ...telling.map((queue) => {
      const name = queue.presumed ? `${queue.queueId} (declared elsewhere)` : queue.queueId;
      if (queue.matched)
        return `${page.style("✓", "good")} queue ${name} has every label asked for`;
      return `${page.style("✗", "bad")} queue ${name}${whyNot(queue, page)}`;
    }),
    ...missing.map(
      ({ selector }) =>
        `${page.style("✗", "bad")} no queue has ${describeSelector(selector)} and the rest`,
    ),
  ];
}

function whyNot({ failed }: QueueVerdict, page: Page): string {
  if (failed === undefined) return "";
  const { selector } = failed.selector;
  const has = `because its ${selector.key} is ${showValue(failed.label)}`;
  return `  ${page.style(`${has}, and asked for is ${describeSelector(selector)}`, "detail")}`;
}

function renderQueue(entry: QueueEntry, page: Page): string {
  const place = entry.pointer === undefined ? undefined : page.places.find(entry.pointer);
  const at = place === undefined ? "" : `  ${page.style(page.places.label(place), "place")}`;
  const issue = entry.issue === undefined ? "" : `  ${entry.issue.message}`;
  switch (entry.from) {
    case "selectors":
      return `→ ${entry.queueId ?? ""}, which matches${at}${issue}`;
    case "job":
      return `→ ${entry.queueId ?? ""}, the job's own queue${at}${issue}`;
    case "fallback":
      return `→ ${entry.queueId ?? ""}, the fallback, since no queue matches and the job has none${at}${issue}`;
    case "nowhere":
      return `→ no queue: ${entry.issue?.message ?? ""}`;
  }
}

function renderPriority(entry: PriorityEntry, page: Page): readonly string[] {
  const result = entry.priority === undefined ? "no priority" : String(entry.priority);
  if (entry.rule === undefined) {
    return [`→ ${result}, ${entry.from === "job" ? "the job's own" : "the service's default"}`];
  }
  const reasons = entry.issue === undefined ? describeReasons(entry.rule) : entry.issue.message;
  const what = armOf(entry.rule, page) ?? sourceOf(entry.rule.pointer, ruleText(entry.rule), page);
  const why = reasons === "" ? "" : `  ${page.style(`because ${reasons}`, "detail")}`;
  return [`→ ${result}  ${what}${why}`];
}

/** The line of the source that the value taken stands on. */
function armOf(rule: RuleTrace, page: Page): string | undefined {
  if (rule.arm === undefined) return undefined;
  const location = page.places.exact(`${rule.pointer}/expression`, rule.arm);
  if (location === undefined) return undefined;
  const place = page.style(page.places.label(location), "place");
  return `${place}  ${shorten(page.places.line(location), page.width)}`;
}

function ruleText(rule: RuleTrace): string {
  return rule.formula ?? rule.uri ?? `${rule.kind} rule`;
}

function renderAssumptions(ids: readonly AssumptionId[]): readonly string[] {
  return ids.map((id) => {
    const found = findAssumption(id);
    return `${id} ${found?.question ?? ""}: ${found?.assumption ?? ""}`;
  });
}

function scoreDetails(
  parts: readonly ScorePart[] | undefined,
  rule: RuleTrace | undefined,
): readonly string[] {
  if (rule !== undefined) {
    const reasons = describeReasons(rule);
    return reasons === "" ? [] : [`because ${reasons}`];
  }
  return (parts ?? []).map((part) => {
    const wanted =
      part.kind === "label"
        ? `job label ${part.key} == ${showValue(part.job)}`
        : `selector ${describeSelector(part.selector)}`;
    return `${formatNumber(part.score)}  ${wanted}: the worker's is ${showValue(part.worker)}`;
  });
}

function describeMode(ranking: Ranking): string {
  const modes = {
    bestWorker: "best first",
    longestIdle: "longest idle first",
    roundRobin: "next in the circle first",
  } as const;
  const bypassed = ranking.selectorsBypassed ? ", selectors bypassed" : "";
  return `${modes[ranking.mode]}${bypassed}`;
}

/** `main.route:41:5  when job.region == "NA" -> xbox_na`, or the fallback without a source. */
function sourceOf(pointer: string, fallback: string, page: Page): string {
  const location = page.places.find(pointer);
  if (location === undefined) return shorten(fallback, page.width * 2);
  const place = page.style(page.places.label(location), "place");
  return `${place}  ${shorten(page.places.text(location), page.width)}`;
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

/** At most four decimals, without trailing zeros. */
function formatNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(4)));
}
