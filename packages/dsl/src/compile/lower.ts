import {
  compareDiagnostics,
  type Diagnostic,
  hasErrors,
  type SourceText,
  type Staged,
} from "@routewright/diagnostics";
import {
  apiVersion,
  type Bundle,
  type BundleChannel,
  type BundleLabel,
  type BundleScenario,
  type BundleSecret,
  type BundleTest,
  bundleFormatName,
  type ClassificationPolicy,
  type DistributionPolicy,
  type ExceptionPolicy,
  type LabelSide,
  type Queue,
  sealBundle,
} from "@routewright/jobrouter";
import type { CheckedProgram, LabelInfo } from "../check/checked.ts";
import { compilerCodes, suppress } from "../check/suppression.ts";
import { labelValueOf } from "../core/elaborate.ts";
import { lowerClassification } from "./classification.ts";
import { unprovenFormula } from "./diagnostics.ts";
import {
  bundleSources,
  defined,
  foundIn,
  type Lowering,
  located,
  mapTo,
  startLowering,
} from "./lowering.ts";
import type { Keeper, LoweringMemo } from "./memo.ts";
import { lowerDistribution, lowerExceptions, lowerQueue } from "./objects.ts";
import { lowerScenario } from "./scenarios.ts";
import { lowerTest } from "./tests.ts";

/**
 * Turns a checked program into a bundle: for each thing said, the simplest Job Router construct
 * that says it, with the reason. Only for programs without errors; `undefined` when something
 * cannot be expressed after all (a formula that gets too long), with what and where.
 */
export function lower(checked: CheckedProgram): Staged<Bundle | undefined> {
  const { seal, diagnostics } = lowerUnsealed(checked);
  return { value: seal?.(), diagnostics };
}

/** What lowering found, and the bundle for whoever needs it: an editor mostly wants the findings. */
export interface Lowered {
  readonly diagnostics: Staged<unknown>["diagnostics"];
  readonly seal: (() => Bundle) | undefined;
}

function lowerUnsealed(checked: CheckedProgram): Lowered {
  const steps = lowerInSteps(checked);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same, an object or a test at a time: between two steps an editor looks after its user.
 *
 * @param memo what earlier states of the program came to; it is brought up to date.
 */
export function* lowerInSteps(
  checked: CheckedProgram,
  memo?: LoweringMemo,
): Generator<undefined, Lowered> {
  const run = startLowering(checked);
  const keeper = memo?.start(run);
  const objects = yield* lowerObjects(run, keeper);
  keeper?.end();
  const channels: BundleChannel[] = [];
  const secrets: BundleSecret[] = [];
  const tests: BundleTest[] = [];
  const scenarios: BundleScenario[] = [];
  for (const symbol of checked.symbols) {
    const origin = { source: symbol.source, span: symbol.declaration.span };
    if (symbol.kind === "channel") {
      mapTo(run, `/channels/${channels.length}`, origin);
      channels.push({ name: symbol.name.text, id: symbol.id ?? symbol.name.text });
    } else if (symbol.kind === "secret") {
      const name = symbol.name.text;
      mapTo(run, `/secrets/${secrets.length}`, origin);
      secrets.push({ name, env: symbol.declaration.env?.value ?? name });
    }
  }
  for (const { source, declarations } of checked.programs) {
    for (const declaration of declarations) {
      yield;
      if (declaration.kind === "test") tests.push(...lowerTest(run, declaration, source));
      else if (declaration.kind === "scenario") {
        scenarios.push(lowerScenario(run, declaration, source));
      }
    }
  }
  const labels = {
    job: lowerLabelList(run, "job"),
    worker: lowerLabelList(run, "worker"),
    queue: lowerLabelList(run, "queue"),
  };
  const found = eachPlaceOnce(run.diagnostics);
  const diagnostics = suppress(checked.programs, found, compilerCodes);
  const ordered = [...diagnostics].sort(compareDiagnostics);
  if (hasErrors(ordered)) return { seal: undefined, diagnostics: ordered };
  const seal = (): Bundle =>
    sealBundle({
      format: bundleFormatName,
      apiVersion,
      parameters: Object.fromEntries(
        [...checked.parameters].map(([name, constant]) => [name, labelValueOf(constant)]),
      ),
      channels,
      labels,
      secrets,
      objects,
      tests,
      scenarios,
      sources: bundleSources(run),
      sourceMap: foundIn(run.mappings).map((mapping) => located(run, mapping)),
      decisions: foundIn(run.decisions).map((decision) => located(run, decision)),
    });
  return { seal, diagnostics: ordered };
}

/** A `let` that is used in many unproven formulas is one place to look at. */
function eachPlaceOnce(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Set<string>();
  return diagnostics.filter(({ code, source, span }) => {
    if (code !== unprovenFormula.code) return true;
    const key = `${span.start} ${source.path}`;
    return !places.has(key) && places.add(key);
  });
}

function* lowerObjects(
  run: Lowering,
  keeper: Keeper | undefined,
): Generator<undefined, Bundle["objects"]> {
  const distributionPolicies: DistributionPolicy[] = [];
  const exceptionPolicies: ExceptionPolicy[] = [];
  const queues: Queue[] = [];
  const classificationPolicies: ClassificationPolicy[] = [];
  const place = <T>(
    list: T[],
    kind: keyof Bundle["objects"],
    make: (pointer: string) => T,
  ): void => {
    list.push(make(`/objects/${kind}/${list.length}`));
  };
  for (const symbol of run.checked.symbols) {
    yield;
    const { source } = symbol;
    const id = symbol.id ?? symbol.name.text;
    switch (symbol.kind) {
      case "distribution":
        place(distributionPolicies, "distributionPolicies", (pointer) =>
          lowerDistribution(run, symbol.declaration, id, source, pointer),
        );
        break;
      case "exceptions":
        place(exceptionPolicies, "exceptionPolicies", (pointer) =>
          lowerExceptions(run, symbol.declaration, id, source, pointer),
        );
        break;
      case "queue":
        place(queues, "queues", (pointer) =>
          lowerQueue(run, symbol.declaration, id, source, pointer),
        );
        break;
      case "classification":
        place(classificationPolicies, "classificationPolicies", (pointer) => {
          const make = () => lowerClassification(run, symbol.declaration, id, source, pointer);
          return keeper === undefined ? make() : keeper.keep(symbol.declaration, pointer, make);
        });
        break;
      default:
        break;
    }
  }
  return { distributionPolicies, exceptionPolicies, queues, classificationPolicies };
}

/** The labels that were declared; the automatic `Id` is not among them. */
function lowerLabelList(run: Lowering, side: LabelSide): readonly BundleLabel[] {
  const labels: BundleLabel[] = [];
  for (const info of run.checked.labels[side].values()) {
    if (info.declaration === undefined || info.source === undefined) continue;
    mapTo(run, `/labels/${side}/${labels.length}`, placeOf(info.declaration, info.source));
    labels.push(lowerLabel(info));
  }
  return labels;
}

function placeOf(declaration: NonNullable<LabelInfo["declaration"]>, source: SourceText) {
  return { source, span: declaration.span };
}

function lowerLabel({ key, type, optional, defaultValue, declaration }: LabelInfo): BundleLabel {
  return defined<BundleLabel>({
    key,
    type: type.scalar,
    optional,
    values: type.values,
    range: type.range,
    default: defaultValue,
    doc: declaration?.doc,
  });
}
