import { closest, type Diagnostic } from "@routewright/diagnostics";
import { EOF, type IToken } from "chevrotain";
import type { Declaration, Expr } from "./ast.ts";
import { isDeclarationWord } from "./chunks.ts";
import { declarationExpected, syntaxUnexpected } from "./diagnostics.ts";
import { tokenSpan } from "./lexer.ts";
import { ScenarioParser } from "./scenario-parser.ts";
import * as t from "./tokens.ts";
import {
  itemFailure,
  type ParserInput,
  type Rule,
  showToken,
  strictFailure,
} from "./tolerant-parser.ts";

/** The whole grammar. One instance serves every text; it keeps nothing between two. */
export class ProgramParser extends ScenarioParser {
  /** @param skipValidations `false` checks the grammar itself, which takes a while: in tests. */
  constructor(skipValidations = true) {
    super(skipValidations);
    this.performSelfAnalysis();
  }

  private readonly declarations: Rule<Declaration[]> = this.rule("declarations", () => {
    const declarations: Declaration[] = [];
    this.MANY(() => {
      declarations.push(this.SUBRULE(this.declaration));
    });
    return declarations;
  });

  private readonly declaration: Rule<Declaration> = this.rule("declaration", () =>
    this.OR<Declaration>([
      { ALT: () => this.SUBRULE(this.importDeclaration) },
      { ALT: () => this.SUBRULE(this.paramDeclaration) },
      { ALT: () => this.SUBRULE(this.secretDeclaration) },
      { ALT: () => this.SUBRULE(this.labelsDeclaration) },
      { ALT: () => this.SUBRULE(this.channelDeclaration) },
      { ALT: () => this.SUBRULE(this.letDeclaration) },
      { ALT: () => this.SUBRULE(this.distributionDeclaration) },
      { ALT: () => this.SUBRULE(this.exceptionsDeclaration) },
      { ALT: () => this.SUBRULE(this.queueDeclaration) },
      { ALT: () => this.SUBRULE(this.classificationDeclaration) },
      { ALT: () => this.SUBRULE(this.testDeclaration) },
      { ALT: () => this.SUBRULE(this.scenarioDeclaration) },
    ]),
  );

  /** All declarations of a text without mistakes; `undefined` when there is one. */
  readAll(input: ParserInput, tokens: IToken[]): Reading<readonly Declaration[]> | undefined {
    return this.strictly(input, tokens, () => this.declarations());
  }

  /** One declaration without mistakes, and nothing behind it; `undefined` for anything else. */
  readOne(input: ParserInput, tokens: IToken[]): Reading<Declaration> | undefined {
    return this.strictly(input, tokens, () => this.declaration());
  }

  /**
   * Where reading the tokens stops at a mistake in or behind the first declaration: the offset of
   * the first token that does not fit, `NaN` at their end. `undefined`: there is none, or another
   * declaration goes on there.
   */
  mistakeIn(input: ParserInput, tokens: IToken[]): number | undefined {
    const sound = this.strictly(input, tokens, () => this.declaration());
    return sound !== undefined || this.goesOn ? undefined : this.stoppedAt;
  }

  private stoppedAt = Number.NaN;
  /** What stopped it is another declaration. */
  private goesOn = false;

  private strictly<T>(input: ParserInput, tokens: IToken[], read: () => T): Reading<T> | undefined {
    this.goesOn = false;
    try {
      this.begin(input, tokens, false);
      const value = read();
      const mistake = this.errors[0];
      const next = this.LA(1);
      this.stoppedAt = mistake?.token.startOffset ?? next.startOffset;
      const isAll = mistake === undefined && next.tokenType === EOF;
      this.goesOn = isDeclarationWord(next);
      return isAll ? this.reading(value) : undefined;
    } catch (failure) {
      if (failure !== strictFailure && failure !== itemFailure) throw failure;
      this.stoppedAt = this.LA(1).startOffset;
      return undefined;
    }
  }

  /** One declaration, however broken; `undefined` when the tokens do not begin with one. */
  readBroken(input: ParserInput, tokens: IToken[]): Reading<Declaration | undefined> {
    this.begin(input, tokens, true);
    const first = tokens[0];
    if (first === undefined || !isDeclarationWord(first)) {
      this.reportNoDeclaration();
      return this.reading(undefined);
    }
    let declaration: Declaration | undefined;
    try {
      declaration = this.declaration();
      this.reportRest();
    } catch (failure) {
      if (failure !== itemFailure) throw failure;
    }
    return this.reading(declaration);
  }

  private reportNoDeclaration(): void {
    const token = this.LA(1);
    if (token.tokenType === t.RightBrace) {
      this.reportStrayBrace(token);
      return;
    }
    const span = tokenSpan(token);
    const meant = closest(token.image, declarationWords);
    this.problem(
      declarationExpected,
      { token: showToken(token) },
      span,
      meant === undefined
        ? { help: `declarations begin with ${declarationWords.map((w) => `\`${w}\``).join(", ")}` }
        : {
            help: `did you mean \`${meant}\`?`,
            fixes: [{ title: `write \`${meant}\``, safe: false, edits: [{ span, text: meant }] }],
          },
    );
  }

  /** What is left behind a declaration. */
  private reportRest(): void {
    const token = this.LA(1);
    if (token.tokenType === EOF) return;
    if (token.tokenType === t.RightBrace) {
      this.reportStrayBrace(token);
      return;
    }
    this.problem(
      syntaxUnexpected,
      { token: showToken(token), where: "behind a declaration" },
      tokenSpan(token),
      token.tokenType === t.Question ? { help: "write `if … then … else …`" } : {},
    );
  }

  private reading<T>(value: T): Reading<T> {
    const { problems: diagnostics, parenthesised, isDoubtful } = this;
    return { value, diagnostics, parenthesised, isDoubtful };
  }
}

const declarationWords = [
  "import",
  "param",
  "secret",
  "labels",
  "channel",
  "let",
  "distribution",
  "exceptions",
  "queue",
  "classification",
  "test",
  "scenario",
];

export interface Reading<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
  /** In how many parentheses expressions stand. */
  readonly parenthesised: ReadonlyMap<Expr, number>;
  /** Another reading was near: among mistakes the same tokens are taken to have one, too. */
  readonly isDoubtful: boolean;
}
