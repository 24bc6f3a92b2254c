import { randomUUID } from "node:crypto";
import { badRequest } from "../http/refusal.ts";
import type { AllowedHosts } from "../rules/allowed-hosts.ts";
import { envelope, eventTopic, type StoredEvent } from "./schemas.ts";
import { isWanted, type Subscription } from "./subscription.ts";

/** How a subscription fares, as its listing shows it. */
export interface SubscriptionStatus {
  readonly name: string;
  readonly subscription: Subscription;
  readonly state: "active" | "awaitingValidation";
  readonly waiting: number;
  readonly delivered: number;
  /** Given up after all tries, or refused for good: Event Grid would dead-letter them. */
  readonly failed: number;
  /** Every event up to this one has been delivered or given up. */
  readonly told: number;
  readonly lastFailure?: string;
}

/** What a subscription goes on from after a restart. */
export interface ResumedSubscription {
  readonly subscription: Subscription;
  /** The code that is still awaited; absent: it is valid. */
  readonly awaits?: string;
  readonly told: number;
}

export interface Deliveries {
  /**
   * Validates the endpoint as Event Grid does, then delivers what comes after. Throws a refusal.
   * `awaits` is the code that its owner has still to give back.
   */
  subscribe(
    name: string,
    subscription: Subscription,
  ): Promise<{ readonly status: SubscriptionStatus; readonly awaits?: string }>;
  /** Goes on with a subscription of an earlier run. */
  resume(name: string, from: ResumedSubscription, missed: readonly StoredEvent[]): void;
  /** Events begin anew behind this one: what still waited tells of a world that is gone. */
  rewind(sequence: number): void;
  /** All subscriptions, to go on from later. */
  save(): ReadonlyMap<string, ResumedSubscription>;
  unsubscribe(name: string): boolean;
  /** The endpoint's owner opens the validation URL by hand. */
  validate(name: string, code: string): boolean;
  list(): readonly SubscriptionStatus[];
  publish(event: StoredEvent): void;
  stop(): void;
}

export interface DeliveryOptions {
  readonly seed: number;
  readonly allowed: AllowedHosts;
  /** Where this emulator can be reached, for validation URLs. */
  readonly ownUrl: () => string;
  /** All events up to this one are done with. */
  readonly onDelivered: (name: string, sequence: number) => void;
  readonly timeoutMs: number;
  /** The latest event until now. */
  readonly latest: () => number;
}

const deliveriesAtOnce = 8;
const mostWaiting = 100_000;
/** Answers after which Event Grid does not try a webhook again. */
const final = new Set([400, 401, 403, 404, 413]);

interface Subscriber {
  readonly name: string;
  readonly subscription: Subscription;
  readonly code: string;
  state: SubscriptionStatus["state"];
  readonly waiting: StoredEvent[];
  /** In flight or waiting for another try, by sequence. */
  readonly open: Map<number, NodeJS.Timeout | undefined>;
  delivered: number;
  failed: number;
  lastFailure?: string;
  told: number;
  latest: number;
  isGone: boolean;
}

