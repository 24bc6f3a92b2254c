import {
  type ClassificationPolicy,
  canonicalObjects,
  type DistributionPolicy,
  type ExceptionPolicy,
  type Queue,
  type RouterObjects,
} from "@routewright/jobrouter";
import type { Assumptions } from "../assumptions.ts";
import { createEngine, type Engine, type EngineOptions } from "../engine.ts";
import type { JsonObject } from "./command.ts";

export const configCollections = [
  "classificationPolicies",
  "distributionPolicies",
  "exceptionPolicies",
  "queues",
] as const;
export type ConfigCollection = (typeof configCollections)[number];

export interface ConfigRecord {
  readonly id: string;
  /** As the service answers, without `id` and `etag`. */
  readonly body: JsonObject;
  /** First group of the ETag. */
  readonly noise: number;
  readonly lastModifiedMs: number;
  /** A classification policy that was not changed yet: the first repeat of it counts as a change. */
  readonly isNew?: true;
}

type ConfigModel = {
  readonly classificationPolicies: ClassificationPolicy;
  readonly distributionPolicies: DistributionPolicy;
  readonly exceptionPolicies: ExceptionPolicy;
  readonly queues: Queue;
};

/** Policies and queues, and what is compiled of them. */
export class ConfigStore {
  readonly #assumptions: Assumptions;
  readonly #records: Readonly<Record<ConfigCollection, Map<string, ConfigRecord>>> = {
    classificationPolicies: new Map(),
    distributionPolicies: new Map(),
    exceptionPolicies: new Map(),
    queues: new Map(),
  };
  readonly #engines = new Map<string, Engine>();
  #whole: Engine | undefined = undefined;
  #queues: readonly Queue[] | undefined = undefined;

  constructor(assumptions: Assumptions) {
    this.#assumptions = assumptions;
  }

  get(collection: ConfigCollection, id: string): ConfigRecord | undefined {
    return this.#records[collection].get(id);
  }

  all(collection: ConfigCollection): Iterable<ConfigRecord> {
    return this.#records[collection].values();
  }

  set(collection: ConfigCollection, record: ConfigRecord): void {
    this.#records[collection].set(record.id, record);
    this.#forget(collection, record.id);
  }

  delete(collection: ConfigCollection, id: string): void {
    this.#records[collection].delete(id);
    this.#forget(collection, id);
  }

  /** The object without what only the service adds. */
  model<C extends ConfigCollection>(collection: C, id: string): ConfigModel[C] | undefined {
    const record = this.get(collection, id);
    return record === undefined ? undefined : modelOf(collection, [record])[0];
  }

  /** Decides by one policy; `undefined`: without any. */
  engineOf(policyId: string | undefined, options: EngineOptions): Engine {
    const key = policyId ?? "";
    let engine = this.#engines.get(key);
    if (engine === undefined) {
      this.#queues ??= modelOf("queues", [...this.all("queues")]);
      const record =
        policyId === undefined ? undefined : this.get("classificationPolicies", policyId);
      engine = createEngine(
        {
          ...noObjects,
          queues: this.#queues,
          classificationPolicies:
            record === undefined ? [] : modelOf("classificationPolicies", [record]),
        },
        { ...options, assumptions: this.#assumptions },
      );
      this.#engines.set(key, engine);
    }
    return engine;
  }

  /** Over all objects in the order of a bundle: its pointers fit a bundle of the same objects. */
  wholeEngine(options: EngineOptions): Engine {
    this.#whole ??= createEngine(this.objects(), { ...options, assumptions: this.#assumptions });
    return this.#whole.with(options);
  }

  objects(): RouterObjects {
    const every = <C extends ConfigCollection>(collection: C): readonly ConfigModel[C][] =>
      modelOf(collection, [...this.all(collection)]);
    return {
      classificationPolicies: every("classificationPolicies"),
      distributionPolicies: every("distributionPolicies"),
      exceptionPolicies: every("exceptionPolicies"),
      queues: every("queues"),
    };
  }

  #forget(collection: ConfigCollection, id: string): void {
    this.#whole = undefined;
    if (collection === "queues") {
      this.#queues = undefined;
      this.#engines.clear();
    }
    if (collection === "classificationPolicies") this.#engines.delete(id);
  }
}

const noObjects: RouterObjects = {
  classificationPolicies: [],
  distributionPolicies: [],
  exceptionPolicies: [],
  queues: [],
};

/** Bodies have passed the shapes of `shapes.ts`, which are those of the object model. */
function modelOf<C extends ConfigCollection>(
  collection: C,
  records: readonly ConfigRecord[],
): readonly ConfigModel[C][] {
  const models = records.map(({ id, body }) => ({ id, ...body }) as unknown as ConfigModel[C]);
  return canonicalObjects({ ...noObjects, [collection]: models })[
    collection
  ] as readonly ConfigModel[C][];
}
