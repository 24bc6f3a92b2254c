/** 0 fine, 1 findings, 2 misuse, 3 refused, 70 a fault of ours. */
export const exitCodes = { fine: 0, findings: 1, misuse: 2, refused: 3, fault: 70 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * What the outside world, or the way the command was called, made impossible. Shown as a message
 * with its help, never as a stack trace.
 */
export class Failure extends Error {
  readonly exitCode: ExitCode;
  readonly help: string | undefined;

  constructor(message: string, help?: string, exitCode: ExitCode = exitCodes.misuse) {
    super(message);
    this.name = "Failure";
    this.exitCode = exitCode;
    this.help = help;
  }
}

export function isErrno(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