export function createDeliveries(options: DeliveryOptions): Deliveries {
  const subscribers = new Map<string, Subscriber>();

  function add(
    name: string,
    subscription: Subscription,
    state: SubscriptionStatus["state"],
    code: string,
  ): Subscriber {
    remove(name);
    const subscriber: Subscriber = {
      name,
      subscription,
      code,
      state,
      waiting: [],
      open: new Map(),
      delivered: 0,
      failed: 0,
      told: 0,
      latest: 0,
      isGone: false,
    };
    subscribers.set(name, subscriber);
    return subscriber;
  }

  function remove(name: string): boolean {
    const subscriber = subscribers.get(name);
    if (subscriber === undefined) return false;
    subscriber.isGone = true;
    for (const timer of subscriber.open.values()) clearTimeout(timer);
    return subscribers.delete(name);
  }

  function enqueue(subscriber: Subscriber, event: StoredEvent): void {
    subscriber.latest = event.sequence;
    if (!isWanted(event, subscriber.subscription)) return;
    if (subscriber.waiting.length >= mostWaiting) {
      subscriber.failed += 1;
      subscriber.lastFailure = `more than ${mostWaiting} events were waiting`;
      return;
    }
    subscriber.waiting.push(event);
    pump(subscriber);
  }

  function pump(subscriber: Subscriber): void {
    if (subscriber.state !== "active" || subscriber.isGone) return;
    while (subscriber.open.size < deliveriesAtOnce) {
      const event = subscriber.waiting.shift();
      if (event === undefined) break;
      subscriber.open.set(event.sequence, undefined);
      void attempt(subscriber, event, 1);
    }
  }

  async function attempt(subscriber: Subscriber, event: StoredEvent, count: number): Promise<void> {
    const { subscription, name } = subscriber;
    const outcome = await post(subscription, name, event, count, options);
    if (subscriber.isGone) return;
    if (outcome.isDelivered) return finish(subscriber, event, true);
    subscriber.lastFailure = outcome.failure;
    if (outcome.isFinal || count >= subscription.maxDeliveryAttempts) {
      return finish(subscriber, event, false);
    }
    const { retryDelaysMs } = subscription;
    const delayMs = retryDelaysMs[count - 1] ?? retryDelaysMs.at(-1) ?? 0;
    const timer = setTimeout(() => void attempt(subscriber, event, count + 1), delayMs);
    timer.unref();
    subscriber.open.set(event.sequence, timer);
  }

  function finish(subscriber: Subscriber, event: StoredEvent, isDelivered: boolean): void {
    subscriber.open.delete(event.sequence);
    if (isDelivered) subscriber.delivered += 1;
    else subscriber.failed += 1;
    pump(subscriber);
    const first = Math.min(
      ...subscriber.open.keys(),
      subscriber.waiting[0]?.sequence ?? subscriber.latest + 1,
    );
    if (first - 1 > subscriber.told) {
      subscriber.told = first - 1;
      options.onDelivered(subscriber.name, subscriber.told);
    }
  }

  function awaitedCode({ state, code }: Subscriber): { readonly awaits?: string } {
    return state === "active" ? {} : { awaits: code };
  }

  return {
    async subscribe(name, subscription) {
      if (!options.allowed(subscription.endpoint)) {
        throw badRequest(
          "The endpoint is not on loopback and not among the hosts that may be called (--allow-host).",
        );
      }
      const code = randomUUID();
      const state = await handshake(name, subscription, code, options);
      const subscriber = add(name, subscription, state, code);
      subscriber.told = options.latest();
      subscriber.latest = subscriber.told;
      return { status: statusOf(subscriber), ...awaitedCode(subscriber) };
    },
    resume(name, { subscription, awaits, told }, missed) {
      const state = awaits === undefined ? "active" : "awaitingValidation";
      const subscriber = add(name, subscription, state, awaits ?? randomUUID());
      subscriber.told = told;
      subscriber.latest = told;
      for (const event of missed) enqueue(subscriber, event);
    },
    rewind(sequence) {
      for (const { name, subscription, state, code, delivered, failed } of [
        ...subscribers.values(),
      ]) {
        const told = sequence;
        Object.assign(add(name, subscription, state, code), {
          told,
          latest: told,
          delivered,
          failed,
        });
      }
    },
    save: () =>
      new Map(
        [...subscribers.values()].map((subscriber) => {
          const { name, subscription, told } = subscriber;
          return [name, { subscription, told, ...awaitedCode(subscriber) }];
        }),
      ),
    unsubscribe: remove,
    validate(name, code) {
      const subscriber = subscribers.get(name);
      if (subscriber === undefined || subscriber.code !== code) return false;
      subscriber.state = "active";
      pump(subscriber);
      return true;
    },
    list: () => [...subscribers.values()].map(statusOf),
    publish(event) {
      for (const subscriber of subscribers.values()) enqueue(subscriber, event);
    },
    stop() {
      for (const name of [...subscribers.keys()]) remove(name);
    },
  };
}

