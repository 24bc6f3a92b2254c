import { createToken, type TokenType } from "chevrotain";

/**
 * `keyword`: reserved, may stand only as a label key. `word`: means something in its place and
 * is a name everywhere else. `operator` and `punctuation`: marks.
 */
export type TokenKind = "keyword" | "word" | "operator" | "punctuation";

/** One fixed token of the language; editor grammars, completion and hover read these. */
export interface TokenEntry {
  readonly image: string;
  readonly kind: TokenKind;
  /** What it does, for hover and the reference. */
  readonly doc: string;
  readonly type: TokenType;
}

const table: TokenEntry[] = [];

// ── Categories ──────────────────────────────────────────────────────────────────────────────

/** What may stand as a label key: any name, quoted key or keyword. */
export const AnyKey = createToken({ name: "AnyKey" });
/** What may stand as a name: a plain name, a contextual word or a quoted key. */
export const AnyName = createToken({ name: "AnyName", categories: AnyKey });
/** Operators between two operands, `in` and `is` apart. */
export const InfixOperator = createToken({ name: "InfixOperator" });
/** The operators that bind more tightly than comparisons. */
export const SumOperator = createToken({ name: "SumOperator", categories: InfixOperator });
export const ComparisonSign = createToken({ name: "ComparisonSign", categories: InfixOperator });

// ── Tokens with a text of their own ─────────────────────────────────────────────────────────

export const PlainName = createToken({ name: "PlainName", categories: AnyName });
export const Quoted = createToken({ name: "Quoted", categories: AnyName });
export const TextToken = createToken({ name: "Text" });
/** `"""…"""` */
export const RawText = createToken({ name: "RawText" });
export const NumberToken = createToken({ name: "Number" });
export const DurationToken = createToken({ name: "Duration" });
export const PercentToken = createToken({ name: "Percent" });

// ── Marks ───────────────────────────────────────────────────────────────────────────────────

export const Arrow = mark("->", "operator", "Leads from a condition to what it gives.");
export const Equal = mark("==", "operator", "Equal; texts mind their case.", ComparisonSign);
export const NotEqual = mark("!=", "operator", "Not equal.", ComparisonSign);
export const LessEqual = mark("<=", "operator", "Less or equal.", ComparisonSign);
export const GreaterEqual = mark(">=", "operator", "Greater or equal.", ComparisonSign);
export const Less = mark("<", "operator", "Less.", ComparisonSign);
export const Greater = mark(">", "operator", "Greater.", ComparisonSign);
export const Assign = mark("=", "operator", "Gives a value: `priority = 1`.");
export const Plus = mark("+", "operator", "Adds two numbers.", SumOperator);
export const Minus = mark("-", "operator", "Subtracts, or turns the sign.", SumOperator);
export const Times = mark("*", "operator", "Multiplies two numbers.", SumOperator);
export const Divide = mark("/", "operator", "Divides two numbers.", SumOperator);
export const Ampersand = mark("&", "operator", "Joins two texts.", SumOperator);
export const Bar = mark("|", "operator", "Separates the values of a set.");
export const Question = mark("?", "operator", "Marks a label that may be missing.");
export const Range = mark("..", "operator", "A range, both ends included: `0..10`.");
export const Dot = mark(".", "punctuation", "Reaches a label: `job.region`.");
export const Comma = mark(",", "punctuation", "Separates items.");
export const Colon = mark(":", "punctuation", "Gives a label its type or value.");
export const LeftBrace = mark("{", "punctuation", "Opens a block.");
export const RightBrace = mark("}", "punctuation", "Closes a block.");
export const LeftParen = mark("(", "punctuation", "Opens a group or arguments.");
export const RightParen = mark(")", "punctuation", "Closes a group or arguments.");
export const LeftBracket = mark("[", "punctuation", "Opens a list.");
export const RightBracket = mark("]", "punctuation", "Closes a list.");

// ── Keywords ────────────────────────────────────────────────────────────────────────────────

