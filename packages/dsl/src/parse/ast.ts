import type { SourceText, Span } from "@routewright/diagnostics";
import type { ScenarioDeclaration } from "./scenario-ast.ts";

export * from "./scenario-ast.ts";

/**
 * The tree as written: nothing resolved, nothing folded. Every node has a span. Broken input
 * gives `error` expressions and missing parts (`undefined`), never a missing declaration that
 * was readable.
 */
export interface Program {
  readonly source: SourceText;
  readonly declarations: readonly Declaration[];
  /** Every comment in source order, `///` ones included. */
  readonly comments: readonly Comment[];
}

export interface Comment {
  readonly kind: "line" | "block" | "doc";
  readonly span: Span;
  /** Without its marks, not trimmed. */
  readonly text: string;
}

/** An identifier or a `'quoted key'`; `text` is the name meant (quotes removed, `''` undone). */
export interface Name {
  readonly text: string;
  readonly span: Span;
}

interface Node {
  readonly span: Span;
}

// ── Declarations ────────────────────────────────────────────────────────────────────────────

export type Declaration =
  | ImportDeclaration
  | ParamDeclaration
  | SecretDeclaration
  | LabelsDeclaration
  | ChannelDeclaration
  | LetDeclaration
  | DistributionDeclaration
  | ExceptionsDeclaration
  | QueueDeclaration
  | ClassificationDeclaration
  | TestDeclaration
  | ScenarioDeclaration;

export interface DeclarationBase extends Node {
  /** The `///` lines just before it, joined by line feeds. */
  readonly doc: string | undefined;
}

export interface ImportDeclaration extends DeclarationBase {
  readonly kind: "import";
  readonly path: TextLiteral | undefined;
}

export interface ParamDeclaration extends DeclarationBase {
  readonly kind: "param";
  readonly name: Name | undefined;
  readonly type: TypeNode | undefined;
  readonly defaultValue: Expr | undefined;
}

export interface SecretDeclaration extends DeclarationBase {
  readonly kind: "secret";
  readonly name: Name | undefined;
  /** `from env "NAME"` */
  readonly env: TextLiteral | undefined;
}

export type LabelSide = "job" | "worker" | "queue";

export interface LabelsDeclaration extends DeclarationBase {
  readonly kind: "labels";
  readonly side: LabelSide | undefined;
  readonly labels: readonly LabelDeclaration[];
}

export interface LabelDeclaration extends Node {
  readonly doc: string | undefined;
  readonly key: Name;
  readonly optional: boolean;
  readonly type: TypeNode | undefined;
  /** `= value`: used by tests only. */
  readonly defaultValue: Expr | undefined;
}

export type TypeNode =
  | (Node & {
      readonly kind: "named";
      readonly name: "text" | "number" | "boolean" | "any" | "duration";
    })
  /** `"NA" | "EU"`, `1 | 2`. One literal alone is a set of one. */
  | (Node & { readonly kind: "set"; readonly values: readonly Expr[] })
  /** `0..100`, both ends included. */
  | (Node & { readonly kind: "range"; readonly min: Expr; readonly max: Expr });

export interface ChannelDeclaration extends DeclarationBase {
  readonly kind: "channel";
  readonly name: Name | undefined;
  /** `channel chat { id "chat-channel" }` */
  readonly items: readonly CommonItem[];
}

export interface LetDeclaration extends DeclarationBase {
  readonly kind: "let";
  readonly name: Name | undefined;
  readonly value: Expr | undefined;
}

/** `id …` and `name …`, which every object takes. */
export type CommonItem =
  | (Node & { readonly kind: "id"; readonly value: Expr })
  | (Node & { readonly kind: "name"; readonly value: Expr });

export interface DistributionDeclaration extends DeclarationBase {
  readonly kind: "distribution";
  readonly name: Name | undefined;
  readonly items: readonly DistributionItem[];
}

export type DistributionItem =
  | CommonItem
  | (Node & {
      readonly kind: "mode";
      readonly mode: "best worker" | "longest idle" | "round robin";
    })
  /** A score expression or a rule (`function …`, `powerfx"…"`, `static …`). */
  | (Node & { readonly kind: "score"; readonly value: Expr })
  /** `score using job labels, worker selectors` / `score using nothing` */
  | (Node & {
      readonly kind: "scoreUsing";
      readonly parameters: readonly (Node & { readonly name: "job labels" | "worker selectors" })[];
    })
  /** `highest score first` / `lowest score first` */
  | (Node & { readonly kind: "scoreOrder"; readonly descending: boolean })
  /** `batch scoring`, `batch scoring of 20`, `batch scoring false`; `batch size 20` alone. */
  | (Node & {
      readonly kind: "batch";
      readonly enabled: boolean | undefined;
      readonly size: Expr | undefined;
    })
  /** `offers 1..2`, `offers ..2`, `offers 1..` */
  | (Node & {
      readonly kind: "offers";
      readonly min: Expr | undefined;
      readonly max: Expr | undefined;
    })
  /** `expire after 60s` */
  | (Node & { readonly kind: "expire"; readonly after: Expr })
  /** `bypass selectors` (true), `bypass selectors false` */
  | (Node & { readonly kind: "bypass"; readonly value: boolean });

