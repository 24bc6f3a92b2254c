import process from "node:process";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { emitTargets, findingsReporters, testReporters } from "./choices.ts";
import { addDeployCommands, connected } from "./deploy/program.ts";
import { type ExitCode, exitCodes, Failure } from "./failure.ts";
import { forceColours, out, showFailure } from "./io/terminal.ts";
import { version } from "./version.ts";

/** Runs one call of the command and says how it ended. Prints; never throws. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const words = takeColours(args);
  let exitCode: ExitCode = exitCodes.fine;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    return explainError(error, args);
  }
}

/** `--color` and `--no-color` may stand anywhere before `--`. */
function takeColours(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return args.filter((arg, index) => {
    if ((arg !== "--no-color" && arg !== "--color") || (end >= 0 && index > end)) return true;
    forceColours(arg === "--color");
    return false;
  });
}

/**
 * The commands with their options: the one table that parsing, help and docs/cli.md share. What
 * a command does is loaded when it is called.
 */
export function createProgram(onExit: (code: ExitCode) => void = () => undefined): Command {
  const program = new Command("routewright")
    .description("A policy language and toolkit for Azure Communication Services Job Router")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help, for a command with examples")
    .helpCommand(false)
    .option("--no-color", "print without colours (also: NO_COLOR=1)")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: false });

  command("init", "start a small policy project with tests", [
    "routewright init my-policies",
    "cd my-policies && routewright test",
  ])
    .argument("[DIR]", "the folder; made when it does not exist", ".")
    .addOption(json("print what was written as JSON"))
    .action(async (folder: string, options) => {
      const { init } = await import("./commands/init.ts");
      onExit(init(folder, options));
    });

  command("check", "say what is wrong with policies", [
    "routewright check",
    "routewright check policies --reporter github --max-warnings 0",
    "routewright check main.route --param env=prod",
    "routewright check main.route --fix",
    "cat main.route | routewright check - --json",
  ])
    .argument(
      "[PATHS...]",
      "files, folders, or `-` for standard input; the current folder when absent",
    )
    .addOption(reporter(findingsReporters))
    .addOption(json("the same as --reporter json"))
    .addOption(param())
    .addOption(paramsFile())
    .option("--fix", "apply the fixes that are safe unseen")
    .addOption(
      new Option("--max-warnings <N>", "exit with 1 when there are more warnings").argParser(count),
    )
    .action(async (paths: string[], options) => {
      const { check } = await import("./commands/check.ts");
      onExit(await check(paths, options));
    });

  command("fmt", "write policies in the one canonical layout", [
    "routewright fmt",
    "routewright fmt --check policies",
    "cat main.route | routewright fmt -",
  ])
    .argument(
      "[PATHS...]",
      "files, folders, or `-` for standard input; the current folder when absent",
    )
    .option("--check", "change nothing; print what would change, and exit with 1 if anything would")
    .addOption(json("print which files changed, or would, as JSON"))
    .action(async (paths: string[], options) => {
      const { fmt } = await import("./commands/fmt.ts");
      onExit(await fmt(paths, options));
    });

  command("compile", "turn a policy into a bundle, Job Router objects or code", [
    "routewright compile main.route --out policy.json",
    "routewright compile main.route --emit jobrouter --out objects --params parameters/prod.json",
    "routewright compile main.route --emit powerfx",
    "routewright compile main.route --emit python --out deploy.py",
  ])
    .argument(
      "[FILE]",
      "the policy, its folder, or `-`; main.route or the only policy here when absent",
    )
    .addOption(new Option("--emit <TARGET>", "what to make").choices(emitTargets).default("bundle"))
    .option("--out <PATH>", "the file or folder to write; standard output when absent")
    .addOption(param())
    .addOption(paramsFile())
    .addOption(reporter(findingsReporters, "how findings are printed (to standard error)"))
    .action(async (file: string | undefined, options) => {
      const { compile } = await import("./commands/compile.ts");
      onExit(await compile(file, options));
    });

  command("eval", "show what jobs would get: queue, priority, requirements, workers", [
    "routewright eval main.route --job job.json --explain",
    "routewright eval main.route --job jobs.json --workers workers.json",
    "routewright eval policy.json --job job.json --json",
    "routewright eval exported-objects --job job.json --policy CLASSIFICATION_ID",
    "routewright eval main.route --job job.json --answers answers.json --choice 0.7",
  ])
    .argument(
      "[FILE]",
      "a policy, a bundle, Job Router JSON or a folder of it, or `-`; main.route or the only policy here when absent",
    )
    .requiredOption("--job <FILE>", "the job, or several, as JSON; `-` for standard input")
    .option("--workers <FILE>", "workers as JSON, to be ranked for each job")
    .option("--policy <ID>", "the classification policy, instead of the one each job names")
    .addOption(
      new Option("--choice <N>", "where weighted choices fall: at least 0, less than 1")
        .argParser(fraction)
        .default(0),
    )
    .option("--answers <FILE>", "answers of function and webhook rules by URI, as JSON")
    .option("--explain", "print why")
    .option("--all", "with --explain: also rules that did not apply, where there are many")
    .addOption(json("print the decisions as JSON, with --explain their traces too"))
    .addOption(param())
    .addOption(paramsFile())
    .action(async (file: string | undefined, options) => {
      const { evaluate } = await import("./commands/eval.ts");
      onExit(await evaluate(file, options));
    });

  command("test", "run the tests and scenarios that policies bring along", [
    "routewright test",
    "routewright test main.route --filter premium --coverage",
    "routewright test policies --reporter junit > report.xml",
    "routewright test policies --coverage lcov --coverage-out lcov.info",
  ])
    .argument(
      "[PATHS...]",
      "files, folders, or `-` for standard input; the current folder when absent",
    )
    .addOption(reporter(testReporters))
    .addOption(json("the same as --reporter json"))
    .option(
      "--coverage [FORMAT]",
      "print what the tests did not reach; with `lcov` or `cobertura`: write it for other tools",
    )
    .option("--coverage-out <FILE>", "the file for --coverage lcov or cobertura")
    .option("--timeline", "print what went on in every scenario, with reasons")
    .option("--filter <TEXT>", "run only tests and scenarios whose name holds this text")
    .addOption(param())
    .addOption(paramsFile())
    .action(async (paths: string[], options) => {
      const { test } = await import("./commands/test.ts");
      onExit(await test(paths, options));
    });

  connected(
    command("import", "turn Job Router JSON, or what a service holds, into a policy", [
      "routewright import exported-objects --out main.route",
      "az rest … | routewright import -",
      "routewright import --from --connection-string-env ACS_CONNECTION --out main.route",
    ])
      .argument("[PATH]", "a JSON file, a folder of them, or `-`")
      .option("--out <FILE>", "the policy to write; standard output when absent")
      .option("--force", "replace the file if it exists")
      .option("--from", "read a service instead of a file, and make its objects ours")
      .addOption(json("print the policy and the names of its secrets as JSON")),
  ).action(async (path: string | undefined, options) => {
    if (options.from === true) {
      const { importFrom } = await import("./deploy/import-from.ts");
      onExit(await importFrom(path, options));
      return;
    }
    if (path === undefined) {
      throw new Failure(
        "nothing is named to import",
        "give a file, a folder, `-`, or --from; see `routewright import --help`",
      );
    }
    const { importPolicy } = await import("./commands/import.ts");
    onExit(await importPolicy(path, options));
  });

  command("simulate", "see over time what a policy does to waits, with confidence", [
    "routewright simulate main.route --workload workload.json",
    "routewright simulate main.route --workload workload.json --compare other.route --html report.html",
    'routewright simulate main.route --workload workload.json --expect "80% within 20s at 95% confidence"',
    "routewright simulate main.route --workload workload.json --shard 1/4 --out part-1.json",
  ])
    .argument(
      "[FILE]",
      "a policy, a bundle, Job Router JSON or a folder of it, or `-`; main.route or the only policy here when absent",
    )
    .requiredOption("--workload <FILE>", "who calls and who answers, as JSON")
    .option("--compare <OTHER>", "another policy, which meets the same jobs")
    .addOption(
      new Option("--replications <N>", "how many runs, instead of the workload's").argParser(
        positive,
      ),
    )
    .addOption(new Option("--seed <N>", "the seed, instead of the workload's").argParser(count))
    .addOption(
      new Option(
        "--threads <N>",
        "threads to run on; the processors' number when absent",
      ).argParser(positive),
    )
    .addOption(
      new Option(
        "--expect <TEXT>",
        "what must hold, beside the workload's; may be given several times",
      )
        .argParser((text: string, earlier: readonly string[]) => [...earlier, text])
        .default([], "none"),
    )
    .addOption(
      new Option("--shard <I/N>", "run only this share, for `routewright merge`").argParser(shard),
    )
    .option("--out <FILE>", "with --shard: the part to write; standard output when absent")
    .option("--html <FILE>", "also write the report as one page with plots")
    .option("--answers <FILE>", "answers of function and webhook rules by URI, as JSON")
    .addOption(json("print the report as JSON"))
    .addOption(param())
    .addOption(paramsFile())
    .action(async (file: string | undefined, options) => {
      const { simulate } = await import("./commands/simulate.ts");
      onExit(await simulate(file, options));
    });

  command("merge", "put the parts of a simulation together", [
    "routewright merge part-*.json --html report.html",
  ])
    .argument("<PARTS...>", "what `routewright simulate --shard` wrote")
    .option("--html <FILE>", "also write the report as one page with plots")
    .addOption(json("print the report as JSON"))
    .action(async (parts: string[], options) => {
      const { merge } = await import("./commands/merge.ts");
      onExit(await merge(parts, options));
    });

  command("emulator", "serve the Job Router API on this machine", [
    "routewright emulator",
    "routewright emulator --port 0 --json",
    "routewright emulator --https --cert-out emulator.pem",
    "routewright emulator --data ./emulator-data --load objects.json",
  ])
    .addOption(
      new Option("--port <N>", "the port; 0 for any free one").argParser(port).default(7171),
    )
    .option("--host <ADDRESS>", "listen there instead of on loopback; needs --key-env")
    .option(
      "--key-env <NAME>",
      "the variable that holds the access key; a well-known one if absent",
    )
    .option("--no-auth", "ask nobody for a signature or token")
    .option("--bearer-env <NAME>", "the variable that holds the one bearer token to take")
    .option("--https", "serve HTTPS with a certificate made on the spot")
    .option("--cert-out <FILE>", "write that certificate, for clients to trust; implies --https")
    .option("--data <FOLDER>", "keep everything in this folder; in memory only when absent")
    .option("--load <FILE>", "objects to begin with: a bundle, or lists of objects by collection")
    .addOption(
      new Option("--seed <N>", "decides ids and weighted choices").argParser(count).default(0),
    )
    .option("--strict", "refuse api-versions that are not known")
    .option("--rate-limit", "limit requests as the service does: 1000 in 10 seconds")
    .addOption(
      new Option(
        "--allow-host <HOST>",
        "a host that rules and events may be sent to; may be repeated",
      )
        .argParser((host: string, earlier: readonly string[]) => [...earlier, host])
        .default([], "loopback only"),
    )
    .addOption(json("print the endpoint and connection string as JSON"))
    .action(async (options) => {
      const { emulator } = await import("./commands/emulator.ts");
      onExit(await emulator(options));
    });

  command("explain", "explain a finding's code, or list all codes", [
    "routewright explain",
    "routewright explain unknown-label",
  ])
    .addArgument(new Argument("[CODE]", "the word in brackets at the end of a finding"))
    .addOption(json("print as JSON"))
    .action(async (code: string | undefined, options) => {
      const { explain } = await import("./commands/explain.ts");
      onExit(explain(code, options));
    });

  command("lsp", "serve an editor: diagnostics, completion, hover and the rest", [
    "routewright lsp --stdio",
  ])
    .option("--stdio", "speak over standard input and output (the only way there is)")
    .action(async () => {
      const { serveEditor } = await import("./commands/lsp.ts");
      await serveEditor();
    });

  addDeployCommands({ command, json, param, paramsFile, onExit });

  program.addHelpText("after", () =>
    examples(["routewright init my-policies", "routewright COMMAND --help"]),
  );
  return program;

  function command(name: string, summary: string, samples: readonly string[]): Command {
    return program
      .command(name)
      .description(summary)
      .configureHelp({ showGlobalOptions: false })
      .addHelpText("after", () => examples(samples));
  }
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

