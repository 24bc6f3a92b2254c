// Made of docs/diagnostics by `vitest -u`; edit the pages there.

/** The page of each code, in Markdown. */
export const diagnosticPages: Readonly<Record<string, string>> = {
  "always-holds": `# always-holds

**Warning.** A comparison is true for every value that the labels can have.

## Why it matters

It excludes nothing; jobs that should have been treated otherwise are not.

## Reported

\`\`\`route
labels job { waits: 0..100 }
classification intake { priority = if job.waits >= 0 then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { waits: 0..100 }
classification intake { priority = if job.waits >= 10 then 10 else 1 }
\`\`\`
`,
  "ambiguous-queues": `# ambiguous-queues

**Warning.** \`queue where\` asks for labels that two declared queues have.

## Why it matters

Which of them a job then gets is not documented.

## Reported

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" labels { region: "NA" } }
queue support { distribution "skilled" labels { region: "NA" } }
classification intake { queue = queue where region == "NA" }
\`\`\`

## Corrected

\`\`\`route
labels queue { region: text, team: text }
queue sales { distribution "skilled" labels { region: "NA", team: "sales" } }
queue support { distribution "skilled" labels { region: "NA", team: "support" } }
classification intake { queue = queue where region == "NA" and team == "sales" }
\`\`\`
`,
  "argument-count": `# argument-count

**Error.** The function takes another number of values.

## Why it matters

Power Fx refuses the formula, and with it the rule.

## Reported

\`\`\`route
labels job { sku: text }
classification intake { priority = if left(job.sku) == "XB" then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { sku: text }
classification intake { priority = if left(job.sku, 2) == "XB" then 10 else 1 }
\`\`\`
`,
  "arithmetic-operand": `# arithmetic-operand

**Error.** \`+ - * /\` work on numbers, and \`&\` joins texts and numbers.

## Why it matters

Power Fx would turn text into numbers on the way and fail where it cannot, for some jobs and not for others.

## Reported

\`\`\`route
labels job { vip: boolean }
classification intake { priority = 1 + job.vip }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake { priority = 1 + (if job.vip then 1 else 0) }
\`\`\`
`,
  "batch-needs-function": `# batch-needs-function

**Warning.** Batch scoring sends many workers at once and expects a score for each, which only a function or webhook can give.

## Why it matters

A formula knows one \`worker\`; what it would see of a batch is not documented, and most likely nothing.

## Reported

\`\`\`route
labels worker { xbox: 0..10 }
distribution skilled {
  mode best worker
  score worker.xbox
  batch scoring of 20
}
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
distribution skilled {
  mode best worker
  score worker.xbox
}
queue sales { distribution skilled }
\`\`\`
`,
  "best-worker-only": `# best-worker-only

**Error.** \`score\`, its options and batches belong to \`mode best worker\`.

## Why it matters

The other modes take the next worker or the one that waited longest; a score would be ignored.

## Reported

\`\`\`route
labels worker { xbox: 0..10 }
distribution skilled { mode longest idle score worker.xbox }
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
distribution skilled { mode best worker score worker.xbox }
queue sales { distribution skilled }
\`\`\`
`,
  "block-not-closed": `# block-not-closed

**Error.** A block, list or parenthesis is not closed.

## Why it matters

Where it was meant to end is a guess; what follows may be read as part of it.

## Reported

\`\`\`route
queue sales { distribution "skilled"
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "cannot-compile": `# cannot-compile

**Error.** Job Router has no way to say this. The checker refuses such things earlier and in better words; this message stands for what it does not know yet.

## Why it matters

Half a policy must never be deployed as if it were whole.

## Reported

\`\`\`text
No policy is known that causes it.
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake { priority = if job.vip then 10 else 1 }
\`\`\`
`,
  "cannot-order": `# cannot-order

**Error.** \`<\`, \`<=\`, \`>\`, \`>=\` and ranges order numbers. Text and booleans have no order.

## Why it matters

Power Fx refuses it and the rule fails; a selector with such a comparison is never met, and the job waits for ever.

## Reported

\`\`\`route
labels job { grade: "A" | "B" | "C" }
classification intake { priority = if job.grade < "C" then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { grade: "A" | "B" | "C" }
classification intake { priority = if job.grade in ["A", "B"] then 10 else 1 }
\`\`\`
`,
  "close-without-open": `# close-without-open

**Error.** A bracket closes nothing.

## Why it matters

Usually one was closed twice, and the rest of the block has fallen out of it.

## Reported

\`\`\`route
queue sales { distribution "skilled" } }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "comment-not-closed": `# comment-not-closed

**Error.** A comment that begins with \`/*\` has no end.

## Why it matters

The rest of the file is taken for comment, and nothing in it is deployed.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
/* the rest comes later
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
/* the rest comes later */
\`\`\`
`,
  "comparison-chain": `# comparison-chain

**Error.** Two comparisons follow each other without \`and\`.

## Why it matters

\`1 < x < 5\` would compare a boolean with a number, which Power Fx refuses.

## Reported

\`\`\`route
labels job { waits: number }
classification intake { priority = if 1 < job.waits < 5 then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { waits: number }
classification intake { priority = if job.waits > 1 and job.waits < 5 then 10 else 1 }
\`\`\`
`,
  "comparison-spelling": `# comparison-spelling

**Error.** A comparison is written with one \`=\`. That sign gives a value; \`==\` compares.

## Why it matters

It is read as a comparison here, so that one slip hides no other.

## Reported

\`\`\`route
labels job { region: text }
classification intake { priority = if job.region = "NA" then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { region: text }
classification intake { priority = if job.region == "NA" then 10 else 1 }
\`\`\`
`,
  "contradictory-requirements": `# contradictory-requirements

**Warning.** Two requirements that hold together cannot both be met.

## Why it matters

No worker can ever take the job: it waits until somebody notices.

## Reported

\`\`\`route
labels worker { language: text }
labels job { vip: boolean }
classification intake {
  require worker.language == "en"
  when job.vip { require worker.language == "fr" }
}
\`\`\`

## Corrected

\`\`\`route
labels worker { language: text }
labels job { vip: boolean }
classification intake {
  match {
    when job.vip { require worker.language == "fr" }
    otherwise { require worker.language == "en" }
  }
}
\`\`\`
`,
  "declaration-expected": `# declaration-expected

**Error.** A file is a list of declarations, and this begins none of them.

## Why it matters

Whatever follows up to the next declaration is left out.

## Reported

\`\`\`route
queues sales { distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "declared-type": `# declared-type

**Error.** Labels are text, numbers or booleans, and the value of a \`param\` needs a type that can be read from a command line.

## Why it matters

Job Router answers any other label value with an error (400).

## Reported

\`\`\`route
labels job { patience: duration }
classification intake { priority = if job.patience > 60 then 1 else 10 }
\`\`\`

## Corrected

\`\`\`route
labels job { patienceSeconds: number }
classification intake { priority = if job.patienceSeconds > 60 then 1 else 10 }
\`\`\`
`,
  "distribution-without-mode": `# distribution-without-mode

**Error.** A distribution says how many offers there are, or whether selectors count, and not in which order workers are asked.

## Why it matters

Job Router keeps these settings with the mode, and has no mode of its own choice.

## Reported

\`\`\`route
distribution skilled { offers 1..2 }
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
distribution skilled { mode longest idle offers 1..2 }
queue sales { distribution skilled }
\`\`\`
`,
  "duplicate-entry": `# duplicate-entry

**Error.** A label is given two values in one list of labels.

## Why it matters

A queue or job has one value for each label; the other one is a slip.

## Reported

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" labels { region: "NA", region: "EU" } }
\`\`\`

## Corrected

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" labels { region: "NA" } }
\`\`\`
`,
  "duplicate-id": `# duplicate-id

**Error.** Two objects of one kind have one id. The id is the \`id\` that is written, or else the name.

## Why it matters

Job Router keeps one object for each id: deploying the second would silently overwrite the first.

## Reported

\`\`\`route
queue sales { id "SALES" distribution "skilled" }
queue resale { id "SALES" distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
queue sales { id "SALES" distribution "skilled" }
queue resale { id "RESALE" distribution "skilled" }
\`\`\`
`,
  "duplicate-import": `# duplicate-import

**Warning.** The same file is imported twice by one file.

## Why it matters

The second import does nothing; it is left over from moving declarations about.

## Reported

\`\`\`route
import "./queues.route"
import "./queues.route"
\`\`\`

\`queues.route\`:

\`\`\`route queues.route
queue sales { distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
import "./queues.route"
\`\`\`

\`queues.route\`:

\`\`\`route queues.route
queue sales { distribution "skilled" }
\`\`\`
`,
  "duplicate-label": `# duplicate-label

**Error.** A label is declared twice for one side.

## Why it matters

The two declarations may disagree on the values; the checks would then hold for one of them only.

## Reported

\`\`\`route
labels worker { language: text }
labels worker { language: "en" | "fr" }
classification intake { require worker.language == "en" }
\`\`\`

## Corrected

\`\`\`route
labels worker { language: "en" | "fr" }
classification intake { require worker.language == "en" }
\`\`\`
`,
  "duplicate-name": `# duplicate-name

**Error.** Two declarations have one name. A name means one thing in the whole program, whatever its kind and file.

## Why it matters

With two queues of one name nobody can say which of them a job goes to.

## Reported

\`\`\`route
queue sales { id "SALES_NA" distribution "skilled" }
queue sales { id "SALES_EU" distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
queue sales_na { id "SALES_NA" distribution "skilled" }
queue sales_eu { id "SALES_EU" distribution "skilled" }
\`\`\`
`,
  "duplicate-property": `# duplicate-property

**Error.** A property is given twice in one block, or a table decides what \`queue =\` or \`priority =\` decides already.

## Why it matters

Only one of the two can count, and which one is anybody's guess.

## Reported

\`\`\`route
distribution skilled {
  mode longest idle
  expire after 30s
  expire after 60s
}
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
distribution skilled {
  mode longest idle
  expire after 60s
}
queue sales { distribution skilled }
\`\`\`
`,
  "duplicate-rule-id": `# duplicate-rule-id

**Error.** Two rules of one exceptions block have one id.

## Why it matters

The id tells rules apart, in the service and in its events; one of the two would be lost.

## Reported

\`\`\`route
exceptions overdue {
  when waiting > 5m as "late" -> move priority 10
  when waiting > 9m as "late" -> cancel "too late"
}
queue sales { distribution "skilled" exceptions overdue }
\`\`\`

## Corrected

\`\`\`route
exceptions overdue {
  when waiting > 5m as "late" -> move priority 10
  when waiting > 9m as "too-late" -> cancel "too late"
}
queue sales { distribution "skilled" exceptions overdue }
\`\`\`
`,
  "duplicate-test": `# duplicate-test

**Error.** Two tests have one name.

## Why it matters

A report that says which test failed has to mean one of them.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
test "goes to sales" {
  job {}
  expect queue == sales
}
test "goes to sales" {
  job {}
  expect queue != "OTHER"
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
test "goes to sales" {
  job {}
  expect queue == sales
}
\`\`\`
`,
  "duplicate-value": `# duplicate-value

**Warning.** A value stands twice in one list.

## Why it matters

It does no harm, but the second one was probably meant to be another value.

## Reported

\`\`\`route
labels job { region: "NA" | "EU" | "EU" }
classification intake { priority = if job.region == "EU" then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { region: "NA" | "EU" | "APAC" }
classification intake { priority = if job.region == "EU" then 10 else 1 }
\`\`\`
`,
  "duration-order": `# duration-order

**Error.** The parts of a duration go from the largest unit to the smallest.

## Why it matters

\`30m1h\` is more often a slip than an hour and a half.

## Reported

\`\`\`route
distribution skilled { mode longest idle expire after 30s1m }
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
distribution skilled { mode longest idle expire after 1m30s }
queue sales { distribution skilled }
\`\`\`
`,
  "empty-range": `# empty-range

**Error.** The first end of a range is greater than the second.

## Why it matters

No value lies in it, so nothing that depends on it ever happens.

## Reported

\`\`\`route
labels worker { xbox: 10..0 }
classification intake { require worker.xbox >= 7 }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox >= 7 }
\`\`\`
`,
  "exception-circle": `# exception-circle

**Warning.** Exceptions send a job that nobody takes from queue to queue, and back to where it was.

## Why it matters

Whether waiting starts anew in each queue is not documented; as far as it does, such a job is never answered, never cancelled, and counts in every queue it passes.

## Reported

\`\`\`route
exceptions late { when waiting > 5m -> move to backup, priority 100 }
exceptions later { when waiting > 5m -> move to sales }
queue sales { distribution "skilled" exceptions late }
queue backup { distribution "skilled" exceptions later }
\`\`\`

## Corrected

\`\`\`route
exceptions late { when waiting > 5m -> move to backup, priority 100 }
exceptions later { when waiting > 5m -> cancel "nobody-there" }
queue sales { distribution "skilled" exceptions late }
queue backup { distribution "skilled" exceptions later }
\`\`\`
`,
  "exception-without-effect": `# exception-without-effect

**Warning.** An exception has no action, or one that changes nothing.

## Why it matters

It fires, an event is sent, and the job goes on waiting as before.

## Reported

\`\`\`route
exceptions overdue { when waiting > 5m -> move }
queue sales { distribution "skilled" exceptions overdue }
\`\`\`

## Corrected

\`\`\`route
exceptions overdue { when waiting > 5m -> move priority 100 }
queue sales { distribution "skilled" exceptions overdue }
\`\`\`
`,
  "expression-too-long": `# expression-too-long

**Error.** An expression has more operators than any formula may have.

## Why it matters

A formula has at most 1,000 characters; a longer list belongs in the labels of the job.

## Reported

\`\`\`text
classification intake {
  priority = if job.sku == "XB-1" or job.sku == "XB-2" or … more than 1,000 of them … then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { sku: text }
classification intake { priority = if startsWith(job.sku, "XB") then 10 else 1 }
\`\`\`
`,
  "file-not-found": `# file-not-found

**Error.** The file that was to be checked cannot be read.

## Why it matters

Nothing is known of a policy that cannot be read; a script that goes on after this message deploys nothing.

## Reported

\`\`\`sh
routewright check missing.route
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "formula-long": `# formula-long

**Warning.** A formula that the compiler writes has more than 500 characters.

## Why it matters

The preview of the service refused it, and what it does today is not documented.

## Reported

\`\`\`text
classification intake {
  priority = if startsWith(job.sku, "XB-1") or startsWith(job.sku, "XB-2") or … 20 of them … then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { sku: text }
classification intake { priority = if startsWith(job.sku, "XB") then 10 else 1 }
\`\`\`
`,
  "formula-syntax": `# formula-syntax

**Error.** A raw formula is not Power Fx.

## Why it matters

The rule fails in the service: the jobs it decides on are not classified.

## Reported

\`\`\`route
labels job { vip: boolean }
classification intake { priority = powerfx"If(job.vip = true, 10, 1" }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake { priority = powerfx"If(job.vip = true, 10, 1)" }
\`\`\`
`,
  "formula-too-long": `# formula-too-long

**Error.** A formula that the compiler would write has more than 1,000 characters, or nests too deeply.

## Why it matters

Power Fx refuses it, and with it the whole rule.

## Reported

\`\`\`text
classification intake {
  priority = if startsWith(job.sku, "XB-1") or startsWith(job.sku, "XB-2") or … 40 of them … then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { sku: text }
classification intake { priority = if startsWith(job.sku, "XB") then 10 else 1 }
\`\`\`
`,
  "formula-type": `# formula-type

**Error.** A raw formula is Power Fx, but it does not fit the declared types of the labels.

## Why it matters

Power Fx decides on types before it runs: the rule fails for every job.

## Reported

\`\`\`route
labels job { tier: number }
classification intake { priority = powerfx"If(job.tier = \\"gold\\", 10, 1)" }
\`\`\`

## Corrected

\`\`\`route
labels job { tier: number }
classification intake { priority = powerfx"If(job.tier = 1, 10, 1)" }
\`\`\`
`,
  "import-cycle": `# import-cycle

**Warning.** Two files import each other, perhaps by way of others, or a file imports itself.

## Why it matters

Nothing breaks: declarations have no order, and each file is read once. But files that need each
other are one file in two pieces: neither can be read or reused alone. Where a circle is in the
nature of things (a queue's exception policy names a classification policy that names the queue),
put those declarations into one file, or allow the finding with that reason.

## Reported

\`\`\`route
import "./queues.route"
\`\`\`

\`queues.route\`:

\`\`\`route queues.route
import "./main.route"
queue sales { distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
import "./queues.route"
\`\`\`

\`queues.route\`:

\`\`\`route queues.route
queue sales { distribution "skilled" }
\`\`\`
`,
  "import-not-found": `# import-not-found

**Error.** There is no file at the path of the import.

## Why it matters

Everything the file declares is missing: labels, queues and conditions will be reported as unknown.

## Reported

\`\`\`route
import "./lables.route"
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`

## Corrected

\`\`\`route
import "./labels.route"
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`
`,
  "import-path": `# import-path

**Error.** An import names a file by its path relative to the importing file, and such a path starts with \`./\` or \`../\`.

## Why it matters

A bare name could be a package, a file next door or one in the current folder; the same policy would then mean different things on different machines.

## Reported

\`\`\`route
import "labels.route"
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`

## Corrected

\`\`\`route
import "./labels.route"
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`
`,
  "import-refused": `# import-refused

**Error.** The file may not be imported: it lies outside the folder that is open, or outside what the tool may read.

## Why it matters

A policy that reaches out of its folder works on one machine only.

## Reported

\`\`\`route
import "../../elsewhere/labels.route"
\`\`\`

## Corrected

\`\`\`route
import "./labels.route"
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`
`,
  "impossible-requirement": `# impossible-requirement

**Warning.** No declared value of the label meets the requirement.

## Why it matters

No worker can ever take the job: it waits until somebody notices.

## Reported

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox > 10 }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox >= 10 }
\`\`\`
`,
  "incomparable-types": `# incomparable-types

**Error.** Values of two types are compared: text with a number, a number with a boolean.

## Why it matters

Power Fx refuses to compare them. The whole rule fails in the service, and the job with it.

## Reported

\`\`\`route
labels job { tier: number }
classification intake { priority = if job.tier == "1" then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { tier: number }
classification intake { priority = if job.tier == 1 then 10 else 1 }
\`\`\`
`,
  "invalid-duration": `# invalid-duration

**Warning.** A duration of no length.

## Why it matters

An offer that expires at once can be accepted by no one; an exception after no time at all fires for every job.

## Reported

\`\`\`route
distribution skilled { mode longest idle expire after 0s }
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
distribution skilled { mode longest idle expire after 30s }
queue sales { distribution skilled }
\`\`\`
`,
  "invalid-id": `# invalid-id

**Error.** An id has 1 to 50 letters, digits, \`_\`, \`.\` or \`-\`.

## Why it matters

The id becomes part of an address. What the service does with other characters is not documented, and 50 is the longest that its descriptions ever allowed.

## Reported

\`\`\`route
queue sales { id "SALES NA" distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
queue sales { id "SALES_NA" distribution "skilled" }
\`\`\`
`,
  "invalid-instant": `# invalid-instant

**Error.** The start of a scenario is not an instant.

## Why it matters

Without a date, a time and a zone it is not known when the scenario begins.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  starts "Monday at nine"
  at 0s job j1 on chat in sales
  at 0s expect j1 queued
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  starts "2026-03-02T09:00:00Z"
  at 0s job j1 on chat in sales
  at 0s expect j1 queued
}
\`\`\`
`,
  "invalid-number": `# invalid-number

**Error.** A number is outside what is allowed: a priority is a whole number from -100 to 100; offers, batch sizes, capacities and queue lengths are whole numbers from 1; shares lie between 0% and 100%.

## Why it matters

Job Router refuses the object, or rounds and cuts the number to something that nobody wrote.

## Reported

\`\`\`route
labels job { vip: boolean }
classification intake { priority = if job.vip then 1000 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake { priority = if job.vip then 100 else 1 }
\`\`\`
`,
  "json-inexact": `# json-inexact

**Error.** \`routewright import\` could write an object, but compiling what it wrote gives other JSON.

## Why it matters

An import must not change what is deployed. This is a fault of Routewright: please report it, with the JSON.

## Reported

\`\`\`text
No JSON is known that causes it.
\`\`\`

## Corrected

\`\`\`json
{ "queues": [{ "id": "sales", "distributionPolicyId": "skilled" }] }
\`\`\`
`,
  "json-refused": `# json-refused

**Error.** \`routewright import\` met something in the JSON that the language refuses: the same check would fail if it were written by hand.

## Why it matters

What the language cannot hold would be lost, or refused by the service, when the policy is deployed again.

## Reported

\`\`\`json
{ "queues": [{ "id": "sales north america", "distributionPolicyId": "skilled" }] }
\`\`\`

## Corrected

\`\`\`json
{ "queues": [{ "id": "sales-north-america", "distributionPolicyId": "skilled" }] }
\`\`\`
`,
  "key-quotes": `# key-quotes

**Error.** The key of a label is written in double quotes. Those are for texts; names have single quotes, or none.

## Why it matters

Every name is quoted alike, wherever it stands.

## Reported

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" labels { "region": "NA" } }
\`\`\`

## Corrected

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" labels { region: "NA" } }
\`\`\`
`,
  "label-not-available": `# label-not-available

**Error.** A label is read where it has no value: a worker's label in a classification, a job's label in an exception.

## Why it matters

Job Router classifies a job before it looks at any worker, and an exception knows how long a job waits and nothing else of it. The formula would read the label as missing, always.

## Reported

\`\`\`route
labels worker { manager: boolean }
classification intake { priority = if worker.manager then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels worker { manager: boolean }
labels job { escalated: boolean }
classification intake {
  priority = if job.escalated then 10 else 1
  when job.escalated { require worker.manager }
}
\`\`\`
`,
  "let-cycle": `# let-cycle

**Error.** A \`let\` is defined by itself, directly or by way of others.

## Why it matters

It has no value, and neither has anything that uses it.

## Reported

\`\`\`route
labels job { vip: boolean }
let urgent = job.vip or premium
let premium = urgent
classification intake { priority = if premium then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
let urgent = job.vip
let premium = urgent
classification intake { priority = if premium then 10 else 1 }
\`\`\`
`,
  "misplaced-none": `# misplaced-none

**Error.** \`none\` is the value of a selector without a value. In a condition, a label that is not there is asked for with \`is missing\`.

## Why it matters

Power Fx would compare with nothing, which is not what "without a region" means for an empty text.

## Reported

\`\`\`route
labels job { region?: text }
classification intake { priority = if job.region == none then 1 else 10 }
\`\`\`

## Corrected

\`\`\`route
labels job { region?: text }
classification intake { priority = if job.region is missing then 1 else 10 }
\`\`\`
`,
  "misplaced-queue": `# misplaced-queue

**Error.** The word \`queue\` alone stands for the queue of the job in a requirement, \`require queue == …\`, and nowhere else.

## Why it matters

While a job is classified it has no queue yet that a condition could look at.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = if queue == sales then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
labels job { product: text }
classification intake {
  queue = if job.product == "xbox" then sales else "OTHER"
  priority = if job.product == "xbox" then 10 else 1
}
\`\`\`
`,
  "misplaced-rule": `# misplaced-rule

**Error.** A function, webhook, static or same-labels rule stands where Job Router has no rule.

## Why it matters

Such a rule can be a whole priority, a whole score, the whole condition of a \`when\`, or bring selectors for every job. It cannot be part of a calculation or of a \`match\`.

## Reported

\`\`\`route
labels job { vip: boolean }
classification intake {
  priority = 1 + function "https://contoso.example/priority"
  when job.vip { require worker.manager }
}
labels worker { manager: boolean }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake {
  priority = function "https://contoso.example/priority"
  when job.vip { require worker.manager }
}
labels worker { manager: boolean }
\`\`\`
`,
  "misplaced-secret": `# misplaced-secret

**Error.** A secret is used outside a \`function\` or \`webhook\` rule.

## Why it matters

Everything else is written into the compiled policy and its plans and traces, where a secret must never be.

## Reported

\`\`\`route
secret scoringKey from env "SCORING_KEY"
queue sales { name scoringKey distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
secret scoringKey from env "SCORING_KEY"
distribution skilled {
  mode best worker
  score function "https://contoso.example/score" key scoringKey
}
queue sales { name "Sales" distribution skilled }
\`\`\`
`,
  "missing-is-unequal": `# missing-is-unequal

**Hint.** \`!=\` (or \`not in\`) holds for a job without the label.

## Why it matters

Worth a thought: "not a VIP" then includes everybody whose status is not known. If that is what you mean, nothing has to change.

## Reported

\`\`\`route
labels job { plan?: text }
classification intake { priority = if job.plan != "gold" then 1 else 10 }
\`\`\`

## Corrected

\`\`\`route
labels job { plan?: text }
classification intake { priority = if job.plan is present and job.plan != "gold" then 1 else 10 }
\`\`\`
`,
  "missing-reads-as-zero": `# missing-reads-as-zero

**Warning.** A label that may be missing is ordered or calculated with. Power Fx reads a missing label as 0 there, although it is not equal to 0.

## Why it matters

\`job.waits < 5\` holds for every job that does not say how long it waits: exactly those jobs that nobody thought of.

## Reported

\`\`\`route
labels job { waits?: 0..100 }
classification intake { priority = if job.waits < 5 then 1 else 10 }
\`\`\`

## Corrected

\`\`\`route
labels job { waits?: 0..100 }
classification intake { priority = if job.waits is present and job.waits < 5 then 1 else 10 }
\`\`\`
`,
  "mixed-values": `# mixed-values

**Error.** The values of one label have different types.

## Why it matters

Power Fx does not compare text with numbers, so every condition on this label would fail for some of its values.

## Reported

\`\`\`route
labels job { tier: 1 | 2 | "gold" }
classification intake { priority = if job.tier == 1 then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { tier: 1 | 2 | 3 }
classification intake { priority = if job.tier == 1 then 10 else 1 }
\`\`\`
`,
  "move-to-same-queue": `# move-to-same-queue

**Warning.** An exceptions block moves jobs to a queue that uses this very block.

## Why it matters

The job leaves the queue and joins it again: whether its waiting starts anew, and the exception with it, is not documented.

## Reported

\`\`\`route
exceptions overdue { when waiting > 5m -> move to sales, priority 100 }
queue sales { distribution "skilled" exceptions overdue }
\`\`\`

## Corrected

\`\`\`route
exceptions overdue { when waiting > 5m -> move to escalated, priority 100 }
queue sales { distribution "skilled" exceptions overdue }
queue escalated { distribution "skilled" }
\`\`\`
`,
  "nested-split": `# nested-split

**Error.** A \`split\` stands in a branch, in a \`when\` or in another \`split\`.

## Why it matters

Job Router draws lots once for every job, before any condition is looked at.

## Reported

\`\`\`route
labels job { vip: boolean }
queue sales { distribution "skilled" }
queue partner { distribution "skilled" }
classification intake {
  queue = if job.vip then sales else split { 70% -> sales, 30% -> partner }
}
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
queue sales { distribution "skilled" }
queue partner { distribution "skilled" }
classification intake {
  queue = split { 70% -> sales, 30% -> partner }
  priority = if job.vip then 10 else 1
}
\`\`\`
`,
  "nesting-too-deep": `# nesting-too-deep

**Error.** An expression or block stands inside too many others.

## Why it matters

No person reads it, and Power Fx itself stops at 50 levels.

## Reported

\`\`\`text
classification intake { priority = ((((( … more than 200 of them … 1 ))))) }
\`\`\`

## Corrected

\`\`\`route
labels job { waits: number }
classification intake { priority = job.waits }
\`\`\`
`,
  "never-holds": `# never-holds

**Warning.** A comparison is false for every value that the labels can have.

## Why it matters

What it guards never happens: the rule is dead, though it looks alive.

## Reported

\`\`\`route
labels job { waits: 0..100 }
classification intake { priority = if job.waits > 100 then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { waits: 0..100 }
classification intake { priority = if job.waits > 90 then 10 else 1 }
\`\`\`
`,
  "no-queue-for-some": `# no-queue-for-some

**Warning.** Some jobs are given no queue, and there is no \`fallback\`.

## Why it matters

A job that brings no queue of its own then cannot be classified, and waits for a person to repair it.

## Reported

\`\`\`route
labels job { region: text }
queue sales { distribution "skilled" }
classification intake {
  queue = match { when job.region == "NA" -> sales }
}
\`\`\`

## Corrected

\`\`\`route
labels job { region: text }
queue sales { distribution "skilled" }
queue rest { distribution "skilled" }
classification intake {
  queue = match { when job.region == "NA" -> sales }
  fallback rest
}
\`\`\`
`,
  "no-queue-matches": `# no-queue-matches

**Warning.** \`queue where\` asks for labels that no declared queue has.

## Why it matters

Job Router finds no queue, and the job goes to the fallback or nowhere.

## Reported

\`\`\`route
labels queue { region: "NA" | "EU" }
queue sales { distribution "skilled" labels { region: "NA" } }
classification intake { queue = queue where region == "EU" }
\`\`\`

## Corrected

\`\`\`route
labels queue { region: "NA" | "EU" }
queue sales { distribution "skilled" labels { region: "NA" } }
classification intake { queue = queue where region == "NA" }
\`\`\`
`,
  "not-constant": `# not-constant

**Error.** A property of an object has to be known when the policy is compiled. It may use params, but no labels.

## Why it matters

Job Router stores the property once; it cannot be another one for every job.

## Reported

\`\`\`route
labels job { region: text }
queue sales { id "SALES_" & job.region distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
param region: text = "NA"
queue sales { id "SALES_" & region distribution "skilled" }
\`\`\`
`,
  "not-exhaustive": `# not-exhaustive

**Error.** A priority, a score or another value is decided by a \`match\`, an \`if\` or a table that leaves some jobs without one.

## Why it matters

The rule then gives nothing, and Job Router cannot classify the job.

## Reported

\`\`\`route
labels job { region: text }
classification intake {
  priority = match {
    when job.region == "NA" -> 10
    when job.region == "EU" -> 5
  }
}
\`\`\`

## Corrected

\`\`\`route
labels job { region: text }
classification intake {
  priority = match {
    when job.region == "NA" -> 10
    when job.region == "EU" -> 5
    otherwise -> 1
  }
}
\`\`\`
`,
  "not-imported": `# not-imported

**Error.** The name is declared in another file of the program, but neither this file nor anything it imports brings it in.

## Why it matters

It works today only because a third file happens to import both; whoever uses this file elsewhere finds it broken.

## Reported

\`\`\`route
import "./queues.route"
import "./intake.route"
\`\`\`

\`queues.route\`:

\`\`\`route queues.route
queue sales { distribution "skilled" }
\`\`\`

\`intake.route\`:

\`\`\`route intake.route
classification intake { queue = sales }
\`\`\`

## Corrected

\`\`\`route
import "./intake.route"
\`\`\`

\`queues.route\`:

\`\`\`route queues.route
queue sales { distribution "skilled" }
\`\`\`

\`intake.route\`:

\`\`\`route intake.route
import "./queues.route"
classification intake { queue = sales }
\`\`\`
`,
  "not-position": `# not-position

**Error.** \`not\` stands inside a comparison or a calculation.

## Why it matters

Whether it belongs to the label or to the comparison is easily misread; parentheses say it.

## Reported

\`\`\`route
labels job { vip: boolean }
classification intake { priority = if job.vip == not true then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake { priority = if job.vip == (not true) then 10 else 1 }
\`\`\`
`,
  "number-form": `# number-form

**Error.** A number is written in a way that the language does not have.

## Why it matters

Numbers are digits with a point, as in Power Fx; what \`1e3\` or \`1,000\` means differs from tool to tool.

## Reported

\`\`\`route
classification intake { priority = 1e1 }
\`\`\`

## Corrected

\`\`\`route
classification intake { priority = 10 }
\`\`\`
`,
  "number-precision": `# number-precision

**Error.** A number has more digits than a number keeps.

## Why it matters

The numbers in labels and selectors are JSON numbers, which programs read as doubles: 15 digits are safe. A condition on a longer one would be about another number, and about all its neighbours: the account next door would be taken for this one.

## Reported

\`\`\`route
labels job { account: number }
classification intake {
  priority = if job.account == 9007199254740993 then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { account: text }
classification intake {
  priority = if job.account == "9007199254740993" then 10 else 1
}
\`\`\`
`,
  "offers-order": `# offers-order

**Error.** The least number of offers is greater than the greatest.

## Why it matters

No number of offers lies between the two.

## Reported

\`\`\`route
distribution skilled { mode longest idle offers 3..2 }
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
distribution skilled { mode longest idle offers 2..3 }
queue sales { distribution skilled }
\`\`\`
`,
  "operator-spelling": `# operator-spelling

**Error.** An operator is written as in another language.

## Why it matters

It is read as it was meant; the language has one spelling so that policies read alike.

## Reported

\`\`\`route
labels job { vip: boolean, urgent: boolean }
classification intake { priority = if job.vip && job.urgent then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean, urgent: boolean }
classification intake { priority = if job.vip and job.urgent then 10 else 1 }
\`\`\`
`,
  "optional-pass-through": `# optional-pass-through

**Hint.** A label that may be missing is passed on as a requirement. A job without it is given no such requirement.

## Why it matters

Worth a thought: a job that does not say its language then goes to any worker. If that is what you mean, nothing has to change.

## Reported

\`\`\`route
labels job { language?: text }
labels worker { language: text }
classification intake { require worker.language == job.language }
\`\`\`

## Corrected

\`\`\`route
labels job { language: text }
labels worker { language: text }
classification intake { require worker.language == job.language }
\`\`\`
`,
  "parameter-invalid": `# parameter-invalid

**Error.** The value that was given for a \`param\` is not of its type, or not among its values.

## Why it matters

A misspelt environment on the command line must not deploy anything.

## Reported

\`\`\`route --param env=production
param env: "dev" | "prod" = "dev"
queue sales { id "SALES_" & env distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route --param env=prod
param env: "dev" | "prod" = "dev"
queue sales { id "SALES_" & env distribution "skilled" }
\`\`\`
`,
  "parameter-missing": `# parameter-missing

**Error.** A \`param\` has no default, and no value was given for it.

## Why it matters

A policy that is compiled for no environment in particular would end up with the queues of the wrong one.

## Reported

\`\`\`route
param env: "dev" | "prod"
queue sales { id "SALES_" & env distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
param env: "dev" | "prod" = "dev"
queue sales { id "SALES_" & env distribution "skilled" }
\`\`\`
`,
  "pass-through-branch": `# pass-through-branch

**Error.** A label of the job is passed on in a \`when\`, a \`match\` or a branch, and its values are not declared.

## Why it matters

Job Router passes a label on always or never. With declared values (at most 20) the compiler writes one condition for each instead.

## Reported

\`\`\`route
labels job { language: text, vip: boolean }
labels worker { language: text }
classification intake { when job.vip { require worker.language == job.language } }
\`\`\`

## Corrected

\`\`\`route
labels job { language: "en" | "fr", vip: boolean }
labels worker { language: text }
classification intake { when job.vip { require worker.language == job.language } }
\`\`\`
`,
  "pass-through-expedite": `# pass-through-expedite

**Error.** A requirement that passes a label of the job on cannot put the job in front (\`expedite\`).

## Why it matters

Job Router has no place for it in a pass-through. With declared values (at most 20) the compiler writes one rule for each instead.

## Reported

\`\`\`route
labels job { Id: text }
classification intake { require worker.Id == job.Id for 45s expedite }
\`\`\`

## Corrected

\`\`\`route
labels job { Id: text }
classification intake { require worker.Id == job.Id for 45s }
\`\`\`
`,
  "pass-through-keys": `# pass-through-keys

**Error.** A label of the job is required of a label with another key, and its values are not declared.

## Why it matters

Job Router can pass a label on as a requirement, but only under its own key. With declared values (at most 20) the compiler writes one rule for each instead.

## Reported

\`\`\`route
labels job { wants: text }
labels worker { language: text }
classification intake { require worker.language == job.wants }
\`\`\`

## Corrected

\`\`\`route
labels job { wants: "en" | "fr" | "de" }
labels worker { language: text }
classification intake { require worker.language == job.wants }
\`\`\`
`,
  "queue-label-missing": `# queue-label-missing

**Warning.** A queue does not say the value of a label that every queue is declared to have.

## Why it matters

\`queue where\` never finds a queue by a label that it lacks.

## Reported

\`\`\`route
labels queue { region: "NA" | "EU" }
queue sales { distribution "skilled" labels { region: "NA" } }
queue support { distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
labels queue { region?: "NA" | "EU" }
queue sales { distribution "skilled" labels { region: "NA" } }
queue support { distribution "skilled" }
\`\`\`
`,
  "queue-without-distribution": `# queue-without-distribution

**Warning.** A queue has no distribution.

## Why it matters

Nothing offers its jobs to anyone; they wait until an exception or a person takes them away.

## Reported

\`\`\`route
queue sales { name "Sales" }
\`\`\`

## Corrected

\`\`\`route
distribution skilled { mode longest idle }
queue sales { name "Sales" distribution skilled }
\`\`\`
`,
  "quoted-name-not-closed": `# quoted-name-not-closed

**Error.** A quoted name has no closing quote.

## Why it matters

Where it was meant to end is a guess.

## Reported

\`\`\`route
labels worker { 'Some-Skill: number }
\`\`\`

## Corrected

\`\`\`route
labels worker { 'Some-Skill': number }
\`\`\`
`,
  "raw-formula-long": `# raw-formula-long

**Warning.** A raw formula has more than 500 characters (a warning), or more than 1,000 (an error).

## Why it matters

The preview of the service refused formulas over 500 characters, and what it does today is not documented. Power Fx itself stops at 1,000.

## Reported

\`\`\`route
labels job { tier: number }
classification intake {
  priority = powerfx"If(job.tier = 1, 1, If(job.tier = 2, 2, If(job.tier = 3, 3, If(job.tier = 4, 4, If(job.tier = 5, 5, If(job.tier = 6, 6, If(job.tier = 7, 7, If(job.tier = 8, 8, If(job.tier = 9, 9, If(job.tier = 10, 10, If(job.tier = 11, 11, If(job.tier = 12, 12, If(job.tier = 13, 13, If(job.tier = 14, 14, If(job.tier = 15, 15, If(job.tier = 16, 16, If(job.tier = 17, 17, If(job.tier = 18, 18, If(job.tier = 19, 19, If(job.tier = 20, 20, If(job.tier = 21, 21, If(job.tier = 22, 22, If(job.tier = 23, 23, 1)))))))))))))))))))))))"
}
\`\`\`

## Corrected

\`\`\`route
labels job { tier: 1..23 }
classification intake { priority = job.tier }
\`\`\`
`,
  "raw-formula-unproven": `# raw-formula-unproven

**Hint.** A raw formula uses a part of Power Fx that no document or sample of Job Router shows.

## Why it matters

It works in tests here. Whether the service has it switched on is not documented: try it there before you rely on it.

## Reported

\`\`\`route
labels job { sku: text }
classification intake { priority = powerfx"If(StartsWith(job.sku, \\"XB\\"), 10, 1)" }
\`\`\`

## Corrected

\`\`\`route
labels job { sku: text }
classification intake { priority = powerfx"If(job.sku = \\"XB-100\\", 10, 1)" }
\`\`\`
`,
  "requirement-form": `# requirement-form

**Error.** A requirement is a comparison of a label as it is with a value or with a label of the job.

## Why it matters

Job Router's selectors have a key, an operator and a value. They cannot calculate, negate as a whole or ask whether a label is there.

## Reported

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox * 10 >= 70 }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox >= 7 }
\`\`\`
`,
  "requirement-in": `# requirement-in

**Error.** A requirement compares a label with one value. A list of values is a choice, which Job Router does not have.

## Why it matters

A worker has to meet all selectors of a job, so one cannot be met instead of another.

## Reported

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox in 5..10 }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox >= 5 and worker.xbox <= 10 }
\`\`\`
`,
  "requirement-label": `# requirement-label

**Error.** A requirement compares exactly one label of the worker (or the queue). Here there is none, or there are two.

## Why it matters

A selector names one label of the worker. Conditions on the job decide whether a requirement is made at all, and stand before it.

## Reported

\`\`\`route
labels job { vip: boolean }
labels worker { manager: boolean }
classification intake { require worker.manager and job.vip }
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
labels worker { manager: boolean }
classification intake { when job.vip { require worker.manager } }
\`\`\`
`,
  "requirement-or": `# requirement-or

**Error.** A requirement joins its comparisons with \`and\`; it cannot offer a choice.

## Why it matters

Job Router gives a job a list of selectors, and a worker has to meet all of them.

## Reported

\`\`\`route
labels worker { french: boolean, german: boolean }
classification intake { require worker.french or worker.german }
\`\`\`

## Corrected

\`\`\`route
labels worker { french: boolean, german: boolean }
labels job { language: "fr" | "de" }
classification intake {
  match {
    when job.language == "fr" { require worker.french }
    otherwise { require worker.german }
  }
}
\`\`\`
`,
  "requirement-timing": `# requirement-timing

**Error.** \`for\` and \`expedite\` are given for something that does not expire: a requirement on the queue, a rule, or \`none\`.

## Why it matters

Only requirements on workers run out and let the job go to others.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake { require queue == sales for 5m }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification intake { require queue == sales }
\`\`\`
`,
  "scenario-empty-span": `# scenario-empty-span

**Error.** \`until\` ends where it begins, or before.

## Why it matters

No moment lies between, so the expectation is never held against anything and could not fail.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  at 0s job j1 on chat in sales
  from 5m until 1m expect j1 queued
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  at 0s job j1 on chat in sales
  from 1m until 5m expect j1 queued
}
\`\`\`
`,
  "scenario-only-expects": `# scenario-only-expects

**Error.** \`within\` and \`until\` take expectations only.

## Why it matters

Something that people do happens at one time; a span of time does not say when.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job is cancelled" {
  at 0s job j1 on chat in sales
  within 5m cancel j1
  at 5m expect j1 cancelled
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job is cancelled" {
  at 0s job j1 on chat in sales
  at 5m cancel j1
  at 5m expect j1 cancelled
}
\`\`\`
`,
  "scenario-order": `# scenario-order

**Warning.** A moment stands below a later one.

## Why it matters

A scenario is played by time. Read from top to bottom, it tells another story than the one that is played.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  at 0s job j1 on chat in sales
  at 5m expect j1 queued
  at 1m expect j1 queued
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  at 0s job j1 on chat in sales
  at 1m expect j1 queued
  at 5m expect j1 queued
}
\`\`\`
`,
  "scenario-subject": `# scenario-subject

**Error.** A worker stands where a job is wanted, or a job where a worker is wanted.

## Why it matters

The two have different states and take part in different things, so the step could not mean anything.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  worker ann { queues [sales], capacity 1, channel chat }
  at 0s job j1 on chat in sales
  at 0s expect ann queued
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job waits" {
  worker ann { queues [sales], capacity 1, channel chat }
  at 0s job j1 on chat in sales
  at 0s expect j1 queued
}
\`\`\`
`,
  "scenario-without-expectation": `# scenario-without-expectation

**Warning.** A scenario has no \`expect\`.

## Why it matters

It plays, but it fails only when the service refuses something; what became of the job is not looked at.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job is queued" {
  at 0s job j1 on chat in sales
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
channel chat
scenario "a job is queued" {
  at 0s job j1 on chat in sales
  at 0s expect j1 queued
}
\`\`\`
`,
  "scenario-worker-part": `# scenario-worker-part

**Error.** A part of a worker that has no effect in a scenario.

## Why it matters

The load follows from the jobs that a worker has, and \`change\` changes queues, capacity and channels;
labels and availability have steps of their own. What is written and not done would mislead.

## Reported

\`\`\`route
labels worker { level: number }
queue sales { distribution "skilled" }
channel chat
scenario "ann learns" {
  worker ann { queues [sales], capacity 1, channel chat, labels { level: 1 } }
  at 0s job j1 on chat in sales requesting worker.level >= 2
  at 5m change ann { labels { level: 2 } }
  at 5m expect offer of j1 to ann
}
\`\`\`

## Corrected

\`\`\`route
labels worker { level: number }
queue sales { distribution "skilled" }
channel chat
scenario "ann learns" {
  worker ann { queues [sales], capacity 1, channel chat, labels { level: 1 } }
  at 0s job j1 on chat in sales requesting worker.level >= 2
  at 5m set ann { level: 2 }
  at 5m expect offer of j1 to ann
}
\`\`\`
`,
  "score-without-job-labels": `# score-without-job-labels

**Error.** A score reads a label of the job, and \`score using\` says that the job's labels are not sent.

## Why it matters

The rule would read the label as missing for every job, and rank the workers without it.

## Reported

\`\`\`route
labels job { language: text }
labels worker { language: text }
distribution skilled {
  mode best worker
  score if worker.language == job.language then 10 else 0
  score using worker selectors
}
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
labels job { language: text }
labels worker { language: text }
distribution skilled {
  mode best worker
  score if worker.language == job.language then 10 else 0
  score using job labels
}
queue sales { distribution skilled }
\`\`\`
`,
  "secret-environment": `# secret-environment

**Error.** A secret is read from an environment variable, whose name has letters, digits and \`_\` only.

## Why it matters

A name that no shell can set leaves the rule without its key on the day of the deployment.

## Reported

\`\`\`route
secret scoringKey from env "SCORING-KEY"
distribution skilled {
  mode best worker
  score function "https://contoso.example/score" key scoringKey
}
queue sales { distribution skilled }
\`\`\`

## Corrected

\`\`\`route
secret scoringKey from env "SCORING_KEY"
distribution skilled {
  mode best worker
  score function "https://contoso.example/score" key scoringKey
}
queue sales { distribution skilled }
\`\`\`
`,
  "split-content": `# split-content

**Error.** A share of a \`split\` holds selectors that are fixed beforehand: no conditions, no rules, no labels of the job.

## Why it matters

Job Router stores the selectors of each share once; it does not look at the job when it draws lots.

## Reported

\`\`\`route
labels job { language: text }
labels worker { vendor: "a" | "b", language: text }
classification intake {
  split {
    70% { require worker.vendor == "a" and worker.language == job.language }
    30% { require worker.vendor == "b" }
  }
}
\`\`\`

## Corrected

\`\`\`route
labels job { language: text }
labels worker { vendor: "a" | "b", language: text }
classification intake {
  require worker.language == job.language
  split {
    70% { require worker.vendor == "a" }
    30% { require worker.vendor == "b" }
  }
}
\`\`\`
`,
  "suppressed-error": `# suppressed-error

**Warning.** A comment tries to allow an error.

## Why it matters

An error means that nothing can be deployed; there is nothing that could be allowed.

## Reported

\`\`\`route +not-exhaustive
labels job { vip: boolean }
classification intake {
  // allow not-exhaustive: the others do not matter
  priority = if job.vip then 10
}
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean }
classification intake {
  priority = if job.vip then 10 else 1
}
\`\`\`
`,
  "suppression-without-reason": `# suppression-without-reason

**Warning.** A comment allows a finding and does not say why.

## Why it matters

The next reader cannot tell whether the excuse still holds.

## Reported

\`\`\`route
// allow queue-without-distribution
queue sales { name "Sales" }
\`\`\`

## Corrected

\`\`\`route
// allow queue-without-distribution: filled by hand until the team is hired
queue sales { name "Sales" }
\`\`\`
`,
  "syntax-expected": `# syntax-expected

**Error.** Something that the grammar needs is not there.

## Why it matters

What cannot be read cannot be checked. The rest of the file still is, so that one slip hides no other.

## Reported

\`\`\`route
queue sales { distribution "skilled" id }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" id "SALES" }
\`\`\`
`,
  "syntax-unexpected": `# syntax-unexpected

**Error.** A word or sign stands where nothing of its kind may stand.

## Why it matters

It is left out, and with it whatever it was meant to say.

## Reported

\`\`\`route
queue sales { distribution "skilled" priority 10 }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "test-label-missing": `# test-label-missing

