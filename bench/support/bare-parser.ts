import {
  type CstNode,
  CstParser,
  createToken,
  type IToken,
  Lexer,
  type TokenType,
} from "chevrotain";

/**
 * The least that Chevrotain does with a text of `program-text.ts`: its own lexer, and a parser of
 * the constructs used there that builds Chevrotain's tree, without positions of nodes, recovery,
 * comments or messages. Something to measure our pipeline against, no part of it.
 */
export function createBareParser(): (text: string) => number {
  const lexer = new Lexer(tokens, { positionTracking: "onlyOffset", ensureOptimizations: true });
  const parser = new BareParser();
  return (text) => {
    const { tokens: read, errors } = lexer.tokenize(text);
    const tree = parser.read(read);
    if (errors.length > 0 || parser.errors.length > 0) {
      throw new Error(`the bare parser cannot read this: ${parser.errors[0]?.message}`);
    }
    return tree.children.declaration?.length ?? 0;
  };
}

const tokens: TokenType[] = [];

function token(name: string, pattern: RegExp | string, longerAlt?: TokenType): TokenType {
  const made = createToken({
    name,
    pattern,
    ...(longerAlt === undefined ? {} : { longer_alt: longerAlt }),
  });
  tokens.push(made);
  return made;
}

function skipped(name: string, pattern: RegExp): void {
  tokens.push(createToken({ name, pattern, group: Lexer.SKIPPED, line_breaks: true }));
}

skipped("Space", /\s+/);
skipped("Comment", /\/\/[^\n]*/);
const Name = createToken({ name: "Name", pattern: /[A-Za-z_]\w*/ });
const words = new Map<string, TokenType>();
for (const word of [
  "labels job worker queue let distribution mode longest idle offers expire after name classification",
  "match when otherwise fallback priority require for expedite and or in true",
]
  .join(" ")
  .split(" ")) {
  words.set(word, token(`word-${word}`, word, Name));
}
tokens.push(Name);
const Text = token("Text", /"[^"\n]*"/);
const Duration = token("Duration", /\d+(?:s|m|h)/);
const NumberToken = token("Number", /\d+/);
const Arrow = token("Arrow", "->");
const Range = token("Range", "..");
const Comparison = token("Comparison", /==|!=|<=|>=|<|>/);
const Assign = token("Assign", "=");
const Dot = token("Dot", ".");
const Colon = token("Colon", ":");
const Question = token("Question", "?");
const Comma = token("Comma", ",");
const Bar = token("Bar", "|");
const LeftBrace = token("LeftBrace", "{");
const RightBrace = token("RightBrace", "}");
const LeftBracket = token("LeftBracket", "[");
const RightBracket = token("RightBracket", "]");
const LeftParen = token("LeftParen", "(");
const RightParen = token("RightParen", ")");

function word(text: string): TokenType {
  const found = words.get(text);
  if (found === undefined) throw new Error(`no word ${text}`);
  return found;
}

class BareParser extends CstParser {
  constructor() {
    super(tokens, { maxLookahead: 2, skipValidations: true });
    this.performSelfAnalysis();
  }

  /** A text that goes on after the last declaration is an error of its own accord. */
  read(input: IToken[]): CstNode {
    this.input = input;
    return this.program();
  }

  private readonly program = this.RULE("program", () => {
    this.MANY(() => this.SUBRULE(this.declaration));
  });