export const And = keyword("and", "Holds when both sides hold.", InfixOperator);
export const Or = keyword("or", "Holds when one side holds.", InfixOperator);
export const Not = keyword("not", "Holds when what follows does not.");
export const In = keyword("in", 'Is one of a list or in a range: `job.region in ["NA", "EU"]`.');
export const Is = keyword("is", "Asks whether a label is `missing` or `present`.");
export const If = keyword("if", "`if condition then value else value`.");
export const Then = keyword("then", "The value when the condition of `if` holds.");
export const Else = keyword("else", "The value when the condition of `if` does not hold.");
export const Match = keyword("match", "The first `when` that holds decides.");
export const When = keyword("when", "A condition, and what follows from it.");
export const Otherwise = keyword("otherwise", "What holds when no `when` did.");
export const True = keyword("true", "The boolean value true.");
export const False = keyword("false", "The boolean value false.");
export const None = keyword("none", "No value.");
export const Import = keyword("import", "Brings in the declarations of another file.");
export const Param = keyword("param", "A value given when the policy is compiled.");
export const Secret = keyword("secret", "A credential named here and kept elsewhere.");
export const Labels = keyword("labels", "Declares the labels of jobs, workers or queues.");
export const Channel = keyword("channel", "Declares a channel.");
export const Let = keyword("let", "Gives an expression a name.");
export const Test = keyword("test", "A job, and what it should get.");
export const Table = keyword("table", "A decision table: the first row that fits decides.");

// ── Contextual words ────────────────────────────────────────────────────────────────────────