export interface QueueDeclaration extends DeclarationBase {
  readonly kind: "queue";
  readonly name: Name | undefined;
  readonly items: readonly QueueItem[];
}

/** Object references are expressions: a name, or a text that is the id of an object declared elsewhere. */
export type QueueItem =
  | CommonItem
  | (Node & { readonly kind: "distributionRef"; readonly value: Expr })
  | (Node & { readonly kind: "exceptionsRef"; readonly value: Expr })
  | (Node & { readonly kind: "labels"; readonly entries: readonly LabelEntry[] });

/** `key: value` in `labels {…}`, `set {…}`, `job {…}`. */
export interface LabelEntry extends Node {
  readonly key: Name;
  readonly value: Expr | undefined;
}

export interface ExceptionsDeclaration extends DeclarationBase {
  readonly kind: "exceptions";
  readonly name: Name | undefined;
  readonly items: readonly (CommonItem | ExceptionRuleNode)[];
}

/** `when waiting > 5m as "id" -> action` or `-> { action action }` */
export interface ExceptionRuleNode extends Node {
  readonly kind: "rule";
  readonly doc: string | undefined;
  readonly trigger:
    | (Node & { readonly kind: "waiting"; readonly threshold: Expr })
    | (Node & { readonly kind: "queueLength"; readonly threshold: Expr })
    | undefined;
  readonly ruleId: Expr | undefined;
  readonly actions: readonly ExceptionActionNode[];
}

export type ExceptionActionNode =
  /** `cancel "disposition" note "text" as "id"` */
  | (Node & {
      readonly kind: "cancel";
      readonly disposition: Expr | undefined;
      readonly note: Expr | undefined;
      readonly actionId: Expr | undefined;
    })
  /** `reclassify via policy set { vip: true } as "id"` */
  | (Node & {
      readonly kind: "reclassify";
      readonly via: Expr | undefined;
      readonly set: readonly LabelEntry[] | undefined;
      readonly actionId: Expr | undefined;
    })
  /** `move to queue, priority 100, require worker.x == 1 for 5m expedite, as "id"` */
  | (Node & {
      readonly kind: "move";
      readonly to: Expr | undefined;
      readonly priority: Expr | undefined;
      readonly requirements: readonly Requirement[];
      readonly actionId: Expr | undefined;
    });

export interface ClassificationDeclaration extends DeclarationBase {
  readonly kind: "classification";
  readonly name: Name | undefined;
  readonly items: readonly ClassificationItem[];
}

export type ClassificationItem =
  | CommonItem
  /** `fallback xbox_default` */
  | (Node & { readonly kind: "fallback"; readonly value: Expr })
  /** `queue = …`: first match decides. */
  | (Node & { readonly kind: "queueValue"; readonly value: Expr })
  | (Node & { readonly kind: "priorityValue"; readonly value: Expr })
  | TableNode
  | Statement;

/** What may stand in a block: each statement attaches selectors, and all of them hold. */
export type Statement = RequireStatement | WhenStatement | MatchStatement | SplitStatement;

export interface RequireStatement extends Node {
  readonly kind: "require";
  readonly requirement: Requirement;
}

/** `expedite` absent: not written; `expedite` / `expedite false`: written. */
export type Requirement = Node & {
  readonly expiresAfter: Expr | undefined;
  readonly expedite: boolean | undefined;
} & (
    | {
        /** `worker.language == job.language`, `queue == xbox_na`, `a and b`: a conjunction of comparisons. */
        readonly kind: "condition";
        readonly condition: Expr;
      }
    /** `worker none` / `queue none`: an empty list of selectors, said on purpose. */
    | { readonly kind: "none"; readonly side: "worker" | "queue" }
    /** `worker by function "…"`, `queue by powerfx"…"`, `worker same labels as job`: a rule-engine attachment. */
    | { readonly kind: "rule"; readonly side: "worker" | "queue"; readonly rule: Expr }
  );

/** `when condition { … }` */
export interface WhenStatement extends Node {
  readonly kind: "when";
  readonly condition: Expr;
  readonly body: readonly Statement[];
}

/** `match { when c { … } otherwise { … } }`: the first arm that holds attaches its block. */
export interface MatchStatement extends Node {
  readonly kind: "match";
  readonly arms: readonly WhenStatement[];
  readonly otherwise: (Node & { readonly body: readonly Statement[] }) | undefined;
}

