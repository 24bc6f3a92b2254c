/** Why something was not done, and how to mend it; for people, whatever shell they use. */
export class DeployProblem extends Error {
  override readonly name = "DeployProblem";
  readonly help: string | undefined;
  /** What was asked for is not done as long as things are as they are; else it was asked wrongly. */
  readonly isRefusal: boolean;

  constructor(message: string, help?: string, kind: "refused" | "misuse" = "misuse") {
    super(message);
    this.help = help;
    this.isRefusal = kind === "refused";
  }
}

export function isErrno(
  error: unknown,
): error is Error & { readonly code: string; readonly path?: string; readonly syscall?: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
