import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** `sha256:<hex>` over the canonical text of a JSON value (RFC 8785: sorted keys, no spaces). */
export function hashOf(value: unknown): string {
  return hashOfText(sortedJson(value));
}

export function hashOfText(text: string): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}`;
}

/**
 * The JSON Canonicalization Scheme (RFC 8785): members by key in UTF-16 order, numbers and texts
 * as JavaScript writes them, no white space. Absent (`undefined`) members are left out.
 */
export function sortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = "";
  for (const key of Object.keys(value).sort()) {
    const member = members[key];
    if (member === undefined) continue;
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${sortedJson(member)}`;
  }
  return `{${text}}`;
}
