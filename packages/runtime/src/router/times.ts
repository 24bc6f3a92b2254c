/** As the service writes times: offset form, fraction without trailing zeros. */
export function wireTime(atMs: number): string {
  const text = new Date(clampTime(atMs)).toISOString();
  const fraction = text.slice(20, 23).replace(/0+$/u, "");
  return `${text.slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}+00:00`;
}

const farthest = 8_640_000_000_000_000;

function clampTime(atMs: number): number {
  return Math.min(farthest, Math.max(-farthest, atMs));
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/u;

/** RFC 3339 with `Z` or an offset, cut to milliseconds; `undefined`: it is none. */
export function readTime(text: string): number | undefined {
  if (text.length > 64 || !rfc3339.test(text)) return undefined;
  const cut = text
    .replace(/\.(\d{1,3})\d*/u, ".$1")
    .replace(" ", "T")
    .toUpperCase();
  const atMs = Date.parse(cut);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Whole milliseconds of some seconds; never so far that times stop being exact. */
export function secondsToMs(seconds: number): number {
  return Math.min(farthest, Math.max(0, Math.round(seconds * 1000)));
}

const ticksPerMs = 10_000n;
/** .NET ticks of 1970-01-01: 100 ns since 0001-01-01. */
const unixEpochTicks = 621_355_968_000_000_000n;

/** ETag of jobs and workers: a counter, and the eight little-endian bytes of the last change. */
export function entityTag(version: number, lastModifiedMs: number): string {
  const ticks = unixEpochTicks + BigInt(Math.trunc(clampTime(lastModifiedMs))) * ticksPerMs;
  const hex = (((ticks % 2n ** 64n) + 2n ** 64n) % 2n ** 64n).toString(16).padStart(16, "0");
  const bytes = (hex.match(/../gu) ?? []).reverse().join("");
  const counter = (version >>> 0).toString(16).padStart(8, "0");
  return `"${counter}-0000-0000-${bytes.slice(0, 4)}-${bytes.slice(4)}"`;
}

/** ETag of policies and queues: noise, and the second of the last change. */
export function documentTag(noise: number, lastModifiedMs: number): string {
  const seconds = Math.max(0, Math.floor(clampTime(lastModifiedMs) / 1000)) >>> 0;
  const hex = (value: number): string => value.toString(16).padStart(8, "0");
  return `"${hex(noise >>> 0)}-0000-0700-0000-${hex(seconds)}0000"`;
}
