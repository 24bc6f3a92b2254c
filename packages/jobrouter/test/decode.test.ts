import { readdirSync, readFileSync } from "node:fs";
import { positionAt, sourceText } from "@routewright/diagnostics";
import {
  canonicalJson,
  decodeBundle,
  decodeJobs,
  decodeObjects,
  decodeWorkers,
  jobRouterDiagnostics,
  objectKinds,
  type RouterObjects,
} from "@routewright/jobrouter";
import { expect, test } from "vitest";

const wire = new URL("./fixtures/wire/", import.meta.url);

function findings(result: {
  readonly diagnostics: ReturnType<typeof decodeObjects>["diagnostics"];
}) {
  return result.diagnostics.map((each) => {
    const { line, column } = positionAt(each.source, each.span.start);
    const words = each.source.text.slice(each.span.start, each.span.end);
    const help = each.help === undefined ? "" : ` | ${each.help}`;
    return `${line}:${column} \`${words}\` ${each.severity}[${each.code}]: ${each.message}${help}`;
  });
}

const fired = new Set<string>();

/** Decodes, remembers which codes were seen, and gives the findings as lines. */
function findingsIn(
  text: string,
  path = "<stdin>",
  decode = (source: ReturnType<typeof sourceText>) => decodeObjects([source]).diagnostics,
) {
  const diagnostics = decode(sourceText(text, path));
  for (const each of diagnostics) fired.add(each.code);
  return findings({ diagnostics });
}

const jobs = (source: ReturnType<typeof sourceText>) => decodeJobs(source).diagnostics;
const bundles = (source: ReturnType<typeof sourceText>) => decodeBundle(source).diagnostics;