function json(description: string): Option {
  return new Option("--json", description);
}

function reporter(names: readonly string[], description = "how the result is printed"): Option {
  return new Option("--reporter <NAME>", description).choices(names).default("pretty");
}

function param(): Option {
  return new Option("--param <NAME=VALUE>", "the value of a `param`; may be given several times")
    .argParser(addParameter)
    .default([], "none");
}

function paramsFile(): Option {
  return new Option("--params <FILE>", "values of `param`s as a JSON object; --param wins over it");
}

function addParameter(
  text: string,
  earlier: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const at = text.indexOf("=");
  if (at <= 0) throw new InvalidArgumentError("write it as NAME=VALUE.");
  return [...earlier, [text.slice(0, at), text.slice(at + 1)]];
}

function count(text: string): number {
  return wholeFrom(0, text);
}

function wholeFrom(least: number, text: string): number {
  const value = /^\d{1,9}$/u.test(text) ? Number(text) : -1;
  if (value >= least) return value;
  throw new InvalidArgumentError(`give a whole number from ${least} to 999999999.`);
}

function port(text: string): number {
  const value = count(text);
  if (value > 65_535) throw new InvalidArgumentError("give a port from 0 to 65535.");
  return value;
}

function positive(text: string): number {
  return wholeFrom(1, text);
}

