import { wireClasses } from "../../src/emit/wire-classes.ts";

/** One call `client.upsert_…("id", Model(…))` of an emitted script, as wire JSON. */
export interface UpsertCall {
  readonly method: string;
  readonly id: string;
  readonly body: unknown;
}

/**
 * Reads the subset of Python that the emitter writes: calls, keyword arguments, dictionaries,
 * lists and literals. Names come back in camel case, model classes as their `kind`.
 */
export function readPythonCalls(
  script: string,
  environment: (name: string) => string,
): readonly UpsertCall[] {
  const tokens = tokenize(
    script.slice(script.indexOf("def deploy("), script.indexOf("if __name__")),
  );
  let at = tokens.findIndex(({ text }) => text === "None") + 2;
  const peek = () => tokens[at]?.text;
  const take = (wanted?: string): string => {
    const text = tokens[at++]?.text;
    if (text === undefined || (wanted !== undefined && text !== wanted)) {
      throw new Error(`expected ${wanted ?? "a token"}, found ${text}`);
    }
    return text;
  };
  const list = <T>(close: string, item: () => T): readonly T[] => {
    const items: T[] = [];
    while (peek() !== close) {
      items.push(item());
      if (peek() !== close) take(",");
    }
    take(close);
    return items;
  };
  const value = (): unknown => {
    const token = tokens[at];
    if (token === undefined) throw new Error("the script ends early");
    at++;
    if (token.kind === "text") return token.value;
    if (token.kind === "number") return Number(token.text);
    switch (token.text) {
      case "True":
        return true;
      case "False":
        return false;
      case "[":
        return list("]", value);
      case "{":
        return Object.fromEntries(
          list("}", () => {
            const key = String(value());
            take(":");
            return [key, value()] as const;
          }),
        );
      case "os": {
        take(".");
        take("environ");
        take("[");
        const name = String(value());
        take("]");
        return environment(name);
      }
      default: {
        take("(");
        const members = list(")", () => {
          const name = take();
          take("=");
          return [camelCase(name), value()] as const;
        });
        const kind = kindOf(token.text);
        return Object.fromEntries(kind === undefined ? members : [["kind", kind], ...members]);
      }
    }
  };
  const calls: UpsertCall[] = [];
  while (at < tokens.length && peek() !== "pass") {
    take("client");
    take(".");
    const method = take();
    take("(");
    const id = String(value());
    take(",");
    const body = value();
    take(",");
    take(")");
    calls.push({ method, id, body });
  }
  return calls;
}

function kindOf(className: string): string | undefined {
  for (const names of Object.values(wireClasses)) {
    for (const [kind, name] of Object.entries(names)) if (name === className) return kind;
  }
  return undefined;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

type Token = { readonly text: string } & (
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number" | "other" }
);

function tokenize(script: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|(?<text>"(?:[^"\\\n\r]|\\.)*")|(?<number>-?\d[\d.]*(?:e[+-]?\d+)?)|(?<name>\w+)|(?<other>->|.)/gsu;
  for (const match of script.matchAll(pattern)) {
    const { text, number, name, other } = match.groups ?? {};
    if (text !== undefined)
      tokens.push({ kind: "text", text, value: decodeEscapes(text.slice(1, -1)) });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "other", text: name });
    else if (other !== undefined) tokens.push({ kind: "other", text: other });
  }
  return tokens;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  "\\": "\\",
  '"': '"',
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
};

/** Python's escapes; one that it does not have would stay as it is there, and is refused here. */
function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-f]{4})|(.))/gsu,
    (whole, code: string | undefined, letter: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const meant = simpleEscapes[letter];
      if (meant === undefined) throw new Error(`no escape of Python: ${whole}`);
      return meant;
    },
  );
}