export const Id = word("id", "The id in Job Router; the name of the declaration without it.");
export const NameWord = word("name", "The name people see.");
export const Distribution = word("distribution", "Declares how jobs are offered to workers.");
export const Exceptions = word("exceptions", "Declares what happens to jobs that wait.");
export const Queue = word("queue", "Declares a queue, or means the queue of the job.");
export const Classification = word("classification", "Declares queue, priority and requirements.");
export const Scenario = word("scenario", "Jobs, people and expectations over time.");
export const Job = word("job", "The job, and with a dot its labels.");
export const Worker = word("worker", "The worker, and with a dot its labels.");
export const TextWord = word("text", "The type of texts.");
export const NumberWord = word("number", "The type of numbers.");
export const BooleanWord = word("boolean", "The type of `true` and `false`.");
export const Any = word("any", "The type of labels with values of several types.");
export const DurationWord = word("duration", "The type of durations, for parameters.");
export const Mode = word("mode", "Which worker is asked first.");
export const Best = word("best", "`mode best worker`: the highest score first.");
export const Longest = word("longest", "`mode longest idle`: who waited longest first.");
export const Idle = word("idle", "See `longest idle`.");
export const Round = word("round", "`mode round robin`: one after the other.");
export const Robin = word("robin", "See `round robin`.");
export const Score = word("score", "How well a worker suits a job.");
export const Using = word("using", "`score using job labels`: what a scoring rule is given.");
export const Nothing = word("nothing", "`score using nothing`: a scoring rule without input.");
export const Selectors = word("selectors", "The requirements of a job on its worker.");
export const Highest = word("highest", "`highest score first`.");
export const Lowest = word("lowest", "`lowest score first`.");
export const First = word("first", "See `highest score first`.");
export const Batch = word("batch", "`batch scoring of 20`: scores several workers at once.");
export const Scoring = word("scoring", "See `batch scoring`.");
export const Of = word("of", "`batch scoring of 20`, `score of ann`.");
export const Size = word("size", "`batch size 20`.");
export const Offers = word("offers", "How many offers one job may have at a time.");
export const Expire = word("expire", "`expire after 60s`: how long an offer stands.");
export const After = word("after", "See `expire after`.");
export const Bypass = word(
  "bypass",
  "`bypass selectors`: offers also to workers that do not match.",
);
export const Waiting = word("waiting", "`when waiting > 5m`: how long the job is in the queue.");
export const Length = word("length", "`when queue length > 100`.");
export const As = word("as", "Gives a rule or an action an id of its own.");
export const Cancel = word("cancel", "Cancels the job.");
export const Note = word("note", "A note written to the job.");
export const Reclassify = word("reclassify", "Classifies the job again.");
export const Via = word("via", "The classification to use.");
export const SetWord = word("set", "Labels written to the job.");
export const Move = word("move", "Moves the job to another queue, priority or requirements.");
export const To = word("to", "The queue a job is moved to.");
export const Priority = word("priority", "The priority of the job; higher goes first.");
export const Require = word("require", "What the worker (or queue) must have.");
export const Fallback = word("fallback", "The queue for jobs that get none.");
export const Split = word("split", "Shares by weight: `split { 70% -> a, 30% -> b }`.");
export const Where = word("where", "`queue where …`: the queue with these labels.");
export const PowerFx = word("powerfx", "A Power Fx formula as it is.");
export const FunctionWord = word("function", "A rule answered by an Azure function.");
export const Key = word("key", "The function key of a `function` rule.");
export const App = word("app", "`app key`: the app key of a `function` rule.");
export const Client = word("client", "`client id`, `client secret`: credentials of a rule.");
export const Webhook = word("webhook", "A rule answered by a web service.");
export const Authorize = word("authorize", "The OAuth server of a `webhook` rule.");
export const Static = word("static", "Exactly a static rule.");
export const Same = word("same", "`same labels as job`: the labels of the job as they are.");
export const By = word("by", "`worker by …`: requirements given by a rule.");
export const For = word("for", "How long a requirement holds.");
export const Expedite = word("expedite", "Puts the job in front while the requirement holds.");
export const Missing = word("missing", "`is missing`: the label is absent.");
export const Present = word("present", "`is present`: the label is there.");
export const On = word("on", "The channel of a job in a test.");
export const Requesting = word("requesting", "Requirements that come with a job.");
export const Stub = word("stub", "Answers a `function` or `webhook` rule in a test.");
export const Fails = word("fails", "The stubbed rule fails.");
export const Choose = word("choose", "Where a weighted choice falls, from 0 to 1.");
export const Expect = word("expect", "What must hold in a test.");
export const Cases = word("cases", "A table of jobs and what they should get.");
export const Queues = word("queues", "The queues of a worker.");
export const Capacity = word("capacity", "How much work a worker can take.");
export const Cost = word("cost", "How much capacity one job on the channel takes.");
export const MaxWord = word("max", "The most jobs on the channel at a time.");
export const Load = word("load", "How busy a worker is, from 0 to 1.");
export const Unavailable = word("unavailable", "The worker takes no offers.");
export const No = word("no", "`expect no queue`, `expect no require …`.");
export const Failed = word("failed", "`expect failed`: the classification fails.");
export const Workers = word("workers", "`expect workers [ann, bob]`: who is asked, in order.");
export const Excluded = word("excluded", "`expect ann excluded`: the worker does not match.");
export const From = word("from", '`from env "NAME"`: where a secret is kept.');
export const Env = word("env", "An environment variable.");
export const Starts = word("starts", '`starts "2026-03-01T09:00:00Z"`: when a scenario begins.');
export const Classifying = word("classifying", "`classifying takes 2s`, in a scenario.");
export const Queueing = word("queueing", "`queueing takes 1s`, in a scenario.");
export const Offering = word("offering", "`offering takes 1s`, in a scenario.");
export const Takes = word("takes", "How long the service needs for something.");
export const At = word("at", "`at 5m`: what happens, or must hold, then.");
export const Within = word("within", "`within 5m expect …`: holds at some time up to then.");
export const Until = word("until", "`until 5m expect …`: holds all the time before then.");
export const Accepts = word("accepts", "`ann accepts j1`: takes the offer.");
export const Declines = word(
  "declines",
  "`ann declines j1 for 30s`: refuses the offer, for a while.",
);
export const Completes = word("completes", "`ann completes j1`: the work is done.");
export const Closes = word("closes", "`ann closes j1 after 30s`: the worker is free again.");
export const Goes = word("goes", "`ann goes off`: takes no more offers.");
export const Off = word("off", "See `goes off`.");
export const Comes = word("comes", "`ann comes back`: takes offers again.");
export const Back = word("back", "See `comes back`.");
export const Change = word("change", "`change ann { capacity 2 }`: a worker is set up anew.");
export const Unassign = word("unassign", "`unassign j1`: the job goes back to its queue.");
export const Release = word("release", "`release j1`: a suspended job may be matched.");
export const Refused = word("refused", "The service is expected to refuse this.");
export const Offer = word("offer", "`expect offer of j1 to ann`.");
export const Issued = word("issued", "The offer was made at that moment.");
export const Accepted = word("accepted", "The offer was accepted at that moment.");
export const Declined = word("declined", "The offer was declined at that moment.");
export const Expired = word("expired", "The offer ran out at that moment.");
export const Revoked = word("revoked", "The offer was taken back at that moment.");
export const Created = word("created", "The job is there, not yet in its queue.");
export const Pending = word("pending", "The job is waiting to be classified.");
export const Suspended = word("suspended", "The job waits to be released.");
export const Scheduled = word("scheduled", "The job waits for its time.");
export const Queued = word("queued", "The job waits in its queue.");
export const Assigned = word("assigned", "A worker has the job.");
export const Completed = word("completed", "The work is done, the worker not yet free.");
export const Closed = word("closed", "The job is over.");
export const Cancelled = word("cancelled", "The job was called off.");
export const Classified = word("classified", "The job was classified at that moment.");
export const Reclassified = word("reclassified", "The job was classified again at that moment.");
export const Moved = word("moved", "An exception moved the job at that moment.");
export const Unassigned = word("unassigned", "The job was taken from its worker at that moment.");
export const Active = word("active", "The worker takes offers.");
export const Draining = word("draining", "The worker finishes its jobs and takes no more.");
export const Inactive = word("inactive", "The worker is off.");
export const Requires = word("requires", "`j1 requires worker.level >= 3`.");
export const Longer = word("longer", "`j1 no longer requires …`: it ran out.");
export const Disposition = word("disposition", "How a job ended, in a word.");
export const Event = word("event", "`expect event RouterJobQueued of j1`.");
export const Events = word("events", "`expect events of j1 [ … ]`: in this order.");
export const Underscore = word("_", "Any value, in a row of a table.");