function shard(text: string): { readonly index: number; readonly of: number } {
  const [, index = "", of = ""] = /^(\d{1,6})\/(\d{1,6})$/u.exec(text) ?? [];
  if (Number(index) < 1 || Number(index) > Number(of)) {
    throw new InvalidArgumentError("write it as I/N, such as 2/4.");
  }
  return { index: Number(index), of: Number(of) };
}

function fraction(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/u.test(text) || !(value >= 0 && value < 1)) {
    throw new InvalidArgumentError("give a number of at least 0 and less than 1.");
  }
  return value;
}

async function explainError(error: unknown, args: readonly string[]): Promise<ExitCode> {
  if (error instanceof Failure) {
    showFailure(error);
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.fine;
    showFailure(misuse(error, args));
    return exitCodes.misuse;
  }
  const debug = process.env.ROUTEWRIGHT_DEBUG;
  const detail =
    error instanceof Error
      ? debug
        ? (error.stack ?? error.message)
        : error.message
      : String(error);
  showFailure(
    new Failure(
      `a fault in routewright ${version}, not in your files: ${detail}`,
      "please report it, with the command and its input\nROUTEWRIGHT_DEBUG=1 prints where it happened",
    ),
  );
  return exitCodes.fault;
}

/** Commander's words in our form: no `error:` in front, the suggestion as help. */
function misuse(error: CommanderError, args: readonly string[]): Failure {
  const name = args.find((arg) => !arg.startsWith("-"));
  const known = createProgram().commands.some((each) => each.name() === name);
  const usage = known ? `routewright ${name} --help` : "routewright --help";
  if (error.code === "commander.help") {
    return new Failure("there is no command to run", `${usage} lists the commands`);
  }
  const [first = "", ...rest] = error.message.replace(/^error: /u, "").split("\n");
  const suggestion = /^\(Did you mean (?:one of )?(.+)\?\)$/u.exec(rest.join(" "))?.[1];
  return new Failure(
    first.replaceAll("'", "`").replace(/\.$/u, ""),
    suggestion === undefined ? `see ${usage}` : `did you mean \`${suggestion}\`?\nsee ${usage}`,
  );
}
