import process from "node:process";
import { printable, type Style } from "@routewright/diagnostics";
import picocolors from "picocolors";
import type { Failure } from "../failure.ts";

export type Stream = "stdout" | "stderr";

export function out(text: string): void {
  if (text !== "") process.stdout.write(text);
}

export function err(text: string): void {
  if (text !== "") process.stderr.write(text);
}

/** `--json` and its like: two spaces, a line feed at the end. */
export function outJson(value: unknown): void {
  out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Columns of the terminal, or a usual width where there is none. */
export function terminalWidth(): number {
  return process.stdout.columns ?? 100;
}

/** Columns that a plan fills: those of the terminal within reason, and 80 in logs. */
export function planWidth(): number {
  return Math.min(120, Math.max(60, process.stdout.columns ?? 80));
}

/** Lines made elsewhere, which may quote anything: only our own colours pass to the terminal. */
export function outLines(lines: readonly string[]): void {
  for (const line of lines) out(`${line.split(ourColour).map(keepColour).join("")}\n`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what starts a colour.
const ourColour = /(\x1b\[\d{1,2}m)/u;

function keepColour(part: string, index: number): string {
  return index % 2 === 1 ? part : printable(part);
}

let colours: boolean | undefined;

/** `--no-color` and `--color`; they win over the environment. */
export function forceColours(wanted: boolean): void {
  colours = wanted;
}

/** Colours where a person reads, unless `NO_COLOR` or `FORCE_COLOR` (https://no-color.org) say otherwise. */
export function styleOf(stream: Stream): Style {
  const paint = picocolors.createColors(wantsColours(stream));
  return {
    error: (text) => paint.red(paint.bold(text)),
    warning: (text) => paint.yellow(paint.bold(text)),
    hint: (text) => paint.cyan(text),
    good: (text) => paint.green(text),
    strong: (text) => paint.bold(text),
    faint: (text) => paint.dim(text),
  };
}

export function showFailure(failure: Failure): void {
  const style = styleOf("stderr");
  err(`${style.error("error")} ${failure.message}\n`);
  if (failure.help !== undefined) {
    const [first = "", ...rest] = failure.help.split("\n");
    err(
      [`  ${style.strong("help:")} ${first}`, ...rest.map((line) => `        ${line}`), ""].join(
        "\n",
      ),
    );
  }
}

function wantsColours(stream: Stream): boolean {
  if (colours !== undefined) return colours;
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: terminal } = process.env;
  if (no !== undefined && no !== "") return false;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return process[stream].isTTY === true && terminal !== "dumb";
}
