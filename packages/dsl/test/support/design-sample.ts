/** The language by example: the policy the design shows, its scenario apart. */
export const designSample = `/// Contoso electronics: chat and voice support.
param env: "dev" | "prod" = "dev"
secret scoringKey from env "CONTOSO_SCORING_KEY"

labels job {
  region:   "NA" | "EU" | "APAC"
  product:  "xbox" | "surface" | "office"
  language: text
  vip:      boolean
  waits?:   0..100                      // a label that may be missing
}
labels worker {
  language:     text
  xbox:         0..10
  manager:      boolean
  'Some-Skill': number                  // any label key, quoted
}
labels queue { region: "NA" | "EU" | "APAC" }
channel chat
channel voice

let premium = job.vip or job.product == "surface"

distribution skilled {
  name "Skilled first"
  mode best worker
  score (if worker.language == job.language then 50 else 0) + worker.xbox * 3
  offers 1..2, expire after 60s
}

exceptions overdue {
  when waiting > 5m        -> reclassify via xbox set { vip: true }
  when queue length > 100  -> cancel "queue-full" note "try again later"
  when waiting > 15m       -> move to xbox_default, priority 100, require worker.manager == true
}

queue xbox_na      { id "XBOX_NA_QUEUE"       distribution skilled  exceptions overdue  labels { region: "NA" } }
queue xbox_default { id "XBOX_DEFAULT_QUEUE"  distribution skilled }

classification xbox {
  name "Select XBOX queue and set priority"
  queue = match {
    when job.region == "NA" and premium -> xbox_na
    when job.product == "office"        -> queue where region == job.region
    otherwise                           -> xbox_default
  }
  priority = match {
    when premium        -> 10
    when job.waits > 50 -> 5
    otherwise           -> 1
  }
  require worker.language == job.language
  require worker.xbox >= 7 for 5m expedite
  when premium { require worker.manager == true }
}

test "premium jobs from NA go to the NA queue" {
  job { region: "NA", product: "xbox", language: "en", vip: true }
  expect queue == xbox_na
  expect priority == 10
}
`;

/** The scenario of the sample. */
export const designScenario = `
scenario "an unanswered job is escalated" {
  worker ann { queues [xbox_na], capacity 1, channel chat, labels { language: "en", xbox: 9, manager: false } }
  at 0s  job j1 on chat via xbox { region: "NA", product: "xbox", language: "en", vip: false }
  at 0s  expect offer of j1 to ann
  at 60s expect offer of j1 to ann expired
  at 5m  expect j1 reclassified
}
`;
