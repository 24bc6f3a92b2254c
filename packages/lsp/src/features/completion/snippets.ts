// biome-ignore-all lint/suspicious/noTemplateCurlyInString: snippets have places written so
/** What an item looks like when it is begun; `${1:…}` are the places to fill in. */
export interface ItemSnippet {
  readonly word: string;
  readonly label?: string;
  readonly insert: string;
  readonly doc: string;
  /** Whether a block has it once at most. */
  readonly once?: boolean;
}

const common: readonly ItemSnippet[] = [
  {
    word: "id",
    insert: 'id "${1}"',
    doc: "The id in Job Router; the name of the declaration without it.",
    once: true,
  },
  { word: "name", insert: 'name "${1}"', doc: "The name people see.", once: true },
];

const statements: readonly ItemSnippet[] = [
  { word: "require", insert: "require worker.${1}", doc: "What the worker must have." },
  {
    word: "when",
    insert: "when ${1:condition} {\n\t${0}\n}",
    doc: "Requirements that hold when a condition does.",
  },
  {
    word: "match",
    insert: "match {\n\twhen ${1:condition} {\n\t\t${0}\n\t}\n}",
    doc: "The first `when` that holds decides.",
  },
  {
    word: "split",
    insert: "split {\n\t${1:50%} {\n\t\t${0}\n\t}\n\t${2:50%} {\n\t}\n}",
    doc: "Requirements by weight.",
  },
];

const workerItems: readonly ItemSnippet[] = [
  { word: "queues", insert: "queues [${1}]", doc: "The queues of a worker.", once: true },
  {
    word: "capacity",
    insert: "capacity ${1:1}",
    doc: "How much work a worker can take.",
    once: true,
  },
  { word: "channel", insert: "channel ${1}", doc: "A channel the worker serves." },
  { word: "labels", insert: "labels { ${1} }", doc: "The worker's labels.", once: true },
  {
    word: "load",
    insert: "load ${1:0.5}",
    doc: "How busy a worker is, from 0 to 1.",
    once: true,
  },
  { word: "unavailable", insert: "unavailable", doc: "The worker takes no offers.", once: true },
  { word: "id", insert: 'id "${1}"', doc: "The worker's id.", once: true },
];

/** What `change` changes. */
const changeable: ReadonlySet<string> = new Set(["queues", "capacity", "channel"]);

