import type {
  Client,
  HttpResponse,
  RequestParameters,
  StreamableMethod,
} from "@azure-rest/core-client";
import type {
  AcceptJobOfferResultOutput,
  ClassificationPolicyOutput,
  DistributionPolicyOutput,
  ErrorBody,
  ExceptionPolicyOutput,
  MergePatch,
  Paged,
  RouterJobOutput,
  RouterJobPositionDetailsOutput,
  RouterQueueOutput,
  RouterQueueStatisticsOutput,
  RouterWorkerOutput,
  UnassignJobResultOutput,
} from "./models.ts";

/** A REST-level client in the official one's form: `client.path(route, …ids).verb(…)`. */
export type JobRouterClient = Client & { readonly path: Routes };

export interface Routes {
  (
    path: "/routing/classificationPolicies/{classificationPolicyId}",
    classificationPolicyId: string,
  ): ResourceMethods<ClassificationPolicyOutput>;
  (path: "/routing/classificationPolicies"): ListMethods<ClassificationPolicyOutput>;
  (
    path: "/routing/distributionPolicies/{distributionPolicyId}",
    distributionPolicyId: string,
  ): ResourceMethods<DistributionPolicyOutput>;
  (path: "/routing/distributionPolicies"): ListMethods<DistributionPolicyOutput>;
  (
    path: "/routing/exceptionPolicies/{exceptionPolicyId}",
    exceptionPolicyId: string,
  ): ResourceMethods<ExceptionPolicyOutput>;
  (path: "/routing/exceptionPolicies"): ListMethods<ExceptionPolicyOutput>;
  (path: "/routing/queues/{queueId}", queueId: string): ResourceMethods<RouterQueueOutput>;
  (path: "/routing/queues"): ListMethods<RouterQueueOutput>;
  (
    path: "/routing/queues/{queueId}/statistics",
    queueId: string,
  ): GetMethod<RouterQueueStatisticsOutput>;
  (path: "/routing/jobs/{jobId}", jobId: string): ResourceMethods<RouterJobOutput>;
  (path: "/routing/jobs"): ListMethods<RouterJobOutput>;
  (
    path: "/routing/jobs/{jobId}/position",
    jobId: string,
  ): GetMethod<RouterJobPositionDetailsOutput>;
  (path: "/routing/jobs/{jobId}:reclassify", jobId: string): ActionMethod<object>;
  (path: "/routing/jobs/{jobId}:cancel", jobId: string): ActionMethod<object>;
  (
    path: "/routing/jobs/{jobId}/assignments/{assignmentId}:complete",
    jobId: string,
    assignmentId: string,
  ): ActionMethod<object>;
  (
    path: "/routing/jobs/{jobId}/assignments/{assignmentId}:close",
    jobId: string,
    assignmentId: string,
  ): ActionMethod<object>;
  (
    path: "/routing/jobs/{jobId}/assignments/{assignmentId}:unassign",
    jobId: string,
    assignmentId: string,
  ): ActionMethod<UnassignJobResultOutput>;
  (path: "/routing/workers/{workerId}", workerId: string): ResourceMethods<RouterWorkerOutput>;
  (path: "/routing/workers"): ListMethods<RouterWorkerOutput>;
  (
    path: "/routing/workers/{workerId}/offers/{offerId}:accept",
    workerId: string,
    offerId: string,
  ): ActionMethod<AcceptJobOfferResultOutput>;
  (
    path: "/routing/workers/{workerId}/offers/{offerId}:decline",
    workerId: string,
    offerId: string,
  ): ActionMethod<object>;
}

export interface GetMethod<T> {
  get(options?: RequestParameters): StreamableMethod<Ok<"200", T> | Unexpected>;
}

export interface ListMethods<T> {
  get(
    options?: RequestParameters & { readonly queryParameters?: ListQuery },
  ): StreamableMethod<Ok<"200", Paged<T>> | Unexpected>;
}

export interface ResourceMethods<T> extends GetMethod<T> {
  patch(options: PatchParameters): StreamableMethod<Ok<"200" | "201", T> | Unexpected>;
  delete(options?: RequestParameters): StreamableMethod<Ok<"204", undefined> | Unexpected>;
}

export interface ActionMethod<T> {
  post(
    options?: RequestParameters & { readonly body?: MergePatch },
  ): StreamableMethod<Ok<"200", T> | Unexpected>;
}

export type PatchParameters = RequestParameters & {
  readonly contentType: "application/merge-patch+json";
  readonly body: MergePatch;
};

/** Which of them a collection knows: see the service's reference. */
export interface ListQuery extends Record<string, unknown> {
  readonly maxpagesize?: number;
}

export interface Ok<S extends string, T> extends HttpResponse {
  status: S;
  body: T;
}

/** Any answer that is not the one hoped for. `status` keeps it apart from `Ok`. */
export interface Unexpected extends HttpResponse {
  body: ErrorBody;
}
