import type {
  ClassificationPolicy,
  DistributionPolicy,
  ExceptionPolicy,
  Labels,
  LabelValue,
  Queue,
  WorkerSelector,
} from "@routewright/jobrouter";

/** A merge patch: members that are absent stay, `null` removes, arrays are replaced whole. */
export interface MergePatch {
  readonly [name: string]: PatchValue;
}
export type PatchValue = null | boolean | number | string | readonly PatchValue[] | MergePatch;

/** What the service adds to every object. */
export interface Stored {
  readonly id: string;
  /** Quoted, as in the header `ETag`. */
  readonly etag: string;
}

export type ClassificationPolicyOutput = ClassificationPolicy & Stored;
export type DistributionPolicyOutput = DistributionPolicy & Stored;
export type ExceptionPolicyOutput = ExceptionPolicy & Stored;
export type RouterQueueOutput = Queue & Stored;

/** Times are RFC 3339 with offset; enumerations are open: a client must take unknown values. */
export interface RouterJobOutput extends Stored {
  readonly status: string;
  readonly channelId?: string;
  readonly channelReference?: string;
  readonly enqueuedAt?: string;
  readonly classificationPolicyId?: string;
  readonly queueId?: string;
  readonly priority?: number;
  readonly dispositionCode?: string;
  readonly requestedWorkerSelectors?: readonly RouterWorkerSelectorOutput[];
  readonly attachedWorkerSelectors?: readonly RouterWorkerSelectorOutput[];
  readonly labels?: Labels;
  readonly assignments?: Readonly<Record<string, RouterJobAssignmentOutput>>;
  readonly tags?: Labels;
  readonly notes?: readonly { readonly message: string; readonly addedAt?: string }[];
  readonly scheduledAt?: string;
  readonly matchingMode?: { readonly kind: string; readonly scheduleAt?: string };
}

export type RouterWorkerSelectorOutput = WorkerSelector & {
  readonly status?: string;
  readonly expiresAt?: string;
};

export interface RouterJobAssignmentOutput {
  readonly assignmentId: string;
  readonly workerId?: string;
  readonly assignedAt: string;
  readonly completedAt?: string;
  readonly closedAt?: string;
}

export interface RouterWorkerOutput extends Stored {
  readonly state?: string;
  readonly queues?: readonly string[];
  readonly capacity?: number;
  readonly labels?: Labels;
  readonly tags?: Labels;
  readonly channels?: readonly {
    readonly channelId: string;
    readonly capacityCostPerJob: number;
    readonly maxNumberOfJobs?: number;
  }[];
  readonly offers?: readonly {
    readonly offerId: string;
    readonly jobId: string;
    readonly capacityCost: number;
    readonly offeredAt?: string;
    readonly expiresAt?: string;
  }[];
  readonly assignedJobs?: readonly {
    readonly assignmentId: string;
    readonly jobId: string;
    readonly capacityCost: number;
    readonly assignedAt: string;
  }[];
  readonly loadRatio?: number;
  readonly availableForOffers?: boolean;
}

export interface RouterJobPositionDetailsOutput {
  readonly jobId: string;
  readonly position: number;
  readonly queueId: string;
  readonly queueLength: number;
  /** Called required by the description, left out by the service. */
  readonly estimatedWaitTimeMinutes?: number;
}

export interface RouterQueueStatisticsOutput {
  readonly queueId: string;
  readonly length: number;
  readonly estimatedWaitTimeMinutes?: Readonly<Record<string, number>>;
  readonly longestJobWaitTimeMinutes?: number;
}

export interface AcceptJobOfferResultOutput {
  readonly assignmentId: string;
  readonly jobId: string;
  readonly workerId: string;
}

export interface UnassignJobResultOutput {
  readonly jobId: string;
  readonly unassignmentCount: number;
}

export interface Paged<T> {
  readonly value: readonly T[];
  /** Relative and without api-version; absent on the last page. */
  readonly nextLink?: string | null;
}

/** The description promises `error`; the service sends `communicationError`. */
export interface ErrorBody {
  readonly communicationError?: ErrorDetail;
  readonly error?: ErrorDetail;
}

export interface ErrorDetail {
  readonly code?: string;
  readonly message?: string;
  readonly target?: string;
  readonly details?: readonly ErrorDetail[];
}

export type { LabelValue };
