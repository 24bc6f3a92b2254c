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
