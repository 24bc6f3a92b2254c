import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { languageFunctions, tokenTable } from "@routewright/dsl";
import { formulaGrammar, policyGrammar, scopeOf } from "@routewright/vscode-extension";
import { describe, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
const examples = fileURLToPath(new URL("../../../examples", import.meta.url));
const grammars = [policyGrammar(), formulaGrammar()];

await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    const found = grammars.find(({ scopeName }) => scopeName === scope);
    return found === undefined
      ? null
      : textmate.parseRawGrammar(JSON.stringify(found), `${scope}.json`);
  },
});
const policy = await load("source.routewright");
const formula = await load("source.powerfx");

describe("the grammar of policies", () => {
  test.each([
    ["labels job { region: text }", "labels", "storage.type"],
    ["labels job { region: text }", "region", "variable.other.property"],
    ["labels job { region: text }", "text", "support.type"],
    ["queue west { distribution d }", "queue", "storage.type"],
    ["queue west { distribution d }", "west", "entity.name.type"],
    ['let a = job.region == "NA"', "job", "variable.language"],
    ['let a = job.region == "NA"', "region", "variable.other.property"],
    ['let a = job.region == "NA"', '"NA"', "string.quoted.double"],
    ["let a = job.when", "when", "variable.other.property"],
    ["  when job.a -> b", "when", "keyword.control.conditional"],
    ["  when job.a -> b", "->", "keyword.operator.arrow"],
    ["  require worker.x >= 7 for 1h30m", "1h30m", "constant.numeric.duration"],
    ["  70% -> a", "70%", "constant.numeric.percent"],
    ["let a = len(job.name) > 3", "len", "support.function"],
    ["let a = job.x is missing", "missing", "constant.language"],
    ["labels job { 'Some-Skill': number }", "'Some-Skill'", "variable.other.property"],
    ["// a note", "// a note", "comment.line.double-slash"],
    ["/// a document", "/// a document", "comment.line.documentation"],
    ["// allow some-code: why", "some-code", "constant.other.diagnostic-code"],
    ['name "a\\q"', "\\q", "invalid.illegal.escape"],
    ['let f = powerfx"Len(job.a) > 1"', "Len", "support.function.powerfx"],
    ['let f = powerfx"job.a = \\"x\\""', '\\"x\\"', "string.quoted.double.powerfx"],
    ['let f = powerfx"job.a" and true', "and", "keyword.operator.word.routewright"],
    ['name "open', '"open', "string.quoted.double"],
  ])("colours %s: %s is %s", (line, word, scope) => {
    expect(scopesAt(line, line.indexOf(word), policy)).toContain(scope);
    expect(scopesAt(line, line.indexOf(word) + word.length - 1, policy)).toContain(scope);
  });

  test("a text that is not closed ends with its line", () => {
    const [, second] = tokenise('name "open\nqueue west { }', policy);
    expect(scopesIn(second ?? [], 0)).toContain("storage.type");
  });

  test("knows every word and mark of the token table", () => {
    for (const entry of tokenTable) {
      const line = ` ${entry.image} `;
      expect(scopesAt(line, 1, policy), entry.image).toContain(scopeOf(entry));
    }
    for (const { name } of languageFunctions) {
      expect(scopesAt(`${name}(`, 0, policy), name).toContain("support.function");
    }
  });

  test("gives every mark and word of the examples a scope, and finds nothing wrong", () => {
    const files = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".route"),
    );
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const text = readFileSync(`${examples}/${file}`, "utf8");
      const lines = text.split(/\r?\n/u);
      for (const [index, tokens] of tokenise(text, policy).entries()) {
        for (const { startIndex, endIndex, scopes } of tokens) {
          const piece = lines[index]?.slice(startIndex, endIndex) ?? "";
          const place = `${file}:${index + 1} ${piece}`;
          expect(scopes.join(" "), place).not.toContain("invalid");
          if (/^[^\s\w]+$/u.test(piece)) expect(scopes.length, place).toBeGreaterThan(1);
        }
      }
    }
  });
});

describe("the grammar of formulas", () => {
  test.each([
    ['If(job.vip, "a", "b")', "If", "support.function.powerfx"],
    ["job.'Some-Skill' >= 7", "'Some-Skill'", "variable.other.property.powerfx"],
    ['$"a{job.b}c"', "job", "variable.language.powerfx"],
    ['"a""b" & "c"', "&", "keyword.operator.powerfx"],
    ["1 // note", "// note", "comment.line.double-slash.powerfx"],
  ])("colours %s: %s is %s", (line, word, scope) => {
    expect(scopesAt(line, line.indexOf(word), formula)).toContain(scope);
  });
});

async function load(scope: string): Promise<textmate.IGrammar> {
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error(`no grammar for ${scope}`);
  return grammar;
}

function tokenise(text: string, grammar: textmate.IGrammar): readonly textmate.IToken[][] {
  let stack = textmate.INITIAL;
  return text.split(/\r?\n/u).map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens;
  });
}

function scopesAt(line: string, at: number, grammar: textmate.IGrammar): string {
  return scopesIn(tokenise(line, grammar)[0] ?? [], at);
}

function scopesIn(tokens: readonly textmate.IToken[], at: number): string {
  const token = tokens.find(({ startIndex, endIndex }) => startIndex <= at && at < endIndex);
  return token?.scopes.join(" ") ?? "";
}
