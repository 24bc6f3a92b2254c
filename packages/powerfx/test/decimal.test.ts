import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDecimal,
  compareDecimal,
  type Decimal,
  decimalToText,
  divideDecimal,
  maxCoefficient,
  modDecimal,
  multiplyDecimal,
  parseDecimal,
  roundDecimal,
  subtractDecimal,
} from "../src/values/decimal.ts";

/** An exact fraction: the model, with nothing of the implementation in it. */
interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

function rational(text: string): Rational {
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const n = BigInt(whole + fraction);
  return { n: negative ? -n : n, d: 10n ** BigInt(fraction.length) };
}

/** What .NET gives for an exact result: the most decimals that fit, rounded half to even. */
function fit({ n, d }: Rational): string | undefined {
  const negative = n < 0n !== d < 0n;
  const top = n < 0n ? -n : n;
  const bottom = d < 0n ? -d : d;
  for (let scale = 28; scale >= 0; scale--) {
    const scaled = top * 10n ** BigInt(scale);
    let quotient = scaled / bottom;
    const twice = (scaled % bottom) * 2n;
    if (twice > bottom || (twice === bottom && quotient % 2n === 1n)) quotient++;
    if (quotient > maxCoefficient) continue;
    const digits = quotient.toString().padStart(scale + 1, "0");
    const whole = digits.slice(0, digits.length - scale);
    const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
    const text = fraction === "" ? whole : `${whole}.${fraction}`;
    return negative && quotient !== 0n ? `-${text}` : text;
  }
  return undefined;
}

const arbitraryDecimal: fc.Arbitrary<string> = fc
  .oneof(
    fc.record({ c: fc.bigInt(-1000n, 1000n), s: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ c: fc.bigInt(-(10n ** 15n), 10n ** 15n), s: fc.integer({ min: 0, max: 8 }) }),
    fc.record({ c: fc.bigInt(-(2n ** 53n) - 2n, 2n ** 53n + 2n), s: fc.constant(0) }),
    fc.record({
      c: fc.bigInt(-maxCoefficient, maxCoefficient),
      s: fc.integer({ min: 0, max: 28 }),
    }),
  )
  .map(({ c, s }) => fit({ n: c, d: 10n ** BigInt(s) }) ?? "0");

function read(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`not a decimal: ${text}`);
  return value;
}

function shown(value: Decimal | undefined): string | undefined {
  return value === undefined ? undefined : decimalToText(value);
}

test("text and back", () => {
  fc.assert(
    fc.property(arbitraryDecimal, (text) => {
      expect(decimalToText(read(text))).toBe(text);
    }),
    { numRuns: 1_000 },
  );
});

test("sum, difference, product, quotient are the exact results, rounded once", () => {
  fc.assert(
    fc.property(arbitraryDecimal, arbitraryDecimal, (x, y) => {
      const [a, b] = [rational(x), rational(y)];
      const [p, q] = [read(x), read(y)];
      expect(shown(addDecimal(p, q))).toBe(fit({ n: a.n * b.d + b.n * a.d, d: a.d * b.d }));
      expect(shown(subtractDecimal(p, q))).toBe(fit({ n: a.n * b.d - b.n * a.d, d: a.d * b.d }));
      expect(shown(multiplyDecimal(p, q))).toBe(fit({ n: a.n * b.n, d: a.d * b.d }));
      if (b.n !== 0n) expect(shown(divideDecimal(p, q))).toBe(fit({ n: a.n * b.d, d: a.d * b.n }));
    }),
    { numRuns: 3_000 },
  );
});

test("order and remainder agree with the model", () => {
  fc.assert(
    fc.property(arbitraryDecimal, arbitraryDecimal, (x, y) => {
      const [a, b] = [rational(x), rational(y)];
      const difference = a.n * b.d - b.n * a.d;
      expect(compareDecimal(read(x), read(y))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      if (b.n === 0n) return;
      // a - b × floor(a / b)
      const n = a.n * b.d;
      const d = b.n * a.d;
      const floor = n / d - (n % d !== 0n && n < 0n !== d < 0n ? 1n : 0n);
      const rest = { n: a.n * b.d - floor * b.n * a.d, d: a.d * b.d };
      expect(shown(modDecimal(read(x), read(y)))).toBe(fit(rest));
    }),
    { numRuns: 2_000 },
  );
});

test("rounding: half away from zero, up, down, floor", () => {
  fc.assert(
    fc.property(arbitraryDecimal, fc.integer({ min: -5, max: 10 }), (x, digits) => {
      const { n, d } = rational(x);
      const unit =
        digits < 0 ? { n: 10n ** BigInt(-digits), d: 1n } : { n: 1n, d: 10n ** BigInt(digits) };
      const top = (n < 0n ? -n : n) * unit.d;
      const bottom = d * unit.n;
      const whole = top / bottom;
      const rest = top % bottom;
      const sign = n < 0n ? -1n : 1n;
      const at = (count: bigint) => fit({ n: sign * count * unit.n, d: unit.d });
      const up = rest === 0n ? whole : whole + 1n;
      expect(shown(roundDecimal(read(x), digits, "down"))).toBe(at(whole));
      expect(shown(roundDecimal(read(x), digits, "up"))).toBe(at(up));
      expect(shown(roundDecimal(read(x), digits, "floor"))).toBe(at(n < 0n ? up : whole));
      expect(shown(roundDecimal(read(x), digits, "half-away"))).toBe(
        at(rest * 2n >= bottom ? whole + 1n : whole),
      );
    }),
    { numRuns: 2_000 },
  );
});
