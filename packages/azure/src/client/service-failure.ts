import type { HttpResponse } from "@azure-rest/core-client";
import type { ErrorBody, ErrorDetail } from "./models.ts";

/** What the service refused or could not do, in its own words. Never holds a request's body. */
export class ServiceFailure extends Error {
  override readonly name = "ServiceFailure";
  readonly status: number;
  readonly code: string;
  readonly details: readonly { readonly code: string; readonly message: string }[];
  /** e.g. `DELETE /routing/queues/q1`. */
  readonly request: string;

  constructor(failure: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly details: ServiceFailure["details"];
    readonly request: string;
  }) {
    super(failure.message);
    this.status = failure.status;
    this.code = failure.code;
    this.details = failure.details;
    this.request = failure.request;
  }
}

/** An answer that is not of the API. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
}

/** @param wanted what would have been an answer, e.g. `a list`. */
export function unlike(response: HttpResponse, wanted: string): UnexpectedAnswer {
  return new UnexpectedAnswer(
    `${nameOfRequest(response)} was answered ${response.status} with ${kindOf(response)}, where ${wanted} was to be`,
  );
}

function kindOf({ body, headers }: HttpResponse): string {
  const type = headers["content-type"]?.split(";")[0]?.trim() ?? "";
  if (body === undefined || body === "") return "nothing";
  if (typeof body === "string") return type === "" ? "a text" : `a text of type ${type}`;
  return "JSON of another form";
}

/**
 * Reads an error answer in either shape: `communicationError`, which the service sends, or
 * `error`, which its description promises; or none, from something between.
 */
export function readFailure(response: HttpResponse): ServiceFailure {
  const status = Number(response.status);
  const found = errorOf(response.body);
  return new ServiceFailure({
    status,
    code: text(found?.code) ?? `Http${status}`,
    message:
      text(found?.message) ??
      (found === undefined && typeof response.body === "string"
        ? `no reason is given; the answer is ${kindOf(response)}, as of a proxy on the way`
        : "no reason is given"),
    details: (Array.isArray(found?.details) ? found.details : []).map((each: ErrorDetail) => ({
      code: text(each?.code) ?? "",
      message: text(each?.message) ?? "",
    })),
    request: nameOfRequest(response),
  });
}

/** e.g. `GET /routing/queues`. */
export function nameOfRequest({
  request,
}: {
  readonly request: Pick<HttpResponse["request"], "method" | "url">;
}): string {
  return `${request.method} ${pathOf(request.url)}`;
}

/** Whether the service itself says that there is no such thing: a page of a proxy's does not. */
export function isGone(response: HttpResponse): boolean {
  return response.status === "404" && errorOf(response.body) !== undefined;
}

function errorOf(body: unknown): ErrorDetail | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { communicationError, error } = body as ErrorBody;
  return [communicationError, error].find((each) => typeof each === "object" && each !== null);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