const cases: readonly (readonly [text: string, expected: readonly string[], path?: string])[] = [
  ["", ["1:1 `` error[json-empty]: the file is empty; a JSON value is wanted"]],
  [
    '{"id":"q",}',
    ["1:11 `}` error[json-syntax]: expected a property, found `}` | remove the comma before it"],
  ],
  ["[1 2]", ["1:4 `2` error[json-syntax]: expected `,` or `]`, found `2`"]],
  [
    "[] []",
    [
      "1:4 `[` error[json-syntax]: expected the end of the file, found `[` | a file holds one JSON value; put several into a list",
    ],
  ],
  [
    "{'id': 1}",
    [
      "1:2 `'` error[json-syntax]: expected a property name in double quotes, found `'` | JSON texts stand in double quotes",
    ],
  ],
  [
    "// x\n[]",
    ["1:1 `/` error[json-syntax]: expected a value, found `/` | JSON has no comments; remove it"],
  ],
  [
    '{"a": NaN}',
    ["1:7 `NaN` error[json-syntax]: expected a value, found `NaN` | JSON has no such number"],
  ],
  ['{"a": 01}', ["1:7 `01` error[json-syntax]: expected a value, found `01`"]],
  ['{"a": "b', ['1:9 `` error[json-syntax]: expected the closing `"`, found the end']],
  [
    '{"a": "\\x"}',
    [
      '1:8 `\\` error[json-syntax]: expected an escape of JSON, found `\\` | escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits',
    ],
  ],
  [
    '{"queues":[{"id":"q","labels":{"a":1e999}}]}',
    ["1:36 `1e999` error[json-number]: `1e999` is too large for a number"],
  ],
  [
    '{"queues":[{"id":"q","name":"a","name":"b"}]}',
    [
      '1:33 `"name"` warning[json-duplicate-member]: `name` is written twice in one object | remove one of them; the last one counts',
    ],
  ],
  [
    '{"queues":[{"id":"q","name":5,"distributionPolicyId":null}]}',
    ["1:29 `5` error[json-type]: `name` takes text, not a number"],
  ],
  [
    '{"id":"d","mode":{"kind":"longestIdle","maxConcurrentOffers":"5"}}',
    [
      '1:62 `"5"` error[json-type]: `maxConcurrentOffers` takes a number, not text | write it without quotes',
    ],
  ],
  [
    '{"id":"e","exceptionRules":{"r":{}}}',
    [
      '1:28 `{"r":{}}` error[json-type]: `exceptionRules` takes a list, not an object | the previews used an object keyed by id here; 2023-11-01 wants a list',
    ],
  ],
  [
    '{"id":"c","queueSelectorAttachments":[{"kind":"static"}]}',
    ["1:39 `{` error[json-missing-member]: a queue selector attachment lacks `queueSelector`"],
  ],
  [
    '{"id":"c","fallbackQueuId":"x","prioritizationRule":{"kind":"static","value":1}}',
    [
      '1:11 `"fallbackQueuId"` warning[json-unknown-member]: a classification policy has no property `fallbackQueuId`; the service ignores it | did you mean `fallbackQueueId`?',
    ],
  ],
  [
    '{"id":"q","DistributionPolicyId":"d"}',
    [
      '1:11 `"DistributionPolicyId"` warning[json-member-case]: `DistributionPolicyId` is spelt `distributionPolicyId` in Job Router\'s API',
    ],
  ],
  [
    '{"id":"c","prioritizationRule":{"kind":"expression-rule","expression":"1"}}',
    [
      '1:40 `"expression-rule"` error[json-preview-name]: `expression-rule` is a name of the previews, gone in 2023-11-01 | it is called `expression` now',
    ],
  ],
  [
    '{"id":"d","offerTtlSeconds":30}',
    [
      '1:11 `"offerTtlSeconds"` error[json-preview-name]: `offerTtlSeconds` is a name of the previews, gone in 2023-11-01 | it is called `offerExpiresAfterSeconds` now',
    ],
  ],
  [
    '{"id":"c","queueSelectorAttachments":[{"kind":"passThrough","key":"a","labelOperator":"GreaterThan"}]}',
    [
      '1:87 `"GreaterThan"` error[json-unknown-value]: `labelOperator` cannot be `GreaterThan` | did you mean `greaterThan`?',
    ],
  ],
  [
    '{"id":"c","prioritizationRule":{"kind":"expression","expression":"1","language":"javascript"}}',
    [
      '1:81 `"javascript"` error[json-unknown-value]: `language` cannot be `javascript` | it is one of `powerFx`',
    ],
  ],
  [
    '{"id":"q","distributionPolicyId":"d","labels":{"tier":{"level":1}}}',
    [
      '1:55 `{"level":1}` error[json-label-value]: the value of `tier` is an object; Job Router takes text, a number or a boolean',
    ],
  ],
  [
    '{"id":"e","exceptionRules":[{"id":"r","trigger":{"kind":"queueLength","threshold":1.5},"actions":[]}]}',
    ["1:83 `1.5` error[json-range]: `threshold` is 1.5; a whole number is wanted"],
  ],
  [
    '{"id":"e","exceptionRules":[{"id":"r","trigger":{"kind":"queueLength","threshold":1},"actions":[{"kind":"manualReclassify","priority":101}]}]}',
    ["1:135 `101` warning[json-range]: `priority` is 101; a priority lies in -100…100"],
  ],
  [
    '{"id":"c","queueSelectorAttachments":[{"kind":"weightedAllocation","allocations":[{"weight":0.3,"queueSelectors":[]},{"weight":0.6,"queueSelectors":[]}]}]}',
    [
      '1:82 `[{"weight":0.3,"queueSelectors":[]},{"weight":0.6,"queueSelectors":[]}]` warning[json-weights]: the weights add up to 0.9, not to 1 | weights are fractions: write `0.3` for 30 %',
    ],
  ],
  [
    '{"id":"my queue","distributionPolicyId":"d"}',
    [
      '1:7 `"my queue"` warning[json-id]: the id `my queue` holds " "; letters, digits, `_`, `.` and `-` are safe',
    ],
  ],
  [
    '[{"distributionPolicyId":"d"}]',
    ["1:2 `{` error[json-missing-id]: a queue has no `id` | write one, or name the file after it"],
  ],
  [
    '{"queues":[{"id":"q"},{"id":"q"}]}',
    ['1:29 `"q"` error[json-duplicate-id]: a queue with the id `q` is already there'],
  ],
  [
    '{"id":"q"}',
    [
      '1:1 `{` error[json-unknown-object]: the properties do not tell what kind of object this is | wrap it, e.g. `{"queues": [ … ]}`, or put it under a path that names its kind, e.g. `queues/main.json`',
    ],
  ],
  ['{"id":"q"}', [], "export/queues/q.json"],
  [
    '{"id":"x","mode":{"kind":"roundRobin"},"exceptionRules":[]}',
    [
      '1:1 `{` error[json-unknown-object]: `mode` belongs to a distribution policy, but `exceptionRules` to an exception policy | wrap it, e.g. `{"queues": [ … ]}`, or put it under a path that names its kind, e.g. `queues/main.json`',
    ],
  ],
  [
    '{"id":"j","channelId":"chat"}',
    [
      "1:1 `{` error[json-unknown-object]: `channelId` belongs to a job, not to a policy or a queue | only policies and queues can be read here",
    ],
  ],
  [
    "7",
    [
      '1:1 `7` error[json-unknown-object]: a number is no Job Router object | wrap it, e.g. `{"queues": [ … ]}`, or put it under a path that names its kind, e.g. `queues/main.json`',
    ],
  ],
  [
    '{"value":[{"id":"q","exceptionPolicyId":"e"}],"nextLink":"/routing/queues?x"}',
    [
      '1:58 `"/routing/queues?x"` warning[json-more-pages]: this list has further pages that are not here | fetch the address in `nextLink` too, until a page has none',
    ],
  ],
];

