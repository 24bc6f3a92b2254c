import { badRequest } from "./refusal.ts";

/** Served as they are. */
export const servedVersions = ["2023-11-01", "2024-01-18-preview"] as const;
/** What the service named in November 2023, and the preview that came after. */
export const namedVersions =
  "2021-04-07-preview1, 2022-07-18-preview, 2023-08-25-preview, 2023-11-01, 2024-01-18-preview";

export interface ApiVersion {
  readonly text: string;
  /** The property of 2024-01-18-preview that 2023-11-01 lacks. */
  readonly hasMaxConcurrentOffers: boolean;
  /** For a version that this emulator does not know. */
  readonly warning?: string;
}

/** Older versions have another wire form and are refused; newer ones are served with a warning. */
export function apiVersionOf(text: string | undefined, strict: boolean): ApiVersion {
  if (text === undefined || text === "") {
    throw badRequest("The query `api-version` is required, e.g. api-version=2023-11-01.");
  }
  if (text === "2023-11-01") return { text, hasMaxConcurrentOffers: false };
  if (text === "2024-01-18-preview") return { text, hasMaxConcurrentOffers: true };
  const date = /^(\d{4}-\d{2}-\d{2})(?:-[a-z0-9]+)?$/u.exec(text)?.[1];
  const known = `this emulator serves ${servedVersions.join(" and ")}`;
  if (date === undefined || date < "2023-11-01" || strict) {
    throw badRequest(`The api-version \`${text.slice(0, 60)}\` is not supported; ${known}.`);
  }
  return {
    text,
    hasMaxConcurrentOffers: true,
    warning: `299 routewright-emulator "unknown api-version ${text}: ${known}"`,
  };
}
