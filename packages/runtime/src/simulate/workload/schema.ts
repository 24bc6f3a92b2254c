/**
 * The workload file as a JSON schema (draft-07): what a file is checked against, and what
 * docs/workload.schema.json gives to editors. Meanings that a schema cannot say (names that exist,
 * bounds that fit together) are checked by the decoder.
 */
const name = { type: "string", minLength: 1, maxLength: 200 } as const;
const duration = { $ref: "#/definitions/duration" } as const;
const distribution = { $ref: "#/definitions/distribution" } as const;
const probability = { type: "number", minimum: 0, maximum: 1 } as const;
const timeOfDay = {
  type: "string",
  pattern: "^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$",
  description: "A time of day: 08:30.",
} as const;
const endOfDay = {
  type: "string",
  pattern: "^(([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?|24:00)$",
  description: "A time of day; before `from`: on the next day.",
} as const;
export const dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const days = {
  type: "array",
  items: { enum: dayNames },
  minItems: 1,
  maxItems: 7,
  uniqueItems: true,
  description: "Days of the week; every day when absent.",
} as const;
const columns = {
  type: "object",
  additionalProperties: name,
  description: "What a column is called in the file, where it has another name.",
} as const;

function object(
  required: readonly string[],
  properties: Readonly<Record<string, object>>,
  description?: string,
): object {
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    required,
    additionalProperties: false,
    properties,
  };
}

function kind(word: string, required: readonly string[], properties: Record<string, object>) {
  return object(["kind", ...required], { kind: { const: word }, ...properties });
}

const bounds = { atLeast: duration, atMost: duration } as const;