**Error.** A job or worker of a test lacks a label that is not declared as optional and has no default.

## Why it matters

The policy may rely on the label being there, so a job without it tests what cannot happen.

## Reported

\`\`\`route
labels job { vip: boolean }
classification intake { priority = if job.vip then 10 else 1 }
test "others are not urgent" {
  job {}
  expect priority == 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { vip: boolean = false }
classification intake { priority = if job.vip then 10 else 1 }
test "others are not urgent" {
  job {}
  expect priority == 1
}
\`\`\`
`,
  "test-needs-via": `# test-needs-via

**Error.** There are several classifications, and the test does not say which one its job takes.

## Why it matters

The job would be routed by one of them, and the test would say nothing about the other.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification chat { queue = sales }
classification voice { queue = sales }
test "goes to sales" {
  job {}
  expect queue == sales
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification chat { queue = sales }
classification voice { queue = sales }
test "goes to sales" {
  job via voice {}
  expect queue == sales
}
\`\`\`
`,
  "test-without-expectation": `# test-without-expectation

**Warning.** A test expects nothing.

## Why it matters

It passes whatever the policy does, and looks like safety.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
test "goes to sales" { job {} }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
test "goes to sales" {
  job {}
  expect queue == sales
}
\`\`\`
`,
  "test-without-job": `# test-without-job

**Error.** A test has no \`job\`.

## Why it matters

There is nothing to route, so nothing is tested.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
test "goes to sales" { expect queue == sales }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
test "goes to sales" {
  job {}
  expect queue == sales
}
\`\`\`
`,
  "text-escape": `# text-escape

**Error.** A backslash in a text is followed by something that is no escape. There are \`\\"\`, \`\\\\\`, \`\\n\`, \`\\t\`, \`\\r\` and \`\\u{…}\`.

## Why it matters

A path or pattern with single backslashes would lose them silently.

## Reported

\`\`\`route
queue sales { name "sales\\support" distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
queue sales { name "sales\\\\support" distribution "skilled" }
\`\`\`
`,
  "text-not-closed": `# text-not-closed

**Error.** A text has no closing quote on its line.

## Why it matters

Where it was meant to end is a guess.

## Reported

\`\`\`route
queue sales { distribution "skilled }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "text-quotes": `# text-quotes