/** By kind of block. */
export const itemSnippets: Readonly<Record<string, readonly ItemSnippet[]>> = {
  program: [
    {
      word: "queue",
      insert: "queue ${1:name} {\n\tdistribution ${2}\n\t${0}\n}",
      doc: "Declares a queue.",
    },
    {
      word: "classification",
      insert:
        "classification ${1:name} {\n\tqueue = match {\n\t\twhen ${2:condition} -> ${3}\n\t\totherwise -> ${4}\n\t}\n\t${0}\n}",
      doc: "Declares queue, priority and requirements.",
    },
    {
      word: "distribution",
      insert:
        "distribution ${1:name} {\n\tmode ${2|longest idle,round robin,best worker|}\n\texpire after ${3:60s}\n}",
      doc: "Declares how jobs are offered to workers.",
    },
    {
      word: "exceptions",
      insert: "exceptions ${1:name} {\n\twhen ${2:waiting > 5m} -> ${0}\n}",
      doc: "Declares what happens to jobs that wait.",
    },
    {
      word: "labels",
      insert: "labels ${1|job,worker,queue|} {\n\t${2:key}: ${3:text}\n}",
      doc: "Declares the labels of jobs, workers or queues.",
    },
    { word: "let", insert: "let ${1:name} = ${0}", doc: "Gives an expression a name." },
    {
      word: "param",
      insert: "param ${1:name}: ${2:text} = ${0}",
      doc: "A value given when the policy is compiled.",
    },
    {
      word: "secret",
      insert: 'secret ${1:name} from env "${2:NAME}"',
      doc: "A credential named here and kept elsewhere.",
    },
    { word: "channel", insert: "channel ${1:name}", doc: "Declares a channel." },
    {
      word: "import",
      insert: 'import "./${1}.route"',
      doc: "Brings in the declarations of another file.",
    },
    {
      word: "test",
      insert: 'test "${1:what should hold}" {\n\tjob { ${2} }\n\texpect ${0}\n}',
      doc: "A job, and what it should get.",
    },
    {
      word: "scenario",
      insert:
        'scenario "${1:what should happen}" {\n\tworker ${2:ann} { queues [${3}], capacity 1, channel ${4}, labels { ${5} } }\n\tat 0s job ${6:j1} on ${4} via ${7} { ${8} }\n\tat 0s expect offer of ${6:j1} to ${2:ann}${0}\n}',
      doc: "People, jobs and what should happen over time.",
    },
  ],
  channel: common,
  queue: [
    {
      word: "distribution",
      insert: "distribution ${1}",
      doc: "How its jobs are offered.",
      once: true,
    },
    {
      word: "exceptions",
      insert: "exceptions ${1}",
      doc: "What happens to jobs that wait here.",
      once: true,
    },
    {
      word: "labels",
      insert: "labels { ${1} }",
      doc: "What `queue where` finds it by.",
      once: true,
    },
    ...common,
  ],
  distribution: [
    {
      word: "mode",
      insert: "mode ${1|longest idle,round robin,best worker|}",
      doc: "Which worker is asked first.",
      once: true,
    },
    { word: "score", insert: "score ${1}", doc: "How well a worker suits a job.", once: true },
    {
      word: "offers",
      insert: "offers ${1:1}..${2:2}",
      doc: "How many offers one job may have at a time.",
      once: true,
    },
    {
      word: "expire",
      label: "expire after",
      insert: "expire after ${1:60s}",
      doc: "How long an offer stands.",
      once: true,
    },
    {
      word: "bypass",
      label: "bypass selectors",
      insert: "bypass selectors",
      doc: "Offers also to workers that do not match.",
      once: true,
    },
    {
      word: "batch",
      label: "batch scoring",
      insert: "batch scoring of ${1:20}",
      doc: "Scores several workers at once.",
    },
    {
      word: "highest",
      label: "highest score first",
      insert: "highest score first",
      doc: "The best score is asked first.",
      once: true,
    },
    {
      word: "lowest",
      label: "lowest score first",
      insert: "lowest score first",
      doc: "The lowest score is asked first.",
      once: true,
    },
    ...common,
  ],
  exceptions: [
    {
      word: "when",
      insert: "when ${1|waiting,queue length|} > ${2} -> ${0}",
      doc: "A trigger, and what it does.",
    },
    ...common,
  ],
  actions: [
    { word: "reclassify", insert: "reclassify", doc: "Classifies the job again." },
    {
      word: "move",
      insert: "move to ${1}",
      doc: "Moves the job to another queue, priority or requirements.",
    },
    { word: "cancel", insert: "cancel", doc: "Cancels the job." },
  ],
  classification: [
    {
      word: "queue",
      label: "queue =",
      insert: "queue = ${1}",
      doc: "Which queue a job goes to.",
      once: true,
    },
    {
      word: "priority",
      label: "priority =",
      insert: "priority = ${1}",
      doc: "The priority of the job; higher goes first.",
      once: true,
    },
    { word: "require", insert: "require worker.${1}", doc: "What the worker must have." },
    {
      word: "when",
      insert: "when ${1:condition} {\n\t${0}\n}",
      doc: "Requirements that hold when a condition does.",
    },
    {
      word: "fallback",
      insert: "fallback ${1}",
      doc: "The queue for jobs that get none.",
      once: true,
    },
    {
      word: "table",
      insert: "table (${1:job.}) -> (${2|queue,priority|}) {\n\t${0}\n}",
      doc: "A decision table: the first row that fits decides.",
      once: true,
    },
    {
      word: "match",
      insert: "match {\n\twhen ${1:condition} {\n\t\t${0}\n\t}\n}",
      doc: "The first `when` that holds decides.",
    },
    {
      word: "split",
      insert: "split {\n\t${1:50%} {\n\t\t${0}\n\t}\n\t${2:50%} {\n\t}\n}",
      doc: "Requirements by weight.",
    },
    ...common,
  ],
  statements,
  matchStatement: [
    {
      word: "when",
      insert: "when ${1:condition} {\n\t${0}\n}",
      doc: "A condition, and what follows from it.",
    },
    {
      word: "otherwise",
      insert: "otherwise {\n\t${0}\n}",
      doc: "What holds when no `when` did.",
      once: true,
    },
  ],
  matchExpr: [
    {
      word: "when",
      insert: "when ${1:condition} -> ${0}",
      doc: "A condition, and what follows from it.",
    },
    {
      word: "otherwise",
      insert: "otherwise -> ${0}",
      doc: "What holds when no `when` did.",
      once: true,
    },
  ],
  test: [
    { word: "expect", insert: "expect ${0}", doc: "What must hold." },
    { word: "job", insert: "job { ${1} }", doc: "The job that is classified.", once: true },
    {
      word: "worker",
      insert:
        "worker ${1:ann} {\n\tqueues [${2}]\n\tcapacity ${3:1}\n\tchannel ${4}\n\tlabels { ${0} }\n}",
      doc: "A worker that may get the job.",
    },
    {
      word: "stub",
      insert: 'stub "${1:https://}" -> ${0}',
      doc: "Answers a `function` or `webhook` rule.",
    },
    {
      word: "choose",
      insert: "choose ${1:0.5}",
      doc: "Where a weighted choice falls, from 0 to 1.",
      once: true,
    },
    {
      word: "cases",
      insert: "cases (${1}) -> (${2|queue,priority|}) {\n\t${0}\n}",
      doc: "A table of jobs and what they should get.",
    },
  ],
  worker: workerItems,
  changedWorker: workerItems.filter(({ word }) => changeable.has(word)),
  // The load of a worker follows from its jobs there.
  scenarioWorker: [
    ...workerItems.filter(({ word }) => word !== "load"),
    { word: "accepts", insert: "accepts after ${1:5s}", doc: "Takes what is offered.", once: true },
    {
      word: "declines",
      insert: "declines after ${1:5s}",
      doc: "Declines what is offered.",
      once: true,
    },
    {
      word: "completes",
      insert: "completes after ${1:5m}",
      doc: "Completes what was assigned.",
      once: true,
    },
    {
      word: "closes",
      insert: "closes after ${1:1m}",
      doc: "Closes what was completed.",
      once: true,
    },
  ],
  scenario: [
    { word: "at", insert: "at ${1:0s} ${0}", doc: "What happens, or must hold, then." },
    {
      word: "worker",
      insert:
        "worker ${1:ann} {\n\tqueues [${2}]\n\tcapacity ${3:1}\n\tchannel ${4}\n\tlabels { ${0} }\n}",
      doc: "A worker who is there.",
    },
    {
      word: "within",
      insert: "within ${1:5m} expect ${0}",
      doc: "What holds at some time up to then.",
    },
    {
      word: "until",
      insert: "until ${1:5m} expect ${0}",
      doc: "What holds all the time before then.",
    },
    {
      word: "from",
      insert: "from ${1:1m} until ${2:5m} expect ${0}",
      doc: "What holds all that time.",
    },
    {
      word: "starts",
      insert: 'starts "${1:2026-03-01T09:00:00Z}"',
      doc: "The instant of `0s`.",
      once: true,
    },
    {
      word: "classifying",
      label: "classifying takes",
      insert: "classifying takes ${1:2s}",
      doc: "How long the service needs.",
      once: true,
    },
    {
      word: "stub",
      insert: 'stub "${1:https://}" -> ${0}',
      doc: "Answers a `function` or `webhook` rule.",
    },
    {
      word: "choose",
      insert: "choose ${1:0.5}",
      doc: "Where a weighted choice falls, from 0 to 1.",
      once: true,
    },
  ],
  moment: [
    { word: "expect", insert: "expect ${0}", doc: "What must hold." },
    { word: "job", insert: "job ${1:j1} on ${2} via ${3} { ${0} }", doc: "A job that comes in." },
    { word: "set", insert: "set ${1:j1} { ${0} }", doc: "Labels of a job or worker." },
    { word: "move", insert: "move ${1:j1} to ${0}", doc: "Moves a job." },
    { word: "reclassify", insert: "reclassify ${1:j1}", doc: "Classifies a job again." },
    { word: "cancel", insert: "cancel ${1:j1}", doc: "Calls a job off." },
    { word: "release", insert: "release ${1:j1}", doc: "Lets a suspended job be matched." },
    { word: "unassign", insert: "unassign ${1:j1}", doc: "Puts a job back into its queue." },
    {
      word: "change",
      insert: "change ${1:ann} { ${0} }",
      doc: "Other queues, capacity or channels.",
    },
  ],
};
