import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { compareText } from "./defined.ts";

/** `sha256:<hex>` over the canonical text of a JSON value (RFC 8785: sorted keys, no spaces). */
export function hashOf(value: unknown): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(sortedJson(value))))}`;
}

/**
 * The JSON Canonicalization Scheme (RFC 8785): members by key in UTF-16 order, numbers and texts
 * as JavaScript writes them, no white space. Absent (`undefined`) members are left out.
 */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, member]) => `${JSON.stringify(key)}:${sortedJson(member)}`);
  return `{${members.join(",")}}`;
}
