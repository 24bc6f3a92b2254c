import { compile } from "@routewright/dsl";
import type { Bundle, Job, LabelValue } from "@routewright/jobrouter";
import { files } from "./files.ts";
import { pick, randomNumbers } from "./random.ts";

/** The example of a whole contact centre, compiled for its trial environment. */
export function contactCentre(): Bundle {
  const { value, diagnostics } = compile("examples/contact-centre/main.route", files, {
    parameters: { env: "dev" },
  });
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value;
}

export const intakePolicyId = "bw-dev-intake";

const missing = Symbol("missing");
const labels: Readonly<Record<string, readonly (LabelValue | typeof missing)[]>> = {
  topic: [
    "order",
    "delivery",
    "return",
    "repair",
    "billing",
    "sales",
    "account",
    "recycling",
    "fraud",
  ],
  product: ["phone", "laptop", "audio", "tv", "appliance", "smart_home", missing],
  region: ["UK", "EU", "US"],
  language: ["en", "de", "fr", "es"],
  tier: ["none", "none", "silver", "gold", "platinum"],
  business: [false, false, false, true],
  repeats: [0, 0, 1, 2, 3, 5],
  value: [20, 199, 349, 750, 2_900, missing],
  warranty: ["in", "out", "extended", missing],
  risk: [2, 10, 35, 60, 85, missing, missing],
  vulnerable: [false, missing, missing, missing, missing, true],
};

/** Contacts as its labels declare them; which optional labels are there varies. */
export function randomContacts(count: number, seed: number): readonly Job[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, index) => {
    const own: Record<string, LabelValue> = {};
    for (const [label, values] of Object.entries(labels)) {
      const value = pick(values, random);
      if (typeof value !== "symbol") own[label] = value;
    }
    // Through JSON, as jobs arrive.
    return JSON.parse(
      JSON.stringify({ id: `job-${index}`, classificationPolicyId: intakePolicyId, labels: own }),
    ) as Job;
  });
}
