import { showNew } from "./import-json.ts";

/** A small policy that is whole: it compiles, and its test passes. */
export const samplePolicy = `/// Where incoming jobs go.
labels job {
  region: "EU" | "US"
  vip:    boolean
}

labels worker { senior: boolean }

distribution longest_idle { mode longest idle }

queue europe { distribution longest_idle }
queue america { distribution longest_idle }

classification incoming {
  queue = match {
    when job.region == "EU" -> europe
    otherwise               -> america
  }
  priority = if job.vip then 10 else 1
  when job.vip { require worker.senior == true for 5m }
}

test "important jobs go first" {
  job { region: "EU", vip: true }
  expect queue == europe
  expect priority == 10
}
`;

export async function newPolicy(): Promise<void> {
  await showNew(samplePolicy);
}
