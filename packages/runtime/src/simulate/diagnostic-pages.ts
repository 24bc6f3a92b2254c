// Made of docs/diagnostics/workload by `vitest -u`; edit the pages there.

/** The page of each code, in Markdown. */
export const diagnosticPages: Readonly<Record<string, string>> = {
  "workload-file": `# workload-file

**Error.** A file that the workload names cannot be used.

## Why it matters

Histories, workers and shifts are read from \`.csv\`, \`.tsv\` and \`.json\` files beside the workload.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at
10
\`\`\`
`,
  "workload-history": `# workload-history

**Error.** A row of a history cannot be read.

## Why it matters

Leaving the row out would simulate another day than the one that was.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at,handling
10,NaN
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at,handling
10,90
\`\`\`
`,
  "workload-name": `# workload-name

**Error.** The workload names a queue or policy that the compiled policy does not have.

## Why it matters

Such jobs would go nowhere.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "sales",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`
`,
  "workload-outside-time": `# workload-outside-time

**Warning.** Rows of a history lie before the clock starts, or after the time that is simulated.

## Why it matters

Such jobs never come, and the report is about the others only. A history of another day than \`start\` says would leave nobody at all.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "start": "2026-03-02T08:00:00Z",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at
2026-02-23T08:00:10Z
2026-03-02T08:00:20Z
2026-03-02T09:00:00Z
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "start": "2026-03-02T08:00:00Z",
  "duration": "2h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at
2026-03-02T08:00:20Z
2026-03-02T09:00:00Z
\`\`\`
`,
  "workload-shape": `# workload-shape

**Error.** The workload is no JSON of the form that its schema gives.

## Why it matters

A property with a slip in its name would be left out of the simulation without a word.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m",
      "handlng": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`
`,
  "workload-too-large": `# workload-too-large

**Error.** The workload has more jobs or workers than are simulated.

## Why it matters

The limits keep a slip in a number from taking the machine's memory.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 100000000
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`
`,
  "workload-unused-column": `# workload-unused-column

**Warning.** Nothing is read from a column of a history.

## Why it matters

A label's column is called \`label.KEY\`; \`columns\` maps other names.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at,tier
10,gold
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "history",
        "file": "past.csv"
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

\`past.csv\`:

\`\`\`csv past.csv
at,label.tier
10,gold
\`\`\`
`,
  "workload-value": `# workload-value

**Error.** A value has the right form and makes no sense.

## Why it matters

What cannot be drawn, or would never happen, cannot be simulated.

## Reported

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": 0,
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`

## Corrected

\`workload.json\`:

\`\`\`json workload.json
{
  "format": "routewright-workload/1",
  "duration": "1h",
  "jobs": [
    {
      "name": "calls",
      "arrivals": {
        "kind": "poisson",
        "perHour": 6
      },
      "channelId": "voice",
      "queueId": "q",
      "handling": "3m"
    }
  ],
  "workers": [
    {
      "name": "team",
      "count": 2,
      "queues": [
        "q"
      ],
      "channels": [
        {
          "channelId": "voice",
          "capacityCostPerJob": 1
        }
      ]
    }
  ]
}
\`\`\`
`,
};