**Error.** A text is written in single quotes. Those are for names; texts have double quotes.

## Why it matters

Every text is quoted alike, so that a name such as \`'Some-Skill'\` can be told from a value.

## Reported

\`\`\`route
import './labels.route'
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`

## Corrected

\`\`\`route
import "./labels.route"
\`\`\`

\`labels.route\`:

\`\`\`route labels.route
channel chat
\`\`\`
`,
  "text-too-long": `# text-too-long

**Warning.** A text is longer than the previews of the API allowed: 2,000 characters for a note, 500 for a disposition code, a label's key or a credential.

## Why it matters

The description of 2023-11-01 names no limits, but nothing says that they are gone: the service may
refuse the object, or cut the text.

## Reported

\`\`\`route
exceptions overdue {
  when waiting > 5m -> cancel "too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late-too-late"
}
queue sales { distribution "skilled" exceptions overdue }
\`\`\`

## Corrected

\`\`\`route
exceptions overdue { when waiting > 5m -> cancel "too-late" }
queue sales { distribution "skilled" exceptions overdue }
\`\`\`
`,
  "type-mismatch": `# type-mismatch

**Error.** A value of one type stands where another type is wanted.

## Why it matters

Job Router would refuse the object, or the rule would fail for every job.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = "high"
}
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = 10
}
\`\`\`
`,
  "unknown-character": `# unknown-character

**Error.** A character does not belong to the language.

## Why it matters

It is left out. Often it came with text that was pasted from elsewhere.

## Reported

\`\`\`route
queue sales { distribution "skilled" } ;
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "unknown-code": `# unknown-code

