import type { HttpResponse } from "@azure-rest/core-client";
import type { Unexpected } from "./routes.ts";

/** Whether an answer is an error. Each verb of the API has its own codes of success. */
export function isUnexpected(response: HttpResponse): response is Unexpected {
  const expected = expectedStatus[response.request.method];
  return expected === undefined || !expected.has(response.status);
}

const expectedStatus: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  GET: new Set(["200"]),
  PATCH: new Set(["200", "201"]),
  POST: new Set(["200"]),
  DELETE: new Set(["204"]),
};
