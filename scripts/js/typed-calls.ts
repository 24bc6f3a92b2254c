// Each of the 33 operations once, for the compiler: it reads them with our types here, and in
// `replaced.ts` with those of the official package.
import type { JobRouterClient } from "@routewright/azure";

export async function calls(client: JobRouterClient): Promise<readonly unknown[]> {
  const contentType = "application/merge-patch+json";
  const headers = { "If-Match": "e", "If-Unmodified-Since": "d" };
  const page = { queryParameters: { maxpagesize: 1 } };
  const classification = client.path(
    "/routing/classificationPolicies/{classificationPolicyId}",
    "c",
  );
  const distribution = client.path("/routing/distributionPolicies/{distributionPolicyId}", "d");
  const exception = client.path("/routing/exceptionPolicies/{exceptionPolicyId}", "e");
  const queue = client.path("/routing/queues/{queueId}", "q");
  const job = client.path("/routing/jobs/{jobId}", "j");
  const worker = client.path("/routing/workers/{workerId}", "w");
  return [
    classification.patch({ contentType, headers, body: { name: "n" } }),
    classification.get(),
    classification.delete(),
    client.path("/routing/classificationPolicies").get(page),
    distribution.patch({ contentType, headers, body: { mode: { kind: "longestIdle" } } }),
    distribution.get(),
    distribution.delete(),
    client.path("/routing/distributionPolicies").get(page),
    exception.patch({ contentType, headers, body: { exceptionRules: [] } }),
    exception.get(),
    exception.delete(),
    client.path("/routing/exceptionPolicies").get(page),
    queue.patch({ contentType, headers, body: { labels: { a: 1 } } }),
    queue.get(),
    queue.delete(),
    client.path("/routing/queues").get(page),
    client.path("/routing/queues/{queueId}/statistics", "q").get(),
    job.patch({ contentType, headers, body: { channelId: "c" } }),
    job.get(),
    job.delete(),
    client.path("/routing/jobs").get({ queryParameters: { status: "active", queueId: "q" } }),
    client.path("/routing/jobs/{jobId}/position", "j").get(),
    client.path("/routing/jobs/{jobId}:reclassify", "j").post({ body: {} }),
    client.path("/routing/jobs/{jobId}:cancel", "j").post({ body: { note: "n" } }),
    client
      .path("/routing/jobs/{jobId}/assignments/{assignmentId}:complete", "j", "a")
      .post({ body: { note: "n" } }),
    client
      .path("/routing/jobs/{jobId}/assignments/{assignmentId}:close", "j", "a")
      .post({ body: { closeAt: new Date(0).toISOString() } }),
    client
      .path("/routing/jobs/{jobId}/assignments/{assignmentId}:unassign", "j", "a")
      .post({ body: { suspendMatching: true } }),
    worker.patch({ contentType, headers, body: { capacity: 1 } }),
    worker.get(),
    worker.delete(),
    client.path("/routing/workers").get({ queryParameters: { state: "all", hasCapacity: true } }),
    client.path("/routing/workers/{workerId}/offers/{offerId}:accept", "w", "o").post(),
    client
      .path("/routing/workers/{workerId}/offers/{offerId}:decline", "w", "o")
      .post({ body: {} }),
  ];
}
