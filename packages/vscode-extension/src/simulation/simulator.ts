import {
  type Diagnostic,
  hasErrors,
  mergeFindings,
  positionAt,
  printable,
  type SourceText,
  sourceText,
} from "@routewright/diagnostics";
import { decodeObjects } from "@routewright/jobrouter";
import type { Problem } from "@routewright/lsp/protocol";
import type { RuleAnswers, RuleStub } from "@routewright/runtime";
import {
  decodeWorkload,
  describeCircle,
  identifyRun,
  maxReplications,
  type ReplicationThread,
  reportPage,
  resolveWorkload,
  runReplications,
  type SimulationTask,
  summarize,
  type TaskPolicy,
  unansweredRules,
} from "@routewright/runtime/simulate";
import type {
  FromSimulator,
  NamedFile,
  NamedText,
  SimulationOutcome,
  SimulationRequest,
  ToSimulator,
} from "./messages.ts";

/** What a thread gives the simulator that runs in it. */
export interface SimulatorThread {
  readonly post: (message: FromSimulator) => void;
  /** Lets messages come in. */
  readonly pause: () => Promise<void>;
  /** Further threads to share replications with, where there are any. */
  readonly helpers?: {
    readonly count: number;
    readonly start: (task: SimulationTask) => ReplicationThread;
  };
}

/** Nobody reads more often. */
const betweenProgressMs = 60;

/** One run in a thread of its own; gives what takes the messages to it. */
export function createSimulator({
  post,
  pause,
  helpers,
}: SimulatorThread): (message: ToSimulator) => void {
  const stop = new AbortController();
  let giveFiles: (files: readonly (readonly [string, NamedFile])[]) => void = () => {};

  const ask = (paths: readonly string[]): Promise<readonly (readonly [string, NamedFile])[]> =>
    new Promise((resolve) => {
      giveFiles = resolve;
      post({ kind: "wants", paths });
    });

  const simulate = async (request: SimulationRequest): Promise<SimulationOutcome> => {
    const prepared = await prepare(request, ask);
    if (!("task" in prepared)) return { ok: false, problems: prepared.problems };
    const { task, run, problems } = prepared;
    let toldMs = 0;
    const { results, circle } = await runReplications(
      task,
      Array.from({ length: run.replications }, (_, replication) => replication),
      {
        threads: helpers?.count ?? 1,
        startThread: helpers?.start,
        signal: stop.signal,
        pause,
        onProgress(share) {
          const now = performance.now();
          if (now - toldMs < betweenProgressMs) return;
          toldMs = now;
          post({ kind: "progress", share, replications: run.replications });
        },
      },
    );
    if (results.length === 0) {
      const message = "the simulation was stopped before it had a result";
      return { ok: false, problems: [{ severity: "hint", message }] };
    }
    const report = summarize(run, results);
    const givenUp: readonly Problem[] =
      circle === undefined
        ? []
        : [
            {
              severity: "error",
              message: `given up ${printable(describeCircle(circle))}`,
              help: "what was measured until then is shown",
            },
          ];
    return { ok: true, page: reportPage(report), report, problems: [...givenUp, ...problems] };
  };

  return (message) => {
    switch (message.kind) {
      case "run":
        simulate(message.request).then(
          (outcome) => post({ kind: "ended", outcome }),
          (error: unknown) => {
            const text = error instanceof Error ? error.message : String(error);
            const problem: Problem = {
              severity: "error",
              message: `the simulation broke: ${text}`,
            };
            post({ kind: "ended", outcome: { ok: false, problems: [problem] } });
          },
        );
        return;
      case "files":
        giveFiles(message.files);
        return;
      case "stop":
        stop.abort();
        return;
    }
  };
}

type Prepared =
  | { readonly problems: readonly Problem[] }
  | {
      readonly problems: readonly Problem[];
      readonly task: SimulationTask;
      readonly run: ReturnType<typeof identifyRun>;
    };

