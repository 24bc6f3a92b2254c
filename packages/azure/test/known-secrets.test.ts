import { createKnownSecrets, redactError, ServiceFailure } from "@routewright/azure";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const key = "c2VjcmV0+/kept for nobody <&>\"'\\ ü==";

/** How programs quote a text. */
const ways: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in JSON": (text) => JSON.stringify({ body: text }),
  "in JSON with escaped slashes": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  "in JSON in JSON": (text) => JSON.stringify(JSON.stringify({ body: text })),
  "in JSON as code units": (text) =>
    [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  "in an address": (text) => encodeURIComponent(text),
  "in an address, small letters": (text) =>
    encodeURIComponent(text).replace(/%../gu, (sign) => sign.toLowerCase()),
  "in a form": (text) => new URLSearchParams({ text }).toString(),
  "in an address twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "in HTML": (text) => text.replace(/[<>&"']/gu, (sign) => `&#${sign.charCodeAt(0)};`),
  "in Base64": (text) => btoa8(text),
  "in Base64 for addresses": (text) =>
    btoa8(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
  "in Base64 in an address": (text) => encodeURIComponent(btoa8(text)),
  "in Base64 in lines": (text) => btoa8(text).replace(/.{20}/gu, "$&\r\n"),
  "in hexadecimal": (text) => Buffer.from(text).toString("hex"),
};

describe("a known credential is shown in no form", () => {
  test.each(Object.keys(ways))("%s", (name) => {
    const secrets = createKnownSecrets();
    secrets.add(key);
    for (const around of ["", "a", "ab", "abc: "]) {
      const quoted = ways[name]?.(`${around}${key} is what you sent`) ?? "";
      const shown = secrets.redact(`you said ${quoted}, and that is wrong`);
      expect(shown, quoted).toMatch(/\*\*\*|withheld/u);
      expect(plain(shown), quoted).not.toContain("kept for nobody");
    }
  });

  test("a service's words without one stay as they are", () => {
    const secrets = createKnownSecrets();
    secrets.add(key);
    for (const text of [
      "The queue `q1` is not there.",
      "100 % of \\ and \u0000",
      "%zz &#xffffffff;",
    ]) {
      expect(secrets.redact(text)).toBe(text);
    }
  });

  test("random credentials in random surroundings", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, unit: "binary" }),
        fc.string(),
        fc.constantFrom(...Object.values(ways)),
        (secret, around, way) => {
          const secrets = createKnownSecrets();
          secrets.add(secret);
          expect(secrets.redact(way(`${around}${secret}${around}`))).not.toContain(secret);
        },
      ),
    );
  });
});

test("long texts and many credentials, and a cut shows no half", () => {
  const secrets = createKnownSecrets();
  for (let index = 0; index < 2_000; index++)
    secrets.add(`${index} is a credential that is planted`);
  secrets.add(key);
  for (let before = 19_900; before <= 20_000; before += 7) {
    const shown = secrets.redact(`${"x".repeat(before)}${key}${"y".repeat(1_000_000)}`);
    expect(shown).not.toContain("kept");
  }
  expect(secrets.quotes(`${"{}".repeat(500_000)}${Buffer.from(key).toString("base64")}`)).toBe(
    true,
  );
});

test("headers are shown in no form even when they are not known", () => {
  const { redact } = createKnownSecrets();
  const signed =
    "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=aGFzaG9mdGhlcmVxdWVzdA==";
  expect(redact(`Authorization: ${signed} is wrong`)).not.toContain("aGFzaG9");
  expect(redact("Authorization: Bearer eyJhbGciOi.J9.x is over")).not.toContain("eyJhbGciOi");
  expect(redact("endpoint=https://a.example/;accesskey=c2VjcmV0c2VjcmV0")).not.toContain("c2Vjcm");
});

test("a failure keeps what it is, and loses what it quotes", () => {
  const secrets = createKnownSecrets();
  secrets.add(key);
  const failure = new ServiceFailure({
    status: 400,
    code: key,
    message: `bad: ${key}`,
    details: [{ code: key, message: JSON.stringify(key) }],
    request: `PATCH /routing/queues/${encodeURIComponent(key)}`,
  });
  const shown = redactError(failure, secrets);
  expect(shown).toBeInstanceOf(ServiceFailure);
  expect(shown).toMatchObject({ status: 400 });
  expect(JSON.stringify({ ...(shown as object), text: String(shown) })).not.toContain("nobody");
});

function btoa8(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

/** What somebody could read out of a text. */
function plain(text: string): string {
  const letters = text
    .replace(/[^\w+/-]/gu, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  return [
    text,
    ...[0, 1, 2, 3].map((at) => Buffer.from(letters.slice(at), "base64").toString()),
  ].join("\n");
}

test("a credential that is a word of the author's too tells nothing where a service quotes it", () => {
  const secrets = createKnownSecrets();
  secrets.add("Technical");
  secrets.add("another-secret");
  const answer = JSON.stringify({ id: "tech", name: "Technical" });
  expect(secrets.quotes(answer)).toBe(true);
  secrets.admit(JSON.stringify([{ id: "tech", body: { name: "Technical" } }]));
  expect(secrets.quotes(answer)).toBe(false);
  expect(secrets.quotes("another-secret")).toBe(true);
  secrets.addPassing("c2lnbmF0dXJl");
  expect(secrets.quotes(answer), "later requests bring the rest back").toBe(false);
  expect(secrets.redact("name: Technical"), "messages do without it").toBe("name: ***");
});
