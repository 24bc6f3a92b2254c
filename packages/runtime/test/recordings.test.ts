import { readdirSync, readFileSync } from "node:fs";
import type { Job, RouterObjects } from "@routewright/jobrouter";
import { describe, expect, test } from "vitest";
import { createEngine } from "../src/index.ts";

/** What the real service did; where each file comes from and what was changed is written in it. */
interface Recording {
  readonly objects: RouterObjects;
  readonly jobs: readonly {
    readonly job: Job;
    readonly queued: {
      readonly queueId: string;
      readonly priority: number;
      readonly attachedWorkerSelectors: [];
    };
  }[];
}

const folder = new URL("./recordings/", import.meta.url);
const files = readdirSync(folder);

describe("jobs land where the service put them", () => {
  test("the recordings were found", () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
  });
  for (const file of files) {
    const recording = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Recording;
    for (const { job, queued } of recording.jobs) {
      for (const codegen of ["never", "always"] as const) {
        test(`${file}: ${job.id}, code generation ${codegen}`, () => {
          const engine = createEngine(recording.objects, { codegen });
          expect(engine.classify(job)).toMatchObject({ outcome: "classified", ...queued });
        });
      }
    }
  }
});
