export const labels = `/// What is known of a contact.
labels job {
  region: "NA" | "EU"
  product: "xbox" | "surface" | "office"
  language: text
  vip: boolean
  waits?: 0..100
}

labels worker {
  language: text
  xbox: 0..10
}

labels queue { region: "NA" | "EU" }

channel chat
`;

export const main = `import "./labels.route"

/// Whoever must not wait.
let premium = job.vip or job.product == "surface"

distribution skilled {
  mode best worker
  score max(worker.xbox, 1) * 3
  expire after 60s
}

queue xbox_na {
  id "XBOX_NA_QUEUE"
  distribution skilled
  labels { region: "NA" }
}

queue fallback_desk {
  distribution skilled
}

classification xbox {
  queue = match {
    when job.region == "NA" and premium -> xbox_na
    when job.product == "office" -> fallback_desk
  }
  fallback fallback_desk
  priority = match {
    when premium -> 10
    when job.waits > 50 -> 5
    otherwise -> 1
  }
  require worker.language == job.language
}

test "premium jobs go first" {
  job { region: "NA", product: "xbox", language: "en", vip: true }
  worker ann { queues [xbox_na], capacity 1, channel chat, labels { language: "en", xbox: 9 } }
  expect queue == xbox_na
  expect workers [ann]
}
`;

export const raw = `labels job { vip: boolean, plan: text }

queue raw_desk {
  distribution plain
}

distribution plain {
  mode round robin
}

classification raw {
  queue = raw_desk
  priority = powerfx"If(job.vip = true, 10, 1)"
}
`;

export const jobs = JSON.stringify([
  {
    id: "j1",
    classificationPolicyId: "xbox",
    labels: { region: "NA", product: "xbox", language: "en", vip: true },
  },
  { id: "j2", classificationPolicyId: "other", labels: { region: "EU" } },
]);

export const files = {
  "labels.route": labels,
  "main.route": main,
  "raw.route": raw,
  "jobs.json": jobs,
};
