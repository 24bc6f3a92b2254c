const labels = `secret scoringKey from env "SCORING_KEY"
secret hookSecret from env "HOOK_SECRET"

labels job {
  region: "NA" | "EU" | "APAC"
  vip:    boolean
}
labels worker { level: 0..10 }
labels queue {
  region: "NA" | "EU" | "APAC"
  tier?:  1..3
}
channel chat
`;

/** One policy before and after a day's work: something of each kind is made, changed and removed. */
export const before = `${labels}
distribution scored {
  mode best worker
  score function "https://score.example/api/score" key scoringKey
}
distribution longest { mode longest idle  offers 1..2 }

exceptions overdue {
  when waiting > 5m -> cancel "late"
}

queue na { distribution scored  exceptions overdue  labels { region: "NA" } }
queue eu { distribution longest  labels { region: "EU" } }

classification route {
  queue = if job.region == "NA" then na else eu
  priority = if job.vip then 10 else 1
}
`;

export const after = `${labels}
distribution scored {
  mode best worker
  score function "https://score.example/api/score" key scoringKey
  offers 1..3, expire after 90s
}
distribution hooked {
  mode best worker
  score webhook "https://score.example/api" authorize "https://login.example/token" client id "me" client secret hookSecret
}

queue na { distribution scored  labels { region: "NA", tier: 1 } }
queue apac { distribution hooked  labels { region: "APAC" } }

classification route {
  queue = if job.region == "APAC" then apac else na
  priority = if job.vip then 20 else 1
  require worker.level >= 3
}
classification spare {
  queue = na
  priority = 5
}
`;

/** Planted: they may be in the service, and nowhere else. */
export const secrets = {
  SCORING_KEY: "planted-scoring-key-b3f1",
  HOOK_SECRET: "planted-hook-secret-77aa",
} as const;
