import { isIP } from "node:net";

/** Which hosts the emulator may call: itself and its neighbours on loopback, and those that are named. */
export type AllowedHosts = (url: string) => boolean;

/** @param named host names, or `host:port`; `*` for any. */
export function allowHosts(named: readonly string[]): AllowedHosts {
  const names = new Set(named.map((name) => name.toLowerCase()));
  return (text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    if (url.protocol !== "http:" && url.protocol !== "https:") return false;
    const { hostname, host } = url;
    return names.has("*") || isLoopback(hostname) || names.has(hostname) || names.has(host);
  };
}

export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/u, "$1").toLowerCase();
  if (bare === "localhost" || bare.endsWith(".localhost") || bare === "::1") return true;
  return isIP(bare) === 4 && bare.startsWith("127.");
}
