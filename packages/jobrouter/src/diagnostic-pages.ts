// Made of docs/diagnostics/json by `vitest -u`; edit the pages there.

/** The page of each code, in Markdown. */
export const diagnosticPages: Readonly<Record<string, string>> = {
  "bundle-format": `# bundle-format

**Error.** A file was given as a bundle and is none, or one of another version.

## Why it matters

A bundle is made by \`routewright compile\` and says its format; a later version may mean other things by the same words.

## Reported

\`bundle.json\`:

\`\`\`json bundle.json
{"format": "routewright-bundle/9"}
\`\`\`

## Corrected

\`\`\`json bundle.json
{
  "format": "routewright-bundle/1",
  "apiVersion": "2023-11-01",
  "hash": "sha256:1c78b615281c90cc99dcc3434d30c450d4332adc1969741d91875d051bd2cb5f",
  "parameters": {},
  "channels": [],
  "labels": {
    "job": [],
    "worker": [],
    "queue": []
  },
  "secrets": [],
  "objects": {
    "distributionPolicies": [],
    "exceptionPolicies": [],
    "queues": [
      {
        "id": "main"
      }
    ],
    "classificationPolicies": []
  },
  "tests": [],
  "sources": [],
  "sourceMap": [],
  "decisions": []
}
\`\`\`
`,
  "bundle-hash": `# bundle-hash

**Error.** The content of a bundle does not have the hash that stands in it.

## Why it matters

A bundle is what was tested; one that was changed afterwards is not. Compile the sources again.

## Reported

\`bundle.json\`:

\`\`\`json bundle.json
{
  "format": "routewright-bundle/1",
  "apiVersion": "2023-11-01",
  "hash": "sha256:1c78b615281c90cc99dcc3434d30c450d4332adc1969741d91875d051bd2cb5f",
  "parameters": {},
  "channels": [],
  "labels": {
    "job": [],
    "worker": [],
    "queue": []
  },
  "secrets": [],
  "objects": {
    "distributionPolicies": [],
    "exceptionPolicies": [],
    "queues": [
      {
        "id": "chat"
      }
    ],
    "classificationPolicies": []
  },
  "tests": [],
  "sources": [],
  "sourceMap": [],
  "decisions": []
}
\`\`\`

## Corrected

\`\`\`json bundle.json
{
  "format": "routewright-bundle/1",
  "apiVersion": "2023-11-01",
  "hash": "sha256:1c78b615281c90cc99dcc3434d30c450d4332adc1969741d91875d051bd2cb5f",
  "parameters": {},
  "channels": [],
  "labels": {
    "job": [],
    "worker": [],
    "queue": []
  },
  "secrets": [],
  "objects": {
    "distributionPolicies": [],
    "exceptionPolicies": [],
    "queues": [
      {
        "id": "main"
      }
    ],
    "classificationPolicies": []
  },
  "tests": [],
  "sources": [],
  "sourceMap": [],
  "decisions": []
}
\`\`\`
`,
  "json-duplicate-id": `# json-duplicate-id

**Error.** Two objects of one kind have the same id.

## Why it matters

The second would replace the first.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main"}, {"id": "main", "name": "Main"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main"}, {"id": "main-2", "name": "Main"}]}
\`\`\`
`,
  "json-duplicate-member": `# json-duplicate-member

**Warning.** An object has one property twice.

## Why it matters

JSON readers disagree on which one counts; here it is the last.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main", "name": "Main", "name": "Chat"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main", "name": "Chat"}]}
\`\`\`
`,
  "json-empty": `# json-empty

**Error.** A file that should hold JSON holds nothing.

## Why it matters

It may have been written by a command that failed.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json

\`\`\`

## Corrected

\`\`\`json export/queues.json
[]
\`\`\`
`,
  "json-id": `# json-id

**Warning.** An id is longer than 50 characters or holds others than letters, digits, \`_\`, \`.\` and \`-\`.

## Why it matters

The service's own rule is not documented (assumption Q5); such ids are known to work, and the language takes no others.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main queue"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main-queue", "name": "main queue"}]}
\`\`\`
`,
  "json-label-value": `# json-label-value

**Error.** Values of labels and selectors are text, numbers or booleans.

## Why it matters

The service refuses lists and objects (assumption Q4).

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main", "labels": {"languages": ["en", "fr"]}}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main", "labels": {"speaksEn": true, "speaksFr": true}}]}
\`\`\`
`,
  "json-member-case": `# json-member-case

**Warning.** Property names are written in camel case.

## Why it matters

The service was seen to read them without regard to case, so this works, but other tools may not be so kind.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main", "Name": "Main"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main", "name": "Main"}]}
\`\`\`
`,
  "json-missing-id": `# json-missing-id

**Error.** An object has no \`id\`, and it does not stand alone in a file whose name could be one.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"name": "Main"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main", "name": "Main"}]}
\`\`\`
`,
  "json-missing-member": `# json-missing-member

**Error.** A property that the API requires is not there (\`null\` counts as absent).

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "queueSelectorAttachments": [
        {
          "kind": "passThrough",
          "key": "region"
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "queueSelectorAttachments": [
        {
          "kind": "passThrough",
          "key": "region",
          "labelOperator": "equal"
        }
      ]
    }
  ]
}
\`\`\`
`,
  "json-more-pages": `# json-more-pages

**Warning.** A list of the service comes in pages, and this one says that there are more.

## Why it matters

Objects on them are missing here.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{
  "value": [
    {
      "id": "main",
      "distributionPolicyId": "fast"
    }
  ],
  "nextLink": "/routing/queues?continuationToken=abc"
}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{
  "value": [
    {
      "id": "main",
      "distributionPolicyId": "fast"
    },
    {
      "id": "chat",
      "distributionPolicyId": "fast"
    }
  ]
}
\`\`\`
`,
  "json-not-a-job": `# json-not-a-job

**Error.** A JSON object was given as a job and has no property of one.

## Why it matters

A job carries its labels inside \`labels\`.

## Reported

\`job.json\`:

\`\`\`json job.json
{"region": "NA", "vip": true}
\`\`\`

## Corrected

\`\`\`json job.json
{"labels": {"region": "NA", "vip": true}}
\`\`\`
`,
  "json-number": `# json-number

**Error.** A number is beyond what a double can hold, so it would become infinite.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main", "labels": {"tier": 1e999}}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main", "labels": {"tier": 999}}]}
\`\`\`
`,
  "json-preview-name": `# json-preview-name

**Error.** The previews of the API used other names; version 2023-11-01 does not know them.

## Why it matters

The help names the word of today.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "prioritizationRule": {
        "kind": "static-rule",
        "value": 5
      }
    }
  ]
}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "prioritizationRule": {
        "kind": "static",
        "value": 5
      }
    }
  ]
}
\`\`\`
`,
  "json-range": `# json-range

**Error.** A number is outside of what the API takes: a fraction where it counts, a negative time, a priority beyond -100…100.

## Why it matters

It is an error where no meaning is left, else a warning.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{
  "exceptionPolicies": [
    {
      "id": "overflow",
      "exceptionRules": [
        {
          "id": "full",
          "trigger": {
            "kind": "queueLength",
            "threshold": 9.5
          },
          "actions": []
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{
  "exceptionPolicies": [
    {
      "id": "overflow",
      "exceptionRules": [
        {
          "id": "full",
          "trigger": {
            "kind": "queueLength",
            "threshold": 10
          },
          "actions": []
        }
      ]
    }
  ]
}
\`\`\`
`,
  "json-syntax": `# json-syntax

**Error.** The text is not JSON (RFC 8259).

## Why it matters

Comments, trailing commas, single quotes and \`NaN\` are not part of it. The first mistake ends the reading.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main"},]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main"}]}
\`\`\`
`,
  "json-type": `# json-type

**Error.** A property holds a value of another type than the API takes.

## Why it matters

Numbers and booleans stand without quotes.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"distributionPolicies": [{"id": "fast", "offerExpiresAfterSeconds": "30"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"distributionPolicies": [{"id": "fast", "offerExpiresAfterSeconds": 30}]}
\`\`\`
`,
  "json-unknown-member": `# json-unknown-member

**Warning.** The API has no such property, and the service ignores it silently (assumption Q1), so what it says has no effect.

## Why it matters

Usually it is misspelt.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{"queues": [{"id": "main", "distributionPolicy": "fast"}]}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{"queues": [{"id": "main", "distributionPolicyId": "fast"}]}
\`\`\`
`,
  "json-unknown-object": `# json-unknown-object

**Error.** What is here cannot be told to be a policy or a queue.

## Why it matters

The kind of an object follows from its properties, from the key it stands under (\`{"queues": [ … ]}\`), or from its path (\`queues/main.json\`).

## Reported

\`export/objects.json\`:

\`\`\`json export/objects.json
[{"id": "main", "name": "Main"}]
\`\`\`

## Corrected

\`\`\`json export/objects.json
{"queues": [{"id": "main", "name": "Main"}]}
\`\`\`
`,
  "json-unknown-value": `# json-unknown-value

**Error.** A property that takes one of a few words holds another word.

## Why it matters

Case counts.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "queueSelectorAttachments": [
        {
          "kind": "passThrough",
          "key": "tier",
          "labelOperator": "GreaterThan"
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "queueSelectorAttachments": [
        {
          "kind": "passThrough",
          "key": "tier",
          "labelOperator": "greaterThan"
        }
      ]
    }
  ]
}
\`\`\`
`,
  "json-weights": `# json-weights

**Warning.** The weights of an allocation are fractions of 1 and should add up to 1.

## Why it matters

What the service does otherwise is not documented; the runtime scales them (assumption Q16), and the language refuses them.

## Reported

\`export/queues.json\`:

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "queueSelectorAttachments": [
        {
          "kind": "weightedAllocation",
          "allocations": [
            {
              "weight": 0.3,
              "queueSelectors": []
            },
            {
              "weight": 0.6,
              "queueSelectors": []
            }
          ]
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`\`\`json export/queues.json
{
  "classificationPolicies": [
    {
      "id": "main",
      "queueSelectorAttachments": [
        {
          "kind": "weightedAllocation",
          "allocations": [
            {
              "weight": 0.3,
              "queueSelectors": []
            },
            {
              "weight": 0.7,
              "queueSelectors": []
            }
          ]
        }
      ]
    }
  ]
}
\`\`\`
`,
};
