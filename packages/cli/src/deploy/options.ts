import type { ParameterOptions } from "../choices.ts";

/** Which service is meant, and how to be let in. Exactly one of the first three. */
export interface ConnectionOptions {
  readonly connectionStringEnv?: string;
  readonly endpoint?: string;
  readonly emulator?: string | true;
  /** With an endpoint: the variable that holds an access key, instead of a token. */
  readonly keyEnv?: string;
}

export interface StateOptions {
  readonly state?: string;
  /** False for `--no-lock`. */
  readonly lock: boolean;
  readonly secretsFd?: number;
}

export interface DeployOptions extends ConnectionOptions, StateOptions {}

export interface PlanOptions extends DeployOptions, ParameterOptions {
  readonly adopt?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly detailedExitcode?: boolean;
  readonly jobs?: string;
  readonly workers?: string;
  readonly failOn?: "behaviour";
}

export interface ApplyOptions extends DeployOptions, ParameterOptions {
  readonly adopt?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly concurrency: number;
}