for (const [text, expected, path] of cases) {
  test(text === "" ? "nothing" : text, () => {
    expect(findingsIn(text, path)).toEqual(expected);
  });
}

test("a bare map of labels is not a job, and says what is", () => {
  expect(findingsIn('{"region":"NA","vip":true}', "job.json", jobs)).toEqual([
    '1:2 `"region"` error[json-not-a-job]: this is not a job: it has no property of one, but `region` | a job carries its labels inside: `{"labels": {"region": …}}`',
  ]);
  expect(findingsIn("{}", "job.json", jobs)).toEqual([]);
});

test("jobs come as one, a list, a page or lines", () => {
  const expected = [{ id: "a", labels: { x: 1 } }, { id: "b" }];
  const [a, b] = expected.map((job) => JSON.stringify(job));
  for (const text of [`[${a},${b}]`, `{"value":[${a},${b}],"nextLink":null}`, `${a}\n${b}\n`]) {
    const decoded = decodeJobs(sourceText(text));
    expect(decoded).toEqual({ value: expected, diagnostics: [] });
  }
  expect(decodeJobs(sourceText(a ?? "")).value).toEqual([expected[0]]);
  expect(findingsIn(`${a}\n{"id":}\n`, "jobs.jsonl", jobs)).toEqual([
    "2:7 `}` error[json-syntax]: expected a value, found `}`",
  ]);
  expect(decodeJobs(sourceText(`${a}\n{"id":}\n`)).value, "those before it are kept").toHaveLength(
    1,
  );
});

test("a job keeps what a decision needs and drops what the service sets", () => {
  const source = sourceText(readFileSync(new URL("Jobs_GetJob.json", wire), "utf8"));
  expect(decodeJobs(source)).toEqual({
    value: [
      {
        id: "8780b28c-7079-4de1-9143-4d369289e958",
        channelId: "CustomVoiceChannel",
        queueId: "MainQueue",
        priority: 5,
        requestedWorkerSelectors: [{ key: "Sales", labelOperator: "equal", value: true }],
      },
    ],
    diagnostics: [],
  });
});

test("workers", () => {
  const source = sourceText(
    readFileSync(new URL("Workers_GetAvailableWorkersByChannel.json", wire), "utf8"),
  );
  const decoded = decodeWorkers(source);
  expect(decoded.diagnostics).toEqual([]);
  expect(decoded.value.map((worker) => worker.id)).toEqual(["DefaultWorker", "SecondWorker"]);
  expect(decoded.value[0]?.channels).toEqual([
    { channelId: "CustomChatChannel", capacityCostPerJob: 10, maxNumberOfJobs: 4 },
    { channelId: "CustomVoiceChannel", capacityCostPerJob: 100, maxNumberOfJobs: 1 },
  ]);
  expect(decodeWorkers(sourceText('{"capacity":1}')).diagnostics.map((each) => each.code)).toEqual([
    "json-missing-member",
  ]);
});

test("every example of the API description that holds a policy or a queue is read without a finding", () => {
  const files = readdirSync(wire).filter((file) =>
    /^\w*(?:Policies|Queues)_(?!Delete|GetQueueStat)\w+\.json$/u.test(file),
  );
  expect(files.length, "the folder was found").toBe(10);
  for (const file of files) {
    const { value, diagnostics } = decodeObjects([
      sourceText(readFileSync(new URL(file, wire), "utf8"), `wire/${file}`),
    ]);
    expect(findings({ diagnostics }), file).toEqual([]);
    expect(count(value), file).toBeGreaterThan(0);
  }
});