async function prepare(
  request: SimulationRequest,
  ask: (paths: readonly string[]) => Promise<readonly (readonly [string, NamedFile])[]>,
): Promise<Prepared> {
  const source = sourceText(request.workload.text, request.workload.name);
  const files = new Map<string, SourceText | string>();
  let decoded: ReturnType<typeof decodeWorkload>;
  // Reading is at once here, and takes its time there: what is missing is asked for, and read anew.
  for (;;) {
    const missing = new Set<string>();
    decoded = decodeWorkload(source, (path) => {
      const known = files.get(path);
      if (known === undefined) missing.add(path);
      return known ?? "it is not there yet";
    });
    if (missing.size === 0) break;
    for (const [path, file] of await ask([...missing])) {
      files.set(path, "missing" in file ? file.missing : sourceText(file.text, file.name));
    }
    for (const path of missing) if (!files.has(path)) files.set(path, "there is no such file");
  }
  const findings: Diagnostic[] = [...decoded.diagnostics];
  const answers = answersOf(request.answers);
  if (typeof answers === "string") {
    return { problems: [...findings.map(toProblem), { severity: "error", message: answers }] };
  }
  const policies: TaskPolicy[] = [];
  for (const policy of request.policies) {
    if (policy === undefined || decoded.value === undefined) continue;
    const objects = decodeObjects(policy.objects.map(({ name, text }) => sourceText(text, name)));
    const resolved = resolveWorkload(decoded.value, objects.value);
    findings.push(...objects.diagnostics, ...resolved.diagnostics);
    policies.push({
      objects: objects.value,
      workload: resolved.value,
      presumes: true,
      ruleAnswers: answers,
    });
  }
  const problems = mergeFindings(findings).map(toProblem);
  if (decoded.value === undefined || hasErrors(findings)) return { problems };
  const { workload } = decoded.value;
  const [own, compared] = request.policies;
  const run = identifyRun(workload, own, compared, request);
  if (run.replications > maxReplications) {
    const message = `more than ${maxReplications.toLocaleString("en")} replications are not run`;
    return { problems: [{ severity: "error", message, help: "a few hundred are plenty" }] };
  }
  const silent = new Set(policies.flatMap(({ objects }) => unansweredRules(objects, answers)));
  return {
    problems: [...problems, ...[...silent].map(unanswered)],
    task: { policies, seed: run.seed },
    run,
  };
}

/** Nothing is called from here: what a function says has to be given. */
function unanswered(uri: string): Problem {
  return {
    severity: "warning",
    message: `no answer is given for \`${printable(uri)}\`: this rule fails for every job`,
    help: `choose a file of answers, such as ${printable(JSON.stringify({ [uri]: 10 }))}, or { "fail": true } where that is meant`,
  };
}

/** A text says what is wrong with the file. */
function answersOf(file: NamedText | undefined): RuleAnswers | string {
  if (file === undefined) return new Map();
  const name = file.name.slice(file.name.lastIndexOf("/") + 1);
  let value: unknown;
  try {
    value = JSON.parse(file.text);
  } catch {
    return `\`${name}\` is no JSON`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `\`${name}\` is no object of answers by the URI of their rule`;
  }
  return new Map(
    Object.entries(value).map(([uri, answer]): [string, RuleStub] => [
      uri,
      isFailing(answer) ? { fail: true } : { value: answer },
    ]),
  );
}

function isFailing(answer: unknown): boolean {
  return (
    typeof answer === "object" &&
    answer !== null &&
    Object.keys(answer).length === 1 &&
    "fail" in answer &&
    answer.fail === true
  );
}

function toProblem({ severity, message, code, help, source, span }: Diagnostic): Problem {
  const start = positionAt(source, span.start);
  const end = positionAt(source, span.end);
  // Only what an editor can show is a place.
  const isPlace = /^[a-z][a-z0-9+.-]+:/iu.test(source.path);
  const range = {
    start: { line: start.line - 1, character: start.column - 1 },
    end: { line: end.line - 1, character: end.column - 1 },
  };
  return {
    severity,
    message,
    code,
    ...(help === undefined ? {} : { help }),
    ...(isPlace ? { location: { uri: source.path, range } } : {}),
  };
}
