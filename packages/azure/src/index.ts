export { isUnexpected } from "./client/is-unexpected.ts";
export { createClient, type JobRouterClientOptions } from "./client/job-router-client.ts";
export type * from "./client/models.ts";
export { paginate } from "./client/paginate.ts";
export type * from "./client/routes.ts";
export { readFailure, ServiceFailure } from "./client/service-failure.ts";
