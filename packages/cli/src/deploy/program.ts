import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExitCode } from "../failure.ts";

export interface ProgramParts {
  readonly command: (name: string, summary: string, samples: readonly string[]) => Command;
  readonly json: (description: string) => Option;
  readonly param: () => Option;
  readonly paramsFile: () => Option;
  readonly onExit: (code: ExitCode) => void;
}

/** The commands that talk to a service. */
export function addDeployCommands({
  command,
  json,
  param,
  paramsFile,
  onExit,
}: ProgramParts): void {
  const applying = (each: Command): Command =>
    connected(each)
      .option("--yes", "do not ask")
      .addOption(new Option("--concurrency <N>", "writes at a time").argParser(positive).default(4))
      .addOption(json("print what was done as JSON"));

  connected(
    command("plan", "show what applying a policy would change in the service, and why", [
      "routewright plan main.route --emulator",
      "routewright plan --connection-string-env ACS_CONNECTION --out plan.json",
      "routewright plan --endpoint https://contoso.unitedstates.communication.azure.com --markdown",
      "routewright plan --emulator --jobs jobs.json --workers workers.json --fail-on behaviour",
    ]),
  )
    .argument("[FILE]", "a policy, its folder, a bundle or Job Router objects")
    .addOption(param())
    .addOption(paramsFile())
    .option("--adopt", "take over foreign objects that have the id of a wanted one")
    .option("--out <FILE>", "save the plan, for `apply FILE`")
    .addOption(json("print the plan as JSON"))
    .option("--markdown", "print the plan for a pull request")
    .option("--detailed-exitcode", "exit with 1 when there is something to change")
    .option("--jobs <FILE>", "sample jobs: also say which of them the change decides otherwise")
    .option("--workers <FILE>", "sample workers, to compare the best worker too")
    .addOption(
      new Option("--fail-on <WHAT>", "exit with 1 when a sample job changes").choices([
        "behaviour",
      ]),
    )
    .action(async (file: string | undefined, options) => {
      const { plan } = await import("./plan.ts");
      onExit(await plan(file, options));
    });

  applying(
    command("apply", "carry out a plan: exactly its changes, or none", [
      "routewright apply plan.json --connection-string-env ACS_CONNECTION",
      "routewright apply main.route --emulator --yes",
    ]),
  )
    .argument("[FILE]", "a saved plan, or what `plan` takes")
    .addOption(param())
    .addOption(paramsFile())
    .option("--adopt", "take over foreign objects that have the id of a wanted one")
    .action(async (file: string | undefined, options) => {
      const { apply } = await import("./apply.ts");
      onExit(await apply(file, options));
    });

  connected(
    command("drift", "show what others changed in the objects that are ours", [
      "routewright drift --connection-string-env ACS_CONNECTION",
    ]),
  )
    .addOption(json("print it as JSON"))
    .action(async (options) => {
      const { drift } = await import("./state-commands.ts");
      onExit(await drift(options));
    });

  applying(
    command("destroy", "delete everything that is ours, and nothing else", [
      "routewright destroy --emulator --yes",
    ]),
  ).action(async (options) => {
    const { destroy } = await import("./state-commands.ts");
    onExit(await destroy(options));
  });

  applying(
    command("rollback", "bring back what an earlier apply brought", [
      "routewright rollback --emulator",
      "routewright rollback 3 --connection-string-env ACS_CONNECTION --yes",
    ]),
  )
    .argument("[RELEASE]", "its number; the one before the last when absent", positive)
    .action(async (release: number | undefined, options) => {
      const { rollback } = await import("./state-commands.ts");
      onExit(await rollback(release, options));
    });

  connected(
    command("adopt", "make objects ours that others made", [
      "routewright adopt queues/support distributionPolicies/skilled --emulator",
    ]),
  )
    .argument("<OBJECTS...>", "as KIND/ID")
    .action(async (names: string[], options) => {
      const { adopt } = await import("./state-commands.ts");
      onExit(await adopt(names, options));
    });

  connected(
    command("forget", "let objects go: they stay in the service, and are no longer ours", [
      "routewright forget queues/support --emulator",
    ]),
  )
    .argument("<OBJECTS...>", "as KIND/ID")
    .action(async (names: string[], options) => {
      const { forget } = await import("./state-commands.ts");
      onExit(await forget(names, options));
    });
}

/** Adds what says which service is meant, and where it is recorded what is ours. */
export function connected(each: Command): Command {
  return each
    .option("--connection-string-env <NAME>", "the variable that holds the connection string")
    .option("--endpoint <URL>", "the service, with a Microsoft Entra credential of this machine")
    .option("--key-env <NAME>", "with --endpoint: the variable that holds an access key")
    .option(
      "--emulator [CONNECTION_STRING]",
      "the emulator on this machine, as it starts by default",
    )
    .option("--state <FILE>", "the record of what is ours; routewright-state/HOST.json when absent")
    .option("--no-lock", "do without the lock beside the state file")
    .addOption(
      new Option(
        "--secrets-fd <N>",
        "read `secret` values as JSON from this file descriptor",
      ).argParser(descriptor),
    );
}

function descriptor(text: string): number {
  if (!/^\d{1,4}$/u.test(text))
    throw new InvalidArgumentError("give the number of a file descriptor.");
  return Number(text);
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/u.test(text))
    throw new InvalidArgumentError("give a whole number, 1 or more.");
  return Number(text);
}
