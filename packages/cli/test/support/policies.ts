/** Errors (one with a safe fix), a warning, a hint; two files, of which one imports the other. */
export const faulty: Readonly<Record<string, string>> = {
  "main.route": `import "./labels.route"

queue na { distribution longest }
queue eu { distribution longest }

distribution longest { mode longest idle }

let spare = job.region == "EU"

classification route {
  queue = match {
    when job.regoin == "NA" -> na
    when job.region == "UK" -> eu
    when job.region = "EU"  -> eu
    otherwise               -> eu
  }
  priority = if job.waits > 5 then 10 else 1
}
`,
  "labels.route": `labels job {
  region: "NA" | "EU"
  waits?: 0..100
}
channel voice
`,
};

/** Nothing wrong with it, in the canonical layout, with a test of each kind of expectation. */
export const sound: Readonly<Record<string, string>> = {
  "main.route": `param boost: 1..50 = 10

labels job {
  region: "NA" | "EU"
  vip:    boolean
}

labels worker {
  level: 1..5
}

channel chat

distribution skilled {
  mode best worker
  score worker.level
}

queue na {
  distribution skilled
}

queue eu {
  distribution skilled
}

classification route {
  queue = if job.region == "NA" then na else eu
  priority = if job.vip then boost else 1
  when job.vip {
    require worker.level >= 3
  }
}

test "regions have their queues" {
  job on chat via route { region: "NA", vip: false }
  cases (region, vip) -> (queue, priority) {
    "NA", false -> na, 1
    "EU", false -> eu, 1
  }
}

test "seniors for the important" {
  job on chat via route { region: "EU", vip: true }
  worker ann {
    queues [eu]
    capacity 1
    channel chat cost 1
    labels { level: 4 }
  }
  worker bob {
    queues [eu]
    capacity 1
    channel chat cost 1
    labels { level: 2 }
  }
  expect workers [ann]
  expect bob excluded by worker.level
}
`,
  "job.json": `{ "id": "one", "channelId": "chat", "classificationPolicyId": "route", "labels": { "region": "EU", "vip": true } }
`,
  "workers.json": `[
  { "id": "ann", "queues": ["eu"], "capacity": 1, "channels": [{ "channelId": "chat", "capacityCostPerJob": 1 }], "labels": { "level": 4 }, "availableForOffers": true },
  { "id": "bob", "queues": ["eu"], "capacity": 1, "channels": [{ "channelId": "chat", "capacityCostPerJob": 1 }], "labels": { "level": 2 }, "availableForOffers": true }
]
`,
};
