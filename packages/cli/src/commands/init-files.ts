import type { OutputFile } from "../io/write.ts";

/** What `init` writes. Tests hold it to passing `check`, `fmt --check` and `test`. */
export const initFiles: readonly OutputFile[] = [
  {
    path: "main.route",
    text: `/// The whole program: what is compiled, tested and deployed.
import "./support.route"
import "./tests.route"
`,
  },
  {
    path: "support.route",
    text: `/// Where support requests go, how urgent they are, and who may take them.
import "./labels.route"
import "./queues.route"

/// Customers who wait less.
let premium = job.tier == "gold"

classification support {
  name "Support requests"

  queue = match {
    when job.topic == "billing"         -> billing
    when job.topic == "tech" or premium -> tech
    otherwise                           -> general
  }

  priority = match {
    when premium    -> 10
    when job.urgent -> 5
    otherwise       -> 1
  }

  // Everybody is answered in their own language, and premium customers by a senior.
  require worker.language == job.language
  when premium {
    require worker.level >= 3
  }
}
`,
  },
  {
    path: "labels.route",
    text: `/// What is known about a request.
labels job {
  topic:    "billing" | "tech" | "other"
  language: "en" | "de" | "fr"
  tier:     "none" | "silver" | "gold" = "none"
  /// A label that a request may lack; then it counts as false.
  urgent?:  boolean
}

/// What is known about the people who answer.
labels worker {
  language: "en" | "de" | "fr"
  level:    1..5
}

channel chat
`,
  },
  {
    path: "queues.route",
    text: `import "./labels.route"

distribution skilled {
  name "Best skilled first"
  mode best worker
  score worker.level
  expire after 60s
}

/// What happens to a request that nobody takes.
exceptions overdue {
  when waiting > 10m -> move to general, priority 20
}

queue billing {
  name "Billing"
  distribution skilled
  exceptions overdue
}

queue tech {
  name "Technical support"
  distribution skilled
  exceptions overdue
}

queue general {
  name "Everything else"
  distribution skilled
}
`,
  },
  {
    path: "tests.route",
    text: `import "./labels.route"
import "./queues.route"
import "./support.route"

test "requests go where they are understood" {
  job on chat via support { topic: "other", language: "en" }
  cases (topic, tier, urgent) -> (queue, priority) {
    "billing", "none", false   -> billing, 1
    "billing", "gold", true    -> billing, 10
    "tech",    "none", true    -> tech,    5
    "other",   "gold", missing -> tech,    10
    "other",   "none", missing -> general, 1
  }
}

test "premium customers get a senior who speaks their language" {
  job on chat via support { topic: "tech", language: "de", tier: "gold" }
  worker ann {
    queues [tech]
    capacity 1
    channel chat cost 1
    labels { language: "de", level: 4 }
  }
  worker bob {
    queues [tech]
    capacity 1
    channel chat cost 1
    labels { language: "de", level: 2 }
  }
  worker cleo {
    queues [tech]
    capacity 1
    channel chat cost 1
    labels { language: "fr", level: 5 }
  }
  expect workers [ann]
  expect bob excluded by worker.level
  expect cleo excluded by worker.language
  expect score of ann == 4
}

scenario "whom nobody takes, the general desk does" {
  worker dora {
    queues [general]
    capacity 1
    channel chat cost 1
    labels { language: "en", level: 2 }
    accepts after 5s
  }
  at 0s job j1 on chat via support { topic: "billing", language: "en" }
  at 0s expect waiting in billing [j1]
  until 10m expect no offer of j1
  at 10m {
    expect queue of j1 == general
    expect priority of j1 == 20
    expect offer of j1 to dora
  }
  at 10m + 5s expect j1 assigned to dora
}
`,
  },
  {
    path: "job.json",
    text: `{
  "id": "first-job",
  "channelId": "chat",
  "classificationPolicyId": "support",
  "labels": { "topic": "tech", "language": "de", "tier": "gold" }
}
`,
  },
  {
    path: "workers.json",
    text: `[
  {
    "id": "ann",
    "queues": ["tech", "general"],
    "capacity": 1,
    "channels": [{ "channelId": "chat", "capacityCostPerJob": 1 }],
    "labels": { "language": "de", "level": 4 },
    "availableForOffers": true
  },
  {
    "id": "bob",
    "queues": ["tech", "general"],
    "capacity": 1,
    "channels": [{ "channelId": "chat", "capacityCostPerJob": 1 }],
    "labels": { "language": "de", "level": 2 },
    "availableForOffers": true
  }
]
`,
  },
];
