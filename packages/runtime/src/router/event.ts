import type { RouterEventName } from "@routewright/jobrouter";
import type { JsonObject } from "./command.ts";

export { type RouterEventName, routerEventNames } from "@routewright/jobrouter";

/** An event as Event Grid carries it; the shell adds topic, id and schema around it. */
export interface RouterEvent {
  /** Grows by one from 1; the order of events, which no time tells apart. */
  readonly sequence: number;
  readonly atMs: number;
  readonly name: RouterEventName;
  /** e.g. `job/j1/channel/chat/queue/q1`. */
  readonly subject: string;
  readonly data: JsonObject;
}