  private readonly declaration = this.RULE("declaration", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.labels) },
      { ALT: () => this.SUBRULE(this.letDeclaration) },
      { ALT: () => this.SUBRULE(this.distribution) },
      { ALT: () => this.SUBRULE(this.queue) },
      { ALT: () => this.SUBRULE(this.classification) },
    ]);
  });

  private readonly side = this.RULE("side", () => {
    this.OR([
      { ALT: () => this.CONSUME(word("job")) },
      { ALT: () => this.CONSUME(word("worker")) },
      { ALT: () => this.CONSUME(word("queue")) },
    ]);
  });

  private readonly labels = this.RULE("labels", () => {
    this.CONSUME(word("labels"));
    this.SUBRULE(this.side);
    this.CONSUME(LeftBrace);
    this.MANY(() => {
      this.CONSUME(Name);
      this.OPTION(() => this.CONSUME(Question));
      this.CONSUME(Colon);
      this.SUBRULE(this.type);
    });
    this.CONSUME(RightBrace);
  });

  private readonly type = this.RULE("type", () => {
    this.OR([
      { ALT: () => this.CONSUME2(Name) },
      {
        ALT: () => {
          this.CONSUME(NumberToken);
          this.CONSUME(Range);
          this.CONSUME2(NumberToken);
        },
      },
      { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: Bar, DEF: () => this.CONSUME(Text) }) },
    ]);
  });

  private readonly letDeclaration = this.RULE("letDeclaration", () => {
    this.CONSUME(word("let"));
    this.CONSUME(Name);
    this.CONSUME(Assign);
    this.SUBRULE(this.disjunction);
  });

  private readonly distribution = this.RULE("distribution", () => {
    this.CONSUME(word("distribution"));
    this.CONSUME(Name);
    this.CONSUME(LeftBrace);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(word("mode"));
            this.CONSUME(word("longest"));
            this.CONSUME(word("idle"));
          },
        },
        {
          ALT: () => {
            this.CONSUME(word("offers"));
            this.CONSUME(NumberToken);
            this.CONSUME(Range);
            this.CONSUME2(NumberToken);
          },
        },
        {
          ALT: () => {
            this.CONSUME(word("expire"));
            this.CONSUME(word("after"));
            this.CONSUME(Duration);
          },
        },
      ]);
    });
    this.CONSUME(RightBrace);
  });

  private readonly queue = this.RULE("queue", () => {
    this.CONSUME(word("queue"));
    this.CONSUME(Name);
    this.CONSUME(LeftBrace);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(word("name"));
            this.CONSUME(Text);
          },
        },
        {
          ALT: () => {
            this.CONSUME(word("distribution"));
            this.CONSUME2(Name);
          },
        },
        {
          ALT: () => {
            this.CONSUME(word("labels"));
            this.SUBRULE(this.entries);
          },
        },
      ]);
    });
    this.CONSUME(RightBrace);
  });

  private readonly entries = this.RULE("entries", () => {
    this.CONSUME(LeftBrace);
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        this.CONSUME(Name);
        this.CONSUME(Colon);
        this.SUBRULE(this.value);
      },
    });
    this.CONSUME(RightBrace);
  });

  private readonly classification = this.RULE("classification", () => {
    this.CONSUME(word("classification"));
    this.CONSUME(Name);
    this.CONSUME(LeftBrace);
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(word("name"));
            this.CONSUME(Text);
          },
        },
        {
          ALT: () => {
            this.CONSUME(word("fallback"));
            this.CONSUME2(Name);
          },
        },
        {
          ALT: () => {
            this.OR2([
              { ALT: () => this.CONSUME(word("queue")) },
              { ALT: () => this.CONSUME(word("priority")) },
            ]);
            this.CONSUME(Assign);
            this.SUBRULE(this.matchValue);
          },
        },
        { ALT: () => this.SUBRULE(this.requireStatement) },
        { ALT: () => this.SUBRULE(this.whenStatement) },
      ]);
    });
    this.CONSUME(RightBrace);
  });

  private readonly matchValue = this.RULE("matchValue", () => {
    this.CONSUME(word("match"));
    this.CONSUME(LeftBrace);
    this.MANY(() => {
      this.CONSUME(word("when"));
      this.SUBRULE(this.disjunction);
      this.CONSUME(Arrow);
      this.SUBRULE(this.value);
    });
    this.OPTION(() => {
      this.CONSUME(word("otherwise"));
      this.CONSUME2(Arrow);
      this.SUBRULE2(this.value);
    });
    this.CONSUME(RightBrace);
  });

  private readonly requireStatement = this.RULE("requireStatement", () => {
    this.CONSUME(word("require"));
    this.SUBRULE(this.disjunction);
    this.OPTION(() => {
      this.CONSUME(word("for"));
      this.CONSUME(Duration);
    });
    this.OPTION2(() => this.CONSUME(word("expedite")));
  });

  private readonly whenStatement = this.RULE("whenStatement", () => {
    this.CONSUME(word("when"));
    this.SUBRULE(this.disjunction);
    this.CONSUME(LeftBrace);
    this.MANY(() => this.SUBRULE(this.requireStatement));
    this.CONSUME(RightBrace);
  });

  private readonly disjunction = this.RULE("disjunction", () => {
    this.AT_LEAST_ONE_SEP({ SEP: word("or"), DEF: () => this.SUBRULE(this.conjunction) });
  });

  private readonly conjunction = this.RULE("conjunction", () => {
    this.AT_LEAST_ONE_SEP({ SEP: word("and"), DEF: () => this.SUBRULE(this.relation) });
  });

  private readonly relation = this.RULE("relation", () => {
    this.SUBRULE(this.value);
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(Comparison);
            this.SUBRULE2(this.value);
          },
        },
        {
          ALT: () => {
            this.CONSUME(word("in"));
            this.CONSUME(LeftBracket);
            this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE3(this.value) });
            this.CONSUME(RightBracket);
          },
        },
      ]);
    });
  });

  private readonly value = this.RULE("value", () => {
    this.OR([
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.CONSUME(NumberToken) },
      { ALT: () => this.CONSUME(Name) },
      { ALT: () => this.CONSUME(word("true")) },
      {
        ALT: () => {
          this.SUBRULE(this.side);
          this.CONSUME(Dot);
          this.CONSUME2(Name);
        },
      },
      {
        ALT: () => {
          this.CONSUME(LeftParen);
          this.SUBRULE(this.disjunction);
          this.CONSUME(RightParen);
        },
      },
    ]);
  });
}