function count(objects: RouterObjects): number {
  return objectKinds.reduce((sum, kind) => sum + objects[kind].length, 0);
}

test("the same objects come out of every shape", () => {
  const queue =
    '{"id":"q","name":"Q","labels":{"Id":"q","b":1,"a":true},"etag":"x","exceptionPolicyId":null}';
  const mode = '{"id":"d","mode":{"kind":"longestIdle"}}';
  const shapes: readonly (readonly [string, string])[] = [
    ["[-]", `[${queue},${mode}]`],
    ["page", `{"value":[${mode},${queue}],"nextLink":null}`],
    ["keyed", `{"queues":[${queue}],"distributionPolicies":{"value":[${mode}]}}`],
    ["keyed, single", `{"queues":${queue},"distributionPolicies":${mode}}`],
    [
      "bundle",
      `{"format":"routewright-bundle/1","objects":{"queues":[${queue}],"distributionPolicies":[${mode}]}}`,
    ],
  ];
  const expected = canonicalJson({
    distributionPolicies: [{ id: "d", mode: { kind: "longestIdle" } }],
    exceptionPolicies: [],
    queues: [{ id: "q", name: "Q", labels: { a: true, b: 1 } }],
    classificationPolicies: [],
  });
  for (const [name, text] of shapes) {
    const decoded = decodeObjects([sourceText(text)]);
    expect(findings(decoded), name).toEqual([]);
    expect(canonicalJson(decoded.value), name).toBe(expected);
  }
});

test("the file's name is the id of what stands alone in it", () => {
  const decoded = decodeObjects([
    sourceText('{"name":"Main"}', "out/classification-policies/main.json"),
    sourceText('{"mode":{"kind":"roundRobin"}}', "rr.json"),
  ]);
  expect(decoded.diagnostics).toEqual([]);
  expect(decoded.value.classificationPolicies).toEqual([{ id: "main", name: "Main" }]);
  expect(decoded.value.distributionPolicies).toEqual([{ id: "rr", mode: { kind: "roundRobin" } }]);
});

test("what `--emit jobrouter` writes for a secret is read as one", () => {
  const rule = {
    kind: "function",
    functionUri: "https://x",
    credential: { functionKey: `\${A_KEY}` },
  };
  const decoded = decodeObjects([
    sourceText(JSON.stringify({ classificationPolicies: [{ id: "c", prioritizationRule: rule }] })),
  ]);
  expect(decoded.value.classificationPolicies[0]?.prioritizationRule).toEqual({
    ...rule,
    credential: { functionKey: { $secret: "A_KEY" } },
  });
});

test.each([
  [
    "[]",
    '1:1 `[` error[bundle-format]: this is not a bundle: it has no `"format": "routewright-bundle/1"` | bundles are made by `routewright compile`',
  ],
  [
    '{"format":"routewright-bundle/9"}',
    '1:11 `"routewright-bundle/9"` error[bundle-format]: `routewright-bundle/9` is a bundle of another version; this is `routewright-bundle/1` | compile the sources again with this version of routewright',
  ],
])("a bundle that is none: %s", (text, expected) => {
  expect(findingsIn(text, "bundle.json", bundles)).toEqual([expected]);
});

test("a bundle that was changed by hand is refused", async () => {
  const { encodeBundle, sealBundle } = await import("@routewright/jobrouter");
  const empty = { job: [], worker: [], queue: [] };
  const objects = {
    distributionPolicies: [],
    exceptionPolicies: [],
    queues: [{ id: "q" }],
    classificationPolicies: [],
  };
  const bundle = sealBundle({
    format: "routewright-bundle/1",
    apiVersion: "2023-11-01",
    parameters: {},
    channels: [],
    labels: empty,
    secrets: [],
    objects,
    tests: [],
    sources: [],
    sourceMap: [],
    decisions: [],
  });
  const changed = encodeBundle(bundle).replace('"id": "q"', '"id": "p"');
  const found = findingsIn(changed, "bundle.json", bundles);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^4:11 `"sha256:[0-9a-f]{64}"` error\[bundle-hash\]: the bundle's content/u,
  );
  expect(decodeBundle(sourceText(changed)).value).toBeUndefined();
});

test("every code of the catalogue is seen in some case above", () => {
  expect(jobRouterDiagnostics.map((each) => each.code).filter((code) => !fired.has(code))).toEqual(
    [],
  );
});
