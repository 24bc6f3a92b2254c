/**
 * The credentials that a run has at hand, so that none of them is shown when somebody quotes it:
 * a service that repeats a request in its refusal, a proxy, a parser that cites what it could not
 * read. Whoever is bent on it can still hide a text in ways that nobody looks for (reversed, in
 * pieces); what is known here are the forms in which programs quote.
 */
export interface KnownSecrets {
  add(secret: string): void;
  /** One of a request, such as its signature: in the end the oldest of these are forgotten. */
  addPassing(secret: string): void;
  /**
   * A text of the author's own: a credential that stands in it in the clear tells nothing where a
   * service quotes it, since it may as well be the word that the author wrote.
   */
  admit(text: string): void;
  /** The text with `***` for each credential, in whatever usual form it stands there. */
  redact(text: string): string;
  /** Whether a text holds a credential; short ones do not count, since they are in many texts. */
  quotes(text: string): boolean;
}

const mask = "***";
/** Replaced in messages from this length on. */
const shortestRedacted = 4;
/** A shorter one says nothing about where a text comes from. */
const shortestTelling = 8;
/** As many as belong to requests that may still be answered. */
const mostPassing = 500;

/** Headers, of which every request has another. */
const headerPatterns = [
  /(HMAC-SHA256(?:\s|%20|\+)+SignedHeaders)[^\s"'<>,]*/giu,
  /(\bSignature(?:=|%3D))[\w+/=%-]{16,}/giu,
  /(\bBearer(?:\s|%20|\+)+)[\w.~+/=%-]{4,}/giu,
  /(\baccesskey(?:=|%3D))[\w+/=%-]{4,}/giu,
] as const;

/** Longer texts are cut: no message needs more, and looking takes its time. */
const longestShown = 20_000;

export function createKnownSecrets(): KnownSecrets {
  const lasting = new Set<string>();
  const passing = new Set<string>();
  const admitted = new Set<string>();
  let forms: Forms | undefined;
  const formsNow = (): Forms => {
    if (forms !== undefined) return forms;
    const words = [...lasting].filter((secret) =>
      [...admitted].some((text) => text.includes(secret)),
    );
    forms = collectForms([...lasting, ...passing], new Set(words));
    return forms;
  };
  const addTo = (known: Set<string>, secret: string): void => {
    if (secret.length < shortestRedacted || known.has(secret)) return;
    known.add(secret);
    forms = undefined;
  };
  return {
    add: (secret) => addTo(lasting, secret),
    addPassing(secret) {
      addTo(passing, secret);
      const [oldest = ""] = passing;
      if (passing.size > mostPassing) passing.delete(oldest);
    },
    admit(text) {
      admitted.add(text);
      forms = undefined;
    },
    redact(text) {
      const { all, plain } = formsNow();
      const isCut = text.length > longestShown;
      let shown = isCut ? text.slice(0, longestShown) : text;
      for (const form of all) if (shown.includes(form)) shown = shown.replaceAll(form, mask);
      for (const header of headerPatterns) shown = shown.replace(header, `$1${mask}`);
      // What the cut went through stands at the end, and is known no more.
      if (isCut) shown = `${shown.slice(0, -(all[0]?.length ?? 1))}…`;
      return isHidden(shown, plain) ? "(withheld: it quotes a credential)" : shown;
    },
    quotes: (text) => formsNow().telling.some((form) => text.includes(form)),
  };
}

interface Forms {
  /** Longest first, so that none is replaced in the middle of another. */
  readonly all: readonly string[];
  readonly telling: readonly string[];
  /** As they are, and in Base64. */
  readonly plain: readonly string[];
}

/** @param words those that are words of the author's too. */
function collectForms(secrets: readonly string[], words: ReadonlySet<string>): Forms {
  const telling = secrets.filter(
    (secret) => secret.length >= shortestTelling && !words.has(secret),
  );
  return {
    all: [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length),
    telling: [...new Set(telling.flatMap(formsOf))],
    plain: secrets.flatMap((secret) => [secret, ...base64Cores(secret)]),
  };
}

/** How programs write a text when they quote it. */
function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const cores = base64Cores(secret);
  const written = [
    secret,
    json,
    json.replaceAll("/", "\\/"),
    html(secret),
    hexOf(secret),
    hexOf(secret).toUpperCase(),
    ...cores,
    ...cores.map((core) => core.replaceAll("/", "\\/")),
    ...cores.map((core) => core.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  const inAddresses = [secret, ...cores].flatMap((text) => {
    const encoded = encodeURIComponent(wellFormed(text));
    const lower = encoded.replace(/%[\dA-F]{2}/gu, (sign) => sign.toLowerCase());
    const inForm = new URLSearchParams([["", text]]).toString().slice(1);
    return [encoded, inForm, lower];
  });
  return [...written, ...inAddresses].filter(({ length }) => length >= shortestRedacted);
}

/**
 * What is the same in Base64 of any text that holds the secret: it may begin at each of three
 * places in a group, and its first and last letter may share one with what stands beside it.
 */
function base64Cores(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((before) => {
    const letters = base64Of(new Uint8Array([...new Array<number>(before).fill(0), ...bytes]));
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    const core = letters.slice(Math.ceil((before * 8) / 6), whole);
    return core.length >= shortestRedacted ? [core] : [];
  });
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Whether a text still holds a credential once its escapes are undone, or its line breaks. */
function isHidden(text: string, secrets: readonly string[]): boolean {
  let plain = text;
  for (let round = 0; round < 3; round++) {
    const before = plain;
    plain = unescaped(plain);
    if (plain === before) break;
  }
  const joined = plain.replace(/\s+/gu, "");
  return secrets.some((secret) => {
    const whole = secret.replace(/\s+/gu, "");
    if (plain.includes(secret) || plain.replaceAll("+", " ").includes(secret)) return true;
    return whole !== "" && joined.includes(whole);
  });
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function unescaped(text: string): string {
  return text
    .replace(/\\u([\dA-Fa-f]{4})|\\x([\dA-Fa-f]{2})/gu, (_, wide: string, narrow: string) =>
      String.fromCharCode(Number.parseInt(wide ?? narrow, 16)),
    )
    .replace(/\\([\\/"'])/gu, "$1")
    .replace(/&#x([\dA-Fa-f]{1,6});/gu, (_, code: string) => letter(Number.parseInt(code, 16)))
    .replace(/&#(\d{1,7});/gu, (_, code: string) => letter(Number(code)))
    .replace(/&(amp|lt|gt|quot|apos);/gu, (_, name: string) => entities[name] ?? "")
    .replace(/(?:%[\dA-Fa-f]{2})+/gu, (run) => {
      const bytes = run
        .slice(1)
        .split("%")
        .map((pair) => Number.parseInt(pair, 16));
      return new TextDecoder().decode(new Uint8Array(bytes));
    });
}

function letter(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

function html(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function hexOf(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** A lone half of a pair cannot be encoded in an address. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