/** Every fixed token, keywords and words first in the order of this file. */
export const tokenTable: readonly TokenEntry[] = table;

/** The token type of each keyword and contextual word. */
export const wordTypes: ReadonlyMap<string, TokenType> = new Map(
  table
    .filter((entry) => entry.kind === "keyword" || entry.kind === "word")
    .map((entry) => [entry.image, entry.type]),
);

/** How a token type is called in messages: its image in backticks, or what it is. */
export function describeTokenType(type: TokenType): string {
  return descriptions.get(type) ?? `\`${type.LABEL ?? type.name}\``;
}

const descriptions: ReadonlyMap<TokenType, string> = new Map([
  [AnyKey, "a label key"],
  [AnyName, "a name"],
  [PlainName, "a name"],
  [Quoted, "a name"],
  [TextToken, "a text"],
  [RawText, "a text"],
  [NumberToken, "a number"],
  [DurationToken, "a duration"],
  [PercentToken, "a percentage"],
]);

function mark(
  image: string,
  kind: "operator" | "punctuation",
  doc: string,
  category?: TokenType,
): TokenType {
  return define(image, kind, doc, category === undefined ? [] : [category]);
}

function keyword(image: string, doc: string, category?: TokenType): TokenType {
  return define(image, "keyword", doc, category === undefined ? [AnyKey] : [AnyKey, category]);
}

function word(image: string, doc: string): TokenType {
  return define(image, "word", doc, [AnyName]);
}

function define(
  image: string,
  kind: TokenKind,
  doc: string,
  categories: readonly TokenType[],
): TokenType {
  const type = createToken({
    name: tokenName(image, kind),
    label: image,
    categories: [...categories],
  });
  table.push({ image, kind, doc, type });
  return type;
}

/** Chevrotain wants identifiers as names; only its own reports ever show them. */
function tokenName(image: string, kind: TokenKind): string {
  if (kind === "keyword" || kind === "word") return `Word_${image}`;
  return `Mark_${[...image].map((c) => c.charCodeAt(0).toString(16)).join("_")}`;
}
