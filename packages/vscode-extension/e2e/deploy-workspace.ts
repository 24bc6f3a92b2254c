/** What must come to light nowhere; the policy's `secret` has it as its value. */
export const planted = {
  SCORING_KEY: "planted-scoring-key-5d1c",
  ACCESS_KEY: Buffer.from("planted access key of the hostile service").toString("base64"),
} as const;

const labels = `secret scoringKey from env "ROUTEWRIGHT_E2E_SCORING_KEY"

labels job {
  region:  "NA" | "EU" | "APAC"
  product: "xbox" | "surface" | "office"
  vip:     boolean
}
labels worker {
  level:   0..10
  manager: boolean
}
labels queue { region: "NA" | "EU" | "APAC" }
`;

/** A policy with something of each kind, and a formula that is too long for a line. */
export const policy = `${labels}
distribution scored {
  mode best worker
  score function "https://score.example/api/score" key scoringKey
}
distribution longest { mode longest idle  offers 1..2 }

exceptions overdue {
  when waiting > 5m -> cancel "late"
}

queue na   { distribution scored   exceptions overdue  labels { region: "NA" } }
queue eu   { distribution longest  labels { region: "EU" } }
queue apac { distribution longest  labels { region: "APAC" } }

classification intake {
  queue = match {
    when job.region == "NA"   -> na
    when job.region == "APAC" -> apac
    otherwise                 -> eu
  }
  priority = match {
    when job.vip and job.product == "surface"                  -> 10
    when job.region == "NA" and job.product == "xbox"          -> 8
    when job.region == "EU" and job.product in ["xbox", "office"] -> 5
    otherwise                                                  -> 1
  }
  require worker.level >= 3
  when job.vip { require worker.manager == true }
}
`;

const jobs = ["NA", "EU", "APAC"].flatMap((region) =>
  ["xbox", "surface"].flatMap((product) =>
    [true, false].map((vip) => ({
      id: `${region.toLowerCase()}-${product}-${vip ? "vip" : "usual"}`,
      channelId: "chat",
      labels: { region, product, vip },
    })),
  ),
);

export const deployFiles: Readonly<Record<string, string>> = {
  "main.route": policy,
  "jobs.json": JSON.stringify(jobs, undefined, 2),
};

/** The same policy after a day's work: one rule changed, a queue gone, one added. */
export const changedPolicy = policy
  .replace(
    `when job.vip and job.product == "surface"                  -> 10`,
    `when job.vip and job.product == "surface"                  -> 20`,
  )
  .replace(
    `queue apac { distribution longest  labels { region: "APAC" } }`,
    `queue rest { distribution longest }`,
  )
  .replace(`when job.region == "APAC" -> apac`, `when job.region == "APAC" -> rest`)
  .replace("offers 1..2", "offers 1..3");
