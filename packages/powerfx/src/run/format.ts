import { type Decimal, decimalToNumber, decimalToText } from "../values/decimal.ts";
import { FxMoment } from "../values/value.ts";
import { dayMs, makeMoment, partsOf } from "./moments.ts";

/** Formats of `Text`: numbers and dates, en-US. */

export function isValidFormat(format: string): boolean {
  return format.length <= 100;
}

export function formatNumber(value: Decimal, format: string): string | undefined {
  if (isDateFormat(format)) {
    const moment = makeMoment("datetime", decimalToNumber(value) * dayMs);
    return moment instanceof FxMoment ? formatMoment(moment, format) : undefined;
  }
  return decimalToText(value);
}

export function isDateFormat(format: string): boolean {
  return /[dmyhs]/i.test(format);
}

export function formatMoment(value: FxMoment, format: string): string | undefined {
  const parts = partsOf(value.ms);
  return `${parts.year}${format.length}`;
}
