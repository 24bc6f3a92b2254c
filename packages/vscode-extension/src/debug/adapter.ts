import type { DecisionStep, DecisionStepsResult, Variable } from "@routewright/lsp/protocol";
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import { summarise, toUri } from "../client/convert.ts";
import {
  begin,
  breakableLine,
  type LineBreak,
  lookUp,
  type Move,
  move,
  stopsAt,
  type Walk,
} from "./session.ts";

const threadId = 1;

/** What `launch` is given, after the configuration was resolved. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  readonly policy: string;
  readonly stopOnEntry?: boolean;
}

/** Asks the server for the steps of a launch. */
export type LoadSteps = (launch: LaunchArguments) => Promise<DecisionStepsResult>;

/** Steps through a decision that the server has worked out, inside the extension host. */
export class DecisionDebugAdapter implements vscode.DebugAdapter {
  private readonly sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private sequence = 1;
  private walk: Walk = { steps: [], at: 0 };
  private readonly breakpoints = new Map<string, readonly number[]>();
  /** What a variables reference stands for; made anew at every stop. */
  private handles: (readonly Variable[])[] = [];
  private launched: Promise<boolean> = Promise.resolve(false);
  private stopsOnEntry = true;

  private readonly load: LoadSteps;

  constructor(load: LoadSteps) {
    this.load = load;
  }

  /** The step that is shown. */
  private get step(): DecisionStep | undefined {
    return this.walk.steps[this.walk.at];
  }

  handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (message.type !== "request") return;
    const request = message as DebugProtocol.Request;
    this.answer(request).then(
      (body) => this.respond(request, body),
      (error: unknown) => this.refuse(request, error instanceof Error ? error.message : "failed"),
    );
  }

  dispose(): void {
    this.sent.dispose();
  }

  private async answer({ command, arguments: given }: DebugProtocol.Request): Promise<object> {
    switch (command) {
      case "initialize":
        return {
          supportsConfigurationDoneRequest: true,
          supportsStepBack: true,
          supportsEvaluateForHovers: true,
          supportsRestartRequest: false,
        } satisfies DebugProtocol.Capabilities;
      case "launch":
        return this.launch(given as LaunchArguments);
      case "setBreakpoints":
        return this.setBreakpoints(given as DebugProtocol.SetBreakpointsArguments);
      case "configurationDone":
        return this.start();
      case "threads":
        return { threads: [{ id: threadId, name: "Decision" }] };
      case "stackTrace":
        return this.stackTrace();
      case "scopes":
        return this.scopes();
      case "variables": {
        const { variablesReference } = given as DebugProtocol.VariablesArguments;
        return { variables: (this.handles[variablesReference - 1] ?? []).map((v) => this.show(v)) };
      }
      case "evaluate":
        return this.evaluate(given as DebugProtocol.EvaluateArguments);
      case "next":
      case "stepIn":
        return this.go("next");
      case "stepBack":
        return this.go("back");
      case "continue":
        return this.go("continue");
      case "stepOut":
        return this.go("continue");
      case "reverseContinue":
        return this.go("reverse");
      case "disconnect":
      case "terminate":
        this.event("terminated");
        return {};
      default:
        return {};
    }
  }

  private async launch(launch: LaunchArguments): Promise<object> {
    this.stopsOnEntry = launch.stopOnEntry ?? true;
    const steps = this.load(launch);
    this.launched = steps.then((result) => {
      if (result.ok) this.walk = begin(result);
      return result.ok && result.steps.length > 0;
    });
    const result = await steps;
    if (!result.ok) throw new Error(summarise(result.problems));
    // Breakpoints are placed on steps, so they are asked for once the steps are there.
    this.event("initialized");
    return {};
  }

  private async start(): Promise<object> {
    if (!(await this.launched)) {
      this.event("terminated");
      return {};
    }
    afterAnswer(() => {
      if (this.stopsOnEntry) this.stop("entry");
      else if (stopsAt(this.walk.steps, 0, this.lineBreaks())) this.stop("breakpoint");
      else this.go("continue");
    });
    return {};
  }

  /** The editor names sources as the frames did: by path on disk, else by URI. */
  private setBreakpoints({
    source,
    breakpoints = [],
  }: DebugProtocol.SetBreakpointsArguments): object {
    const uri = toUri(source.path ?? "").toString();
    const placed = breakpoints.map(({ line }) => breakableLine(this.walk.steps, uri, line - 1));
    this.breakpoints.set(
      uri,
      placed.filter((line) => line !== undefined),
    );
    return {
      breakpoints: placed.map(
        (line, index): DebugProtocol.Breakpoint =>
          line === undefined
            ? {
                verified: false,
                line: breakpoints[index]?.line ?? 1,
                message: "the decision does not come by here",
              }
            : { verified: true, line: line + 1 },
      ),
    };
  }

  private go(how: Move): object {
    const moved = move(this.walk, how, this.lineBreaks());
    if (moved.kind === "ended") this.event("terminated");
    else {
      this.walk = { ...this.walk, at: moved.at };
      afterAnswer(() => this.stop(moved.reason));
    }
    return how === "continue" ? { allThreadsContinued: true } : {};
  }

  private stop(reason: string): void {
    this.handles = [];
    this.event("stopped", {
      reason,
      threadId,
      allThreadsStopped: true,
      description: `Step ${this.walk.at + 1} of ${this.walk.steps.length}`,
      ...(this.step === undefined ? {} : { text: this.step.text }),
    } satisfies DebugProtocol.StoppedEvent["body"]);
  }

  private lineBreaks(): readonly LineBreak[] {
    return [...this.breakpoints].flatMap(([uri, lines]) => lines.map((line) => ({ uri, line })));
  }

  /** The steps so far, latest first, so that the call stack tells how it came to this. */
  private stackTrace(): object {
    const { steps, at } = this.walk;
    const stackFrames = steps
      .slice(0, at + 1)
      .map((step, index): DebugProtocol.StackFrame => frameOf(step, index))
      .reverse();
    return { stackFrames, totalFrames: stackFrames.length };
  }

  private scopes(): object {
    const scopes = (this.step?.scopes ?? []).map(
      ({ name, variables }): DebugProtocol.Scope => ({
        name,
        variablesReference: this.keep(variables),
        expensive: false,
      }),
    );
    return { scopes };
  }

  private evaluate({ expression }: DebugProtocol.EvaluateArguments): object {
    const found = this.step === undefined ? undefined : lookUp(this.step, expression);
    if (found === undefined) throw new Error(`\`${expression}\` has no value here`);
    const { value, type, variablesReference } = this.show(found);
    return { result: value, ...(type === undefined ? {} : { type }), variablesReference };
  }

  private show({ name, value, type, children }: Variable): DebugProtocol.Variable {
    return {
      name,
      value,
      ...(type === undefined ? {} : { type }),
      variablesReference: children === undefined || children.length === 0 ? 0 : this.keep(children),
    };
  }

  private keep(variables: readonly Variable[]): number {
    return this.handles.push(variables);
  }

  private respond(request: DebugProtocol.Request, body: object): void {
    this.send({
      type: "response",
      request_seq: request.seq,
      command: request.command,
      success: true,
      body,
    });
  }

  private refuse(request: DebugProtocol.Request, message: string): void {
    this.send({
      type: "response",
      request_seq: request.seq,
      command: request.command,
      success: false,
      message,
    });
  }

  private event(event: string, body: object = {}): void {
    this.send({ type: "event", event, body });
  }

  private send(message: object): void {
    this.sent.fire({ seq: this.sequence++, ...message });
  }
}

/**
 * Once the answer is on its way, which takes some turns of its promise: the editor takes an answer
 * for the beginning of a move, and a stop that it hears of before for an older one.
 */
function afterAnswer(tell: () => void): void {
  setTimeout(tell);
}

function frameOf(step: DecisionStep, index: number): DebugProtocol.StackFrame {
  const { location, time, text } = step;
  const name = time === undefined ? text : `${time}  ${text}`;
  if (location === undefined) return { id: index + 1, name, line: 0, column: 0 };
  const { start, end } = location.range;
  const uri = vscode.Uri.parse(location.uri);
  return {
    id: index + 1,
    name,
    line: start.line + 1,
    column: start.character + 1,
    // The editor selects what a frame covers: a word is found so, a whole block only glares.
    ...(start.line === end.line ? { endLine: end.line + 1, endColumn: end.character + 1 } : {}),
    source: {
      name: uri.path.slice(uri.path.lastIndexOf("/") + 1),
      path: uri.scheme === "file" ? uri.fsPath : uri.toString(),
    },
  };
}
