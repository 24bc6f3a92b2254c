import type { SourceText } from "@routewright/diagnostics";
import type {
  BundleTest,
  Job,
  LabelSide,
  Labels,
  LabelValue,
  TestExpectation,
  TestStub,
  Worker,
} from "@routewright/jobrouter";
import type {
  Cell,
  Expr,
  JobParts,
  Name,
  Requirement,
  TableRow,
  TestDeclaration,
  TestItem,
} from "../parse/ast.ts";
import { defined, idOf, type Lowering, labelValue, locate, numberOf, textOf } from "./lowering.ts";
import { requirementTerms, workerSelector } from "./selectors.ts";

type Item<K extends TestItem["kind"]> = Extract<TestItem, { kind: K }>;

/** A test as data; each row of its tables of cases is a test of its own. */
export function lowerTest(
  run: Lowering,
  test: TestDeclaration,
  source: SourceText,
): readonly BundleTest[] {
  const itemsOf = <K extends TestItem["kind"]>(kind: K) =>
    test.items.filter((item): item is Item<K> => item.kind === kind);
  const [job] = itemsOf("job");
  if (job === undefined) return [];
  const workers = itemsOf("worker").map((worker) => lowerWorker(run, worker));
  const ids = new Map(workers.map(({ name, id }) => [name, id]));
  const [choose] = itemsOf("choose");
  const common = defined<Omit<BundleTest, "row" | "location" | "job">>({
    name: test.name?.value ?? "",
    classificationPolicyId: policyOf(run, job),
    workers,
    stubs: itemsOf("stub").map((stub) => lowerStub(run, stub)),
    choice: numberOf(run, choose?.at),
    expectations: itemsOf("expect").flatMap((item) => lowerExpectation(run, item, ids, source)),
  });
  const cases = itemsOf("cases");
  if (cases.length === 0) {
    const location = locate(run, { source, span: test.span });
    return [{ ...common, location, job: lowerJob(run, job, new Map(), source) }];
  }
  let number = 0;
  return cases.flatMap((table) =>
    table.rows.map((row): BundleTest => {
      number++;
      return {
        ...common,
        row: number,
        location: locate(run, { source, span: row.span }),
        job: lowerJob(run, job, cellValues(run, table.inputs, row), source),
        expectations: [...rowExpectations(run, table, row, source), ...common.expectations],
      };
    }),
  );
}

/** Without `via`, the only classification there is; a job without one is taken as it is. */
export function policyOf(run: Lowering, job: Pick<JobParts, "via">): string | undefined {
  if (job.via !== undefined) return idOf(run, job.via);
  const policies = run.checked.symbols.filter((symbol) => symbol.kind === "classification");
  return policies.length === 1 ? policies[0]?.id : undefined;
}

/** What a row says of the job: a value, or (`undefined`) that the label is missing. */
function cellValues(
  run: Lowering,
  inputs: readonly Name[],
  row: TableRow,
): ReadonlyMap<string, LabelValue | undefined> {
  const values = new Map<string, LabelValue | undefined>();
  for (const [index, input] of inputs.entries()) {
    const cell: Cell | undefined = row.cells[index];
    if (cell?.kind === "missing") values.set(input.text, undefined);
    else if (cell?.kind === "values") values.set(input.text, labelValue(run, cell.values[0]));
  }
  return values;
}

function rowExpectations(
  run: Lowering,
  table: Item<"cases">,
  row: TableRow,
  source: SourceText,
): readonly TestExpectation[] {
  return table.outputs.flatMap((output, index): readonly TestExpectation[] => {
    const value = row.values[index];
    if (value === undefined) return [];
    const location = locate(run, { source, span: value.span });
    if (output.name === "priority") {
      const wanted = numberOf(run, value);
      return wanted === undefined
        ? []
        : [{ location, kind: "priority", operator: "==", value: wanted }];
    }
    if (value.kind === "none") return [{ location, kind: "noQueue" }];
    const queueId = idOf(run, value);
    return queueId === undefined ? [] : [{ location, kind: "queue", operator: "==", queueId }];
  });
}