**Warning.** A comment allows a finding whose code does not exist.

## Why it matters

A misspelt code allows nothing.

## Reported

\`\`\`route +queue-without-distribution
// allow queue-without-distibution: filled by hand
queue sales { name "Sales" }
\`\`\`

## Corrected

\`\`\`route
// allow queue-without-distribution: filled by hand
queue sales { name "Sales" }
\`\`\`
`,
  "unknown-function": `# unknown-function

**Error.** The language has no function of this name.

## Why it matters

Only functions with an exact Power Fx counterpart are offered, so that a test here and a rule in the service agree.

## Reported

\`\`\`route
labels job { sku: text }
classification intake {
  priority = if beginsWith(job.sku, "XB") then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { sku: text }
classification intake {
  priority = if startsWith(job.sku, "XB") then 10 else 1
}
\`\`\`
`,
  "unknown-label": `# unknown-label

**Error.** The label is not declared for this side (\`labels job\`, \`labels worker\`, \`labels queue\`).

## Why it matters

Job Router reads a misspelt label as missing, without a word: the condition is simply never true.

## Reported

\`\`\`route
labels job { region: text }
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = if job.regoin == "NA" then 10 else if job.region == "EU" then 5 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { region: text }
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = if job.region == "NA" then 10 else if job.region == "EU" then 5 else 1
}
\`\`\`
`,
  "unknown-name": `# unknown-name

**Error.** No \`let\`, \`param\`, queue or other object has this name.

## Why it matters

A misspelt queue in hand-written JSON is found when the first job cannot be routed. Here it is found while you type.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sale }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
classification intake { queue = sales }
\`\`\`
`,
  "unknown-parameter": `# unknown-parameter

**Error.** A value was given on the command line for a \`param\` that the program does not have.

## Why it matters

The value that was meant for another name has no effect, and the default is deployed instead.

## Reported

\`\`\`route --param enviroment=prod
param environment: "dev" | "prod" = "dev"
queue sales { id "SALES_" & environment distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route --param environment=prod
param environment: "dev" | "prod" = "dev"
queue sales { id "SALES_" & environment distribution "skilled" }
\`\`\`
`,
  "unproven-formula": `# unproven-formula

**Hint.** A formula that the compiler writes uses a part of Power Fx that no document or sample of Job Router shows.

## Why it matters

It works in tests here. Whether the service has it switched on is not documented: try it there before you rely on it.

## Reported

\`\`\`route
labels job { sku: text }
classification intake { priority = if startsWith(job.sku, "XB") then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { sku: "XB-100" | "XB-200" }
classification intake { priority = if job.sku == "XB-100" then 10 else 1 }
\`\`\`
`,
  "unreachable-arm": `# unreachable-arm

**Warning.** An arm or row is never reached: one before it always holds, or has the same condition.

## Why it matters

The first match wins, so what this arm says never happens.

## Reported

\`\`\`route
labels job { region: text }
classification intake {
  priority = match {
    when job.region == "NA" -> 10
    when job.region == "NA" -> 5
    otherwise -> 1
  }
}
\`\`\`

## Corrected

\`\`\`route
labels job { region: text }
classification intake {
  priority = match {
    when job.region == "NA" -> 10
    when job.region == "EU" -> 5
    otherwise -> 1
  }
}
\`\`\`
`,
  "unused-declaration": `# unused-declaration

**Warning.** Nothing in the program mentions this \`let\`, \`param\`, \`secret\`, \`distribution\`, \`exceptions\` block or channel.

## Why it matters

Usually a rule was meant to use it: an exceptions block that no queue names never escalates anything.

## Reported

\`\`\`route
exceptions overdue { when waiting > 5m -> cancel "too late" }
queue sales { distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
exceptions overdue { when waiting > 5m -> cancel "too late" }
queue sales { distribution "skilled" exceptions overdue }
\`\`\`
`,
  "unused-label": `# unused-label

**Warning.** A declared label is read and written nowhere.

## Why it matters

It is either left over or, more often, the condition that should have looked at it was forgotten.

## Reported

\`\`\`route
labels job { region: text, vip: boolean }
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = if job.region == "NA" then 10 else 1
}
\`\`\`

## Corrected

\`\`\`route
labels job { region: text, vip: boolean }
queue sales { distribution "skilled" }
classification intake {
  queue = sales
  priority = if job.region == "NA" and job.vip then 10 else 1
}
\`\`\`
`,
  "unused-stub": `# unused-stub

**Warning.** A stub answers for an address that no rule asks.

## Why it matters

The address is misspelt here or in the rule, and the rule that was meant goes without an answer.

## Reported

\`\`\`route
classification intake { priority = function "https://contoso.example/priority" }
test "as the function says" {
  stub "https://contoso.example/prioritty" -> 7
  job {}
  expect priority == 7
}
\`\`\`

## Corrected

\`\`\`route
classification intake { priority = function "https://contoso.example/priority" }
test "as the function says" {
  stub "https://contoso.example/priority" -> 7
  job {}
  expect priority == 7
}
\`\`\`
`,
  "unused-suppression": `# unused-suppression

**Warning.** A comment allows a finding that is not there.

## Why it matters

What it excused has been mended, or has moved; left alone it would hide the next one.

## Reported

\`\`\`route
// allow queue-without-distribution: the distribution comes later
queue sales { distribution "skilled" }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
\`\`\`
`,
  "value-not-in-set": `# value-not-in-set

**Error.** A label is compared with, or given, a value that is not among its declared ones.

## Why it matters

The condition can never hold. With free text this is how a misspelt product loses its calls for weeks.

## Reported

\`\`\`route
labels job { product: "xbox" | "surface" }
classification intake { priority = if job.product == "x-box" then 10 else 1 }
\`\`\`

## Corrected

\`\`\`route
labels job { product: "xbox" | "surface" }
classification intake { priority = if job.product == "xbox" then 10 else 1 }
\`\`\`
`,
  "value-out-of-range": `# value-out-of-range

**Error.** A label is compared with, or given, a number outside its declared range.

## Why it matters

The condition can never hold, or the test describes a job that cannot exist.

## Reported

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox == 70 }
\`\`\`

## Corrected

\`\`\`route
labels worker { xbox: 0..10 }
classification intake { require worker.xbox == 7 }
\`\`\`
`,
  "weights-sum": `# weights-sum

**Error.** The shares of a \`split\` have to sum to 100%.

## Why it matters

What happens to the rest is not documented. With 90% in all, one call in ten may end nowhere.

## Reported

\`\`\`route
queue sales { distribution "skilled" }
queue partner { distribution "skilled" }
classification intake { queue = split { 60% -> sales, 30% -> partner } }
\`\`\`

## Corrected

\`\`\`route
queue sales { distribution "skilled" }
queue partner { distribution "skilled" }
classification intake { queue = split { 70% -> sales, 30% -> partner } }
\`\`\`
`,
  "worker-selectors-only": `# worker-selectors-only

**Error.** A job, an exception's \`move\` and an expectation take requirements on workers. Requirements on the queue belong in a classification.

## Why it matters

Job Router looks for a queue by its labels only while it classifies a job.

## Reported

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" exceptions overdue labels { region: "NA" } }
queue support { distribution "skilled" labels { region: "EU" } }
exceptions overdue { when waiting > 5m -> move require queue.region == "EU" }
\`\`\`

## Corrected

\`\`\`route
labels queue { region: text }
queue sales { distribution "skilled" exceptions overdue labels { region: "NA" } }
queue support { distribution "skilled" labels { region: "EU" } }
exceptions overdue { when waiting > 5m -> move to support }
\`\`\`
`,
  "wrong-cell-count": `# wrong-cell-count

**Error.** A row of a table has more or fewer cells than the table has columns.

## Why it matters

A cell that is left out shifts all the others under the wrong heading.

## Reported

\`\`\`route
labels job { region: text, vip: boolean }
queue sales { distribution "skilled" }
queue rest { distribution "skilled" }
classification intake {
  table (job.region, job.vip) -> (queue) {
    "NA" -> sales
    otherwise -> rest
  }
}
\`\`\`

## Corrected

\`\`\`route
labels job { region: text, vip: boolean }
queue sales { distribution "skilled" }
queue rest { distribution "skilled" }
classification intake {
  table (job.region, job.vip) -> (queue) {
    "NA", _ -> sales
    otherwise -> rest
  }
}
\`\`\`
`,
  "wrong-kind": `# wrong-kind

**Error.** The name means something, but not the kind of thing that is wanted here.

## Why it matters

A queue refers to one distribution, an exceptions block moves jobs to queues: Job Router would refuse the deployment, or look for an object that does not exist.

## Reported

\`\`\`route
distribution skilled { mode longest idle }
queue sales { distribution skilled }
queue support { distribution sales }
\`\`\`

## Corrected

\`\`\`route
distribution skilled { mode longest idle }
queue sales { distribution skilled }
queue support { distribution skilled }
\`\`\`
`,
};