function statusOf(subscriber: Subscriber): SubscriptionStatus {
  const { name, subscription, state, waiting, open, delivered, failed, told, lastFailure } =
    subscriber;
  return {
    name,
    subscription,
    state,
    waiting: waiting.length + open.size,
    delivered,
    failed,
    told,
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

type Outcome =
  | { readonly isDelivered: true }
  | { readonly isDelivered: false; readonly failure: string; readonly isFinal: boolean };

async function post(
  subscription: Subscription,
  name: string,
  event: StoredEvent,
  count: number,
  { seed, timeoutMs }: DeliveryOptions,
): Promise<Outcome> {
  const isCloud = subscription.schema === "cloudEvents";
  const body = envelope(event, subscription.schema, seed);
  try {
    const response = await fetch(subscription.endpoint, {
      method: "POST",
      headers: {
        "content-type": isCloud
          ? "application/cloudevents+json; charset=utf-8"
          : "application/json; charset=utf-8",
        "aeg-event-type": "Notification",
        "aeg-subscription-name": name.toUpperCase(),
        "aeg-delivery-count": String(count - 1),
        ...(isCloud
          ? { "webhook-request-origin": "eventgrid.azure.net" }
          : { "aeg-data-version": "1.0", "aeg-metadata-version": "1" }),
      },
      body: JSON.stringify(isCloud ? body : [body]),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return { isDelivered: true };
    const { status } = response;
    return { isDelivered: false, failure: `answered ${status}`, isFinal: final.has(status) };
  } catch (error) {
    return { isDelivered: false, failure: reasonOf(error), isFinal: false };
  }
}

/** Proves that the endpoint wants events: by the code it echoes, by hand, or by allowing the origin. */
async function handshake(
  name: string,
  { endpoint, schema }: Subscription,
  code: string,
  { timeoutMs, ownUrl }: DeliveryOptions,
): Promise<SubscriptionStatus["state"]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const validationUrl = `${ownUrl()}/_emulator/subscriptions/${encodeURIComponent(name)}/validate?code=${code}`;
  try {
    if (schema === "cloudEvents") {
      const response = await fetch(endpoint, {
        method: "OPTIONS",
        headers: {
          "webhook-request-origin": "eventgrid.azure.net",
          "webhook-request-callback": validationUrl,
        },
        redirect: "manual",
        signal,
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`answered ${response.status} to OPTIONS`);
      const origin = response.headers.get("webhook-allowed-origin");
      return origin === "*" || origin?.toLowerCase() === "eventgrid.azure.net"
        ? "active"
        : "awaitingValidation";
    }
    const event = {
      id: randomUUID(),
      topic: eventTopic,
      subject: "",
      data: { validationCode: code, validationUrl },
      eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
      eventTime: new Date().toISOString(),
      metadataVersion: "1",
      dataVersion: "2",
    };
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        "aeg-event-type": "SubscriptionValidation",
        "aeg-subscription-name": name.toUpperCase(),
      },
      body: JSON.stringify([event]),
      redirect: "manual",
      signal,
    });
    const text = (await response.text()).slice(0, 10_000);
    if (!response.ok) throw new Error(`answered ${response.status} to the validation event`);
    return echoes(text, code) ? "active" : "awaitingValidation";
  } catch (error) {
    throw badRequest(`The endpoint could not be validated: it ${reasonOf(error)}.`);
  }
}

function echoes(text: string, code: string): boolean {
  try {
    const { validationResponse } = JSON.parse(text) as { readonly validationResponse?: unknown };
    return validationResponse === code;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "did not answer in time";
  return error.cause instanceof Error
    ? `could not be reached (${error.cause.message || error.message})`
    : error.message;
}
