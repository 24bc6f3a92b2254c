/** The files of the folder that the tests open. */
export const files: Readonly<Record<string, string>> = {
  "labels.route": `labels job {
  region:   "NA" | "EU"
  language: text
  vip:      boolean
  waits?:   0..100
}

labels worker {
  language: text
  level:    0..10
}
`,
  "main.route": `import "./labels.route"

/// Important, whatever it is about.
let premium = job.vip

distribution skilled { mode best worker }

queue west { distribution skilled }
queue rest { distribution skilled }

classification intake {
  queue = match {
    when job.region == "NA" and premium -> west
    otherwise                           -> rest
  }
  priority = if premium then 10 else 1
  require worker.language == job.language
  when premium { require worker.level >= 7 for 5m }
}

test "important jobs from the west stay there" {
  job { region: "NA", language: "en", vip: true }
  expect queue == west
  expect priority == 10
}

test "others go elsewhere" {
  job { region: "EU", language: "fr", vip: false }
  expect queue == rest
}

test "fails on purpose" {
  job { region: "EU", language: "fr", vip: false }
  expect priority == 5
}
`,
  "broken.route": `labels job { region: "NA" | "EU" }
let west = job.regoin == "NA"
`,
  "unformatted.route": `labels job {region:"NA"|"EU"}
`,
  "night.route": `labels job { vip: boolean }
labels worker { level: 0..10 }
channel chat

distribution first { mode longest idle  offers 1..1, expire after 60s }
exceptions overdue { when waiting > 5m -> reclassify via night set { vip: true } }
queue desk { distribution first  exceptions overdue }

classification night {
  queue = desk
  priority = if job.vip then 10 else 1
}

scenario "nobody answers at night" {
  worker ann { queues [desk], capacity 1, channel chat, labels { level: 3 } }
  at 0s job j1 on chat via night { vip: false }
  at 0s expect offer of j1 to ann
  at 60s expect offer of j1 to ann expired
  at 5m expect j1 reclassified
  at 5m expect priority of j1 == 10
}
`,
  "workload.json": JSON.stringify(
    {
      format: "routewright-workload/1",
      start: "2026-03-02T08:00:00Z",
      duration: "4h",
      replications: 5,
      seed: 1,
      serviceLevels: [{ within: "20s" }, { within: "2m" }],
      jobs: [
        {
          name: "callers",
          channelId: "voice",
          classificationPolicyId: "intake",
          arrivals: {
            kind: "poisson",
            rates: [
              { from: "08:00", perHour: 40 },
              { from: "09:30", perHour: 90 },
              { from: "11:00", perHour: 50 },
            ],
          },
          labels: {
            region: { choose: [{ value: "NA" }, { value: "EU", weight: 2 }] },
            language: { choose: [{ value: "en", weight: 3 }, { value: "fr" }] },
            vip: { choose: [{ value: true }, { value: false, weight: 4 }] },
          },
          handling: { kind: "lognormal", mean: "5m", deviation: "3m" },
          patience: { kind: "exponential", mean: "6m" },
        },
      ],
      workers: ["en", "fr"].map((language) => ({
        name: `team ${language}`,
        count: language === "en" ? 5 : 3,
        queues: ["west", "rest"],
        capacity: 1,
        channels: [{ channelId: "voice", capacityCostPerJob: 1 }],
        labels: { language, level: 8 },
      })),
      expect: ["80% within 2m", "abandonment < 10%"],
    },
    undefined,
    2,
  ),
  "objects.json": JSON.stringify(
    {
      queues: [{ id: "billing", name: "Billing", distributionPolicyId: "first-come" }],
      distributionPolicies: [
        { id: "first-come", offerExpiresAfterSeconds: 60, mode: { kind: "longestIdle" } },
      ],
    },
    undefined,
    2,
  ),
};