export function lowerJob(
  run: Lowering,
  job: JobParts,
  changed: ReadonlyMap<string, LabelValue | undefined>,
  source: SourceText,
): Job {
  const values = new Map<string, LabelValue>(defaultsOf(run, "job"));
  for (const entry of job.labels) {
    const value = labelValue(run, entry.value);
    if (value !== undefined) values.set(entry.key.text, value);
  }
  for (const [key, value] of changed) {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  const requested = job.requesting.flatMap((requirement) => selectorsOf(run, requirement, source));
  return defined<Job>({
    channelId: idOf(run, job.channel),
    queueId: idOf(run, job.queue),
    priority: numberOf(run, job.priority),
    requestedWorkerSelectors: requested.length === 0 ? undefined : requested,
    labels: labelsOf(values),
  });
}

/** `Object.fromEntries` keeps a key like `__proto__` as the map's own. */
function labelsOf(values: ReadonlyMap<string, LabelValue>): Labels | undefined {
  return values.size === 0 ? undefined : Object.fromEntries(values);
}

function* defaultsOf(run: Lowering, side: LabelSide): Iterable<readonly [string, LabelValue]> {
  for (const [key, { defaultValue }] of run.checked.labels[side]) {
    if (defaultValue !== undefined) yield [key, defaultValue];
  }
}

export function selectorsOf(run: Lowering, requirement: Requirement, source: SourceText) {
  return requirement.kind === "condition"
    ? requirementTerms(run, requirement, source).map(workerSelector)
    : [];
}

export function lowerWorker(
  run: Lowering,
  worker: Pick<Item<"worker">, "name" | "items">,
): Worker & { readonly name: string } {
  const name = worker.name?.text ?? "";
  let id = name;
  let queues: readonly string[] | undefined;
  let capacity: number | undefined;
  let loadRatio: number | undefined;
  let availableForOffers = true;
  const channels: NonNullable<Worker["channels"]>[number][] = [];
  const values = new Map<string, LabelValue>(defaultsOf(run, "worker"));
  const known = (expr: Expr): readonly string[] => {
    const found = idOf(run, expr);
    return found === undefined ? [] : [found];
  };
  for (const item of worker.items) {
    switch (item.kind) {
      case "id":
        id = textOf(run, item.value) ?? id;
        break;
      case "queues":
        queues = [...(queues ?? []), ...item.values.flatMap(known)];
        break;
      case "capacity":
        capacity = numberOf(run, item.value);
        break;
      case "channel":
        for (const channelId of known(item.channel)) {
          channels.push(
            defined({
              channelId,
              // A job takes one unit where the author says nothing else.
              capacityCostPerJob: numberOf(run, item.cost) ?? 1,
              maxNumberOfJobs: numberOf(run, item.max),
            }),
          );
        }
        break;
      case "labels":
        for (const entry of item.entries) {
          const value = labelValue(run, entry.value);
          if (value !== undefined) values.set(entry.key.text, value);
        }
        break;
      case "load":
        loadRatio = numberOf(run, item.value);
        break;
      case "unavailable":
        availableForOffers = false;
        break;
    }
  }
  return defined<Worker & { readonly name: string }>({
    name,
    id,
    queues,
    capacity,
    channels: channels.length === 0 ? undefined : channels,
    labels: labelsOf(values),
    availableForOffers,
    loadRatio,
  });
}

export function lowerStub(run: Lowering, stub: Item<"stub">): TestStub {
  const uri = textOf(run, stub.uri) ?? "";
  const value = stub.answer === "fails" ? undefined : labelValue(run, stub.answer);
  return { uri, answer: value === undefined ? { fail: true } : { value } };
}

function lowerExpectation(
  run: Lowering,
  item: Item<"expect">,
  workers: ReadonlyMap<string, string>,
  source: SourceText,
): readonly TestExpectation[] {
  const location = locate(run, { source, span: item.span });
  const { expectation } = item;
  const workerId = (name: Name) => workers.get(name.text) ?? name.text;
  switch (expectation.kind) {
    case "queue": {
      const queueId = idOf(run, expectation.value);
      if (queueId === undefined) return [];
      return [{ location, kind: "queue", operator: expectation.operator, queueId }];
    }
    case "noQueue":
    case "failed":
      return [{ location, kind: expectation.kind }];
    case "priority":
    case "score": {
      const value = numberOf(run, expectation.value);
      if (value === undefined) return [];
      const { operator } = expectation;
      return expectation.kind === "priority"
        ? [{ location, kind: "priority", operator, value }]
        : [{ location, kind: "score", workerId: workerId(expectation.worker), operator, value }];
    }
    case "require":
      return selectorsOf(run, expectation.requirement, source).map((selector) => ({
        location,
        kind: "selector",
        present: expectation.present,
        selector,
      }));
    case "workers":
      return [{ location, kind: "workers", workerIds: expectation.workers.map(workerId) }];
    case "excluded":
      return [
        defined({
          location,
          kind: "excluded" as const,
          workerId: workerId(expectation.worker),
          key: expectation.by?.key.text,
        }),
      ];
  }
}
