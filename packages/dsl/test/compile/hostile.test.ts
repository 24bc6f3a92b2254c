import { expect, test } from "vitest";
import { compileText, describeFinding } from "../support/compile-text.ts";

const labels = "labels job { a: 0..9 }\n";

function errorsOf(text: string): readonly string[] {
  return compileText(text)
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(describeFinding);
}

test("lets that double at every step are given up, not written out", () => {
  const lets = Array.from({ length: 60 }, (_, index) =>
    index === 0 ? "let x0 = job.a + 1" : `let x${index} = x${index - 1} + x${index - 1}`,
  );
  const text = `${labels}${lets.join("\n")}\nclassification c { priority = x59 }\n`;
  expect(errorsOf(text)).toEqual([
    "62:31 error[formula-too-long] the formula of the priority would have far more than 1000 characters, and Power Fx takes no more",
  ]);
});

test("a long chain of lets is given up as well", () => {
  const lets = Array.from({ length: 3_000 }, (_, index) =>
    index === 0 ? "let x0 = job.a == 1" : `let x${index} = not (x${index - 1} and job.a != 2)`,
  );
  const text = `${labels}${lets.join("\n")}\nclassification c { when x2999 { require worker.ok } }\nlabels worker { ok: boolean }\n`;
  expect(errorsOf(text).map((each) => each.split("]")[0])).toEqual([
    "3002:25 error[formula-too-long",
  ]);
});

test("long chains of operators and branches end", () => {
  const many = (count: number, item: (index: number) => string, joiner: string) =>
    Array.from({ length: count }, (_, index) => item(index)).join(joiner);
  for (const value of [
    many(1_000, () => "job.a", " + "),
    `if ${many(1_000, (index) => `job.a == ${index % 10}`, " and ")} then 1 else 2`,
    many(150, (index) => `if job.a == ${index % 10} then ${index % 100} else`, " ").concat(" 0"),
  ]) {
    expect(errorsOf(`${labels}classification c { priority = ${value} }\n`).length).toBeLessThan(2);
  }
});

test("a match over many values of one label grows no more than its length", () => {
  const count = 5_000;
  const arms = Array.from(
    { length: count },
    (_, index) => `    when job.sku == "sku-${index}" -> q${index % 7}`,
  );
  const queues = Array.from({ length: 7 }, (_, index) => `queue q${index} { distribution d }`);
  const text = `labels job { sku: text }\ndistribution d { mode longest idle }\n${queues.join("\n")}\nclassification c {\n  fallback q0\n  queue = match {\n${arms.join("\n")}\n  }\n}\n`;
  const { bundle } = compileText(text);
  const attachments = bundle?.objects.classificationPolicies[0]?.queueSelectorAttachments ?? [];
  expect(attachments).toHaveLength(count);
  for (const [index, attachment] of attachments.entries()) {
    expect(attachment).toMatchObject({
      kind: "conditional",
      condition: { expression: `job.sku = "sku-${index}"` },
    });
  }
});