export const workloadSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "A workload for routewright simulate",
  ...object(["format", "duration", "jobs", "workers"], {
    $schema: { type: "string" },
    format: { const: "routewright-workload/1" },
    description: { type: "string" },
    start: {
      type: "string",
      description: "When the clock starts, in ISO 8601; a Monday at midnight when absent.",
    },
    warmUp: { ...duration, description: "Nothing is counted before it has passed." },
    duration: { ...duration, description: "How long is counted, after the warm-up." },
    drain: {
      ...duration,
      description: "How long after that jobs which count may still be answered (4h when absent).",
    },
    replications: { type: "integer", minimum: 1, maximum: 100_000 },
    seed: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    confidence: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    serviceLevels: {
      type: "array",
      minItems: 1,
      maxItems: 10,
      items: object(["within"], {
        within: duration,
        lost: {
          enum: ["counted", "ignoredWithin", "ignored"],
          description:
            "Jobs that nobody answered: count, count unless they left within the time, do not count.",
        },
      }),
    },
    delays: object([], { classification: duration, queueing: duration, matching: duration }),
    jobs: {
      type: "array",
      minItems: 1,
      maxItems: 4096,
      items: { $ref: "#/definitions/jobClass" },
    },
    workers: {
      type: "array",
      maxItems: 4096,
      items: { $ref: "#/definitions/workerGroup" },
    },
    expect: { type: "array", maxItems: 1000, items: { type: "string", maxLength: 500 } },
  }),
  definitions: {
    duration: {
      type: ["number", "string"],
      minimum: 0,
      maximum: 315_360_000,
      pattern: "^\\s*(\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)\\s*)+$",
      maxLength: 100,
      description: "Seconds, or a text such as 90s, 4m, 1h 30m; at most ten years.",
    },
    distribution: {
      description: "A time that varies; a duration alone is always the same.",
      type: ["object", "number", "string"],
      if: { type: "object" },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: "#/definitions/distributionObject" },
      else: duration,
    },
    distributionObject: {
      type: "object",
      required: ["kind"],
      discriminator: { propertyName: "kind" },
      oneOf: [
        kind("constant", ["value"], { value: duration }),
        kind("exponential", ["mean"], { mean: duration, ...bounds }),
        kind("erlang", ["mean", "stages"], {
          mean: duration,
          stages: { type: "integer", minimum: 1, maximum: 1_000_000 },
          ...bounds,
        }),
        kind("gamma", ["mean", "deviation"], { mean: duration, deviation: duration, ...bounds }),
        kind("lognormal", ["mean", "deviation"], {
          mean: duration,
          deviation: duration,
          ...bounds,
        }),
        kind("weibull", ["mean", "shape"], {
          mean: duration,
          shape: { type: "number", minimum: 0.05, maximum: 1000 },
          ...bounds,
        }),
        kind("uniform", ["min", "max"], { min: duration, max: duration }),
        kind("triangular", ["min", "mode", "max"], {
          min: duration,
          mode: duration,
          max: duration,
        }),
        kind("empirical", [], {
          values: { type: "array", minItems: 1, items: duration },
          file: name,
          column: name,
        }),
        kind("mixture", ["parts"], {
          parts: {
            type: "array",
            minItems: 1,
            maxItems: 100,
            items: object(["weight", "of"], {
              weight: { type: "number", minimum: 0, maximum: 1e9 },
              of: distribution,
            }),
          },
        }),
      ],
    },
    arrivals: {
      type: "object",
      required: ["kind"],
      discriminator: { propertyName: "kind" },
      oneOf: [
        kind("poisson", [], {
          perHour: { type: "number", minimum: 0, maximum: 1e9 },
          rates: {
            type: "array",
            minItems: 1,
            maxItems: 10_000,
            description: "Each holds from its time of day until the next one of that day.",
            items: object(["from", "perHour"], {
              from: timeOfDay,
              perHour: { type: "number", minimum: 0, maximum: 1e9 },
              days,
            }),
          },
        }),
        kind("intervals", ["of"], { of: distribution }),
        kind("history", ["file"], { file: name, columns }),
      ],
    },
    jobClass: object(["name", "arrivals", "channelId", "handling"], {
      name,
      arrivals: { $ref: "#/definitions/arrivals" },
      channelId: name,
      classificationPolicyId: name,
      queueId: name,
      priority: { type: "integer", minimum: -100, maximum: 100 },
      requestedWorkerSelectors: {
        type: "array",
        maxItems: 1000,
        items: object(["key", "labelOperator"], {
          key: { type: "string" },
          labelOperator: {
            enum: [
              "equal",
              "notEqual",
              "lessThan",
              "lessThanOrEqual",
              "greaterThan",
              "greaterThanOrEqual",
            ],
          },
          value: { type: ["string", "number", "boolean"] },
          expiresAfterSeconds: { type: "number", minimum: 0, maximum: 315_360_000 },
          expedite: { type: "boolean" },
        }),
      },
      labels: {
        type: "object",
        maxProperties: 4096,
        additionalProperties: { $ref: "#/definitions/jobLabel" },
      },
      handling: { ...distribution, description: "From accepting to completing." },
      wrapUp: { ...distribution, description: "From completing to closing." },
      patience: { ...distribution, description: "Who has waited so long, leaves." },
    }),
    jobLabel: {
      type: ["string", "number", "boolean", "object"],
      if: { type: "object" },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: object([], {
        chance: { ...probability, description: "How likely the label is there at all." },
        value: { type: ["string", "number", "boolean"] },
        choose: {
          type: "array",
          minItems: 1,
          maxItems: 100_000,
          items: object(["value"], {
            value: { type: ["string", "number", "boolean"] },
            weight: { type: "number", minimum: 0, maximum: 1e9 },
          }),
        },
        number: { ...distribution, description: "A number that varies." },
        digits: { type: "integer", minimum: 0, maximum: 9 },
      }),
    },
    workerGroup: object(["name"], {
      name,
      count: { type: "integer", minimum: 0, maximum: 100_000 },
      file: { ...name, description: "Workers as JSON; instead of what they are here." },
      queues: { type: "array", maxItems: 10_000, items: name },
      capacity: { type: "integer", minimum: 0, maximum: 1_000_000_000 },
      channels: {
        type: "array",
        maxItems: 1000,
        items: object(["channelId", "capacityCostPerJob"], {
          channelId: name,
          capacityCostPerJob: { type: "integer", minimum: 0, maximum: 1_000_000_000 },
          maxNumberOfJobs: { type: "integer", minimum: 1, maximum: 1_000_000_000 },
        }),
      },
      labels: {
        type: "object",
        additionalProperties: { type: ["string", "number", "boolean"] },
      },
      shifts: {
        type: ["array", "object"],
        if: { type: "object" },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: object(["file"], { file: name, columns }),
        else: {
          type: "array",
          maxItems: 1000,
          items: object(["from", "to"], { from: timeOfDay, to: endOfDay, days }),
        },
        description: "When they are there; always when absent.",
      },
      answers: object([], {
        accept: { ...probability, description: "How many offers are accepted, of 1." },
        decline: { ...probability, description: "How many are declined; the rest rings out." },
        delay: { ...distribution, description: "From the offer to the answer." },
        retryAfter: {
          ...duration,
          description: "A declined job is offered to the worker again after this.",
        },
      }),
      absence: {
        ...distribution,
        description: "How long somebody stays away who let an offer expire (1m when absent).",
      },
      speed: { type: "number", minimum: 0.001, maximum: 1000 },
    }),
  },
} as const;
