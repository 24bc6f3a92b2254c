import type { FormField, JobForm } from "@routewright/lsp/protocol";

type Value = string | number | boolean;

/** What stands for a text of which nothing is declared; the same for jobs and workers. */
const anyText = "en";

/** A workload that a policy understands: made-up numbers for its own classes, labels and queues. */
export function sampleWorkload(form: JobForm): string {
  const channels = form.channels.length > 0 ? form.channels.map(({ id }) => id) : ["chat"];
  const labels = Object.fromEntries(form.job.map((field) => [field.key, jobLabel(field)]));
  const workload = {
    format: "routewright-workload/1",
    description: "A made-up morning: put your own numbers here",
    start: "2026-03-02T08:00:00Z",
    warmUp: "30m",
    duration: "4h",
    replications: 10,
    seed: 1,
    serviceLevels: [{ within: "20s" }, { within: "2m" }],
    jobs: form.policies.map(({ id, name }, index) => ({
      name,
      channelId: channels[index % channels.length],
      classificationPolicyId: id,
      arrivals: { kind: "poisson", perHour: 60 },
      labels,
      handling: { kind: "lognormal", mean: "4m", deviation: "2m" },
      wrapUp: { kind: "exponential", mean: "20s" },
      patience: { kind: "exponential", mean: "5m" },
    })),
    workers: teams(form).map(({ name, labels: of }, _, all) => ({
      name,
      count: Math.max(2, Math.ceil((form.policies.length * 8) / all.length)),
      queues: form.queues.map(({ id }) => id),
      capacity: 1,
      channels: channels.map((channelId) => ({ channelId, capacityCostPerJob: 1 })),
      labels: of,
      answers: { accept: 0.95, delay: { kind: "uniform", min: 2, max: 8 } },
    })),
    expect: ["80% within 2m"],
  };
  return `${JSON.stringify(workload, undefined, 2)}\n`;
}

function jobLabel({ type, values, min = 0, max = min + 10, default: usual }: FormField): unknown {
  const listed = values ?? (type === "boolean" ? [true, false] : []);
  if (listed.length > 1) return { choose: listed.map((value) => ({ value, weight: 1 })) };
  if (type !== "number" || listed.length === 1) return listed[0] ?? usual ?? anyText;
  // What varies is never below 0 in a workload.
  return min >= 0 && max > min
    ? { number: { kind: "uniform", min, max }, digits: 0 }
    : { choose: [min, max].map((value) => ({ value, weight: 1 })) };
}

interface Team {
  readonly name: string;
  readonly labels: Readonly<Record<string, Value>>;
}

/** One team that can do anything, or one for each value of a label that jobs have too. */
function teams({ job, worker }: JobForm): readonly Team[] {
  const able = Object.fromEntries(worker.map((field) => [field.key, bestOf(field)]));
  for (const { key, values = [] } of worker) {
    const isShared = job.some((field) => field.key === key && (field.values?.length ?? 0) > 1);
    if (isShared && values.length > 1 && values.length <= 10) {
      return values.map((value) => ({ name: `team ${value}`, labels: { ...able, [key]: value } }));
    }
  }
  return [{ name: "team", labels: able }];
}

function bestOf({ type, values = [], max = 10, default: usual }: FormField): Value {
  switch (type) {
    case "number":
      return max;
    case "boolean":
      return true;
    case "text":
    case "any":
      return values[0] ?? usual ?? anyText;
  }
}