/** `split { 30% { require … } 70% { require … } }` */
export interface SplitStatement extends Node {
  readonly kind: "split";
  readonly allocations: readonly (Node & {
    readonly weight: Expr;
    readonly body: readonly Statement[];
  })[];
}

/** `table (job.region, job.vip) -> (queue, priority) { "NA", true -> xbox_na, 10  otherwise -> … }` */
export interface TableNode extends Node {
  readonly kind: "table";
  readonly inputs: readonly Expr[];
  readonly outputs: readonly (Node & { readonly name: "queue" | "priority" })[];
  readonly rows: readonly TableRow[];
  readonly otherwise: (Node & { readonly values: readonly Expr[] }) | undefined;
}

export interface TableRow extends Node {
  readonly cells: readonly Cell[];
  readonly values: readonly Expr[];
}

export type Cell =
  /** `_` */
  | (Node & { readonly kind: "any" })
  /** `missing` */
  | (Node & { readonly kind: "missing" })
  /** `"NA" | "EU"`; one value is a list of one. */
  | (Node & { readonly kind: "values"; readonly values: readonly Expr[] })
  | (Node & { readonly kind: "range"; readonly min: Expr; readonly max: Expr })
  /** `>= 7` */
  | (Node & {
      readonly kind: "comparison";
      readonly operator: ComparisonOperator;
      readonly value: Expr;
    });

export interface TestDeclaration extends DeclarationBase {
  readonly kind: "test";
  readonly name: TextLiteral | undefined;
  readonly items: readonly TestItem[];
}

export type TestItem =
  /** `job on chat via xbox in xbox_na priority 5 { region: "NA" } requesting worker.Id == "w1" for 45s expedite` */
  | (Node & JobParts & { readonly kind: "job" })
  /** `worker ann { queues [xbox_na], capacity 1, channel chat cost 1 max 2, labels {…}, load 0.5, unavailable }` */
  | (Node & {
      readonly kind: "worker";
      readonly name: Name | undefined;
      readonly items: readonly WorkerItem[];
    })
  /** `stub "https://…" -> 10`, `stub "https://…" -> fails` */
  | (Node & { readonly kind: "stub"; readonly uri: Expr; readonly answer: Expr | "fails" })
  /** `choose 0.42`: where a weighted choice falls. */
  | (Node & { readonly kind: "choose"; readonly at: Expr })
  | (Node & { readonly kind: "expect"; readonly expectation: ExpectationNode })
  /** `cases (region, vip) -> (queue, priority) { "NA", true -> xbox_na, 10 }`; an input cell `missing` leaves the label out, `_` leaves the job's own value. */
  | (Node & {
      readonly kind: "cases";
      readonly inputs: readonly Name[];
      readonly outputs: readonly (Node & { readonly name: "queue" | "priority" })[];
      readonly rows: readonly TableRow[];
    });

/** What a job says of itself. */
export interface JobParts {
  readonly channel: Expr | undefined;
  readonly via: Expr | undefined;
  readonly queue: Expr | undefined;
  readonly priority: Expr | undefined;
  readonly labels: readonly LabelEntry[];
  readonly requesting: readonly Requirement[];
}

export type WorkerItem =
  | (Node & { readonly kind: "id"; readonly value: Expr })
  | (Node & { readonly kind: "queues"; readonly values: readonly Expr[] })
  | (Node & { readonly kind: "capacity"; readonly value: Expr })
  | (Node & {
      readonly kind: "channel";
      readonly channel: Expr;
      readonly cost: Expr | undefined;
      readonly max: Expr | undefined;
    })
  | (Node & { readonly kind: "labels"; readonly entries: readonly LabelEntry[] })
  | (Node & { readonly kind: "load"; readonly value: Expr })
  | (Node & { readonly kind: "unavailable" });

export type ExpectationNode = Node &
  /** `expect queue == xbox_na` */
  (
    | { readonly kind: "queue"; readonly operator: "==" | "!="; readonly value: Expr }
    /** `expect no queue` */
    | { readonly kind: "noQueue" }
    | { readonly kind: "priority"; readonly operator: ComparisonOperator; readonly value: Expr }
    /** `expect failed` */
    | { readonly kind: "failed" }
    /** `expect require worker.language == "en"`, `expect no require …` */
    | { readonly kind: "require"; readonly present: boolean; readonly requirement: Requirement }
    /** `expect workers [ann, bob]` */
    | { readonly kind: "workers"; readonly workers: readonly Name[] }
    /** `expect ann excluded`, `expect ann excluded by worker.xbox` */
    | { readonly kind: "excluded"; readonly worker: Name; readonly by: LabelExpr | undefined }
    /** `expect score of ann == 53` */
    | {
        readonly kind: "score";
        readonly worker: Name;
        readonly operator: ComparisonOperator;
        readonly value: Expr;
      }
  );

// ── Expressions ─────────────────────────────────────────────────────────────────────────────

export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type BinaryOperator = ComparisonOperator | "and" | "or" | "+" | "-" | "*" | "/" | "&";

export type Expr =
  | TextLiteral
  /** `raw` as written; a sign is a unary operator. */
  | (Node & { readonly kind: "number"; readonly raw: string; readonly value: number })
  | (Node & { readonly kind: "boolean"; readonly value: boolean })
  /** `30s`, `5m`, `2h`, `1d`, `1.5h`, in seconds */
  | (Node & { readonly kind: "duration"; readonly raw: string; readonly seconds: number })
  /** `70%`; `fraction` is the double nearest to the decimal 0.70. */
  | (Node & { readonly kind: "percent"; readonly raw: string; readonly fraction: number })
  /** `none`: no value (selector without a value). */
  | (Node & { readonly kind: "none" })
  | NameExpr
  | LabelExpr
  /** The queue itself, in `require queue == xbox_na`. */
  | (Node & { readonly kind: "queueSelf" })
  | UnaryExpr
  | BinaryExpr
  /** `x in ["a", "b"]`, `not in` */
  | (Node & {
      readonly kind: "inList";
      readonly value: Expr;
      readonly items: readonly Expr[];
      readonly negated: boolean;
    })
  /** `x in 1..5` */
  | (Node & {
      readonly kind: "inRange";
      readonly value: Expr;
      readonly min: Expr;
      readonly max: Expr;
      readonly negated: boolean;
    })
  /** `job.x is missing`, `job.x is present` */
  | (Node & { readonly kind: "isMissing"; readonly value: Expr; readonly negated: boolean })
  | IfExpr
  | MatchExpr
  | CallExpr
  | SplitExpr
  /** `queue where region == job.region and tier >= 2`: bare names on the left are queue labels. */
  | (Node & { readonly kind: "queueWhere"; readonly condition: Expr })
  | RuleExpr
  /** What could not be read; already reported. */
  | (Node & { readonly kind: "error" });

export interface TextLiteral extends Node {
  readonly kind: "text";
  readonly value: string;
}

/** A `let`, a `param`, a declared object, or, inside `queue where`, a queue label. */
export interface NameExpr extends Node {
  readonly kind: "name";
  readonly name: string;
}

export interface LabelExpr extends Node {
  readonly kind: "label";
  readonly side: LabelSide;
  readonly key: Name;
}

export interface UnaryExpr extends Node {
  readonly kind: "unary";
  readonly operator: "not" | "-";
  readonly operand: Expr;
}

export interface BinaryExpr extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expr;
  readonly right: Expr;
}

/** `otherwise` is absent in `if c then q1` (allowed for queues only). */
export interface IfExpr extends Node {
  readonly kind: "if";
  readonly condition: Expr;
  readonly then: Expr;
  readonly otherwise: Expr | undefined;
}

export interface MatchExpr extends Node {
  readonly kind: "match";
  readonly arms: readonly (Node & { readonly condition: Expr; readonly value: Expr })[];
  readonly otherwise: (Node & { readonly value: Expr }) | undefined;
}

/** `startsWith(job.sku, "XB")`; the names are those of the function table. */
export interface CallExpr extends Node {
  readonly kind: "call";
  readonly callee: Name;
  readonly args: readonly Expr[];
}

export interface SplitExpr extends Node {
  readonly kind: "split";
  readonly allocations: readonly (Node & { readonly weight: Expr; readonly value: Expr })[];
}

/** A router rule said outright. */
export type RuleExpr = Node &
  /** `powerfx"…"`: `text` is the formula meant; `textSpan` covers what is between the quotes. */
  (
    | { readonly kind: "powerfx"; readonly text: string; readonly textSpan: Span }
    /** `function "https://…" key k`, `function "…" app key k client id "…"` */
    | {
        readonly kind: "function";
        readonly uri: Expr;
        readonly functionKey: NameExpr | undefined;
        readonly appKey: NameExpr | undefined;
        readonly clientId: Expr | undefined;
      }
    /** `webhook "https://…" authorize "https://…" client id "…" client secret s` */
    | {
        readonly kind: "webhook";
        readonly uri: Expr | undefined;
        readonly authorizationServer: Expr | undefined;
        readonly clientId: Expr | undefined;
        readonly clientSecret: NameExpr | undefined;
      }
    /** `static "x"`: exactly a static rule; `static none` is one without a value. */
    | { readonly kind: "static"; readonly value: Expr }
    /** `same labels as job`: the direct-map rule. */
    | { readonly kind: "sameLabels" }
  );
